"""A version's rubric, parsed once: criteria, their levels from low to high, and the level that is required."""

from __future__ import annotations

from dataclasses import dataclass

from cairn.catalog.models import DefinitionVersion
from cairn.errors import Invalid


@dataclass(frozen=True, slots=True)
class Level:
    """How well a criterion is shown; ``points`` as the rubric gives them, or None."""

    id: str
    name: str
    description: str
    points: float | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is looked at. ``levels`` run from low to high; ``required`` is the id of the one that is enough."""

    id: str
    name: str
    levels: tuple[Level, ...]
    required: str

    def level(self, level_id: str) -> Level:
        """Return the level of this id; raises KeyError."""
        for level in self.levels:
            if level.id == level_id:
                return level
        raise KeyError(level_id)

    @property
    def required_level(self) -> Level:
        """The level that is enough."""
        return self.level(self.required)

    def reaches(self, level_id: str) -> bool:
        """Tell whether a level is the required one or above."""
        order = [level.id for level in self.levels]
        return order.index(level_id) >= order.index(self.required)


def criteria_of(version: DefinitionVersion) -> tuple[Criterion, ...]:
    """Return the criteria of a version's rubric; raises Invalid where there are none: nothing to check is never a pass."""
    criteria = tuple(
        Criterion(
            id=row["id"],
            name=row["name"],
            levels=tuple(
                Level(level["id"], level["name"], level.get("description", ""), level.get("points"))
                for level in row["levels"]
            ),
            required=row["required"],
        )
        for row in (version.rubric or {}).get("criteria", [])
    )
    if not criteria:
        raise Invalid(
            f"“{version.title}” has no rubric, so there is nothing to assess against.",
            remedy="It is given directly, or made of other credentials.",
            code="no_rubric",
        )
    return criteria
