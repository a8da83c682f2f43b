"""Awards that nobody holds yet: what an award would have to be like to count, if there can be one at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from cairn.stacking.awards import Award, Level, SkillAt
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.criteria import AtLevel, Criterion, EarnedBetween, EarnedThere, Graded, number
from cairn.stacking.families import Leaf

SETS = ("tags", "subjects")


def imagine(
    leaf: Leaf, criteria: Iterable[Criterion], at: datetime, *, name: str, amount: Decimal, achievement: str | None = None,
    skills: tuple[str, ...] = (),
) -> Award | None:  # fmt: skip
    """An award earned by `at` that meets the criteria and brings `amount` of the leaf's unit; None where no award can.

    `skills` are those to choose from where the leaf asks for skills; without them, all that it asks for.
    """
    wanted = tuple(criteria)
    allowed: dict[str, list[str]] = {}
    sets: dict[str, set[str]] = {reads: set() for reads in SETS}
    level: Level | None = None
    for criterion in wanted:
        if isinstance(criterion, AtLevel) and (level is None or criterion.level.value > level.value):
            level = criterion.level
        if criterion.accepts is None:
            continue
        if criterion.reads in sets:
            sets[criterion.reads].add(criterion.accepts[0])
        else:
            known = allowed.get(criterion.reads)
            allowed[criterion.reads] = [one for one in criterion.accepts if known is None or one in known]
    if achievement is not None:
        allowed["achievement"] = [one for one in allowed.get("achievement", [achievement]) if one == achievement]
    if any(isinstance(criterion, EarnedThere) for criterion in wanted):
        allowed["source"] = [one for one in allowed.get("source", [""]) if one != "transfer"]
    if any(not found for found in allowed.values()):
        return None
    shown: tuple[SkillAt, ...] = ()
    if isinstance(leaf, SkillsCovered):
        shown = tuple(SkillAt(leaf.framework, skill, leaf.level) for skill in (skills or leaf.skills)[: int(amount)])
    earned = _earned(wanted, at)
    award = Award(
        id=name,
        achievement=allowed.get("achievement", [name])[0],
        issuer=allowed.get("issuer", ["somebody"])[0],
        valid_from=earned,
        credits={leaf.counts_in: amount} if leaf.counts_in else {},
        level=level,
        grade=_grade(wanted),
        type=allowed.get("type", [""])[0],
        tags=frozenset(sets["tags"]),
        subjects=frozenset(sets["subjects"]),
        source=allowed.get("source", [""])[0],
        skills=shown,
        hours=amount if leaf.unit == "hours" else None,
    )
    return None if any(criterion.fault(award, at) for criterion in wanted) else award


def _grade(criteria: tuple[Criterion, ...]) -> str | None:
    graded = [criterion for criterion in criteria if isinstance(criterion, Graded)]
    scaled = [criterion for criterion in graded if criterion.scale]
    plain = [criterion for criterion in graded if not criterion.scale]
    least = [value for criterion in plain if (value := number(criterion.minimum)) is not None]
    if scaled:
        enough = (
            grade
            for grade in scaled[0].scale
            if all(grade in one.scale and one.scale.index(grade) >= one.scale.index(one.minimum) for one in scaled)
            and all((value := number(grade)) is not None and value >= one for one in least)
        )
        return next(enough, scaled[0].scale[-1])
    return str(max(least)) if least else None


def _earned(criteria: tuple[Criterion, ...], at: datetime) -> datetime:
    """As late as the windows allow, `at` at the latest."""
    ends = [c.until for c in criteria if isinstance(c, EarnedBetween) and c.until is not None and c.until <= at]
    return min([at, *(end - timedelta(microseconds=1) for end in ends)])
