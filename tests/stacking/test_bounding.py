"""What groups of windows promise, held to going through their windows one by one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking.bounding import Added, Held

WINDOWS = 4
among = st.sets(st.integers(0, 1), min_size=1).map(sorted)
held = among.flatmap(
    lambda ats: st.fixed_dictionaries(
        {at: st.lists(st.integers(0, 9), min_size=WINDOWS, max_size=WINDOWS) for at in ats}
    )
).map(Held)
group = st.tuples(st.integers(0, WINDOWS - 1), st.integers(0, WINDOWS - 1)).map(lambda pair: (min(pair), max(pair)))
lowered = st.lists(st.tuples(st.integers(0, 3), st.integers(0, WINDOWS - 1), st.integers(0, 9)), max_size=3)


@settings(max_examples=80, deadline=None)
@given(st.lists(held, min_size=1, max_size=4), st.integers(1, 5), st.tuples(group, group), lowered)
def test_each_window_promises_what_it_promises_alone_and_no_group_less_than_its_windows(parts, choose, ranges, lower):
    bound = Added(min(choose, len(parts) + 1), parts, [3], frozenset().union(*(part.among for part in parts)))
    bound.most(ranges)  # what is kept from before must not outlast a change
    for number, window, most in lower:
        part = parts[number % len(parts)]
        part.lower(min(part.among), window, most)
    for at in bound.among:
        low, high = ranges[at]
        alone = [bound.most((*ranges[:at], (window, window), *ranges[at + 1 :])) for window in range(low, high + 1)]
        assert bound.each(at, ranges) == alone
        assert bound.most(ranges) >= max(alone)
