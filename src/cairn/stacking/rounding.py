"""Rows that whole items keep to and fractions of them do not (mixed-integer rounding).

An amount that can take N and lacks s of it is brought the rest: b1·x1 + b2·x2 + … + s ≥ N. Where every x is whole, then for each size D,
with R = N mod D,

    Σ (R·⌊b/D⌋ + min(b mod D, R))·x + s ≥ R·⌈N/D⌉

is true as well, where nothing brings more than N: one award of 15 fills 10, and two thirds of it do not. All numbers in it are whole, so
the bound that prices prove with it stays exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

type Terms = list[tuple[int, int]]
"""Numbers of a program, each with its factor."""
type Row = tuple[Terms, int]
"""Terms that add up to no more than a limit."""

BROKEN = 1e-4
"""How much of a unit of its largest factor a row is broken by at least to be worth adding."""
WHOLE = 1e-6
"""How near to a whole number a fraction is taken for one."""
SIZES = 12
"""Of more sizes only those are tried that came out as fractions, and so many rows of one amount are added at most: where hardly two
awards are of one size, there would be as many rows as awards, each as long."""


@dataclass(frozen=True)
class Amount:
    """What is gained by an amount: the numbers of `gains` add up to no more than those of `brings`, and are 0 where `given` is 0."""

    gains: Terms
    brings: Terms
    given: int | None


def rows(amount: Amount, most: Sequence[int], odd: Sequence[bool] = ()) -> Iterator[Row]:
    """The rows for the sizes that are brought, and for one beyond the whole amount; `most` is what each number can be.

    Of many sizes only those of numbers that are `odd`.
    """
    full = sum(factor * most[number] for number, factor in amount.gains)
    brings = [(number, min(size, full)) for number, size in amount.brings]
    sizes = {one for _, one in brings if 1 < one < full}
    if odd and len(sizes) > SIZES:
        sizes &= {one for number, one in brings if odd[number]}
    for size in sorted(sizes | {full + 1}):
        rest = full % size
        if not rest:
            continue
        left = full - rest * -(-full // size)
        terms = [(number, -(rest * (one // size) + min(one % size, rest))) for number, one in brings]
        if amount.given is None:
            yield [*amount.gains, *terms], left
        else:
            yield [*amount.gains, *terms, (amount.given, -left)], 0


def broken(amounts: Sequence[Amount], most: Sequence[int], values: Sequence[float]) -> list[Row]:
    """The rows that fractions do not keep to."""
    odd = [abs(value - round(value)) > WHOLE for value in values]
    found: list[Row] = []
    for amount in amounts:
        if any(odd[number] for number, _ in amount.brings):
            among: list[tuple[float, Row]] = []
            for terms, limit in rows(amount, most, odd):
                over = sum(factor * values[number] for number, factor in terms) - limit
                much = over / max(abs(factor) for _, factor in terms)
                if much > BROKEN:
                    among.append((much, (terms, limit)))
            among.sort(key=lambda one: -one[0])
            found += [row for _, row in among[:SIZES]]
    return found
