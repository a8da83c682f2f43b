"""Rules from JSON, with every fault named at its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cairn.stacking.contradictions import contradictions
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.reading import Fields, document, shown
from cairn.stacking.requirements import KINDS, Around, Leaf, Requirement, numbered

DEEPEST = 50
"""How many levels a rule may have: more is a mistake, or an attack."""
LONGEST = 1_000_000
"""Bytes of a rule; none is longer."""


def parse_requirement(source: str | bytes | Mapping[str, Any]) -> Requirement:
    """The rule in `source`, JSON text or its values, every node numbered and free of contradictions that can be decided.

    Raises `RuleError` with every fault that was found, each with its JSON path and what to write instead.
    """
    if isinstance(source, str | bytes) and len(source) > LONGEST:
        raise RuleError(Problem("$", f"This is longer than {LONGEST} bytes.", "Write a shorter rule."))
    problems: list[Problem] = []
    read = _read(document(source), "$", problems, 1)
    if problems or read is None:
        raise RuleError(*problems)
    rule = numbered(read)
    found = contradictions(rule)
    if found:
        raise RuleError(*found)
    return rule


def _read(values: Mapping[str, Any], path: str, problems: list[Problem], depth: int) -> Requirement | None:
    fields = Fields(path, values)
    if depth > DEEPEST:
        problems.append(Problem(path, f"The rule is deeper than {DEEPEST} levels.", "Write it flatter."))
        return None
    before = len(problems)
    try:
        kind = KINDS.get(str(values.get("kind")))
        if kind is None:
            wrong = f"{shown(values['kind'])} is not a kind of requirement." if "kind" in values else "It is missing."
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
    if issubclass(kind, Around):
        if not isinstance(inside, Mapping):
            raise fields.refuse("of", "There is no requirement inside.", "Write one requirement as an object.")
        part = _read(inside, fields.at("of"), problems, depth + 1)
        return () if part is None else (part,)
    if not isinstance(inside, list | tuple) or not inside:
        wrong = "This is not a list." if inside else "There is nothing in this group."
        raise fields.refuse("of", wrong, "Write a list with at least one requirement.")
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
