"""A catalogue as arrays: what brings what, what requires what; closing backward and cheapest derivations in milliseconds.

A *node* is something that can be had: a skill at one of the levels that anybody mentions, or a name that somebody requires. The
nodes of one skill stand side by side, lower levels first. An offer gives every node up to the level it reaches.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cairn.planning.replay import Standing
from cairn.planning.values import Alternative, Discount, Offer, PlanningError, SkillLevel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

type Numbers = NDArray[np.float64]
type Places = NDArray[np.int64]
type Marks = NDArray[np.bool_]

RUNGS = 200
"""Different levels one skill may have in a catalogue."""

SWEEPS = 200
"""Rounds a derivation may take; prices found until then are true, if not the least."""


@dataclass(frozen=True)
class Nodes:
    """The numbers of what can be had."""

    ladders: Mapping[str, tuple[int, Sequence[int]]]
    """Per skill its first node, and its levels from low to high."""
    names: Mapping[str, int]
    size: int

    @classmethod
    def of(cls, offers: Sequence[Offer], discounts: Iterable[Discount]) -> Nodes:
        """Every level and every name that is mentioned. Raises `PlanningError` for a skill with too many levels."""
        levels: dict[str, set[int]] = {}
        names: set[str] = set()

        def mention(alternative: Alternative) -> None:
            if isinstance(alternative, SkillLevel):
                levels.setdefault(alternative.skill, set()).add(alternative.level)
            else:
                names.add(alternative)

        for offer in offers:
            for skill, level in offer.provides.items():
                levels.setdefault(skill, set()).add(level)
            for group in offer.requires:
                for alternative in group:
                    mention(alternative)
        for discount in discounts:
            for group in discount.when:
                for alternative in group:
                    mention(alternative)
        ladders: dict[str, tuple[int, Sequence[int]]] = {}
        size = 0
        for skill, known in levels.items():
            if len(known) > RUNGS:
                raise PlanningError(f"{skill} has {len(known)} different levels. Give a skill at most {RUNGS}.")
            ladders[skill] = size, sorted(known)
            size += len(known)
        numbered = {name: size + place for place, name in enumerate(sorted(names))}
        return cls(ladders, numbered, size + len(numbered))

    @cached_property
    def skill(self) -> Places:
        """Per node the first node of its skill; a name stands alone."""
        import numpy as np

        found = np.arange(self.size)
        for first, known in self.ladders.values():
            found[first : first + len(known)] = first
        return found

    def of_level(self, skill: str, level: int) -> int | None:
        """The node of the lowest level mentioned that is no lower than `level`; None where nobody goes that far."""
        first, known = self.ladders.get(skill, (0, ()))
        place = bisect_left(known, level)
        return first + place if place < len(known) else None

    def number(self, alternative: Alternative) -> int:
        """The node of an alternative that somebody mentions."""
        if isinstance(alternative, SkillLevel):
            first, known = self.ladders[alternative.skill]
            return first + bisect_left(known, alternative.level)
        return self.names[alternative]

    def given(self, offer: Offer) -> tuple[list[int], list[int]]:
        """The nodes that completing the offer gives, and for each the highest of its skill that it gives."""
        found: list[int] = []
        tops: list[int] = []
        for skill, level in offer.provides.items():
            first, known = self.ladders[skill]
            end = first + bisect_right(known, level)
            found += range(first, end)
            tops += [end - 1] * (end - first)
        named = [self.names[name] for name in offer.names if name in self.names]
        return found + named, tops + named

    def had(self, offer: Offer) -> set[int]:
        """The nodes that everybody has who starts the offer, as far as its groups of one alternative tell."""
        found: set[int] = set()
        for group in offer.requires if offer.at_least is None else ():
            if len(group) == 1:
                last = self.number(group[0])
                first = self.ladders[group[0].skill][0] if isinstance(group[0], SkillLevel) else last
                found.update(range(first, last + 1))
        return found

    def levels(self, given: Places, standing: Standing, skills: Iterable[str]) -> dict[str, int]:
        """The level of each skill that a standing has, or that one of these nodes is, whatever is higher."""
        import numpy as np

        there = np.zeros(self.size, bool)
        there[given] = True
        found = {}
        for skill in skills:
            first, known = self.ladders.get(skill, (0, ()))
            reached = np.flatnonzero(there[first : first + len(known)])
            best = known[reached[-1]] if len(reached) else 0
            found[skill] = max(best, standing.levels.get(skill, 0))
        return found

    def held(self, standing: Standing) -> Marks:
        """Which nodes a standing has."""
        import numpy as np

        found = np.zeros(self.size, bool)
        for skill, level in standing.levels.items():
            if skill in self.ladders:
                first, known = self.ladders[skill]
                found[first : first + bisect_right(known, level)] = True
        for name in standing.names:
            if name in self.names:
                found[self.names[name]] = True
        return found


@dataclass
class Grid:
    """Offers by number, with their edges: `gives` sorted by node, groups of prerequisites sorted by offer.

    `soft` groups are conditions of a discount on the offer: they matter, but nobody must satisfy them.
    """

    nodes: Nodes
    price: Numbers
    hours: Numbers
    give_offer: Places
    give_node: Places
    give_top: Places
    """The highest node of that skill that the offer gives."""
    group_offer: Places
    soft: Marks
    alternative_group: Places
    alternative_node: Places
    some_of: Mapping[int, int]
    """Offers that need only so many of their groups."""
    give_late: Marks  # where the offer must have that very node, or a higher one of its skill, before it starts

    @classmethod
    def of(cls, offers: Sequence[Offer], discounts: Sequence[Discount]) -> Grid:
        """Read offers into arrays; their places are their numbers."""
        import numpy as np

        nodes = Nodes.of(offers, discounts)
        waiting: dict[str, list[Discount]] = {}
        for discount in discounts:
            waiting.setdefault(discount.offer, []).append(discount)
        give_offer: list[int] = []
        give_node: list[int] = []
        give_top: list[int] = []
        give_late: list[bool] = []
        group_offer: list[int] = []
        soft: list[bool] = []
        alternative_group: list[int] = []
        alternative_node: list[int] = []
        for place, offer in enumerate(offers):
            given, tops = nodes.given(offer)
            give_offer += [place] * len(given)
            give_node += given
            give_top += tops
            had = nodes.had(offer)
            give_late += [node in had for node in given] if had else [False] * len(given)
            wishes = [(group, False) for group in offer.requires]
            wishes += [(group, True) for discount in waiting.get(offer.id, ()) for group in discount.when]
            for group, optional in wishes:
                alternative_group += [len(group_offer)] * len(group)
                alternative_node += [nodes.number(alternative) for alternative in group]
                group_offer.append(place)
                soft.append(optional)
        by_node = np.argsort(np.array(give_node, dtype=np.int64), kind="stable")
        return cls(
            nodes,
            np.array([offer.cost.minor for offer in offers], dtype=np.float64),
            np.array([offer.hours for offer in offers], dtype=np.float64),
            np.array(give_offer, dtype=np.int64)[by_node],
            np.array(give_node, dtype=np.int64)[by_node],
            np.array(give_top, dtype=np.int64)[by_node],
            np.array(group_offer, dtype=np.int64),
            np.array(soft, dtype=bool),
            np.array(alternative_group, dtype=np.int64),
            np.array(alternative_node, dtype=np.int64),
            {place: offer.at_least for place, offer in enumerate(offers) if offer.at_least is not None},
            np.array(give_late, dtype=bool)[by_node],
        )

    @property
    def size(self) -> int:
        """How many offers."""
        return len(self.price)

    @property
    def edges(self) -> int:
        """How much there is to look at."""
        return len(self.give_node) + len(self.alternative_node)

    def get_ready(self) -> None:
        """Work out now what is worked out only once."""
        _ = self.nodes.skill, self._given, self._partly, self._starts

    def narrowed(self, kept: Marks) -> tuple[Grid, Places]:
        """Only these offers, renumbered, and the numbers they had."""
        import numpy as np

        numbers = np.flatnonzero(kept)
        if len(numbers) == self.size:
            return self, numbers
        new = np.cumsum(kept) - 1
        gives = kept[self.give_offer]
        groups = kept[self.group_offer]
        new_group = np.cumsum(groups) - 1
        alternatives = groups[self.alternative_group] if len(self.alternative_group) else np.zeros(0, bool)
        found = Grid(
            self.nodes,
            self.price[numbers],
            self.hours[numbers],
            new[self.give_offer[gives]],
            self.give_node[gives],
            self.give_top[gives],
            new[self.group_offer[groups]],
            self.soft[groups],
            new_group[self.alternative_group[alternatives]],
            self.alternative_node[alternatives],
            {int(new[place]): least for place, least in self.some_of.items() if kept[place]},
            self.give_late[gives],
        )
        return found, numbers

    def opened(self, held: Marks) -> Marks:
        """Which groups are still to be satisfied: not by what is held, and not because enough others of the offer are."""
        opened = self._open_plainly(held)
        if self.some_of:
            groups, whose, least = self._partly
            opened[groups[(self._met(opened) >= least)[whose]]] = False
        return opened

    def _open_plainly(self, held: Marks) -> Marks:
        import numpy as np

        opened = np.ones(len(self.group_offer), bool)
        opened[self.alternative_group[held[self.alternative_node]]] = False
        return opened

    @cached_property
    def _partly(self) -> tuple[Places, Places, Places]:
        """The groups of prerequisites of the offers that need only so many of them; whose each is, by their order; how many these need."""
        import numpy as np

        places = np.array(list(self.some_of), dtype=np.int64)
        number = np.full(self.size, -1)
        number[places] = np.arange(len(places))
        groups = np.flatnonzero(~self.soft & (number[self.group_offer] >= 0))
        return groups, number[self.group_offer[groups]], np.array(list(self.some_of.values()), dtype=np.int64)

    def _met(self, opened: Marks) -> Places:
        """How many groups are satisfied of each offer that needs only so many."""
        import numpy as np

        groups, whose, least = self._partly
        return np.bincount(whose[~opened[groups]], minlength=len(least))

    def close(self, wanted: Marks, held: Marks, allowed: Marks) -> tuple[Marks, Marks]:
        """Closing backward: the allowed offers that can matter to `wanted`, and every node that then matters."""
        import numpy as np

        opened = self.opened(held)
        matters = wanted & ~held
        relevant = np.zeros(self.size, bool)
        by_node, by_offer, by_group = self._starts
        fresh = np.flatnonzero(matters)
        while len(fresh):
            givers = np.zeros(self.size, bool)
            givers[self.give_offer[_ranges(by_node, fresh)]] = True
            givers &= allowed & ~relevant
            relevant |= givers
            groups = _ranges(by_offer, np.flatnonzero(givers))
            asked = np.zeros(self.nodes.size, bool)
            asked[self.alternative_node[_ranges(by_group, groups[opened[groups]])]] = True
            asked &= ~(held | matters)
            matters |= asked
            fresh = np.flatnonzero(asked)
        return relevant, matters

    def derive(self, weights: Numbers, held: Marks, known: Derivation | None = None) -> Derivation:
        """The weight of some self-contained set of offers for each node: the least by sums over trees. Infinite: unreachable.

        `known` is what the same weights came to where less was held: nothing is farther now.
        """
        import numpy as np

        hard = ~self.soft & self.opened(held)
        number = np.cumsum(hard) - 1
        kept = hard[self.alternative_group] if len(self.alternative_group) else np.zeros(0, bool)
        alternative_group = number[self.alternative_group[kept]]
        alternative_node = self.alternative_node[kept]
        group_offer = self.group_offer[hard]
        starts = np.searchsorted(alternative_group, np.arange(len(group_offer)))
        given, first = self._given
        places = np.array(list(self.some_of), dtype=np.int64)
        if self.some_of:
            groups, whose, least = self._partly
            missing = least - self._met(self._open_plainly(held))
            own, whose = number[groups[hard[groups]]], whose[hard[groups]]
            begins = np.searchsorted(whose, np.arange(len(places)))
            counted = np.arange(len(own)) - begins[whose] < missing[whose]
        node = np.full(self.nodes.size, np.inf) if known is None else known.node.copy()
        node[held] = 0.0
        offer = weights.astype(float)
        for _ in range(SWEEPS):
            if len(group_offer):
                group = np.minimum.reduceat(node[alternative_node], starts)
                offer = weights + np.bincount(group_offer, weights=group, minlength=self.size)
                if self.some_of:
                    cheapest = group[own[np.lexsort((group[own], whose))]]
                    offer[places] = weights[places] + np.bincount(
                        whose[counted], weights=cheapest[counted], minlength=len(places)
                    )
            if not len(given):
                break
            before = node[given]
            nearer = np.minimum(before, np.minimum.reduceat(offer[self.give_offer], first))
            if (nearer == before).all():
                break
            node[given] = nearer
        return Derivation(node, offer)

    @cached_property
    def _given(self) -> tuple[Places, Places]:
        """The nodes that are given, and where the givers of each begin."""
        import numpy as np

        first = np.flatnonzero(np.diff(self.give_node, prepend=-1))
        return self.give_node[first], first

    @cached_property
    def _starts(self) -> tuple[Places, Places, Places]:
        """Where the givers of each node begin, the groups of each offer, and the alternatives of each group."""
        import numpy as np

        of = (
            (self.give_node, self.nodes.size),
            (self.group_offer, self.size),
            (self.alternative_group, len(self.soft)),
        )
        nodes, offers, groups = (np.append(0, np.cumsum(np.bincount(own, minlength=size))) for own, size in of)
        return nodes, offers, groups

    def missing(self, held: Marks) -> dict[int, int]:
        """Per offer that needs only so many of its groups, how many more than are satisfied from the start."""
        if not self.some_of:
            return {}
        _, _, least = self._partly
        return dict(zip(self.some_of, (least - self._met(self._open_plainly(held))).tolist(), strict=True))


@dataclass(frozen=True)
class Derivation:
    """Weights of reaching each node, and of completing each offer with all it builds on."""

    node: Numbers
    offer: Numbers


def _ranges(starts: Places, numbers: Places) -> Places:
    """All places from the start of each of these numbers to the start of the next."""
    import numpy as np

    first = starts[numbers]
    many = starts[numbers + 1] - first
    return np.repeat(first - (np.cumsum(many) - many), many) + np.arange(int(many.sum()))
