"""Rules from JSON, with every fault named at its place, and the contradictions that can be seen before anyone learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from cairn.stacking.allocation import Branch, Case, allocate
from cairn.stacking.criteria import AtLevel, Criterion
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.reading import Fields, document
from cairn.stacking.requirements import KINDS, AwardOf, Group, Leaf, Narrowing, Requirement, nodes, numbered

DEEPEST = 50
"""How many levels a rule may have: more is a mistake, or an attack."""


def parse_requirement(source: str | bytes | Mapping[str, Any]) -> Requirement:
    """The rule in `source`, JSON text or its values, every node numbered and free of contradictions that can be decided.

    Raises `RuleError` with every fault that was found, each with its JSON path and what to write instead.
    """
    problems: list[Problem] = []
    read = _read(document(source), "$", problems, 1)
    if problems or read is None:
        raise RuleError(*problems)
    rule = numbered(read)
    found = contradictions(rule)
    if found:
        raise RuleError(*found)
    return rule


def contradictions(rule: Requirement) -> tuple[Problem, ...]:
    """What makes the rule impossible or unclear, as far as the rule alone can tell.

    Found are: ids that stand twice, levels asked in two frameworks of the same award, and named awards that cannot cover the
    rule because each award counts once.
    """
    found: list[Problem] = []
    seen: set[str] = set()
    for node in nodes(numbered(rule)):
        if node.id in seen:
            found.append(Problem(f"id {node.id}", "Two requirements have this id.", "Give each its own id."))
        seen.add(node.id)
    found += _mixed_levels(rule, "$", ())
    if not found and not _coverable(rule):
        wrong = "Nobody can meet this: the same award would have to count more than once."
        found.append(Problem("$", wrong, "Ask for each award once, or add equivalents."))
    return tuple(found)


def _read(values: Mapping[str, Any], path: str, problems: list[Problem], depth: int) -> Requirement | None:
    fields = Fields(path, values)
    if depth > DEEPEST:
        problems.append(Problem(path, f"The rule is deeper than {DEEPEST} levels.", "Write it flatter."))
        return None
    before = len(problems)
    try:
        kind = KINDS.get(str(values.get("kind")))
        if kind is None:
            wrong = f"{values['kind']!r} is not a kind of requirement." if "kind" in values else "It is missing."
            raise fields.refuse("kind", wrong, f"Write one of {', '.join(KINDS)}.")
        parts = () if issubclass(kind, Leaf) else _parts(fields, kind, problems, depth)
        if len(problems) > before:
            return None
        read = _placed(kind, fields, parts)
        fields.close()
    except RuleError as fault:
        problems.extend(fault.problems)
        return None
    return read


def _parts(fields: Fields, kind: type[Requirement], problems: list[Problem], depth: int) -> tuple[Requirement, ...]:
    fields.seen.add("of")
    inside = fields.values.get("of")
    if issubclass(kind, Narrowing):
        if not isinstance(inside, Mapping):
            raise fields.refuse("of", "There is no requirement inside.", "Write one requirement as an object.")
        part = _read(inside, fields.at("of"), problems, depth + 1)
        return () if part is None else (part,)
    if not isinstance(inside, list | tuple) or not inside:
        raise fields.refuse("of", "There is nothing in this group.", "Write a list with at least one requirement.")
    parts: list[Requirement] = []
    for place, values in enumerate(inside):
        path = f"{fields.at('of')}[{place}]"
        if not isinstance(values, Mapping):
            problems.append(Problem(path, "This is not a requirement.", "Write an object with a kind."))
            continue
        part = _read(values, path, problems, depth + 1)
        if part is not None:
            parts.append(part)
    return tuple(parts)


def _placed(kind: type[Requirement], fields: Fields, parts: tuple[Requirement, ...]) -> Requirement:
    """Build the requirement; what its class refuses about itself (`$.n`) is moved to where it stands in the document."""
    try:
        return replace(kind.read(fields, parts), id=fields.text("id", ""), label=fields.text("label", ""))
    except RuleError as fault:
        if fields.path == "$":
            raise
        raise RuleError(
            *(
                problem
                if problem.path.startswith(fields.path)
                else Problem(fields.path + problem.path[1:], problem.wrong, problem.write)
                for problem in fault.problems
            )
        ) from None


def _mixed_levels(rule: Requirement, path: str, above: tuple[Criterion, ...]) -> list[Problem]:
    own = above + (
        (rule.criterion,) if isinstance(rule, Narrowing) else rule.criteria if isinstance(rule, Leaf) else ()
    )
    frameworks = sorted({criterion.level.framework for criterion in own if isinstance(criterion, AtLevel)})
    if len(frameworks) > 1:
        wrong = f"It asks for levels in {' and in '.join(frameworks)}, but an award states one level."
        return [Problem(path, wrong, "Ask for one framework here, or write separate requirements.")]
    if isinstance(rule, Narrowing):
        return _mixed_levels(rule.of, f"{path}.of", own)
    return [found for i, part in enumerate(rule.parts) for found in _mixed_levels(part, f"{path}.of[{i}]", own)]


def _coverable(rule: Requirement) -> bool:
    """Whether a learner with one award of every named achievement, and of anything else whatever is asked, meets the rule."""
    leaves: list[Leaf] = []

    def shape(node: Requirement) -> Branch | int:
        if isinstance(node, Leaf):
            leaves.append(node)
            return len(leaves) - 1
        return Branch(node.choose if isinstance(node, Group) else 1, tuple(shape(part) for part in node.parts))

    tree = shape(rule)
    named: dict[str, dict[int, int]] = {}
    for place, leaf in enumerate(leaves):
        if isinstance(leaf, AwardOf):
            for achievement in sorted(leaf.only or ()):
                named.setdefault(achievement, {})[place] = 1
    base = tuple(0 if isinstance(leaf, AwardOf) else leaf.need for leaf in leaves)
    case = Case(tree, tuple(leaf.need for leaf in leaves), base, tuple(named[name] for name in sorted(named)))
    return allocate(case).progress == Fraction(1)
