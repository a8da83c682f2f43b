"""Allocation by prices, where single slots and amounts compete for the same items.

A price says what a unit of an item is worth in the amounts. At given prices the items choose for themselves, and what they then
reach together bounds every allocation (linear programming duality). Where the amounts are full a unit more is worth nothing,
where they are not it is worth what it gains; the cut of the fractional flow says which is which. If a packing of whole items
reaches the bound it is proven to be the best.

Choices among parts with amounts in them are gone through one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from math import gcd

from cairn.stacking import flows, packing
from cairn.stacking.allocation import Branch, Case, Guess, Items, Weights, with_guess, worths_of
from cairn.stacking.tiers import Kind, tiers

ROUNDS = 6
ROOMY = 8
"""A place that takes more items than this is treated as an amount rather than as so many slots."""
CHOICES = 200
"""How many choices among parts are gone through at most."""


@dataclass(frozen=True)
class Found:
    """An allocation and whether it is proven the best."""

    guess: Guess
    proven: bool


def best(case: Case, have: list[int], items: Items) -> Found | None:
    """The best allocation found, or None where amounts are too entangled with choices for this."""
    trees = _choices(case, items)
    if trees is None:
        return None
    if len(trees) == 1 and trees[0] is case.tree:
        return _priced(case, have, items, None)
    weights = case.weights
    guess: Guess = {}
    reached = weights.value(have)
    proven = True
    bounds: list[tuple[int, int, Branch | int]] = []
    for number, tree in enumerate(trees):
        chosen = _Chosen(weights, tree)
        bounds.append((-chosen.value(_all_in(have, items)), number, tree))
    for bound, _, tree in sorted(bounds, key=lambda entry: entry[:2]):
        if -bound <= reached:
            break
        chosen_case = Case(tree, case.need, case.base, (), known=_Chosen(weights, tree))
        inside = set(flows.places_of(tree))
        kept = {
            item: left for item, wanted in items.items() if (left := {p: w for p, w in wanted.items() if p in inside})
        }
        answer = _priced(chosen_case, have, kept, reached)
        if answer is None:
            return None
        proven = proven and answer.proven
        value = weights.value(with_guess(have, items, answer.guess))
        if value > reached:
            reached, guess = value, answer.guess
    return Found(guess, proven)


class _Chosen(Weights):
    """The weights of the whole tree, seen by the part of it that a choice leaves."""

    def __init__(self, whole: Weights, tree: Branch | int) -> None:
        self.tree = tree
        self.need = whole.need
        self.scale = whole.scale
        self.gain = whole.gain
        self.single = set(flows.places_of(tree))


def _all_in(have: list[int], items: Items) -> list[int]:
    most = list(have)
    for wanted in items.values():
        for place, worth in wanted.items():
            most[place] += worth
    return most


def _choices(case: Case, items: Items) -> list[Branch | int] | None:
    """The trees in which every part is needed that can be chosen, except where the parts are single slots; None if too many."""
    worths = worths_of(items)

    def slot(part: Branch | int) -> bool:
        return isinstance(part, int) and (part not in worths or min(worths[part]) >= case.need[part])

    def of(node: Branch | int) -> list[Branch | int]:
        if isinstance(node, int) or not any(place in worths for place in flows.places_of(node)):
            return [node]
        if node.choose < len(node.parts) and all(map(slot, node.parts)):
            return [node]
        ways: list[Branch | int] = []
        parts = [of(part) for part in node.parts]
        for chosen in combinations(range(len(parts)), node.choose):
            for picked in product(*(parts[part] for part in chosen)):
                if len(ways) >= CHOICES:
                    raise OverflowError
                same = node.choose == len(parts) and all(a is b for a, b in zip(picked, node.parts, strict=True))
                ways.append(node if same else Branch(node.choose, picked))
        return ways

    try:
        return of(case.tree)
    except OverflowError:
        return None


def _priced(case: Case, have: list[int], items: Items, beat: int | None) -> Found | None:
    """The best where every part is needed. Proven with an empty guess where nothing can be better than `beat`."""
    worths = worths_of(items)
    wide = _amounts(case, have, worths, roomy=True)
    found = _with(case, have, items, wide, beat)
    if found is None or not found.proven:
        slim = _amounts(case, have, worths, roomy=False)
        if slim != wide:
            found = _with(case, have, items, slim, beat) or found
    return found


def _with(case: Case, have: list[int], items: Items, amounts: frozenset[int], beat: int | None) -> Found | None:
    """With these places as amounts, all others as slots."""
    slots = flows.slots_of(case, items, have, aside=amounts)
    if slots is None:
        return None
    kind_of: dict[int, Kind] = {}
    """The amounts that take an item, where it is worth the same to all of them."""
    size: dict[int, int] = {}
    uneven: Items = {}
    for item, wanted in items.items():
        kind = amounts.intersection(wanted)
        sizes = set(wanted.values())
        if kind and (len(sizes) == 1 or len(sizes := {wanted[place] for place in kind}) == 1):
            kind_of[item], size[item] = kind, sizes.pop()
        elif kind:
            uneven[item] = {place: wanted[place] for place in kind}
    grain = gcd(*set(size.values()), *(worth for wanted in uneven.values() for worth in wanted.values()))
    size = {item: worth // grain for item, worth in size.items()}
    kinds = set(kind_of.values())
    gain = case.weights.gain
    places = {place: tiers(case.need[place] - have[place], gain[place], grain) for place in amounts}
    price = {place: tier.gain for place, tier in places.items()}
    settled = case.weights.value(have)
    bound: int | None = None
    best = Found({}, proven=False)
    best_value = -1
    for last in (*[False] * ROUNDS, True):
        cost = dict.fromkeys(items, 0)
        dearest = {kind: max(map(price.__getitem__, kind)) for kind in kinds}
        cost |= {item: size[item] * dearest[kind] for item, kind in kind_of.items()}
        for item, wanted in uneven.items():
            cost[item] = max(worth // grain * price[place] for place, worth in wanted.items())
        guess, gained = flows.worthwhile(slots, items, cost)
        limit = gained + sum(cost.values()) + sum(tier.bound(price[place]) for place, tier in places.items())
        bound = limit if bound is None else min(bound, limit)
        if best_value >= bound or (beat is not None and settled + bound <= beat):
            return Found(best.guess, proven=True)
        if not uneven.keys() <= guess.keys():
            return Found(guess, proven=False)
        left = {item: kind for item, kind in kind_of.items() if item not in guess}
        packing_of = packing.Packing.of(left, size, places)
        slotted = gained + sum(cost[item] for item in guess)
        next_price = packing_of.prices()
        if last or next_price == price or slotted + packing_of.most >= bound:
            packed, value = packing_of.whole()
            if slotted + value > best_value:
                best_value, best = slotted + value, Found(guess | packed, proven=False)
            if best_value >= bound:
                return Found(best.guess, proven=True)
            if last or next_price == price:
                return best
        price = next_price
    return best


def _amounts(case: Case, have: list[int], worths: dict[int, set[int]], *, roomy: bool) -> frozenset[int]:
    """Places that are counted whatever is chosen and take items of different worths, or (`roomy`) very many of them."""
    lack = {place: case.need[place] - have[place] for place in worths}
    return frozenset(
        place
        for place, sizes in worths.items()
        if place in case.weights.single
        and (len({min(size, lack[place]) for size in sizes}) > 1 or (roomy and lack[place] > ROOMY * max(sizes)))
    )
