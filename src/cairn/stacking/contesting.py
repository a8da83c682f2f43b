"""Only what is contested needs a search: places that can be filled from what nothing else wants are set aside, and proven to be.

1. Fill the places as well as handing out and repairing can (`filling`). Where that reaches all that could be reached if nothing were
   shared, nothing can be better.
2. Suppose that the places that came out full had all they could have, and find the best for the others alone, with every item they could
   use: nothing can be better than that, for the supposition only helps.
3. Keep that and fill the places set aside from what is left. If they come out full, the whole is as good as the supposition, so it is
   the best. Otherwise those that did not are contested too: again from 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from cairn.stacking import allocation, thinning
from cairn.stacking.allocation import Allocation, Branch, Case, Guess, Items
from cairn.stacking.filling import STEPS, Filling, reachable

ROUNDS = 6
"""How often more places are taken to be contested."""
LARGE = 3_000
"""So many pairs of an item and a place make a program of which a thinned one is tried first (`thinning`)."""
WORTH = 2
"""The whole is searched at once when so many times the pairs that were contested, in all rounds, are more than all pairs."""

type Solve = Callable[[Case], Allocation]


def best(case: Case, solve: Solve) -> tuple[Allocation | None, Allocation | None]:
    """The best allocation, if it was proven to be; and the best that was found on the way otherwise. `solve` is for the rest."""
    weights = case.weights
    filling = Filling(case)
    bound = reachable(filling)
    most = weights.value(bound)
    filling.wanted = filling.relied_on(bound, bound)
    filling.hand_out()
    filling.repair()
    found = filling.found(exact=False)
    if weights.value(list(found.have)) >= most:
        return replace(found, exact=True), None
    if case.hasty:
        return None, found
    thin = sum(map(len, case.items)) >= LARGE
    if thin and case.overlays and most == weights.scale and not case.whole:
        thin = False  # overlays make nearly everything contested: a few times what is lacking shows sooner that all is reached
        if (thinned := thinning.best(case, filling, found, most)) is not None:
            return replace(thinned, exact=True), None
    contested: set[int] = set()
    fresh = _open(case, found, bound)
    left = sum(map(len, case.items))
    for _ in range(ROUNDS):
        contested |= fresh
        for overlay in case.overlays:
            if overlay.place in contested:
                contested |= {place for _, among in overlay.sources for _, place in among}
        pairs = sum(len(filling.takers.get(place, ())) for place in contested)
        if thin and pairs >= LARGE:
            thin = False
            if (thinned := thinning.best(case, filling, found, most)) is not None:
                return replace(thinned, exact=True), None
        left -= WORTH * pairs
        if left < 0:
            break
        answer = solve(_suppose(case, contested, bound))
        if not answer.exact:
            break
        most = weights.value(list(answer.have))
        if case.whole and most < weights.scale:
            return replace(found, exact=True), None
        again = _completed(case, filling, answer, contested)
        if again.progress > found.progress:
            found = again
        if weights.value(list(again.have)) >= most:
            return replace(again, exact=True), None
        fresh = {
            place
            for place in filling.wanted - contested
            if again.have[place] < min(case.need[place], answer.have[place])
        }
        if not fresh:
            break
    if thin and (thinned := thinning.best(case, filling, found, most)) is not None:
        return replace(thinned, exact=True), None
    return None, found


def guess(case: Case, have: list[int], items: Items) -> Guess | None:
    """The best places for items that serve one place each and where nothing else binds, if they were proven to be."""
    numbers = sorted(items)
    rest = replace(case, base=tuple(have), items=tuple(items[item] for item in numbers), known=case.weights)
    proven, _ = best(rest, partial(allocation.plain, contest=False))
    if proven is None:
        return None
    return {item: place for item, place in zip(numbers, proven.leaf_of, strict=True) if place is not None}


def _open(case: Case, found: Allocation, bound: list[int]) -> set[int]:
    """Places that are not as full as could be and would matter if they were, when every other full one stays so."""
    need, have = case.need, found.have
    hopeful: list[int] = [max(have[place], min(bound[place], need[place])) for place in range(len(need))]
    weights = case.weights
    opened: set[int] = set()

    def of(node: Branch | int) -> tuple[int, int]:
        """What the node has and could have at most."""
        if isinstance(node, int):
            return weights.gain[node] * min(have[node], need[node]), weights.gain[node] * min(hopeful[node], need[node])
        parts = [of(part) for part in node.parts]
        now = sum(sorted(one for one, _ in parts)[-node.choose :])
        most = sum(sorted(one for _, one in parts)[-node.choose :])
        return now, most

    def walk(node: Branch | int) -> None:
        now, most = of(node)
        if now >= most:
            return
        if isinstance(node, int):
            opened.add(node)
            return
        for part in node.parts:
            walk(part)

    walk(case.tree)
    return opened


def _suppose(case: Case, contested: set[int], bound: list[int]) -> Case:
    """The case in which every place that is not contested has all that it could have."""
    base = tuple(have if place in contested else bound[place] for place, have in enumerate(case.base))
    items = tuple(
        {place: worths[place] for place in sorted(contested.intersection(worths))} if worths else {}
        for worths in case.items
    )
    pairs = {(item, place) for item, worths in enumerate(items) for place in worths}
    caps = tuple(
        replace(
            cap,
            flows=cap.flows & pairs,
            whole={pair: cap.whole[pair] for pair in cap.whole.keys() & pairs},
            once=tuple(kept for among in cap.once if (kept := tuple(pair for pair in among if pair[1] in contested))),
        )
        for cap in case.caps
    )
    caps = tuple(cap for cap in caps if cap.flows or cap.whole or cap.once)
    overlays = tuple(overlay for overlay in case.overlays if overlay.place in contested)
    return replace(
        case, base=base, items=items, caps=caps, overlays=overlays, spare={}, known=case.weights
    )  # fmt: skip


def _completed(case: Case, filling: Filling, answer: Allocation, contested: set[int]) -> Allocation:
    """The answer for what is contested, with the places set aside filled from what is left as well as can be."""
    before = [dict(counted) for counted in filling.counts]
    for item, counted in enumerate(before):
        for place in counted:
            if place in contested or answer.counts[item]:
                filling.take(item, place)
    for item, counted in enumerate(answer.counts):
        for place, amount in counted.items():
            filling.put(item, place, amount)
    _make_room(filling, contested)
    filling.wanted = filling.relied_on(list(answer.have), list(filling.have))
    filling.steps = STEPS
    filling.hand_out()
    filling.repair()
    return filling.found(exact=False)


def _make_room(filling: Filling, contested: set[int]) -> None:
    """Take from caps that are overspent what places outside what is contested drew on them."""
    for number, room in enumerate(filling.room):
        if room >= 0:
            continue
        drawing = [
            (item, place)
            for item, counted in enumerate(filling.counts)
            for place in sorted(counted.keys() - contested)
            if any(cap == number for cap, _, _ in filling.draws.get((item, place), ()))
        ]
        for item, place in drawing:
            if filling.room[number] >= 0:
                break
            filling.take(item, place)
