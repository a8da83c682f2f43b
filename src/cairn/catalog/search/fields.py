"""The fields of the index, and a document's place in them.

``every`` holds all words by which a version is found, ``title`` and ``aim`` those that count more; all three as stems, made before they
come here (``words.stemmed``). ``called`` holds each whole title as one term. ``words`` holds words as they are written: what beginnings
and spellings are looked up in. Of the facets some stand together in ``bands`` and ``traits``, which are only counted
(``facets.TOGETHER``); each other one has a field. Several values come as one text with blanks in between, which the engine reads faster
than a list. ``concept`` names the skills that are taught, with those they belong to, ``located`` cities and counties, each as one term.
``mark`` says which parts of the catalogue a version stands in (``marks.py``), and what it is in the facets that stand together. ``part``
says what else a document was read from, where it says what the parts of a whole come to: the definitions that its rule names, by uid, and
the versions that were found for them, by number. When one of these changes, so may it. ``title_order`` is only sorted by: nothing is
looked up in it.
"""

from __future__ import annotations

import unicodedata

import tantivy

from cairn.catalog.search.facets import FACETS, TOGETHER, field_of

SHAPE = 17
"""Raise it when the fields change, or what stands in them: older indexes are then made again."""
LAST = 2**46
"""Where what is not stated stands when sorting: at the end."""
TIES = 16
"""Bits of a place in an order by number that keep what is equal apart."""
_UNREAD = "unread"
_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum() and chr(code) != " ")


def schema() -> tantivy.Schema:
    """Return the fields of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("version", indexed=True, fast=True)
    for name in ("every", "title", "aim"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("called", "concept", "located", "mark", "part"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("words", index_option="basic")
    for name in (kind.name for kind in FACETS if field_of(kind.name) == kind.name):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic", fast=True)
    for name in (*TOGETHER, "title_order"):
        builder.add_text_field(name, tokenizer_name=_UNREAD, index_option="basic", fast=True)
    for name in ("price_order", "hours_order"):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


def writer(index: tantivy.Index, heap: int, threads: int = 1) -> tantivy.IndexWriter:
    """Return what writes into an index with these fields, in which at most ``heap`` bytes are gathered over ``threads``.

    A text that is only sorted by or counted would be looked up like any other; so the engine is told that it has no words.
    """
    whole, none = (tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()) for _ in range(2))
    index.register_fast_field_tokenizer(_UNREAD, whole.build())
    index.register_tokenizer(_UNREAD, none.filter(tantivy.Filter.remove_long(1)).build())
    return index.writer(heap_size=heap, num_threads=threads)


def ordered(value: int | None, version: int) -> int:
    """Return a place in an order by number: what is equal stands in an order of chance that nobody chose, what is not stated last."""
    place = value if value is not None and 0 <= value <= LAST else 0 if value is not None and value < 0 else LAST
    return place << TIES | (version * 2246822519 & 0xFFFFFFFF) >> 16


def ordered_up_to(most: int) -> int:
    """Return the last place that a value of at most ``most`` can have."""
    return (min(most, LAST - 1) + 1 << TIES) - 1


def order_of_title(title: str) -> str:
    """Return a title as it is sorted: no accents, no signs, no capitals."""
    plain = title if title.isascii() else unicodedata.normalize("NFKD", title)
    return plain.encode("ascii", "ignore").lower().translate(None, _SIGNS).strip()[:120].decode()
