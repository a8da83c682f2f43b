"""From the candidates to the few offers that a choice as good as the best one known can hold.

1. A good choice at once (`greedy`), and the limit that the relaxed problem proves (`relaxation`).
2. The best choice among the few that add the least by its prices; the loops that are met there are cut off in the relaxed problem too.
3. Offers that no choice as good can hold are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from cairn.planning.allowance import Allowance
from cairn.planning.fitting import fitting, soonest
from cairn.planning.known import Known, places
from cairn.planning.loops import Loop
from cairn.planning.nearby import Nearby
from cairn.planning.posing import Problem, contended
from cairn.planning.program import Program, limiting
from cairn.planning.pruning import Pool
from cairn.planning.relaxation import Relaxation, relax
from cairn.planning.returning import Burden
from cairn.planning.solver import Mending, Search
from cairn.planning.values import Objective, Offer

MANY = 2_000
"""How many candidates are written down as they are."""

CORE = 250
"""How many offers are searched first, where many more are left."""

TURNS = 8
"""How often these few are searched at most, each time chosen anew without the loops that were met before."""

LESS = 0.8
"""What is left, as a share of what was left before, beyond which they are not searched again."""

MENDED = 6
"""How many choices that hold themselves up are mended, the last ones met."""

ROUNDS = 100
"""How often the relaxed problem is looked through for loops, at most."""


def of_many(problem: Problem, pool: Pool, known: Known) -> Pool:
    """Where many offers are left: the best choice among those nearest to the target, then without all that no choice as good can hold."""
    if pool.grid.size <= MANY or _not_linear(known):
        return pool.undominated()
    hour = 0 if known.burden is None else known.burden.hour
    nearby = Nearby(problem, pool, hour, money=known.by_money, hours=known.hours)
    narrowed(problem, pool.narrowed(nearby.few), known)
    relaxation = nearby.relaxed(known.least)
    if relaxation is None:
        return pool.undominated()
    if known.least is None or relaxation.worth_keeping(known.least).sum() > MANY:
        narrowed(
            problem, pool.narrowed(relaxation.cheapest(MANY // 2, pool.grid.size) | places(pool, known.best)), known
        )
    if known.least is None:
        return pool.undominated()
    return pool.narrowed(known.kept(pool, relaxation)).undominated()


def _not_linear(known: Known) -> bool:
    """Whether what is searched for is no sum over the offers, nor ever more than one."""
    return known.objective is Objective.BEST_RETURN and known.burden is None


def narrowed(problem: Problem, pool: Pool, known: Known) -> tuple[Pool, Relaxation | None]:
    """The pool without offers that no choice as good as the one known holds; and the relaxed problem, None where it says nothing."""
    import numpy as np

    if not pool.grid.size:
        return pool, None
    grid, needs, limits, hours = pool.grid, problem.needs, problem.limits, known.hours
    worth = problem.worth if known.objective is Objective.BEST_RETURN else None
    none = np.zeros(grid.size, bool)
    if known.best is None:
        if contended(problem, pool) and needs and _too_many_hours(problem, Program.of(pool)):
            return pool.narrowed(none), None  # before much is tried in vain
        known.first(pool)
    if _not_linear(known):
        return pool, None
    program = Program.of(pool)
    rows = program.require(needs) + limiting(
        program,
        limits,
        cost=limits.budget.minor if limits.budget else None,
        hours=hours,
        weeks=limits.weeks_available,
    )
    plain = program.cost if known.by_money else program.hours
    goal = plain if worth is None else Burden.of(problem, worth, known.least).least(program)
    relaxation = relax(program, rows, goal, problem.allowance, ROUNDS)
    if relaxation is None:
        hopeless = problem.needs and _too_many_hours(problem, program)
        return (pool.narrowed(none) if hopeless else pool), None
    part = np.clip(relaxation.part[: grid.size], 0.0, 1.0)
    own = known.own(pool)
    adding = relaxation.reduced[: grid.size] + own * 1e-3
    known.weighed(pool, [own * (1.001 - part), adding])
    met: dict[Loop, None] = {}
    for _ in range(TURNS):
        left = grid.size if known.least is None else int(relaxation.worth_keeping(known.least)[: grid.size].sum())
        if left <= CORE:
            break
        core = pool.narrowed(relaxation.cheapest(CORE, grid.size) | places(pool, known.best))
        found, loops = _among(problem, core, pool, known, (*relaxation.loops, *met))
        met |= dict.fromkeys(loops)
        known.consider([list(found)] if found else [])
        closer = relaxation.without(loops)
        if closer is None or known.least is None:
            break
        relaxation = closer
        if relaxation.worth_keeping(known.least)[: grid.size].sum() > LESS * left:
            break
    relaxation = replace(relaxation, loops=tuple({**dict.fromkeys(relaxation.loops), **met}))
    if known.best is None or known.least is None:
        return pool, None
    kept = known.kept(pool, relaxation)
    return pool.narrowed(kept), relaxation.narrowed(kept)


def _too_many_hours(problem: Problem, program: Program) -> bool:
    """Whether it is proven that whatever reaches all takes more hours than there are."""
    most = problem.limits.hours_available
    if most is None:
        return False
    least = relax(program, program.require(problem.needs), program.hours, problem.allowance)
    return least is not None and least.limit - least.margin > most


def mending_of(problem: Problem, pool: Pool, known: Known, keep: Callable[[int], Iterable[bool]]) -> Mending | None:
    """How choices that hold themselves up become plans; None where what a plan comes to is not what is searched for."""
    if known.burden is not None or known.objective not in (
        Objective.CHEAPEST,
        Objective.LEAST_STUDY,
        Objective.FASTEST,
    ):
        return None
    if known.objective is Objective.FASTEST and has_weeks(problem, pool.candidates):
        return None

    def best() -> tuple[int, tuple[Offer, ...]] | None:
        return None if known.best is None or known.least is None else (known.least, tuple(known.best))

    return Mending(lambda nearly: known.mended(pool, nearly), best, keep)


def search_among(problem: Problem, pool: Pool, known: Known, loops: Iterable[Loop], allowance: Allowance) -> Search:
    """The exact search over a pool, within the limits, which begins with the best choice known; nothing is asked of it yet."""
    limits = problem.limits
    search = Search(pool, problem.start, limits, allowance)
    search.require(problem.needs)
    search.limit(cost=limits.budget.minor if limits.budget else None, hours=known.hours, weeks=limits.weeks_available)
    search.beforehand(loops)
    if known.best is not None:
        search.suggest(known.best)
    return search


def _among(
    problem: Problem, core: Pool, pool: Pool, known: Known, loops: Iterable[Loop]
) -> tuple[tuple[Offer, ...], list[Loop]]:
    """The best choice among a few offers that the relaxed problem speaks for, often the best of all; and the loops met on the way."""
    search = search_among(problem, core, known, loops, problem.allowance.part(problem.allowance.left / 4))
    goal = search.cost if known.objective is Objective.CHEAPEST else search.hours
    if known.objective is Objective.BEST_RETURN and problem.worth is not None:
        goal = search.sum_of(Burden.of(problem, problem.worth).least(search.program).items())
    if known.objective is Objective.FASTEST and has_weeks(problem, core.candidates):
        found = soonest(problem, search)
    else:
        mending = mending_of(problem, pool, known, lambda _: [True] * len(core.candidates))
        found = fitting(problem, search, goal, mending=mending)
    if known.burden is not None:
        for nearly in search.circular[-MENDED:]:
            known.mended(pool, nearly)
    return found.chosen, [(nodes, node) for nodes in search.loops for node in sorted(nodes)]


def has_weeks(problem: Problem, offers: Iterable[Offer]) -> bool:
    """Whether the last week depends on more than the sum of the hours."""
    return problem.limits.hours_per_week is not None and any(offer.weeks or offer.starts for offer in offers)
