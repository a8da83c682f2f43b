"""Which item serves which leaf, so that the whole is as complete as it can be. Numbers only; no awards, no words.

1. Give each item that only one leaf can use to that leaf; leaves that are full need nothing more. Repeat.
2. Try the obvious: if handing out the rest where it is scarcest reaches the bound that ignores sharing, nothing can be better.
3. If what is left is a flow (each item fills one place, and places are chosen freely or "n of these leaves"), find the heaviest
   flow by augmenting paths. The places that can be filled together form a matroid (a gammoid), so taking them from the
   heaviest down is exact.
4. Otherwise ask an exact solver (OR-Tools CP-SAT), loaded only then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

WORK = 2.0
"""Deterministic seconds that the exact solver may take: a measure of its work, the same on every machine."""


@dataclass(frozen=True)
class Branch:
    """A node whose progress is the mean of its `choose` best parts; a part that is a number is a leaf."""

    choose: int
    parts: tuple[Branch | int, ...]


@dataclass(frozen=True)
class Case:
    """Leaves with what they `need` and have for free (`base`), and items with what each is worth to which leaf."""

    tree: Branch | int
    need: tuple[int, ...]
    base: tuple[int, ...]
    items: tuple[dict[int, int], ...]


@dataclass(frozen=True)
class Allocation:
    """`leaf_of[item]` is the leaf it serves or None; `exact` is False only if the solver ran out of its allowance."""

    leaf_of: tuple[int | None, ...]
    have: tuple[int, ...]
    progress: Fraction
    exact: bool


def allocate(case: Case) -> Allocation:
    """The allocation with the greatest progress of the tree; each item serves at most one leaf."""
    leaf_of: list[int | None] = [None] * len(case.items)
    have = list(case.base)
    open_items = _presolve(case, leaf_of, have)
    exact = True
    if open_items:
        guess = _scarcest_first(case, open_items, have)
        if _progress_with(case, have, open_items, guess) != _bound(case, have, open_items):
            slots = _flow_slots(case, open_items, have)
            if slots is not None:
                guess = _heaviest_flow(slots, open_items)
            else:
                guess, exact = _solve(case, have, open_items, guess)
        for item, leaf in sorted(guess.items()):
            if have[leaf] < case.need[leaf]:
                leaf_of[item] = leaf
                have[leaf] += open_items[item][leaf]
    for item, worths in enumerate(case.items):  # what the optimum left over is shown where it would serve next
        if leaf_of[item] is None:
            for wanted, worth in worths.items():
                if worth and have[wanted] < case.need[wanted]:
                    leaf_of[item] = wanted
                    have[wanted] += worth
                    break
    return Allocation(tuple(leaf_of), tuple(have), progress(case, have), exact)


def progress(case: Case, have: Iterable[int]) -> Fraction:
    """How complete the tree is, 0 to 1, when the leaves have this much."""
    shares = [Fraction(min(h, n), n) for h, n in zip(have, case.need, strict=True)]

    def of(node: Branch | int) -> Fraction:
        if isinstance(node, int):
            return shares[node]
        best = sorted((of(part) for part in node.parts), reverse=True)[: node.choose]
        return sum(best, Fraction(0)) / node.choose

    return of(case.tree)


def _presolve(case: Case, leaf_of: list[int | None], have: list[int]) -> dict[int, dict[int, int]]:
    """Step 1. Returns the items that still have a choice, with what they are worth to leaves that are not full."""
    waiting = {item: {leaf: worth for leaf, worth in wanted.items() if worth} for item, wanted in enumerate(case.items)}
    while True:
        settled = False
        for item, wanted in list(waiting.items()):
            wanted = {leaf: worth for leaf, worth in wanted.items() if have[leaf] < case.need[leaf]}
            waiting[item] = wanted
            if len(wanted) == 1:
                ((leaf, worth),) = wanted.items()
                leaf_of[item] = leaf
                have[leaf] += worth
                settled = True
            if len(wanted) < 2:
                del waiting[item]
        if not settled:
            return waiting


def _bound(case: Case, have: list[int], items: dict[int, dict[int, int]]) -> Fraction:
    most = list(have)
    for wanted in items.values():
        for leaf, worth in wanted.items():
            most[leaf] += worth
    return progress(case, most)


def _progress_with(case: Case, have: list[int], items: dict[int, dict[int, int]], guess: dict[int, int]) -> Fraction:
    reached = list(have)
    for item, leaf in guess.items():
        reached[leaf] += items[item][leaf]
    return progress(case, reached)


def _scarcest_first(case: Case, items: dict[int, dict[int, int]], have: list[int]) -> dict[int, int]:
    """Step 2. Each item, the least flexible first, goes to the open leaf with the least to spare."""
    lack = {leaf: case.need[leaf] - have[leaf] for wanted in items.values() for leaf in wanted}
    supply = dict.fromkeys(lack, 0)
    for wanted in items.values():
        for leaf, worth in wanted.items():
            supply[leaf] += worth
    guess: dict[int, int] = {}
    for item, wanted in sorted(items.items(), key=lambda pair: (len(pair[1]), -max(pair[1].values()), pair[0])):
        still = [leaf for leaf in wanted if lack[leaf] > 0]
        if still:
            best = min(still, key=lambda leaf: (supply[leaf] - lack[leaf], leaf))
            guess[item] = best
            lack[best] -= wanted[best]
        for leaf, worth in wanted.items():
            supply[leaf] -= worth
    return guess


@dataclass
class _Slots:
    """Places to fill: `weights` lists (weight, group); each leaf belongs to one group; a group fills as many as it has weights."""

    weights: list[tuple[Fraction, int]]
    members: dict[int, list[int]]  # group -> leaves that can each take one item at a time
    room: dict[int, int]  # leaf -> how many items it can take


def _flow_slots(case: Case, items: dict[int, dict[int, int]], have: list[int]) -> _Slots | None:
    """The slots of step 3, or None when the rest of the case is not a flow."""
    worths: dict[int, set[int]] = {}
    for wanted in items.values():
        for leaf, worth in wanted.items():
            worths.setdefault(leaf, set()).add(worth)
    slots = _Slots([], {}, {})

    def alone(leaf: int, weight: Fraction) -> bool:
        lack = case.need[leaf] - have[leaf]
        sizes = {min(worth, lack) for worth in worths[leaf]}
        if len(sizes) > 1:
            return False
        size = sizes.pop()
        group = len(slots.members)
        slots.members[group] = [leaf]
        slots.room[leaf] = -(-lack // size)
        for filled in range(0, lack, size):
            slots.weights.append((weight * min(size, lack - filled) / case.need[leaf], group))
        return True

    def walk(node: Branch | int, weight: Fraction) -> bool:
        if isinstance(node, int):
            return node not in worths or alone(node, weight)
        inner = weight / node.choose
        if node.choose == len(node.parts):
            return all(walk(part, inner) for part in node.parts)
        leaves = [part for part in node.parts if isinstance(part, int)]
        touched = any(leaf in worths for part in node.parts for leaf in _leaves(part))
        if not touched:
            return True
        if len(leaves) < len(node.parts):
            return False
        full = sum(have[leaf] >= case.need[leaf] for leaf in leaves)
        rest = [leaf for leaf in leaves if have[leaf] < case.need[leaf]]
        if any(have[leaf] or min(worths.get(leaf, {case.need[leaf]})) < case.need[leaf] for leaf in rest):
            return False
        group = len(slots.members)
        slots.members[group] = [leaf for leaf in rest if leaf in worths]
        slots.room |= dict.fromkeys(slots.members[group], 1)
        slots.weights += [(inner, group)] * max(0, node.choose - full)
        return True

    return slots if walk(case.tree, Fraction(1)) else None


def _leaves(node: Branch | int) -> Iterable[int]:
    if isinstance(node, int):
        yield node
    else:
        for part in node.parts:
            yield from _leaves(part)


def _heaviest_flow(slots: _Slots, items: dict[int, dict[int, int]]) -> dict[int, int]:
    """Step 3. Fill slots from the heaviest down, each time along an augmenting path if there is one."""
    takers: dict[int, list[int]] = {}
    for item, wanted in items.items():
        for leaf in wanted:
            takers.setdefault(leaf, []).append(item)
    group_of = {leaf: group for group, leaves in slots.members.items() for leaf in leaves}
    guess: dict[int, int] = {}
    taken = dict.fromkeys(slots.room, 0)

    def fill(leaf: int, seen: set[int]) -> bool:
        """Give the leaf one more item, moving others if needed; the leaf's count is the caller's to raise."""
        for item in takers.get(leaf, ()):
            if item in seen:
                continue
            seen.add(item)
            owner = guess.get(item)
            if owner == leaf:
                continue
            if owner is None or fill(owner, seen):
                guess[item] = leaf
                return True
            for other in slots.members[group_of[owner]]:  # the owner steps back for another leaf of its group
                if other != owner and taken[other] < slots.room[other] and fill(other, seen):
                    taken[other] += 1
                    taken[owner] -= 1
                    guess[item] = leaf
                    return True
        return False

    for _weight, group in sorted(slots.weights, key=lambda slot: (-slot[0], slot[1])):
        seen: set[int] = set()
        for leaf in slots.members[group]:
            if taken[leaf] < slots.room[leaf] and fill(leaf, seen):
                taken[leaf] += 1
                break
    return guess


def _solve(
    case: Case, have: list[int], items: dict[int, dict[int, int]], guess: dict[int, int]
) -> tuple[dict[int, int], bool]:
    """Step 4. Returns the allocation and whether it is proven the best."""
    from ortools.sat.python import cp_model  # half a second to load, and most rules never need it

    model = cp_model.CpModel()
    serves = {(item, leaf): model.new_bool_var("") for item, wanted in items.items() for leaf in wanted}
    for item, wanted in items.items():
        model.add_at_most_one(serves[item, leaf] for leaf in wanted)
    by_leaf: dict[int, list[int]] = {}
    for item, leaf in serves:
        by_leaf.setdefault(leaf, []).append(item)
    terms: list[tuple[Fraction, Any]] = []

    def walk(node: Branch | int, weight: Fraction, chosen: list[Any]) -> None:
        if isinstance(node, int):
            reached = model.new_int_var(0, case.need[node], "")
            model.add(reached <= have[node] + sum(items[i][node] * serves[i, node] for i in by_leaf.get(node, ())))
            for choice in chosen:
                model.add(reached <= case.need[node] * choice)
            terms.append((weight / case.need[node], reached))
            return
        if node.choose == len(node.parts):
            for part in node.parts:
                walk(part, weight / node.choose, chosen)
            return
        choices = [model.new_bool_var("") for _ in node.parts]
        model.add(sum(choices) == node.choose)
        for part, choice in zip(node.parts, choices, strict=True):
            walk(part, weight / node.choose, [*chosen, choice])

    walk(case.tree, Fraction(1), [])
    scale = lcm(*(weight.denominator for weight, _ in terms))
    exact = scale <= 10**15  # beyond that the weights are rounded to stay within 64 bits, and the result says so
    scale = min(scale, 10**15)
    model.maximize(sum(int(weight * scale) * reached for weight, reached in terms))
    for (item, leaf), served in serves.items():
        model.add_hint(served, guess.get(item) == leaf)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = WORK
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return guess, False
    found = {item: leaf for (item, leaf), served in serves.items() if solver.boolean_value(served)}
    return found, exact and status == cp_model.OPTIMAL
