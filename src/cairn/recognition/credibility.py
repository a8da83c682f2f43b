"""What agreements say of a credential's credibility (rubric MCQ-100: E1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from cairn.appraisal import Evidence, Tier
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.recognition.queries import rows_in_force


def evidence(version: DefinitionVersion, at: datetime) -> Iterator[Evidence]:
    """Name the agreements in force by which this version counts somewhere; both sides have signed each of them."""
    owner = version.definition.owner
    if owner is None:
        return
    address = achievement_id(version)
    found = [
        row
        for row in rows_in_force(at).filter(giver=owner)
        if any(address == str(one.get("id")) for term in row.terms for one in term.get("accepts", []))
    ]
    if not found:
        return
    names = ", ".join(sorted({row.receiver.name for row in found}))
    ends = min((row.in_force_until for row in found if row.in_force_until), default=None)
    until = None if ends is None or len(found) > 1 else ends.date()
    told = f"It counts at {names} by an agreement in force that both have signed"
    yield Evidence("E1", Decimal(5), Tier.VERIFIED, told, "signed agreement", at.date(), until)
