"""Matching is a calculation that a person can redo with a pencil."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.verifying.matching import Claim, Match, Need, match, months_between

TODAY = date(2026, 11, 22)
SQL, TALK, MATHS = "https://skills.example/sql", "https://skills.example/talk", "https://skills.example/maths"


def claim(skill: str, level: float | None, awarded: date | None = None, credential: str = "A badge") -> Claim:
    return Claim(skill=skill, name=skill, level=level, credential=credential, issuer="A school", awarded_on=awarded)


def test_the_score_is_the_one_worked_out_by_hand() -> None:
    needs = [
        Need(SQL, "SQL", level=4, weight=2, essential=True),
        Need(TALK, "Talking", level=5, weight=1),
        Need(MATHS, "Maths", level=3, weight=1, essential=True),
    ]
    found = match(needs, [claim(SQL, 3), claim(TALK, 7)], today=TODAY)
    # (2·3/4 + 1·5/5 + 1·0/3) / 4 = 2.5 / 4
    assert found.score == pytest.approx(0.625)
    assert [line.points for line in found.lines] == pytest.approx([1.5, 1.0, 0.0])
    assert [line.need.name for line in found.essentials_open] == ["SQL", "Maths"]


def test_of_several_claims_the_highest_counts_and_the_others_stay_visible() -> None:
    found = match(
        [Need(SQL, "SQL", level=4)],
        [
            claim(SQL, 2, credential="Low"),
            claim(SQL, 4, date(2025, 11, 23), "High"),
            claim(SQL, 4, credential="Undated"),
        ],
        today=TODAY,
    )
    (line,) = found.lines
    assert line.claim is not None
    assert line.claim.credential == "High"
    assert line.age_months == 11
    assert {other.credential for other in line.others} == {"Low", "Undated"}


def test_a_level_that_is_not_stated_is_neither_nothing_nor_everything() -> None:
    found = match([Need(SQL, "SQL", level=4), Need(TALK, "Talking", level=2)], [claim(SQL, None)], today=TODAY)
    assert found.score == 0
    assert found.score_at_most == pytest.approx(0.5)
    assert found.lines[0].level_unstated


def test_a_role_that_needs_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="needs nothing"):
        match([], [claim(SQL, 5)], today=TODAY)


@pytest.mark.parametrize(("level", "weight"), [(0, 1), (-1, 1), (3, 0), (3, -2)])
def test_a_need_without_level_or_weight_is_refused(level: float, weight: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Need(SQL, "SQL", level=level, weight=weight)


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 1, 31), date(2026, 3, 31), 2),
        (date(2025, 11, 22), date(2026, 11, 22), 12),
        (date(2027, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_months_are_counted_whole(earlier: date, later: date, months: int) -> None:
    assert months_between(earlier, later) == months


levels = st.one_of(st.none(), st.floats(min_value=0, max_value=7, allow_nan=False))
a_claim = st.builds(claim, st.sampled_from([SQL, TALK, MATHS]), levels)
some_needs = st.lists(
    st.builds(
        Need,
        st.sampled_from([SQL, TALK, MATHS]),
        st.just("x"),
        level=st.floats(min_value=0.5, max_value=7),
        weight=st.floats(min_value=0.1, max_value=10),
    ),
    min_size=1,
    max_size=4,
)


@given(some_needs, st.lists(a_claim, max_size=5), a_claim)
def test_one_more_claim_never_lowers_the_score(needs: list[Need], claims: list[Claim], more: Claim) -> None:
    def scores(found: Match) -> tuple[float, float]:
        return found.score, found.score_at_most

    before, after = match(needs, claims, today=TODAY), match(needs, [*claims, more], today=TODAY)
    assert 0 <= before.score <= before.score_at_most <= 1 + 1e-9
    assert all(now >= then - 1e-9 for now, then in zip(scores(after), scores(before), strict=True))


@given(some_needs, st.lists(a_claim, max_size=5))
def test_the_order_of_claims_and_the_scale_of_weights_do_not_matter(needs: list[Need], claims: list[Claim]) -> None:
    doubled = [Need(need.skill, need.name, need.level, need.weight * 2, need.essential) for need in needs]
    found, again = match(needs, claims, today=TODAY), match(doubled, claims[::-1], today=TODAY)
    assert again.score == pytest.approx(found.score)
    assert again.score_at_most == pytest.approx(found.score_at_most)
