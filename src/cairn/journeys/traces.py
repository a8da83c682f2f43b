"""The engine's answer as plain JSON, to be kept and shown as it was computed, and as the picture of a stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.look.drawings import StackNode


def as_json(
    evaluation: stacking.Evaluation, rule: stacking.Requirement, versions: Mapping[str, DefinitionVersion]
) -> dict[str, Any]:
    """Return an evaluation as JSON values; exact fractions stand as text like ``"2/3"``.

    ``versions`` are those of this site that the rule names, by achievement: nodes that ask for one of them carry its title, type and page.
    """
    named = {
        node.id: versions[node.achievement]
        for node in _nodes(stacking.numbered(rule))
        if isinstance(node, stacking.AwardOf) and node.achievement in versions
    }
    return {
        "state": str(evaluation.state),
        "progress": str(evaluation.progress),
        "percent": int(evaluation.progress * 100),
        "exact": evaluation.exact,
        "used": list(evaluation.used),
        "unused": [{"award": item.award, "reason": item.reason} for item in evaluation.unused],
        "missing": [[{"sentence": step.sentence, "id": step.id} for step in way] for way in evaluation.missing],
        "trace": _node_json(evaluation.trace, named),
    }


def _nodes(rule: stacking.Requirement) -> list[stacking.Requirement]:
    return [rule, *(node for part in rule.parts for node in _nodes(part))]


def _node_json(node: stacking.NodeTrace, named: Mapping[str, DefinitionVersion]) -> dict[str, Any]:
    version = named.get(node.id)
    return {
        "id": node.id,
        "kind": node.kind,
        "label": node.label,
        "sentence": node.sentence,
        "state": str(node.state),
        "have": str(node.have),
        "need": str(node.need),
        "unit": node.unit,
        "counted": node.counted,
        "used": list(node.used),
        "rejected": [{"award": item.award, "reason": item.reason} for item in node.rejected],
        "title": version.title if version else "",
        "type": version.definition.type if version else "",
        "slug": version.definition.slug if version else "",
        "parts": [_node_json(part, named) for part in node.parts],
    }


def picture_of(title: str, kind: str, evaluation: dict[str, Any]) -> StackNode:
    """Return the drawing's tree for an evaluation that :func:`as_json` wrote: the credential on top, its parts below."""
    trace = evaluation["trace"]
    parts = trace["parts"] if trace["kind"] == "all_of" else [trace]
    return StackNode(
        id="whole",
        label=title,
        kind=kind,
        state=evaluation["state"],
        detail=f"{evaluation['percent']}% complete" if evaluation["state"] == "partly" else "",
        children=tuple(_stone(part) for part in parts),
    )


def _stone(node: dict[str, Any]) -> StackNode:
    have, need = node["have"], node["need"]
    counted = f"{have} of {need} {node['unit']}" if need != "1" and node["unit"] != "parts" else ""
    group = {"all_of": "all", "any_n": "any", "credits_at_least": "credits"}.get(node["kind"], node["kind"])
    return StackNode(
        id=node["id"],
        label=(node["label"] or node["title"] or node["sentence"]).rstrip(":"),
        kind=node["type"] or group,
        state=node["state"],
        detail=counted,
        children=tuple(_stone(part) for part in node["parts"]),
        href=reverse("catalog:credential", args=[node["slug"]]) if node["slug"] else None,
    )


def reasons(evaluation: dict[str, Any]) -> list[str]:
    """Return, in sentences, why the evaluation came out as it did: what is met, then what is missing."""
    said = []
    for node in _leaves(evaluation["trace"]):
        if node["state"] == "met":
            said.append(f"{node['sentence'].rstrip(':')}: done.")
        elif node["counted"]:
            said.append(
                f"{node['sentence'].rstrip(':')}: still missing ({node['have']} of {node['need']} {node['unit']})."
            )
    return said


def _leaves(node: dict[str, Any]) -> list[dict[str, Any]]:
    if not node["parts"]:
        return [node]
    return [leaf for part in node["parts"] for leaf in _leaves(part)]
