"""MIT Learn: the programmes of MITx Online with their requirement trees (the API's `results`, or `programs` with `courses`).

A tree has operators (`all_of`, `min_number_of` with its number) over courses and programmes. Programmes without a tree name courses but do
not say which of them are needed: these are refused, not guessed at. An id is turned into the readable one where the files say it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.stacking.families import Requirement
from cairn.stacking.leaves import AwardOf
from cairn.stacking.pathways.programmes.reports import Programmes, Refused, all_of, loaded, rows, text
from cairn.stacking.pathways.remarks import ASSUMED, LEFT_OUT, Remarks
from cairn.stacking.requirements import nodes
from cairn.stacking.structure import AllOf, AnyN

DEEPEST = 40

type Source = str | bytes | list[Any] | Mapping[str, Any]
type Names = dict[tuple[str, int], tuple[str, str]]
"""("course" or "program", number) → its readable id and its title."""


def read_mit_learn(programmes: Source, *courses: Source) -> Programmes:
    """The programmes as rules. `courses` are further files of courses, for ids and titles. Raises `RuleError` for what is no JSON."""
    report = Programmes()
    document = loaded(programmes)
    listed = _listed(document, "programs")
    known: Names = {}
    if isinstance(document, Mapping):
        known |= _known(document.get("courses"), "course")
    for more in courses:
        known |= _known(_listed(loaded(more), "courses"), "course")
    known |= _known(listed, "program")
    for place, row in rows(listed, "$", report):
        title, remarks = text(row, "title"), Remarks()
        earns = text(row, "readable_id")
        names = {earns: title} | dict(known.values())
        if "req_tree" not in row:
            report.refused.append(
                Refused(place, title, "It has no requirement tree, so it does not say which of its courses are needed.")
            )
            continue
        tree = row["req_tree"]
        parts = [
            part
            for number, node in enumerate(tree if isinstance(tree, list) else [tree])
            if (part := _part(node, f"{place}.req_tree[{number}]", known, remarks, 1)) is not None
        ]
        rule = all_of(parts)
        if rule is not None:
            _compare(row, rule, known, place, remarks)
        report.keep(place, earns, title, rule, names, remarks)
    return report


def _listed(document: Any, name: str) -> Any:
    if isinstance(document, Mapping):
        return document.get("results", document.get(name))
    return document


def _known(listed: Any, kind: str) -> Names:
    found: Names = {}
    for row in listed if isinstance(listed, list) else []:
        if isinstance(row, Mapping) and isinstance(row.get("id"), int) and text(row, "readable_id"):
            found[kind, row["id"]] = (text(row, "readable_id"), text(row, "title"))
    return found


def _part(node: Any, place: str, known: Names, remarks: Remarks, depth: int) -> Requirement | None:
    data = node.get("data") if isinstance(node, Mapping) else None
    if not isinstance(data, Mapping) or depth > DEEPEST:
        remarks.say(place, LEFT_OUT, "This is not a node of a requirement tree, or it lies too deep.")
        return None
    kind = data.get("node_type")
    if kind in ("course", "program"):
        return _leaf(kind, data, place, known, remarks)
    if kind not in ("operator", "program_root"):
        remarks.say(place, LEFT_OUT, "This kind of node is not known.", kind)
        return None
    below = node.get("children")
    children = below if isinstance(below, list) else []
    parts = [
        part
        for number, child in enumerate(children)
        if (part := _part(child, f"{place}.children[{number}]", known, remarks, depth + 1)) is not None
    ]
    label = text(data, "title")
    if not parts:
        remarks.say(place, LEFT_OUT, f"{label or 'This group'} has nothing in it.")
        return None
    return _group(data, tuple(parts), label, place, remarks)


def _group(
    data: Mapping[str, Any], parts: tuple[Requirement, ...], label: str, place: str, remarks: Remarks
) -> Requirement:
    operator = data.get("operator")
    if operator == "min_number_of":
        given = str(data.get("operator_value"))
        if given.isascii() and given.isdigit() and 0 < int(given[:6]) <= len(parts):
            return AnyN(int(given), parts, label=label)
        remarks.say(place, LEFT_OUT, f"{given} of {len(parts)} is no number that can be asked for; all are.", given)
    elif operator not in ("all_of", None):
        remarks.say(place, LEFT_OUT, f"{operator} is not known; all are asked for.", operator)
    return parts[0] if len(parts) == 1 and not label else AllOf(parts, label=label)


def _leaf(kind: str, data: Mapping[str, Any], place: str, known: Names, remarks: Remarks) -> Requirement | None:
    number = data.get("course") if kind == "course" else data.get("required_program", data.get("program"))
    if not isinstance(number, int) or isinstance(number, bool):
        remarks.say(place, LEFT_OUT, f"It names no {kind}.", number)
        return None
    if (kind, number) not in known:
        remarks.say(
            place, ASSUMED, f"The files do not say what {kind} {number} is called; it is asked for by its number."
        )
    readable, title = known.get((kind, number), (f"{kind}:{number}", f"{kind} {number}"))
    return AwardOf(readable, label=title)


def _compare(row: Mapping[str, Any], rule: Requirement, known: Names, place: str, remarks: Remarks) -> None:
    """Say where the flat list of courses beside the tree names others than the tree."""
    listed = row.get("courses")
    if not isinstance(listed, list):
        return
    asked = {name for node in nodes(rule) if isinstance(node, AwardOf) for name in node.only or ()}
    courses = [number for number in listed if isinstance(number, int)]
    more = [number for number in courses if known.get(("course", number), (f"course:{number}", ""))[0] not in asked]
    if more:
        remarks.say(f"{place}.courses", ASSUMED, "It lists courses that its requirement tree does not ask for.", more)
