"""What reviews say of a credential's credibility (rubric MCQ-100: F5): not what they think of it, but that there are so many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Max

from cairn.appraisal import FEWEST, Evidence, Tier
from cairn.catalog.models import DefinitionVersion
from cairn.wallet.models import Review
from cairn.wallet.reviews import reading
from cairn.wallet.reviews.proof import FALLEN


def evidence(versions: Sequence[DefinitionVersion], at: datetime) -> Iterator[tuple[int, Evidence]]:
    """Say how many people who proved that they hold it have published what they say: half of the points of few, all from sixteen on.

    Good and bad reviews count alike. Fewer than three are no feedback that anybody could weigh, and stay untold here. Whose
    award was withdrawn or is suspended is not counted.
    """
    definitions = {version.definition_id for version in versions}
    rows = (
        Review.objects.filter(definition__in=definitions, public_since__lte=at, hidden_at__isnull=True)
        .exclude(held__award__state__in=FALLEN)
        .order_by()
        .values_list("definition")
        .annotate(people=Count("pk"), last=Max("public_since"))
    )
    found = {definition: (people, last) for definition, people, last in rows if people >= reading.FEWEST}
    for version in versions:
        if version.definition_id in found:
            people, last = found[version.definition_id]
            told = f"{people} people who proved that they hold it have published what they say of it"
            points = Decimal(2) if people >= FEWEST else Decimal(1)
            yield (
                version.pk,
                Evidence(
                    "F5",
                    points,
                    Tier.VERIFIED,
                    told,
                    "reviews on this site",
                    last.date(),
                    at_most=None if people >= FEWEST else Decimal(2),
                ),
            )
