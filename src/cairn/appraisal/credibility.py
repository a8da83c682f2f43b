"""How credible a credential is: points where something is known, room where it is not, never a single star.

The rubric is a versioned data file. Each criterion is known, with its points, its evidence and how that was checked, or unknown.
Unknown is not zero: ``low`` counts what is known, ``high`` adds everything that unknown criteria could still bring. More
evidence can only narrow the interval.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from cairn.appraisal.errors import AppraisalError

LONGEST_RUBRIC = 200_000


class Tier(StrEnum):
    """How a piece of evidence was checked."""

    VERIFIED = "verified"
    REVIEWED = "reviewed"
    DECLARED = "declared"


@dataclass(frozen=True)
class Criterion:
    """One criterion: its most points, what it asks, and what its steps are worth (points by step, low to high)."""

    id: str
    group: str
    name: str
    asks: str
    points: Decimal
    steps: tuple[tuple[Decimal, str], ...]


@dataclass(frozen=True)
class Rubric:
    """A published rubric in one version. ``multipliers`` say what a point is worth by the tier of its evidence."""

    id: str
    version: str
    groups: tuple[tuple[str, str], ...]
    criteria: tuple[Criterion, ...]
    multipliers: dict[Tier, Decimal]

    @property
    def total(self) -> Decimal:
        """All points together; a rubric whose points are not 100 is refused when it is read."""
        return sum((criterion.points for criterion in self.criteria), Decimal(0))

    def criterion(self, identifier: str) -> Criterion:
        """One criterion by its id. Raises :class:`AppraisalError`."""
        for criterion in self.criteria:
            if criterion.id == identifier:
                return criterion
        raise AppraisalError(
            "criterion",
            f"{self.id} has no criterion {identifier}.",
            f"Use one of {', '.join(c.id for c in self.criteria)}.",
        )


@dataclass(frozen=True)
class Evidence:
    """What is known about one criterion: points earned (before the tier), how it was checked, by what, when, until when.

    ``at_most`` where only a part is known: ``points`` are certain, and up to so many are still possible. None means that all is known.
    """

    criterion: str
    points: Decimal
    tier: Tier
    sentence: str
    source: str = ""
    checked_on: date | None = None
    expires_on: date | None = None
    at_most: Decimal | None = None


@dataclass(frozen=True)
class Judged:
    """A criterion with its evidence, or with None where nothing is known. ``low`` and ``high`` are what it brings to each end."""

    criterion: Criterion
    evidence: Evidence | None
    low: Decimal
    high: Decimal

    @property
    def open(self) -> bool:
        """Whether all of its points are still possible: nothing is known of it, or nothing that narrows it."""
        return self.high - self.low == self.criterion.points

    @property
    def sentence(self) -> str:
        """What is known, in one sentence, with points, source and date."""
        if self.evidence is None:
            return f"{self.criterion.id} {self.criterion.name}: not known, 0 to {_plain(self.criterion.points)} points."
        given = self.evidence
        told = [given.sentence.rstrip("."), given.source]
        told += [f"checked {given.checked_on:%Y-%m-%d}"] if given.checked_on else []
        told += [f"holds until {given.expires_on:%Y-%m-%d}"] if given.expires_on else []
        upper = f" to {_plain(self.high)}" if self.high != self.low else ""
        points = f"{_plain(self.low)}{upper} of {_plain(self.criterion.points)}"
        return f"{self.criterion.id} {self.criterion.name}, {points}: {'; '.join(part for part in told if part)}."


@dataclass(frozen=True)
class Credibility:
    """An interval of 0 to 100 points, the share of the rubric that anything is known about, and every criterion."""

    rubric: Rubric
    low: Decimal
    high: Decimal
    coverage: Decimal
    criteria: tuple[Judged, ...]


def credibility(evidence: Iterable[Evidence], *, rubric: Rubric | None = None, at: date | None = None) -> Credibility:
    """Weigh the evidence. Evidence that expired before ``at`` counts as unknown; one piece for each criterion at most.

    Raises :class:`AppraisalError` for points outside 0 to the criterion's most, unknown criteria, and a criterion given twice.
    """
    rubric = rubric or mcq100()
    given: dict[str, Evidence] = {}
    for piece in evidence:
        criterion = rubric.criterion(piece.criterion)
        if piece.criterion in given:
            raise AppraisalError(piece.criterion, "Two pieces of evidence for one criterion.", "Give the stronger one.")
        if not piece.points.is_finite() or not 0 <= piece.points <= criterion.points:
            raise AppraisalError(piece.criterion, f"{piece.points} points.", f"Give 0 to {_plain(criterion.points)}.")
        most, least = piece.at_most, piece.points * rubric.multipliers[piece.tier]
        if most is not None and not (most.is_finite() and least <= most <= criterion.points):
            raise AppraisalError(
                piece.criterion, f"At most {most} points.", f"Give {_plain(least)} to {_plain(criterion.points)}."
            )
        if at is None or piece.expires_on is None or piece.expires_on >= at:
            given[piece.criterion] = piece
    judged = tuple(_judge(criterion, given.get(criterion.id), rubric) for criterion in rubric.criteria)
    about = sum((one.criterion.points - (one.high - one.low) for one in judged), Decimal(0))
    low = sum((one.low for one in judged), Decimal(0))
    high = sum((one.high for one in judged), Decimal(0))
    return Credibility(rubric, low, high, about / rubric.total, judged)


def _judge(criterion: Criterion, evidence: Evidence | None, rubric: Rubric) -> Judged:
    if evidence is None:
        return Judged(criterion, None, Decimal(0), criterion.points)
    return Judged(criterion, evidence, *_ends(evidence, rubric.multipliers))


@cache
def mcq100() -> Rubric:
    """The rubric that comes with Cairn, MCQ-100."""
    return read_rubric(resources.files("cairn.appraisal").joinpath("rubric_mcq100.json").read_text(encoding="utf-8"))


def reweigh(evidence: Iterable[Evidence], *, given: Rubric, wanted: Rubric) -> list[Evidence]:
    """Say the same under another rubric: points in the same share of each criterion; criteria that it does not have fall away."""
    points = {criterion.id: criterion.points for criterion in wanted.criteria}
    return [
        replace(
            piece,
            points=_scaled(piece.points, piece.criterion, given, points),
            at_most=None if piece.at_most is None else _scaled(piece.at_most, piece.criterion, given, points),
        )
        for piece in evidence
        if piece.criterion in points
    ]


def _scaled(amount: Decimal, criterion: str, given: Rubric, points: Mapping[str, Decimal]) -> Decimal:
    return min(amount * points[criterion] / given.criterion(criterion).points, points[criterion])


def strongest(evidence: Iterable[Evidence], *, at: date | None = None, rubric: Rubric | None = None) -> list[Evidence]:
    """Make one piece for each criterion of all that has not expired: the best checked one, narrowed by the others; of equals the first.

    Whoever has checked the whole decides. What was checked in part comes next and sets the bounds (``points``, ``at_most``); within them
    counts what is only declared, and where that lies outside of them, the nearer bound. So no further piece ever widens what is possible.
    """
    multipliers = (rubric or mcq100()).multipliers
    pieces: dict[str, list[Evidence]] = {}
    for piece in evidence:
        if at is None or piece.expires_on is None or piece.expires_on >= at:
            pieces.setdefault(piece.criterion, []).append(piece)
    kept = []
    for every in pieces.values():
        best, *weaker = sorted(every, key=_rank)
        for piece in weaker:
            best = _narrowed(best, piece, multipliers)
        kept.append(best)
    return kept


def _rank(piece: Evidence) -> tuple[bool, bool, int]:
    declared = piece.tier is Tier.DECLARED
    return declared, piece.at_most is not None, 0 if piece.tier is Tier.VERIFIED else 1


def _narrowed(best: Evidence, weaker: Evidence, multipliers: Mapping[Tier, Decimal]) -> Evidence:
    """Narrow the interval of ``best`` by that of a weaker piece; where they do not meet, to the end that is nearer to it."""
    (low, high), (below, above) = _ends(best, multipliers), _ends(weaker, multipliers)
    if above <= low:
        return replace(best, at_most=None)
    if below >= high:
        return best if low == high else replace(weaker, points=high / multipliers[weaker.tier], at_most=None)
    nearer, upper = (weaker if below > low else best), min(above, high)
    return replace(nearer, at_most=None if upper == max(low, below) else upper)


def _ends(piece: Evidence, multipliers: Mapping[Tier, Decimal]) -> tuple[Decimal, Decimal]:
    low = piece.points * multipliers[piece.tier]
    return low, low if piece.at_most is None else piece.at_most


def read_rubric(text: str) -> Rubric:
    """Read a rubric from JSON (its shape: ``rubric_mcq100.json``). Raises :class:`AppraisalError` unless its points sum to 100."""
    if len(text) > LONGEST_RUBRIC:
        raise AppraisalError("rubric", f"It has {len(text)} characters.", f"Keep it under {LONGEST_RUBRIC}.")
    try:
        rubric = _rubric(json.loads(text, parse_float=Decimal, parse_constant=_no_number))
    except AppraisalError:
        raise
    except RecursionError as error:
        raise AppraisalError(
            "rubric", "It is nested too deeply.", "Write it like the one that comes with Cairn."
        ) from error
    except KeyError as error:
        raise AppraisalError("rubric", f"The field {error} is missing somewhere.", "Write it in.") from error
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        raise AppraisalError(
            "rubric", f"It cannot be read: {error}.", "Write it like the one that comes with Cairn: cairn rubric show."
        ) from error
    if not rubric.id.strip() or not rubric.version.strip():
        raise AppraisalError("rubric", "It has no id or no version.", "Give both; a changed rubric is a new version.")
    if not rubric.criteria or not all(_within(one.points, 100) for one in rubric.criteria):
        raise AppraisalError("rubric", "A criterion has no points.", "Give each more than 0, or take it out.")
    if set(rubric.multipliers) != set(Tier) or not all(_within(one, 1) for one in rubric.multipliers.values()):
        raise AppraisalError("tiers", "Each tier needs a multiplier above 0 and up to 1.", f"Give {', '.join(Tier)}.")
    if rubric.total != 100:
        raise AppraisalError("rubric", f"The points of {rubric.id} sum to {rubric.total}.", "Make them 100.")
    if len({criterion.id for criterion in rubric.criteria}) != len(rubric.criteria):
        raise AppraisalError("rubric", "Two criteria share an id.", "Give each its own.")
    return rubric


def _within(amount: Decimal, most: int) -> bool:
    return amount.is_finite() and 0 < amount <= most


def _no_number(word: str) -> Decimal:
    raise ValueError(f"{word} is no number")


def _rubric(document: Any) -> Rubric:
    groups = tuple((group["id"], group["name"]) for group in document["groups"])
    criteria = tuple(
        Criterion(
            id=str(each["id"]),
            group=str(group["id"]),
            name=str(each["name"]),
            asks=str(each["asks"]),
            points=Decimal(each["points"]),
            steps=tuple((Decimal(step["points"]), step["when"]) for step in each.get("steps", [])),
        )
        for group in document["groups"]
        for each in group["criteria"]
    )
    multipliers = {Tier(name): Decimal(str(value)) for name, value in document["tiers"].items()}
    return Rubric(str(document["id"]), str(document["version"]), groups, criteria, multipliers)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
