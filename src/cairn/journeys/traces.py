"""The engine's answer as plain JSON, to be kept and shown as it was computed, and as the picture of a stack."""

from __future__ import annotations

from typing import Any

from cairn import stacking
from cairn.look.drawings import StackNode


def as_json(evaluation: stacking.Evaluation) -> dict[str, Any]:
    """Return an evaluation as JSON values; exact fractions stand as text like ``"2/3"``."""
    return {
        "state": str(evaluation.state),
        "progress": str(evaluation.progress),
        "percent": int(evaluation.progress * 100),
        "exact": evaluation.exact,
        "used": list(evaluation.used),
        "unused": [{"award": item.award, "reason": item.reason} for item in evaluation.unused],
        "missing": [[{"sentence": step.sentence, "id": step.id} for step in way] for way in evaluation.missing],
        "trace": _node_json(evaluation.trace),
    }


def _node_json(node: stacking.NodeTrace) -> dict[str, Any]:
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
        "parts": [_node_json(part) for part in node.parts],
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
        detail=f"{evaluation['percent']} % complete" if evaluation["state"] != "met" else "Complete",
        children=tuple(_stone(part) for part in parts),
    )


def _stone(node: dict[str, Any]) -> StackNode:
    have, need = node["have"], node["need"]
    counted = f"{have} of {need} {node['unit']}" if need != "1" and node["unit"] != "parts" else ""
    return StackNode(
        id=node["id"],
        label=(node["label"] or node["sentence"]).rstrip(":"),
        kind=node["kind"],
        state=node["state"],
        detail=counted,
        children=tuple(_stone(part) for part in node["parts"]),
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
