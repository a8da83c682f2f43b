"""The linear program behind one of whole numbers: what it reaches in fractions, and a bound on every answer that is proven."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.stacking.program import Program
    from cairn.stacking.rounding import Terms

FINE = 720_720 * 1024
"""Prices are rounded to this part of a unit: every number up to sixteen divides it, and it is fine enough for what does not."""

LARGE = 10**9
"""Rows with larger factors are measured in their largest one, so that floating point copes with them."""


@dataclass(frozen=True)
class Relaxed:
    """The linear program's fractions and the whole-number bound that its prices prove."""

    values: list[float]
    bound: int

    def odd(self) -> set[int]:
        """Which numbers came out as fractions."""
        return {number for number, value in enumerate(self.values) if abs(value - round(value)) > 1e-6}


class Linear:
    """The linear program, which can be solved again with more numbers fixed."""

    def __init__(self, program: Program, gain: Sequence[int]) -> None:
        from ortools.linear_solver.python import model_builder_helper as linear  # loaded only where a rule needs it

        self.program = program
        self.gain = gain
        self.scale = max(gain, default=1) or 1
        self.model = linear.ModelBuilderHelper()
        self.solver = linear.ModelSolverHelper("glop")
        for most, gains in zip(program.most, gain, strict=True):
            number = self.model.add_var()
            self.model.set_var_lower_bound(number, 0.0)
            self.model.set_var_upper_bound(number, float(most))
            if gains:
                self.model.set_var_objective_coefficient(number, gains / self.scale)
        self.prices: list[int] = []
        """What the rows cost, when it was solved last."""
        self.left: list[int] = []
        """What each number gained beyond these prices, or lost, for each unit."""
        self.units: list[float] = []
        """What each row is measured in: its factors may be whatever whole numbers make it exact."""
        for terms, limit, exact in program.rows:
            self.limit(terms, limit, exact=exact)
        self.model.set_maximize(True)

    def limit(self, terms: Terms, limit: int, *, exact: bool = False) -> None:
        """Take up a row of the program; those that are added to it later have to follow here in the same order."""
        row = self.model.add_linear_constraint()
        largest = max((abs(factor) for _, factor in terms), default=1)
        unit = float(largest) if largest > LARGE else 1.0
        self.units.append(unit)
        self.model.set_constraint_upper_bound(row, limit / unit)
        self.model.set_constraint_lower_bound(row, limit / unit if exact else -float("inf"))
        for number, factor in terms:
            self.model.add_term_to_constraint(row, number, factor / unit)

    def relax(self, fixed: Mapping[int, int]) -> Relaxed | None:
        """Step 1, where some numbers are fixed; None where it could not be solved."""
        for number, value in fixed.items():
            self.model.set_var_lower_bound(number, float(value))
            self.model.set_var_upper_bound(number, float(value))
        self.solver.solve(self.model)
        if not self.solver.has_solution():
            return None
        duals = zip(self.solver.dual_values(), self.units, strict=True)
        self.prices = [round(price / unit * self.scale * FINE) for price, unit in duals]
        return Relaxed([float(value) for value in self.solver.variable_values()], self._bound(self.prices, fixed))

    def release(self, numbers: Iterable[int]) -> None:
        """Fix these no more."""
        for number in numbers:
            self.model.set_var_lower_bound(number, 0.0)
            self.model.set_var_upper_bound(number, float(self.program.most[number]))

    def _bound(self, prices: Sequence[int], fixed: Mapping[int, int]) -> int:
        """What no answer can exceed, by weak duality: any prices of the rows, 0 or more where the limit is an upper one, prove one."""
        worth = [gains * FINE for gains in self.gain]
        total: int = 0
        for (terms, limit, exact), price in zip(self.program.rows, prices, strict=True):
            if price > 0 or (exact and price):
                total += price * limit
                for number, factor in terms:
                    worth[number] -= price * factor
        self.left = worth
        total += sum(worth[number] * value for number, value in fixed.items())
        total += sum(
            left * most
            for number, (left, most) in enumerate(zip(worth, self.program.most, strict=True))
            if left > 0 and number not in fixed
        )
        return total // FINE
