"""Names that share a part: "legal and medical terminology", "Elektro- und Kältetechnik". Each of them is meant whole.

In English the first of two names leaves out its last word; in German, where a hyphen says so, the last part of a compound. Such a part is
no word by itself: "Bau- und Möbelschreinerei" is no construction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from cairn.skills.matching.vocabulary import Key
from cairn.skills.matching.words import LITTLE, Word, fold, normal

_AND = frozenset({"and", "or"})
_UND = frozenset({"und", "oder", "sowie", "bzw"})
_SHORTEST = 4
"""Letters that the shared part of a German compound has at least."""
_OF_ANY_FIELD = (
    "administration", "analyse", "entwicklung", "grundlagen", "kenntnisse", "kunde", "lehre", "management", "systeme", "technik",
    "technologie", "verwaltung", "wesen", "wissen",
)  # fmt: skip
"""Last parts that name no field: before them the first part does, as in "IT-Sicherheits- und Netzwerktechnik"."""


def completed(words: Sequence[Word]) -> Iterator[tuple[int, int, Key]]:
    """Yield what English words leave out: first word, end, and the whole first name of "legal and medical terminology"."""
    for at in range(len(words) - 3):
        one, link, other, head = words[at : at + 4]
        together = link.folded in _AND and not any(word.begins for word in (link, other, head))
        # "Machines and hand tools" are no machine tools: what shares a word with another is no plural.
        things = one.text.endswith("s") and one.folded != normal(one.text)
        if together and not things and not {one.folded, other.folded, head.folded} & LITTLE:
            yield at, at + 4, (one.folded, head.folded)


def torn(words: Sequence[Word], text: str) -> Iterator[tuple[int, int, int]]:
    """Yield German words of which a hyphen says that their end stands in a later one: first word, end, and end of the later one."""
    for at in range(len(words) - 2):
        after = text[words[at].end : words[at + 1].start]
        if after[:1] == "-" and after[1:].isspace() and words[at + 1].folded in _UND and not words[at + 2].begins:
            first = at
            while first and text[words[first - 1].end : words[first].start] == "-":
                first -= 1
            last = at + 2
            while last + 1 < len(words) and text[words[last].end : words[last + 1].start] == "-":
                last += 1
            yield first, at + 1, last + 1


def mended(words: Sequence[Word], first: int, end: int, last: int, known: Collection[Key]) -> Key | None:
    """Return the whole of a torn word, with the longest end of the later one with which it is a known name; None without one."""
    later = words[last - 1].text
    before = tuple(word.folded for word in words[first : end - 1])
    for at in range(1, len(later) - _SHORTEST + 1):
        key = (*before, fold(normal(words[end - 1].text + later[at:])))
        if key in known:
            return key
    return None


def names_the_field(words: Sequence[Word], last: int) -> bool:
    """Say whether what a torn word shares names no field of its own, so that the word itself says which is meant."""
    return normal(words[last - 1].text).endswith(_OF_ANY_FIELD)
