"""What words mean: labels of skills and occupations in the frameworks, looked up by the words of a question.

A small database of labels stands beside the index of versions, made with it and never changed: one row for each label, by its key
(stems without little words). So
"CNA" finds nursing assistants, "JS" what teaches JavaScript, and what teaches a narrower skill is found with the broader one. Words of
other languages come with the frameworks' labels, and from a table of our own (``glossary.csv``) for everyday names.
"""

from __future__ import annotations

import csv
import re
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.resources import files
from pathlib import Path

from cairn.catalog.search.words import GENERAL, concept_of, fold, key_of, stem, telling, tokens, words_of
from cairn.skills.models import Occupation, OccupationLink, Skill

MOST_MEANINGS = 6
"""Words that may mean more things than this say too little."""
LONGEST_LABEL = 5
MOST_ENDED = 3
"""Labels that end in some words name so many things at most, or the words say too little: a bilingual teacher aide is a teacher aide."""
_ENDS = 2
"""Stands in the table for the end of a label, where a whole one has 0, or 1 for the own name."""
MOST_STEMS, SHORTEST_STEM = 3, 3
"""Another label is looked for in titles if it has no more words than this, and if its only word is no shorter than this."""
_MOST_LABELS = 40
_MOST_ASKED = 5_000
_BRACKETS = re.compile(r"^(.*?)\s*\(([^()]{2,60})\)\s*$")


@dataclass(frozen=True)
class Meaning:
    """One thing that words may mean. ``kind``: skill or occupation; ``identifier`` is what versions carry for it."""

    kind: str
    identifier: str
    name: str
    own: bool
    """The words are its own name and not another label."""


TABLE = (
    "CREATE TABLE label (key TEXT NOT NULL, identifier TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, own INTEGER NOT NULL, "
    "said TEXT NOT NULL)"
)


def write(path: Path) -> int:
    """Write the labels of the frameworks in the database into a new file; return how many there are."""
    base = sqlite3.connect(path)
    with base:
        base.execute(TABLE)
        base.executemany("INSERT INTO label VALUES (?, ?, ?, ?, ?, ?)", _rows())
        base.execute("CREATE INDEX by_key ON label (key)")
        base.execute("CREATE INDEX by_identifier ON label (identifier)")
    count = int(base.execute("SELECT count(*) FROM label").fetchone()[0])
    base.close()
    return count


def _rows() -> Iterator[tuple[str, str, str, str, int, str]]:
    for kind, identifier, name, labels in _concepts():
        seen: set[str] = set()
        for place, label in enumerate(labels[:_MOST_LABELS]):
            for text in _forms(label):
                words = words_of(fold(text))
                key = key_of(words)
                if (
                    not key
                    or key in seen
                    or len(words) > LONGEST_LABEL + 2
                    or (len(words) == 1 and words[0] in GENERAL)
                ):
                    continue
                seen.add(key)
                yield key, identifier, kind, name, int(place == 0), text
                for size in range(2, len(words)) if kind == "occupation" else ():
                    end = key_of(words[-size:])
                    if " " in end and end not in seen:
                        seen.add(end)
                        yield end, identifier, kind, name, _ENDS, text


def _forms(label: str) -> list[str]:
    """A label, and where it ends in brackets both parts of it: "Certified Nurse Aide (CNA)"."""
    found = _BRACKETS.match(label)
    return [label] if found is None else [found[1], found[2]]


def _concepts() -> Iterator[tuple[str, str, str, list[str]]]:
    for uri, name, others, hidden in (
        Skill.objects.order_by("pk").values_list("uri", "name", "alt_labels", "hidden_labels").iterator(chunk_size=5000)
    ):
        yield "skill", concept_of(uri), name, [name, *others, *hidden]
    named: dict[str, str] = {}
    rows = list(Occupation.objects.order_by("code").values_list("pk", "soc", "title", "alt_titles"))
    for _, soc, title, _ in rows:
        if soc:
            named.setdefault(soc, title)
    crossed: defaultdict[int, list[str]] = defaultdict(list)
    for source, target, from_soc, to_soc in OccupationLink.objects.order_by("pk").values_list(
        "source_id", "target_id", "source__soc", "target__soc"
    ):
        for one, soc in ((source, to_soc), (target, from_soc)):
            if soc in named:
                crossed[one].append(named[soc])
    for pk, soc, title, others in rows:
        for identifier in [named[soc]] if soc else list(dict.fromkeys(crossed[pk]))[:3]:
            yield "occupation", identifier, identifier, [title, *others]


class Labels:
    """The labels beside one index, open for questions."""

    def __init__(self, path: Path) -> None:
        base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._ask = lru_cache(maxsize=_MOST_ASKED)(partial(_rows_of, base, threading.Lock()))
        """Remembered: the labels never change, and the same words are asked for again and again."""

    def meanings(self, keys: Sequence[str]) -> dict[str, list[Meaning]]:
        """Return what each of these keys may mean, own names first; those that may mean too much are left out."""
        found: defaultdict[str, dict[tuple[str, str], Meaning]] = defaultdict(dict)
        ended: defaultdict[str, dict[tuple[str, str], Meaning]] = defaultdict(dict)
        for key in dict.fromkeys(keys):
            for identifier, kind, name, own in self._ask(
                "SELECT identifier, kind, name, own FROM label WHERE key = ? ORDER BY own = 1, own, identifier LIMIT 100",
                key,
            ):
                one = Meaning(str(kind), str(identifier), str(name), own == 1)
                (ended if own == _ENDS else found)[key][str(kind), str(identifier)] = one
        found |= {key: each for key, each in ended.items() if key not in found and len(each) <= MOST_ENDED}
        ranked = {
            key: sorted(each.values(), key=lambda one: (not one.own, one.kind, one.name, one.identifier))
            for key, each in found.items()
        }
        for key, each in ranked.items():
            if len(each) > MOST_MEANINGS:
                ranked[key] = [one for one in each if one.own][:MOST_MEANINGS]
        return {key: each for key, each in ranked.items() if each}

    def names_of(self, identifiers: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the labels of these concepts, the shortest first."""
        asked = "SELECT said FROM label WHERE identifier = ? AND own < 2 ORDER BY length(said), said LIMIT 60"
        return {one: tuple([str(said) for (said,) in self._ask(asked, one)]) for one in dict.fromkeys(identifiers)}


def _rows_of(base: sqlite3.Connection, lock: threading.Lock, question: str, value: str) -> list[tuple[object, ...]]:
    with lock:
        return base.execute(question, (value,)).fetchall()


@lru_cache(maxsize=1)
def glossary() -> dict[str, tuple[str, ...]]:
    """Return our own table: everyday words of six languages, folded and without little words, to English words that catalogues use."""
    text = files("cairn.catalog.search").joinpath("glossary.csv").read_text(encoding="utf-8")
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in csv.DictReader(text.splitlines()):
        for said in row["said"].split("|"):
            found[" ".join(telling(words_of(fold(said))))] += [fold(one) for one in row["english"].split("|")]
    return {said: tuple(dict.fromkeys(english)) for said, english in found.items()}


_ENDINGS = ("innen", "in", "en", "es", "er", "n", "s", "e", "os", "as", "a", "o")


def translated(words: Sequence[str]) -> tuple[str, ...]:
    """Return English words for a stretch of folded words: as it stands, with another ending, or as a German compound of two."""
    table = glossary()
    said = " ".join(words)
    if said in table:
        return table[said]
    return () if len(words) != 1 or len(said) < 5 else _formed(said)


@lru_cache(maxsize=10_000)
def _formed(said: str) -> tuple[str, ...]:
    table = glossary()
    for ending in _ENDINGS:
        if said.endswith(ending) and len(said) - len(ending) >= 4:
            bare = said[: -len(ending)]
            for other in (bare, *(bare + end for end in ("", "e", "en", "a", "o"))):
                if other in table:
                    return table[other]
    for at in range(len(said) - 3, 3, -1):
        head, tail = said[:at], said[at:]
        known = table.get(head) or table.get(head.removesuffix("s")) or table.get(head + "e") or table.get(head + "en")
        if known and (tail in GENERAL or tail in _TAILS):
            return known
    return ()


_TAILS_TEXT = """
    kurse kurs schein seminar seminare grundlagen techniker technik lehre schule fachkraft kraft assistent assistentin helfer helferin
    arbeiter arbeiterin mitarbeiter mitarbeiterin fahrer fahrerin
"""
_TAILS = frozenset(_TAILS_TEXT.split())


@lru_cache(maxsize=20_000)
def stems_of(label: str) -> tuple[str, ...]:
    """Return the stems of a label."""
    return tuple(stem(word) for word in words_of(fold(label)))


@lru_cache(maxsize=5_000)
def saying_the_same(
    stretch: tuple[str, ...], meaning: Meaning, labels: tuple[str, ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the other labels of what some words mean that say the same, with their stems, the surest first.

    What is short for the words or what they are short for comes first ("PCT", "patient care technician"), then what shares a word with
    them. Any other label says the same only where the words are the concept's own name: two other labels of one are often two things of
    a kind (Linux and Windows are operating systems).
    """
    said = frozenset(stem(word) for word in stretch)
    ranked: list[tuple[int, str, tuple[str, ...]]] = []
    for label in labels:
        stems = stems_of(label)
        if said.issuperset(stems) and len(stems) < len(stretch):  # names more than was said
            continue
        if _is_short_for(stretch, label):
            ranked.append((0, label, stems))
        elif len(stems) > MOST_STEMS or (len(stems) == 1 and len(stems[0]) < SHORTEST_STEM):
            continue
        elif said.intersection(stems):
            ranked.append((1, label, stems))
        elif meaning.own and (len(stems) > 1 or meaning.kind == "skill"):  # one word names a whole trade: engineer
            ranked.append((2, label, stems))
    return tuple([(label, stems) for _, label, stems in sorted(ranked, key=lambda one: one[0])])


def _is_short_for(stretch: Sequence[str], label: str) -> bool:
    """Say whether one of both is made of the first letters of the other."""
    words = telling(tokens(label))
    one, many = (stretch, words) if len(stretch) == 1 else (words, stretch)
    return len(one) == 1 and len(many) > 1 and one[0] == "".join(word[0] for word in many)
