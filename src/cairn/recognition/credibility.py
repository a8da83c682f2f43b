"""What agreements say of a credential's credibility (rubric MCQ-100: E1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from cairn.appraisal import Evidence, Tier
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.recognition.models import AgreementVersion
from cairn.recognition.queries import rows_in_force


def evidence(versions: Sequence[DefinitionVersion], at: datetime) -> Iterator[tuple[int, Evidence]]:
    """Name the agreements in force by which each version counts somewhere; both sides have signed each of them."""
    owners = {version.definition.owner_id for version in versions} - {None}
    if not owners:
        return
    accepted: defaultdict[tuple[int, str], list[AgreementVersion]] = defaultdict(list)
    for row in rows_in_force(at).filter(giver__in=owners):
        for address in {str(one.get("id")) for term in row.terms for one in term.get("accepts", [])}:
            accepted[row.giver_id, address].append(row)
    for version in versions:
        owner = version.definition.owner_id
        found = [] if owner is None else accepted.get((owner, achievement_id(version)), [])
        if not found:
            continue
        names = ", ".join(sorted({row.receiver.name for row in found}))
        ends = min((row.in_force_until for row in found if row.in_force_until), default=None)
        until = None if ends is None or len(found) > 1 else ends.date()
        told = f"It counts at {names} by an agreement in force that both have signed"
        yield version.pk, Evidence("E1", Decimal(5), Tier.VERIFIED, told, "signed agreement", at.date(), until)
