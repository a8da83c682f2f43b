"""What windows one inside another promise, held to going through all days on which they could begin."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import AllOf, Award, AwardFilter, AwardsAtLeast, EarnedTogether, Validity
from cairn.stacking.compiling import Compiled
from cairn.stacking.gathering import gather
from cairn.stacking.promising import Promises, choices_of

START = datetime(2025, 1, 1, tzinfo=UTC)
earned = st.lists(st.tuples(st.integers(0, 60), st.sampled_from("ab")), min_size=2, max_size=12)
months_or_days = st.sampled_from([{"days": 20}, {"days": 31}, {"months": 1}, {"days": 3}, {"days": 45}])


@settings(max_examples=80, deadline=None)
@given(earned, months_or_days, st.integers(2, 25), st.integers(1, 5))
def test_an_outer_window_promises_what_the_best_window_inside_it_holds(days, outer, inner, count):
    wanted = AllOf(tuple(AwardsAtLeast(count, AwardFilter(tags=(tag,))) for tag in "ab"))
    within = EarnedTogether(wanted, days=inner)
    around = EarnedTogether(within, **outer)
    awards = [
        Award(id=f"{number}", achievement=f"{number}", issuer="body", valid_from=START + timedelta(day), tags=frozenset(tag))
        for number, (day, tag) in enumerate(days)
    ]  # fmt: skip
    rule = Compiled(around)
    loose = gather(rule, awards, START + timedelta(99), Validity.AT_COMPLETION, (), {})
    choices = [choices_of(window, loose) for window in rule.windows]
    promises = Promises(rule, choices, loose)
    free = (0, len(choices[0].begins) - 1)

    def holds(begin, end):
        held = [sum(begin <= START + timedelta(day) <= end for day, own in days if own == tag) for tag in "ab"]
        return sum(Fraction(min(have, count), 2 * count) for have in held)

    for number, (first, last) in enumerate(choices[1].intervals()):
        first, last = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, last))
        begins = [START + timedelta(day) for day, _ in days]
        best = max(holds(max(first, begin), min(last, begin + timedelta(inner))) for begin in (*begins, first))
        assert Fraction(promises.most((free, (number, number))), rule.weights.scale) == best
        (window, _), outermost = promises.likely((free, (number, number)))
        begin, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in choices[0].intervals()[window])
        assert outermost == (number, number)
        assert holds(max(first, begin), min(last, end)) == best
