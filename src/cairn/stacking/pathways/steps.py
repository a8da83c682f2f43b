"""What components and conditions of a pathway ask for, read one below the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cairn.stacking.covering import SkillsCovered
from cairn.stacking.families import Requirement
from cairn.stacking.leaves import AwardOf
from cairn.stacking.parsing import DEEPEST
from cairn.stacking.pathways.constraints import Constraint
from cairn.stacking.pathways.extension import of_award, of_condition, of_skill
from cairn.stacking.pathways.graph import Graph, Node
from cairn.stacking.pathways.remarks import ASIDE, ASSUMED, LEFT_OUT, Remarks
from cairn.stacking.pathways.shapes import Shape, labelled_as, natural
from cairn.stacking.pathways.terms import (
    COMPETENCY,
    COMPONENTS,
    DESIGNATIONS,
    GROUPS,
    PATHWAY,
    REQUIREMENT,
    concept,
)
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.structure import AllOf, InOrder

MOST = 2_000
"""Requirements in one rule."""
STEPS = 200
"""Components and conditions on one way."""


@dataclass
class Steps:
    """The ways that lead to one pathway's destination, and what was met on them."""

    graph: Graph
    pathway: Node
    language: str
    remarks: Remarks = field(default_factory=Remarks)
    reached: dict[str, Node] = field(default_factory=dict)
    known: dict[str, Requirement | None] = field(default_factory=dict)
    """Components already read, and what they ask: one that several conditions lead to is one object."""
    sizes: dict[int, tuple[Requirement, int, int]] = field(default_factory=dict)
    """How many requirements stand in what was read, and how deep: written out, shared components would count again."""
    above: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    children: Mapping[str, Mapping[str, None]] = field(default_factory=dict)

    def _component(self, iri: str, by: Node, name: str) -> Node | None:
        node = self.graph.get(iri)
        if node is None:
            self.remarks.say(by.at(name), LEFT_OUT, "It names a component that the document does not hold.", iri)
        return node

    def _asked(self, iri: str, by: Node, name: str) -> Requirement | None:
        """What a component asks for (step 3)."""
        node = self._component(iri, by, name)
        if node is None:
            return None
        if iri in self.above:
            why = f"{self._called(node)} leads back to itself here; this step of the circle is not asked for."
            self.remarks.say(by.at(name), LEFT_OUT, why, iri)
            return None
        if len(self.above) > STEPS:
            raise RuleError(
                Problem(node.place, "The pathway is too deep.", "Write it flatter, or give its parts one by one.")
            )
        if iri not in self.known:
            self.reached[iri] = node
            self.above.append(iri)
            self.known[iri] = self._bounded(self._read_component(node), node)
            self.above.pop()
        return self.known[iri]

    def _read_component(self, node: Node) -> Requirement | None:
        below = self._below(node)
        if PATHWAY in node.types:
            self.remarks.say(
                node.place, ASSUMED, "A pathway is part of this one: what leads to its destination is asked for."
            )
            inner = [
                self._asked(iri, node, "hasDestinationComponent")
                for iri in self.graph.refs(node, "hasDestinationComponent")
            ]
            return together([part for part in (*inner, below) if part is not None])
        proxied = bool(node.values.get("proxyFor") or node.values.get("sourceData"))
        if not is_component(node):
            told = ", ".join(node.types) or "nothing"
            why = f"This is said to be {told}, which is no component of a pathway; it is taken as one."
            self.remarks.say(node.place, ASSUMED, why, node.id)
        if any(one in GROUPS for one in node.types) and not proxied and below is not None:
            return labelled_as(below, self._own_name(node))
        own = self._own(node)
        if below is None:
            return own
        if isinstance(below, InOrder) and not below.label and not below.id:
            return InOrder((*below.of, own))
        return InOrder((below, own))

    def _own(self, node: Node) -> Requirement:
        """The award, or the skill, that a component stands for."""
        names = list(dict.fromkeys(self.graph.refs(node, "proxyFor") or self.graph.refs(node, "sourceData")))
        stands_for = names[0] if names else node.id
        name = self._own_name(node)
        extension = node.values.get(REQUIREMENT, [None])[0]
        if COMPETENCY in node.types and names:
            if len(names) > 1:
                why = "It stands for several competencies; the first is asked for."
                self.remarks.say(node.at("proxyFor"), LEFT_OUT, why, names[1:])
            skill = of_skill(extension, stands_for) if extension is not None else None
            framework = skill.framework if skill else framework_of(stands_for)
            if framework:
                self.names[stands_for] = self._called(node)
                return skill or SkillsCovered(framework, (stands_for,))
        if COMPETENCY in node.types:
            why = "Which competency of which framework it stands for is not said, so an award of it is asked for."
            self.remarks.say(node.place, ASSUMED, why, node.id)
        elif len(names) > 1:
            self.remarks.say(
                node.at("proxyFor"), ASSUMED, f"It stands for {len(names)} awards; any of them will do.", names
            )
        if stands_for.startswith(("place:", "_:")):
            why = f"{name or 'A component'} has no address, and awards name none like it; only a decision can say that it is met."
            self.remarks.say(node.place, LEFT_OUT, why, node.id)
        self.names[stands_for] = self._called(node)
        told = {concept(text) for text in self.graph.texts(node, "componentDesignation")}
        role = next((role for word, role in DESIGNATIONS.items() if word in told), "component")
        own = AwardOf(stands_for, tuple(names[1:]), role, label="" if name == stands_for else name)
        return own if extension is None else of_award(extension, own, node.at(REQUIREMENT), self.remarks)

    def _below(self, node: Node) -> Requirement | None:
        """What comes before a component: all its conditions; where none asks for anything, all its children."""
        parts: list[Requirement] = []
        for iri in self.graph.refs(node, "hasCondition"):
            inner = self.graph.get(iri)
            if inner is None:
                self.remarks.say(
                    node.at("hasCondition"), LEFT_OUT, "It names a condition that the document does not hold.", iri
                )
                continue
            part = self._condition(inner, node)
            if part is not None:
                parts.append(part)
        if parts or node.values.get("hasCondition"):
            asked = {iri for held in self._conditions_below(node) for iri in self.graph.refs(held, "targetComponent")}
            for iri in self.children.get(node.id, ()):
                if iri not in asked and (child := self.graph.get(iri)) is not None and iri not in self.above:
                    why = f"{self._called(child)} is a child of {self._called(node)}, but no condition asks for it."
                    self.remarks.say(child.place, ASIDE, why, iri)
        else:
            below = [iri for iri in self.children.get(node.id, ()) if iri not in self.above]
            if below:
                why = f"Nothing says how many children of {self._called(node)} are needed; all {len(below)} are asked for."
                self.remarks.say(node.at("hasChild"), ASSUMED, why)
            parts += [part for iri in below if (part := self._asked(iri, node, "hasChild")) is not None]
        before = [
            part for iri in self.graph.refs(node, "prerequisite") if (part := self._asked(iri, node, "prerequisite"))
        ]
        return together([*before, *parts])

    def _conditions_below(self, node: Node) -> list[Node]:
        found: dict[str, Node] = {}
        waiting = self.graph.refs(node, "hasCondition")
        while waiting:
            inner = self.graph.get(waiting.pop())
            if inner is not None and inner.id not in found:
                found[inner.id] = inner
                waiting += self.graph.refs(inner, "hasCondition")
        return list(found.values())

    def _condition(self, node: Node, by: Node) -> Requirement | None:
        if node.id in self.above:
            self.remarks.say(by.at("hasCondition"), LEFT_OUT, "A condition leads back to itself here.", node.id)
            return None
        if len(self.above) > STEPS:
            raise RuleError(Problem(node.place, "The conditions are too deep.", "Write them flatter."))
        self.reached[node.id] = node
        self.above.append(node.id)
        targets = tuple(
            part
            for iri in self.graph.refs(node, "targetComponent")
            if (part := self._asked(iri, node, "targetComponent")) is not None
        )
        inner = [
            self._condition(held, node)
            for iri in self.graph.refs(node, "hasCondition")
            if (held := self._held(iri, node, "hasCondition")) is not None
        ]
        self.above.pop()
        shape = Shape(
            number=self.graph.number(node, "requiredNumber"),
            operator=self._word(node, "logicalOperator"),
            targets=targets,
            conditions=tuple(part for part in inner if part is not None),
            constraints=self._constraints(node),
            label=self.graph.text(node, "name", self.language),
        )
        if extension := node.values.get(REQUIREMENT):  # 4
            found = of_condition(extension[0], shape, node.at(REQUIREMENT), self.remarks, node.place)
        else:
            found = natural(shape, self.remarks, node.place)
        return self._bounded(found, node)

    def _bounded(self, rule: Requirement | None, node: Node) -> Requirement | None:
        """Refuse a rule that is too large or too deep, before anything walks through it."""
        if rule is None:
            return None

        def measure(one: Requirement) -> tuple[int, int]:
            if id(one) not in self.sizes:
                inner = [measure(part) for part in one.parts]
                size, depth = 1 + sum(size for size, _ in inner), 1 + max((deep for _, deep in inner), default=0)
                self.sizes[id(one)] = (one, size, depth)  # the object is kept, so that its number stays its own
            return self.sizes[id(one)][1:]

        size, depth = measure(rule)
        if size > MOST:
            wrong = f"Written out, this asks for {size} things, more than {MOST}."
            raise RuleError(Problem(node.place, wrong, "Give a smaller pathway, or its parts one by one."))
        if depth > DEEPEST:
            raise RuleError(
                Problem(node.place, f"The rule would be deeper than {DEEPEST} levels.", "Write it flatter.")
            )
        return rule

    def _held(self, iri: str, node: Node, name: str) -> Node | None:
        found = self.graph.get(iri)
        if found is None:
            self.remarks.say(node.at(name), LEFT_OUT, f"{name} names something that the document does not hold.", iri)
        return found

    def _constraints(self, node: Node) -> tuple[Constraint, ...]:
        found = []
        for iri in self.graph.refs(node, "hasConstraint"):
            held = self._held(iri, node, "hasConstraint")
            if held is None:
                continue
            self.reached[iri] = held
            found.append(
                Constraint(
                    left=tuple(self.graph.texts(held, "leftSource")),
                    comparator=self._word(held, "comparator"),
                    right=tuple(self.graph.texts(held, "rightSource")),
                    left_action=self._word(held, "leftAction"),
                    right_action=self._word(held, "rightAction"),
                    place=held.place,
                )
            )
        needed = self.graph.number(node, "requiredConstraints")
        joined = self._word(node, "logicalOperator")
        if found and (
            (needed is not None and needed < len(found)) or (joined == "or" and len(found) > 1) or joined == "not"
        ):
            why = "Only some of these constraints must hold; a rule cannot say that of them, so none of them is asked for."
            self.remarks.say(node.at("hasConstraint"), LEFT_OUT, why, [constraint.left for constraint in found])
            return ()
        return tuple(found)

    def _word(self, node: Node, name: str) -> str:
        texts = self.graph.texts(node, name)
        if len(texts) > 1:
            self.remarks.say(node.at(name), LEFT_OUT, f"{name} stands more than once; the first holds.", texts[1:])
        return concept(texts[0]) if texts else ""

    def _own_name(self, node: Node) -> str:
        return self.graph.text(node, "name", self.language)

    def _called(self, node: Node) -> str:
        return self._own_name(node) or self._stands_for(node)

    def _stands_for(self, node: Node) -> str:
        return next(iter(self.graph.refs(node, "proxyFor") or self.graph.refs(node, "sourceData")), node.id)


def framework_of(skill: str) -> str:
    """The framework of a competency's address: what stands before its last part; empty where there is none."""
    before, _, last = skill.rstrip("/").replace("#", "/").rpartition("/")
    return skill[: len(before)] if last and "://" in skill and not before.endswith(("/", ":")) else ""


def is_component(node: Node) -> bool:
    """Whether a node says that it is a component of a pathway."""
    return any(one in COMPONENTS for one in node.types)


def together(parts: list[Requirement]) -> Requirement | None:
    """All of the parts as one requirement; None for none."""
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))
