"""Rows that whole awards keep to and fractions do not."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import program, rounding
from cairn.stacking.program import Program
from cairn.stacking.rounding import Amount


def amounted(sizes, full, grain=1, *, chosen=False):
    """A program with one amount: what it gains, what brings it, and whether it is chosen at all."""
    made = Program()
    gains = [(made.number(full, 1), grain)]
    brings = [(made.number(many), size) for size, many in sizes]
    given_by = made.number(1) if chosen else None
    made.limit([*gains, *((number, -size) for number, size in brings)], 0)
    if given_by is not None:
        made.limit([(gains[0][0], 1), (given_by, -full)], 0)
    made.amounts.append(Amount(gains, brings, given_by))
    return made


def keeps(made, values, rows):
    return all(sum(factor * values[number] for number, factor in terms) <= limit for terms, limit in rows)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 15), st.integers(1, 2)), min_size=1, max_size=4),
    st.integers(1, 12),
    st.integers(1, 3),
    st.booleans(),
)
def test_no_answer_of_whole_numbers_is_cut_off(sizes, full, grain, chosen):
    made = amounted(sizes, full, grain, chosen=chosen)
    cuts = list(rounding.rows(made.amounts[0], made.most))
    for values in product(*(range(most + 1) for most in made.most)):
        if keeps(made, values, [(terms, limit) for terms, limit, _ in made.rows]):
            assert keeps(made, values, cuts)


def test_halves_of_awards_do_not_fill_what_whole_awards_cannot():
    """One of 4 credits and halves of two of 3 and of 4 come to 7.5, and whole ones to no less than 8."""
    made = amounted([(6, 1), (8, 1), (8, 1)], 15)
    values = [Fraction(15), Fraction(1, 2), Fraction(1), Fraction(1, 2)]
    assert keeps(made, values, [(terms, limit) for terms, limit, _ in made.rows])
    assert rounding.broken(made.amounts, made.most, [float(one) for one in values])


def test_an_amount_that_needs_no_more_than_part_of_an_award_asks_for_all_of_it():
    made = amounted([(15, 1)], 10)
    assert list(rounding.rows(made.amounts[0], made.most)) == [([(0, 1), (1, -10)], 0)]


def test_two_awards_fill_two_of_three_amounts_which_needs_no_search_to_be_proven():
    """Three amounts of 10 want two awards of 15 each, which fill two of them; in fractions they would fill all three."""
    made = Program()
    awards = [[made.number(1) for _ in range(3)] for _ in range(2)]
    for place in range(3):
        gained = made.number(10, 1)
        brings = [(one[place], 15) for one in awards]
        made.limit([(gained, 1), *((number, -size) for number, size in brings)], 0)
        made.amounts.append(Amount([(gained, 1)], brings, None))
    for one in awards:
        made.limit([(number, 1) for number in one], 1)
        made.deciding.append(tuple(one))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(program, "WORK", 0.0)
        found = program.best(made, 30)
    assert (found.gains, found.most, found.proven) == (20, 20, True)


def test_awards_of_a_hundred_sizes_make_few_rows():
    """A row for every size, each as long as there are awards, would take longer to solve than all the rest."""
    made = amounted([(size, 1) for size in range(100, 200)], 250)
    values = [250.0, *[250 / 14_950] * 100]
    assert 0 < len(rounding.broken(made.amounts, made.most, values)) <= rounding.SIZES
