"""A large pool narrowed before it is written down: the relaxed problem over the few nearest offers, then over who else would pay.

Where any offer may build on any other, nearly a whole catalogue can matter, and where thousands teach the same, none of them is
superfluous by itself. Prices of what there is to reach (`node`) and of what offers ask for (`group`) prove a limit over the whole pool
wherever they come from: with x for offers and y for nodes, each between 0 and 1, any choice comes to at least the least of

    goal x + node (y - what the givers take) + group (x - what the alternatives reach).

They come from a linear program over a few offers. Who would pay at these prices, of all others, is taken among the few, until nobody
would; where that does not come to an end soon, all are. What is left out of the problem (exclusions, amounts, calendars, loops) makes the
limit lower, never higher. An offer that adds more to it than lies between it and a plan that is known is in no better plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cairn.planning.posing import Problem
from cairn.planning.relaxation import Relaxation

if TYPE_CHECKING:
    from cairn.planning.grid import Derivation, Grid, Marks, Numbers, Places
    from cairn.planning.pruning import Pool

LEAST = 1e-9
"""What an offer counts at least on the way to a node, as a share of the dearest."""

MARGIN = 1e-9
"""Share of all summed amounts that is set aside for rounding."""

BREADTH = (6, 2, 1)
"""How many of the nearest offers are taken to a wanted node, to what these ask for, and from there on."""

SERVING = 200
"""How many offers are taken that bring the most of what is wanted for what they cost."""

ROUNDS = 5
"""How often those who would pay are taken among the few, before all are."""

MORE = 1_000
"""How many would pay at most, beyond which all are taken at once."""

STARTING = "use_dual_simplex:true use_preprocessing:false"
"""Nothing taken is where the dual simplex method may begin: from there it comes to the end several times sooner (measured)."""

PAYS = 1e-3
"""By how much an offer must be said to pay."""


@dataclass(frozen=True)
class Capped:
    """A limit on a sum over offers: money, or hours."""

    each: Numbers
    most: int


@dataclass
class _Edges:
    """Who brings what and asks for what, without what is held, does not matter, or cannot be a first giver."""

    offer: Places
    node: Places
    first: Places
    """Per node where its givers begin in the two above."""
    group_offer: Places
    asked_group: Places
    asked_node: Places
    starts: Places
    """Per group where its alternatives begin."""
    own: Places
    """Per offer where its groups begin."""
    missing: dict[int, int]
    """Offers that need only so many of their groups."""

    @classmethod
    def of(cls, grid: Grid, held: Marks, matters: Marks) -> _Edges:
        import numpy as np

        hard = ~grid.soft & grid.opened(held)
        number = np.cumsum(hard) - 1
        kept = hard[grid.alternative_group]
        group_offer = grid.group_offer[hard]
        asked_group, asked_node = number[grid.alternative_group[kept]], grid.alternative_node[kept]
        brings = matters[grid.give_node] & ~_barred(grid, group_offer, asked_group, asked_node)
        offer, node = grid.give_offer[brings], grid.give_node[brings]
        return cls(
            offer,
            node,
            np.searchsorted(node, np.arange(grid.nodes.size + 1)),
            group_offer,
            asked_group,
            asked_node,
            np.searchsorted(asked_group, np.arange(len(group_offer) + 1)),
            np.searchsorted(group_offer, np.arange(grid.size + 1)),
            grid.missing(held),
        )

    def givers(self, node: int) -> Places:
        return self.offer[self.first[node] : self.first[node + 1]]

    def alternatives(self, group: int) -> Places:
        return self.asked_node[self.starts[group] : self.starts[group + 1]]


def _barred(grid: Grid, group_offer: Places, asked_group: Places, asked_node: Places) -> Marks:
    """Which offers give a node that they must have, or more of, before they start."""
    import numpy as np

    plain = np.bincount(asked_group, minlength=len(group_offer)) == 1
    plain &= ~np.isin(group_offer, list(grid.some_of))
    alone = plain[asked_group]
    asking, node = group_offer[asked_group[alone]], asked_node[alone]
    keys = asking * grid.nodes.size + grid.nodes.skill[node]
    order = np.lexsort((node, keys))
    keys, node = keys[order], node[order]
    last = np.ones(len(keys), bool)
    last[:-1] = keys[1:] != keys[:-1]
    keys, node = keys[last], node[last]
    if not len(keys):
        return np.zeros(len(grid.give_node), bool)
    own = grid.give_offer * grid.nodes.size + grid.nodes.skill[grid.give_node]
    place = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
    found: Marks = (keys[place] == own) & (node[place] >= grid.give_node)
    return found


@dataclass
class Prices:
    """What nodes and groups are worth, and each limit; what that proves."""

    node: Numbers
    group: Numbers
    caps: list[float]
    part: Numbers
    """How much of each offer is taken there."""


class Nearby:
    """A pool seen from the target: its nearest offers (`few`), and which of all of them a choice as good as a known one can hold."""

    def __init__(self, problem: Problem, pool: Pool, hour: int, *, money: bool, hours: int | None) -> None:
        """The goal is money, and an `hour` as much; or hours. `hours` are the most there may be."""
        import numpy as np

        self.pool = pool
        self.allowance = problem.allowance
        levels = problem.needs.items()
        self.wanted = [node for skill, level in levels if (node := pool.grid.nodes.of_level(skill, level)) is not None]
        price = _shares(pool)
        self.goal = price + pool.grid.hours * hour if money else pool.grid.hours
        self.caps = []
        if problem.limits.budget is not None:
            self.caps.append(Capped(price, problem.limits.budget.minor))
        most = problem.limits.hours_available
        if most is not None:
            hours = most if hours is None else min(hours, most)
        if hours is not None:
            self.caps.append(Capped(pool.grid.hours, hours))
        self.edges = _Edges.of(pool.grid, pool.held, pool.matters)
        self.far: Derivation = pool.grid.derive(self.goal + LEAST * (1 + float(self.goal.max(initial=0.0))), pool.held)
        self.given: Marks = self.edges.first[1:] > self.edges.first[:-1]
        self.few: Marks = np.zeros(pool.grid.size, bool)
        self._begin()

    def _begin(self) -> None:
        """The nearest offers to each wanted node with what they build on, and those that bring much of what is wanted."""
        import numpy as np

        edges = self.edges
        self._take(self.wanted, BREADTH)
        serves = np.zeros(self.pool.grid.nodes.size)
        serves[self.wanted] = self.far.node[self.wanted]
        saved = np.bincount(edges.offer, weights=serves[edges.node], minlength=self.pool.grid.size)
        saved -= np.where(np.isfinite(self.far.offer), self.far.offer, np.inf)
        best = np.argsort(-saved, kind="stable")[:SERVING]
        self._with(best[saved[best] > 0].tolist())

    def _take(self, nodes: Sequence[int], breadth: Sequence[int]) -> None:
        import numpy as np

        seen: set[int] = set()
        depth = 0
        here = list(nodes)
        while here:
            most = breadth[min(depth, len(breadth) - 1)]
            fresh: list[int] = []
            for node in here:
                givers = self.edges.givers(node)
                if len(givers) > most:
                    givers = givers[np.argsort(self.far.offer[givers], kind="stable")[:most]]
                for offer in givers.tolist():
                    if not self.few[offer]:
                        self.few[offer] = True
                        fresh += self._below(offer)
            seen.update(here)
            here = [node for node in dict.fromkeys(fresh) if node not in seen]
            depth += 1

    def _with(self, offers: Sequence[int]) -> None:
        """These, with the nearest way to what they ask for."""
        nodes: list[int] = []
        for offer in offers:
            self.few[offer] = True
            nodes += self._below(offer)
        self._take(list(dict.fromkeys(nodes)), (1,))

    def _below(self, offer: int) -> list[int]:
        """Per group of an offer the nearest of its alternatives."""
        import numpy as np

        found = []
        for group in range(self.edges.own[offer], self.edges.own[offer + 1]):
            nodes = self.edges.alternatives(group)
            found.append(int(nodes[np.argmin(self.far.node[nodes])]))
        return found

    def relaxed(self) -> Relaxation | None:
        """The limit of the whole pool, and what each of its offers adds; None where work ran out before that was known."""
        import numpy as np

        for turn in range(ROUNDS + 1):
            prices = self.prices()
            if prices is None or self.allowance.over <= 0:
                break
            limit, adding = self.proven(prices)
            paying = np.flatnonzero((adding < -PAYS) & ~self.few)
            if not len(paying):
                return Relaxation(limit, np.maximum(adding, 0.0), prices.part, 0.0)
            if turn + 1 >= ROUNDS or len(paying) > MORE:
                self.few[:] = True
            else:
                self._with(paying.tolist())
        return None

    def prices(self) -> Prices | None:
        """What the linear program over the few comes to; None where that cannot be satisfied or no work is left."""
        import numpy as np
        from ortools.linear_solver.pywraplp import Solver

        edges = self.edges
        few = np.flatnonzero(self.few).tolist()
        solver = Solver.CreateSolver("GLOP")
        objective = solver.Objective()
        objective.SetMinimization()
        infinity = solver.infinity()  # nobody needs more than all of anything, so that no upper limit is needed
        taken = {offer: solver.NumVar(0.0, infinity, "") for offer in few}
        for offer, variable in taken.items():
            objective.SetCoefficient(variable, float(self.goal[offer]))
        reached = {node: solver.NumVar(1.0, 1.0, "") for node in self.wanted}
        groups: dict[int, Any] = {}
        for offer in few:
            own = range(edges.own[offer], edges.own[offer + 1])
            missing = edges.missing.get(offer)
            some = None
            if missing is not None and own:
                some = solver.Constraint(0.0, infinity)
                some.SetCoefficient(taken[offer], -float(missing))
            for group in own:
                row = groups[group] = solver.Constraint(0.0, infinity)
                for node in edges.alternatives(group).tolist():
                    if node not in reached:
                        reached[node] = solver.NumVar(0.0, infinity, "")
                    row.SetCoefficient(reached[node], 1.0)
                if some is None:
                    row.SetCoefficient(taken[offer], -1.0)
                else:
                    met = solver.NumVar(0.0, 1.0, "")
                    row.SetCoefficient(met, -1.0)
                    some.SetCoefficient(met, 1.0)
        nodes = {}
        for node, variable in reached.items():
            row = nodes[node] = solver.Constraint(0.0, infinity)
            row.SetCoefficient(variable, -1.0)
            for offer in edges.givers(node).tolist():
                if offer in taken:
                    row.SetCoefficient(taken[offer], 1.0)
        caps = []
        for cap in self.caps:
            row = solver.Constraint(-infinity, float(cap.most))
            for offer in few:
                row.SetCoefficient(taken[offer], float(cap.each[offer]))
            caps.append(row)
        if self.allowance.linearly(solver, STARTING) != Solver.OPTIMAL:
            return None
        size = self.pool.grid.size
        found = Prices(np.zeros(self.pool.grid.nodes.size), np.zeros(len(edges.group_offer)), [], np.zeros(size))
        found.node[list(nodes)] = [max(0.0, row.dual_value()) for row in nodes.values()]
        found.group[list(groups)] = [max(0.0, row.dual_value()) for row in groups.values()]
        found.part[few] = [variable.solution_value() for variable in taken.values()]
        found.caps = [max(0.0, -row.dual_value()) for row in caps]
        return found

    def left_of_nodes(self, prices: Prices) -> Numbers:
        """What each node's price leaves after all that asks for it."""
        import numpy as np

        edges = self.edges
        asked = np.bincount(edges.asked_node, weights=prices.group[edges.asked_group], minlength=len(prices.node))
        left: Numbers = prices.node - asked
        return left

    def left_of_offers(self, prices: Prices) -> Numbers:
        """What taking each offer adds, at these prices."""
        import numpy as np

        edges, size = self.edges, self.pool.grid.size
        left: Numbers = self.goal - np.bincount(edges.offer, weights=prices.node[edges.node], minlength=size)
        for price, cap in zip(prices.caps, self.caps, strict=True):
            left += price * cap.each
        asked = np.bincount(edges.group_offer, weights=prices.group, minlength=size)
        for offer, missing in edges.missing.items():
            own = np.sort(prices.group[edges.own[offer] : edges.own[offer + 1]])
            asked[offer] = own[:missing].sum() if missing > 0 else 0.0
        left += asked
        return left

    def proven(self, prices: Prices) -> tuple[float, Numbers]:
        """The limit that prices prove, and what each offer adds to it."""
        import numpy as np

        offers, nodes = self.left_of_offers(prices), self.left_of_nodes(prices)
        lost = np.where(self.given, np.minimum(nodes, 0.0), 0.0)
        lost[self.wanted] = nodes[self.wanted]  # these are reached whatever that brings
        capped = sum(price * cap.most for price, cap in zip(prices.caps, self.caps, strict=True))
        amounts = float(np.abs(offers).sum() + np.abs(nodes).sum() + self.goal.sum()) + capped
        limit = float(np.minimum(offers, 0.0).sum() + lost.sum()) - capped
        return limit - MARGIN * (amounts + 1), offers


def _shares(pool: Pool) -> Numbers:
    """The money that each offer adds to a choice at least, where each bundle is shared out among its offers by their prices: added up over
    the offers of any choice, no more than that costs."""
    place = {offer.id: number for number, offer in enumerate(pool.candidates)}
    found: Numbers = pool.grid.price.copy()
    for discount in pool.index.discounts_on(place):
        found[place[discount.offer]] -= discount.off.minor
    for bundle in pool.index.bundles_with(place):
        members = [place[key] for key in bundle.offers if key in place]
        whole = float(pool.grid.price[members].sum())
        if whole > bundle.cost.minor:
            for member in members:
                found[member] = min(found[member], pool.grid.price[member] * bundle.cost.minor / whole)
    return found
