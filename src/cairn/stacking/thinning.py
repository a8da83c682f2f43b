"""A large case thinned out: each place keeps several times what it lacks, from items that are offered to as few places as can be.

Whatever serves there serves in the whole case too. So an answer that reaches what the whole case cannot exceed is the best of all, and
was found in a program of a tenth of the size; any other proves nothing.
"""

from __future__ import annotations

from dataclasses import replace

from cairn.stacking import solving
from cairn.stacking.allocation import BRIEFLY, Allocation, Cap, Case, Overlay, Pair
from cairn.stacking.filling import FLOW, Filling

PLENTY = (2, 4, 12)
"""How many times what a place lacks it keeps, one after the other."""
LEAST = 5
"""How many times fewer pairs must be left for it to be worth trying."""


def best(case: Case, filling: Filling, found: Allocation, limit: int) -> Allocation | None:
    """An allocation that reaches `limit`, which none exceeds; None if a thinned case has none. `found` is one that is known."""
    for plenty in PLENTY:
        thin = thinned(case, filling, found, plenty)
        if sum(map(len, thin.items)) * LEAST > sum(map(len, case.items)):
            break
        # whether all can be had is a smaller question than what is the most
        asked = replace(thin, whole=limit == case.weights.scale)
        answer = solving.solve(asked, found, limit)
        if case.weights.value(list(answer.have)) >= limit:
            return answer
        if not answer.short:  # too little was not what was wrong
            break
    return None


def thinned(case: Case, filling: Filling, found: Allocation, plenty: int) -> Case:
    """The case with fewer of its pairs: those in use, and for each place, the scarcest first, those of the least offered items; so
    also for what overlays ask for.
    """
    kept = [set(counted) for counted in found.counts]
    for place, takers in sorted(filling.takers.items(), key=lambda entry: (len(entry[1]), entry[0])):
        wanted = plenty * (case.need[place] - case.base[place])
        for item in sorted(takers, key=lambda one: (len(kept[one]), len(case.items[one]), one)):
            if wanted <= 0:
                break
            wanted -= case.items[item][place]
            kept[item].add(place)
    for overlay in case.overlays:
        wanted = plenty * (case.need[overlay.place] - case.base[overlay.place])
        for amount, pairs in sorted(overlay.sources, key=lambda source: len(source[1])):
            if wanted <= 0:
                break
            wanted -= amount
            for item, place in pairs:
                kept[item].add(place)
    items = tuple(
        {place: worth for place, worth in worths.items() if place in places}
        for worths, places in zip(case.items, kept, strict=True)
    )

    def stays(pair: Pair) -> bool:
        return pair[1] in kept[pair[0]]

    flows: dict[int, list[Pair]] = {}
    costs: dict[int, dict[Pair, int]] = {}
    for item, places in enumerate(kept):
        for place in sorted(places):
            for cap, cost, among in filling.draws.get((item, place), ()):
                if cost == FLOW:
                    flows.setdefault(cap, []).append((item, place))
                elif not among:
                    costs.setdefault(cap, {})[item, place] = cost
    caps = tuple(
        Cap(
            cap.most,
            frozenset(flows.get(number, ())),
            costs.get(number, {}),
            tuple(left for among in cap.once if (left := tuple(filter(stays, among)))),
        )
        for number, cap in enumerate(case.caps)
    )
    overlays = tuple(
        Overlay(
            overlay.place,
            tuple((amount, tuple(filter(stays, pairs))) for amount, pairs in overlay.sources),
            frozenset(filter(stays, overlay.flows)),
        )
        for overlay in case.overlays
    )
    return replace(
        case, items=items, caps=caps, overlays=overlays, known=case.weights, patience=min(case.patience, BRIEFLY)
    )
