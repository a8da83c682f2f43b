"""A good answer at once: reach one need after the other in the cheapest way, then leave out what turned out to be unnecessary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cairn.planning.grid import Derivation, Grid, Marks, Numbers
from cairn.planning.pruning import Pool
from cairn.planning.replay import Standing, exclusive, walk
from cairn.planning.values import Offer

LEAST_STEP = 1e-9
"""What a step costs at least, as a share of the dearest."""


def first_plans(
    pool: Pool, start: Standing, needs: dict[str, int], weights: Sequence[Numbers]
) -> Iterator[list[Offer]]:
    """Complete sets of candidates, one per weighing; none where a need cannot be reached or offers exclude each other."""
    nodes = [node for skill, level in needs.items() if (node := pool.grid.nodes.of_level(skill, level)) is not None]
    for weight in weights:
        found = _one_by_one(pool.grid, pool.held, nodes, weight)
        if found is not None:
            offers = without_idle([pool.candidates[place] for place in sorted(found)], start, needs)
            reached = _levels(offers, start)
            if any(reached.get(skill, 0) < level for skill, level in needs.items()):
                continue
            marked = [offer for offer in offers if offer.exclusive_with]
            if not any(exclusive(one, other) for one in marked for other in offers if one is not other):
                yield offers


def _one_by_one(grid: Grid, held: Marks, nodes: Sequence[int], weights: Numbers) -> set[int] | None:
    import numpy as np

    held = held.copy()
    # every step costs something, so that no offer which requires what it brings looks as near as the one it has that from
    weights = weights.astype(float) + (1.0 + float(np.abs(weights).max(initial=0.0))) * LEAST_STEP
    chosen: set[int] = set()
    while True:
        missing = [node for node in nodes if not held[node]]
        if not missing:
            return chosen
        derivation = grid.derive(weights, held)
        node = max(missing, key=lambda one: derivation.node[one])  # the hardest first: the others then find help there
        if not np.isfinite(derivation.node[node]):
            return None
        fresh = _tree(grid, derivation, held, node) - chosen
        if not fresh:
            return None
        chosen |= fresh
        mine = np.zeros(grid.size, bool)
        mine[list(fresh)] = True
        held[grid.give_node[mine[grid.give_offer]]] = True


def _tree(grid: Grid, derivation: Derivation, held: Marks, node: int) -> set[int]:
    """The offers by which a derivation reaches a node."""
    import numpy as np

    found: set[int] = set()
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node in seen or held[node]:
            continue
        seen.add(node)
        first, end = np.searchsorted(grid.give_node, [node, node + 1])
        givers = grid.give_offer[first:end]
        offer = int(givers[np.argmin(derivation.offer[givers])])
        if offer in found:
            continue
        found.add(offer)
        best: list[tuple[float, int]] = []
        for group in range(*np.searchsorted(grid.group_offer, [offer, offer + 1])):
            if not grid.soft[group]:
                first, end = np.searchsorted(grid.alternative_group, [group, group + 1])
                nodes = grid.alternative_node[first:end]
                one = int(nodes[np.argmin(derivation.node[nodes])])
                best.append((float(derivation.node[one]), one))
        waiting += [one for _, one in sorted(best)[: grid.some_of.get(offer, len(best))]]
    return found


def without_idle(chosen: Iterable[Offer], start: Standing, needs: dict[str, int]) -> list[Offer]:
    """The choice without offers that it can do without, the dearest left out first."""
    kept = list(chosen)
    full = _levels(kept, start)
    wanted = {skill: min(level, full.get(skill, 0)) for skill, level in needs.items()}
    for offer in sorted(kept, key=lambda offer: (offer.granted, -offer.cost.minor, -offer.hours, offer.id)):
        rest = [other for other in kept if other.id != offer.id]
        end = Standing.of(start.levels, start.names)
        done, stuck = walk(rest, end)
        enough = all(end.levels.get(skill, 0) >= level for skill, level in wanted.items())
        if enough and all(other.granted for other in stuck):  # a stack that falls away unneeded is no loss
            kept = done
    return kept


def _levels(offers: Iterable[Offer], start: Standing) -> dict[str, int]:
    end = Standing.of(start.levels, start.names)
    walk(offers, end)
    return end.levels
