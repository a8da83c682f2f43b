"""Whether the rows of a program can be kept at all, whatever that gains: a smaller question than what gains most, and a quicker one.

1. Search as the linear program leans (OR-Tools CP-SAT), for a little while: that settles most questions soonest.
2. Otherwise several ways of searching take turns, so that one of them finds an answer soon where there is one.

All in one thread and by a measure of the work, so that the same program has the same answer on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.stacking.program import Program


FIRST = 0.1
"""Deterministic seconds of step 1."""


def possible(
    program: Program, work: float, *, above: int | None = None, first: float = FIRST
) -> tuple[tuple[int, ...] | None, bool]:
    """Numbers that keep to every row, or None; and whether this is proven, which None is not where the search ran out.

    `work` is what the search may take, in deterministic seconds. Where they have to gain more than `above`, it goes on for what gains
    most, as far as that is found. `first` is how much of that step 1 may take.
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
    if above is not None:
        gaining = [number for number, gains in enumerate(program.gain) if gains]
        gained = weighted([numbers[one] for one in gaining], [program.gain[one] for one in gaining])
        model.add(gained > above)
        model.maximize(gained)
    for turns, much in ((False, min(first, work)), (True, work - first)):
        if much <= 0:
            break
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = much
        if turns:
            solver.parameters.interleave_search = True
        else:
            solver.parameters.linearization_level = 2
            solver.parameters.cp_model_probing_level = 0
            solver.parameters.symmetry_level = 0
            solver.parameters.add_lp_constraints_lazily = False
        status = solver.solve(model)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return tuple(solver.value(number) for number in numbers), True
        if status == cp_model.INFEASIBLE:
            return None, True
    return None, False
