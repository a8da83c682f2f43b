"""What a credential that is made of others takes as a whole: sums over its parts, where its rule leaves no choice among them.

Whoever compares a programme with a course wants to know what the programme costs, though nobody sells it as a whole. What a provider
states of the whole comes first; a sum is shown as one, and there is none where any part leaves it open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import batched
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast

from cairn.catalog.achievements import parse_achievement_id
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.catalog.queries.definitions import SHOWN, current_offers_of
from cairn.stacking import AllOf, AwardOf, InOrder, Requirement, RuleError, parse_requirement

MOST_PARTS, DEEPEST = 60, 6
"""Rules with more parts, or parts of parts further down, are not summed up."""
_AT_ONCE = 500


class Part(NamedTuple):
    """What is summed up of a part: a version that is earned by itself. ``requirement`` is JSON text."""

    pk: int
    definition_id: int
    title: str
    requirement: str | None
    workload_hours: Decimal | None
    credits: Decimal | None
    credit_scheme: str


_COLUMNS = [Cast(name, TextField()) if name == "requirement" else name for name in Part._fields]
_NO_RULE = (None, "null")


@dataclass(frozen=True, slots=True)
class Whole:
    """The parts of a credential that are earned by themselves, each once, and what they come to; None where any part leaves it open.

    ``price`` is in minor units of ``currency``: each part at the price that its own page shows first, taken singly.
    """

    parts: tuple[Part, ...]
    price: int | None
    currency: str
    hours: Decimal | None
    credits: Decimal | None
    scheme: str

    @property
    def said(self) -> str:
        """Say what the figures are."""
        return f"sum of its {len(self.parts)} parts, taken singly" if len(self.parts) > 1 else "of its one part"

    @property
    def in_all(self) -> str:
        """Say it behind a figure: "$1,250 in all, in 3 parts"."""
        return f"in all, in {len(self.parts)} parts" if len(self.parts) > 1 else "in its one part"

    def offer(self, version: DefinitionVersion) -> Offer:
        """Return the sums as terms of taking part, which are stored nowhere."""
        return Offer(version=version, price_total=self.price, currency=self.currency, hours=self.hours)


@dataclass(frozen=True, slots=True)
class Made:
    """What a rule was found to be made of, and all that was looked at: whenever one of these changes, the sums may.

    ``named`` are definitions of this site by their uid, whether they are there or not; ``read`` the versions that were found for them.
    """

    whole: Whole | None
    named: tuple[UUID, ...]
    read: tuple[int, ...]


def whole_of(version: DefinitionVersion) -> Whole | None:
    """Return what a stored version is made of and comes to; None where it is not made of parts, or its rule leaves a choice."""
    return wholes_of([version]).get(version.pk)


def wholes_of(versions: Iterable[DefinitionVersion]) -> dict[int, Whole]:
    """Return :func:`whole_of` of many, by the version's key; a few questions for all of them."""
    made = made_of({version.pk: version.requirement for version in versions if version.requirement})
    return {number: one.whole for number, one in made.items() if one.whole is not None}


def made_of(rules: Mapping[int, object]) -> dict[int, Made]:
    """Return what these rules (JSON, as text or as values) come to, each under its key; a few questions a level of parts."""
    site = _Site()
    asked = {number: _addresses(rule) for number, rule in rules.items()}
    waiting = [address for addresses in asked.values() for address in addresses]
    for _ in range(DEEPEST):
        found = site.read(waiting)
        if not found:
            break
        waiting = [address for part in found for address in site.below(part)]
    gathered = {number: _Gathered(site) for number in rules}
    parts = {number: gathered[number].parts(asked[number], 0) for number in rules}
    site.read_offers(part.pk for each in parts.values() for part in each)
    return {
        number: Made(
            _summed(parts[number], site) if parts[number] else None,
            tuple(gathered[number].named),
            tuple(gathered[number].read),
        )
        for number in rules
    }


@dataclass
class _Site:
    """The parts of this site, as far as rules have named them: by address, None for what is not here; and their offers."""

    parts: dict[str, Part | None] = field(default_factory=dict)
    offers: dict[int, list[Offer]] = field(default_factory=dict)
    _below: dict[int, list[str]] = field(default_factory=dict)

    def read(self, addresses: Sequence[str]) -> list[Part]:
        """Read the versions that are offered now behind addresses that are new; return those that are parts of further ones."""
        wanted = {
            address: parsed
            for address in dict.fromkeys(addresses)
            if address not in self.parts and (parsed := parse_achievement_id(address))
        }
        self.parts |= dict.fromkeys((address for address in addresses if address not in self.parts), None)
        there: dict[UUID, dict[int, tuple[bool, Part]]] = {}
        for uids in batched(sorted({uid for uid, _ in wanted.values()}), _AT_ONCE):
            rows = DefinitionVersion.objects.filter(definition__uid__in=uids, state__in=SHOWN)
            for uid, number, state, *told in rows.values_list("definition__uid", "number", "state", *_COLUMNS):
                published = state == DefinitionVersion.State.PUBLISHED
                there.setdefault(uid, {})[number] = (published, Part(*told))
        fresh: list[Part] = []
        for address, (uid, number) in wanted.items():
            versions = there.get(uid, {})
            if number in versions:
                part = next((one for published, one in versions.values() if published), versions[number][1])
                self.parts[address] = part
                fresh.append(part)
        self.read_offers(part.pk for part in fresh)
        return [part for part in fresh if self.below(part)]

    def read_offers(self, numbers: Iterable[int]) -> None:
        """Read the offers that can be joined of versions whose offers are not known yet."""
        for some in batched(sorted(set(numbers) - self.offers.keys()), _AT_ONCE):
            self.offers |= {number: [] for number in some} | current_offers_of(some)

    def below(self, part: Part) -> list[str]:
        """Return what a part is itself made of; nothing where it is earned by itself: it is offered, or has no rule."""
        if part.pk not in self._below:
            made = part.requirement not in _NO_RULE and not self.offers.get(part.pk)
            self._below[part.pk] = _addresses(part.requirement) if made else []
        return self._below[part.pk]


@dataclass
class _Gathered:
    """The parts of one rule, and what was looked at on the way."""

    site: _Site
    named: dict[UUID, None] = field(default_factory=dict)
    read: dict[int, None] = field(default_factory=dict)
    _below: dict[tuple[int, int], list[Part]] = field(default_factory=dict)

    def parts(self, addresses: Sequence[str], depth: int) -> list[Part]:
        """Return the parts of parts that are earned by themselves, each once; nothing where a choice is left or one is not of this site."""
        found: dict[int, Part] = {}
        whole = depth < DEEPEST and len(addresses) <= MOST_PARTS
        for address in addresses[: MOST_PARTS + 1]:
            if (parsed := parse_achievement_id(address)) is not None:
                self.named[parsed[0]] = None
            part = self.site.parts.get(address)
            if part is None:
                whole = False
                continue
            self.read[part.pk] = None
            below = self._parts_of(part, depth)
            whole = whole and bool(below)
            found |= {one.definition_id: one for one in below}
            if len(found) > MOST_PARTS:
                return []
        return list(found.values()) if whole else []

    def _parts_of(self, part: Part, depth: int) -> list[Part]:
        """Return the part itself where it is earned by itself; what many rules share is gone through once at each depth."""
        if part.requirement in _NO_RULE or self.site.offers.get(part.pk):
            return [part]
        if (part.pk, depth) not in self._below:
            self._below[part.pk, depth] = self.parts(self.site.below(part), depth + 1) if depth < DEEPEST else []
        return self._below[part.pk, depth]


def _summed(parts: Sequence[Part], site: _Site) -> Whole:
    offers = [site.offers.get(part.pk, []) for part in parts]
    priced = [next((one for one in each if one.price_total is not None), None) for each in offers]
    hours = [
        part.workload_hours if part.workload_hours is not None else each[0].hours if each else None
        for part, each in zip(parts, offers, strict=True)
    ]
    currencies = {offer.currency for offer in priced if offer is not None}
    schemes = {part.credit_scheme for part in parts}
    return Whole(
        tuple(parts),
        _sum([offer.price_total if offer else None for offer in priced]) if len(currencies) == 1 else None,
        min(currencies, default="USD"),
        _sum(hours),
        _sum([part.credits for part in parts]) if len(schemes) == 1 else None,
        min(schemes),
    )


def _sum[Number: (int, Decimal)](amounts: Sequence[Number | None]) -> Number | None:
    """Add them up; None where any is not stated."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known[1:], known[0]) if known and len(known) == len(amounts) else None


def _addresses(rule: object) -> list[str]:
    """Return the achievements that all must be had; nothing where a rule (JSON) asks for anything else or leaves a choice."""
    if isinstance(rule, str):
        return list(_addresses_in(rule) if len(rule) <= _LONG else _read(rule))
    return list(_read(rule)) if isinstance(rule, Mapping) and rule else []


_LONG = 20_000
"""Letters of a rule; what longer ones come to is not remembered."""


def _read(rule: str | Mapping[str, Any]) -> tuple[str, ...]:
    try:
        return tuple(_named(parse_requirement(rule)))
    except RuleError:
        return ()


_addresses_in = lru_cache(maxsize=2_000)(_read)
"""Lists show the same credentials again and again."""


def _named(rule: Requirement) -> list[str]:
    if isinstance(rule, AwardOf):
        return list(rule.only) if rule.only and len(rule.only) == 1 else []
    if not isinstance(rule, AllOf | InOrder):
        return []
    below = [_named(part) for part in rule.parts]
    return [address for each in below for address in each] if all(below) else []
