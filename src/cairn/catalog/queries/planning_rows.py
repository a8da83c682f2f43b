"""The catalogue's rows as offers for the planner, read in a few questions, and how to see that the catalogue has changed.

What a row does not state stays unknown: no language for imported rows (their source states none), no place for what is online or whose
place is not given, no expected return (no source here estimates what a credential adds to anybody's earnings). What is needed beforehand is
known where its designer stated it as skills and credentials; bundles and discounts are those that providers of this site keep.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from math import ceil
from typing import Any

from django.db.models import Count, Max, Q, Sum

from cairn import planning, stacking
from cairn.catalog.achievements import achievement_address
from cairn.catalog.models import (
    Approval,
    Bundle,
    CriterionAppeal,
    CriterionEvidence,
    DefinitionVersion,
    Discount,
    Endorsement,
    ImportRun,
    Offer,
    RubricInUse,
    SkillTaught,
)
from cairn.catalog.prerequisites import read_requires
from cairn.catalog.queries.definitions import achievement_family
from cairn.catalog.queries.planning_stacks import granted_by
from cairn.catalog.queries.prices import Alternatives, Names, as_alternatives, planned_bundles, planned_discounts
from cairn.people.models import AuditEvent

OPEN = (Offer.State.OPEN, Offer.State.SCHEDULED)
OWN = "cairn"
"""The source of definitions that were written on this site, so that their language was stated by a person."""

type Stamp = tuple[Any, ...]


@dataclass(frozen=True)
class Row:
    """An offer and what has to be said about it. ``planned`` is None where price or hours are not stated."""

    offer: str
    version: int
    currency: str
    planned: planning.Offer | None
    stated: bool
    field_of_study: str
    skills: frozenset[str]
    slug: str
    provider_id: int
    provider: str
    asks: str
    """What the provider asks for beforehand, in its own words; the planner cannot weigh it."""
    needed: tuple[str, ...] = ()
    """What it asks for as skills and credentials, which the planner does weigh: a line for each, alternatives joined by "or"."""
    bodies: frozenset[str] = frozenset()
    """Who is on record as standing behind it: their number is its recognition."""

    def priced_in(self, currency: str) -> planning.Offer | None:
        """The offer for a plan that is reckoned in a currency. What costs nothing costs nothing in any; nothing else is converted."""
        planned = self.planned
        if planned is None or self.currency == currency:
            return planned
        return None if planned.cost.minor else replace(planned, cost=planning.Money(0, currency))


@dataclass(frozen=True)
class Rows:
    """Everything that can be planned with on one day."""

    stamp: Stamp
    day: date
    offers: tuple[Row, ...]
    granted: tuple[tuple[planning.Offer, ...], ...]
    """Stacks of this site, each with the groups within its rule before it."""
    slugs: dict[str, str]
    """Pages of stacks, by the planner's id."""
    taught: dict[str, tuple[int, int]]
    """Every skill that something public leads to: its number and its framework's, by URI."""
    untold: int
    """Stacks whose rule the planner has no words for."""
    bundles: tuple[planning.Bundle, ...] = ()
    discounts: tuple[planning.Discount, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    """What the credentials that discounts ask for are called, by address."""


def quick_stamp() -> Stamp:
    """Return what every service and importer changes when it writes: the newest rows, each a look at the end of an index."""
    newest = DefinitionVersion.objects.order_by("-pk").values_list("pk", "created_at").first()
    kinds = (Offer, SkillTaught, ImportRun, AuditEvent)
    return newest, *(kind._default_manager.order_by("-pk").values_list("pk", flat=True).first() for kind in kinds)


def full_stamp() -> Stamp:
    """Return a summary of all that planning reads, for when the quick one says that something was written."""
    open_now = Q(state__in=OPEN)
    public = DefinitionVersion.objects.filter(state=DefinitionVersion.State.PUBLISHED)
    return (
        *Offer.objects.aggregate(
            Count("pk"), Max("pk"), Sum("price_total"), Sum("hours"), Sum("weeks"), open=Count("pk", filter=open_now),
            starts=Max("starts_on"),
        ).values(),
        *public.aggregate(Count("pk"), Max("pk"), Max("created_at")).values(),
        *SkillTaught.objects.aggregate(Count("pk"), Max("pk"), Sum("level")).values(),
        *Approval.objects.aggregate(Count("pk"), Max("pk"), Max("until")).values(),
        *Endorsement.objects.aggregate(Count("pk"), Max("pk")).values(),
        *Bundle.objects.aggregate(Count("pk"), Max("pk"), ended=Count("ended_at")).values(),
        *Discount.objects.aggregate(Count("pk"), Max("pk"), ended=Count("ended_at")).values(),
        *CriterionEvidence.objects.aggregate(Count("pk"), Max("pk"), withdrawn=Count("withdrawn_at")).values(),
        *CriterionAppeal.objects.aggregate(Count("pk"), Max("pk"), decided=Count("decided_at")).values(),
        *RubricInUse.objects.aggregate(Count("pk"), Max("pk")).values(),
    )  # fmt: skip


def read_rows(stamp: Stamp, day: date) -> Rows:
    """Read the catalogue as it stands. Skill levels are rounded down, a skill without one counts as level 1: nothing is promised.

    Where a version states skills, those alone count; where it states none, those that are likely do, and its row says so (``stated``).
    Without any, an offer of this site is there for its credential, which a stack may ask for; one from elsewhere leads nowhere.
    """
    public = {"version__state": DefinitionVersion.State.PUBLISHED}
    taught: defaultdict[int, dict[str, int]] = defaultdict(dict)
    stated: set[int] = set()
    numbers: dict[str, tuple[int, int]] = {}
    for version, uri, level, origin, skill, framework in SkillTaught.objects.filter(**public).values_list(
        "version_id", "skill__uri", "level", "origin", "skill_id", "skill__framework_id"
    ):
        numbers[uri] = (skill, framework)
        if origin == "stated" and version not in stated:
            stated.add(version)
            taught[version] = {}
        if origin == "stated" or version not in stated:
            taught[version][uri] = _whole(level)
    behind = _standing_behind(day)
    offers, names = [], Names()
    for row in Offer.objects.filter(state__in=OPEN, **public).order_by("pk").values(*FIELDS):
        version = row["version_id"]
        if version in taught or row["version__definition__owner_id"] is not None:
            bodies = behind["version", version] | behind["provider", row["version__definition__provider_id"]]
            groups = read_requires(row["version__requires"])
            needed = tuple(" or ".join(one.text for one in group) for group in names.groups(groups))
            inferred = version in taught and version not in stated
            found = taught.get(version, {})
            offers.append(_row(row, found, not inferred, frozenset(bodies), as_alternatives(groups), needed))
    granted, slugs, untold = _stacks(taught)
    discounts, titles = planned_discounts(day, names)
    return Rows(stamp, day, tuple(offers), granted, slugs, numbers, untold, planned_bundles(day), discounts, titles)


FIELDS = (
    "pk", "version_id", "currency", "price_total", "hours", "weeks", "mode", "county", "city", "state_code", "starts_on", "self_paced",
    "version__title", "version__number", "version__workload_hours", "version__participation", "version__language",
    "version__field_of_study", "version__prerequisites", "version__requires", "version__definition__uid", "version__definition__slug",
    "version__definition__source", "version__definition__owner_id", "version__definition__provider_id",
    "version__definition__provider__name",
)  # fmt: skip


def _row(
    row: dict[str, Any],
    taught: dict[str, int],
    stated: bool,
    bodies: frozenset[str],
    requires: Alternatives,
    needed: tuple[str, ...],
) -> Row:
    hours = row["version__workload_hours"] if row["version__workload_hours"] is not None else row["hours"]
    price, key, mode = row["price_total"], f"offer:{row['pk']}", row["mode"] or row["version__participation"]
    provider = row["version__definition__provider__name"]
    planned = None
    if price is not None and hours is not None:
        planned = planning.Offer(
            id=key,
            provides=taught,
            cost=planning.Money(price, row["currency"]),
            hours=ceil(hours),
            title=row["version__title"],
            requires=requires,
            provider=provider,
            achievement=achievement_address(row["version__definition__uid"], row["version__number"]),
            weeks=row["weeks"] or None,
            starts=(row["starts_on"],) if row["starts_on"] and not row["self_paced"] else (),
            mode=mode,
            language=row["version__language"] if row["version__definition__source"] == OWN else "",
            place=""
            if mode == "online"
            else ", ".join(filter(None, (row["county"] or row["city"], row["state_code"]))),
            recognition=len(bodies),
        )
    return Row(
        key, row["version_id"], row["currency"], planned, stated, row["version__field_of_study"], frozenset(taught),
        row["version__definition__slug"], row["version__definition__provider_id"], provider, row["version__prerequisites"].strip(),
        needed, bodies,
    )  # fmt: skip


def _standing_behind(day: date) -> defaultdict[tuple[str, int], set[str]]:
    """Return who is on record as standing behind a version or a provider: signed endorsements, and approvals that a list states."""
    found: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for version, body in Endorsement.objects.values_list("version_id", "endorser__name"):
        found["version", version].add(body)
    current = Approval.objects.filter(Q(until=None) | Q(until__gte=day), kind__in=("approved", "accredited"))
    for provider, body in current.exclude(scope__contains="in the provider's words").values_list(
        "provider_id", "authority"
    ):
        found["provider", provider].add(body)
    return found


def _stacks(taught: dict[int, dict[str, int]]) -> tuple[tuple[tuple[planning.Offer, ...], ...], dict[str, str], int]:
    found: list[tuple[planning.Offer, ...]] = []
    slugs: dict[str, str] = {}
    untold = 0
    stacks = DefinitionVersion.objects.filter(
        state=DefinitionVersion.State.PUBLISHED, requirement__isnull=False, definition__owner__isnull=False
    ).select_related("definition__provider")
    for version in stacks.order_by("pk"):
        address = achievement_address(version.definition.uid, version.number)
        told = granted_by(
            stacking.parse_requirement(version.requirement or {}),
            key=f"stack:{version.pk}",
            title=version.title,
            provider=version.definition.provider.name,
            achievement=address,
            provides=taught.get(version.pk, {}),
            family=achievement_family,
        )
        if told is None:
            untold += 1
        else:
            found.append(tuple(told))
            slugs[f"stack:{version.pk}"] = version.definition.slug
    return tuple(found), slugs, untold


def _whole(level: Decimal | None) -> int:
    return 1 if level is None else max(1, int(level.to_integral_value(ROUND_FLOOR)))
