"""What became of this site's own learners (rubric MCQ-100: F1), told only where enough of them have come to an end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q

from cairn.appraisal import FEWEST, Evidence, Tier
from cairn.catalog.models import DefinitionVersion
from cairn.earning.models import Enrolment

WINDOW = timedelta(days=3 * 365)
ENDED = (Enrolment.State.PASSED, Enrolment.State.FAILED, Enrolment.State.WITHDREW)


def completions(versions: Sequence[DefinitionVersion], at: datetime) -> dict[int, tuple[int, int]]:
    """Return by the version's key how many passed of how many came to an end in the last three years; left out below sixteen.

    All versions of a definition are counted together, and every version asked for gets that count.
    """
    ours = {version.definition_id for version in versions if version.definition.owner_id is not None}
    if not ours:
        return {}
    rows = (
        Enrolment.objects.filter(
            version__definition__in=ours, state__in=ENDED, ended_at__gt=at - WINDOW, ended_at__lte=at
        )
        .order_by()
        .values_list("version__definition")
        .annotate(passed=Count("pk", filter=Q(state=Enrolment.State.PASSED)), of=Count("pk"))
    )
    found = {definition: (passed, of) for definition, passed, of in rows if of >= FEWEST}
    return {version.pk: found[version.definition_id] for version in versions if version.definition_id in found}


def evidence(versions: Sequence[DefinitionVersion], at: datetime) -> Iterator[tuple[int, Evidence]]:
    """Say which share completed, of how many, over which time."""
    for number, (passed, of) in completions(versions, at).items():
        told = f"{passed} of {of} learners whose time came to an end within three years have completed it"
        yield number, Evidence("F1", Decimal(3), Tier.VERIFIED, told, "this site's enrolments", at.date())
