"""What a learner's awards add up to under a rule, at a moment, with the reason for everything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from cairn.stacking import filling
from cairn.stacking.allocation import Allocation, Case
from cairn.stacking.awards import Award, Validity
from cairn.stacking.compiling import Compiled, compiled
from cairn.stacking.decisions import Decision
from cairn.stacking.gathering import Days, Gathered, Start, gather, pairs_in
from cairn.stacking.problems import AwardError
from cairn.stacking.requirements import Requirement
from cairn.stacking.results import Counted, Evaluation, NodeTrace, Obstacle, Rejection, State
from cairn.stacking.serving import Asked
from cairn.stacking.tracing import Told
from cairn.stacking.windowing import weigh


def evaluate(
    requirement: Requirement,
    awards: Iterable[Award],
    at: datetime,
    *,
    validity: Validity = Validity.AT_COMPLETION,
    equivalent: Sequence[Collection[str]] = (),
    names: Mapping[str, str] | None = None,
    decisions: Sequence[Decision] = (),
    retired: Collection[str] = (),
) -> Evaluation:
    """Weigh awards against a rule at a moment. Pure; the order of the awards changes nothing.

    1. Make the rule ready; the same object is made ready once.
    2. Weigh what the rule denies, each by itself.
    3. Find what each leaf accepts: awards that are valid, one of each achievement (or of a declared `equivalent`).
    4. Allocate: each award serves one leaf unless it is shareable, and no other allocation makes more progress. Where awards must
       have been earned together, in the best window.
    5. On demand: what counted where, what did not and why, the nearest ways to complete or why there are none.

    `equivalent` lists sets of achievement ids that are the same thing: held twice, they count once. `names` maps ids of
    achievements to what people call them. `decisions` are substitutions and waivers; those made later than `at` do not
    count yet. `retired` are achievements that nobody can earn any more: what is held of them counts, and no way to complete the rule
    asks for them. Raises `AwardError` for a moment without time zone, two awards with one id or a decision about nothing,
    `RuleError` for two requirements with one id.
    """
    rule = compiled(requirement, equivalent)  # 1
    return evaluated(rule, awards, at, Asked(validity, dict(names or {}), tuple(decisions), frozenset(retired)))


def evaluated(rule: Compiled, awards: Iterable[Award], at: datetime, asked: Asked) -> Evaluation:
    """Steps 2 to 5 for a rule that is ready."""
    if at.utcoffset() is None:
        raise AwardError("The moment of evaluation has no time zone. Give it one, for example UTC.")
    at = in_one_zone(at)
    awards = list(awards) if rule.denied or rule.windows else awards
    inner = {
        denied.place: evaluated(denied.inside, awards, at, Asked(asked.validity, asked.names, retired=asked.retired))
        for denied in rule.denied
    }  # 2
    denied = {place: 0 if one.met else 1 for place, one in inner.items()}

    def gathered(days: Days, before: Gathered | None = None) -> Gathered:
        return gather(rule, awards, at, asked.validity, asked.decisions, denied, days, before)  # 3

    found, allocation = weigh(rule, gathered)  # 4
    sure = all(one.decided for one in inner.values())  # of what is denied it matters only whether it is met
    decided = sure and (allocation.exact or allocation.short or allocation.progress == 1)
    told = Told(rule, found, allocation, asked, inner, evaluated)
    return Evaluation(allocation.progress, told, exact=sure and allocation.exact, decided=decided)


def in_one_zone(at: datetime) -> datetime:
    """The moment in UTC, so that a day has 24 hours wherever clocks are put forward or back; as it is at the ends of time."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return at


def completed(
    rule: Compiled, awards: Iterable[Award], at: datetime, asked: Asked, *, spare: Mapping[str, int], start: Start | None = None,
    hasty: bool = False,
) -> tuple[Gathered, Allocation] | None:  # fmt: skip
    """How awards meet a rule that is ready, as far as the search finds out; None where they do not. Nothing else is worked out.

    Awards whose ids are in `spare` serve only where the others do not suffice, those of a higher rank only where the rest do not, as
    far as that is easily seen. Where a `start` meets the rule already, that is the answer. With `hasty` only what is found without a
    search is of use.
    """
    awards = list(awards)
    denied = {
        one.place: 0 if evaluated(one.inside, awards, at, Asked(asked.validity, asked.names)).met else 1
        for one in rule.denied
    }

    def gathered(days: Days, before: Gathered | None = None) -> Gathered:
        found = gather(rule, awards, at, asked.validity, asked.decisions, denied, days, before)
        write = found.write

        def sparing(one: Gathered) -> Case:
            case = write(one)
            ranks = (
                (at, min(spare.get(award.id, 0) for _, award in item.values())) for at, item in enumerate(one.items)
            )
            return replace(case, spare={at: rank for at, rank in ranks if rank}, hasty=hasty)

        found.write = sparing
        return found

    if start is not None:
        found = gathered(start.days, gathered(()) if rule.windows else None)
        allocation = filling.started(found.case, pairs_in(found, start.serving))
        if allocation.progress == 1:
            return found, allocation
    found, allocation = weigh(rule, gathered, whole=True)
    return (found, allocation) if allocation.progress == 1 else None


__all__ = [
    "Counted",
    "Evaluation",
    "NodeTrace",
    "Obstacle",
    "Rejection",
    "State",
    "completed",
    "evaluate",
    "evaluated",
    "in_one_zone",
]
