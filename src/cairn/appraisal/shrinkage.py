"""What few people's figures are worth: drawn towards those of the larger groups they belong to, the more the fewer they are.

A figure of nine people says little, that of the whole field says more, so it is blended: from the broadest group down a path such as
field family, field, level, region, provider, each group's own mean counts with its people, and the group above it as if it were
``strength`` people more.

    estimate of the broadest group = its mean over people
    estimate of a narrower group   = (n · own mean + strength · estimate above) / (n + strength)

What a source keeps back (a value or a number of people that is None) enters no mean; it is only counted. Exact: Decimals throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cairn.appraisal.errors import AppraisalError

STRENGTH = 30
"""The group above counts as so many people: the number under which the rule for small cohorts rolls years together."""
FEWEST = 16
"""Below so many people behind a figure none is told (matched earners in the draft rule for value-added earnings)."""


@dataclass(frozen=True)
class Observation:
    """One published figure: the groups it belongs to from broad to narrow, its value, and on how many people it stands."""

    path: tuple[str, ...]
    value: Decimal | None
    people: int | None

    @property
    def usable(self) -> bool:
        """Whether both the figure and its people are published. A figure of nobody is none."""
        return self.value is not None and self.people is not None and self.people > 0


@dataclass(frozen=True)
class Group:
    """One step of the path: its own mean (None where nobody published), its people, how many figures were kept back, the estimate."""

    name: str
    mean: Decimal | None
    people: int
    figures: int
    suppressed: int
    estimate: Decimal | None


@dataclass(frozen=True)
class Shrunk:
    """The estimate for the narrowest group, how much of it is that group's own, and the steps that led there, broad to narrow."""

    estimate: Decimal
    own_share: Decimal
    groups: tuple[Group, ...]
    strength: int

    @property
    def people(self) -> int:
        """How many people stand behind the narrowest group's own figure."""
        return self.groups[-1].people

    @property
    def suppressed(self) -> int:
        """How many figures of the broadest group its sources keep back."""
        return self.groups[0].suppressed


def shrink(
    observations: Iterable[Observation], path: Sequence[str], *, strength: int = STRENGTH, fewest: int = FEWEST
) -> Shrunk | None:
    """Estimate a figure for the narrowest group of ``path`` (broad to narrow); None where too few people published anything.

    Raises :class:`AppraisalError` for an empty path, a strength below 1, or a number of people below 0.
    """
    if not path:
        raise AppraisalError("path", "There is no group.", "Name at least one, the broadest first.")
    if strength < 1:
        raise AppraisalError("strength", f"{strength} people are none.", "Give 1 or more.")
    given = list(observations)
    if any(one.people is not None and one.people < 0 for one in given):
        raise AppraisalError(
            "people", "A number of people is below zero.", "Give 0 or more, or None if it is kept back."
        )
    groups: list[Group] = []
    above: Decimal | None = None
    for depth, name in enumerate(path, 1):
        group = _group(name, [one for one in given if one.path[:depth] == tuple(path[:depth])], above, strength)
        groups.append(group)
        above = group.estimate
    told = groups[0]
    if above is None or told.people < fewest:
        return None
    own = Decimal(groups[-1].people)
    return Shrunk(above, own / (own + strength), tuple(groups), strength)


def _group(name: str, members: list[Observation], above: Decimal | None, strength: int) -> Group:
    known = [(one.value, one.people) for one in members if one.value is not None and one.people]
    people = sum(count for _, count in known)
    mean = sum((value * count for value, count in known), Decimal(0)) / people if people else None
    estimate = (
        above if mean is None else mean if above is None else (people * mean + strength * above) / (people + strength)
    )
    return Group(name, mean, people, len(known), sum(not one.usable for one in members), estimate)
