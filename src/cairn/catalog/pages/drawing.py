"""A rule as a stack to draw: what a credential is made of, before anybody has earned any of it."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from cairn.catalog.checks import read_requirement
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import versions_named_in
from cairn.errors import Invalid
from cairn.look.drawings import StackNode
from cairn.stacking import AllOf, AnyN, AwardOf, CreditsAtLeast, Requirement


def stack_of(version: DefinitionVersion) -> StackNode | None:
    """Return the stack of a version that is made of parts; None where it is not, or where an old rule cannot be read any more."""
    try:
        rule = read_requirement(version.requirement)
    except Invalid:
        return None
    if rule is None:
        return None
    parts = versions_named_in(rule)
    names = {address: part.title for address, part in parts.items()}
    children = (
        [_node(part, parts, names) for part in rule.parts] if isinstance(rule, AllOf) else [_node(rule, parts, names)]
    )
    return StackNode(
        id=f"v{version.pk}",
        label=version.title,
        kind=version.definition.type or "certificate",
        state="not",
        children=tuple(children),
    )


def _node(rule: Requirement, parts: Mapping[str, DefinitionVersion], names: dict[str, str]) -> StackNode:
    label = rule.label or rule.sentence(names).rstrip(":")
    if isinstance(rule, AwardOf):
        part = parts.get(rule.achievement)
        kind = "project" if rule.role in {"project", "capstone"} else (part.definition.type if part else "badge")
        href = reverse("catalog:credential", args=[part.definition.slug]) if part else None
        return StackNode(id=rule.id, label=part.title if part else label, kind=kind or "badge", state="not", href=href)
    kind = (
        "all"
        if isinstance(rule, AllOf)
        else "any"
        if isinstance(rule, AnyN)
        else "credits"
        if isinstance(rule, CreditsAtLeast)
        else "group"
    )
    children = tuple(_node(part, parts, names) for part in rule.parts)
    return StackNode(
        id=rule.id, label=label, kind=kind if children or kind != "group" else "hours", state="not", children=children
    )
