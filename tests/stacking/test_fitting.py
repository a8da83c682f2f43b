"""Filling places to the very grain, where most must be full exactly for nothing to be lost."""

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import exchanging, fitting, packing
from cairn.stacking.tiers import tiers


def packing_of(items, places):
    """The packing of items that are worth the same wherever they may lie."""
    sizes = {item: max(wanted.values()) for item, wanted in items.items()}
    return packing.Packing.of({item: frozenset(wanted) for item, wanted in items.items()}, sizes, places)


def gained(items, places, place_of):
    """What an assignment gains, worked out from the assignment alone."""
    load = dict.fromkeys(places, 0)
    for item, place in place_of.items():
        load[place] += items[item][place]
    return sum(tier.value(load[place]) for place, tier in places.items())


def scarce(seed):
    """Sixty places of about twenty credits, to be filled with awards of uneven hundredths that are not enough for all."""
    rng = random.Random(seed)  # noqa: S311  # made-up data
    places = {place: tiers(100 * need, 27_720 // need, 1) for place in range(60) for need in (18 + place % 5,)}
    kinds = [sorted(rng.sample(range(60), 30)) for _ in range(30)]
    items = {item: dict.fromkeys(rng.choice(kinds), rng.randrange(150, 1_000)) for item in range(182)}
    return items, places


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 5), st.sets(st.integers(0, 2), min_size=1)), min_size=1, max_size=6), st.data()
)
def test_what_fits_is_what_trying_all_finds_best(held, data):
    items = {number: dict.fromkeys(sorted(wanted), size) for number, (size, wanted) in enumerate(held)}
    places = {place: tiers(data.draw(st.integers(1, 9)), data.draw(st.integers(1, 4)), 1) for place in range(3)}
    choices = [[(item, place) for place in (*wanted, None)] for item, wanted in items.items()]
    best = max(
        gained(items, places, {item: place for item, place in one if place is not None}) for one in product(*choices)
    )
    place_of, value = packing_of(items, places).whole()
    assert all(place in items[item] for item, place in place_of.items())
    assert value == gained(items, places, place_of) <= best
    # Where whole items can come up to the flow, the same answer is found whatever awards lie where at first.
    for first in (None, 0):
        ways = packing_of(items, places)
        start = {item: first if first in wanted else None for item, wanted in items.items()}
        exact = fitting.Fitting(ways._by_kind, ways._size, start, ways._flow.ranges()).run()
        if exact is not None:
            assert gained(items, places, exact) == ways.most == best


@pytest.mark.parametrize("seed", range(3))
def test_scarce_awards_fill_places_to_the_hundredth(seed, monkeypatch):
    monkeypatch.setattr(exchanging.Exchange, "run", lambda *_: pytest.fail("the exchange was needed"))
    items, places = scarce(seed)
    place_of, value = packing_of(items, places).whole()
    assert value == packing_of(items, places).most == gained(items, places, place_of)
    assert all(place in items[item] for item, place in place_of.items())


def test_the_same_question_has_the_same_answer():
    items, places = scarce(0)
    first, again = (packing_of(items, places).whole() for _ in range(2))
    assert first == again


def test_the_exchange_goes_on_where_the_work_is_used_up(monkeypatch):
    monkeypatch.setattr(fitting, "WORK", 0)
    items, places = {0: {0: 3}, 1: {0: 4}, 2: {0: 5, 1: 5}}, {0: tiers(9, 2, 1), 1: tiers(5, 1, 1)}
    assert packing_of(items, places).whole() == ({0: 0, 1: 0, 2: 1}, 19)


def test_amounts_too_large_to_sum_bit_by_bit_are_left_to_the_exchange():
    items, places = {0: {0: 10**12}, 1: {0: 10**12 + 1}}, {0: tiers(2 * 10**12 + 1, 1, 1)}
    assert packing_of(items, places).whole() == ({0: 0, 1: 0}, 2 * 10**12 + 1)
