"""The allocation by itself: every step of it gives what trying everything gives."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import allocation, flows, solving
from cairn.stacking.allocation import Branch, Case, allocate, progress


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
    items = dict(enumerate(case.items))
    have = [0] * len(case.need)
    guess, proven = solving._by_solver(case, have, items, {})
    assert proven
    assert found.exact
    assert found.progress == progress(case, allocation.with_guess(have, items, guess))
