"""Whole-number programs: what to maximise under limits, what no answer can exceed, and the search for an answer that reaches it.

1. Relax: let the numbers be fractions and solve the linear program (OR-Tools GLOP). Its prices, rounded and added up again in whole
   numbers, bound every answer (weak duality), whatever the floating point did on the way.
2. Round: numbers that came out whole stay, the few others and their neighbours are searched exactly (OR-Tools CP-SAT). An answer
   that reaches the bound is proven best.
3. Otherwise search among all numbers, from the best answer so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import gcd
from operator import mul
from typing import Any

type Terms = list[tuple[int, int]]
"""Numbers of the program, each with its factor."""

WORK = 0.5
"""Deterministic seconds that the search may take: a measure of its work, the same on every machine."""
SOME = 0.1
"""The same for a search in which most numbers stay as they are."""
FINE = 720_720 * 1024
"""Prices are rounded to this part of a unit: every number up to sixteen divides it, and it is fine enough for what does not."""
WIDER = (30, 120)
"""How many decisions more are searched again when those with a fraction do not suffice."""
WIDEST = 2**53
"""Objectives up to here are searched in their own numbers, wider ones rounded down: then only the bound can prove an answer."""


@dataclass
class Program:
    """Numbers from 0 to `most[number]`, each of which gains `gain[number]`, under rows of terms that add up to no more than a limit.

    In `exact` rows they add up to just the limit. `deciding` are the numbers that decide, those together that one decision is about:
    the others follow from them easily.
    """

    most: list[int] = field(default_factory=list)
    gain: list[int] = field(default_factory=list)
    rows: list[tuple[Terms, int, bool]] = field(default_factory=list)
    deciding: list[tuple[int, ...]] = field(default_factory=list)

    def number(self, most: int, gain: int = 0) -> int:
        """A new number from 0 to `most`."""
        self.most.append(most)
        self.gain.append(gain)
        return len(self.most) - 1

    def limit(self, terms: Terms, most: int, *, exact: bool = False) -> None:
        """These add up to at most (or to exactly) so much."""
        self.rows.append((terms, most, exact))


@dataclass(frozen=True)
class Answer:
    """What each number is, what that gains, and whether nothing can gain more."""

    values: tuple[int, ...]
    gains: int
    proven: bool


@dataclass(frozen=True)
class _Relaxed:
    """The linear program's fractions and the whole-number bound that its prices prove; None where it could not be solved."""

    values: list[float] | None
    bound: int


def best(program: Program) -> Answer:
    """Return the best answer that was found; numbers that are all 0 are one always."""
    common = gcd(*program.gain) or 1
    gain = [one // common for one in program.gain]
    values, proven = _Search(program, gain, _relax(program, gain)).run()
    return Answer(tuple(values), sum(map(mul, program.gain, values)), proven)


def _relax(program: Program, gain: Sequence[int]) -> _Relaxed:
    """Step 1."""
    from ortools.linear_solver.python import model_builder_helper as linear  # loaded only where a rule needs it

    model = linear.ModelBuilderHelper()
    scale = max(gain, default=1) or 1
    for most, gains in zip(program.most, gain, strict=True):
        number = model.add_var()
        model.set_var_lower_bound(number, 0.0)
        model.set_var_upper_bound(number, float(most))
        if gains:
            model.set_var_objective_coefficient(number, gains / scale)
    for terms, limit, exact in program.rows:
        row = model.add_linear_constraint()
        model.set_constraint_upper_bound(row, float(limit))
        model.set_constraint_lower_bound(row, float(limit) if exact else -float("inf"))
        for number, factor in terms:
            model.add_term_to_constraint(row, number, float(factor))
    model.set_maximize(True)
    solver = linear.ModelSolverHelper("glop")
    solver.solve(model)
    plain = sum(map(mul, gain, program.most))
    if not solver.has_solution():
        return _Relaxed(None, plain)
    prices = [round(price * scale * FINE) for price in solver.dual_values()]
    return _Relaxed([float(value) for value in solver.variable_values()], min(plain, _bound(program, gain, prices)))


def _bound(program: Program, gain: Sequence[int], prices: Sequence[int]) -> int:
    """What no answer can exceed, by weak duality: any prices of the rows, 0 or more where the limit is an upper one, prove one."""
    worth = [gains * FINE for gains in gain]
    total = 0
    for (terms, limit, exact), price in zip(program.rows, prices, strict=True):
        if price > 0 or exact:
            total += price * limit
            for number, factor in terms:
                worth[number] -= price * factor
    total += sum(left * most for left, most in zip(worth, program.most, strict=True) if left > 0)
    return total // FINE


class _Search:
    """Steps 2 and 3."""

    def __init__(self, program: Program, gain: Sequence[int], relaxed: _Relaxed) -> None:
        self.program = program
        self.gain = gain
        self.bound = relaxed.bound
        self.relaxed = relaxed.values
        self.values = [0] * len(program.most)
        self.reached = 0

    def run(self) -> tuple[list[int], bool]:
        if self.relaxed is not None:
            whole = [round(value) for value in self.relaxed]
            if self._keeps(whole) and self._take(whole):
                return self.values, True
            for held in self._widening(whole, self.relaxed):
                found, _ = self._solve(held, SOME)
                if found and self._take(found):
                    return self.values, True
        found, proven = self._solve({}, WORK)
        if found:
            self._take(found)
        return self.values, proven or self.reached >= self.bound

    def _take(self, values: list[int]) -> bool:
        """Keep the answer if it is better; whether it is the best there can be."""
        reached = sum(map(mul, self.gain, values))
        if reached > self.reached or not self.reached:
            self.values, self.reached = values, reached
        return self.reached >= self.bound

    def _keeps(self, values: Sequence[int]) -> bool:
        for terms, limit, exact in self.program.rows:
            total = sum(factor * values[number] for number, factor in terms)
            if total > limit or (exact and total != limit):
                return False
        return True

    def _widening(self, whole: Sequence[int], relaxed: Sequence[float]) -> list[dict[int, int]]:
        """What to hold at its whole number: all decisions but those with a fraction, then fewer of those that share a row with these."""
        odd = {number for number, value in enumerate(relaxed) if abs(value - whole[number]) > 1e-6}
        free = {at for at, numbers in enumerate(self.program.deciding) if not odd.isdisjoint(numbers)}
        about = {number for at in free for number in self.program.deciding[at]}
        near = {
            number for terms, _, _ in self.program.rows for number, _ in terms if any(one in about for one, _ in terms)
        }
        around = [
            at for at, numbers in enumerate(self.program.deciding) if at not in free and not near.isdisjoint(numbers)
        ]
        sets = [free]
        for more in WIDER:
            if len(around) > len(sets[-1]) - len(free):
                sets.append(free.union(around[:: max(1, len(around) // more)]))
        return [
            {
                number: whole[number]
                for at, numbers in enumerate(self.program.deciding)
                if at not in one
                for number in numbers
            }
            for one in sets
        ]

    def _solve(self, held: dict[int, int], work: float) -> tuple[list[int] | None, bool]:
        from ortools.sat.python import cp_model  # a second to load, and most rules never need it

        model = cp_model.CpModel()
        numbers: list[Any] = [
            held[number] if number in held else model.new_int_var(0, most, "")
            for number, most in enumerate(self.program.most)
        ]
        for terms, limit, exact in self.program.rows:
            rest = limit - sum(factor * held[number] for number, factor in terms if number in held)
            open_terms = [factor * numbers[number] for number, factor in terms if number not in held]
            if open_terms:
                model.add(sum(open_terms) == rest if exact else sum(open_terms) <= rest)
            elif rest < 0 or (exact and rest):
                return None, False
        whole = sum(map(mul, self.gain, self.program.most)) < WIDEST
        narrow = 1 if whole else max(map(mul, self.gain, self.program.most)) // 10**9
        gained = sum(gains // narrow * numbers[number] for number, gains in enumerate(self.gain) if gains >= narrow)
        model.add(gained <= self.bound // narrow)
        for number, value in enumerate(self.values):
            if number not in held:
                model.add_hint(numbers[number], value)
        model.maximize(gained)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = work
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, False
        values = [held[number] if number in held else solver.value(one) for number, one in enumerate(numbers)]
        return values, whole and status == cp_model.OPTIMAL
