"""What makes a rule impossible or unclear, as far as the rule alone can tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from cairn.stacking.allocation import Branch, Case, allocate
from cairn.stacking.awards import Award, Validity
from cairn.stacking.compiling import Compiled, Place
from cairn.stacking.criteria import AtLevel, EarnedBetween, OfAchievement
from cairn.stacking.families import Around, Leaf, Requirement, Scope
from cairn.stacking.imagining import imagine
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.requirements import numbered
from cairn.stacking.scopes import Equivalences
from cairn.stacking.together import day_of

NOW = datetime(2000, 1, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def contradictions(rule: Requirement) -> tuple[Problem, ...]:
    """Every contradiction that can be decided, each at its place.

    Found are: ids that stand twice, levels asked in two frameworks of the same award, conditions that no award can meet
    together, named awards that cannot cover the rule because each counts once, limits below what must be reached inside
    them, windows that say nothing or are too short, awards that are asked for and forbidden, equivalences that do not stand
    around the whole rule.
    """
    found = _twice(numbered(rule))
    found += _misplaced(rule, "$", outermost=True)
    found += _impossible(rule, "$", Scope())
    if found:
        return tuple(found)
    try:
        compiled = Compiled(rule)
    except RuleError as fault:
        return fault.problems
    where = paths(compiled.rule)
    found += _limits(compiled, where)
    found += _bodies(compiled, where)
    found += _windows(compiled, where)
    found += _forbidden(compiled, where)
    if not found and not _coverable(compiled):
        wrong = "Nobody can meet this: the same award would have to count more than once."
        found.append(Problem("$", wrong, "Ask for each award once, or add equivalents."))
    return tuple(found)


def paths(rule: Requirement, path: str = "$") -> dict[str, str]:
    """Where each requirement stands in the document, by its id."""
    found = {rule.id: path}
    for number, part in enumerate(rule.parts):
        found |= paths(part, f"{path}.of" if isinstance(rule, Around) else f"{path}.of[{number}]")
    return found


def _twice(rule: Requirement) -> list[Problem]:
    """Ids that an earlier requirement has too; where the earlier one only took the number of the later one, that is the place."""
    found: list[Problem] = []
    first: dict[str, tuple[str, bool]] = {}
    for node, path, number in _outline(rule):
        own = node.id != number
        path = f"{path}.id"
        before = first.setdefault(node.id, (path, own))
        if before[0] != path:
            found.append(Problem(path if own else before[0], "Two requirements have this id.", "Give each its own id."))
    return found


def _outline(rule: Requirement, path: str = "$", number: str = "1") -> Iterator[tuple[Requirement, str, str]]:
    """Each requirement with its place in the document and its number in the outline."""
    yield rule, path, number
    for place, part in enumerate(rule.parts):
        inside = f"{path}.of" if isinstance(rule, Around) else f"{path}.of[{place}]"
        yield from _outline(part, inside, f"{number}.{place + 1}")


def _misplaced(rule: Requirement, path: str, *, outermost: bool) -> list[Problem]:
    if isinstance(rule, Equivalences) and not outermost:
        return [Problem(path, "Equivalences hold for the whole rule.", "Write them around all of it.")]
    if isinstance(rule, Around):
        return _misplaced(rule.of, f"{path}.of", outermost=outermost)
    return [
        found for i, part in enumerate(rule.parts) for found in _misplaced(part, f"{path}.of[{i}]", outermost=False)
    ]


def _impossible(rule: Requirement, path: str, scope: Scope) -> list[Problem]:
    inner = rule.within(scope) if isinstance(rule, Around) else scope
    own = inner.criteria + (rule.criteria if isinstance(rule, Leaf) else ())
    frameworks = sorted({criterion.level.framework for criterion in own if isinstance(criterion, AtLevel)})
    if len(frameworks) > 1:
        wrong = f"It asks for levels in {' and in '.join(frameworks)}, but an award states one level."
        return [Problem(path, wrong, "Ask for one framework here, or write separate requirements.")]
    if isinstance(rule, Leaf):
        names = sorted(rule.only) if rule.only is not None else [None]
        at = _moment(own)
        if not any(imagine(rule, own, at, name="imagined", amount=Decimal(1), achievement=name) for name in names):
            said = " and ".join(str(criterion) for criterion in own)
            return [Problem(path, f"No award can be all of this: {said}.", "Take one of the conditions away.")]
        return []
    if isinstance(rule, Around):
        return _impossible(rule.of, f"{path}.of", inner)
    return [found for i, part in enumerate(rule.parts) for found in _impossible(part, f"{path}.of[{i}]", inner)]


def _moment(criteria: tuple[object, ...]) -> datetime:
    """A moment at which awards inside all the windows can have been earned, if there is one."""
    windows = [criterion for criterion in criteria if isinstance(criterion, EarnedBetween)]
    begins = [window.since for window in windows if window.since is not None]
    ends = [window.until for window in windows if window.until is not None]
    if begins:
        return max(begins)  # the windows' common part, where there is one, begins with the latest beginning
    return min(ends) - timedelta(microseconds=1) if ends else NOW


def _limits(rule: Compiled, where: dict[str, str]) -> list[Problem]:
    """Leaves that must be met by awards which a limit around them does not let count so far."""
    found: list[Problem] = []
    for limited in rule.limits:
        limit = limited.limit
        if limit.each_issuer:
            continue
        inside = [
            place
            for place in rule.places
            if place.number in limited.places
            and place.leaf.counts_in == limit.scheme
            and place.leaf.unit in ("awards", f"{limit.scheme} credits")
            and _all_under(place, limited.criteria)
        ]
        under = {place.number: place.leaf.need for place in inside}
        asked = _at_least(rule.tree, under)
        if asked > limit.most:
            size = 100 if limit.scheme else 1
            wrong = f"It lets {Decimal(limit.most) / size:f} count where {Decimal(asked) / size:f} of the same kind are asked."
            found.append(Problem(where[limit.id], wrong, "Raise the limit, or ask for less."))
    return found


def _at_least(node: Branch | int, under: dict[int, int]) -> int:
    """How much must come to these places, whatever is chosen."""
    if isinstance(node, int):
        return under.get(node, 0)
    return sum(sorted(_at_least(part, under) for part in node.parts)[: node.choose])


def _bodies(rule: Compiled, where: dict[str, str]) -> list[Problem]:
    """Residencies inside which nothing that the awarding body awards can count, and limits inside which nothing is used up."""
    found: list[Problem] = []
    for resident in rule.residents:
        if not any(
            imagine(place.leaf, asked, _moment(asked), name="imagined", amount=Decimal(1), achievement=name)
            for place in rule.places
            if place.number in resident.places
            for asked in [(*place.criteria, *resident.rule.criteria)]
            for name in (sorted(place.only) if place.only is not None else [None])
        ):
            wrong = "Nothing that counts inside can come from these issuers."
            found.append(Problem(where[resident.rule.id], wrong, "Name issuers whose awards count inside."))
    for limited in rule.limits:
        if not any(place.leaf.spends for place in rule.places if place.number in limited.places):
            wrong = "Inside it only skills are asked, which are shown and not used up, so that it limits nothing."
            found.append(Problem(where[limited.limit.id], wrong, "Write by counting_only which awards may show them."))
    return found


def _windows(rule: Compiled, where: dict[str, str]) -> list[Problem]:
    """Windows around a single award, and windows too short for the days between which what must count inside can be earned."""
    found: list[Problem] = []
    for window in rule.windows:
        inside = [place for place in rule.places if place.number in window.places]
        if len(inside) == 1 and inside[0].leaf.need == 1 and inside[0].leaf.unit == "awards":
            wrong = "Inside it one award is asked for, which is near itself whenever it was earned."
            found.append(Problem(where[window.rule.id], wrong, "Ask for two awards or more, or take it away."))
        if not inside:
            wrong = "Inside it nothing is asked that awards serve, so that it says nothing."
            found.append(Problem(where[window.rule.id], wrong, "Take it away."))
        asked = [
            criterion
            for place in inside
            if place.number in rule.weights.single
            for criterion in place.criteria
            if isinstance(criterion, EarnedBetween)
        ]
        latest = max((one.since for one in asked if one.since is not None), default=None)
        soonest = min((one.until for one in asked if one.until is not None), default=None)
        if latest and soonest and window.rule.last(day_of(soonest - MOMENT)) < day_of(latest):
            wrong = f"What must count inside lies more than {window.rule.span} apart."
            found.append(Problem(where[window.rule.id], wrong, "Allow more time, or bring the windows inside nearer."))
    return found


def _all_under(place: Place, criteria: tuple[object, ...]) -> bool:
    """Whether every award that could serve here is one that the limit is about."""
    for criterion in criteria:
        if criterion in place.criteria:
            continue
        if (
            isinstance(criterion, OfAchievement)
            and place.only is not None
            and place.only <= set(criterion.achievements)
        ):
            continue
        return False
    return True


def _forbidden(rule: Compiled, where: dict[str, str]) -> list[Problem]:
    """Negations that what must be earned anyway would break."""
    earned: list[Award] = []
    for place in rule.places:
        if place.number in rule.weights.single and not (place.only and len(place.only) > 1):
            name = next(iter(place.only)) if place.only else None
            amount = place.leaf.quantity(place.leaf.need)
            award = imagine(
                place.leaf,
                place.criteria,
                _moment(place.criteria),
                name=f"m{place.number}",
                amount=amount,
                achievement=name,
            )
            if award is not None:
                earned.append(award)
    from cairn.stacking.evaluation import evaluate

    return [
        Problem(
            where[denied.rule.id], "What is asked for elsewhere in the rule is forbidden here.", "Drop one of them."
        )
        for denied in rule.denied
        if denied.place in rule.weights.single
        and not denied.inside.denied  # a negation inside may end when more is earned
        and not denied.inside.windows  # the same awards may be earned further apart
        and all(
            evaluate(denied.inside.rule, some, NOW + timedelta(days=40_000)).met for some in _otherwise(rule, earned)
        )
    ]


def _otherwise(rule: Compiled, earned: list[Award]) -> Iterator[list[Award]]:
    """The same awards as they are, run out where that is allowed, and earned at other times that the windows around them leave open."""
    yield earned
    yield [
        replace(award, valid_until=award.valid_from)
        if rule.place(int(award.id[1:])).scope.validity is Validity.WHEN_EARNED
        else award
        for award in earned
    ]
    moments = {NOW + timedelta(days=39_999)}
    for denied in rule.denied:
        for place in denied.inside.places:
            for criterion in place.criteria:
                if isinstance(criterion, EarnedBetween):
                    moments |= {one for one in (criterion.until, criterion.since and criterion.since - MOMENT) if one}
    for moment in sorted(moments):
        yield [_at(rule, award, moment) for award in earned]


def _at(rule: Compiled, award: Award, moment: datetime) -> Award:
    """The award earned at another moment, where the requirement that it is for leaves that open."""
    place = rule.place(int(award.id[1:]))
    moved = replace(award, valid_from=moment)
    return award if any(criterion.fault(moved, moment) for criterion in place.criteria) else moved


def _named(place: Place) -> frozenset[str] | None:
    """The achievements of which an award must be to serve at a place; None where it may be of any, or is not used up."""
    if not place.leaf.spends:
        return None
    lists = [frozenset(one.achievements) for one in place.criteria if isinstance(one, OfAchievement)]
    lists += [] if place.only is None else [place.only]
    return frozenset.intersection(*lists) if lists else None


def _coverable(rule: Compiled) -> bool:
    """Whether a learner with one award of every named achievement, and of anything else whatever is asked, meets the rule."""
    named: dict[str, dict[int, int]] = {}
    base = list(rule.need)
    for place in rule.places:
        names = _named(place)
        if names is not None and not place.leaf.splits:
            base[place.number] = 0
            each = (
                1 if place.leaf.unit == "awards" else place.leaf.need
            )  # one award may bring all the credits that are asked
            for achievement in names:
                named.setdefault(rule.root(achievement), {})[place.number] = each
    items = tuple(named[name] for name in sorted(named))
    return allocate(Case(rule.tree, tuple(rule.need), tuple(base), items, known=rule.weights)).progress == 1
