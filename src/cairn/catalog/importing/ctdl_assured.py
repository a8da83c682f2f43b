"""What CTDL says of how a credential is assessed, under whose eyes, and who stands for its quality."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cairn.catalog.importing.ctdl_said import Whole
from cairn.catalog.importing.ctdl_terms import labels_of, term
from cairn.catalog.importing.words import as_list, text_in

_BODIES = (
    ("accreditedBy", "Accredited by"), ("approvedBy", "Approved by"), ("recognizedBy", "Recognised by"), ("regulatedBy", "Regulated by"),
)  # fmt: skip


def assessment_of(this: dict[str, Any], conditions: Iterable[dict[str, Any]], whole: Whole, tongue: str) -> str:
    """Return the kinds of assessment, or the names of assessments that say no kind; "" for none."""
    found = sorted(labels_of(term(this, "assessmentMethodType")))
    for one in _assessments(conditions, whole):
        found += sorted(labels_of(term(one, "assessmentMethodType"))) or [text_in(term(one, "name"), tongue)]
    return ", ".join(dict.fromkeys(filter(None, found)))[:60]


def supervision_of(this: dict[str, Any], conditions: Iterable[dict[str, Any]], whole: Whole) -> str:
    """Return whether an assessment is supervised, "" where nothing says so."""
    told = [term(this, "isProctored"), *(term(one, "isProctored") for one in _assessments(conditions, whole))]
    return "Supervised" if True in told else "Unsupervised" if False in told else ""


def quality_of(this: dict[str, Any], whole: Whole, tongue: str) -> str:
    """Return who accredited, approved, recognised and regulates it, one sentence each."""
    lines = []
    for name, words in _BODIES:
        who = [text_in(term(whole(one), "name"), tongue) for one in as_list(term(this, name))]
        if named := list(dict.fromkeys(filter(None, who))):
            lines.append(f"{words} {', '.join(named[:20])}.")
    return " ".join(lines)


def _assessments(conditions: Iterable[dict[str, Any]], whole: Whole) -> Iterator[dict[str, Any]]:
    for condition in conditions:
        yield from (whole(one) for one in as_list(term(whole(condition), "targetAssessment")))
