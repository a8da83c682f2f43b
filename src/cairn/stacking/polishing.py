"""Prices without the noise of floating point, so that what they prove comes out to the very unit.

The prices of a linear program come rounded, and so does the bound that they prove: it is true, but by a trillionth too high, and an
answer that reaches what the fractions do would not be known to be the best. So each price in turn is put where it makes the bound least
while the others stay, near where it was: there one of the numbers in its row neither gains nor loses. Whole numbers throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from cairn.stacking.relaxing import FINE

if TYPE_CHECKING:
    from cairn.stacking.program import Program

PARTS = 720_720
"""Prices are mostly simple parts of what something gains."""
NOISE = 10**8
"""How much of a unit floating point is off by at most."""
ROUNDS = 3
"""How often all prices are gone through."""


def polished(program: Program, gain: Sequence[int], prices: Sequence[int]) -> int:
    """What no answer can exceed, by prices near these."""
    largest = max(gain, default=1) or 1
    found = [_near(program, gain, row, price, largest) for row, price in enumerate(prices)]
    left = [one * FINE for one in gain]
    for row, (terms, _, exact) in enumerate(program.rows):
        if not exact and found[row] < 0:
            found[row] = 0
        for number, factor in terms if found[row] else ():
            left[number] -= found[row] * factor
    for _ in range(ROUNDS):
        moved = False
        for row in range(len(found)):
            price = found[row]
            best = _best(program, left, row, price) if price else price
            if best != price:
                moved = True
                found[row] = best
                for number, factor in program.rows[row][0]:
                    left[number] += (price - best) * factor
        if not moved:
            break
    total = sum(price * limit for price, (_, limit, _) in zip(found, program.rows, strict=True))
    total += sum(max(0, one) * most for one, most in zip(left, program.most, strict=True))
    return total // FINE


def _best(program: Program, left: Sequence[int], row: int, price: int) -> int:
    """Where next to its price a row proves the least; `left` is what each number gains beyond all prices."""
    terms, limit, exact = program.rows[row]
    bears = [(left[number] + price * factor, factor, program.most[number]) for number, factor in terms if factor]
    near = abs(price) // NOISE
    ends = {end for bear, factor, _ in bears for end in (bear // factor, -(-bear // factor))}
    proving: dict[int, int] = {
        end: end * limit + sum((bear - end * factor) * most for bear, factor, most in bears if bear > end * factor)
        for end in (price, *sorted(ends))
        if abs(end - price) <= near and (exact or end >= 0)
    }
    return min(proving, key=lambda end: (proving[end], end != price))


def _near(program: Program, gain: Sequence[int], row: int, price: int, largest: int) -> int:
    """The simple part of what a number in the row gains, or of the largest gain, that is next to a price; the price if none is."""
    terms = program.rows[row][0] if price else ()
    unit, factor = next(
        ((gain[number], factor) for number, factor in terms if gain[number] and factor > 0), (largest, 1)
    )
    near = round(Fraction(price * factor * PARTS, unit * FINE)) * unit * FINE // (factor * PARTS)
    return near if abs(near - price) * factor <= unit * FINE // NOISE else price
