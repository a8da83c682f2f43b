"""Stacks as CTDL pathways for programs: read a published one, and convert rules to pathways and back. Nothing of it is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from cairn import stacking
from cairn.entry.api.tokens import PerToken, Scoped
from cairn.errors import Invalid
from cairn.journeys.pages.pathway import answer, published_pathway
from cairn.stacking.pathways import Remark, read_pathways, write_pathway

router = Router()
SCOPE = "stacks:design"


class RemarkOut(Schema):
    """Something that is not as it stands. ``effect``: ``assumed`` (taken so), ``left_out`` (not in the rule) or ``aside``."""

    place: str = Field(description="A JSON path in the document, or the kind and place of a requirement in the rule")
    effect: str
    why: str
    value: str


class ReadIn(Schema):
    """A CTDL document, and the language that names are wished for in."""

    document: dict[str, Any] | list[Any] = Field(description="CTDL as JSON-LD, with at least one ceterms:Pathway")
    language: str = Field(default="en", max_length=20)


class ReadOut(Schema):
    """One pathway as a rule. Where ``whole`` is false, the pathway asks for more than the rule: see the remarks that say ``left_out``."""

    id: str
    name: str
    destination: str
    whole: bool
    rule: dict[str, Any]
    sentences: list[str]
    names: dict[str, str]
    remarks: list[RemarkOut]


class WriteIn(Schema):
    """A stacking rule, and what the pathway is to say about itself."""

    rule: dict[str, Any] = Field(description="A stacking rule; see the schema stacking-rule.json")
    title: str = Field(default="", max_length=300)
    base: str = Field(default="", max_length=500, description="Address that the pathway will be published at")
    earns: str = Field(default="", max_length=500, description="Address of the achievement that completing it earns")
    names: dict[str, str] = Field(
        default={}, max_length=2000, description="What achievements are called, by their address"
    )


class WrittenOut(Schema):
    """The pathway, and what CTDL has no words for: that stands in ``cairn:requirement``, and is said here."""

    document: dict[str, Any]
    remarks: list[RemarkOut]


@router.get("/stacks/{slug}/pathway", auth=None, operation_id="pathway", summary="Read a published stack as a CTDL pathway",
            response={200: dict[str, Any]})  # fmt: skip
def published(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with JSON-LD in the Credential Transparency Description Language. Only stacks that stand in the catalogue now are there."""
    return answer(published_pathway(slug))


@router.post("/pathways/read", response=list[ReadOut], auth=Scoped(SCOPE), throttle=[PerToken("60/m")], operation_id="read_pathways",
             summary="Read CTDL pathways as stacking rules")  # fmt: skip
def read(request: HttpRequest, payload: ReadIn) -> list[dict[str, Any]]:
    """Read every pathway of a document. What cannot be understood is told with its place and reason, and never silently dropped."""
    try:
        found = read_pathways(payload.document, language=payload.language)
    except stacking.RuleError as fault:
        raise _refused("This document", fault) from fault
    return [
        {
            "id": one.id,
            "name": one.name,
            "destination": one.destination,
            "whole": one.whole,
            "rule": one.rule.to_json(),
            "sentences": stacking.sentences(one.rule, one.names).lines(),
            "names": dict(one.names),
            "remarks": _said(one.remarks),
        }
        for one in found
    ]


@router.post("/pathways/write", response=WrittenOut, auth=Scoped(SCOPE), throttle=[PerToken("60/m")], operation_id="write_pathway",
             summary="Write a stacking rule as a CTDL pathway")  # fmt: skip
def write(request: HttpRequest, payload: WriteIn) -> dict[str, Any]:
    """Write a rule as a pathway; reading that gives an equal rule."""
    try:
        rule = stacking.parse_requirement(payload.rule)
    except stacking.RuleError as fault:
        raise _refused("This rule", fault) from fault
    made = write_pathway(rule, title=payload.title, base=payload.base, earns=payload.earns, names=payload.names)
    return {"document": made.document, "remarks": _said(made.remarks)}


def _said(remarks: tuple[Remark, ...]) -> list[dict[str, str]]:
    return [remark.to_json() for remark in remarks]


def _refused(what: str, fault: stacking.RuleError) -> Invalid:
    return Invalid(
        f"{what} cannot be used: {'; '.join(map(str, fault.problems[:3]))}",
        remedy="Mend the places named.",
        code="bad_requirement",
        problems=[str(problem) for problem in fault.problems],
    )
