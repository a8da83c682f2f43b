"""Offers as the planner takes them, kept ready in memory for as long as the catalogue stays as it is.

1. Every question looks at the ends of a few indexes: has anything been written since? Mostly not, and what is kept is used.
2. Something was: a summary of all that planning reads says whether it concerns planning. If so, the rows are read again.
3. From the rows, what leads to one target is gathered into an `OfferIndex`, and the last few of those are kept too.

What is kept belongs to this process and is shared by its threads; the lock is held while something is read, so nothing is read twice.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from threading import RLock

from django.conf import settings
from django.db.models.signals import post_delete, post_save

from cairn import planning
from cairn.catalog.models import Bundle, DefinitionVersion, Discount, Offer, SkillTaught
from cairn.catalog.queries.definitions import published
from cairn.catalog.queries.planning_rows import Row, Rows, Stamp, full_stamp, quick_stamp, read_rows
from cairn.catalog.queries.worth import credibility_of
from cairn.skills.models import FieldOfStudyLink, Occupation

WHOLE_FIELD_HOURS = 150
"""From so many hours on, what a field of study teaches may be inferred for a programme nobody described skill by skill.

A shorter one teaches a part of its field, and which part is not known. 150 clock hours is where United States law begins to speak of
an eligible training programme (Workforce Pell, 2025: 150 to under 600).
"""
KEPT = 48
"""How many targets' offers are kept ready."""


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
    """Offers of fewer than :data:`WHOLE_FIELD_HOURS` whose skills nobody stated: what they teach of their field is not known."""
    left_out: int
    """Offers without a stated price or hours in the plan's currency: nobody can add up what is not stated."""
    facts: Mapping[str, OfferFact] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    """What the credentials that discounts ask for are called, by address."""

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
    rows: Rows | None = None
    choosable: Choosable | None = None
    places: tuple[Rows, _Places] | None = None
    chosen: OrderedDict[tuple[object, ...], PlanningOffers] = field(default_factory=OrderedDict)


_kept = _Kept()
_lock = RLock()


def forget_kept(**_: object) -> None:
    """Let the next question read the catalogue again: for whoever writes rows without a service or an importer."""
    with _lock:
        _kept.quick = _kept.rows = _kept.choosable = _kept.places = None
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
                _places(_kept.rows)  # now, so that no question waits for it
            _kept.quick = quick
        return _kept.rows


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
                rows, cips, wanted, currency, named, granted, known, only_stated, alike, accepted or {}
            )
            while len(_kept.chosen) > KEPT:
                _kept.chosen.popitem(last=False)
        _kept.chosen.move_to_end(key)
        return found


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
    asked = _Asked(
        rows, _places(rows), cips, frozenset(wanted), currency, awards, granted, only_stated, alike, accepted
    )
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
    )


def _fact(row: Row, accepted: Mapping[str, frozenset[str]]) -> OfferFact:
    counts_at = accepted.get(row.planned.achievement, ()) if row.planned is not None else ()
    bodies = tuple(sorted(row.bodies))
    return OfferFact(row.slug, row.provider_id, row.asks, row.needed, bodies, tuple(sorted(counts_at)))


@dataclass(frozen=True)
class _Places:
    """Where the rows of a catalogue stand by what they teach and by what they are called; made once for all questions."""

    by_skill: Mapping[str, list[int]]
    by_name: Mapping[str, list[int]]
    by_offer: Mapping[str, int]
    cheaper: Mapping[str, list[planning.Discount]]


def _places(rows: Rows) -> _Places:
    if _kept.places is None or _kept.places[0] is not rows:
        by_skill: defaultdict[str, list[int]] = defaultdict(list)
        by_name: defaultdict[str, list[int]] = defaultdict(list)
        cheaper: defaultdict[str, list[planning.Discount]] = defaultdict(list)
        for place, row in enumerate(rows.offers):
            for skill in row.skills:
                by_skill[skill].append(place)
            for name in row.planned.names if row.planned is not None else ():
                by_name[name].append(place)
        for discount in rows.discounts:
            cheaper[discount.offer].append(discount)
        by_offer = {row.offer: place for place, row in enumerate(rows.offers)}
        _kept.places = rows, _Places(dict(by_skill), dict(by_name), by_offer, dict(cheaper))
    return _kept.places[1]


@dataclass
class _Asked:
    """One question to the rows: which offers are there for it, and how many could not be."""

    rows: Rows
    places: _Places
    cips: frozenset[str] | None
    wanted: frozenset[str]
    currency: str
    awards: Mapping[str, frozenset[str]]
    granted: Collection[planning.Offer]
    only_stated: bool
    alike: Mapping[str, frozenset[str]]
    accepted: Mapping[str, frozenset[str]]
    left_out: int = 0
    too_short: int = 0

    def rows_of(self, offers: Iterable[planning.Offer]) -> list[Row]:
        """The rows of those offers that are not granted by a stack."""
        return [self.rows.offers[self.places.by_offer[one.id]] for one in offers if one.id in self.places.by_offer]

    def everything(self) -> list[planning.Offer]:
        """Every offer there is, and every stack."""
        found = [offer for row in self.rows.offers if (offer := self._able(row, counted=True)) is not None]
        return [*found, *self._stacks().values()]

    def leading_to(self) -> list[planning.Offer]:
        """Those that bring a wanted skill, and those that something which leads there requires or is cheaper with."""
        stacks = self._stacks()
        able: dict[int, planning.Offer | None] = {}
        concerned = {place for skill in self.wanted for place in self.places.by_skill.get(skill, ())}
        for place in sorted(concerned):
            able[place] = self._able(self.rows.offers[place], counted=True)

        def bringing(alternative: planning.values.Alternative) -> Iterator[planning.Offer]:
            for place in self._where(alternative):
                if place not in able:
                    able[place] = self._able(self.rows.offers[place], counted=False)
                if (offer := able[place]) is not None:
                    yield offer
            yield from (stack for stack in stacks.values() if _brings(stack, alternative))

        found: dict[str, planning.Offer] = {}
        waiting = [
            offer for skill in sorted({*self.wanted, *self.awards}) for offer in bringing(planning.SkillLevel(skill, 1))
        ]
        while waiting:
            offer = waiting.pop()
            if offer.id in found:
                continue
            found[offer.id] = offer
            discounts = self.places.cheaper.get(offer.id, ())
            for group in (*offer.requires, *(group for one in discounts for group in one.when)):
                for alternative in group:
                    waiting += bringing(alternative)
        return sorted(found.values(), key=lambda offer: offer.id)

    def _stacks(self) -> dict[str, planning.Offer]:
        instead = {one.achievement for one in self.granted}
        kept = (stack for stack in self.rows.granted if stack[-1].achievement not in instead)
        told = (*(one for stack in kept for one in stack), *self.granted)
        return {one.id: _awarding(one, self.awards, self.alike) for one in told}

    def _where(self, alternative: planning.values.Alternative) -> set[int]:
        """The rows that may bring something, by their places."""
        if isinstance(alternative, str):
            return set(self.places.by_name.get(alternative, ()))
        skill = alternative.skill
        found = set(self.places.by_skill.get(skill, ()))
        found.update(*(self.places.by_skill.get(other, ()) for other in self.alike.get(skill, ())))
        found.update(*(self.places.by_name.get(name, ()) for name in self.awards.get(skill, ())))
        return found

    def _able(self, row: Row, *, counted: bool) -> planning.Offer | None:
        """The row as an offer for this question; None where it is none. Counted: those that only lack a price, hours or a description."""
        if not row.stated and (self.only_stated or not (self.cips is None or row.field_of_study in self.cips)):
            return None
        if row.planned is None or row.currency != self.currency:
            self.left_out += counted
            return None
        if not row.stated and row.planned.hours < WHOLE_FIELD_HOURS:
            self.too_short += counted
            return None
        planned = row.planned
        if accepting := self.accepted.get(planned.achievement):
            planned = replace(planned, recognition=len(row.bodies | accepting))
        return _awarding(planned, self.awards, self.alike)


def _brings(offer: planning.Offer, alternative: planning.values.Alternative) -> bool:
    return alternative in offer.names if isinstance(alternative, str) else alternative.skill in offer.provides


def _awarding(
    offer: planning.Offer, awards: Mapping[str, frozenset[str]], alike: Mapping[str, frozenset[str]]
) -> planning.Offer:
    """The offer with the awards that are wanted for themselves among what it brings, and wanted skills that another skill counts as."""
    brought = {key: 1 for key, names in awards.items() if offer.achievement in names}
    for uri, others in alike.items():
        if levels := [offer.provides[other] for other in others if other in offer.provides]:
            brought[uri] = max([offer.provides.get(uri, 0), *levels])
    return replace(offer, provides={**offer.provides, **brought}) if brought else offer


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
    "KEPT", "WHOLE_FIELD_HOURS", "Choosable", "OfferFact", "PlanningOffers", "choosable", "forget_kept", "offers_for_planning",
    "rows_now",
]  # fmt: skip
