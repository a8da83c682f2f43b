"""The skills that labels and texts are held against, by every form of every label."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from cairn.skills.matching.stemming import stem
from cairn.skills.matching.words import LIGHT, LITTLE, folded, words_of


class Source(Enum):
    """Where a label comes from, the surest first."""

    PREFERRED = "preferred"
    ALTERNATIVE = "alternative"
    HIDDEN = "hidden"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Concept:
    """A skill, a field of knowledge or a technology as its framework describes it. ``kind`` is skill, knowledge or technology."""

    uri: str
    name: str
    kind: str = "skill"
    framework: str = ""
    alternatives: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    description: str = ""
    broader: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a concept; ``hint`` is what stood in brackets behind it, like "computer programming" behind Swift."""

    text: str
    concept: int
    source: Source
    hint: tuple[str, ...] = ()


type Key = tuple[str, ...]


@dataclass(slots=True)
class Vocabulary:
    """Concepts, and their labels by folded words (``by_folded``) and by stems without little words (``by_stems``), in their order.

    ``by_core`` leaves light verbs out as well ("use spreadsheets software" → spreadsheet, software). Memory: some 60 MB for ESCO and
    O*NET together.
    """

    concepts: Sequence[Concept]
    labels: list[Label] = field(default_factory=list)
    by_folded: dict[Key, tuple[int, ...]] = field(default_factory=dict)
    by_stems: dict[Key, tuple[int, ...]] = field(default_factory=dict)
    by_core: dict[Key, tuple[int, ...]] = field(default_factory=dict)
    number_of: dict[str, int] = field(default_factory=dict)
    described_in: dict[str, int] = field(default_factory=dict)
    """How many concepts' descriptions hold a folded word, written small: how common it is in this world's prose."""

    @classmethod
    def of(cls, concepts: Iterable[Concept]) -> Vocabulary:
        """Index concepts. A label that says the same as one before it of the same concept is left out."""
        made = cls(tuple(concepts))
        folds: defaultdict[Key, list[int]] = defaultdict(list)
        families: defaultdict[Key, list[int]] = defaultdict(list)
        cores: defaultdict[Key, list[int]] = defaultdict(list)
        for number, concept in enumerate(made.concepts):
            made.number_of[concept.uri] = number
            seen: set[Key] = set()
            for label in _labels(concept, number):
                key = folded(label.text)
                if not key or key in seen:
                    continue
                seen.add(key)
                place = len(made.labels)
                made.labels.append(label)
                folds[key].append(place)
                words = [word for word in key if word not in LITTLE]
                if len(words) > 1:
                    families[tuple(stem(word) for word in words)].append(place)
                core = [word for word in words if word not in LIGHT]
                if len(core) > 1 and len(core) < len(words):
                    cores[tuple(stem(word) for word in core)].append(place)
            for word in {word.folded for word in words_of(concept.description) if word.text.islower()}:
                made.described_in[word] = made.described_in.get(word, 0) + 1
        made.by_folded = {key: tuple(places) for key, places in folds.items()}
        made.by_stems = {key: tuple(places) for key, places in families.items()}
        made.by_core = {key: tuple(places) for key, places in cores.items()}
        return made

    def concept_of(self, label: int) -> Concept:
        """Return the concept to which a label, by its place, belongs."""
        return self.concepts[self.labels[label].concept]


_BRACKETS = re.compile(r"\s*\(([^()]{1,60})\)\s*")
_GENERIC = re.compile(
    r"\s+(?:computer |application |design |programming |developer |analysis |modeling )?(?:software|systems?|suites?|programs?)$",
    re.I,
)
_MAKERS = re.compile(
    r"^(?:Microsoft|Adobe(?: Systems)?|Autodesk|Apple|Google|IBM|Oracle|Apache|Dassault Systemes|Intuit|Cisco(?: Systems)?|ESRI|Amazon|"
    r"The MathWorks|Bentley|Corel|Red Hat|Atlassian|Salesforce|Sage|Avid Technology|Trimble|Symantec|Blackbaud|SAS Institute)\s+(?=\S)"
)
_NO_NAMES = frozenset(
    ["software", "system", "systems", "suite", "program", "programs", "application", "applications", "server", "client"]
)
_SHORT_END = re.compile(r"^(?P<long>.+ .+) (?P<short>[A-Z][A-Z0-9&/+-]{1,6})$")


def _labels(concept: Concept, number: int) -> Iterable[Label]:
    """Every label of a concept, and the shorter forms by which texts call it."""
    named = [(concept.name, Source.PREFERRED)]
    named += [(text, Source.ALTERNATIVE) for text in concept.alternatives]
    named += [(text, Source.HIDDEN) for text in concept.hidden]
    later: list[Label] = []
    for text, source in named:
        bracket = _BRACKETS.search(text)
        if bracket is None:
            yield Label(text, number, source)
        else:
            yield Label(_BRACKETS.sub(" ", text).strip(), number, source, folded(bracket[1]))
            later.append(Label(text, number, source))
        if concept.kind == "technology":
            later += [Label(short, number, Source.SHORT) for short in _shorter(text)]
    yield from later


def _shorter(name: str) -> Iterable[str]:
    """Return what else a technology in O*NET is called: without its maker, its kind, or the short name that its name ends with."""
    plain = _MAKERS.sub("", name)
    ended = _SHORT_END.match(plain)
    if ended and ended["long"][0].casefold() == ended["short"][0].casefold():
        yield ended["long"]
        if len(ended["short"]) > 2:
            yield ended["short"]
    bare = _GENERIC.sub("", plain)
    for short in (bare, plain):
        own = short != name and len(short) > 1 and short.casefold() not in _NO_NAMES
        if own and (_looks_named(short) or plain != name):
            yield short


def _looks_named(text: str) -> bool:
    """Say whether this is a product's own name and not a kind of thing: any letter but the first of the whole is a capital."""
    return any(letter.isupper() for letter in text[1:]) or any(letter.isdigit() for letter in text)
