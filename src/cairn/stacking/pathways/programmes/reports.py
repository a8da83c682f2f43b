"""What a reader of programmes gives: a rule for each, and a reason for each that is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cairn.stacking.families import Requirement
from cairn.stacking.leaves import AwardOf
from cairn.stacking.parsing import parse_requirement
from cairn.stacking.pathways.remarks import Remark, Remarks
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.requirements import nodes, numbered
from cairn.stacking.structure import AllOf

LONGEST = 20_000_000
"""Bytes of a file."""
MOST = 10_000
"""Programmes, courses or blocks of one file."""


@dataclass(frozen=True)
class Programme:
    """One programme: completing `rule` earns `earns`. `names` says what the achievements are called."""

    earns: str
    title: str
    rule: Requirement
    names: Mapping[str, str]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Refused:
    """A row that gives no rule: where it stands, what it is called, and why."""

    place: str
    title: str
    why: str


@dataclass
class Programmes:
    """The report on one file: every row is in one of the two lists."""

    found: list[Programme] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def keep(
        self, place: str, earns: str, title: str, rule: Requirement | None, names: Mapping[str, str], remarks: Remarks
    ) -> None:
        """File a programme, or refuse it if it asks for nothing or cannot be met."""
        if not earns or not title:
            self.refused.append(Refused(place, title or earns, "It has no id, or no title."))
        elif rule is None:
            self.refused.append(Refused(place, title, "It asks for nothing."))
        else:
            try:
                checked = parse_requirement(numbered(rule).to_json())
            except RuleError as fault:
                self.refused.append(Refused(place, title, "; ".join(map(str, fault.problems))))
                return
            named = {name for node in nodes(checked) if isinstance(node, AwardOf) for name in node.only or ()}
            own = {name: called for name, called in names.items() if name in named or name == earns}
            self.found.append(Programme(earns, title, checked, own, tuple(remarks)))


def loaded(source: str | bytes | list[Any] | Mapping[str, Any]) -> Any:
    """The JSON values of a file. Raises `RuleError`."""
    if not isinstance(source, str | bytes):
        return source
    if len(source) > LONGEST:
        raise RuleError(Problem("$", f"This is longer than {LONGEST} bytes.", "Give it in parts."))
    try:
        return json.loads(source, parse_float=Decimal)
    except (ValueError, RecursionError) as fault:
        raise RuleError(
            Problem("$", f"This is not JSON that can be read: {fault}.", "Give the file as published.")
        ) from fault


def rows(values: object, place: str, report: Programmes) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a list with their places; what is none is refused, and so is everything beyond the bound."""
    if not isinstance(values, list):
        report.refused.append(Refused(place, "", "This is not a list."))
        return
    for number, one in enumerate(values[:MOST]):
        if isinstance(one, Mapping):
            yield f"{place}[{number}]", one
        else:
            report.refused.append(Refused(f"{place}[{number}]", "", "This is not an object."))
    if len(values) > MOST:
        report.refused.append(
            Refused(f"{place}[{MOST}]", "", f"{len(values) - MOST} rows more than {MOST} were not read.")
        )


def text(values: Mapping[str, Any], name: str) -> str:
    """A text of an object; empty where there is none."""
    value = values.get(name)
    return value.strip() if isinstance(value, str) else ""


def all_of(parts: list[Requirement]) -> Requirement | None:
    """All of the parts; the part itself where there is one; None for none."""
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))
