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
from math import inf
from typing import TYPE_CHECKING, Any

from cairn.planning.allowance import Allowance
from cairn.planning.edges import Edges
from cairn.planning.posing import Problem
from cairn.planning.relaxation import Relaxation

if TYPE_CHECKING:
    from cairn.planning.grid import Derivation, Marks, Numbers
    from cairn.planning.pruning import Pool

LEAST = 1e-9
"""What an offer counts at least on the way to a node, as a share of the dearest."""

MARGIN = 1e-9
"""Share of all summed amounts that is set aside for rounding."""

BREADTH = (6, 2, 1)
"""How many of the nearest offers are taken to a wanted node, to what these ask for, and from there on."""

SERVING = 200
"""How many offers are taken that bring the most of what is wanted for what they cost."""

ROUNDS = 20
"""How often those who would pay are taken among the few, before all are."""

MORE = 500
"""How many who would pay are charged, or taken among the few, at once: those who would pay the most."""

FEW = 1_500
"""How many are left at most that a choice as good as the best one known can hold, where nobody looks for better prices."""

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
        self.edges = Edges.of(pool.grid, pool.held, pool.matters)
        if money and not hour and pool.derivation is not None:
            self.far: Derivation = pool.derivation
        else:
            self.far = pool.grid.derive(self.goal + LEAST * (1 + float(self.goal.max(initial=0.0))), pool.held)
        self.given: Marks = self.edges.first[1:] > self.edges.first[:-1]
        self.few: Marks = np.zeros(pool.grid.size, bool)
        self.stated = _Stated(self.edges, self.goal, self.wanted, self.caps)
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

    def relaxed(self, most: int | None) -> Relaxation | None:
        """A limit of the whole pool, and what each of its offers adds, by which few of them are in a choice that comes to `most` or less
        if that can be; None where work ran out before anything was known."""
        import numpy as np

        best: Relaxation | None = None
        fewest = self.pool.grid.size + 1
        for turn in range(ROUNDS + 1):
            prices = self.prices()
            if prices is None:
                break
            self.charged(prices)
            limit, adding = self.proven(prices)
            found = Relaxation(limit, np.maximum(adding, 0.0), prices.part, 0.0)
            kept = int(found.worth_keeping(most).sum()) if most is not None else self.pool.grid.size
            if kept < fewest:
                best, fewest = found, kept
            paying = np.flatnonzero((adding < -PAYS) & ~self.few)
            if not len(paying):
                return found
            if fewest <= FEW or self.allowance.over <= 0:
                break
            if turn + 1 >= ROUNDS:
                self.few[:] = True
            else:
                self._with(paying[np.argsort(adding[paying], kind="stable")[:MORE]].tolist())
        return best

    def prices(self) -> Prices | None:
        """What the linear program over the few comes to; None where that cannot be satisfied or no work is left."""
        import numpy as np

        stated = self.stated
        stated.add(np.flatnonzero(self.few & ~stated.known).tolist())
        solved = stated.solved(self.allowance)
        if solved is None:
            return None
        duals, parts = solved
        size = self.pool.grid.size
        found = Prices(np.zeros(self.pool.grid.nodes.size), np.zeros(len(self.edges.group_offer)), [], np.zeros(size))
        found.node[list(stated.nodes)] = np.maximum(duals[list(stated.nodes.values())], 0.0)
        found.group[list(stated.groups)] = np.maximum(duals[list(stated.groups.values())], 0.0)
        found.part[list(stated.taken)] = parts[list(stated.taken.values())]
        found.caps = np.maximum(-duals[: len(self.caps)], 0.0).tolist()
        return found

    def charged(self, prices: Prices) -> None:
        """Let who would pay be charged for what it asks for, as far as the givers of that can do without being paid more themselves.

        What nobody of the few asks for is free at these prices, so that others look better than they are.
        """
        import numpy as np

        edges = self.edges
        offers, nodes = self.left_of_offers(prices), self.left_of_nodes(prices)
        paying = np.flatnonzero(offers < -PAYS)
        for offer in paying[np.argsort(offers[paying], kind="stable")][:MORE].tolist():
            if offer in edges.missing:
                continue
            for group in range(edges.own[offer], edges.own[offer + 1]):
                asked = edges.alternatives(group).tolist()
                givers = [edges.givers(node) for node in asked]
                each = [max(0.0, float(offers[some].min())) / len(asked) if len(some) else 0.0 for some in givers]
                rise = min(-offers[offer], *(nodes[node] + one for node, one in zip(asked, each, strict=True)))
                if rise <= 0 or any((some == offer).any() for some in givers):
                    continue
                prices.group[group] += rise
                offers[offer] += rise
                for node, some in zip(asked, givers, strict=True):
                    more = max(0.0, rise - nodes[node])
                    nodes[node] -= rise - more
                    prices.node[node] += more
                    offers[some] -= more

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


class _Stated:
    """The linear program over the few: more offers may be added to those that are there.

    Nobody needs more than all of anything, so that no upper limits are needed.
    """

    def __init__(self, edges: Edges, goal: Numbers, wanted: Sequence[int], caps: Sequence[Capped]) -> None:
        import numpy as np
        from ortools.linear_solver.linear_solver_pb2 import MPModelProto

        self.edges, self.goal, self.caps = edges, goal, caps
        self.model: Any = MPModelProto()
        self.known: Marks = np.zeros(len(goal), bool)
        self.taken: dict[int, int] = {}
        self.groups: dict[int, int] = {}
        self.nodes: dict[int, int] = {}
        self.reached: dict[int, int] = {}
        for cap in caps:
            self.model.constraint.add(upper_bound=cap.most)
        for node in wanted:
            self._node(node, 1.0)

    def _variable(self, least: float, goal: float = 0.0, most: float = inf) -> int:
        self.model.variable.add(lower_bound=least, upper_bound=most, objective_coefficient=goal)
        return len(self.model.variable) - 1

    def _row(self, variables: list[int], weights: list[float]) -> int:
        self.model.constraint.add(lower_bound=0.0, var_index=variables, coefficient=weights)
        return len(self.model.constraint) - 1

    def _also(self, row: int, variable: int, weight: float) -> None:
        self.model.constraint[row].var_index.append(variable)
        self.model.constraint[row].coefficient.append(weight)

    def _node(self, node: int, least: float = 0.0) -> int:
        """The variable that says a node is reached, which somebody who is known must bring."""
        if node not in self.reached:
            self.reached[node] = self._variable(least, most=1.0 if least else inf)
            givers = [self.taken[offer] for offer in self.edges.givers(node).tolist() if offer in self.taken]
            self.nodes[node] = self._row([*givers, self.reached[node]], [1.0] * len(givers) + [-1.0])
        return self.reached[node]

    def add(self, offers: Sequence[int]) -> None:
        """These too."""
        import numpy as np

        edges = self.edges
        self.known[offers] = True
        fresh = np.zeros(len(self.goal), bool)
        for offer in offers:
            self.taken[offer] = taken = self._variable(0.0, self.goal[offer])
            for number, cap in enumerate(self.caps):
                self._also(number, taken, cap.each[offer])
        fresh[offers] = True
        bringing = fresh[edges.offer]
        for offer, node in zip(edges.offer[bringing].tolist(), edges.node[bringing].tolist(), strict=True):
            if node in self.nodes:
                self._also(self.nodes[node], self.taken[offer], 1.0)
        for offer in offers:
            own = range(edges.own[offer], edges.own[offer + 1])
            missing = edges.missing.get(offer)
            some = []
            for group in own:
                reached = [self._node(node) for node in dict.fromkeys(edges.alternatives(group).tolist())]
                needs = self.taken[offer]
                if missing is not None:
                    needs = self._variable(0.0, most=1.0)
                    some.append(needs)
                self.groups[group] = self._row([*reached, needs], [1.0] * len(reached) + [-1.0])
            if missing is not None and some:
                self._row([*some, self.taken[offer]], [1.0] * len(some) + [-float(missing)])

    def solved(self, allowance: Allowance) -> tuple[Numbers, Numbers] | None:
        """The prices of its rows and the parts of its variables; None where it cannot be satisfied or no work is left."""
        import numpy as np
        from ortools.linear_solver.linear_solver_pb2 import MPSolutionResponse
        from ortools.linear_solver.pywraplp import Solver

        solver = Solver.CreateSolver("GLOP")
        solver.LoadModelFromProto(self.model)
        if allowance.linearly(solver, STARTING) != Solver.OPTIMAL:
            return None
        answer = MPSolutionResponse()
        solver.FillSolutionResponseProto(answer)
        return np.array(answer.dual_value), np.array(answer.variable_value)


def _shares(pool: Pool) -> Numbers:
    """The money that each offer adds to a choice at least, where each bundle is shared out among its offers by their prices: added up over
    the offers of any choice, no more than that costs."""
    found: Numbers = pool.grid.price.copy()
    if not pool.index.bundles and not pool.index.discounts:
        return found
    place = {offer.id: number for number, offer in enumerate(pool.candidates)}
    for discount in pool.index.discounts_on(place):
        found[place[discount.offer]] -= discount.off.minor
    for bundle in pool.index.bundles_with(place):
        members = [place[key] for key in bundle.offers if key in place]
        whole = float(pool.grid.price[members].sum())
        if whole > bundle.cost.minor:
            for member in members:
                found[member] = min(found[member], pool.grid.price[member] * bundle.cost.minor / whole)
    return found
