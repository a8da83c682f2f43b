"""Forms of labels that frameworks do not list: what texts leave out of a label, and compounds written as one word or as two.

ESCO begins labels with light verbs ("use power tools"), with words that say nothing in a field ("human physiology", "types of heat
pumps") and ends them with others ("soldering techniques"). Texts say "power tools", "physiology", "heat pumps", "soldering".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from cairn.skills.matching.vocabulary import Key, Source, Vocabulary
from cairn.skills.matching.words import LIGHT, LITTLE, Word

type Owner = tuple[int, int]
"""A concept and its preferred label, both by place."""
_VERBS = LIGHT | {"operate", "give"}
_GENERAL = ("human", "general", "basic")
_KINDS = frozenset({"type", "principle"})
_ENDINGS = frozenset({"technique", "method", "principle", "theory", "type", "procedure"})
_NOMINAL = ("tion", "sion", "ing", "graphy", "logy", "metry", "scopy", "therapy", "massage")
_THINGS = frozenset(
    [
        "bowstring",
        "breathing",
        "coaching",
        "compaction",
        "counseling",
        "funding",
        "improvization",
        "interfacing",
        "lighting",
        "reservation",
    ]
)
"""Things, or words of everyday speech, that look like names of activities."""
_SHORTEST_COMPOUND = 8
SHORTEST_PART = 3


def left_out(vocabulary: Vocabulary, common: int) -> dict[Key, Owner]:
    """Return the shorter forms of preferred labels, by their folded words, where they belong to one skill and are nobody's preferred label.

    A single word counts where it names an activity or a field and fewer than ``common`` descriptions use it.
    """
    owners: defaultdict[Key, dict[int, Owner]] = defaultdict(dict)
    taken: set[Key] = set()
    for key, places in vocabulary.by_folded.items():
        for place in places:
            label = vocabulary.labels[place]
            concept = vocabulary.concepts[label.concept]
            if label.source is not Source.PREFERRED or concept.kind == "technology":
                continue
            taken.add(key)
            rank_and_rest = _shorter(key, skill=concept.kind == "skill")
            if rank_and_rest is not None:
                rank, rest = rank_and_rest
                if rank in owners[rest]:
                    owners[rest][rank] = (-1, -1)  # two skills with an equal claim: neither
                else:
                    owners[rest][rank] = (label.concept, place)
    found = {}
    for key, claims in owners.items():
        best = claims.get(min(claims, default=0), (-1, -1))
        if best[0] >= 0 and key not in taken and _says_something(key, vocabulary, common):
            found[key] = best
    return found


def _shorter(key: Key, *, skill: bool) -> tuple[int, Key] | None:
    """Return what a label is called for short, with how near that is (0 the nearest), or None."""
    if len(key) > 3 and key[0] in _KINDS and key[1] == "of":
        return 1, key[2:]
    if skill and len(key) > 1 and key[0] in _VERBS:
        return 2, key[1:]
    if not skill and len(key) == 2 and key[0] in _GENERAL:
        return _GENERAL.index(key[0]), key[1:]
    if not skill and len(key) > 1 and key[-1] in _ENDINGS and (len(key) > 2 or key[-1] == "technique"):
        return 3, key[:-1]
    return None


def _says_something(key: Key, vocabulary: Vocabulary, common: int) -> bool:
    if len(key) == 1:
        word = key[0]
        most = 5 * common if word.endswith("ing") and (word, "technique") in vocabulary.by_folded else common
        return (
            len(word) > 6
            and word not in _THINGS
            and word.endswith(_NOMINAL)
            and vocabulary.described_in.get(word, 0) < most
        )
    if key[0] in LITTLE or key[-1] in LITTLE:
        return False
    return any(vocabulary.described_in.get(word, 0) < 10 * common for word in key if word not in LITTLE | LIGHT)


def as_labels_write(words: Sequence[Word], known: Collection[str], begun: Collection[Key]) -> list[Word]:
    """Return words with compounds as labels write them: "firefighting" as two words, "Blue Print" as one.

    ``known`` are the folded words of all labels, ``begun`` the beginnings of labels and whole labels. Each word keeps the place where it
    stands; the two parts of one word stand in the same place.
    """
    found: list[Word] = []
    for word in words:
        if found and not word.begins and word.start - found[-1].end == 1:
            before = found[-1]
            one = before.folded + word.folded
            long_enough = len(one) >= _SHORTEST_COMPOUND and min(len(before.folded), len(word.folded)) >= SHORTEST_PART
            if long_enough and one in known and (before.folded, word.folded) not in begun:
                joined = before.text + word.text
                found[-1] = Word(joined, before.start, word.end, one, before.begins)
                continue
        found.extend(_parted(word, known, begun))
    return found


def _parted(word: Word, known: Collection[str], begun: Collection[Key]) -> list[Word]:
    one = word.folded
    if len(one) >= _SHORTEST_COMPOUND and one not in known and one.isalpha() and len(one) <= 30:
        for place in range(SHORTEST_PART, len(one) - SHORTEST_PART + 1):
            parts = (one[:place], one[place:])
            if parts in begun:
                return [
                    Word(word.text, word.start, word.end, parts[0], word.begins),
                    Word(word.text, word.start, word.end, parts[1], begins=False),
                ]
    return [word]
