"""From CTDL pathways to rules.

1. Read the document as nodes (`graph`); find its pathways.
2. For each: what must be done for its destination is the rule. Its conditions say it; where it has none its children, else all other parts.
3. A component is an award to earn; one with conditions is an award that what they ask comes before; a group stands for its conditions.
4. Where a `cairn:requirement` stands beside a condition and says the same as it, the requirement holds; where they differ, the condition.
5. What is asked for twice on every way is asked once, as an award counts once.
6. Say what nothing led to and what nobody read; check the rule like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cairn.stacking.families import Requirement
from cairn.stacking.parsing import parse_requirement
from cairn.stacking.pathways.graph import Graph, Node, as_text
from cairn.stacking.pathways.links import Links, links_of
from cairn.stacking.pathways.once import asked_once
from cairn.stacking.pathways.remarks import ASIDE, ASSUMED, LEFT_OUT, Remark, Remarks
from cairn.stacking.pathways.steps import Steps, is_component, together
from cairn.stacking.pathways.terms import (
    COMPONENTS,
    CONDITION,
    CONSTRAINT,
    DESCRIPTIVE,
    PATHWAY,
    PATHWAY_SET,
    REQUIREMENT,
    STRUCTURE,
)
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.requirements import nodes, numbered

MOST_PATHWAYS = 200
MOST_IN_ALL = 10_000
"""Requirements in all rules of one document."""


@dataclass(frozen=True)
class Component:
    """A component on the way: what it is called, which award (or skill) it stands for, and what it says about itself."""

    id: str
    type: str
    name: str
    stands_for: str
    designations: tuple[str, ...] = ()
    credits: str = ""
    points: str = ""


@dataclass(frozen=True)
class Pathway:
    """One pathway as a rule. `names` says what the achievements are called; `remarks` everything that is not as it stands there."""

    id: str
    name: str
    destination: str
    """What completing it earns: the achievement of the destination, empty where there is none."""
    rule: Requirement
    names: Mapping[str, str]
    components: tuple[Component, ...]
    remarks: tuple[Remark, ...]

    @property
    def whole(self) -> bool:
        """Whether the rule asks for everything that the pathway asks for."""
        return all(remark.effect != LEFT_OUT for remark in self.remarks)


def read_pathways(source: str | bytes | Mapping[str, Any] | list[Any], *, language: str = "en") -> tuple[Pathway, ...]:
    """Every pathway of a CTDL document, in its order, as rules.

    Raises `RuleError` where the document cannot be read, holds no pathway, or one of them asks for nothing or for what nobody can do.
    """
    said = Remarks()
    graph = Graph(source, said)  # 1
    found = graph.of_type(PATHWAY)
    if not found:
        raise RuleError(
            Problem("$", "There is no ceterms:Pathway in it.", "Give a CTDL document that holds a pathway.")
        )
    if len(found) > MOST_PATHWAYS:
        raise RuleError(Problem("$", f"There are more than {MOST_PATHWAYS} pathways.", "Give fewer at a time."))
    for collection in graph.of_type(PATHWAY_SET):
        for iri in graph.refs(collection, "hasPathway"):
            if graph.get(iri) is None:
                why = "The set names a pathway that the document does not hold."
                said.say(collection.at("hasPathway"), LEFT_OUT, why, iri)
    links = links_of(graph)
    readers = [_Reader(graph, node, language, links) for node in found]
    read: list[Pathway] = []
    size = 0
    for reader in readers:
        read.append(reader.read())
        size += len(nodes(read[-1].rule))
        if size > MOST_IN_ALL:
            wrong = f"Its pathways ask for more than {MOST_IN_ALL} things together."
            raise RuleError(Problem("$", wrong, "Give fewer pathways at a time."))
    _say_what_nothing_leads_to(graph, {iri for reader in readers for iri in reader.reached}, said)
    return tuple(replace(pathway, remarks=(*said, *pathway.remarks)) for pathway in read)


def _say_what_nothing_leads_to(graph: Graph, reached: set[str], said: Remarks) -> None:
    told = {
        iri
        for node in graph.nodes.values()
        for name in ("creditValue", "pointValue")
        for iri in graph.texts(node, name)
    }
    within: set[str] = set()
    for node in graph.nodes.values():
        if node.id in reached or node.id in told or any(place in within for place in _around(node.place)):
            continue
        if any(one in (CONDITION, CONSTRAINT) for one in node.types) or is_component(node):
            within.add(node.place)
            said.say(node.place, ASIDE, f"Nothing on the way to a destination leads to this {node.types[0]}.", node.id)


def _around(place: str) -> list[str]:
    """The places that this one lies in, `$.a[0].b[1]` in `$`, `$.a[0]`."""
    return [place[:at] for at, letter in enumerate(place) if letter == "."]


class _Reader(Steps):
    """The reading of one pathway."""

    def __init__(self, graph: Graph, pathway: Node, language: str, links: Links) -> None:
        super().__init__(graph, pathway, language, children=links.children)
        self.links = links

    def read(self) -> Pathway:
        self.graph.remarks = self.remarks
        self.reached[self.pathway.id] = self.pathway
        destination = self._destination()
        rule = self._of_destination(destination) if destination is not None else self._of_parts(())  # 2
        if rule is None:
            why = "It asks for nothing: neither conditions nor components are left."
            raise RuleError(Problem(self.pathway.place, why, "Say what must be done."))
        self._bounded(rule, self.pathway)
        rule = asked_once(rule, self.remarks)  # 5
        self._say_what_is_left()  # 6
        try:
            rule = parse_requirement(numbered(rule).to_json())
        except RuleError as fault:
            named = self.graph.text(self.pathway, "name", self.language) or self.pathway.id
            raise RuleError(
                *(Problem(f"{named}, {one.path}", one.wrong, one.write) for one in fault.problems)
            ) from None
        return Pathway(
            id=self.pathway.id,
            name=self.graph.text(self.pathway, "name", self.language),
            destination=self._stands_for(destination) if destination is not None else "",
            rule=rule,
            names=self.names,
            components=tuple(
                self._facts(node) for node in self.reached.values() if node is not self.pathway and is_component(node)
            ),
            remarks=tuple(self.remarks),
        )

    # The graph around the components.

    def _destination(self) -> Node | None:
        named = self.links.destinations.get(self.pathway.id, {})
        found = [node for iri in named if (node := self._component(iri, self.pathway, "hasDestinationComponent"))]
        if len(found) > 1:
            others = ", ".join(self._called(node) for node in found[1:])
            why = f"It has {len(found)} destinations; the rule leads to the first, {self._called(found[0])}, not to {others}."
            self.remarks.say(self.pathway.at("hasDestinationComponent"), LEFT_OUT, why, [node.id for node in found[1:]])
        if not found:
            self.remarks.say(
                self.pathway.place, ASSUMED, "It names no destination, so all of its components are asked for."
            )
        return found[0] if found else None

    def _of_destination(self, node: Node) -> Requirement | None:
        self.reached[node.id] = node
        self.above.append(node.id)
        self.names.setdefault(self._stands_for(node), self._called(node))
        rule = self._below(node)
        self.above.pop()
        if rule is not None:
            return rule
        return self._of_parts((node.id,))

    def _of_parts(self, but: tuple[str, ...]) -> Requirement | None:
        """All components of the pathway that stand below no other one."""
        listed = [*self.links.parts.get(self.pathway.id, ()), *self.children.get(self.pathway.id, ())]
        inner = {iri for parent, below in self.children.items() if parent != self.pathway.id for iri in below}
        tops = [
            iri for iri in dict.fromkeys(listed) if iri not in but and iri not in inner and iri not in self.links.asked
        ]
        if tops and but:
            why = f"Nothing says what its destination takes; the other {len(tops)} components are asked for."
            self.remarks.say(self.pathway.place, ASSUMED, why)
        parts = [part for iri in tops if (part := self._asked(iri, self.pathway, "hasPart")) is not None]
        return together(parts)

    def _facts(self, node: Node) -> Component:
        return Component(
            id=node.id,
            type=next((one for one in node.types if one in COMPONENTS), ""),
            name=self._own_name(node),
            stands_for=self._stands_for(node),
            designations=tuple(self.graph.texts(node, "componentDesignation")),
            credits=self._amount(node, "creditValue"),
            points=self._amount(node, "pointValue"),
        )

    def _amount(self, node: Node, name: str) -> str:
        for iri in self.graph.texts(node, name):
            inner = self.graph.get(iri)
            if inner is None:
                return iri
            unit = self.graph.texts(inner, "creditUnitType") or self.graph.texts(inner, "unitText")
            return " ".join(filter(None, (*self.graph.texts(inner, "value")[:1], *unit[:1])))
        return ""

    def _say_what_is_left(self) -> None:
        """Advice, and properties that nobody read: on a condition they may ask for something, on a component they describe it."""
        for node in list(self.reached.values()):
            asks = any(one in (CONDITION, CONSTRAINT) for one in node.types)
            effect, but = (LEFT_OUT, "it is not asked for") if asks else (ASSUMED, "it is taken to ask for nothing")
            for name in ("precedes", "precededBy"):
                if node.values.get(name):
                    why = f"{name} suggests an order and asks for none."
                    self.remarks.say(node.at(name), ASIDE, why, self.graph.texts(node, name))
            for name, values in node.values.items():
                if name not in STRUCTURE and name not in DESCRIPTIVE and name != REQUIREMENT:
                    told = [as_text(value) or str(value) for value in values]
                    self.remarks.say(node.at(name), effect, f"{name} is not known here; {but}.", told)
            for name, value in node.strange.items():
                self.remarks.say(
                    f"{node.place}.{name}", effect, f"{name} is of a vocabulary that is not read here; {but}.", value
                )
