"""Offers as the planner takes them, kept ready in memory for as long as the catalogue stays as it is.

1. Every question looks at the ends of a few indexes: has anything been written since? Mostly not, and what is kept is used.
2. Something was: a summary of all that planning reads says whether it concerns planning. If so, the rows are read again.
3. From the rows, what leads to one target is gathered into an `OfferIndex`, and the last few of those are kept too.

What is kept belongs to this process and is shared by its threads; the lock is held while something is read, so nothing is read twice.
"""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from threading import RLock

from django.conf import settings
from django.db.models import Count
from django.db.models.signals import post_delete, post_save

from cairn import planning
from cairn.catalog.models import Bundle, DefinitionVersion, Discount, Offer, SkillTaught
from cairn.catalog.queries.definitions import published
from cairn.catalog.queries.planning_rows import OPEN, Row, Rows, Stamp, full_stamp, quick_stamp, read_rows
from cairn.catalog.queries.planning_target import Asked, Places, places_of
from cairn.catalog.queries.worth import credibility_of
from cairn.skills.models import FieldOfStudyLink, Occupation

KEPT = 48
"""How many targets' offers are kept ready."""
MANY = 10_000
"""From so many offers on, the collector of garbage no longer looks through what is kept: of 100,000 that takes 0.3 s each time."""


@dataclass(frozen=True)
class OfferFact:
    """What a page says about an offer beside what the planner knows of it."""

    slug: str
    provider_id: int = 0
    asks: str = ""
    needed: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    """Who is on record as standing behind it."""
    accepting: tuple[str, ...] = ()
    """At which other institutions it counts by an agreement."""


@dataclass(frozen=True)
class PlanningOffers:
    """Offers for the planner, and what has to be said about them. ``by_crosswalk`` are ids whose skills nobody stated."""

    index: planning.OfferIndex
    by_crosswalk: frozenset[str]
    too_short: int
    """Offers of fewer hours than ``planning_target.WHOLE_FIELD_HOURS`` whose skills nobody stated: what they teach is not known."""
    left_out: int
    """Offers without a stated price or hours: nobody can add up what is not stated."""
    facts: Mapping[str, OfferFact] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    """What the credentials that discounts ask for are called, by address."""
    currency: str = "USD"
    """What the plan is reckoned in."""
    priced_otherwise: int = 0
    """Offers with a price in another currency than the plan's: nothing is converted."""

    @property
    def offers(self) -> tuple[planning.Offer, ...]:
        """The offers alone, stacks that grant among them."""
        return self.index.offers

    @property
    def priced(self) -> list[planning.Offer]:
        """The offers that can be taken, without what stacks grant."""
        return [offer for offer in self.index.offers if not offer.granted]

    @property
    def returns_known(self) -> bool:
        """Whether anybody has estimated what an offer adds to earnings, so that a best return can be looked for."""
        return self.index.returns_known


@dataclass(frozen=True)
class Choosable:
    """What a learner can choose among when setting limits: only what some open offer states."""

    modes: tuple[str, ...]
    languages: tuple[str, ...]
    places: tuple[str, ...]
    providers: tuple[tuple[int, str], ...]


@dataclass
class _Kept:
    quick: tuple[Stamp, date, str] | None = None
    currencies: tuple[object, tuple[str, ...]] | None = None
    rows: Rows | None = None
    choosable: Choosable | None = None
    places: Places = field(default_factory=Places)
    chosen: OrderedDict[tuple[object, ...], PlanningOffers] = field(default_factory=OrderedDict)


_kept = _Kept()
_lock = RLock()


def forget_kept(**_: object) -> None:
    """Let the next question read the catalogue again: for whoever writes rows without a service or an importer."""
    with _lock:
        _kept.quick = _kept.rows = _kept.choosable = _kept.currencies = None
        _kept.places = Places()
        _kept.chosen.clear()


def _forget_public(instance: object, **_: object) -> None:
    if not isinstance(instance, DefinitionVersion) or instance.state == DefinitionVersion.State.PUBLISHED:
        forget_kept()


for _model in (Offer, SkillTaught, DefinitionVersion, Bundle, Discount):
    for _signal in (post_save, post_delete):
        _signal.connect(_forget_public, sender=_model, dispatch_uid=f"planning-{_model.__name__}")


def rows_now(at: datetime | None = None) -> Rows:
    """Return the catalogue as the planner reads it, from memory where nothing has changed (steps 1 and 2).

    Approvals that ended before ``at`` do not count; without a moment all do.
    """
    with _lock:
        today = at.date() if at else _kept.rows.day if _kept.rows else date.min
        quick = quick_stamp(), today, str(settings.DATABASES["default"]["NAME"])
        if _kept.rows is None or _kept.quick != quick:
            stamp = (*full_stamp(), quick[2])
            if _kept.rows is None or (_kept.rows.stamp, _kept.rows.day) != (stamp, today):
                _kept.rows, _kept.choosable = read_rows(stamp, today), None
                _kept.chosen.clear()
                _kept.places = places_of(_kept.rows)
                if len(_kept.rows.offers) >= MANY:
                    _freeze()
            _kept.quick = quick
        return _kept.rows


def _freeze() -> None:
    """Have the collector of garbage leave alone all that is there now.

    What was frozen earlier is looked through first: rows that have been replaced, and what the questions of other threads had in hand.
    Without that, cycles among these would never be collected; so none outlives the next change of the catalogue.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def offers_for_planning(
    *,
    occupation: Occupation | None = None,
    skills: Collection[str] = (),
    currency: str = "USD",
    at: datetime | None = None,
    awards: Mapping[str, Collection[str]] | None = None,
    granted: Collection[planning.Offer] = (),
    with_quality: bool = False,
    only_stated: bool = False,
    same: Mapping[str, Collection[str]] | None = None,
    accepted: Mapping[str, frozenset[str]] | None = None,
) -> PlanningOffers:
    """Return open offers that lead to any of ``skills`` (URIs), or to what ``occupation`` needs; all with skills where neither is given.

    An offer's id is ``offer:<pk>``, its achievement the version's address. Skill levels are rounded down to whole levels, and a skill
    without a stated level counts as level 1: a plan must not promise more than was said. A stack of this site is there as
    ``stack:<version pk>``, granted by its parts.

    ``awards`` are wanted for themselves: each key is given, at level 1, as a skill of whatever awards one of its achievements.
    ``granted`` are stacks to be there beside the published ones, or instead of those that lead to the same achievement. ``same`` says
    which other skills count as one that is wanted.
    ``with_quality`` works out the lower end of each offer's credibility
    as of ``at``, which takes a while the first time. ``accepted`` names by achievement the institutions at which it counts: an offer is
    as recognised as there are bodies and institutions behind it, each counted
    once. ``only_stated`` leaves out what only a crosswalk knows the skills of.
    """
    alike = {uri: frozenset(others) for uri, others in (same or {}).items() if others}
    wanted = set(skills).union(*alike.values())
    cips: frozenset[str] | None = None
    if occupation is not None:
        wanted |= set(occupation.needs.values_list("skill__uri", flat=True))
        cips = frozenset(FieldOfStudyLink.objects.filter(soc=occupation.soc).values_list("cip", flat=True))
    named = {key: frozenset(names) for key, names in (awards or {}).items()}
    with _lock:
        rows = rows_now(at)
        known = at if with_quality else None
        key = (
            currency, cips, frozenset(wanted), frozenset(named.items()), tuple(granted), known and known.date(), only_stated,
            frozenset(alike.items()), frozenset((accepted or {}).items()),
        )  # fmt: skip
        found = _kept.chosen.get(key)
        if found is None:
            found = _kept.chosen[key] = _chosen(
                rows, _kept.places, cips, wanted, currency, named, granted, known, only_stated, alike, accepted or {}
            )
            while len(_kept.chosen) > KEPT:
                _kept.chosen.popitem(last=False)
        _kept.chosen.move_to_end(key)
        return found


def currencies() -> tuple[str, ...]:
    """Return what open offers are priced in, that of most of them first; nothing where nothing has a price.

    Does not wait for the rows of the catalogue to be read.
    """
    stamp = quick_stamp(), str(settings.DATABASES["default"]["NAME"])
    kept = _kept.currencies
    if kept is None or kept[0] != stamp:
        priced = Offer.objects.filter(
            state__in=OPEN, price_total__gt=0, version__state=DefinitionVersion.State.PUBLISHED
        )
        often = priced.values_list("currency").annotate(often=Count("pk")).order_by("-often", "currency")
        kept = _kept.currencies = stamp, tuple(code for code, _ in often)
    return kept[1]


def choosable(at: datetime | None = None) -> Choosable:
    """Return the ways of taking part, languages, places and providers that open offers with a price state."""
    with _lock:
        rows = rows_now(at)
        if _kept.choosable is None:
            offers = [row for row in rows.offers if row.planned is not None]
            planned = [row.planned for row in offers if row.planned is not None]
            _kept.choosable = Choosable(
                tuple(sorted({one.mode for one in planned} - {""})),
                tuple(sorted({one.language for one in planned} - {""})),
                tuple(sorted({one.place for one in planned} - {""})),
                tuple(
                    sorted(
                        {(row.provider_id, row.provider) for row in offers}, key=lambda pair: (pair[1].lower(), pair[0])
                    )
                ),
            )
        return _kept.choosable


def _chosen(
    rows: Rows,
    places: Places,
    cips: frozenset[str] | None,
    wanted: set[str],
    currency: str,
    awards: Mapping[str, frozenset[str]],
    granted: Collection[planning.Offer],
    quality_at: datetime | None,
    only_stated: bool,
    alike: Mapping[str, frozenset[str]],
    accepted: Mapping[str, frozenset[str]],
) -> PlanningOffers:
    """Step 3: what leads to the target, directly or through what it requires."""
    asked = Asked(rows, places, cips, frozenset(wanted), currency, awards, granted, only_stated, alike, accepted)
    kept = asked.everything() if not wanted and not awards else asked.leading_to()
    if quality_at is not None:
        kept = _with_quality(kept, {row.offer: row.version for row in asked.rows_of(kept)}, quality_at)
    found = {offer.id for offer in kept}
    own = asked.rows_of(kept)
    return PlanningOffers(
        planning.OfferIndex(
            kept,
            bundles=[one for one in rows.bundles if one.cost.currency == currency and not found.isdisjoint(one.offers)],
            discounts=[one for one in rows.discounts if one.offer in found],
        ),
        frozenset(row.offer for row in own if not row.stated),
        asked.too_short,
        asked.left_out,
        {key: OfferFact(slug) for key, slug in rows.slugs.items() if key in found}
        | {row.offer: _fact(row, accepted) for row in own},
        rows.titles,
        currency,
        asked.priced_otherwise,
    )


def _fact(row: Row, accepted: Mapping[str, frozenset[str]]) -> OfferFact:
    counts_at = accepted.get(row.planned.achievement, ()) if row.planned is not None else ()
    bodies = tuple(sorted(row.bodies))
    return OfferFact(row.slug, row.provider_id, row.asks, row.needed, bodies, tuple(sorted(counts_at)))


def _with_quality(
    offers: list[planning.Offer], version_of: Mapping[str, int], moment: datetime
) -> list[planning.Offer]:
    wanted = {version_of[offer.id] for offer in offers if offer.id in version_of}
    low = {
        version.pk: credibility_of(version, moment).low / Decimal(100)
        for version in published().filter(pk__in=wanted).order_by("pk")
    }
    return [
        replace(offer, quality_low=low[version_of[offer.id]]) if version_of.get(offer.id) in low else offer
        for offer in offers
    ]


__all__ = [
    "KEPT", "Choosable", "OfferFact", "PlanningOffers", "choosable", "forget_kept", "offers_for_planning",
    "rows_now",
]  # fmt: skip
