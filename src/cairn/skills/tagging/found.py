"""What the tagger gives: tags with their evidence; and what it finds on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cairn.skills.matching.vocabulary import Concept
from cairn.skills.matching.words import Word


@dataclass(frozen=True, slots=True)
class Span:
    """Where the evidence stands: in the ``title`` or the ``description``, from character ``start`` to ``end``, and its words."""

    part: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A skill that a text names. ``how``: exact, alternative, short, common, variant or similar; ``confidence`` from 0 to 1."""

    concept: Concept
    how: str
    label: str
    evidence: Span
    confidence: float

    @property
    def why(self) -> str:
        """Return the reason as a sentence."""
        return f"The {self.evidence.part} says “{self.evidence.text}”, {_HOW[self.how].format(label=self.label)}."


_HOW = {
    "exact": "which is the skill's own name",
    "alternative": "which is another name of it: “{label}”",
    "short": "which is short for “{label}”",
    "common": "by which “{label}” is commonly meant",
    "variant": "which says “{label}” in other words",
    "similar": "which is close to “{label}”",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Words ``first`` to ``last`` (not included) that may name these skills, by a label of the vocabulary."""

    first: int
    last: int
    concepts: tuple[int, ...]
    label: int
    how: str
    grade: str = ""
    """Finer than ``how``, where the confidence is: ``core`` and ``loose`` are variants."""
    shown: int = 0
    """The end of the words that are shown as evidence, where that is further than ``last``: a name shares its last part with another."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One part of a text as it is read: its words, what may name skills, and the stretches that name what it does not teach."""

    part: str
    text: str
    words: Sequence[Word]
    english: bool
    loud: bool
    away: list[tuple[int, int]]
    hits: Sequence[Found]
    names: frozenset[int]
    """Places of words that surely belong to names of technologies."""


@dataclass(frozen=True, slots=True)
class Company:
    """What the whole text, title and description, tells of its words."""

    names: frozenset[str] = frozenset()
    """Folded words that surely belong to names of technologies."""
    text: str = ""
