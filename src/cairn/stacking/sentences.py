"""A rule as a learner reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cairn.stacking.requirements import Names, Requirement, numbered


@dataclass(frozen=True)
class Sentence:
    """One line of a rule and the lines below it. `id` is the requirement's id."""

    id: str
    kind: str
    label: str
    text: str
    parts: tuple[Sentence, ...]

    def lines(self, indent: int = 0) -> list[str]:
        """The rule as plain text, two spaces further in at each level."""
        own = f"{'  ' * indent}{self.text}"
        return [own, *(line for part in self.parts for line in part.lines(indent + 1))]


def sentences(requirement: Requirement, names: Mapping[str, str] | None = None) -> Sentence:
    """The rule as nested sentences; `names` maps ids of achievements to what people call them."""
    known: Names = dict(names or {})

    def say(node: Requirement) -> Sentence:
        return Sentence(node.id, node.kind, node.label, node.sentence(known), tuple(say(part) for part in node.parts))

    return say(numbered(requirement))
