"""Words that end alike are found without walking past all words, and they are the same ones."""

from __future__ import annotations

import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.catalog.search.spelling import Spelling

LETTERS = st.text("acdézß", min_size=1, max_size=6)


def index_of(held: dict[str, int]) -> tantivy.Index:
    """Return an index in which each word stands in so many versions."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="basic")
    index = tantivy.Index(builder.build())
    writer = index.writer(heap_size=20_000_000, num_threads=1)
    for word, many in held.items():
        for _ in range(many):
            document = tantivy.Document()
            document.add_text("words", word)
            writer.add_document(document)
    writer.commit()
    index.reload()
    return index


@settings(max_examples=25, deadline=None)
@given(st.sets(LETTERS, min_size=1, max_size=30), LETTERS)
def test_longer_words_with_an_ending_are_found_the_most_frequent_first(words: set[str], ending: str) -> None:
    held = {word: number % 4 + 1 for number, word in enumerate(sorted(words))}
    searcher = index_of(held).searcher()
    found = Spelling().ending(searcher, "a generation", ending, most=len(words))
    longer = [word for word in held if len(word) >= 3 and word.endswith(ending) and word != ending]
    assert sorted(found) == sorted(longer)
    assert [held[word] for word in found] == sorted((held[word] for word in longer), reverse=True)
    assert Spelling().ending(searcher, "a generation", ending, most=2) == found[:2]
