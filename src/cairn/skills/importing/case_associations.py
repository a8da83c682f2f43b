"""Associations of a CASE package: what is above an item, and how items are related, within the package and to skills that are here already.

``isChildOf`` becomes the broader skill; ``exactMatchOf`` and ``isTranslationOf`` "the same"; ``isPeerOf``, ``isRelatedTo`` and
``replacedBy`` "close"; ``isPartOf`` "broader"; ``exemplar`` "narrower". ``precedes`` and ``hasSkillLevel`` say nothing that a skill here
holds and are counted as left out.

Source: 1EdTech CASE Service 1.0 and 1.1, https://www.imsglobal.org/spec/case/v1p1/
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from cairn.skills.importing.json_files import text_of
from cairn.skills.importing.report import Progress, Remark, Report
from cairn.skills.importing.saving import save_all
from cairn.skills.models import Framework, Relation, Skill, SkillLink

ITEMS = "items"
ASSOCIATIONS = "associations"
CHILD = "ischildof"
RELATIONS = {
    "exactmatchof": Relation.SAME,
    "istranslationof": Relation.SAME,
    "ispeerof": Relation.CLOSE,
    "isrelatedto": Relation.CLOSE,
    "replacedby": Relation.CLOSE,
    "ispartof": Relation.BROADER,
    "exemplar": Relation.NARROWER,
}
KNOWN = {CHILD, *RELATIONS, "precedes", "hasskilllevel"}


@dataclass(slots=True)
class Items:
    """The items of one package by identifier and by address."""

    file: str
    report: Report
    skills: dict[str, Skill] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)

    def tell(self, number: int | None, column: str, kind: Any, code: str, message: str, remedy: str = "") -> None:
        """Keep a remark on an item or association (``number`` counts from 1)."""
        self.report.remark(
            ITEMS if column.startswith("/CFItems") else ASSOCIATIONS,
            Remark(self.file, number, column, kind, code, message, remedy),
        )


def associate(held: Items, associations: list[Any], document: str) -> list[tuple[int, str, str, Relation]]:
    """Put broader skills into the items and return the other relations as (number, origin, destination, relation)."""
    counts = held.report.counts(ASSOCIATIONS)
    links: list[tuple[int, str, str, Relation]] = []
    broader: defaultdict[str, list[str]] = defaultdict(list)
    for number, one in enumerate(associations, 1):
        counts.read += 1
        at = f"/CFAssociations/{number - 1}"
        if not isinstance(one, dict):
            held.tell(number, at, "refused", "no_object", "The association is not an object.", "Write it as {…}.")
            continue
        kind = text_of(one.get("associationType")).casefold().replace("_", "").replace(" ", "")
        origin, destination = _node(held, one.get("originNodeURI")), _node(held, one.get("destinationNodeURI"))
        if kind not in KNOWN:
            held.tell(
                number,
                f"{at}/associationType",
                "refused",
                "unknown_association",
                f"“{kind[:40]}” is no association of CASE.",
                "isChildOf, exactMatchOf, isRelatedTo, isPeerOf, isPartOf and exemplar are read.",
            )
        elif not origin or not destination:
            held.tell(
                number,
                at,
                "refused",
                "no_end",
                "The association does not say what it joins.",
                "Fill in originNodeURI and destinationNodeURI.",
            )
        elif origin not in held.skills:
            held.tell(
                number,
                f"{at}/originNodeURI",
                "refused",
                "unknown_item",
                f"It begins at “{origin[:80]}”, which is not among the items.",
                "Export the whole package.",
            )
        elif origin == destination:
            held.tell(number, at, "refused", "to_itself", "It joins an item with itself.", "Remove it.")
        elif kind == CHILD:
            if destination in held.skills:
                broader[origin].append(destination)
            elif document not in destination:
                held.tell(
                    number,
                    f"{at}/destinationNodeURI",
                    "refused",
                    "unknown_item",
                    f"It ends at “{destination[:80]}”, which is neither item nor document.",
                    "Export the whole package.",
                )
        elif kind in RELATIONS:
            links.append((number, origin, destination, RELATIONS[kind]))
        else:
            held.report.skip(f"associations of the kind {text_of(one.get('associationType'), 40)}")
    _without_circles(held, broader)
    return links


def _node(held: Items, node: Any) -> str:
    """Return the address of an association's end: a LinkGenURI {title, identifier, uri}, or a bare address."""
    if isinstance(node, str):
        return held.by_name.get(node, node[:300])
    if not isinstance(node, dict):
        return ""
    identifier, uri = text_of(node.get("identifier"), 100), text_of(node.get("uri"), 300)
    return held.by_name.get(identifier) or held.by_name.get(uri) or uri or identifier


def _without_circles(held: Items, broader: dict[str, list[str]]) -> None:
    """Keep the broader skills of every item; one that would make an item broader than itself is left out and told."""
    state: dict[str, int] = {}
    for start in broader:
        if start in state:
            continue
        state[start] = 1
        stack = [(start, iter(list(broader[start])))]
        while stack:
            uri, rest = stack[-1]
            parent = next(rest, None)
            if parent is None:
                state[uri] = 2
                stack.pop()
            elif state.get(parent) == 1:
                broader[uri].remove(parent)
                told = (
                    f"“{held.skills[uri].name[:80]}” and “{held.skills[parent].name[:80]}” "
                    f"are each part of the other; one of the two is left out."
                )
                held.tell(
                    None, "/CFAssociations", "refused", "circle", told, "Remove one of the two isChildOf associations."
                )
            elif parent not in state:
                state[parent] = 1
                stack.append((parent, iter(list(broader.get(parent, [])))))
    for uri, parents in broader.items():
        held.skills[uri].broader = list(dict.fromkeys(parents))


def save_links(
    held: Items,
    links: list[tuple[int, str, str, Relation]],
    keys: dict[str, int],
    framework: Framework,
    report: Report,
    progress: Progress,
) -> None:
    """Write relations between skills; those to skills that no framework here has are counted as left out."""
    away = sorted({destination for _, _, destination, _ in links if destination not in keys})
    for begin in range(0, len(away), 500):
        keys.update(Skill.objects.filter(uri__in=away[begin : begin + 500]).values_list("uri", "pk"))
    rows = []
    for _, origin, destination, relation in links:
        if destination in keys:
            rows.append(
                SkillLink(source_id=keys[origin], target_id=keys[destination], relation=relation, origin=framework.slug)
            )
        else:
            report.skip("relations to skills of other frameworks that are not loaded here")
    save_all(
        rows,
        within=SkillLink.objects.filter(origin=framework.slug),
        key=("source_id", "target_id"),
        fields=("relation",),
        table="relations",
        report=report,
        progress=progress,
    )
