"""Allocation where more binds than that an item serves once: credits that may be split, caps, and overlays.

1. Without the caps and with overlays as full as they could ever be, allocate. If that keeps to the caps, and the overlays reach
   what was assumed, nothing can be better.
2. If credits may be split, and that is all that binds, and no choice is involved: a flow of hundredths is the exact answer.
3. Otherwise an exact solver (OR-Tools CP-SAT), loaded only then.
"""

from __future__ import annotations

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
    """Step 1."""
    base = list(case.base)
    for overlay in case.overlays:
        base[overlay.place] += sum(amount for amount, _ in overlay.sources)
    found = allocation.allocate(relaxed(case, tuple(base)))
    if not found.exact or not all(_keeps(cap.most, _spent(cap, found)) for cap in case.caps):
        return None
    have = list(found.have)
    for overlay in case.overlays:
        have[overlay.place] = case.base[overlay.place] + _laid(overlay, found)
    reached = progress(case, have)
    return Allocation(found.counts, tuple(have), reached, exact=True) if reached == found.progress else None


def _keeps(most: int, spent: int) -> bool:
    return spent <= most


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
