"""What a credential that is made of others takes as a whole: sums over its parts, where its rule leaves no choice among them.

Whoever compares a programme with a course wants to know what the programme costs, though nobody sells it as a whole. What a provider
states of the whole comes first; a sum is shown as one, and there is none where any part leaves it open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cairn.catalog.models import DefinitionVersion, Offer
from cairn.catalog.queries.definitions import current_offers_of, version_by_achievement, with_context
from cairn.stacking import AllOf, AwardOf, InOrder, Requirement, RuleError, parse_requirement

MOST_PARTS, DEEPEST = 60, 6
"""Rules with more parts, or parts of parts further down, are not summed up."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The parts of a credential that are earned by themselves, each once, and what they come to; None where any part leaves it open.

    ``price`` is in minor units of ``currency``: each part at the price that its own page shows first, taken singly.
    """

    parts: tuple[DefinitionVersion, ...]
    price: int | None
    currency: str
    hours: Decimal | None
    credits: Decimal | None
    scheme: str

    @property
    def said(self) -> str:
        """Say what the figures are."""
        return f"sum of its {len(self.parts)} parts, taken singly" if len(self.parts) > 1 else "of its one part"

    def offer(self, version: DefinitionVersion) -> Offer:
        """Return the sums as terms of taking part, which are stored nowhere."""
        return Offer(version=version, price_total=self.price, currency=self.currency, hours=self.hours)


def whole_of(version: DefinitionVersion) -> Whole | None:
    """Return what a stored version is made of and comes to; None where it is not made of parts, or its rule leaves a choice."""
    parts = _parts(version, 0)
    if not parts:
        return None
    offers = current_offers_of(part.pk for part in parts)
    priced = [next((one for one in offers.get(part.pk, ()) if one.price_total is not None), None) for part in parts]
    first = [next(iter(offers.get(part.pk, ())), None) for part in parts]
    hours = [
        part.workload_hours if part.workload_hours is not None else offer.hours if offer else None
        for part, offer in zip(parts, first, strict=True)
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


def _parts(version: DefinitionVersion, depth: int) -> list[DefinitionVersion]:
    """Return the parts of parts that are earned by themselves, each once; nothing where a choice is left or one is not of this site."""
    if not version.requirement or depth >= DEEPEST:
        return []
    try:
        named = _named(parse_requirement(version.requirement))
    except RuleError:
        return []
    found: dict[int, DefinitionVersion] = {}
    for address in named:
        part = _current(version_by_achievement(address))
        if part is None:
            return []
        below = _parts(part, depth + 1) if part.requirement and not part.offers.exists() else [part]
        if not below:
            return []
        found |= {one.definition_id: one for one in below}
        if len(found) > MOST_PARTS:
            return []
    return list(found.values())


def _named(rule: Requirement) -> list[str]:
    """Return the achievements that all must be had; nothing where the rule asks for anything else or leaves a choice."""
    if isinstance(rule, AwardOf):
        return list(rule.only) if rule.only and len(rule.only) == 1 else []
    if not isinstance(rule, AllOf | InOrder):
        return []
    below = [_named(part) for part in rule.parts]
    return [address for each in below for address in each] if all(below) else []


def _current(part: DefinitionVersion | None) -> DefinitionVersion | None:
    """Return the version of a part that is offered now: the published one, else the one that the rule names."""
    if part is None or part.state == DefinitionVersion.State.PUBLISHED:
        return part
    published = DefinitionVersion.objects.filter(
        definition_id=part.definition_id, state=DefinitionVersion.State.PUBLISHED
    )
    return with_context(published).first() or part
