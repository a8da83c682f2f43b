"""Whether a rule is met in any windows, asked of all at once: held to trying everything, and to assignments that were hidden."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stacking.test_contesting import keeps_to_everything
from tests.stacking.test_every_kind import Plain, holdings, rules, walk

from cairn.stacking import (
    AllOf,
    AnyN,
    AtMost,
    Award,
    AwardFilter,
    CreditsAtLeast,
    EarnedTogether,
    InOrder,
    SkillsCovered,
    Validity,
    evaluate,
    numbered,
    timing,
)
from cairn.stacking.compiling import compiled
from cairn.stacking.gathering import gather
from cairn.stacking.promising import choices_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)

together = st.builds(lambda of, most: EarnedTogether(of, days=most), rules, st.sampled_from((89, 90, 200)))


def met(rule, awards):
    """What is found out of a rule, as the evaluation asks for it."""
    ready = compiled(rule, ())
    denied = {one.place: 1 - evaluate(one.rule.of, awards, NOW).met for one in ready.denied}

    def gathered(days, before=None):
        return gather(ready, awards, NOW, Validity.AT_COMPLETION, (), denied, days, before)

    loose = gathered(())
    choices = [choices_of(window, loose) for window in ready.windows]
    return timing.met(ready, choices, lambda days: gathered(days, loose), 1.0)


@settings(max_examples=40, deadline=None)
@given(st.one_of(together, st.tuples(together, st.one_of(rules, together)).map(AllOf)), holdings(4))
def test_what_is_found_is_true_and_where_nothing_is_there_is_nothing(rule, awards):
    rule = numbered(rule)
    answer, never = met(rule, awards)
    could = Plain(rule, awards).best() == 1
    if answer is not None:
        found, allocation = answer
        keeps_to_everything(found.case, allocation)
        assert allocation.progress == 1
        assert could
    assert not (never and could)
    if not any(isinstance(node, InOrder | SkillsCovered) for node, _ in walk(rule)):
        assert (answer is not None) == could
        assert never == (not could)


def hidden(seed):
    """Choices in windows of sixty days, under limits; awards that meet them there, and others that lie in the way."""
    rng = random.Random(seed)  # noqa: S311  # made-up data
    tags = [f"tag{number}" for number in range(8)]
    awards, parts = [], []

    def award(day, about, source):
        number = len(awards)
        awards.append(
            Award(
                id=f"a{number:02}",
                achievement=f"c{number}",
                issuer="u",
                valid_from=NOW - timedelta(days=day),
                credits={"ECTS": Decimal(rng.randrange(5, 16)) / 2},
                tags=frozenset(about),
                source=source,
            )
        )
        return awards[-1].credits["ECTS"]

    for _ in range(3):
        first, choose = rng.randrange(60, 300), 2
        among, transferred = [], Decimal(1)
        for number in range(4):
            about = rng.sample(tags, 2)
            much = [Decimal(rng.randrange(10, 32)) / 2]
            if number < choose:
                sources = [rng.choice(("", "transfer")) for _ in range(3)]
                much = [award(first - rng.randrange(60), [rng.choice(about)], source) for source in sources]
                transferred += sum(c for c, source in zip(much, sources, strict=True) if source)
            among.append(CreditsAtLeast(sum(much, Decimal(0)), "ECTS", AwardFilter(tags=tuple(about))))
        rng.shuffle(among)
        limited = AtMost(
            AnyN(choose, tuple(among)), amount=transferred, scheme="ECTS", filter=AwardFilter(sources=("transfer",))
        )
        parts.append(EarnedTogether(limited, days=60))
    for _ in range(10):
        award(rng.randrange(300), rng.sample(tags, 2), "transfer")
    return numbered(AllOf(tuple(parts))), awards


@pytest.mark.parametrize("seed", range(6))
def test_an_assignment_that_was_hidden_in_windows_is_found(seed):
    rule, awards = hidden(seed)
    result = evaluate(rule, awards, NOW)
    assert result.met
    assert result.exact
    answer, never = met(rule, awards)
    assert answer is not None
    assert not never
    found, allocation = answer
    keeps_to_everything(found.case, allocation)
    assert allocation.progress == 1


def test_some_of_them_are_found_by_asking_of_all_windows_at_once(monkeypatch):
    asked = []
    ask = timing.met
    monkeypatch.setattr(timing, "met", lambda *given: asked.append(given) or ask(*given))
    assert all(evaluate(*hidden(seed), NOW).met for seed in range(6))
    assert asked
