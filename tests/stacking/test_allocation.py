"""The allocation by itself: every step of it gives what trying everything gives."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import allocation, flows
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
