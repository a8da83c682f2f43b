"""Labels that no points outweigh, rubrics of an authority's own, and evidence of which only a part is known."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.appraisal import (
    AppraisalError,
    Circumstances,
    Evidence,
    Tier,
    credibility,
    gates,
    mcq100,
    read_rubric,
    reweigh,
    strongest,
)

D = Decimal


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        resources.files("cairn.appraisal").joinpath("rubric_mcq100.json").read_text(encoding="utf-8")
    )
    return found


def heavier_assessment() -> str:
    changed = document() | {"id": "OWN-100", "version": "2.0"}
    changed["groups"][0]["criteria"][1]["points"] = 3  # A2: 6 to 3
    changed["groups"][2]["criteria"][1]["points"] = 9  # C2: 6 to 9
    return json.dumps(changed)


def piece(criterion: str, points: object, tier: Tier = Tier.VERIFIED, **more: Any) -> Evidence:
    return Evidence(criterion, D(str(points)), tier, "So it is", **more)


def test_nothing_known_opens_no_gate() -> None:
    assert gates(Circumstances()) == ()


def test_each_gate_says_why() -> None:
    found = gates(
        Circumstances(
            assessed=False, issuer_key_bound=False, approval_ended_on=date(2025, 6, 30), cautions=("The VA warns",), open_cases=2
        )
    )  # fmt: skip
    assert [gate.key for gate in found] == [
        "open_case",
        "caution",
        "approval_ended",
        "unverified_issuer",
        "recognition",
    ]
    assert "2025-06-30" in found[2].sentence
    assert found[0].sentence.startswith("2 questions are open")


def test_an_authority_s_own_weights_are_read_and_carry_their_version() -> None:
    own = read_rubric(heavier_assessment())
    assert (own.id, own.version, own.total) == ("OWN-100", "2.0", 100)
    told = credibility(reweigh([piece("C2", 4), piece("A2", 6)], given=mcq100(), wanted=own), rubric=own)
    points = {one.criterion.id: one.low for one in told.criteria}
    assert (points["C2"], points["A2"]) == (6, 3)


def test_what_another_rubric_does_not_ask_falls_away() -> None:
    changed = document()
    taken = changed["groups"][5]["criteria"].pop()  # F5, 2 points
    changed["groups"][0]["criteria"][0]["points"] += taken["points"]
    own = read_rubric(json.dumps(changed))
    assert reweigh([piece("F5", 2)], given=mcq100(), wanted=own) == []


@pytest.mark.parametrize(
    "broken",
    [
        "", "[]", "null", "{", "7", '{"groups": []}', '{"id": "x", "version": "1", "tiers": {}, "groups": []}', "[" * 100_000,
        '{"id": "x", "version": "1", "tiers": {"verified": 1}, "groups": [{"id": "A", "name": "a", "criteria": [{"id": "A1"}]}]}',
        "x" * 300_000,
    ],
    ids=["empty", "list", "null", "cut", "number", "few fields", "no criteria", "deep", "no points", "long"],
)  # fmt: skip
def test_a_rubric_that_cannot_be_read_is_refused_with_what_to_do(broken: str) -> None:
    with pytest.raises(AppraisalError) as refused:
        read_rubric(broken)
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("tiers", "verified"), 2), (("tiers", "declared"), 0), (("tiers", "declared"), "NaN"), (("version",), ""),
        (("groups", 0, "criteria", 0, "points"), -4), (("groups", 0, "criteria", 0, "points"), "Infinity"),
        (("groups", 0, "criteria", 0, "points"), "NaN"), (("groups", 0, "criteria", 0, "id"), "A2"),
    ],
    ids=["tier above one", "tier of nothing", "tier no number", "no version", "below zero", "endless", "no number", "id twice"],
)  # fmt: skip
def test_a_rubric_with_an_impossible_part_is_refused(path: tuple[Any, ...], value: object) -> None:
    changed = document()
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(AppraisalError):
        read_rubric(json.dumps(changed))


def test_of_several_pieces_the_best_checked_counts_and_of_equals_the_first() -> None:
    kept = strongest([piece("A2", 6, Tier.DECLARED), piece("A2", 3), piece("A2", 5), piece("C4", 1)])
    assert [(one.criterion, one.points) for one in kept] == [("A2", 3), ("C4", 1)]


def test_an_expired_piece_gives_way_to_a_weaker_one_that_holds() -> None:
    old = piece("A2", 6, expires_on=date(2026, 1, 31))
    weaker = piece("A2", 6, Tier.DECLARED)
    assert strongest([old, weaker], at=date(2026, 1, 31)) == [old]
    assert strongest([old, weaker], at=date(2026, 2, 1)) == [weaker]


def test_a_part_that_is_known_leaves_the_rest_possible() -> None:
    found = credibility([piece("A1", 2, at_most=D(4))])
    assert (found.low, found.high, found.coverage) == (2, 100, D("0.02"))
    assert "2 to 4 of 4" in found.criteria[0].sentence
    with pytest.raises(AppraisalError, match="At most"):
        credibility([piece("A1", 2, at_most=D(1))])
    with pytest.raises(AppraisalError, match="At most"):
        credibility([piece("A1", 2, at_most=D(5))])


@st.composite
def partly(draw: st.DrawFn) -> list[Evidence]:
    chosen = draw(st.lists(st.sampled_from(mcq100().criteria), unique_by=lambda one: one.id, min_size=1))
    found = []
    for one in chosen:
        points = draw(st.integers(0, int(one.points)))
        upper = draw(st.none() | st.integers(points, int(one.points)))
        tier = draw(st.sampled_from(list(Tier)))
        found.append(piece(one.id, points, tier, at_most=None if upper is None else D(upper)))
    return found


@given(partly())
def test_more_evidence_never_widens_the_interval_also_where_only_a_part_is_known(evidence: list[Evidence]) -> None:
    before, after = credibility(evidence[:-1]), credibility(evidence)
    assert after.low >= before.low
    assert after.high <= before.high
    assert after.coverage >= before.coverage
    assert after.high - after.low == 100 - 100 * after.coverage


@st.composite
def about_one(draw: st.DrawFn) -> list[Evidence]:
    """Pieces about one criterion, whole and in part, that agree or contradict each other, in some order."""
    some, found = st.integers(0, 12).map(lambda halves: D(halves) / 2), []
    for _ in range(draw(st.integers(1, 7))):
        points, tier = draw(some), draw(st.sampled_from(list(Tier)))
        upper = draw(st.none() | some)
        expires = draw(st.sampled_from([None, date(2025, 12, 31), date(2026, 6, 30)]))
        most = None if upper is None else max(points, upper)
        found.append(Evidence("C2", points, tier, "So it is", expires_on=expires, at_most=most))
    return found


@given(about_one(), st.integers(0, 6))
def test_a_further_piece_about_the_same_criterion_never_widens_the_interval(every: list[Evidence], place: int) -> None:
    """Wherever it comes in, however it was checked, whether it agrees or not; what has expired changes nothing."""
    today = date(2026, 3, 1)
    further = every.pop(place % len(every))
    everything = [*every[: place % (len(every) + 1)], further, *every[place % (len(every) + 1) :]]
    before, after = (credibility(strongest(pieces, at=today), at=today) for pieces in (every, everything))
    assert after.high - after.low <= before.high - before.low
    assert after.coverage >= before.coverage
    if further.expires_on == date(2025, 12, 31):
        assert (after.low, after.high) == (before.low, before.high)


@given(about_one())
def test_what_is_only_declared_moves_nothing_out_of_what_was_checked(every: list[Evidence]) -> None:
    checked = [one for one in every if one.tier is not Tier.DECLARED]
    bounds, found = credibility(strongest(checked)), credibility(strongest(every))
    assert bounds.low <= found.low <= found.high <= bounds.high


@given(partly())
def test_another_rubric_keeps_each_criterion_s_share(evidence: list[Evidence]) -> None:
    own = read_rubric(heavier_assessment())
    there = {one.criterion: one.points for one in reweigh(evidence, given=mcq100(), wanted=own)}
    for one in evidence:
        share = one.points / mcq100().criterion(one.criterion).points
        assert abs(there[one.criterion] / own.criterion(one.criterion).points - share) < D("1e-20")
