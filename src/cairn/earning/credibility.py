"""What became of this site's own learners (rubric MCQ-100: F1), told only where enough of them have come to an end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from cairn.appraisal import FEWEST, Evidence, Tier
from cairn.catalog.models import DefinitionVersion
from cairn.earning.models import Enrolment

WINDOW = timedelta(days=3 * 365)
ENDED = (Enrolment.State.PASSED, Enrolment.State.FAILED, Enrolment.State.WITHDREW)


def completions(version: DefinitionVersion, at: datetime) -> tuple[int, int] | None:
    """Return how many passed of how many came to an end in the last three years, over all versions; None below sixteen."""
    if version.definition.owner_id is None:
        return None
    ended = Enrolment.objects.filter(
        version__definition=version.definition_id, state__in=ENDED, ended_at__gt=at - WINDOW, ended_at__lte=at
    )
    of = ended.count()
    return None if of < FEWEST else (ended.filter(state=Enrolment.State.PASSED).count(), of)


def evidence(version: DefinitionVersion, at: datetime) -> Iterator[Evidence]:
    """Say which share completed, of how many, over which time."""
    found = completions(version, at)
    if found is not None:
        passed, of = found
        told = f"{passed} of {of} learners whose time came to an end within three years have completed it"
        yield Evidence("F1", Decimal(3), Tier.VERIFIED, told, "this site's enrolments", at.date())
