"""A large case thinned out, choices settled on the way, and searches of which only a certain answer is of use."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stacking.test_contesting import crowded, keeps_to_everything

from cairn.stacking import contesting, program, solving, thinning
from cairn.stacking.allocation import allocate
from cairn.stacking.filling import Filling


@settings(max_examples=60, deadline=None)
@given(crowded())
def test_whatever_is_thinned_out_first_changes_no_result(case):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contesting, "LARGE", 0)
        patch.setattr(thinning, "PLENTY", (1, 2))
        patch.setattr(thinning, "LEAST", 1)
        found = allocate(case)
    keeps_to_everything(case, found)
    assert found.exact
    assert found.progress == solving.solve(case).progress


@settings(max_examples=60, deadline=None)
@given(crowded(), st.integers(1, 3))
def test_a_thinned_case_has_nothing_that_the_whole_has_not_and_keeps_what_is_in_use(case, plenty):
    filling = Filling(case)
    filling.wanted = set(range(len(case.need)))
    filling.hand_out()
    found = filling.found(exact=False)
    thin = thinning.thinned(case, filling, found, plenty)
    for whole, kept, counted in zip(case.items, thin.items, found.counts, strict=True):
        assert kept.items() <= whole.items()
        assert counted.keys() <= kept.keys()
    best = solving.solve(thin)
    keeps_to_everything(case, best)
    assert found.progress <= best.progress <= solving.solve(case).progress


@st.composite
def chosen(draw):
    """A program of choices within choices, of which each part gains something and costs something of two limits."""
    made = program.Program()
    costs: list[list[tuple[int, int]]] = [[], []]
    waiting: list[int | None] = [None]
    for _ in range(draw(st.integers(1, 3))):
        given = waiting.pop(0)
        among = draw(st.integers(2, 3))
        numbers = made.choose(draw(st.integers(1, among - 1)), among, given)
        for number in numbers:
            made.gain[number] = draw(st.integers(0, 9))
            for row in costs:
                row.append((number, draw(st.integers(0, 5))))
        waiting += numbers
    for row in costs:
        made.limit([(one, cost) for one, cost in row if cost], draw(st.integers(2, 12)))
    return made


def by_trying(made):
    """The most that any whole numbers gain under all rows; None if none keep to them."""
    best = None
    for values in product((0, 1), repeat=len(made.most)):
        totals = [(sum(factor * values[at] for at, factor in terms), limit, exact) for terms, limit, exact in made.rows]
        if all(total == limit if exact else total <= limit for total, limit, exact in totals):
            gains = sum(gain * value for gain, value in zip(made.gain, values, strict=True))
            best = gains if best is None else max(best, gains)
    return best


@settings(max_examples=80, deadline=None)
@given(chosen())
def test_choices_within_choices_are_settled_so_that_nothing_gains_more(made):
    best = by_trying(made)
    found = program.best(made, sum(made.gain), known=0)
    if best:
        assert found.proven
        assert found.gains == best


@settings(max_examples=80, deadline=None)
@given(chosen(), st.integers(0, 2))
def test_a_search_for_a_goal_claims_it_only_where_it_is_reached(made, beyond):
    best = by_trying(made)
    if not best:
        return
    found = program.best(made, best + beyond, known=0, reaching=True)
    assert found.gains <= best
    assert found.gains == best or not found.proven
    assert found.proven or beyond
    assert found.most >= best
