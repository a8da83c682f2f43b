"""What a draft says, and what is wrong with it, part by part, also where some of it is unfinished.

1. Each part is read by the engine by itself, from the leaves up. What cannot be read yet is noted, and something harmless stands in for it.
2. What then stands is asked for contradictions.
3. A draft with nothing noted is read once more as a whole, exactly as it would be kept: only then it is a rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cairn.catalog.rules.kinds import AROUND, GROUP, inputs_of, kind_of
from cairn.catalog.rules.tree import Node
from cairn.stacking import KINDS, AllOf, AwardOf, Problem, Requirement, RuleError, contradictions, parse_requirement
from cairn.stacking.reading import Fields

OPEN = "unfinished:"
"""What begins the name of a credential that stands in for an unfinished part."""

MISSING = {
    "pick": "Choose it: nothing is chosen yet.",
    "picks": "Choose at least one.",
    "sets": "Choose the credentials that are the same thing: two or more.",
    "level": "Write the framework and the level.",
    "whole": "Write a number.",
    "amount": "Write an amount.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to mend at a part: ``field`` is the name of the input, "" for the part as a whole."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What a draft came to. ``said`` has a sentence for every part; ``rule`` is there only where nothing is to mend."""

    reading: Requirement | None
    """The draft as far as it can be read, each part under its key, with stand-ins."""
    said: Mapping[str, str]
    faults: Mapping[str, tuple[Fault, ...]]
    rule: Requirement | None = None

    @property
    def count(self) -> int:
        """How many things there are to mend."""
        return sum(len(faults) for faults in self.faults.values())


@dataclass(slots=True)
class _Notes:
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    read: dict[str, Requirement] = field(default_factory=dict)
    standing_in: set[str] = field(default_factory=set)

    def add(self, key: str, field: str, text: str) -> None:
        fault = Fault(field, text)
        if fault not in self.faults.setdefault(key, []):
            self.faults[key].append(fault)


def judge(root: Node | None, names: Mapping[str, str]) -> Judged:
    """Read a draft; ``names`` says what people call the credentials, issuers and skills in it."""
    if root is None:
        return Judged(None, {}, {})
    notes = _Notes()
    reading = _read(root, notes)  # 1
    places = _places(root)
    for problem in contradictions(reading):  # 2
        _note(problem, places, notes, root)
    rule = None
    if not notes.faults:  # 3
        try:
            rule = parse_requirement(root.to_rule())
        except RuleError as error:
            for problem in error.problems:
                _note(problem, places, notes, root)
    known = dict(names)
    said = {node.key: _sentence(node, notes, known) for node in root.walk()}
    return Judged(reading, said, {key: tuple(found) for key, found in notes.faults.items()}, rule)


def _read(node: Node, notes: _Notes) -> Requirement:
    parts = tuple(_read(part, notes) for part in node.parts)
    inside = parts
    if not parts and node.shape in {GROUP, AROUND}:
        notes.add(node.key, "", "There is nothing inside yet. Add something, or remove it.")
        inside = tuple(_stand_in(f"{node.key}.{place}") for place in range(2 if node.shape == GROUP else 1))
    fields = Fields("$", {"kind": node.kind, **node.values})
    fields.seen.add("of")
    try:
        made = KINDS[node.kind].read(fields, inside)
        label = fields.text("label", "")
        fields.text("id", "")
        fields.close()
    except RuleError as error:
        for problem in error.problems:
            if not (problem.path == "$.share" and notes.standing_in):
                _own(node, problem, notes)
        notes.standing_in.add(node.key)
        return _instead(node, parts)
    notes.read[node.key] = made = replace(made, id=node.key, label=label)
    return made


def _instead(node: Node, parts: tuple[Requirement, ...]) -> Requirement:
    """What stands in for a part that cannot be read: for a group all of its parts, around something that thing, else a credential."""
    if not parts:
        return _stand_in(node.key)
    return AllOf(parts, id=node.key) if node.shape == GROUP else parts[0]


def _stand_in(key: str) -> Requirement:
    return AwardOf(f"{OPEN}{key}", id=key)


def _own(node: Node, problem: Problem, notes: _Notes) -> None:
    """Note what the engine says about one part; a field that is simply empty is said in the builder's words."""
    name = problem.path.removeprefix("$").removeprefix(".")
    about = {one.name: one for one in inputs_of(node.kind)}
    one = about.get(name) or about.get(name.rpartition(".")[0])
    if one is None:
        notes.add(node.key, "", f"{problem.wrong} {problem.write}")
        return
    empty = problem.wrong == "It is missing." or (
        problem.path.endswith((".achievements", ".skills", ".issuers", ".sets")) and not _has(node, one.path)
    )
    text = MISSING.get(one.control, f"Fill in “{one.label}”.") if empty else f"{problem.wrong} {problem.write}"
    notes.add(node.key, one.name, text)


def _has(node: Node, path: tuple[str, ...]) -> bool:
    value: object = node.values
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return bool(value)


def _places(root: Node, path: str = "$") -> dict[str, Node]:
    """Each part by its place in the document."""
    found = {path: root}
    for number, part in enumerate(root.parts):
        found |= _places(part, f"{path}.of[{number}]" if root.shape == GROUP else f"{path}.of")
    return found


def _note(problem: Problem, places: Mapping[str, Node], notes: _Notes, root: Node) -> None:
    """Note a fault of the whole rule at the part where it stands."""
    text = f"{problem.wrong} {problem.write}"
    match = re.match(r"\$(?:\.of(?:\[\d+\])?)*", problem.path)
    node = places.get(match[0]) if match else None
    rest = problem.path[match.end() :].removeprefix(".") if match else ""
    if node and rest == "id" and (twice := node.values.get("id")):
        text = f"{text} (“{twice}”)"
    names = {one.name for one in inputs_of(node.kind)} if node else set()
    notes.add((node or root).key, rest if rest in names else "", text)


def _sentence(node: Node, notes: _Notes, names: dict[str, str]) -> str:
    made = notes.read.get(node.key)
    if made is None:
        return f"{kind_of(node.kind).title}: not finished"
    return made.sentence(names).rstrip(":")
