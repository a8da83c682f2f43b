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

from cairn.planning.allowance import Allowance
from cairn.planning.loops import Loop, loops
from cairn.planning.program import Program, Row, Terms

if TYPE_CHECKING:
    from cairn.planning.grid import Marks, Numbers

MARGIN = 1e-9
"""Share of all summed amounts that is set aside for rounding."""

MISSES = 5
"""How often nothing is found, each time another way, before it is taken that there is nothing."""


@dataclass(frozen=True)
class Relaxation:
    """`limit` is no more than any choice comes to; `reduced` what each variable adds to it when taken; `part` how much is taken."""

    limit: float
    reduced: Numbers
    part: Numbers
    margin: float
    loops: tuple[Loop, ...] = ()
    """Loops that had to be cut off to come to this limit."""

    def worth_keeping(self, most: float) -> Marks:
        """Which variables a choice that comes to `most` or less can hold."""
        kept: Marks = self.limit + self.reduced <= most + self.margin
        return kept

    def cheapest(self, most: int, offers: int) -> Marks:
        """Of the first `offers` variables so many that add the least, the greatest parts first among equals."""
        import numpy as np

        kept: Marks = np.zeros(offers, bool)
        kept[np.lexsort((-self.part[:offers], self.reduced[:offers]))[:most]] = True
        return kept

    def narrowed(self, kept: Marks) -> Relaxation:
        """For these offers only, in their new places."""
        offers = len(kept)
        return replace(self, reduced=self.reduced[:offers][kept], part=self.part[:offers][kept])


def relax(
    program: Program, extra: Iterable[Row], goal: Terms, allowance: Allowance, rounds: int = 0
) -> Relaxation | None:
    """Solve the relaxed problem; None where it cannot be satisfied or time ran out.

    Then `rounds` times look for loops in what was found, cut them off, and go on from there: what is solved once stays
    nearly right with some rows more (so the dual simplex method, and no preprocessing, which would begin anew each time).
    """
    from ortools.linear_solver.pywraplp import Solver

    solver = Solver.CreateSolver("GLOP")
    again = "use_preprocessing:false use_dual_simplex:true" if rounds else ""
    variables = [solver.NumVar(0.0, 1.0, "") for _ in range(program.size)]
    rows = [*program.rows, *extra]
    constraints = []
    infinity = solver.infinity()

    def add(row: Row) -> None:
        places, weights, least = row
        constraint = solver.Constraint(float(least), infinity)
        for place, weight in zip(places, weights, strict=True):
            constraint.SetCoefficient(variables[place], constraint.GetCoefficient(variables[place]) + float(weight))
        constraints.append(constraint)

    for row in rows:
        add(row)
    objective = solver.Objective()
    objective.SetMinimization()
    for place, weight in goal.items():
        objective.SetCoefficient(variables[place], float(weight))
    if allowance.linearly(solver, again) != Solver.OPTIMAL:
        return None

    def priced() -> Relaxation:
        duals = [constraint.dual_value() for constraint in constraints]
        parts = [variable.solution_value() for variable in variables]
        found = _priced(program, rows[: len(duals)], goal, duals, parts)
        plain = len(duals) - len(cut)
        return replace(found, loops=tuple(loop for loop, dual in zip(cut, duals[plain:], strict=True) if dual > 0))

    cut: list[Loop] = []
    best = priced()
    missed = 0
    for turn in range(rounds):
        if allowance.over <= 0:
            break
        fresh = loops(program, best.part, turn, allowance)
        missed = 0 if fresh else missed + 1
        if missed > MISSES:
            break
        if not fresh:
            continue
        for nodes, node in fresh:
            cut.append((nodes, node))
            rows += program.loop(nodes, [node])
            add(rows[-1])
        if allowance.linearly(solver, again) != Solver.OPTIMAL:
            break
        best = priced()
    return best


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
