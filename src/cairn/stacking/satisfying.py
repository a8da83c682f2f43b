"""Whether the rows of a program can be kept at all, whatever that gains: a smaller question than what gains most, and a quicker one.

Several ways of searching take turns (OR-Tools CP-SAT), so that one of them finds an answer soon where there is one; in one thread and
by a measure of their work, so that the same program has the same answer on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.stacking.program import Program


def possible(program: Program, work: float) -> tuple[tuple[int, ...] | None, bool]:
    """Numbers that keep to every row, or None; and whether this is proven, which None is not where the search ran out.

    `work` is what the search may take, in deterministic seconds.
    """
    from ortools.sat.python import cp_model  # a second to load, and most rules never need it

    model = cp_model.CpModel()
    weighted = cp_model.LinearExpr.weighted_sum
    numbers = [model.new_int_var(0, most, "") for most in program.most]
    for terms, limit, exact in program.rows:
        if not terms:
            if limit < 0 or (exact and limit):
                return None, True
            continue
        total = weighted([numbers[number] for number, _ in terms], [factor for _, factor in terms])
        model.add(total == limit if exact else total <= limit)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.interleave_search = True
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = work
    status = solver.solve(model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return tuple(solver.value(number) for number in numbers), True
    return None, status == cp_model.INFEASIBLE
