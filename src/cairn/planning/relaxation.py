"""The relaxed problem: parts of offers may be taken. It gives a limit no plan can beat, and says which offers no good plan holds.

The prices of the rows (duals) come from a linear solver in floating point and are never trusted: with every variable between 0 and 1
*any* non-negative prices prove a limit, namely what the rows bring at these prices plus whatever each variable saves at most.
That is computed here afresh, with a margin for rounding. An offer whose price exceeds what it saves by more than lies
between the limit and a plan already known is in no better plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
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
    without: Callable[[Iterable[Loop]], Relaxation | None] = field(default=lambda _: None, compare=False, repr=False)
    """The relaxed problem where more loops are cut off; None where that says nothing new."""

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
        return replace(self, reduced=self.reduced[:offers][kept], part=self.part[:offers][kept], without=lambda _: None)


def relax(
    program: Program, extra: Iterable[Row], goal: Terms, allowance: Allowance, rounds: int = 0
) -> Relaxation | None:
    """Solve the relaxed problem; None where it cannot be satisfied or time ran out.

    Then `rounds` times look for loops in what was found, cut them off, and go on from there.
    """
    relaxed = _Relaxed(program, [*program.rows, *extra], goal, allowance, rounds)
    best = relaxed.solved()
    return None if best is None else relaxed.closer(best)


class _Relaxed:
    """The relaxed problem as the linear solver knows it.

    What is solved once stays nearly right with some rows more (so, where there are to be `rounds`, the dual simplex method, and no
    preprocessing, which would begin anew each time).
    """

    def __init__(self, program: Program, rows: Sequence[Row], goal: Terms, allowance: Allowance, rounds: int) -> None:
        from ortools.linear_solver.linear_solver_pb2 import MPModelProto
        from ortools.linear_solver.pywraplp import Solver

        self.program, self.goal, self.allowance = program, goal, allowance
        self.rounds = rounds
        self.turn = 0
        self.parameters = "use_preprocessing:false use_dual_simplex:true" if rounds else ""
        self.solver = Solver.CreateSolver("GLOP")
        self.optimal = Solver.OPTIMAL
        self.places: list[int] = []
        self.weights: list[int] = []
        self.lengths: list[int] = []
        self.least: list[int] = []
        self.cut: dict[Loop, None] = {}
        model = MPModelProto()  # stated as a whole: several times sooner than coefficient by coefficient (measured)
        for variable in range(program.size):
            model.variable.add(lower_bound=0.0, upper_bound=1.0, objective_coefficient=goal.get(variable, 0))
        for row in rows:
            places, weights, least = self._note(row)
            model.constraint.add(lower_bound=least, var_index=places, coefficient=weights)
        self.plain = len(self.least)
        self.solver.LoadModelFromProto(model)
        self.variables = self.solver.variables()

    def _note(self, row: Row) -> Row:
        places, weights, least = row
        if len(set(places)) < len(places):
            once: Terms = {}
            for place, weight in zip(places, weights, strict=True):
                once[place] = once.get(place, 0) + weight
            places, weights = list(once), list(once.values())
        self.places += places
        self.weights += weights
        self.lengths.append(len(places))
        self.least.append(least)
        return places, weights, least

    def without(self, found: Iterable[Loop]) -> Relaxation | None:
        """The relaxed problem where these loops, and those that are found then, are cut off too; None where that says nothing new."""
        best = self._cut(found)
        return None if best is None else self.closer(best)

    def closer(self, best: Relaxation) -> Relaxation:
        """Where the loops are cut off that are found in what the relaxed problem comes to, then in what it comes to without them."""
        missed = 0
        while self.turn < self.rounds and self.allowance.over > 0 and missed <= MISSES:
            fresh = loops(self.program, best.part, self.turn, self.allowance)
            self.turn += 1
            missed = 0 if fresh else missed + 1
            if fresh:
                better = self._cut(fresh)
                if better is None:
                    break
                best = better
        return best

    def _cut(self, found: Iterable[Loop]) -> Relaxation | None:
        fresh = [loop for loop in dict.fromkeys(found) if loop not in self.cut and loop[1] in self.program.node]
        for loop in fresh:
            self.cut[loop] = None
            ((places, weights, least),) = self.program.loop(loop[0], [loop[1]])
            constraint = self.solver.Constraint(float(least), self.solver.infinity())
            for place, weight in zip(places, weights, strict=True):
                constraint.SetCoefficient(self.variables[place], float(weight))
            self._note((places, weights, least))
        return self.solved() if fresh else None

    def solved(self) -> Relaxation | None:
        """What it comes to now."""
        from ortools.linear_solver.linear_solver_pb2 import MPSolutionResponse

        if self.allowance.linearly(self.solver, self.parameters) != self.optimal:
            return None
        answer = MPSolutionResponse()
        self.solver.FillSolutionResponseProto(answer)
        return self._priced(answer.dual_value, answer.variable_value)

    def _priced(self, duals: Sequence[float], part: Sequence[float]) -> Relaxation:
        """The limit that these prices prove, whatever they are."""
        import numpy as np

        size = self.program.size
        prices = np.maximum(np.array(duals), 0.0)
        worth = np.repeat(prices, self.lengths) * np.array(self.weights, dtype=np.float64)
        reduced = np.zeros(size)
        reduced[list(self.goal)] = list(self.goal.values())
        amounts = np.abs(reduced).sum() + np.abs(worth).sum()
        reduced -= np.bincount(np.array(self.places, dtype=np.int64), weights=worth, minlength=size)
        brought = prices * np.array(self.least, dtype=np.float64)
        margin = float(MARGIN * (amounts + np.abs(brought).sum() + 1))
        limit = float(brought.sum() + np.minimum(reduced, 0.0).sum()) - margin
        adding = np.maximum(reduced, 0.0)
        for place, payers in self.program.payers.items():  # who is taken is paid for
            adding[place] += min(adding[payer] for payer in payers)
        used = tuple(loop for loop, price in zip(self.cut, prices[self.plain :].tolist(), strict=True) if price > 0)
        return Relaxation(limit, adding, np.array(part), margin, used, self.without)
