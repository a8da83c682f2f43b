"""What chosen offers cost together, beside a price list that tries every set of bundles."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from cairn.planning import Bundle, Learner, Money, Offer, OfferIndex, cost_of


def _eur(minor: int) -> Money:
    return Money(minor, "EUR")


@pytest.mark.parametrize("seed", range(8))
def test_no_set_of_bundles_is_cheaper_than_what_is_charged(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 (made-up prices need no secure randomness)
    offers = [Offer(id=f"o{number}", provides={"s": 1}, cost=_eur(rng.randint(0, 40)), hours=1) for number in range(9)]
    bundles = [
        Bundle(
            id=f"b{number}",
            offers=frozenset(f"o{one}" for one in rng.sample(range(9), rng.randint(1, 4))),
            cost=_eur(rng.randint(0, 60)),
        )
        for number in range(7)
    ]
    chosen = rng.sample(offers, 7)
    prices = {offer.id: offer.cost.minor for offer in chosen}
    sets = [some for size in range(8) for some in combinations(bundles, size)]
    least = min(
        sum(one.cost.minor for one in some)
        + sum(price for key, price in prices.items() if not any(key in one.offers for one in some))
        for some in sets
    )
    assert cost_of(chosen, OfferIndex(offers, bundles=bundles), Learner()) == _eur(least)


def test_sixty_bundles_that_are_apart_are_bought_without_trying_every_set() -> None:
    offers = [Offer(id=f"o{number:03}", provides={"s": 1}, cost=_eur(10), hours=1) for number in range(120)]
    bundles = [
        Bundle(id=f"b{number:03}", offers=frozenset({f"o{2 * number:03}", f"o{2 * number + 1:03}"}), cost=_eur(15))
        for number in range(60)
    ]
    assert cost_of(offers, OfferIndex(offers, bundles=bundles), Learner()) == _eur(900)
