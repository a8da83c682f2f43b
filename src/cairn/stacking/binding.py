"""Allocation where more binds than that an item serves once: credits that may be split, caps, and overlays.

1. Set aside what is not contested (`contesting`). What is contested goes through steps 2 to 4; if that proves nothing, all goes to 4.
2. Without the caps and with overlays as full as they could ever be, allocate. If that keeps to the caps, and the overlays reach
   what was assumed, nothing can be better.
3. If credits may be split, and that is all that binds, and no choice is involved: a flow of hundredths is the exact answer.
4. Otherwise a program of whole numbers (`solving`), which has to beat what step 1 found. Where it is large it is first asked if all can
   be reached: that is found out sooner than what is the most.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from cairn.stacking import allocation, contesting, solving
from cairn.stacking.allocation import SOON, Allocation, Case, progress, relaxed
from cairn.stacking.packing import fractional
from cairn.stacking.tiers import tiers


def allocate(case: Case) -> Allocation:
    """The allocation with the greatest progress of the tree that keeps to every cap."""
    proven, near = contesting.best(case, searched)
    if proven is not None:
        return proven
    if near is not None and case.hasty:
        return near
    if not (case.split or case.caps or case.overlays):
        return searched(case)
    short = False
    if _large(case):
        every = solving.solve(replace(case, whole=True, patience=min(case.patience, SOON)), near)
        if every.progress == 1:
            return every
        short = every.short
    found = solving.solve(case, near)
    if short:
        found = replace(found, short=True)
    return found if near is None or found.exact or found.progress >= near.progress else near


def _large(case: Case) -> bool:
    """Whether it is worth asking first if everything can be reached."""
    if case.whole or not case.patience or sum(map(len, case.items)) < contesting.LARGE:
        return False
    return case.weights.value(allocation.fullest(case)) >= case.weights.scale


def searched(case: Case) -> Allocation:
    """The same by steps 2 to 4."""
    if not (case.split or case.caps or case.overlays):
        return allocation.plain(case, contest=False)
    if not case.split:
        found = _without(case)
        if found is not None:
            return found
    elif not case.caps and not case.overlays:
        shared = _split(case)
        if shared is not None:
            return shared
    return solving.solve(case)


def _without(case: Case) -> Allocation | None:
    """Step 2. Where caps are overspent, what they limit is taken away and the rest allocated anew: an allocation that keeps to the
    caps, and still reaches what there is without them, is the best.
    """
    base = list(case.base)
    for overlay in case.overlays:
        base[overlay.place] += sum(amount for amount, _ in overlay.sources)
    loose = relaxed(case, tuple(base))
    first = allocation.allocate(loose)
    if not first.exact:
        return None
    over = [cap for cap in case.caps if spent(cap, first) > cap.most]
    if not over:
        return _laid_out(case, first, first.progress)
    if (found := _kept(case, first, first.progress)) is not None:
        return found
    capped = {pair for cap in over for pair in (*cap.flows, *cap.whole, *(one for among in cap.once for one in among))}
    items = tuple(
        {place: worth for place, worth in worths.items() if (item, place) not in capped}
        for item, worths in enumerate(case.items)
    )
    return _kept(case, allocation.allocate(replace(loose, items=items)), first.progress)


def _kept(case: Case, found: Allocation, limit: Fraction) -> Allocation | None:
    """The allocation, without what it does not need, if it keeps to every cap and reaches the limit."""
    if not found.exact or found.progress < limit:
        return None
    over = [cap for cap in case.caps if spent(cap, found) > cap.most]
    if over:
        found = _trimmed(case, over, found)
    if any(spent(cap, found) > cap.most for cap in over):
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
        used = spent(cap, replace(found, counts=tuple(counts)))
        for much, item, place in sorted(pairs, reverse=True):
            if used <= cap.most:
                break
            amount = counts[item][place]
            have[place] -= amount
            if weights.value(have) == value:
                del counts[item][place]
                used -= much
            else:
                have[place] += amount
    return replace(found, counts=tuple(counts), have=tuple(have))


def _laid_out(case: Case, found: Allocation, limit: Fraction) -> Allocation | None:
    """The allocation with its overlays as they are, if that reaches the limit."""
    have = list(found.have)
    for overlay in case.overlays:
        have[overlay.place] = case.base[overlay.place] + solving.laid(overlay, found.counts)
    return Allocation(found.counts, tuple(have), limit, exact=True) if progress(case, have) == limit else None


def spent(cap: allocation.Cap, found: Allocation) -> int:
    """How much of a cap an allocation uses."""
    pairs = [(item, place, amount) for item, counted in enumerate(found.counts) for place, amount in counted.items()]
    return (
        sum(amount for item, place, amount in pairs if (item, place) in cap.flows)
        + sum(cap.whole.get((item, place), 0) for item, place, _ in pairs)
        + sum(any(place in found.counts[item] for item, place in among) for among in cap.once)
    )


def _split(case: Case) -> Allocation | None:
    """Step 3: every place that an item could serve may be split, and none is a matter of choice."""
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
