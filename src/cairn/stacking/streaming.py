"""Many learners under one rule: read one after the other, weighed, given out again. Nothing is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from cairn.stacking.awards import Award, Validity
from cairn.stacking.compiling import Compiled, compiled
from cairn.stacking.evaluation import evaluated
from cairn.stacking.requirements import Requirement
from cairn.stacking.results import Evaluation
from cairn.stacking.tracing import Asked


def recompute[Learner](
    requirement: Requirement,
    learners: Iterable[tuple[Learner, Iterable[Award]]],
    at: datetime,
    *,
    validity: Validity = Validity.AT_COMPLETION,
    equivalent: Sequence[Collection[str]] = (),
) -> Iterator[tuple[Learner, Evaluation]]:
    """Weigh every learner's awards against a rule at a moment, in the order in which they come.

    The rule is made ready once. Learners are asked for one at a time, so that any number of them fits into memory; reasons
    are worked out only for the evaluations that are asked for them.
    """
    rule = compiled(requirement, equivalent)
    asked = Asked(validity)
    for learner, awards in learners:
        yield learner, evaluated(rule, awards, at, asked)


def touches(requirement: Requirement, award: Award, *, equivalent: Sequence[Collection[str]] = ()) -> bool:
    """Whether gaining, losing or changing this award can change any evaluation of the rule, at any moment.

    False is certain: the award fits no requirement whatever its validity. So a job that is told of one changed award need weigh
    anew only those rules that it touches; the answers of the others stand exactly as they are.
    """
    return _touches(compiled(requirement, equivalent), award)


def _touches(rule: Compiled, award: Award) -> bool:
    for place in rule.places:
        if place.only is not None and award.achievement not in place.only:
            continue
        lasting = (criterion for criterion in place.criteria if not _passing(criterion))
        if place.leaf.worth(award, place.scope.rates) and not any(c.fault(award, award.earned) for c in lasting):
            return True
    return any(_touches(denied.inside, award) for denied in rule.denied)


def _passing(criterion: object) -> bool:
    """Whether what a criterion says about an award changes as time passes."""
    return getattr(criterion, "reads", "") == "earned"
