"""What chosen offers cost together: bundles bought where they save money, discounts where their conditions hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cairn.planning.gaps import levels
from cairn.planning.pruning import OfferIndex
from cairn.planning.replay import Standing, walk
from cairn.planning.values import Bundle, Discount, Learner, Money, Offer


@dataclass(frozen=True)
class Bill:
    """The least the offers can be had for together, in minor units."""

    total: int
    bundles: tuple[Bundle, ...] = ()
    discounts: tuple[Discount, ...] = ()


def bill(chosen: Iterable[Offer], index: OfferIndex, start: Standing) -> Bill:
    """The least the offers cost together for a learner with this start. Tries every useful set of bundles, the dearest offers first."""
    offers = list(chosen)
    end = Standing.of(start.levels, start.names)
    walk(offers, end)
    taken = {offer.id for offer in offers}
    valid = [
        discount
        for discount in index.discounts
        if discount.offer in taken and all(any(end.has(one) for one in group) for group in discount.when)
    ]
    off: dict[str, int] = {}
    for discount in valid:
        off[discount.offer] = off.get(discount.offer, 0) + discount.off.minor
    singly = {offer.id: offer.cost.minor - off.get(offer.id, 0) for offer in offers}
    useful = [
        bundle
        for bundle in index.bundles
        if not bundle.offers.isdisjoint(taken) and sum(singly.get(key, 0) for key in bundle.offers) > bundle.cost.minor
    ]
    total, bought = _least(singly, useful)
    covered = {key for bundle in bought for key in bundle.offers}
    return Bill(total, tuple(bought), tuple(discount for discount in valid if discount.offer not in covered))


def cost_of(offers: Iterable[Offer], index: OfferIndex, learner: Learner, *, count_claimed: bool = True) -> Money:
    """The least these offers cost a learner together, with the bundles and discounts of an index."""
    start = Standing.of(levels(learner, count_claimed=count_claimed), learner.holds)
    return Money(bill(offers, index, start).total, index.currency)


def _least(singly: dict[str, int], bundles: list[Bundle]) -> tuple[int, list[Bundle]]:
    """Decide bundle by bundle: bought or not, where it still saves something."""
    if not bundles:
        return sum(singly.values()), []
    bundle, rest = bundles[0], bundles[1:]
    without = _least(singly, rest)
    left = {key: price for key, price in singly.items() if key not in bundle.offers}
    if sum(singly.values()) - sum(left.values()) <= bundle.cost.minor:
        return without
    total, bought = _least(left, rest)
    if total + bundle.cost.minor < without[0]:
        return total + bundle.cost.minor, [bundle, *bought]
    return without
