"""The allocation by itself: every step of it gives what trying everything gives."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import allocation, flows, solving
from cairn.stacking.allocation import Branch, Cap, Case, Overlay, allocate, progress


def best_by_trying_everything(case):
    options = [[None, *item] for item in case.items]
    best = 0
    for assignment in product(*options):
        have = list(case.base)
        for item, leaf in zip(case.items, assignment, strict=True):
            if leaf is not None:
                have[leaf] += item[leaf]
        best = max(best, progress(case, have))
    return best


@st.composite
def cases(draw, worths):
    """A tree over up to five leaves and up to five items, each wanted by several leaves."""
    count = draw(st.integers(2, 5))
    waiting = list(range(count))
    while len(waiting) > 1:
        size = draw(st.integers(2, len(waiting)))
        parts, waiting = tuple(waiting[:size]), waiting[size:]
        waiting.append(Branch(draw(st.integers(1, size)), parts))
    need = tuple(draw(st.lists(st.integers(1, 4), min_size=count, max_size=count)))
    base = tuple(draw(st.sampled_from((0, 0, 1))) for _ in range(count))
    item = st.dictionaries(st.integers(0, count - 1), worths, min_size=2, max_size=4)
    return Case(waiting[0], need, base, tuple(draw(st.lists(item, max_size=5))))


@settings(max_examples=200, deadline=None)
@given(cases(st.just(1)))
def test_with_awards_that_count_one_each_nothing_is_better(case):
    found = allocate(case)
    assert found.exact
    assert found.progress == best_by_trying_everything(case)


@settings(max_examples=150, deadline=None)
@given(cases(st.integers(0, 3)))
def test_with_awards_of_different_worth_nothing_is_better(case):
    found = allocate(case)
    assert found.exact
    assert found.progress == best_by_trying_everything(case)


@settings(max_examples=100, deadline=None)
@given(cases(st.integers(1, 2)))
def test_flow_and_solver_agree_without_the_first_guess(case):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation, "_scarcest_first", lambda *_: {})
        flow = allocate(case)
        patch.setattr(flows, "slots_of", lambda *_, **__: None)
        solved = allocate(case)
    assert flow.progress == solved.progress == best_by_trying_everything(case)


def test_an_award_goes_where_the_other_one_cannot():
    """Handing out in order would give the first award to the first leaf and leave the second award without one."""
    found = allocate(Case(Branch(2, (0, 1)), (1, 1), (0, 0), ({0: 1, 1: 1}, {0: 1})))
    assert found.leaf_of == (1, 0)
    assert found.progress == 1


def test_credits_are_split_over_two_requirements_as_only_one_way_allows():
    """7 + 3 and 6 + 4 fill two requirements of ten; every greedy order by size wastes credits."""
    worths = (7, 6, 4, 3)
    found = allocate(Case(Branch(2, (0, 1)), (10, 10), (0, 0), tuple({0: worth, 1: worth} for worth in worths)))
    assert found.have == (10, 10)
    assert found.progress == 1
    assert found.exact


@st.composite
def programmes(draw):
    """Modules that take one award and amounts that take many, over up to a dozen awards: more than can be tried one by one."""
    count = draw(st.integers(2, 5))
    single = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    need = tuple(1 if one else draw(st.sampled_from((10, 15, 17, 20))) for one in single)
    cut = draw(st.integers(0, count - 2))
    group = Branch(draw(st.integers(1, count - cut)), tuple(range(cut, count)))
    tree = Branch(cut + 1, (*range(cut), group))
    sizes = draw(st.sampled_from(((5,), (2, 3, 5), (4, 5, 6, 7))))
    items = []
    for _ in range(draw(st.integers(4, 12))):
        size = draw(st.sampled_from(sizes))
        wanted = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=3, unique=True))
        items.append({place: 1 if single[place] else size for place in wanted})
    return Case(tree, need, (0,) * count, tuple(items))


@settings(max_examples=120, deadline=None)
@given(programmes())
def test_prices_and_packing_prove_what_the_solver_finds(case):
    found = allocate(case)
    solved = solving.solve(case)
    assert solved.exact
    assert found.exact
    assert found.progress == solved.progress


@st.composite
def bound_cases(draw):
    """Small cases with caps on amounts and on awards, and a place that has what others let it."""
    plain = draw(cases(st.integers(1, 3)))
    pairs = [(item, place) for item, worths in enumerate(plain.items) for place in worths]
    some = st.lists(st.sampled_from(pairs), max_size=4, unique=True) if pairs else st.just([])
    caps = []
    for _ in range(draw(st.integers(0, 2))):
        flows_of = frozenset(draw(some))
        whole = {pair: draw(st.integers(1, 3)) for pair in draw(some) if pair not in flows_of}
        caps.append(Cap(draw(st.integers(1, 4)), flows_of, whole))
    overlays = ()
    if pairs and draw(st.booleans()):
        place = len(plain.need)
        by_item = [tuple(pair for pair in pairs if pair[0] == item) for item in range(len(plain.items))]
        sources = tuple((draw(st.integers(0, 3)), served) for served in by_item if served and draw(st.booleans()))
        if sources:
            overlays = (Overlay(place, sources),)
            tree = Branch(draw(st.integers(1, 2)), (plain.tree, place))
            plain = Case(tree, (*plain.need, draw(st.integers(1, 4))), (*plain.base, 0), plain.items)
    return Case(plain.tree, plain.need, plain.base, plain.items, caps=tuple(caps), overlays=overlays)


def best_within_caps(case):
    """Every assignment, and for each every amount that its capped pairs may count for."""
    best = 0
    flowing = frozenset().union(*(cap.flows for cap in case.caps))
    for assignment in product(*([None, *item] for item in case.items)):
        served = [(item, place) for item, place in enumerate(assignment) if place is not None]
        ranges = [
            range(case.items[item][place] + 1) if (item, place) in flowing else (case.items[item][place],)
            for item, place in served
        ]
        for amounts in product(*ranges):
            counted = dict(zip(served, amounts, strict=True))
            spent = [
                sum(much for pair, much in counted.items() if pair in cap.flows)
                + sum(cost for pair, cost in cap.whole.items() if pair in counted)
                for cap in case.caps
            ]
            if any(much > cap.most for much, cap in zip(spent, case.caps, strict=True)):
                continue
            have = list(case.base)
            for (_, place), much in counted.items():
                have[place] += much
            for overlay in case.overlays:
                have[overlay.place] += sum(
                    amount for amount, pairs in overlay.sources if any(counted.get(pair) for pair in pairs)
                )
            best = max(best, progress(case, have))
    return best


@settings(max_examples=150, deadline=None)
@given(bound_cases())
def test_within_caps_and_overlays_nothing_is_better(case):
    expected = best_within_caps(case)
    for found in (allocate(case), solving.solve(case)):
        assert found.exact
        assert found.progress == expected
