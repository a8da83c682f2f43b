"""What is set aside or made without search: as good as searching the whole, and never beyond a cap."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import allocation, binding, contesting, solving
from cairn.stacking.allocation import Branch, Cap, Case, Overlay, allocate
from cairn.stacking.filling import Filling, reachable


@st.composite
def crowded(draw):
    """Up to eight places, some shared out, over up to sixteen items, under caps of every form and a place that others fill."""
    count = draw(st.integers(3, 8))
    single = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    need = tuple(1 if one else draw(st.sampled_from((4, 7, 10, 12))) for one in single)
    cut = draw(st.integers(0, count - 2))
    group = Branch(draw(st.integers(1, count - cut)), tuple(range(cut, count)))
    tree = Branch(cut + 1, (*range(cut), group))
    items = []
    for _ in range(draw(st.integers(4, 16))):
        size = draw(st.sampled_from((2, 3, 5)))
        wanted = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=4, unique=True))
        items.append({place: 1 if single[place] else size for place in wanted})
    amounts = [place for place in range(count) if not single[place]]
    split = frozenset(draw(st.lists(st.sampled_from(amounts), max_size=2))) if amounts else frozenset()
    pairs = [(item, place) for item, worths in enumerate(items) for place in worths]
    some = st.lists(st.sampled_from(pairs), max_size=10, unique=True)
    caps = []
    for _ in range(draw(st.integers(0, 3))):
        flows = frozenset(pair for pair in draw(some) if pair[1] in amounts)
        whole = {pair: draw(st.integers(1, 3)) for pair in draw(some) if pair not in flows and pair[1] not in split}
        caps.append(Cap(draw(st.integers(1, 9)), flows, whole))
    base, overlays = (0,) * count, ()
    if draw(st.booleans()):
        among = [tuple(pair for pair in pairs if pair[0] == item) for item in range(len(items)) if draw(st.booleans())]
        sources = tuple((draw(st.integers(1, 3)), served) for served in among)
        overlays = (Overlay(count, sources),)
        tree, need, base = Branch(2, (tree, count)), (*need, draw(st.integers(1, 9))), (*base, 0)
    return Case(tree, need, base, tuple(items), split, tuple(caps), overlays)


def spent(cap, counts):
    counted = {(item, place): amount for item, found in enumerate(counts) for place, amount in found.items()}
    return sum(counted.get(pair, 0) for pair in cap.flows) + sum(
        cost for pair, cost in cap.whole.items() if pair in counted
    )


def keeps_to_everything(case, found):
    for worths, counted in zip(case.items, found.counts, strict=True):
        shared = [place for place in counted if place in case.split]
        assert len(counted) < 2 or len(shared) == len(counted)
        assert sum(counted[place] * (60 // worths[place]) for place in shared) <= 60
        assert all(0 < amount <= worths[place] for place, amount in counted.items())
    for cap in case.caps:
        assert spent(cap, found.counts) <= cap.most
    have = list(case.base)
    for counted in found.counts:
        for place, amount in counted.items():
            have[place] += amount
    for overlay in case.overlays:
        have[overlay.place] = case.base[overlay.place] + solving.laid(overlay, found.counts)
    assert found.have == tuple(have)
    assert found.progress == allocation.progress(case, have)


@settings(max_examples=60, deadline=None)
@given(crowded())
def test_setting_aside_what_is_not_contested_loses_nothing(case):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation, "SMALL", 0)
        patch.setattr(contesting, "WORTH", 0)
        found = allocate(case)
    whole = solving.solve(case)
    keeps_to_everything(case, found)
    assert found.exact
    assert whole.exact
    assert found.progress == whole.progress


@settings(max_examples=60, deadline=None)
@given(crowded())
def test_what_is_made_without_search_keeps_to_every_cap_and_promises_no_more_than_can_be_reached(case):
    filling = Filling(case)
    filling.wanted = set(range(len(case.need)))
    filling.hand_out()
    filling.repair()
    found = filling.found(exact=False)
    keeps_to_everything(case, found)
    bound = case.weights.value(reachable(filling))
    assert case.weights.value(list(found.have)) <= case.weights.value(list(solving.solve(case).have)) <= bound


@settings(max_examples=40, deadline=None)
@given(crowded())
def test_a_search_from_what_is_best_already_proves_it(case):
    best = solving.solve(case)
    again = solving.solve(case, replace(best, exact=False))
    assert again.exact
    assert again.progress == best.progress


@settings(max_examples=40, deadline=None)
@given(crowded(), st.dictionaries(st.integers(0, 15), st.integers(1, 2)))
def test_what_can_be_missed_is_handed_out_last_and_changes_no_progress(case, spare):
    asked = replace(case, spare={item: rank for item, rank in spare.items() if item < len(case.items)})
    assert allocate(asked).progress == binding.searched(case).progress
    hasty = allocate(replace(asked, whole=True, hasty=True))
    assert hasty.progress <= binding.searched(case).progress


def test_of_parts_as_good_as_each_other_those_are_relied_on_that_ask_for_the_fewest_awards():
    """Any one of 12 credits, 5 credits or 3 single awards: from awards of 4 credits, 5 ask for two, and the others for three."""
    case = Case(
        Branch(1, (0, 1, 2)), (12, 5, 3), (0, 0, 0), tuple({0: 4, 1: 4, 2: 1} for _ in range(8)), caps=(Cap(8, frozenset({(0, 1)})),)
    )  # fmt: skip
    bound = reachable(Filling(case))
    assert Filling(case).relied_on(bound, bound) == {1}
    proven, _ = contesting.best(case, solving.solve)
    assert proven is not None
    assert sum(map(bool, proven.counts)) == 2
