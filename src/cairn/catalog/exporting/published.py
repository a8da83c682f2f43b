"""What is given away of a published version: one entry with the facts in the shape that importing knows, read in steps of flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from cairn.catalog.achievements import achievement_id
from cairn.catalog.exporting.special import SpecialPrice, special_prices, with_special_prices
from cairn.catalog.importing.records import (
    CatalogRecord,
    Identifier,
    OfferRecord,
    Place,
    ProviderRecord,
    RelatedRecord,
    SkillRecord,
)
from cairn.catalog.models import DefinitionVersion, Offer, PublishedEarnings, SkillTaught
from cairn.catalog.prerequisites import SkillBefore, read_requires
from cairn.catalog.queries.definitions import published
from cairn.catalog.queries.prices import Names
from cairn.outside import clock
from cairn.people.models import AuditEvent

STEP = 500
"""Versions in memory at once."""
_LIVE = (Offer.State.OPEN, Offer.State.SCHEDULED, Offer.State.RUNNING)
_SAME = (
    "title", "language", "texts", "description", "criteria", "workload_hours", "credits", "credit_scheme", "level_framework", "level",
    "level_text", "assessment_type", "participation", "supervision", "prerequisites", "grading", "stackability", "further_information",
    "homepage", "leads_to", "field_of_study", "valid_months",
)  # fmt: skip
_TERMS = tuple(name for name in OfferRecord.__dataclass_fields__ if name not in {"key", "languages"})


@dataclass(frozen=True, slots=True)
class Needed:
    """A skill or a credential that may be needed beforehand: what it is called, with a skill's level, and its address."""

    name: str
    address: str
    is_skill: bool
    level: int | None = None
    achievement: str = ""
    """The address of the achievement, which stays what it is where the page's changes; "" for a skill."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A published version to be written in any format. ``achievement`` is its address for ever, ``page`` the one for people."""

    record: CatalogRecord
    achievement: str
    page: str
    provider_page: str
    uid: str
    number: int
    version: DefinitionVersion
    awarded_here: bool
    published_at: datetime | None
    requirement: Mapping[str, Any] | None
    likely: tuple[SkillRecord, ...] = ()
    """Skills that were worked out, not stated; only a format that can say so writes them."""
    before: tuple[tuple[Needed, ...], ...] = ()
    """What must be there beforehand: of each group one."""
    special: tuple[SpecialPrice, ...] = ()
    """What holders of credentials pay, and what several offers cost together."""


def entries(versions: QuerySet[DefinitionVersion] | None = None) -> Iterator[Entry]:
    """Yield every published version (or every one of ``versions``) in the order of their keys, :data:`STEP` of them in memory."""
    found = _whole(published() if versions is None else versions).order_by("pk")
    last = 0
    while step := list(found.filter(pk__gt=last)[:STEP]):
        yield from map(entry_of, step)
        last = step[-1].pk


def entry_of(version: DefinitionVersion) -> Entry:
    """Return one version as an entry. Skills that were worked out stand apart (``likely``): the provider does not say them."""
    definition, provider = version.definition, version.definition.provider
    owner = definition.owner
    skills: Iterable[SkillTaught] | None = getattr(version, "skills_read", None)
    if skills is None:
        skills = list(version.skills.select_related("skill__framework").order_by("skill__name", "pk"))
    offers: Iterable[Offer] = getattr(version, "offers_now", None) or ()
    if not hasattr(version, "offers_now"):
        offers = list(with_special_prices(version.offers.filter(state__in=_LIVE).order_by("pk")))
    earnings: Iterable[PublishedEarnings] | None = getattr(definition, "earnings_read", None)
    if earnings is None:
        earnings = definition.earnings.order_by("pk")
    taught = [
        SkillRecord(one.skill.name, one.skill.uri, one.skill.framework.name, one.level)
        for one in skills
        if one.origin == "stated"
    ]
    known = {one.url for one in taught}
    named = [
        SkillRecord(str(one.get("name", "")), str(one.get("url", "")), str(one.get("framework", "")))
        for one in version.skills_named
        if one.get("name") and one.get("url", "") not in known
    ]
    record = CatalogRecord(
        key=str(definition.uid),
        place=Place(""),
        type=definition.type,
        provider=ProviderRecord(
            key=f"{settings.PUBLIC_URL}{reverse('catalog:provider', args=[provider.slug])}",
            name=provider.name,
            website=provider.website,
            city=provider.city,
            county=provider.county,
            state=provider.state,
            country=(owner.country if owner else "") or provider.country,
            identifiers=_identifiers(provider.identifiers),
        ),
        outcomes=tuple(str(one["text"]) for one in version.outcomes if one.get("text")),
        quality_assurance=version.quality_assurance or (owner.quality_assurance if owner else ""),
        taught_in=tuple(version.taught_in),
        tags=tuple(str(tag) for tag in version.tags),
        identifiers=_identifiers(version.identifiers),
        skills=(*taught, *named),
        related=tuple(
            RelatedRecord(str(one.get("relation", "")), str(one.get("name", "")), str(one.get("url", "")))
            for one in version.related
        ),
        offers=tuple(_offer(one) for one in offers),
        earnings=tuple(one.value for one in earnings),
        **{name: getattr(version, name) for name in _SAME},
    )
    return Entry(
        record=record,
        achievement=achievement_id(version),
        page=f"{settings.PUBLIC_URL}{reverse('catalog:credential', args=[definition.slug])}",
        provider_page=f"{settings.PUBLIC_URL}{reverse('catalog:provider', args=[provider.slug])}",
        uid=str(definition.uid),
        number=version.number,
        version=version,
        awarded_here=owner is not None,
        published_at=version.published_at,
        requirement=version.requirement,
        before=_before(version),
        special=tuple(special_prices(offers, clock.now().date())),
        likely=tuple(
            SkillRecord(one.skill.name, one.skill.uri, one.skill.framework.name)
            for one in skills
            if one.origin != "stated"
        ),
    )


def _before(version: DefinitionVersion) -> tuple[tuple[Needed, ...], ...]:
    groups = read_requires(version.requires)
    return tuple(
        tuple(
            Needed(called.text, one.skill, is_skill=True, level=one.level)
            if isinstance(one, SkillBefore)
            else Needed(called.text, _page(called.slug) or one.achievement, is_skill=False, achievement=one.achievement)
            for one, called in zip(group, names, strict=True)
        )
        for group, names in zip(groups, Names().groups(groups), strict=True)
    )


def _page(slug: str) -> str:
    """The page of a credential of this site, by which exports name it; "" where it is of another site."""
    return f"{settings.PUBLIC_URL}{reverse('catalog:credential', args=[slug])}" if slug else ""


def catalogue_stamp() -> tuple[str, datetime | None]:
    """Return what changes whenever the public catalogue does, and when it last did: for conditional requests.

    Every change of a definition, an offer or a skill leaves a line on the trail; every import leaves a run.
    """
    from cairn.catalog.models import ImportRun

    lines = AuditEvent.objects.filter(
        object_type__in=("definition_version", "offer", "bundle", "discount", "skill_match", "import")
    )
    line = lines.order_by("-pk").values_list("pk", "at").first() or (0, None)
    runs = ImportRun.objects.filter(dry_run=False)
    run = runs.order_by("-pk").values_list("pk", "finished_at").first() or (0, None)
    version = DefinitionVersion.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    offer = Offer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    moments = [at for at in (line[1], run[1]) if at is not None]
    return f"{line[0]}-{run[0]}-{version}-{offer}", max(moments, default=None)


def _whole(versions: QuerySet[DefinitionVersion]) -> QuerySet[DefinitionVersion]:
    return versions.prefetch_related(
        Prefetch(
            "offers",
            queryset=with_special_prices(Offer.objects.filter(state__in=_LIVE).order_by("pk")),
            to_attr="offers_now",
        ),
        Prefetch(
            "skills",
            queryset=SkillTaught.objects.select_related("skill__framework").order_by("skill__name", "pk"),
            to_attr="skills_read",
        ),
        Prefetch("definition__earnings", queryset=PublishedEarnings.objects.order_by("pk"), to_attr="earnings_read"),
    )


def _offer(offer: Offer) -> OfferRecord:
    terms = {name: getattr(offer, name) for name in _TERMS}
    return OfferRecord(key=offer.source_key or str(offer.pk), languages=tuple(offer.languages), **terms)


def _identifiers(given: Iterable[Mapping[str, Any]]) -> tuple[Identifier, ...]:
    return tuple(Identifier(str(one.get("scheme", "")), str(one["value"])) for one in given if one.get("value"))
