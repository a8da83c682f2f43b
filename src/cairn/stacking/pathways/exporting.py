"""From rules to CTDL pathways: a destination whose condition is the rule, a component for each award, conditions for what joins them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cairn.stacking.covering import SkillsCovered
from cairn.stacking.families import Around, Leaf, Requirement
from cairn.stacking.leaves import AwardOf
from cairn.stacking.pathways.constraints import Constraint
from cairn.stacking.pathways.extension import own_words
from cairn.stacking.pathways.remarks import ASIDE, Remark, Remarks
from cairn.stacking.pathways.shapes import is_chain, is_component, is_skill, natural, shape_of, told_label
from cairn.stacking.pathways.steps import framework_of
from cairn.stacking.pathways.terms import CAIRN, CONTEXT, REQUIREMENT
from cairn.stacking.structure import InOrder

type Json = dict[str, object]

OPERATORS = {"and": "logic:And", "or": "logic:Or", "not": "logic:Not"}
COMPARATORS = {"eq": "compare:EQ", "gteq": "compare:GTEQ"}
ACTIONS = {"sum": "array:Sum", "countdistinct": "array:CountDistinct", "anyof": "array:AnyOf"}


@dataclass(frozen=True)
class Written:
    """A pathway as a JSON-LD document. `remarks` says what only the extension carries, each at its place in the rule."""

    document: Json
    remarks: tuple[Remark, ...]


def write_pathway(
    rule: Requirement, *, title: str, base: str = "", earns: str = "", description: str = "", owner: str = "", page: str = "",
    language: str = "en", names: Mapping[str, str] | None = None,
) -> Written:  # fmt: skip
    """The rule as a CTDL pathway.

    `base` is the address the document is published at: its nodes are `base#…`, and get a CTID derived from it (without a base they are
    relative and get none). `earns` is the achievement that completing it earns, `owner` the address of the awarding body, `names` what
    achievements are called where the rule does not label them.
    """
    return _Writer(base, language, dict(names or {})).write(rule, title, earns, description, owner, page)


@dataclass
class _Writer:
    base: str
    language: str
    names: dict[str, str]
    nodes: list[Json] = field(default_factory=list)
    remarks: Remarks = field(default_factory=Remarks)

    def write(self, rule: Requirement, title: str, earns: str, description: str, owner: str, page: str) -> Written:
        rule = bare(labelled(rule, self.names))
        pathway: Json = {"@id": self._id("pathway"), "@type": "ceterms:Pathway"}
        destination = self._node("destination", "ceterms:CredentialComponent", title)
        if earns:
            destination["ceterms:proxyFor"] = earns
        destination["ceterms:isDestinationComponentOf"] = [pathway["@id"]]
        destination["ceterms:hasCondition"] = [self._condition(rule, "1")]
        pathway |= self._names("pathway", title)
        if description:
            pathway["ceterms:description"] = {self.language: description}
        if owner:
            pathway["ceterms:ownedBy"] = [owner]
        if page:
            pathway["ceterms:subjectWebpage"] = page
        pathway["ceterms:hasDestinationComponent"] = [destination["@id"]]
        pathway["ceterms:hasPart"] = [node["@id"] for node in self.nodes]
        for node in self.nodes:
            node["ceterms:isPartOf"] = [pathway["@id"]]
        document: Json = {"@context": [CONTEXT, {"cairn": CAIRN}], "@graph": [pathway, *self.nodes]}
        return Written(document, tuple(self.remarks))

    def _id(self, name: str) -> str:
        return f"{self.base}#{name}"

    def _names(self, iri: str, name: str) -> Json:
        told: Json = {}
        if self.base:
            told["ceterms:ctid"] = f"ce-{uuid.uuid5(uuid.NAMESPACE_URL, self._id(iri))}"
        if name:
            told["ceterms:name"] = {self.language: name}
        return told

    def _node(self, iri: str, kind: str, name: str) -> Json:
        node: Json = {"@id": self._id(iri), "@type": kind, **self._names(iri, name)}
        self.nodes.append(node)
        return node

    def _condition(self, rule: Requirement, number: str) -> Json:
        """The condition that a requirement is; its place in the outline gives the components their ids."""
        shape = shape_of(rule)
        written: Json = {"@type": "ceterms:ComponentCondition"}
        if shape.label:
            written["ceterms:name"] = {self.language: shape.label}
        if shape.number is not None:
            written["ceterms:requiredNumber"] = shape.number
        if shape.operator:
            written["ceterms:logicalOperator"] = OPERATORS[shape.operator]
        whole = len(shape.targets) == 1 and shape.targets[0] is rule
        if shape.targets:
            written["ceterms:targetComponent"] = [
                self._component(part, number if whole else f"{number}.{place}")
                for place, part in enumerate(shape.targets, 1)
            ]
        if shape.conditions:
            written["ceterms:hasCondition"] = [
                self._condition(part, number if isinstance(rule, Around) else f"{number}.{place}")
                for place, part in enumerate(shape.conditions, 1)
            ]
        if shape.constraints:
            written["ceterms:hasConstraint"] = [_constraint(one) for one in shape.constraints]
        if natural(shape, Remarks(), "$") != rule:
            written["ceterms:description"] = {self.language: rule.sentence(dict(self.names)).rstrip(":") + "."}
            written[REQUIREMENT] = own_words(rule)
            why = f"CTDL has no words for all of “{rule.sentence(dict(self.names)).rstrip(':')}”; {REQUIREMENT} carries it."
            self.remarks.say(f"{rule.kind} {number}", ASIDE, why)
        return written

    def _component(self, rule: Requirement, number: str) -> object:
        """A component for a requirement, and its id."""
        iri = f"c{number}"
        if isinstance(rule, AwardOf) and is_component(rule):
            return self._award(rule, iri)["@id"]
        if isinstance(rule, InOrder) and is_chain(rule) and isinstance(own := rule.of[-1], AwardOf):
            before = rule.of[0] if len(rule.of) == 2 else InOrder(rule.of[:-1])
            node = self._award(own, f"{iri}.{len(rule.of)}")
            node["ceterms:hasCondition"] = [self._condition(before, f"{number}.1" if len(rule.of) == 2 else number)]
            return node["@id"]
        if isinstance(rule, SkillsCovered) and is_skill(rule):
            node = self._node(iri, "ceterms:CompetencyComponent", self.names.get(rule.skills[0], rule.skills[0]))
            node["ceterms:proxyFor"] = rule.skills[0]
            if framework_of(rule.skills[0]) != rule.framework:
                node[REQUIREMENT] = own_words(rule)
                why = f"CTDL has no words for {rule.framework}, the framework of {rule.skills[0]}; {REQUIREMENT} carries it."
                self.remarks.say(f"{rule.kind} {number}", ASIDE, why)
            return node["@id"]
        node = self._node(iri, "ceterms:BasicComponent", "")
        node["ceterms:hasCondition"] = [self._condition(rule, number)]
        return node["@id"]

    def _award(self, rule: AwardOf, iri: str) -> Json:
        node = self._node(iri, "ceterms:CredentialComponent", rule.label or rule.achievement)
        node["ceterms:proxyFor"] = rule.achievement
        if rule.role != "component":
            node["ceterms:componentDesignation"] = [rule.role.capitalize()]
        if rule.id or rule.label != told_label(rule):
            node[REQUIREMENT] = own_words(rule)
            what = f"the id “{rule.id}” of" if rule.id else "the label of"
            why = f"CTDL has no words for {what} “{rule.sentence(dict(self.names))}”; {REQUIREMENT} carries it."
            self.remarks.say(f"{rule.kind} {iri.removeprefix('c')}", ASIDE, why)
        return node


def labelled(rule: Requirement, names: Mapping[str, str]) -> Requirement:
    """The same rule, in which awards without a label are labelled with what their achievement is called."""
    if isinstance(rule, AwardOf) and not rule.label and names.get(rule.achievement):
        return replace(rule, label=names[rule.achievement])
    if isinstance(rule, Leaf):
        return rule
    return rule.with_parts(tuple(labelled(part, names) for part in rule.parts))


def bare(rule: Requirement, number: str = "1") -> Requirement:
    """The same rule without the ids that its outline gives (`numbered` gives them back)."""
    own = replace(rule, id="") if rule.id == number else rule
    return own.with_parts(tuple(bare(part, f"{number}.{i}") for i, part in enumerate(own.parts, 1)))


def _constraint(one: Constraint) -> Json:
    written: Json = {"@type": "ceterms:Constraint"}
    if one.left_action:
        written["ceterms:leftAction"] = ACTIONS[one.left_action]
    written["ceterms:leftSource"] = list(one.left)
    written["ceterms:comparator"] = COMPARATORS[one.comparator]
    if one.right_action:
        written["ceterms:rightAction"] = ACTIONS[one.right_action]
    written["ceterms:rightSource"] = list(one.right)
    return written
