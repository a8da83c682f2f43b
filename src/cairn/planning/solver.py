"""The exact search over candidates: which offers to take. OR-Tools CP-SAT, loaded with the first plan.

Ordering is not part of the model. A choice that cannot be put in order (a loop of prerequisites that support each other) is cut
off and the search goes on: of the stuck offers, some first one would have to be supported from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cairn.planning.allowance import Allowance
from cairn.planning.circles import circles, watching
from cairn.planning.greedy import without_idle
from cairn.planning.loops import Loop
from cairn.planning.program import Program, Row, Terms, limiting
from cairn.planning.pruning import Pool, open_groups
from cairn.planning.replay import Standing, gives, walk
from cairn.planning.schedule import has_calendar
from cairn.planning.values import Alternative, Limits, Offer, SkillLevel
from cairn.planning.weekly import Weeks

TANGLED = 50
"""Loops cut off beforehand, beyond which the solver looks for no cuts of its own: there these cost more than they save (measured)."""

PROVEN, FOUND, NONE, UNKNOWN = "proven", "found", "none", "unknown"


@dataclass(frozen=True)
class Answer:
    """`status`: proven best, found but not proven, none exists (proven), or unknown for lack of time.

    `value` is what the goal came to, `bound` the proven limit of what it could come to. `weeks` is the last week of a choice that
    was made to be done as soon as it can be.
    """

    status: str
    chosen: tuple[Offer, ...] = ()
    value: int = 0
    bound: int = 0
    weeks: int | None = None

    @property
    def usable(self) -> bool:
        """Whether there is a choice."""
        return self.status in (PROVEN, FOUND)


@dataclass(frozen=True)
class Mending:
    """How a choice that holds itself up is made a plan: `mend` does it, `known` is what the best plan then comes to, and that plan, and
    `keep` says of each candidate whether a plan that comes to no more can hold it."""

    mend: Callable[[Sequence[Offer]], None]
    known: Callable[[], tuple[int, tuple[Offer, ...]] | None]
    keep: Callable[[int], Iterable[bool]]


class Search:
    """A model over candidates that can be asked several questions in turn, each within what the former fixed."""

    def __init__(self, pool: Pool, start: Standing, limits: Limits, allowance: Allowance) -> None:
        from ortools.sat.python import cp_model  # half a second to load: only who plans pays for it

        self.cp = cp_model
        self.pool = pool
        self.program = Program.of(pool)
        self.offers = pool.candidates
        self.start = start
        self.limits = limits
        self.allowance = allowance
        self.model = cp_model.CpModel()
        self.variables: list[Any] = [self.model.new_bool_var("") for _ in range(self.program.size)]
        self.take = self.variables[: len(self.offers)]
        self.place = {offer.id: place for place, offer in enumerate(self.offers)}
        self.last: tuple[int, ...] = ()
        self.weeks: Weeks | None = None
        self.needs: dict[str, int] | None = None
        self.loops: list[frozenset[int]] = []
        """Nodes of the loops that were cut off here."""
        self.tangled = 0
        """Loops that were cut off before the search began."""
        self.cut: set[frozenset[int]] = set()
        self.circular: list[tuple[Offer, ...]] = []
        """Choices that were cut off because they hold themselves up: with little more each is a plan."""
        self.doubt: int | None = None
        """The bound that was proven when first it could not be found out whether a choice comes to enough."""
        self.add(self.program.rows)

    def add(self, rows: Iterable[Row]) -> None:
        """Rows that must hold from now on."""
        for places, weights, least in rows:
            below = [place for place, weight in zip(places, weights, strict=True) if weight < 0]
            if all(abs(weight) == 1 for weight in weights) and least == 1 - len(below):
                self.model.add_bool_or(
                    self.variables[place] if weight > 0 else self.variables[place].negated()
                    for place, weight in zip(places, weights, strict=True)
                )
            else:
                self.model.add(self.sum_of(zip(places, weights, strict=True)) >= least)

    def sum_of(self, terms: Iterable[tuple[int, int]]) -> Any:
        """A linear expression."""
        found = list(terms)
        return self.cp.LinearExpr.weighted_sum([self.variables[place] for place, _ in found], [w for _, w in found])

    @property
    def cost(self) -> Any:
        """Money in minor units, as an expression."""
        return self.sum_of(self.program.cost.items())

    @property
    def hours(self) -> Any:
        """Study hours, as an expression."""
        return self.sum_of(self.program.hours.items())

    def require(self, needs: Mapping[str, int]) -> None:
        """Every skill at its level, where the learner does not have it."""
        missing = {skill: level for skill, level in needs.items() if self.start.levels.get(skill, 0) < level}
        self.add(self.program.require(missing))

    def limit(self, *, cost: int | None = None, hours: int | None = None, weeks: int | None = None) -> None:
        """At most this much money, study, or weeks of the calendar."""
        self.add(limiting(self.program, self.limits, cost=cost, hours=hours, weeks=weeks))
        if weeks is not None and any(map(has_calendar, self.offers)):
            self.model.add(self.finish() <= weeks)
        elif self.limits.hours_per_week is not None and any(offer.starts for offer in self.offers):
            self.keep_time(ending=False)

    def beforehand(self, loops: Iterable[Loop]) -> None:
        """Loops that the relaxed problem had to be kept from."""
        for nodes, node in loops:
            self.tangled += 1
            self.add(self.program.loop(nodes, [node]))

    def leave_out(self, places: Iterable[bool]) -> None:
        """None of these offers any more."""
        for taken, out in zip(self.take, places, strict=True):
            if out:
                self.model.add(taken == 0)

    def forbid(self, chosen: Sequence[Offer], later: Any = None) -> None:
        """Not exactly this choice again, or only with `later` (a condition that is then enforced)."""
        places = {self.place[offer.id] for offer in chosen}
        self._only_if([taken.negated() if place in places else taken for place, taken in enumerate(self.take)], later)

    def crowded(self, chosen: Sequence[Offer], waiting: Iterable[tuple[Offer, int]], later: Any = None) -> None:
        """Not all of these together, whose calendar does not work out, or only with `later`: unless somebody else, who satisfies what
        one of them waits for (its so-and-so-manieth open group), is taken too."""
        inside = {self.place[offer.id] for offer in chosen}
        help_comes: set[int] = set()
        for offer, number in waiting:
            group = open_groups(offer, self.start)[number]
            help_comes |= {place for other in group for place in self.givers(other)}
        literals = [self.take[place].negated() for place in sorted(inside)]
        self._only_if(literals + [self.take[place] for place in sorted(help_comes - inside)], later)

    def _only_if(self, literals: list[Any], later: Any) -> None:
        if later is None:
            self.model.add_bool_or(literals)
        else:
            self.model.add(later).only_enforce_if([literal.negated() for literal in literals])

    def reached(self, weights: Mapping[SkillLevel, int]) -> Any:
        """The weighted sum of the levels reached, as an expression to be maximised."""
        terms: Terms = {}
        for step, weight in sorted(weights.items()):
            variable = self.program.reached(step)
            if variable is not None and self.start.levels.get(step.skill, 0) < step.level:
                terms[variable] = terms.get(variable, 0) + weight
        return self.sum_of(terms.items())

    def givers(self, alternative: Alternative) -> list[int]:
        """The candidates that satisfy an alternative."""
        return [place for place, offer in enumerate(self.offers) if gives(offer, alternative)]

    def open_of(self, offer: Offer) -> list[list[int]]:
        """Per group of prerequisites that is not satisfied yet: the candidates that would, without the offer itself."""
        groups = [group for group in offer.requires if not any(self.start.has(alternative) for alternative in group)]
        if offer.at_least is not None and len(offer.requires) - len(groups) >= offer.at_least:
            return []
        own = self.place[offer.id]
        return [sorted({place for other in group for place in self.givers(other)} - {own}) for group in groups]

    def keep_time(self, *, ending: bool) -> None:
        """From now on a choice keeps to what can be told beforehand of its calendar; `ending`: its last week too (`weekly`)."""
        if self.weeks is None or (ending and self.weeks.finish is None):
            self.weeks = Weeks(self, ending=ending)

    def finish(self) -> Any:
        """A lower limit of the last week, as a variable."""
        self.keep_time(ending=True)
        assert self.weeks is not None  # noqa: S101  (just made)
        return self.weeks.finish

    @property
    def returns(self) -> Any:
        """The expected returns, as an expression."""
        return self.sum_of((place, offer.expected_return) for place, offer in enumerate(self.offers))

    def only_serving(self, needs: Mapping[str, int]) -> None:
        """From now on no step may be one that the plan can do without.

        Then each step is the only one to satisfy some need, or some group of another step: it can be made answerable for it, and each
        need and group has at most one who is. Stacks come by themselves. What is idle all the same is cut off as it comes.
        """
        self.needs = {skill: level for skill, level in needs.items() if self.start.levels.get(skill, 0) < level}
        answers: list[list[Any]] = [[] for _ in self.offers]
        tasks: list[tuple[int | None, list[int]]] = [
            (None, self.givers(SkillLevel(skill, level))) for skill, level in sorted(self.needs.items())
        ]
        tasks += [(place, group) for place, offer in enumerate(self.offers) for group in self.open_of(offer)]
        for whose, givers in tasks:
            mine = []
            for giver in givers:
                answers[giver].append(self.model.new_bool_var(""))
                mine.append(answers[giver][-1])
            self.model.add(sum(mine) <= (1 if whose is None else self.take[whose]))
        for place, answerable in enumerate(answers):
            self.model.add_bool_or([*answerable, self.take[place].negated(), self.offers[place].granted])

    def _idle(self, chosen: Sequence[Offer]) -> bool:
        """Whether the choice can do without some of its steps; then whoever takes the rest of it may take nothing else."""
        if self.needs is None:
            return False
        taken = {offer.id for offer in chosen if not offer.granted}
        every = [offer for offer in self.offers if offer.granted or offer.id in taken]
        order, _ = walk(every, Standing.of(self.start.levels, self.start.names))
        kept = [offer for offer in without_idle(order, self.start, self.needs) if not offer.granted]
        if len(kept) == len(taken):
            return False
        core = [self.take[self.place[offer.id]] for offer in kept]
        inside = {offer.id for offer in kept}
        for place, offer in enumerate(self.offers):
            if offer.id not in inside and not offer.granted:
                self.model.add_bool_or([*(taken.negated() for taken in core), self.take[place].negated()])
        return True

    def suggest(self, chosen: Iterable[Offer]) -> None:
        """Begin the search at this choice."""
        self.last = tuple(self.place[offer.id] for offer in chosen if offer.id in self.place)

    def _hint(self) -> list[tuple[int, bool]]:
        """The choice to begin at, with the nodes it reaches: a hint that leaves these open is often not understood."""
        hinted = set(self.last)
        end = Standing.of(self.start.levels, self.start.names)
        walk([self.offers[place] for place in self.last], end)
        reached = self.pool.grid.nodes.held(end)
        offers = [(place, place in hinted) for place in range(len(self.take))]
        return offers + [(variable, bool(reached[node])) for node, variable in self.program.node.items()]

    def best(self, goal: Any, *, most: bool = False, mending: Mending | None = None) -> Answer:
        """The choice with the least (or most) of `goal` that can be put in order, within everything fixed so far.

        Choices that hold themselves up are cut off, those too that are met on the way. With `mending` each is made a plan, so that a good
        one is known when time runs out, and what no plan as good can hold is left out of the rounds that follow.
        """
        if most:
            self.model.maximize(goal)
        else:
            self.model.minimize(goal)
        limit: int | None = None
        known: tuple[int, tuple[Offer, ...]] | None = None
        while True:
            met: list[list[int]] = []
            solver = self._solver()
            status = self.allowance.exactly(solver, self.model, watching(self.take, met.append))
            if status == self.cp.INFEASIBLE and known is not None:  # nothing better among these candidates
                return Answer(FOUND, known[1], known[0], limit or 0)
            if status == self.cp.INFEASIBLE:
                return Answer(NONE) if self.doubt is None else Answer(UNKNOWN, bound=self.doubt)
            if status in (self.cp.OPTIMAL, self.cp.FEASIBLE):
                bound = round(solver.best_objective_bound)
                limit = bound if limit is None else min(limit, bound) if most else max(limit, bound)
            bound = self.doubt if self.doubt is not None else limit or 0
            if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
                return Answer(UNKNOWN, bound=bound) if known is None else Answer(FOUND, known[1], known[0], bound)
            places = [place for place, taken in enumerate(self.take) if solver.boolean_value(taken)]
            chosen = [self.offers[place] for place in places]
            _, stuck = walk(chosen, Standing.of(self.start.levels, self.start.names))
            if not stuck and not self._idle(chosen):
                value = round(solver.objective_value)
                if known is not None and known[0] < value:  # time ran out before the search came to what is known
                    return Answer(FOUND, known[1], known[0], bound)
                self.last = tuple(places)
                proven = PROVEN if status == self.cp.OPTIMAL and self.doubt is None else FOUND
                return Answer(proven, tuple(chosen), value, bound)
            if any(offer.counting is not None for offer in stuck):
                self.circular.append(tuple(chosen))
                self._too_little(stuck, chosen, bound)
            elif stuck:
                for one in met if places in met else [*met, places]:
                    self._cut(one, mending)
                if mending is not None and (better := mending.known()) is not None and better != known:
                    known = better
                    if self.doubt is None and known[0] <= bound:
                        return Answer(PROVEN, known[1], known[0], known[0])
                    self.leave_out(not kept for kept in mending.keep(known[0]))
                    self.suggest(known[1])
            if self.allowance.over <= 0:
                return Answer(UNKNOWN, bound=bound) if known is None else Answer(FOUND, known[1], known[0], bound)

    def _solver(self) -> Any:
        """The exact solver, told where to begin."""
        solver = self.cp.CpSolver()
        solver.parameters.linearization_level = 2
        if self.tangled > TANGLED:
            solver.parameters.cut_level = 0
        self.model.clear_hints()  # type: ignore[no-untyped-call]  # ortools types most of its methods, not this one
        if self.last:
            for variable, value in self._hint():
                self.model.add_hint(self.variables[variable], value)
        return solver

    def _cut(self, places: Sequence[int], mending: Mending | None = None) -> None:
        """Cut off what of a choice holds itself up, if anything does, whoever else is taken; and make a plan of it."""
        chosen = [self.offers[place] for place in places]
        _, stuck = walk(chosen, Standing.of(self.start.levels, self.start.names))
        if not stuck or any(offer.counting is not None for offer in stuck):
            return
        self.circular.append(tuple(chosen))
        if mending is not None:
            mending.mend(chosen)
        for nodes in circles(self.program, self._failing({self.place[offer.id] for offer in stuck}, chosen)):
            if nodes not in self.cut:
                self.cut.add(nodes)
                self.loops.append(nodes)
                self.add(self.program.loop(nodes))

    def _failing(self, inside: set[int], chosen: Sequence[Offer]) -> dict[int, set[int]]:
        """Per offer that could not be started: nodes that nothing done brings, and of which it needs one."""
        taken = {self.place[offer.id] for offer in chosen}
        founded: set[int] = set().union(*(self.program.gives[place] for place in taken - inside))
        failing: dict[int, set[int]] = {}
        for place in inside:
            groups = [set(nodes) for nodes in self.program.groups.get(place, ()) if founded.isdisjoint(nodes)]
            counted = self.offers[place].counting is not None
            failing[place] = groups[0] if self.offers[place].at_least is None and not counted else set().union(*groups)
        return failing

    def _too_little(self, stuck: Sequence[Offer], chosen: Sequence[Offer], bound: int) -> None:
        """Cut off every choice whose sum is too little for the same reason.

        Whatever is granted for an amount needs one more name beyond those that leave it short (`Counting.beyond`), and more is never
        less. Take these nodes and those that the others which are stuck wait for: the first of them to be reached is brought by an offer
        that requires none of them, and that is nothing of what is granted for the amounts. What it is short of may be unknown: then
        just this choice is set aside.
        """
        end = Standing.of(self.start.levels, self.start.names)
        walk(chosen, end)
        inside = {self.place[offer.id] for offer in stuck}
        failing = self._failing(inside, chosen)
        counted = {place for place in inside if self.offers[place].counting is not None}
        for place in counted:
            counting = self.offers[place].counting
            if counting is not None and (enough := counting.enough(end.names)) is not True:
                if enough is None:
                    self.doubt = bound if self.doubt is None else self.doubt
                    self.forbid(chosen)
                    return
                number = self.pool.grid.nodes.number
                failing[place] = {number(name) for name in counting.beyond(end.names)}
        nodes = frozenset().union(*failing.values())
        first = [place for place in self.program.first_of(nodes) if place not in counted]
        barred = [*sorted(counted), *(self.program.node[node] for node in sorted(nodes) if node in self.program.node)]
        self.add(([*first, variable], [1] * len(first) + [-1], 0) for variable in barred)
