"""What a met rule can do without: held to trying every choice of steps."""

import random
from dataclasses import replace
from itertools import combinations

import pytest

from cairn.stacking.allocation import Branch, Cap, Case, Pair, allocate
from cairn.stacking.paring import fewest, pared


def made(rng: random.Random) -> tuple[Case, dict[int, list[Pair]]]:
    """A small case with a cap, and steps of one or two items each, with which everything can be met or not."""
    places = rng.randrange(2, 5)
    need = tuple(rng.randrange(1, 7) for _ in range(places))
    parts = tuple(range(places))
    tree = Branch(places, parts) if rng.random() < 0.6 else Branch(rng.randrange(1, places), parts)
    items = tuple(
        {place: rng.randrange(1, 5) for place in rng.sample(range(places), rng.randrange(1, places + 1))}
        for _ in range(rng.randrange(5, 9))
    )
    pairs = [(item, place) for item, worths in enumerate(items) for place in worths]
    capped = rng.sample(pairs, len(pairs) // 2)
    cap = (
        Cap(rng.randrange(3, 8), flows=frozenset(capped))
        if rng.random() < 0.5
        else Cap(3, whole=dict.fromkeys(capped, 1))
    )
    steps: dict[int, list[Pair]] = {}
    for item in range(2, len(items)):
        steps.setdefault(rng.randrange(5), []).extend((item, place) for place in items[item])
    return Case(tree, need, (0,) * places, items, caps=(cap,), whole=True), steps


def only(case: Case, steps: dict[int, list[Pair]], kept: tuple[int, ...] | list[int]) -> Case:
    """The case without the steps that are not kept."""
    gone = {pair for step, pairs in steps.items() if step not in kept for pair in pairs}
    items = tuple(
        {place: worth for place, worth in worths.items() if (item, place) not in gone}
        for item, worths in enumerate(case.items)
    )
    return replace(case, items=items)


@pytest.mark.parametrize("seed", range(60))
def test_what_stays_is_enough_and_no_fewer_steps_are(seed: int) -> None:
    case, steps = made(random.Random(seed))  # noqa: S311  # made-up data
    met = allocate(case)
    if met.progress < 1:
        assert met.exact
        return
    least = next(
        count
        for count in range(len(steps) + 1)
        if any(allocate(only(case, steps, kept)).progress == 1 for kept in combinations(steps, count))
    )
    kept = pared(case, met, steps)
    assert allocate(only(case, steps, kept)).progress == 1
    assert len(kept) >= least
    found, proven = fewest(case, met, steps, 1.0)
    assert proven
    assert len(found) == least
    assert allocate(only(case, steps, found)).progress == 1
    hurried, sure = fewest(case, met, steps, 0.0)
    assert allocate(only(case, steps, hurried)).progress == 1
    assert len(hurried) == least if sure else len(hurried) >= least


def test_some_cases_are_met_and_some_can_do_with_fewer_steps_than_repairing_leaves() -> None:
    met = [(case, steps) for case, steps in map(made, map(random.Random, range(60))) if allocate(case).progress == 1]
    assert len(met) > 10
    assert any(len(pared(case, allocate(case), steps)) < len(steps) for case, steps in met)
