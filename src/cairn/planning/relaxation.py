"""The relaxed problem: parts of offers may be taken. It gives a limit no plan can beat, and says which offers no good plan holds.

The prices of the rows (duals) come from a linear solver in floating point and are never trusted: with every variable between 0 and 1
*any* non-negative prices prove a limit, namely what the rows bring at these prices plus whatever each variable saves at most.
That is computed here afresh, with a margin for rounding. An offer whose price exceeds what it saves by more than lies
between the limit and a plan already known is in no better plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cairn.planning.program import Program, Row, Terms

if TYPE_CHECKING:
    from cairn.planning.grid import Marks, Numbers

MARGIN = 1e-9
"""Share of all summed amounts that is set aside for rounding."""


@dataclass(frozen=True)
class Relaxation:
    """`limit` is no more than any choice comes to; `reduced` what each variable adds to it when taken; `part` how much is taken."""

    limit: float
    reduced: Numbers
    part: Numbers
    margin: float

    def worth_keeping(self, most: float) -> Marks:
        """Which variables a choice that comes to `most` or less can hold."""
        kept: Marks = self.limit + self.reduced <= most + self.margin
        return kept

    def narrowed(self, kept: Marks) -> Relaxation:
        """For these offers only, in their new places."""
        offers = len(kept)
        return replace(self, reduced=self.reduced[:offers][kept], part=self.part[:offers][kept])


def relax(program: Program, extra: Iterable[Row], goal: Terms, seconds: float) -> Relaxation | None:
    """Solve the relaxed problem; None where it cannot be satisfied or time ran out."""
    from ortools.linear_solver.pywraplp import Solver

    solver = Solver.CreateSolver("GLOP")
    solver.SetTimeLimit(max(1, int(seconds * 1000)))
    variables = [solver.NumVar(0.0, 1.0, "") for _ in range(program.size)]
    rows = [*program.rows, *extra]
    constraints = []
    infinity = solver.infinity()
    for places, weights, least in rows:
        constraint = solver.Constraint(float(least), infinity)
        for place, weight in zip(places, weights, strict=True):
            constraint.SetCoefficient(variables[place], constraint.GetCoefficient(variables[place]) + float(weight))
        constraints.append(constraint)
    objective = solver.Objective()
    objective.SetMinimization()
    for place, weight in goal.items():
        objective.SetCoefficient(variables[place], float(weight))
    if solver.Solve() != Solver.OPTIMAL:
        return None
    duals = [constraint.dual_value() for constraint in constraints]
    return _priced(program, rows, goal, duals, [variable.solution_value() for variable in variables])


def _priced(
    program: Program, rows: Sequence[Row], goal: Terms, duals: Sequence[float], part: Sequence[float]
) -> Relaxation:
    """The limit that these prices prove, whatever they are."""
    import numpy as np

    prices = np.maximum(duals, 0.0)
    of_row = np.repeat(np.arange(len(rows)), [len(places) for places, _, _ in rows])
    columns = np.array([place for row in rows for place in row[0]], dtype=np.int64)
    factors = np.array([weight for row in rows for weight in row[1]], dtype=np.float64)
    worth = prices[of_row] * factors
    reduced = np.zeros(program.size)
    reduced[list(goal)] = list(goal.values())
    amounts = np.abs(reduced).sum() + np.abs(worth).sum()
    reduced -= np.bincount(columns, weights=worth, minlength=program.size)
    brought = prices * np.array([least for _, _, least in rows], dtype=np.float64)
    margin = float(MARGIN * (amounts + np.abs(brought).sum() + 1))
    limit = float(brought.sum() + np.minimum(reduced, 0.0).sum()) - margin
    return Relaxation(limit, np.maximum(reduced, 0.0), np.array(part), margin)
