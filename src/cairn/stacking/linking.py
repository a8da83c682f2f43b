"""Rows that tie items to choices: what serves below a part of a choice only if that part is chosen.

Nothing is gained where a part is not chosen, so that an answer can do without what serves there; but fractions of a part would be filled by
whole items. An item is in one place, so that all places below a part are one row. What a residency counts is left out: it counts
wherever it serves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cairn.stacking.rounding import Row, Terms

BROKEN = 1e-4
"""How much of an item a row is broken by at least to be worth adding."""


def rows(
    kinds: Iterable[tuple[Sequence[tuple[int, int, int]], int]], above: Mapping[int, tuple[int, ...]]
) -> list[Row]:
    """One row for each kind of item and part of a choice; `above[place]` are the numbers of the parts that a place lies below.

    A kind is what serves, as place, number and how much of it one is, and how much there is of it.
    """
    found: list[Row] = []
    for serving, most in kinds:
        below: dict[int, Terms] = {}
        for place, number, much in serving:
            for part in above.get(place, ()):
                below.setdefault(part, []).append((number, much))
        found += [([*terms, (part, -most)], 0) for part, terms in below.items()]
    return found


def broken(implied: Iterable[Row], values: Sequence[float]) -> list[Row]:
    """The rows that fractions do not keep to."""
    return [
        (terms, limit)
        for terms, limit in implied
        if sum(factor * values[number] for number, factor in terms) > limit - BROKEN * terms[-1][1]
    ]
