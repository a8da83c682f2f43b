"""Whole-number programs: what to maximise under limits, what no answer can exceed, and the search for an answer that reaches it.

1. Relax: let the numbers be fractions and solve the linear program (OR-Tools GLOP). Its prices, rounded and added up again in whole
   numbers, bound every answer (weak duality), whatever the floating point did on the way (`relaxing`). Where fractions reach what
   whole items cannot, rows that say so are added, and it is solved again (`rounding`, `linking`).
2. Choose: where choices came out as fractions, settle the clearest half of them and relax again, until all are made (`choosing`).
3. Round: numbers that came out whole stay, the few others and their neighbours are searched exactly (OR-Tools CP-SAT). An answer
   that reaches the bound is proven best.
4. Otherwise search among all numbers, from the best answer so far, unless they are very many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor, gcd
from operator import mul
from typing import Any

from cairn.stacking import choosing, linking, rounding
from cairn.stacking.polishing import polished
from cairn.stacking.relaxing import Linear, Relaxed
from cairn.stacking.rounding import Amount, Row
from cairn.stacking.rounding import Terms as Terms  # others write programs too

WORK = 0.3
"""Deterministic seconds that all searches of one program may take: a measure of their work, the same on every machine."""
SOME = 0.06
"""The same for one search in which most numbers stay as they are."""
LITTLE = 2_000
"""A program with no more numbers is soon searched as a whole, so that holding most of them is tried briefly, as long as that ends."""
BRIEF = 0.01
"""The work of one such search."""
MANY = 6_000
"""Of more numbers than this no search is begun: laying them out takes longer than it may last."""
ROUNDED = 3
"""How often rows are added to which whole items keep and fractions do not,"""
SINKING = 100_000
"""as long as the bound sinks by so small a part of it, at least."""
WIDER = (30, 120)
"""How many decisions more are searched again when those with a fraction do not suffice."""
WIDEST = 2**53
"""Objectives up to here are searched in their own numbers,"""
NARROWED = 2**48
"""wider ones rounded down to as many as this: of sums of 48 bits fractions lean better than of wider ones."""
NEGLIGIBLE = 10**8
"""Of wider objectives so small a part is taken for nothing, unless it is missing to all: where amounts have no measure in common, to search
for more takes much longer. Mostly prices without noise prove then that nothing is missing (`polishing`)."""


@dataclass(frozen=True)
class Choice:
    """`count` of the numbers are 1 and the others 0; all are 0 where the number `given` is."""

    count: int
    numbers: tuple[int, ...]
    given: int | None


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
    choices: list[Choice] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    """Rows that say of an amount what brings it, and what it gains."""
    implied: list[Row] = field(default_factory=list)
    """Rows that a best answer can be made to keep to, and fractions do not: they are added where they are broken."""

    def number(self, most: int, gain: int = 0) -> int:
        """A new number from 0 to `most`."""
        self.most.append(most)
        self.gain.append(gain)
        return len(self.most) - 1

    def choose(self, count: int, among: int, given: int | None) -> tuple[int, ...]:
        """So many numbers of which `count` are 1, or none where the number `given` is 0; the others are 0."""
        numbers = tuple(self.number(1) for _ in range(among))
        whether: Terms = [] if given is None else [(given, -count)]
        self.limit([*((one, 1) for one in numbers), *whether], count if given is None else 0, exact=True)
        if given is not None and count > 1:  # implied, but fractions would not keep to it
            for one in numbers:
                self.limit([(one, 1), (given, -1)], 0)
        self.deciding.append(numbers)
        self.choices.append(Choice(count, numbers, given))
        return numbers

    def limit(self, terms: Terms, most: int, *, exact: bool = False) -> None:
        """These add up to at most (or to exactly) so much."""
        self.rows.append((terms, most, exact))


@dataclass(frozen=True)
class Answer:
    """What each number is, what that gains, and whether nothing can gain more; no numbers where nothing better than known was found.

    `most` is what no answer can exceed, as far as that is known. It is more than what a proven answer gains only by what is `NEGLIGIBLE`.
    """

    values: tuple[int, ...] | None
    gains: int
    proven: bool
    most: int


def best(program: Program, goal: int, *, known: int = 0, reaching: bool = False) -> Answer:
    """Return the best answer that was found; numbers that are all 0 are one always. Nothing is known to gain more than `goal`.

    An answer that gains `known` is at hand already, so that only better ones are searched. With `reaching` only one that gains `goal`
    is of use, so that the search ends as soon as none is likely.
    """
    common = gcd(*program.gain) or 1
    gain = [one // common for one in program.gain]
    search = _Search(program, gain, goal // common, known=known // common, reaching=reaching)
    values, proven = search.run()
    if proven:
        search.polish()
    if values is None:
        return Answer(None, known, proven, search.bound * common)
    return Answer(tuple(values), sum(map(mul, program.gain, values)), proven, search.bound * common)


class _Search:
    """Steps 1 to 4."""

    def __init__(self, program: Program, gain: Sequence[int], goal: int, *, known: int, reaching: bool) -> None:
        self.program = program
        self.gain = gain
        self.bound = self.all = goal
        self.values: list[int] | None = None if known else [0] * len(program.most)
        self.reached = known
        self.work = SOME if reaching else WORK
        self.goal = goal if reaching else 0
        """What an answer must gain to be of use."""
        everything = sum(map(mul, gain, program.most))
        self.narrow = 1 if everything < WIDEST else 1 + everything // NARROWED
        """What counts as one in a search."""
        self.prices: list[int] = []
        """Those that prove the bound of the linear program."""
        self.hidden = sum(most for gains, most in zip(gain, program.most, strict=True) if gains % self.narrow)
        """So many of these rounding down hides at most."""

    def run(self) -> tuple[list[int] | None, bool]:
        if self._done():
            return self.values, True
        linear = Linear(self.program, self.gain)
        relaxed = self._relaxed(linear)  # 1
        if relaxed is not None:
            if self._done():
                return self.values, True
            if self.bound < self.goal:
                return self.values, False
            chosen = choosing.settled(self.program, linear, relaxed, self.goal)  # 2
            if chosen is not None and self._round(chosen):  # 3
                return self.values, True
        found, proven = self._solve({}, self.work)  # 4
        if found:
            self._take(found)
        if proven and not self.goal:
            self.bound = self.reached
        return self.values, self._done()

    def _done(self) -> bool:
        """Whether nothing gains more than the best answer. What is all there is to gain is never missed by the least part."""
        near = self.narrow > 1 and self.bound < self.all
        return self.reached >= self.bound - (self.bound // NEGLIGIBLE if near else 0)

    def polish(self) -> None:
        """Prove to the very unit what was proven but for the `NEGLIGIBLE`, as far as prices without noise do."""
        if self.reached < self.bound and len(self.prices) == len(self.program.rows):
            self.bound = max(self.reached, min(self.bound, polished(self.program, self.gain, self.prices)))

    def _relaxed(self, linear: Linear) -> Relaxed | None:
        """Step 1. Where only an answer that reaches a goal is of use, a bound below it is not worth rows of its own."""
        relaxed = linear.relax({})
        for _ in range(0 if self.goal else ROUNDED):
            if relaxed is None or relaxed.bound <= self.reached:
                break
            rows = rounding.broken(self.program.amounts, self.program.most, relaxed.values)
            rows += linking.broken(self.program.implied, relaxed.values)
            if not rows:
                break
            for terms, limit in rows:
                self.program.limit(terms, limit)
                linear.limit(terms, limit)
            before, relaxed = relaxed.bound, linear.relax({}) or relaxed
            if len(self.program.most) > LITTLE and before - relaxed.bound < before // SINKING:
                break
        if relaxed is not None:
            self.bound = min(self.bound, relaxed.bound)
            self.prices = linear.prices
        return relaxed

    def _round(self, relaxed: Relaxed) -> bool:
        """Step 3. Whether the best answer was found."""
        whole = [round(value) for value in relaxed.values]
        if self._keeps(whole) and self._take(whole):
            return True
        little = len(self.program.most) <= LITTLE
        for held in self._widening(whole, relaxed):
            if self.reached >= relaxed.bound:
                break  # the best there is with these choices
            found, searched = self._solve(held, min(BRIEF if little else SOME, self.work / 2))
            if found and self._take(found):
                return True
            if little and not searched:
                break
        return False

    def _take(self, values: list[int]) -> bool:
        """Keep the answer if it is better; whether it is the best there can be."""
        reached: int = sum(map(mul, self.gain, values))
        if reached > self.reached:
            self.values, self.reached = values, reached
        return self._done()

    def _keeps(self, values: Sequence[int]) -> bool:
        for terms, limit, exact in self.program.rows:
            total = sum(factor * values[number] for number, factor in terms)
            if total > limit or (exact and total != limit):
                return False
        return True

    def _widening(self, whole: Sequence[int], relaxed: Relaxed) -> list[dict[int, int]]:
        """What to hold at its whole number: all decisions but those with a fraction, then fewer of those that share a row with these."""
        odd = relaxed.odd()
        free = {at for at, numbers in enumerate(self.program.deciding) if not odd.isdisjoint(numbers)}
        about = {number for at in free for number in self.program.deciding[at]}
        near: set[int] = set()
        for terms, _, _ in self.program.rows:
            among = {number for number, _ in terms}
            if not about.isdisjoint(among):
                near |= among
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

        if len(self.program.most) - len(held) > MANY:
            return None, False
        model = cp_model.CpModel()
        weighted = cp_model.LinearExpr.weighted_sum
        numbers: list[Any] = [
            None if number in held else model.new_int_var(0, most, "") for number, most in enumerate(self.program.most)
        ]
        for terms, limit, exact in self.program.rows:
            rest, among, factors = limit, [], []
            for number, factor in terms:
                if number in held:
                    rest -= factor * held[number]
                else:
                    among.append(numbers[number])
                    factors.append(factor)
            if among:
                total = weighted(among, factors)
                model.add(total == rest if exact else total <= rest)
            elif rest < 0 or (exact and rest):
                return None, False
        narrow = self.narrow
        settled = sum(self.gain[number] // narrow * value for number, value in held.items())
        gaining = [number for number, gains in enumerate(self.gain) if gains >= narrow and number not in held]
        gained = weighted([numbers[one] for one in gaining], [self.gain[one] // narrow for one in gaining]) + settled
        model.add(gained <= self.bound // narrow)
        model.add(gained >= max(self.reached + 1, self.goal) // narrow - self.hidden)
        for number, value in enumerate(self.values or ()):
            if number not in held:
                model.add_hint(numbers[number], value)
        model.maximize(gained)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.linearization_level = 2
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.add_lp_constraints_lazily = False
        solver.parameters.max_deterministic_time = work
        status = solver.solve(model)
        self.work -= solver.response_proto.deterministic_time
        if status == cp_model.INFEASIBLE:  # nothing is better than what is known
            return None, True
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):  # it has no bound either then
            return None, False
        if not held:
            self.bound = min(self.bound, narrow * (floor(solver.best_objective_bound) + self.hidden))
        values = [held[number] if number in held else solver.value(one) for number, one in enumerate(numbers)]
        return values, narrow == 1 and status == cp_model.OPTIMAL
