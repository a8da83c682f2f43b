"""Windows of several requirements chosen by one linear program: never better than what there is, and proven only where it is the best."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from cairn.stacking import (
    AllOf,
    AnyN,
    AtMost,
    Award,
    AwardFilter,
    AwardOf,
    AwardsAtLeast,
    CreditsAtLeast,
    EarnedTogether,
    EarnedWithin,
    State,
    evaluate,
    polishing,
    program,
    scheduling,
    windowing,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
START = datetime(2025, 1, 1, tzinfo=UTC)


def made(seed, *, limit):
    """Three requirements that compete for awards, two of them in one window and one beside it; and the days on which each may begin."""
    rng = random.Random(seed)  # noqa: S311  # made-up data

    def leaf():
        asked = AwardFilter(tags=tuple(rng.sample("abc", 2)))
        if rng.random() < 0.3:
            return AwardOf(f"course-{rng.randrange(8)}")
        if rng.random() < 0.4:
            return AwardsAtLeast(rng.randrange(1, 4), asked)
        return CreditsAtLeast(Decimal(rng.randrange(300, 1500)) / 100, "ECTS", asked)

    groups = [AllOf((leaf(), leaf(), leaf())), AnyN(2, (leaf(), leaf(), leaf()))]
    lengths = [rng.choice((20, 40)), rng.choice((30, 60))]
    awards = [
        Award(
            id=f"{number:02}", achievement=f"course-{rng.randrange(8)}", issuer=rng.choice("uv"), tags=frozenset(rng.sample("abc", 1)),
            valid_from=START + timedelta(rng.randrange(120)), credits={"ECTS": Decimal(rng.randrange(100, 900)) / 100},
        )
        for number in range(6)
    ]  # fmt: skip

    def rule(first, second):
        whole = AllOf((first, second))
        return AtMost(whole, amount=Decimal(12), scheme="ECTS", filter=AwardFilter(issuers=("u",))) if limit else whole

    return rule, groups, lengths, awards


@pytest.mark.parametrize("limit", [False, True], ids=["free", "limited"])
@pytest.mark.parametrize("seed", range(4))
def test_windows_that_are_chosen_together_are_the_best_where_that_is_said_and_never_better(monkeypatch, seed, limit):
    rule, groups, lengths, awards = made(seed, limit=limit)
    begins = sorted({award.valid_from for award in awards})
    best = max(
        evaluate(
            rule(*(
                EarnedWithin(group, day, day + timedelta(length + 1))
                for group, length, day in zip(groups, lengths, days, strict=True)
            )),
            awards,
            NOW,
        ).progress
        for days in product(begins, repeat=2)
    )  # fmt: skip
    monkeypatch.setattr(windowing, "MANY", 0)
    monkeypatch.setattr(windowing, "FAR", 10**9)
    monkeypatch.setattr(scheduling, "NEARLY", 1)
    bounds = []
    bound = scheduling.most

    def most(compiled, *given):
        bounds.append((bound(compiled, *given), compiled.weights.scale))
        return bounds[-1][0]

    monkeypatch.setattr(scheduling, "most", most)
    windows = (EarnedTogether(group, days=length) for group, length in zip(groups, lengths, strict=True))
    found = evaluate(rule(*windows), awards, NOW)
    assert found.progress <= best
    assert found.progress == best or not found.exact
    assert all(value >= best * scale for value, scale in bounds)


def test_many_windows_that_contend_for_awards_are_proven_to_be_the_best():
    rng = random.Random(2)  # noqa: S311  # made-up data
    tags = [f"t{number}" for number in range(8)]

    def leaf():
        asked = AwardFilter(tags=tuple(rng.sample(tags, 2)))
        return CreditsAtLeast(Decimal(rng.randrange(600, 2500)) / 100, "ECTS", asked)

    def group():
        return AllOf((leaf(), leaf(), AwardOf(f"course-{rng.randrange(100)}")))

    rule = AllOf(tuple(EarnedTogether(group(), months=rng.randrange(6, 30)) for _ in range(8)))
    awards = [
        Award(
            id=f"{number:03}", achievement=f"course-{number}", issuer="u", tags=frozenset(rng.sample(tags, 2)),
            valid_from=START - timedelta(rng.randrange(1_500)), credits={"ECTS": Decimal(rng.randrange(100, 900)) / 100},
        )
        for number in range(100)
    ]  # fmt: skip
    found = evaluate(rule, awards, NOW)
    assert found.exact
    assert (found.state, float(found.progress)) == (State.PARTLY, pytest.approx(0.9583, abs=1e-4))
    latest = begins(found)  # that hold what serves
    assert (latest[1], latest[7]) == ("2022-05-26", "2020-12-27")


def begins(found):
    """The first day of each window, as what lies outside of it says."""
    said = (
        next(left.reason for node in walk(one) for left in node.rejected if "outside" in left.reason)
        for one in found.trace.parts
    )
    return [reason.split(" from ")[1][:10] for reason in said]


def walk(trace):
    yield trace
    for part in trace.parts:
        yield from walk(part)


def test_polished_prices_prove_what_is_reached_to_the_unit():
    written = program.Program()
    third = 10**40 // 3
    first, second = written.number(3, third), written.number(2, 2 * third)
    written.limit([(first, 1), (second, 2)], 4)
    prices = [third * polishing.FINE + 10**25]  # a trillionth too much
    assert polishing.polished(written, [third, 2 * third], prices) == 4 * third
