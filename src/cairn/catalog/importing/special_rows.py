"""Bundles and discounts that a source states in full become rows; any other one stays in words with the offer, and the report says why.

1. **Settle**, before anything is written: which credentials of the source a price names, and which of their offers it is for.
2. **Refuse.** What cannot be told for sure, or would promise nothing, makes no row.
3. **Write.** Neither is ever changed, since people may have planned with it: one that says something else ends, and another begins.

An imported bundle or discount has no maker (``created_by``); what a person here made is never touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cairn.catalog.achievements import achievement_address
from cairn.catalog.importing.record_spool import Spool
from cairn.catalog.importing.records import RECORDS, CatalogRecord, Place, RequiredRecord, SpecialRecord, key_of
from cairn.catalog.models import Bundle, Definition, DefinitionVersion, Discount, Offer
from cairn.skills.importing.report import Report
from cairn.skills.importing.saving import change_all, create_all

FIRST = 1
"""Any version of a credential counts; the address of its first one stays the same."""
MOST_TOGETHER = 50
PORTION = 500
BUNDLES, DISCOUNTS = "bundles", "discounts"


@dataclass(frozen=True, slots=True)
class _Known:
    """A credential of the source as far as prices ask for it: ``priced`` are its offers with a price, as (key, currency, price)."""

    key: str
    title: str
    provider: str
    priced: tuple[tuple[str, str, int], ...]
    place: Place


@dataclass(slots=True)
class Settled:
    """What may be written of a source's special prices, and what stays in words, by the key of the credential."""

    bundles: list[tuple[SpecialRecord, list[tuple[str, str]]]] = field(default_factory=list)
    discounts: list[tuple[SpecialRecord, str, str, int, list[list[str]]]] = field(default_factory=list)
    words: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def told(self, record: CatalogRecord) -> CatalogRecord:
        """Return a record whose offers say in words what makes no row."""
        words = self.words.get(key_of(record.key))
        if not words:
            return record
        said = "; ".join(dict.fromkeys(words))
        offers = tuple(
            replace(one, price_text="; ".join(filter(None, [one.price_text, said]))) for one in record.offers
        )
        return replace(record, offers=offers)


def settle(kept: Spool, report: Report) -> Settled:
    """1. and 2. Say what of the special prices can become rows; with a remark for what cannot."""
    settled = Settled()
    if not kept.has_special:
        return settled
    named: dict[str, SpecialRecord] = {}
    by: defaultdict[str, list[str]] = defaultdict(list)
    for record in _all(kept):
        for one in record.special:
            named.setdefault(one.key, one)
            by[one.key].append(key_of(record.key))
    catalogue = _Catalogue(kept, named.values(), {key for keys in by.values() for key in keys})
    taken: defaultdict[tuple[str, str], int] = defaultdict(int)
    for key, one in named.items():
        for place, reason, whose in _settle_one(one, by[key], catalogue, settled, taken):
            settled.words[whose].append(one.words)
            told = f"“{one.title[:100]}” makes no row: {reason}; it stays in words."
            report.remark(RECORDS, place.at("special").repaired("special_price_in_words", told))
    return settled


def _all(kept: Spool) -> Iterator[CatalogRecord]:
    for batch in kept.batches():
        yield from batch


class _Catalogue:
    """The credentials of the source that special prices name, by key and by title."""

    def __init__(self, kept: Spool, special: Iterable[SpecialRecord], naming: set[str]) -> None:
        wanted = [one for each in special for group in (each.together, *each.holding) for one in group]
        keys, titles = {key_of(key) for one in wanted for key in one.keys} | naming, {one.name for one in wanted}
        self.by_key: dict[str, _Known] = {}
        self.by_title: defaultdict[str, list[_Known]] = defaultdict(list)
        for record in _all(kept):
            key = key_of(record.key)
            if key in keys or record.title in titles:
                priced = tuple(
                    (key_of(one.key), one.currency, one.price_total)
                    for one in record.offers
                    if one.price_total is not None
                )
                whose = record.provider.key or record.provider.name if record.provider else ""
                known = self.by_key[key] = _Known(key, record.title, key_of(whose), priced, record.place)
                self.by_title[record.title].append(known)

    def find(self, one: RequiredRecord, among: Sequence[str] = ()) -> _Known | str:
        """Return the credential that is meant, or why it cannot be told. ``among`` are those that name the price themselves."""
        for key in one.keys:
            if key_of(key) in self.by_key:
                return self.by_key[key_of(key)]
        found = self.by_title.get(one.name, [])
        if len(found) > 1:
            found = [known for known in found if known.key in among] or found
        if len(found) == 1:
            return found[0]
        return f"“{one.name[:100]}” is not among the credentials read" if not found else (
            f"{len(found)} of the credentials read are called “{one.name[:100]}”"
        )  # fmt: skip


def _settle_one(
    one: SpecialRecord,
    by: Sequence[str],
    catalogue: _Catalogue,
    settled: Settled,
    taken: defaultdict[tuple[str, str], int],
) -> Iterator[tuple[Place, str, str]]:
    """Settle one price; yield (place, reason, key) for each credential with which it stays in words."""
    if one.together:
        members = _members(one, by, catalogue)
        if isinstance(members, str):
            yield from ((catalogue.by_key[key].place, members, key) for key in dict.fromkeys(by))
        else:
            settled.bundles.append((one, members))
        return
    groups: list[list[str]] = []
    for group in one.holding:
        found = [key if (key := _address(each)) else catalogue.find(each) for each in group]
        wrong = next((each for each in found if isinstance(each, str) and not each.startswith("https://")), None)
        if wrong:
            yield from ((catalogue.by_key[key].place, wrong, key) for key in dict.fromkeys(by))
            return
        groups.append([each if isinstance(each, str) else f"key:{each.key}" for each in found])
    for key in dict.fromkeys(by):
        known = catalogue.by_key[key]
        offer = _offer_of(known, one.currency)
        if isinstance(offer, str):
            yield known.place, offer, key
            continue
        off = offer[1] - one.price
        if off < 1:
            yield known.place, "it costs no less than everybody pays", key
        elif taken[key, offer[0]] + off > offer[1]:
            yield known.place, "with the other discounts it would take off more than the price", key
        else:
            taken[key, offer[0]] += off
            settled.discounts.append((one, key, offer[0], off, groups))


def _address(one: RequiredRecord) -> str:
    return one.name if one.keys and one.keys[0] == one.name and one.name.startswith("https://") else ""


def _members(one: SpecialRecord, by: Sequence[str], catalogue: _Catalogue) -> list[tuple[str, str]] | str:
    """Return the offers that a bundle is of, as (key of the credential, key of the offer), or why that cannot be told."""
    members: dict[str, tuple[str, str, int]] = {}
    for each in one.together:
        known = catalogue.find(each, by)
        if isinstance(known, str):
            return known
        offer = _offer_of(known, one.currency)
        if isinstance(offer, str):
            return offer
        members[known.key] = (offer[0], known.provider, offer[1])
    if not 2 <= len(members) <= MOST_TOGETHER:
        return f"it names {len(members)}, and a bundle is of 2 to {MOST_TOGETHER}"
    if len({provider for _, provider, _ in members.values()}) > 1:
        return "what it is for is of several providers"
    if one.price >= sum(price for _, _, price in members.values()):
        return "one by one they cost no more"
    return [(key, offer) for key, (offer, _, _) in members.items()]


def _offer_of(known: _Known, currency: str) -> tuple[str, int] | str:
    """Return the key and the price of the one offer with a price in that currency, or why there is not one."""
    found = [(key, price) for key, code, price in known.priced if code == currency]
    if len(found) == 1:
        return found[0]
    many = f"{len(found)} offers with a price" if found else "no offer with a price"
    return f"“{known.title[:100]}” has {many} in {currency}"


def save_special(settled: Settled, *, source: str, report: Report) -> None:
    """3. Write the bundles and discounts of a source, each once; end those of the same name that say something else now."""
    keys = {key for _, members in settled.bundles for key, _ in members} | {key for _, key, *_ in settled.discounts}
    keys |= {
        each[4:] for *_, groups in settled.discounts for group in groups for each in group if each.startswith("key:")
    }
    stored = _Stored.of(keys, source)
    _bundles(settled, stored, source, report)
    _discounts(settled, stored, source, report)


@dataclass(slots=True)
class _Stored:
    """What of the source is in the database: by key of the credential its offers by their keys, its provider and its address."""

    offers: dict[tuple[str, str], int] = field(default_factory=dict)
    only: dict[str, int] = field(default_factory=dict)
    providers: dict[str, int] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: set[str], source: str) -> _Stored:
        found, ordered = cls(), sorted(keys)
        for begin in range(0, len(ordered), PORTION):
            rows = Definition.objects.filter(source=source, source_key__in=ordered[begin : begin + PORTION])
            for key, provider, uid in rows.values_list("source_key", "provider_id", "uid"):
                found.providers[key], found.addresses[key] = provider, achievement_address(uid, FIRST)
            offers = Offer.objects.filter(
                version__definition__in=rows,
                version__state=DefinitionVersion.State.PUBLISHED,
                price_total__isnull=False,
            ).exclude(state__in=[Offer.State.CLOSED, Offer.State.CANCELLED])
            alone: defaultdict[str, list[int]] = defaultdict(list)
            for key, own, pk in offers.order_by("pk").values_list(
                "version__definition__source_key", "source_key", "pk"
            ):
                found.offers[key, own] = pk
                alone[key].append(pk)
            # the only offer of a credential keeps the key that it came with first
            found.only |= {key: pks[0] for key, pks in alone.items() if len(pks) == 1}
        return found

    def offer(self, key: str, own: str) -> int | None:
        return self.offers.get((key, own), self.only.get(key))


def _bundles(settled: Settled, stored: _Stored, source: str, report: Report) -> None:
    standing = Bundle.objects.filter(provider__source=source, created_by=None, ended_at=None)
    if not settled.bundles and not standing.exists():
        return
    there = {_said_of_bundle(one): one.pk for one in standing.prefetch_related("offers").order_by("pk")}
    wanted: dict[tuple[Any, ...], Bundle] = {}
    for one, members in settled.bundles:
        offers = frozenset(pk for key, own in members if (pk := stored.offer(key, own)) is not None)
        provider = stored.providers.get(members[0][0])
        if provider is None or len(offers) != len(members):
            report.skip("bundles of what was suspended or retired here")
            continue
        made = Bundle(
            provider_id=provider, title=one.title, currency=one.currency, price=one.price, from_on=one.first, until_on=one.last,
            created_at=report.at,
        )  # fmt: skip
        wanted.setdefault((provider, one.title, one.currency, one.price, one.first, one.last, offers), made)
    _end(standing, there, wanted, report, BUNDLES)
    new = {said: row for said, row in wanted.items() if said not in there}
    if new:
        create_all(list(new.values()), table=BUNDLES, report=report)
        inside: Any = Bundle.offers.through
        rows = [inside(bundle_id=row.pk, offer_id=offer) for said, row in new.items() for offer in sorted(said[-1])]
        create_all(rows, table="offers in bundles", report=report)


def _said_of_bundle(one: Bundle) -> tuple[Any, ...]:
    offers = frozenset(offer.pk for offer in one.offers.all())
    return (one.provider_id, one.title, one.currency, one.price, one.from_on, one.until_on, offers)


def _discounts(settled: Settled, stored: _Stored, source: str, report: Report) -> None:
    standing = Discount.objects.filter(offer__version__definition__source=source, created_by=None, ended_at=None)
    if not settled.discounts and not standing.exists():
        return
    there = {_said_of_discount(one): one.pk for one in standing.order_by("pk")}
    wanted: dict[tuple[Any, ...], Discount] = {}
    for one, key, own, off, groups in settled.discounts:
        offer = stored.offer(key, own)
        named = [
            [stored.addresses.get(each[4:], "") if each.startswith("key:") else each for each in group]
            for group in groups
        ]
        if offer is None or not all(each for group in named for each in group):
            report.skip("discounts on what was suspended or retired here")
            continue
        made = Discount(
            offer_id=offer, title=one.title, amount=off, credentials=named, from_on=one.first, until_on=one.last, created_at=report.at,
        )  # fmt: skip
        wanted.setdefault(_said_of_discount(made), made)
    _end(standing, there, wanted, report, DISCOUNTS)
    new = [row for said, row in wanted.items() if said not in there]
    if new:
        create_all(new, table=DISCOUNTS, report=report)


def _said_of_discount(one: Discount) -> tuple[Any, ...]:
    groups = tuple(tuple(group) for group in one.credentials)
    return (one.offer_id, one.title, one.amount, one.from_on, one.until_on, groups)


def _end(
    standing: Any,
    there: Mapping[tuple[Any, ...], int],
    wanted: Mapping[tuple[Any, ...], Any],
    report: Report,
    table: str,
) -> None:
    """End what says something else now, and what hangs on offers that ended; what is only no longer named, where that was asked for."""
    titles = {said[1] for said in wanted}
    gone = [pk for said, pk in there.items() if said not in wanted]
    other = [pk for said, pk in there.items() if said not in wanted and (said[1] in titles or report.close_missing)]
    closed = standing.filter(pk__in=gone).filter(
        **{f"{'offers' if table == BUNDLES else 'offer'}__state__in": [Offer.State.CLOSED, Offer.State.CANCELLED]}
    )
    ending = sorted({*other, *closed.values_list("pk", flat=True)})
    counts = report.counts(table)
    counts.unchanged += len(there) - len(gone)
    if ending:
        counts.updated += change_all(
            standing.model._default_manager.filter(pk__in=ending), report=report, ended_at=report.at
        )
    if left := len(gone) - len(ending):
        report.notes.append(
            f"{left:,} of the {table} of this source {'is' if left == 1 else 'are'} no longer named and still stand"
            f"{'s' if left == 1 else ''}. Where the file is the whole source, --close-missing ends them."
        )
