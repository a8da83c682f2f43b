"""Rows that tie items to choices, amounts without a measure in common, and allocations gone through one by one."""

from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import enumerating, linking, program, solving
from cairn.stacking.allocation import Branch, Case, Overlay, with_guess
from cairn.stacking.program import Program

PRIMES = (1009, 1499, 1733, 2003, 2503, 2999)


@st.composite
def chosen(draw):
    """Three to six uneven amounts within choices, from up to six items; now and then a residency counts what serves."""
    count = draw(st.integers(3, 6))
    need = tuple(draw(st.permutations(PRIMES))[:count])
    cut = draw(st.integers(1, count - 1))
    parts = tuple(
        Branch(draw(st.integers(1, len(among))), among) for among in (tuple(range(cut)), tuple(range(cut, count)))
    )
    tree = Branch(draw(st.integers(1, 2)), parts)
    items = []
    for _ in range(draw(st.integers(2, 6))):
        size = draw(st.integers(300, 2200))
        items.append(
            dict.fromkeys(draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=3, unique=True)), size)
        )
    case = Case(tree, need, (0,) * count, tuple(items))
    if draw(st.booleans()):
        sources = tuple(
            (worth, tuple((item, place) for place in worths)) for item, worths in enumerate(items) for worth in [7]
        )
        case = replace(
            case,
            tree=Branch(2, (tree, count)),
            need=(*need, draw(st.integers(1, 40))),
            base=(*case.base, 0),
            overlays=(Overlay(count, sources),),
        )
    return case


def most(case):
    """The most that any allocation gains, by trying all."""
    gained = 0
    for places in product(*([None, *worths] for worths in case.items)):
        have, counts = list(case.base), [{} for _ in case.items]
        for item, place in enumerate(places):
            if place is not None:
                have[place] += case.items[item][place]
                counts[item][place] = case.items[item][place]
        for overlay in case.overlays:
            have[overlay.place] = case.base[overlay.place] + solving.laid(overlay, counts)
        gained = max(gained, case.weights.value(have))
    return gained


@settings(max_examples=60, deadline=None)
@given(chosen())
def test_the_program_with_its_rows_finds_what_trying_everything_finds(case):
    found = solving.solve(case)
    assert found.exact
    assert (missed := most(case) - case.weights.value(list(found.have))) >= 0
    assert missed <= most(case) // program.NEGLIGIBLE


def test_an_item_does_not_fill_half_of_a_part_that_is_chosen_by_half():
    """Two parts of which one is chosen: the fractions 1/2 and 1/2 would have the item serve wholly in either."""
    found = linking.rows([([(7, 0, 1), (8, 1, 1)], 1)], {7: (2,), 8: (2, 3)})
    assert found == [([(0, 1), (1, 1), (2, -1)], 0), ([(1, 1), (3, -1)], 0)]
    assert linking.broken(found, [0.5, 0.5, 0.5, 0.5]) == found[:1]
    assert linking.broken(found, [0.5, 0.5, 1.0, 0.5]) == []


def test_gains_of_forty_digits_are_proven_although_no_search_counts_so_far():
    """Two of three numbers of which the dearest two exclude each other; their gains have no measure in common.

    The first answer is as good as any to a part that is negligible, and what is known to be the best is not beaten.
    """
    made = Program()
    gains = [10**40 + 7, 10**40 - 10**33 + 3, 10**39 + 1]
    numbers = [made.number(1, gain) for gain in gains]
    made.limit([(numbers[0], 2), (numbers[1], 2)], 3)
    made.deciding += [(number,) for number in numbers]
    found = program.best(made, sum(gains))
    assert (found.values, found.gains, found.proven) == ((1, 0, 1), gains[0] + gains[2], True)
    again = program.best(made, sum(gains), known=gains[0] + gains[2])
    assert (again.values, again.proven) == (None, True)


def test_the_least_part_that_is_missing_to_all_is_never_taken_for_nothing():
    """Numbers that reach all there is but for one part in 10**40: what else there were to gain would have to be told from it."""
    made = Program()
    first, last = made.number(1, 10**40), made.number(1, 1)
    made.limit([(first, 1), (last, 1)], 1)
    made.deciding += [(first,), (last,)]
    searched = program._Search(made, made.gain, 10**40 + 1, known=10**40, reaching=False)
    assert not searched._done()
    searched.bound -= 1
    assert searched._done()
    searched.bound, searched.reached = 10**40, 10**40 - 10**30
    assert searched._done()


def test_what_is_few_is_gone_through():
    case = Case(Branch(2, (0, 1)), (5, 7), (0, 0), ({0: 5, 1: 5}, {0: 5, 1: 5}, {0: 2, 1: 2}))
    items = dict(enumerate(case.items))
    found = enumerating.best(case, [0, 0], items)
    assert with_guess([0, 0], items, found) == [5, 7]
