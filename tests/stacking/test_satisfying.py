"""Whether everything can be reached is found out also where the search for the best runs out: hidden assignments, and brute force."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import AllOf, AnyN, Award, AwardFilter, CreditsAtLeast, allocation, evaluate, program, solving
from cairn.stacking.allocation import Branch, Cap, Case, allocate

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SIZES = [Decimal(half) / 2 for half in range(3, 16)]


@st.composite
def bounded(draw):
    """Two to four places in a choice, up to six items, and a cap."""
    count = draw(st.integers(2, 4))
    need = tuple(draw(st.integers(2, 7)) for _ in range(count))
    inner = Branch(draw(st.integers(1, count - 1)), tuple(range(1, count)))
    tree = draw(st.sampled_from((Branch(2, (0, inner)), Branch(1, (0, inner)), Branch(count, tuple(range(count))))))
    wanted = st.dictionaries(st.integers(0, count - 1), st.integers(1, 4), min_size=1, max_size=count)
    items = tuple(draw(st.lists(wanted, min_size=2, max_size=6)))
    pairs = [(item, place) for item, worths in enumerate(items) for place in worths]
    costs = draw(st.dictionaries(st.sampled_from(pairs), st.integers(1, 2), max_size=4))
    caps = (Cap(draw(st.integers(1, 4)), whole=costs),) if costs else ()
    return Case(tree, need, (0,) * count, items, caps=caps)


def _could(case):
    for chosen in product(*((None, *worths) for worths in case.items)):
        have = list(case.base)
        for item, place in enumerate(chosen):
            if place is not None:
                have[place] += case.items[item][place]
        spent = [sum(cap.whole.get(pair, 0) for pair in enumerate(chosen)) for cap in case.caps]
        if all(much <= cap.most for much, cap in zip(spent, case.caps, strict=True)) and full(
            case.tree, have, case.need
        ):
            return True
    return False


def full(node, have, need):
    if isinstance(node, int):
        return have[node] >= need[node]
    return sum(full(part, have, need) for part in node.parts) >= node.choose


@settings(max_examples=25)
@given(bounded())
def test_asking_for_everything_says_yes_or_no_as_brute_force_does(case):
    whole = replace(case, whole=True)
    for found in (allocate(whole), solving.solve(whole)):
        assert found.exact
        assert (found.progress == 1) == _could(case)


def hidden(seed, groups):
    """Choices of three among four amounts of credits each, and awards that add up to three of each just so; two are spare."""
    rng = random.Random(seed)  # noqa: S311  # made-up data
    tags = [f"tag{number}" for number in range(groups)]
    awards, parts = [], []

    def award(*about):
        number = len(awards)
        ects = {"ECTS": rng.choice(SIZES)}
        awards.append(
            Award(
                id=f"a{number}",
                achievement=f"c{number}",
                issuer="u",
                valid_from=NOW,
                credits=ects,
                tags=frozenset(about),
            )
        )
        return ects["ECTS"]

    for _ in range(groups):
        among = []
        for real in (True, True, True, False):
            own = rng.sample(tags, 2)
            if real:
                amount = sum(award(rng.choice(own), *rng.sample(tags, 2)) for _ in range(3))
            else:
                amount = sum(rng.choice(SIZES) for _ in range(3))
            among.append(CreditsAtLeast(amount, "ECTS", AwardFilter(tags=tuple(own))))
        rng.shuffle(among)
        parts.append(AnyN(3, tuple(among)))
    for _ in range(2):
        award(*rng.sample(tags, 2))
    return AllOf(tuple(parts)), awards


@pytest.mark.parametrize("seed", [1, 3])
def test_a_hidden_assignment_that_leaves_nearly_nothing_over_is_found(seed, monkeypatch):
    rule, awards = hidden(seed, 6)
    monkeypatch.setattr(program, "WORK", 0.01)  # the search for the best soon runs out
    monkeypatch.setattr(program, "SOME", 0.01)
    found = evaluate(rule, awards, NOW)
    assert found.met
    assert found.exact
    monkeypatch.setattr(allocation, "_allocate", _rather_not(allocation._allocate))
    assert not evaluate(rule, awards, NOW).met


def _rather_not(search):
    """The search for the best alone."""
    return lambda case: replace(search(replace(case, whole=False)), short=True)
