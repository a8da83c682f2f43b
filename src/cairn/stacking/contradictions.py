"""What makes a rule impossible or unclear, as far as the rule alone can tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from cairn.stacking.allocation import Case, allocate
from cairn.stacking.awards import Award
from cairn.stacking.compiling import Compiled, Place
from cairn.stacking.criteria import AtLevel, EarnedBetween, OfAchievement
from cairn.stacking.families import Around, Leaf, Requirement, Scope
from cairn.stacking.imagining import imagine
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.requirements import nodes, numbered
from cairn.stacking.scopes import Equivalences

NOW = datetime(2000, 1, 1, tzinfo=UTC)


def contradictions(rule: Requirement) -> tuple[Problem, ...]:
    """Every contradiction that can be decided, each at its place.

    Found are: ids that stand twice, levels asked in two frameworks of the same award, conditions that no award can meet
    together, named awards that cannot cover the rule because each counts once, limits below what must be reached inside
    them, awards that are asked for and forbidden, equivalences that do not stand around the whole rule.
    """
    found: list[Problem] = []
    seen: set[str] = set()
    for node in nodes(numbered(rule)):
        if node.id in seen:
            found.append(Problem(f"id {node.id}", "Two requirements have this id.", "Give each its own id."))
        seen.add(node.id)
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
            and place.number in rule.weights.single
            and place.leaf.counts_in == limit.scheme
            and place.leaf.unit in ("awards", f"{limit.scheme} credits")
            and _all_under(place, limit.criteria)
        ]
        asked = sum(place.leaf.need for place in inside)
        if asked > limit.most:
            size = 100 if limit.scheme else 1
            wrong = f"It lets {Decimal(limit.most) / size:f} count where {Decimal(asked) / size:f} of the same kind are asked."
            found.append(Problem(where[limit.id], wrong, "Raise the limit, or ask for less."))
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
        and evaluate(denied.inside.rule, earned, NOW + timedelta(days=40_000)).met
    ]


def _coverable(rule: Compiled) -> bool:
    """Whether a learner with one award of every named achievement, and of anything else whatever is asked, meets the rule."""
    named: dict[str, dict[int, int]] = {}
    base = list(rule.need)
    for place in rule.places:
        if place.only is not None:
            base[place.number] = 0
            for achievement in place.only:
                named.setdefault(rule.root(achievement), {})[place.number] = 1
    items = tuple(named[name] for name in sorted(named))
    return allocate(Case(rule.tree, tuple(rule.need), tuple(base), items, known=rule.weights)).progress == 1
