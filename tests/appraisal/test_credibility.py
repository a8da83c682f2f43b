"""The credibility interval: unknown is not zero, evidence narrows, the rubric sums to 100."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.appraisal import AppraisalError, Evidence, Tier, credibility, mcq100, read_rubric

CRITERIA = mcq100().criteria
GROUPS = {"A": 20, "B": 15, "C": 25, "D": 15, "E": 10, "F": 15}


def piece(criterion: str, points: object, tier: Tier = Tier.VERIFIED, **more: object) -> Evidence:
    return Evidence(criterion, Decimal(str(points)), tier, "So it is", **more)  # type: ignore[arg-type] # only tests are this short


def test_the_rubric_sums_to_100_in_all_and_as_published_in_each_group() -> None:
    assert mcq100().total == 100
    sums = {group: sum(one.points for one in CRITERIA if one.group == group) for group in GROUPS}
    assert sums == GROUPS


def test_a_rubric_that_does_not_sum_to_100_is_refused() -> None:
    document = json.loads(resources.files("cairn.appraisal").joinpath("rubric_mcq100.json").read_text())
    document["groups"][0]["criteria"][0]["points"] = 5
    with pytest.raises(AppraisalError, match="sum to 101"):
        read_rubric(json.dumps(document))


def test_nothing_known_is_the_whole_interval() -> None:
    found = credibility([])
    assert (found.low, found.high, found.coverage) == (0, 100, 0)


def test_a_known_zero_is_not_an_unknown() -> None:
    found = credibility([piece("C1", 0)])
    assert (found.low, found.high, found.coverage) == (0, 95, Decimal("0.05"))


def test_what_is_only_declared_counts_less_than_what_is_verified() -> None:
    verified, reviewed, declared = (credibility([piece("A2", 6, tier)]).low for tier in Tier)
    assert (verified, reviewed, declared) == (6, Decimal("4.2"), Decimal("2.4"))


def test_expired_evidence_is_unknown_again() -> None:
    old = piece("A2", 6, expires_on=date(2026, 1, 31))
    assert credibility([old], at=date(2026, 1, 31)).low == 6
    assert credibility([old], at=date(2026, 2, 1)).low == 0
    assert credibility([old], at=date(2026, 2, 1)).high == 100


@pytest.mark.parametrize(("criterion", "points"), [("A2", 7), ("A2", -1), ("Z9", 1)])
def test_impossible_evidence_is_refused(criterion: str, points: int) -> None:
    with pytest.raises(AppraisalError):
        credibility([piece(criterion, points)])


def test_two_pieces_for_one_criterion_are_refused() -> None:
    with pytest.raises(AppraisalError, match="Two pieces"):
        credibility([piece("A2", 6), piece("A2", 3)])


def test_each_criterion_says_in_a_sentence_what_is_known_of_it() -> None:
    found = credibility([piece("C3", 5, source="handbook", checked_on=date(2026, 3, 1))])
    told = {one.criterion.id: one.sentence for one in found.criteria}
    assert told["C3"] == "C3 Supervision and identity, 5 of 6: So it is; handbook; checked 2026-03-01."
    assert told["C4"] == "C4 Public rubric: not known, 0 to 3 points."


@st.composite
def evidences(draw: st.DrawFn) -> list[Evidence]:
    chosen = draw(st.lists(st.sampled_from(CRITERIA), unique_by=lambda one: one.id, min_size=1))
    return [piece(one.id, draw(st.integers(0, int(one.points))), draw(st.sampled_from(list(Tier)))) for one in chosen]


@given(evidences())
def test_more_evidence_never_widens_the_interval(given_evidence: list[Evidence]) -> None:
    before, after = credibility(given_evidence[:-1]), credibility(given_evidence)
    assert after.low >= before.low
    assert after.high <= before.high
    assert after.coverage > before.coverage
    assert 0 <= after.low <= after.high <= 100
    assert after.high - after.low == 100 - 100 * after.coverage


@pytest.mark.parametrize("number", ["NaN", "-NaN", "Infinity"])
def test_what_is_no_number_earns_no_points(number: str) -> None:
    for piece in (
        Evidence("A2", Decimal(number), Tier.VERIFIED, "x"),
        Evidence("A2", Decimal(1), Tier.VERIFIED, "x", at_most=Decimal(number)),
    ):
        with pytest.raises(AppraisalError):
            credibility([piece])
