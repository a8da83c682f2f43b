"""Allocation as a flow of single awards: slots to fill, each with a weight, along augmenting paths.

The slots that can be filled together form a matroid (a gammoid), so taking them from the heaviest down is exact. Where taking an
item costs something (what it would be worth outside), the cheapest item that can be reached is taken as long as the slot is worth
more: successive best paths, exact for flows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from cairn.stacking.allocation import Branch, Case, Guess, Items, worths_of


@dataclass
class Slots:
    """Places to fill: `weights` lists (weight, group); each place belongs to one group; a group fills as many as it has weights."""

    weights: list[tuple[int, int]] = field(default_factory=list)
    members: dict[int, list[int]] = field(default_factory=dict)  # group -> places that can each take one item at a time
    room: dict[int, int] = field(default_factory=dict)  # place -> how many items it can take


def slots_of(case: Case, items: Items, have: list[int], *, aside: frozenset[int] = frozenset()) -> Slots | None:
    """The slots, or None when the rest of the case is not a flow of single awards. Places `aside` are left out."""
    gain = case.weights.gain
    worths = {place: sizes for place, sizes in worths_of(items).items() if place not in aside}
    slots = Slots()

    def alone(place: int) -> bool:
        lack = case.need[place] - have[place]
        sizes = {min(worth, lack) for worth in worths[place]}
        if len(sizes) > 1:
            return False
        size = sizes.pop()
        group = len(slots.members)
        slots.members[group] = [place]
        slots.room[place] = -(-lack // size)
        slots.weights += [(gain[place] * min(size, lack - filled), group) for filled in range(0, lack, size)]
        return True

    def walk(node: Branch | int) -> bool:
        if isinstance(node, int):
            return node not in worths or alone(node)
        if node.choose == len(node.parts):
            return all(map(walk, node.parts))
        leaves = [part for part in node.parts if isinstance(part, int)]
        if not any(place in worths for place in places_of(node)):
            return True
        if len(leaves) < len(node.parts) or not aside.isdisjoint(leaves):
            return False
        full = sum(have[place] >= case.need[place] for place in leaves)
        rest = [place for place in leaves if have[place] < case.need[place]]
        if any(have[place] or min(worths.get(place, {case.need[place]})) < case.need[place] for place in rest):
            return False
        group = len(slots.members)
        slots.members[group] = [place for place in rest if place in worths]
        slots.room |= dict.fromkeys(slots.members[group], 1)
        weight = gain[leaves[0]] * case.need[leaves[0]]
        slots.weights += [(weight, group)] * max(0, node.choose - full)
        return True

    return slots if walk(case.tree) else None


def places_of(node: Branch | int) -> list[int]:
    """The places in a tree."""
    return [node] if isinstance(node, int) else [place for part in node.parts for place in places_of(part)]


class Filling:
    """Slots being filled."""

    def __init__(self, slots: Slots, items: Items) -> None:
        self.slots = slots
        self.takers: dict[int, list[int]] = {place: [] for place in slots.room}
        for item, wanted in items.items():
            for place in wanted:
                if place in self.takers:
                    self.takers[place].append(item)
        self.group_of = {place: group for group, places in slots.members.items() for place in places}
        self.guess: Guess = {}
        self.taken = dict.fromkeys(slots.room, 0)

    def path(self, group: int, cost: dict[int, int] | None = None) -> tuple[int, list[tuple[int, int]]] | None:
        """The cheapest free item that one more slot of the group can lead to: its cost and the moves (item, place), or None.

        A search from the group: a place with room takes an item; an item that serves elsewhere leaves a place that takes
        another item, or whose group fills another place instead.
        """
        before: dict[int, tuple[int, int | None]] = {}  # item -> (place it would go to, item that is moved away for it)
        waiting: list[tuple[int, int | None]] = []  # (place to fill, item that leaves it)
        reached: set[int] = set()
        best: int | None = None

        def open_place(place: int, leaving: int | None) -> None:
            if place not in reached:
                reached.add(place)
                waiting.append((place, leaving))

        for place in self.slots.members[group]:
            if self.taken[place] < self.slots.room[place]:
                open_place(place, None)
        while waiting:
            place, leaving = waiting.pop(0)
            for item in self.takers[place]:
                if item in before or self.guess.get(item) == place:
                    continue
                before[item] = (place, leaving)
                owner = self.guess.get(item)
                if owner is None:
                    if cost is None:
                        return 0, self._moves(before, item)
                    if best is None or cost[item] < cost[best]:
                        best = item
                    continue
                open_place(owner, item)
                for other in self.slots.members[self.group_of[owner]]:  # the group fills another of its places instead
                    if other != owner and self.taken[other] < self.slots.room[other]:
                        open_place(other, item)
        return None if best is None or cost is None else (cost[best], self._moves(before, best))

    def _moves(self, before: dict[int, tuple[int, int | None]], item: int) -> list[tuple[int, int]]:
        moves: list[tuple[int, int]] = []
        now: int | None = item
        while now is not None:
            place, leaving = before[now]
            moves.append((now, place))
            now = leaving
        return moves

    def do(self, moves: list[tuple[int, int]]) -> None:
        """Make the moves of a path."""
        for item, _ in moves:
            if item in self.guess:
                self.taken[self.guess[item]] -= 1
        for item, place in moves:
            self.guess[item] = place
            self.taken[place] += 1


def heaviest(slots: Slots, items: Items) -> Guess:
    """Fill slots from the heaviest down, each along an augmenting path if there is one."""
    filling = Filling(slots, items)
    for _, group in sorted(slots.weights, key=lambda slot: (-slot[0], slot[1])):
        found = filling.path(group)
        if found:
            filling.do(found[1])
    return filling.guess


def worthwhile(slots: Slots, items: Items, cost: dict[int, int]) -> tuple[Guess, int]:
    """The filling with the greatest weight less the cost of the items it takes, and that difference.

    What one more slot of a group gains never rises again (distances only grow along best paths), so a gain that is still the
    greatest after it was worked out anew is the greatest of all.
    """
    filling = Filling(slots, items)
    waiting: dict[int, list[int]] = {}
    for weight, group in sorted(slots.weights):
        waiting.setdefault(group, []).append(weight)
    queue = [(-weights[-1], group) for group, weights in waiting.items()]
    heapify(queue)
    total = 0
    while queue:
        _, group = heappop(queue)
        weights = waiting[group]
        found = filling.path(group, cost)
        if found is None:
            continue
        gained = weights[-1] - found[0]
        if gained <= 0:
            continue
        if queue and -queue[0][0] > gained:
            heappush(queue, (-gained, group))
            continue
        weights.pop()
        total += gained
        filling.do(found[1])
        if weights:
            heappush(queue, (-(weights[-1] - found[0]), group))
    return filling.guess, total
