"""How far a person's verified claims answer what a role needs. A calculation on plain values: no names, no photos, no decision.

The score is Σ ω·min(have, need)/need over the role's needs, divided by Σ ω (domain: employers, matching). ``have`` is the highest
level at which a verified credential shows the skill. A credential that shows a skill without saying at which level counts nothing
in :attr:`Match.score` and in full in :attr:`Match.score_at_most`: the truth lies between, and a person has to look.

The result orders nothing and rejects nobody. It is a table to talk about, with the credential behind every number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Need:
    """A role needs a skill (by its URI) at a level above 0, and this much (weight above 0; only ratios matter)."""

    skill: str
    name: str
    level: float
    weight: float = 1.0
    essential: bool = False

    def __post_init__(self) -> None:
        if not self.skill or self.level <= 0 or self.weight <= 0:
            raise ValueError(f"A need has a skill, a level above 0 and a weight above 0; this one is {self!r}.")


@dataclass(frozen=True, slots=True)
class Claim:
    """A verified credential shows a skill: at which level (None: it does not say), resting on what, awarded when."""

    skill: str
    name: str
    level: float | None
    credential: str
    issuer: str
    evidence: tuple[str, ...] = ()
    awarded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One need and the claim that answers it best; ``share`` is min(have, need)/need, between 0 and 1."""

    need: Need
    claim: Claim | None
    others: tuple[Claim, ...]
    share: float
    share_at_most: float
    age_months: int | None

    @property
    def points(self) -> float:
        """What the line adds to the score, out of the need's weight."""
        return self.need.weight * self.share

    @property
    def level_unstated(self) -> bool:
        """Whether the skill is shown, but at no stated level."""
        return self.claim is not None and self.claim.level is None


@dataclass(frozen=True, slots=True)
class Match:
    """The table and its sum. ``score`` and ``score_at_most`` lie between 0 and 1; they differ where levels are not stated."""

    lines: tuple[Line, ...]
    score: float
    score_at_most: float

    @property
    def essentials_open(self) -> tuple[Line, ...]:
        """Essential needs that no verified claim fully answers. Something to ask about, not a reason to refuse."""
        return tuple(line for line in self.lines if line.need.essential and line.share < 1)


def match(needs: Iterable[Need], claims: Iterable[Claim], *, today: date) -> Match:
    """Lay ``claims`` (from verified credentials only) beside ``needs``; raises ValueError where a role needs nothing.

    Of several claims to a skill the highest level counts, then the most recent; the others are listed beside it. Claims to skills
    that the role does not need change nothing.
    """
    wanted = tuple(needs)
    if not wanted:
        raise ValueError("A role that needs nothing matches everybody, so nothing is said. Give it at least one need.")
    by_skill: dict[str, list[Claim]] = {}
    for claim in claims:
        by_skill.setdefault(claim.skill, []).append(claim)
    lines = tuple(_line(need, by_skill.get(need.skill, []), today) for need in wanted)
    total = sum(need.weight for need in wanted)
    return Match(
        lines=lines,
        score=min(1.0, sum(line.points for line in lines) / total),
        score_at_most=min(1.0, sum(line.need.weight * line.share_at_most for line in lines) / total),
    )


def _line(need: Need, claims: list[Claim], today: date) -> Line:
    if not claims:
        return Line(need=need, claim=None, others=(), share=0.0, share_at_most=0.0, age_months=None)
    best, *others = sorted(claims, key=_strength, reverse=True)
    share = min(best.level or 0.0, need.level) / need.level
    unstated = any(claim.level is None for claim in claims)
    return Line(
        need=need,
        claim=best,
        others=tuple(others),
        share=share,
        share_at_most=1.0 if unstated else share,
        age_months=months_between(best.awarded_on, today) if best.awarded_on else None,
    )


def _strength(claim: Claim) -> tuple[float, date]:
    return (claim.level if claim.level is not None else -1.0, claim.awarded_on or date.min)


def months_between(earlier: date, later: date) -> int:
    """Whole months from ``earlier`` to ``later``, 0 if it is not earlier."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)
    return max(0, months)
