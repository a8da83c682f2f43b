"""The distance between a learner and a target, skill by skill."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from cairn.planning.values import Have, Learner, SkillGap, Source, Target


def levels(learner: Learner, *, count_claimed: bool = True) -> dict[str, int]:
    """The learner's level per skill; those known only by their own word are left out if they do not count."""
    return {
        skill: level
        for skill, have in learner.have.items()
        if (level := have.level if count_claimed else _proven(have))
    }


def gap(learner: Learner, target: Target, *, count_claimed: bool = True) -> list[SkillGap]:
    """Every need beside what the learner has, the most important gap first, then by skill.

    Needs that are met are there too, with nothing missing, so that the person sees what counts already.
    """
    held = levels(learner, count_claimed=count_claimed)
    return gaps(held, learner, target)


def gaps(held: Mapping[str, int], learner: Learner, target: Target) -> list[SkillGap]:
    """As `gap`, for levels reached on the way."""
    found = [
        SkillGap(
            need.skill,
            held.get(need.skill, 0),
            need.level,
            need.weight,
            need.essential,
            _source(learner.have.get(need.skill), held.get(need.skill, 0)),
            need.source,
            need.uncertainty,
        )
        for need in target.needs
    ]
    return sorted(found, key=lambda item: (-item.importance, not item.essential, item.skill))


def _proven(have: Have) -> int:
    return have.level if have.source is Source.VERIFIED else min(have.verified, have.level)


def _source(have: Have | None, held: int) -> Source | None:
    if not held or have is None:
        return None
    return Source.VERIFIED if held <= _proven(have) else have.source


def coverage(held: Mapping[str, int], target: Target) -> Fraction:
    """The share of the target that these levels reach, 0 to 1: the mean of min(have, need) / need, weighted."""
    reached = sum(
        Fraction(need.weight) * Fraction(min(held.get(need.skill, 0), need.level), need.level) for need in target.needs
    )
    return Fraction(reached) / sum(Fraction(need.weight) for need in target.needs)
