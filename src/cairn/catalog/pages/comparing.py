"""A comparison as files: JSON with the values as they are, PDF for paper."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.urls import reverse

from cairn.appraisal import Comparison, Cover, Money, OccupationWage, Score, SkillGiven
from cairn.catalog.models import DefinitionVersion
from cairn.errors import Invalid

_TEMPLATE = Path(__file__).parents[1] / "documents" / "comparison.typ"
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]


def as_json(
    compared: Comparison, versions: list[DefinitionVersion], lines: dict[str, list[list[str]]], at: datetime
) -> dict[str, Any]:
    """Return a comparison for programs. Money in minor units with its currency; a value that is not known is null, its kind says why."""
    return {
        "compared_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "goal": None if compared.goal is None else compared.goal.name,
        "currencies": list(compared.currencies),
        "items": [
            {
                "slug": version.definition.slug,
                "title": version.title,
                "version": version.number,
                "provider": version.definition.provider.name,
                "page": settings.PUBLIC_URL + reverse("catalog:credential", args=[version.definition.slug]),
            }
            for version in versions
        ],
        "rows": [
            {
                "key": row.kind.key,
                "name": row.kind.name,
                "section": row.kind.section,
                "note": row.kind.note,
                "differs": row.differs,
                "cells": [
                    {
                        "kind": cell.kind.value,
                        "value": _plain(cell.value),
                        "text": text,
                        "source": cell.source,
                        "note": cell.note,
                    }
                    for cell, text in zip(row.cells, lines[row.kind.key], strict=True)
                ],
            }
            for row in compared.rows
        ],
    }


def as_pdf(said: dict[str, Any], at: datetime) -> bytes:
    """Set a comparison on paper (PDF/A, tagged). Raises Invalid where no installed font has the letters."""
    try:
        # The folder of the template is all that the compiler may read.
        return typst.compile(
            _TEMPLATE,
            root=_TEMPLATE.parent,
            format="pdf",
            sys_inputs={"comparison": json.dumps(said, ensure_ascii=False)},
            pdf_standards=STANDARDS,
            timestamp=at.astimezone(UTC).replace(microsecond=0),
        )
    except typst.TypstError as error:
        if "could not be displayed with font" not in error.message:
            raise
        raise Invalid(
            "The comparison holds letters for which this server has no font.",
            remedy="Take the table (CSV) or print the page; and tell the operator of this site to install fonts for your script.",
            code="no_font",
        ) from error


def _plain(value: Any) -> Any:
    match value:
        case Money():
            return {"minor": value.minor, "currency": value.currency}
        case Score():
            return {"have": value.have, "of": value.of}
        case Cover():
            return {"reached": list(value.reached), "touched": list(value.touched), "missing": list(value.missing)}
        case SkillGiven():
            return {"uri": value.uri, "name": value.name, "level": _plain(value.level), "stated": value.stated}
        case OccupationWage():
            return {
                "occupation": value.occupation, "low": value.low, "median": value.median, "high": value.high, "currency": value.currency,
            }  # fmt: skip
        case Decimal():
            return str(value)
        case tuple() | list():
            return [_plain(one) for one in value]
        case _:
            return value
