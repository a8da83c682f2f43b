"""Figures of few people: drawn towards larger groups, exactly, and never touched by what is kept back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.appraisal import STRENGTH, AppraisalError, Observation, shrink

D = Decimal
FIELD, REGION = ("welding",), ("welding", "Camden")


def seen(value: object, people: int | None, *path: str) -> Observation:
    return Observation(path or REGION, None if value is None else D(str(value)), people)


def test_a_worked_example_is_exact() -> None:
    found = shrink([seen(80, 20, "welding", "Camden"), seen(50, 100, "welding", "Essex")], REGION)
    assert found is not None
    # All: (80·20 + 50·100) / 120 = 55. Camden: (20·80 + 30·55) / (20 + 30) = 65.
    assert [group.estimate for group in found.groups] == [55, 65]
    assert (found.estimate, found.own_share, found.people) == (65, D("0.4"), 20)


def test_many_people_keep_their_own_figure_and_few_take_the_field_s() -> None:
    rest = [seen(50, 10_000, "welding", "Essex")]
    many, few = (shrink([*rest, seen(90, people)], REGION) for people in (100_000, 1))
    assert many is not None
    assert few is not None
    assert many.estimate > 89
    assert few.estimate < 52


def test_a_group_of_which_nothing_is_published_takes_what_is_above_it() -> None:
    found = shrink([seen(50, 100, "welding", "Essex")], REGION)
    assert found is not None
    assert (found.estimate, found.own_share, found.people) == (50, 0, 0)
    assert found.groups[1].mean is None


def test_fewer_than_sixteen_people_in_all_give_no_figure() -> None:
    assert shrink([seen(50, 15)], REGION) is None
    assert shrink([seen(50, 16)], REGION) is not None
    assert shrink([], REGION) is None


def test_other_fields_do_not_count() -> None:
    found = shrink([seen(50, 100), seen(99, 9999, "nursing", "Camden")], REGION)
    assert found is not None
    assert found.estimate == 50


@pytest.mark.parametrize(
    ("observations", "path", "strength"), [([], (), 30), ([], FIELD, 0), ([seen(1, -1)], FIELD, 30)]
)
def test_impossible_questions_are_refused(
    observations: list[Observation], path: tuple[str, ...], strength: int
) -> None:
    with pytest.raises(AppraisalError):
        shrink(observations, path, strength=strength)


published = st.builds(
    seen, st.decimals(0, 100, places=2), st.integers(1, 500), st.just("welding"), st.sampled_from(["Camden", "Essex"])
)
kept_back = st.builds(
    Observation,
    st.tuples(st.just("welding"), st.sampled_from(["Camden", "Essex"])),
    st.one_of(st.none(), st.decimals(0, 10**9, places=2)),
    st.none(),
) | st.builds(Observation, st.just(REGION), st.none(), st.integers(0, 10**9))


@given(
    st.lists(published, min_size=1, max_size=20), st.lists(kept_back, max_size=20), st.randoms(use_true_random=False)
)
def test_what_is_kept_back_never_enters_a_mean(
    known: list[Observation], suppressed: list[Observation], chance: object
) -> None:
    mixed = [*known, *suppressed]
    chance.shuffle(mixed)  # type: ignore[attr-defined] # Hypothesis gives a random.Random
    alone, beside = shrink(known, REGION), shrink(mixed, REGION)
    assert (alone is None) == (beside is None)
    if alone is None or beside is None:
        return
    assert abs(alone.estimate - beside.estimate) <= D("1e-20")  # the order of Decimal sums may differ in the last digit
    assert [group.people for group in alone.groups] == [group.people for group in beside.groups]
    assert beside.suppressed == len(suppressed)


@given(st.lists(published, min_size=1, max_size=20))
def test_an_estimate_lies_between_the_figures_it_comes_from(known: list[Observation]) -> None:
    found = shrink(known, REGION, fewest=1)
    assert found is not None
    values = [one.value for one in known if one.value is not None]
    assert min(values) - D("1e-20") <= found.estimate <= max(values) + D("1e-20")
    assert found.strength == STRENGTH
