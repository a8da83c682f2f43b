"""What CTDL says that a credential teaches and asks for: outcomes in words, and skills that stand somewhere as competencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from cairn.catalog.importing.ctdl_said import Whole
from cairn.catalog.importing.ctdl_terms import term
from cairn.catalog.importing.records import SkillRecord
from cairn.catalog.importing.words import as_list, text_in, web


def outcomes_of(this: dict[str, Any], conditions: Iterable[dict[str, Any]], whole: Whole) -> Iterator[Any]:
    """Yield outcomes as they are written: what is taught, and competencies that conditions of earning it say in words alone."""
    for one in _taught(this):
        node = whole(one)
        if text := term(node, "targetNodeDescription") or term(node, "competencyText"):
            yield text
    for one in chain.from_iterable(as_list(term(condition, "targetCompetency")) for condition in conditions):
        node = whole(one)
        text = term(node, "targetNodeDescription")
        if text and not term(node, "targetNode") and not term(node, "targetNodeName"):
            yield text


def skills_of(
    this: dict[str, Any], conditions: Iterable[dict[str, Any]], whole: Whole, tongue: str
) -> Iterator[SkillRecord]:
    """Yield what is taught, and what conditions of earning it ask for, where it has a name."""
    asked = (as_list(term(whole(condition), "targetCompetency")) for condition in conditions)
    for one in chain(_taught(this), *asked):
        node = whole(one)
        target = term(node, "targetNode")
        name = (
            text_in(term(node, "competencyText"), tongue)
            or text_in(term(target, "competencyText"), tongue)
            or text_in(term(node, "targetNodeName"), tongue)
        )
        if name:
            yield SkillRecord(name, web(target) or web(node), text_in(term(node, "frameworkName"), tongue))


def _taught(this: dict[str, Any]) -> list[Any]:
    return as_list(term(this, "teaches")) + as_list(term(this, "assesses"))
