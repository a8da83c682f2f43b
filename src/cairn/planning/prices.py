"""What chosen offers cost together: bundles bought where they save money, discounts where their conditions hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    """The least the offers cost together for a learner with this start, whatever useful set of bundles that takes."""
    offers = list(chosen)
    taken = {offer.id for offer in offers}
    valid = index.discounts_on(taken)
    if valid:
        end = Standing.of(start.levels, start.names)
        walk(offers, end)
        valid = [one for one in valid if all(any(end.has(other) for other in group) for group in one.when)]
    off: dict[str, int] = {}
    for discount in valid:
        off[discount.offer] = off.get(discount.offer, 0) + discount.off.minor
    singly = {offer.id: offer.cost.minor - off.get(offer.id, 0) for offer in offers}
    useful = [
        bundle
        for bundle in index.bundles_with(taken)
        if sum(singly.get(key, 0) for key in bundle.offers) > bundle.cost.minor
    ]
    bought = _bought(singly, useful)
    total = sum(bundle.cost.minor for bundle in bought)
    covered = {key for bundle in bought for key in bundle.offers}
    total += sum(price for key, price in singly.items() if key not in covered)
    return Bill(total, tuple(bought), tuple(discount for discount in valid if discount.offer not in covered))


def cost_of(offers: Iterable[Offer], index: OfferIndex, learner: Learner, *, count_claimed: bool = True) -> Money:
    """The least these offers cost a learner together, with the bundles and discounts of an index."""
    start = Standing.of(levels(learner, count_claimed=count_claimed), learner.holds)
    return Money(bill(offers, index, start).total, index.currency)


def _bought(singly: Mapping[str, int], bundles: Sequence[Bundle]) -> list[Bundle]:
    """The bundles that save most together, in their order; among equals rather not the first ones.

    Bundle by bundle, bought or not: of the choices so far that leave the same offers to those that follow, the best goes on. Bundles that
    share offers come one after the other, so that little is left open at a time.
    """
    ordered = _by_kinship(singly, bundles)
    later: list[frozenset[str]] = [frozenset()]
    for bundle in reversed(ordered):
        later.append(later[-1] | bundle.offers)
    later.reverse()
    sofar: dict[frozenset[str], tuple[int, tuple[bool, ...]]] = {later[0].intersection(singly): (0, ())}
    for number, bundle in enumerate(ordered):
        fresh: dict[frozenset[str], tuple[int, tuple[bool, ...]]] = {}
        for left, (cost, choice) in sofar.items():
            ways = [(left, cost, False)]
            saved = sum(singly[key] for key in left & bundle.offers) - bundle.cost.minor
            if saved > 0:
                ways.append((left - bundle.offers, cost - saved, True))
            for after, comes_to, buys in ways:
                key, found = after & later[number + 1], (comes_to, (*choice, buys))
                if key not in fresh or found < fresh[key]:
                    fresh[key] = found
        sofar = fresh
    ((_, choice),) = sofar.values()
    kept = {id(bundle) for bundle, buys in zip(ordered, choice, strict=True) if buys}
    return [bundle for bundle in bundles if id(bundle) in kept]


def _by_kinship(singly: Mapping[str, int], bundles: Sequence[Bundle]) -> list[Bundle]:
    """The bundles, each with those that it shares chosen offers with, directly or by others."""
    found: list[tuple[set[str], list[int]]] = []
    for number, bundle in enumerate(bundles):
        keys, members = {key for key in bundle.offers if key in singly}, [number]
        apart = []
        for one in found:
            if one[0].isdisjoint(keys):
                apart.append(one)
            else:
                keys |= one[0]
                members += one[1]
        found = [*apart, (keys, members)]
    return [bundles[number] for _, members in found for number in sorted(members)]
