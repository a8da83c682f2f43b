"""What makes a rule impossible or unclear, as far as the rule alone can tell.

1. What is written wrongly: ids that stand twice, equivalences inside the rule, conditions that no award can meet together.
2. What cannot hold together in the whole (`clashes`).
3. The same in every part of a choice, as a rule by itself: a part that nobody can meet offers nothing.
4. Whether each award would have to count more than once.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cairn.stacking.clashes import clashes, coverable, moment_in
from cairn.stacking.compiling import Compiled, all_alike, meant
from cairn.stacking.criteria import AtLevel, either
from cairn.stacking.families import Around, Group, Leaf, Requirement, Scope
from cairn.stacking.imagining import imagine
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.requirements import numbered
from cairn.stacking.scopes import Equivalences, Inherited, Not

MORE_THAN_ONCE = (
    "Nobody can meet this: the same award would have to count more than once.",
    "Ask for each award once, or add equivalents.",
)


def contradictions(rule: Requirement) -> tuple[Problem, ...]:
    """Every contradiction that can be decided, each at its place.

    Found are: ids that stand twice, levels asked in two frameworks of the same award, conditions that no award can meet
    together, named awards that cannot cover the rule because each counts once, limits below what must be reached inside
    them, windows that say nothing or are too short, orders that windows forbid, awards that are asked for and forbidden, equivalences
    that do not stand around the whole rule; each of them also in a single part of a choice.
    """
    found = _twice(numbered(rule))
    found += _misplaced(rule, "$", outermost=True)
    sets = [frozenset(one) for node, _ in _outline(rule) if isinstance(node, Equivalences) for one in node.sets]
    found += _impossible(rule, "$", Scope(), all_alike(sets))
    if found:
        return tuple(found)
    try:
        compiled = Compiled(rule)
    except RuleError as fault:
        return fault.problems
    where = paths(compiled.rule)
    found += clashes(compiled, where)  # 2
    for part in _offered(compiled.rule, Scope()):  # 3
        alone = Compiled(part, compiled.equivalent)
        found += [one for one in clashes(alone, where) if one not in found]
        if not found and not coverable(alone):
            found.append(Problem(where[part.parts[0].id], *MORE_THAN_ONCE))
    if not found and not coverable(compiled):  # 4
        found.append(Problem("$", *MORE_THAN_ONCE))
    return tuple(found)


def _offered(rule: Requirement, scope: Scope) -> Iterator[Inherited]:
    """The parts of which a choice is made, wherever it stands, each with what holds around it."""
    inner = rule.within(scope) if isinstance(rule, Around) else scope
    for part in rule.parts if not isinstance(rule, Not) else ():
        if isinstance(rule, Group) and rule.choose < len(rule.parts) and part.parts:
            yield Inherited(part, inner, id=f"{part.id}:alone")
        yield from _offered(part, inner)


def paths(rule: Requirement, path: str = "$") -> dict[str, str]:
    """Where each requirement stands in the document, by its id."""
    found = {rule.id: path}
    for number, part in enumerate(rule.parts):
        found |= paths(part, f"{path}.of" if isinstance(rule, Around) else f"{path}.of[{number}]")
    return found


def _twice(rule: Requirement) -> list[Problem]:
    """Ids that an earlier requirement has too."""
    found: list[Problem] = []
    taken: set[str] = set()
    for node, path in _outline(rule):
        if node.id in taken:
            found.append(Problem(f"{path}.id", "Two requirements have this id.", "Give each its own id."))
        taken.add(node.id)
    return found


def _outline(rule: Requirement, path: str = "$") -> Iterator[tuple[Requirement, str]]:
    """Each requirement with its place in the document."""
    yield rule, path
    for place, part in enumerate(rule.parts):
        yield from _outline(part, f"{path}.of" if isinstance(rule, Around) else f"{path}.of[{place}]")


def _misplaced(rule: Requirement, path: str, *, outermost: bool) -> list[Problem]:
    if isinstance(rule, Equivalences) and not outermost:
        return [Problem(path, "Equivalences hold for the whole rule.", "Write them around all of it.")]
    if isinstance(rule, Around):
        return _misplaced(rule.of, f"{path}.of", outermost=outermost)
    return [
        found for i, part in enumerate(rule.parts) for found in _misplaced(part, f"{path}.of[{i}]", outermost=False)
    ]


def _impossible(rule: Requirement, path: str, scope: Scope, alike: dict[str, frozenset[str]]) -> list[Problem]:
    inner = rule.within(scope) if isinstance(rule, Around) else scope
    own = inner.criteria + (rule.criteria if isinstance(rule, Leaf) else ())
    frameworks = sorted({criterion.level.framework for criterion in own if isinstance(criterion, AtLevel)})
    if len(frameworks) > 1:
        wrong = f"It asks for levels in {' and in '.join(frameworks)}, but an award states one level."
        return [Problem(path, wrong, "Ask for one framework here, or write separate requirements.")]
    if isinstance(rule, Leaf):
        own, at = meant(alike, own), moment_in(own)
        names: list[str | None] = [None]
        if rule.only is not None:
            names = [*sorted(rule.only.union(*(alike.get(name, ()) for name in rule.only)))]
        if not any(imagine(rule, own, at, name="imagined", amount=Decimal(1), achievement=name) for name in names):
            asked = [f"of {either(tuple(sorted(rule.only)))}"] if rule.only is not None else []
            said = " and ".join([*asked, *map(str, own)])
            return [Problem(path, f"No award can be all of this: {said}.", "Take one of the conditions away.")]
        return []
    if isinstance(rule, Around):
        return _impossible(rule.of, f"{path}.of", inner, alike)
    return [found for i, part in enumerate(rule.parts) for found in _impossible(part, f"{path}.of[{i}]", inner, alike)]
