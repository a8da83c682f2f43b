"""A draft as a stack to draw, before anybody has earned any of it."""

from __future__ import annotations

from collections.abc import Mapping

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import version_by_achievement
from cairn.catalog.rules.judging import Judged
from cairn.catalog.rules.kinds import LEAF
from cairn.catalog.rules.tree import Node
from cairn.look.drawings import StackNode

DRAWN = {"all_of": "all", "in_order": "all", "any_n": "any", "credits_at_least": "credits", "experience_hours": "hours"}


def picture_of(
    title: str, kind: str, root: Node | None, judged: Judged, names: Mapping[str, str], *, links: bool = True
) -> StackNode:
    """Return the drawing's tree: the credential on top, the parts below, each linked to its place in the outline."""
    tops = root.parts if root is not None and root.kind == "all_of" and root.parts else (root,) if root else ()
    children = tuple(_node(part, judged, names, links) for part in tops)
    return StackNode(
        id="whole", label=title or "This credential", kind=kind or "certificate", state="not", children=children
    )


def _node(node: Node, judged: Judged, names: Mapping[str, str], links: bool) -> StackNode:
    version = _version(node)
    named = names.get(str(node.values.get("achievement", "")), "")
    kind = version.definition.type if version and version.definition.type else DRAWN.get(node.kind, "")
    if node.values.get("role") in {"project", "capstone"}:
        kind = "project"
    return StackNode(
        id=node.key,
        label=str(node.values.get("label") or named or judged.said[node.key])[:200],
        kind=kind or ("badge" if node.shape == LEAF else "group"),
        state="not",
        detail="to mend" if node.key in judged.faults else "",
        children=tuple(_node(part, judged, names, links) for part in node.parts),
        href=f"?node={node.key}#node-{node.key}" if links else None,
    )


def _version(node: Node) -> DefinitionVersion | None:
    achievement = node.values.get("achievement")
    return version_by_achievement(achievement) if isinstance(achievement, str) else None
