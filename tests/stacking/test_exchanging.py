"""Packing whole awards into amounts, where hardly a credit is left over."""

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking.packing import Packing
from cairn.stacking.tiers import tiers


def packing_of(items, places):
    """The packing of items that are worth the same wherever they may lie."""
    sizes = {item: max(wanted.values()) for item, wanted in items.items()}
    return Packing.of({item: frozenset(wanted) for item, wanted in items.items()}, sizes, places)


def gained(items, places, place_of):
    """What an assignment gains, worked out from the assignment alone."""
    load = dict.fromkeys(places, 0)
    for item, place in place_of.items():
        assert place in items[item]
        load[place] += items[item][place]
    return sum(tier.value(load[place]) for place, tier in places.items())


def best_by_trying(items, places):
    choices = [[(item, place) for place in (*wanted, None)] for item, wanted in items.items()]
    return max(
        gained(items, places, {item: place for item, place in one if place is not None}) for one in product(*choices)
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.sets(st.integers(0, 2), min_size=1)), min_size=1, max_size=6), st.data()
)
def test_a_packing_gains_what_it_says_and_never_more_than_the_flow_nor_than_trying_all(held, data):
    items = {number: dict.fromkeys(sorted(places), size) for number, (size, places) in enumerate(held)}
    places = {place: tiers(data.draw(st.integers(1, 8)), data.draw(st.integers(1, 5)), 1) for place in range(3)}
    packing = packing_of(items, places)
    place_of, value = packing.whole()
    assert gained(items, places, place_of) == value
    assert value <= best_by_trying(items, places) <= packing.most


@pytest.mark.parametrize("seed", range(4))
def test_forty_amounts_are_all_filled_where_two_awards_are_left_over(seed):
    rng = random.Random(seed)  # noqa: S311  # made-up data
    items, need = {}, {}
    for place in range(40):
        sizes = [rng.choice((5, 6, 8, 10, 12, 15)) for _ in range(4)]
        need[place] = sum(sizes)
        for size in sizes:
            items[len(items)] = dict.fromkeys(sorted({place, *rng.sample(range(40), 12)}), size)
    for _ in range(2):
        items[len(items)] = dict.fromkeys(sorted(rng.sample(range(40), 12)), rng.choice((5, 6, 8, 10, 12, 15)))
    places = {place: tiers(lack, 1, 1) for place, lack in need.items()}
    packing = packing_of(items, places)
    place_of, value = packing.whole()
    assert value == packing.most == sum(need.values())
    assert gained(items, places, place_of) == value
