"""Allocation where more binds than that an item serves once: credits that may be split, caps, and overlays.

1. Without the caps and with overlays as full as they could ever be, allocate. If that keeps to the caps, and the overlays reach
   what was assumed, nothing can be better.
2. If credits may be split, and that is all that binds, and no choice is involved: a flow of hundredths is the exact answer.
3. Otherwise an exact solver (OR-Tools CP-SAT), loaded only then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import Any

from cairn.stacking import allocation, solving
from cairn.stacking.allocation import Allocation, Case, progress, relaxed
from cairn.stacking.packing import fractional, tiers


def allocate(case: Case) -> Allocation:
    """The allocation with the greatest progress of the tree that keeps to every cap."""
    if not case.split:
        found = _without(case)
        if found is not None:
            return found
    elif not case.caps and not case.overlays:
        shared = _split(case)
        if shared is not None:
            return shared
    return _solve(case)


def _without(case: Case) -> Allocation | None:
    """Step 1. Where caps are overspent, some of what they limit is taken away and the rest allocated anew: an allocation that keeps
    to the caps, and still reaches what there is without them, is the best.
    """
    base = list(case.base)
    for overlay in case.overlays:
        base[overlay.place] += sum(amount for amount, _ in overlay.sources)
    loose = relaxed(case, tuple(base))
    first = allocation.allocate(loose)
    if not first.exact:
        return None
    over = [cap for cap in case.caps if _spent(cap, first) > cap.most]
    if not over:
        return _laid_out(case, first, first.progress)
    if (found := _kept(case, first, first.progress)) is not None:
        return found
    capped = {pair for cap in over for pair in (*cap.flows, *cap.whole)}

    def among(keep: Callable[[int, int], bool]) -> Allocation:
        items = tuple(
            {place: worth for place, worth in worths.items() if (item, place) not in capped or keep(item, place)}
            for item, worths in enumerate(case.items)
        )
        return allocation.allocate(replace(loose, items=items))

    bare = among(lambda *_: False)
    if (found := _kept(case, bare, first.progress)) is not None:
        return found
    lacking = {place for place, have in enumerate(bare.have) if have < case.need[place]}
    if (found := _kept(case, among(lambda _, place: place in lacking), first.progress)) is not None:
        return found
    cut = allocation.allocate(replace(loose, items=_cut_down(loose, over, first)))
    return _kept(case, cut, first.progress)


def _kept(case: Case, found: Allocation, limit: Fraction) -> Allocation | None:
    """The allocation, without what it does not need, if it keeps to every cap and reaches the limit."""
    if not found.exact or found.progress < limit:
        return None
    over = [cap for cap in case.caps if _spent(cap, found) > cap.most]
    if over:
        found = _trimmed(case, over, found)
    if any(_spent(cap, found) > cap.most for cap in over):
        return None
    return _laid_out(case, found, limit)


def _trimmed(case: Case, over: list[allocation.Cap], found: Allocation) -> Allocation:
    """The allocation without pairs that these caps limit and that can be missed, the dearest first."""
    weights = case.weights
    have = list(found.have)
    value = weights.value(have)
    counts = [dict(counted) for counted in found.counts]
    for cap in over:
        pairs = [
            (cap.whole.get((item, place), amount), item, place)
            for item, counted in enumerate(counts)
            for place, amount in counted.items()
            if (item, place) in cap.flows or (item, place) in cap.whole
        ]
        spent = sum(much for much, _, _ in pairs)
        for much, item, place in sorted(pairs, reverse=True):
            if spent <= cap.most:
                break
            amount = counts[item][place]
            have[place] -= amount
            if weights.value(have) == value:
                del counts[item][place]
                spent -= much
            else:
                have[place] += amount
    return replace(found, counts=tuple(counts), have=tuple(have))


def _laid_out(case: Case, found: Allocation, limit: Fraction) -> Allocation | None:
    """The allocation with its overlays as they are, if that reaches the limit."""
    have = list(found.have)
    for overlay in case.overlays:
        have[overlay.place] = case.base[overlay.place] + _laid(overlay, found)
    return Allocation(found.counts, tuple(have), limit, exact=True) if progress(case, have) == limit else None


def _cut_down(case: Case, over: list[allocation.Cap], found: Allocation) -> tuple[dict[int, int], ...]:
    """The items without the pairs that go beyond these caps: those that gain least for what they spend, and all that do not serve."""
    items = [dict(worths) for worths in case.items]
    gain = case.weights.gain

    def thrift(entry: tuple[int, tuple[int, int]]) -> tuple[Fraction, tuple[int, int]]:
        spent, (item, place) = entry
        return Fraction(-gain[place] * min(case.items[item].get(place, 0), case.need[place]), spent or 1), (item, place)

    for cap in over:
        left = cap.most
        pairs = [(cap.whole.get(pair, case.items[pair[0]].get(pair[1], 0)), pair) for pair in (*cap.flows, *cap.whole)]
        for spent, (item, place) in sorted(pairs, key=thrift):
            if place in found.counts[item] and spent <= left:
                left -= spent
            else:
                items[item].pop(place, None)
    return tuple(items)


def _spent(cap: allocation.Cap, found: Allocation) -> int:
    pairs = [(item, place, amount) for item, counted in enumerate(found.counts) for place, amount in counted.items()]
    return sum(amount for item, place, amount in pairs if (item, place) in cap.flows) + sum(
        cap.whole.get((item, place), 0) for item, place, _ in pairs
    )


def _laid(overlay: allocation.Overlay, found: Allocation) -> int:
    return sum(amount for amount, pairs in overlay.sources if any(place in found.counts[item] for item, place in pairs))


def _split(case: Case) -> Allocation | None:
    """Step 2: every place that an item could serve may be split, and none is a matter of choice."""
    wanted = {item: {p: w for p, w in worths.items() if w} for item, worths in enumerate(case.items)}
    if any(
        not (set(worths) <= case.split and set(worths) <= case.weights.single and len(set(worths.values())) < 2)
        for worths in wanted.values()
    ):
        return None
    places = {place for worths in wanted.values() for place in worths}
    gain = case.weights.gain
    room = {place: tiers(max(0, case.need[place] - case.base[place]), gain[place], 1) for place in places}
    counts = fractional({item: worths for item, worths in wanted.items() if worths}, room)
    have = list(case.base)
    for counted in counts.values():
        for place, amount in counted.items():
            have[place] += amount
    shared = tuple(counts.get(item, {}) for item in range(len(case.items)))
    return Allocation(shared, tuple(have), progress(case, have), exact=True)


def _solve(case: Case) -> Allocation:
    """Step 3."""
    from ortools.sat.python import cp_model  # half a second to load, and most rules never need it

    model = cp_model.CpModel()
    capped = {pair for cap in case.caps for pair in cap.flows}
    serves: dict[tuple[int, int], Any] = {}
    amount: dict[tuple[int, int], Any] = {}  # what a pair counts for, where that is not all or nothing
    for item, worths in enumerate(case.items):
        places = [place for place, worth in worths.items() if worth]
        shared = [place for place in places if place in case.split]
        for place in places:
            serves[item, place] = model.new_bool_var("")
            if place in case.split or (item, place) in capped:
                amount[item, place] = model.new_int_var(0, worths[place], "")
                model.add(amount[item, place] <= worths[place] * serves[item, place])
        whole = [serves[item, place] for place in places if place not in case.split]
        if shared:
            pooled = model.new_bool_var("")
            for place in shared:
                model.add(serves[item, place] <= pooled)
            all_of_it = lcm(*(worths[place] for place in shared))
            model.add(sum(amount[item, p] * (all_of_it // worths[p]) for p in shared) <= all_of_it)
            whole.append(pooled)
        model.add_at_most_one(whole)
    supply: dict[int, Any] = {}
    for (item, place), served in serves.items():
        brings = amount.get((item, place), case.items[item][place] * served)
        supply[place] = supply.get(place, case.base[place]) + brings
    for cap in case.caps:
        spent = [amount[pair] for pair in cap.flows if pair in amount]
        spent += [cost * serves[pair] for pair, cost in cap.whole.items() if pair in serves]
        model.add(sum(spent) <= cap.most)
    for overlay in case.overlays:
        laid = []
        for much, pairs in overlay.sources:
            served = [serves[pair] for pair in pairs if pair in serves]
            counted = model.new_bool_var("")
            model.add(counted <= sum(served))
            laid.append(much * counted)
        supply[overlay.place] = case.base[overlay.place] + sum(laid)
    terms, exact = solving.objective(case, model, supply, list(case.base))
    model.maximize(sum(terms))
    solver = cp_model.CpSolver()
    solved, proven = solving.run(cp_model, solver, model)
    counts: list[dict[int, int]] = [{} for _ in case.items]
    if solved:
        for (item, place), served in serves.items():
            if solver.boolean_value(served):
                much = solver.value(amount[item, place]) if (item, place) in amount else case.items[item][place]
                if much:
                    counts[item][place] = much
    have = list(case.base)
    for shares in counts:
        for place, much in shares.items():
            have[place] += much
    found = Allocation(tuple(counts), tuple(have), progress(case, have), exact and proven)
    for overlay in case.overlays:
        have[overlay.place] = case.base[overlay.place] + _laid(overlay, found)
    return Allocation(tuple(counts), tuple(have), progress(case, have), exact and proven)
