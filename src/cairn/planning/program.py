"""The choice of offers as linear rows over yes-or-no variables: one statement of the problem for the relaxed and the exact solver.

Variables: each candidate taken (in the order of the pool's candidates), then nodes reached, offers paid for singly, bundles bought,
discounts used, groups met. Every row says that a sum is at least a number. Order among offers is left out: a choice that supports itself
in a loop satisfies the rows and is cut off later (`solver`). One part of it is here: whoever is first to bring something cannot
require it, or more of it, so that such an offer does not count as bringing it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cairn.planning.counting import Sharing
from cairn.planning.pruning import OfferIndex, Pool
from cairn.planning.schedule import crowding
from cairn.planning.values import Bundle, Discount, Limits, SkillLevel

type Row = tuple[list[int], list[int], int]
"""Variables, their coefficients, and what the sum is at least."""

type Terms = dict[int, int]
"""Variable to coefficient."""


@dataclass
class Program:
    """Rows over `size` variables; `cost` and `hours` are what a choice comes to."""

    size: int
    rows: list[Row]
    cost: Terms
    hours: Terms
    node: dict[int, int]
    """Node to the variable that says it is reached."""
    bundles: list[tuple[int, Bundle]]
    discounts: list[tuple[int, Discount]]
    pool: Pool
    givers: dict[int, list[int]]
    """Node to the candidates that may be the first to bring it."""
    groups: dict[int, list[list[int]]]
    """Candidate to its groups of prerequisites that are still to be satisfied, as nodes that can be."""
    payers: dict[int, list[int]]
    """Candidate that is in a bundle to the variables of which one is true where it is taken: paid for singly, or a bundle."""

    @classmethod
    def of(cls, pool: Pool) -> Program:
        """The rows that hold for every choice of candidates, before any need or limit."""
        return _Writing(pool).program()

    def reached(self, step: SkillLevel) -> int | None:
        """The variable that says a skill reaches a level; None where no candidate leads there. Only what the pool wanted is known."""
        node = self.pool.grid.nodes.of_level(step.skill, step.level)
        return None if node is None else self.node.get(node)

    def require(self, needs: Mapping[str, int]) -> list[Row]:
        """Rows that say all needs are reached; a row that nothing can satisfy where no candidate leads there."""
        rows: list[Row] = []
        for skill, level in sorted(needs.items()):
            variable = self.reached(SkillLevel(skill, level))
            rows.append(([], [], 1) if variable is None else ([variable], [1], 1))
        return rows

    @cached_property
    def gives(self) -> list[set[int]]:
        """Per candidate the nodes it brings."""
        found: list[set[int]] = [set() for _ in self.pool.candidates]
        grid = self.pool.grid
        for place, node in zip(grid.give_offer.tolist(), grid.give_node.tolist(), strict=True):
            found[place].add(node)
        return found

    def first_of(self, nodes: frozenset[int]) -> list[int]:
        """The candidates that bring one of these nodes and can be started without any of them."""
        found = []
        bringing = {place for node in nodes for place in self.givers.get(node, ())}
        for place in sorted(bringing):
            groups = self.groups.get(place, [])
            free = sum(not nodes.issuperset(group) for group in groups)
            offer = self.pool.candidates[place]
            least = len(offer.requires) if offer.at_least is None else offer.at_least
            if free >= least - (len(offer.requires) - len(groups)):
                found.append(place)
        return found

    def loop(self, nodes: frozenset[int], only: Iterable[int] | None = None) -> list[Row]:
        """Rows that hold for any set of nodes: the first of them to be reached is brought by an offer that requires none of them.

        One row for each node of the set, or for those of `only`.
        """
        first = self.first_of(nodes)
        told = [node for node in sorted(nodes if only is None else only) if node in self.node]
        return [([*first, self.node[node]], [1] * len(first) + [-1], 0) for node in told]

    @staticmethod
    def at_most(terms: Terms, most: int) -> Row:
        """A row that says a sum is at most a number."""
        return list(terms), [-weight for weight in terms.values()], -most


def limiting(
    program: Program, limits: Limits, *, cost: int | None = None, hours: int | None = None, weeks: int | None = None
) -> list[Row]:
    """Rows for at most this much money and study, also where weeks limit the hours."""
    rows: list[Row] = []
    if cost is not None:
        rows.append(Program.at_most(program.cost, cost))
    if weeks is not None and limits.hours_per_week is not None:
        most = limits.hours_available
        hours = most if hours is None or most is None else min(hours, most)
        offers = program.pool.candidates
        rows += [Program.at_most(terms, each * weeks) for each, terms in crowding(offers, limits)]
    if hours is not None:
        rows.append(Program.at_most(program.hours, hours))
    return rows


class _Writing:
    """Writes the rows of one pool."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.grid = pool.grid
        self.held: list[bool] = pool.held.tolist()
        self.size = self.grid.size
        self.rows: list[Row] = []
        self.node: dict[int, int] = {}
        self.cost: Terms = {}
        self.paid: dict[str, int] = {}
        self.bundles: list[tuple[int, Bundle]] = []
        self.discounts: list[tuple[int, Discount]] = []
        self.givers: dict[int, list[int]] = {}
        self.opened: dict[int, list[list[int]]] = {}
        self.payers: dict[int, list[int]] = {}

    def program(self) -> Program:
        """All of it."""
        self._nodes()
        self._prerequisites()
        self._amounts()
        self._exclusions()
        self._prices(self.pool.index)
        hours = {place: offer.hours for place, offer in enumerate(self.pool.candidates) if offer.hours}
        return Program(
            self.size,
            self.rows,
            self.cost,
            hours,
            self.node,
            self.bundles,
            self.discounts,
            self.pool,
            self.givers,
            self.opened,
            self.payers,
        )

    def _new(self) -> int:
        self.size += 1
        return self.size - 1

    def _nodes(self) -> None:
        """A node is reached only by an offer that may be the first to bring it."""
        barred = self._barred()
        matters = self.pool.matters[self.grid.give_node]
        given = self.grid.give_node[matters]
        skills = self.grid.nodes.skill[given]
        for offer, node, skill in zip(
            self.grid.give_offer[matters].tolist(), given.tolist(), skills.tolist(), strict=True
        ):
            if not any(own >= node for own in barred.get((offer, skill), ())):
                self.givers.setdefault(node, []).append(offer)
        for node, givers in sorted(self.givers.items()):
            self.node[node] = variable = self._new()
            self.rows.append(([*givers, variable], [1] * len(givers) + [-1], 0))

    def _skill(self, node: int) -> int:
        return int(self.grid.nodes.skill[node])

    def _barred(self) -> dict[tuple[int, int], list[int]]:
        """Per offer and skill the nodes it must have before it starts."""
        found: dict[tuple[int, int], list[int]] = {}
        for offer, groups in self.groups.items():
            if offer not in self.grid.some_of:
                for nodes in groups:
                    if len(nodes) == 1:
                        found.setdefault((offer, self._skill(nodes[0])), []).append(nodes[0])
        return found

    @cached_property
    def groups(self) -> dict[int, list[list[int]]]:
        """Per offer its groups of prerequisites, each as nodes."""
        nodes: dict[int, list[int]] = {}
        for group, node in zip(self.grid.alternative_group.tolist(), self.grid.alternative_node.tolist(), strict=True):
            nodes.setdefault(group, []).append(node)
        found: dict[int, list[list[int]]] = {}
        for group, offer in enumerate(self.grid.group_offer.tolist()):
            if not self.grid.soft[group]:
                found.setdefault(offer, []).append(nodes[group])
        return found

    def _met(self, nodes: Iterable[int]) -> list[int] | None:
        """The variables of which one must be true for a group; None where the learner has it already."""
        if any(self.held[node] for node in nodes):
            return None
        return [self.node[node] for node in nodes if node in self.node]

    def _prerequisites(self) -> None:
        for offer, groups in self.groups.items():
            least = self.grid.some_of.get(offer)
            self.opened[offer] = [
                [node for node in nodes if node in self.node]
                for nodes in groups
                if not any(self.held[node] for node in nodes)
            ]
            opened = [met for nodes in groups if (met := self._met(nodes)) is not None]
            if least is None:
                self.rows += [([*met, offer], [1] * len(met) + [-1], 0) for met in opened]
            elif least > len(groups) - len(opened):
                satisfied = []
                for met in opened:
                    satisfied.append(self._new())
                    self.rows.append(([*met, satisfied[-1]], [1] * len(met) + [-1], 0))
                missing = least - (len(groups) - len(opened))
                self.rows.append(([*satisfied, offer], [1] * len(satisfied) + [-missing], 0))

    def _amounts(self) -> None:
        """What is granted for an amount needs at least as much, of all that counts; nothing of that is held."""
        for place, offer in enumerate(self.pool.candidates):
            for amount in offer.counting.amounts if offer.counting is not None else ():
                terms: Terms = {}
                for name, brought in sorted(amount.of.items()):
                    variable = self.node.get(self.grid.nodes.number(name))
                    if variable is not None:
                        terms[variable] = min(brought, amount.least)
                self.rows.append(([*terms, place], [*terms.values(), -amount.least], 0))
            if offer.counting is not None and offer.counting.sharing is not None:
                self._shared_out(place, offer.counting.sharing)

    def _shared_out(self, place: int, sharing: Sharing) -> None:
        """Whatever is reached serves one of the parts, and each part gets enough."""
        serving: list[Terms] = [{} for _ in sharing.least]
        there = [
            (self.node.get(self.grid.nodes.number(name)), parts) for name, parts in sorted(sharing.brought.items())
        ]
        for reached, parts in [*there, *((-1, parts) for parts in sharing.had)]:
            if reached is None:
                continue
            once: list[int] = []
            for part, brought in sorted(parts.items()):
                serves = self._new()
                serving[part][serves] = min(brought, sharing.least[part])
                if part not in sharing.freely:
                    once.append(serves)
                elif reached >= 0:
                    self.rows.append(([reached, serves], [1, -1], 0))
            if once and reached >= 0:
                self.rows.append(([reached, *once], [1] + [-1] * len(once), 0))
            elif len(once) > 1:
                self.rows.append((once, [-1] * len(once), -1))
        for part, terms in enumerate(serving):
            self.rows.append(([*terms, place], [*terms.values(), -sharing.least[part]], 0))

    def _exclusions(self) -> None:
        if not self.pool.index.clashing:
            return
        by_name: dict[str, list[int]] = {}
        for place, offer in enumerate(self.pool.candidates):
            for name in offer.names:
                by_name.setdefault(name, []).append(place)
        pairs = {
            (min(place, other), max(place, other))
            for place, offer in enumerate(self.pool.candidates)
            for name in offer.exclusive_with
            for other in by_name.get(name, ())
            if other != place
        }
        self.rows += [([one, other], [-1, -1], -1) for one, other in sorted(pairs)]

    def _prices(self, index: OfferIndex) -> None:
        place = {offer.id: number for number, offer in enumerate(self.pool.candidates)}
        for bundle in index.bundles_with(place):
            members = [place[key] for key in sorted(bundle.offers) if key in place]
            if members and sum(self.pool.candidates[member].cost.minor for member in members) > bundle.cost.minor:
                variable = self._new()
                self.cost[variable] = bundle.cost.minor
                self.bundles.append((variable, bundle))
                for member in members:
                    self.payers.setdefault(member, []).append(variable)
        singly: dict[int, int] = {}
        for number, offer in enumerate(self.pool.candidates):
            singly[number] = number
            if number in self.payers:
                singly[number] = variable = self._new()
                self.payers[number].append(variable)
                self.rows.append(([*self.payers[number], number], [1] * len(self.payers[number]) + [-1], 0))
            if offer.cost.minor:
                self.cost[singly[number]] = offer.cost.minor
        for discount in index.discounts_on(place):
            self._discount(discount, singly[place[discount.offer]])

    def _discount(self, discount: Discount, paid: int) -> None:
        groups: list[Sequence[int]] = []
        for group in discount.when:
            met = self._met([self.grid.nodes.number(alternative) for alternative in group])
            if met is not None:
                groups.append(met)
        if all(groups):
            variable = self._new()
            self.cost[variable] = -discount.off.minor
            self.discounts.append((variable, discount))
            self.rows.append(([paid, variable], [1, -1], 0))
            self.rows += [([*met, variable], [1] * len(met) + [-1], 0) for met in groups]
