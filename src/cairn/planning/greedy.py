"""A good answer at once: reach one need after the other in the cheapest way, then leave out what turned out to be unnecessary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from cairn.planning.grid import Derivation, Grid, Marks, Numbers
from cairn.planning.leaning import Leaning
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
            if any(offer.counting is not None for offer in pool.candidates):
                enough = _until_enough(pool, start, found, weight)
                offers = without_idle([pool.candidates[place] for place in sorted(enough)], start, needs)
            reached = _levels(offers, start)
            if any(reached.get(skill, 0) < level for skill, level in needs.items()):
                continue
            if not _at_odds(offers):
                yield offers


def _until_enough(pool: Pool, start: Standing, found: set[int], weights: Numbers) -> set[int]:
    """With more of what counts, the best value first, until what is granted for an amount can be; all of it where it never can."""
    chosen = set(found)
    grid = pool.grid
    derivation = grid.derive(weights.astype(float), pool.held)
    for place in sorted(found):
        counting = pool.candidates[place].counting
        if counting is None:
            continue
        brought = {
            name: sum(amount.of.get(name, 0) / amount.least for amount in counting.amounts) or 1.0
            for name in counting.names
        }
        ranked = sorted(
            (float(derivation.node[node]) / brought[name], name, node)
            for name, node in ((name, grid.nodes.number(name)) for name in counting.names)
            if derivation.node[node] < float("inf")
        )
        for _, name, node in ranked:
            end = Standing.of(start.levels, start.names)
            walk([pool.candidates[one] for one in chosen], end)
            if counting.enough(end.names):
                break
            if name not in end.names:
                chosen |= _tree(grid, derivation, pool.held, node)
    return chosen


def most_within(
    pool: Pool, start: Standing, rungs: Mapping[str, range], weights: Numbers, fits: Callable[[list[Offer]], bool]
) -> list[Offer]:
    """Where not everything can be reached: one need after the other in the order given, each as far as what comes together `fits`."""
    grid, chosen, kept = pool.grid, set[int](), list[Offer]()
    held = pool.held.copy()
    for skill, levels in rungs.items():
        derivation = grid.derive(weights.astype(float), held)
        for level in reversed(levels):
            node = grid.nodes.of_level(skill, level)
            if node is None or derivation.node[node] == float("inf"):
                continue
            together = chosen | _tree(grid, derivation, held, node)
            done, stuck = walk(
                [pool.candidates[place] for place in sorted(together)], Standing.of(start.levels, start.names)
            )
            if not any(not offer.granted for offer in stuck) and not _at_odds(done) and fits(done):
                chosen, kept = together, done
                held = grid.nodes.held(_end(done, start)) | pool.held
                break
    return kept


def _one_by_one(grid: Grid, held: Marks, nodes: Sequence[int], weights: Numbers) -> set[int] | None:
    import numpy as np

    held = held.copy()
    # every step costs something, so that no offer which requires what it brings looks as near as the one it has that from
    weights = weights.astype(float) + (1.0 + float(np.abs(weights).max(initial=0.0))) * LEAST_STEP
    chosen: set[int] = set()
    derivation: Derivation | None = None
    while True:
        missing = [node for node in nodes if not held[node]]
        if not missing:
            return chosen
        derivation = grid.derive(weights, held, derivation)
        away = derivation.node
        node = max(missing, key=lambda one: away[one])  # the hardest first: the others then find help there
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
    by_price = sorted(
        range(len(kept)),
        key=lambda one: (kept[one].granted, -kept[one].cost.minor, -kept[one].hours, kept[one].id),
    )
    leaning = Leaning.plainly(kept, start)
    if leaning is None:
        return _step_by_step(kept, [kept[one] for one in by_price], start, wanted)
    alive = set(range(len(kept)))
    bringing = [
        {one for one in alive if kept[one].provides.get(skill, 0) >= level}
        for skill, level in wanted.items()
        if start.levels.get(skill, 0) < level
    ]
    for one in by_price:
        if one not in alive or any(one in by and len(by) == 1 for by in bringing):
            continue  # it went with another, or nobody else brings what is wanted
        lost = leaning.lost(one, alive)
        if all(kept[other].granted for other in lost):  # a stack that falls away unneeded is no loss
            lost.add(one)
            if not any(by <= lost for by in bringing):
                alive -= lost
                bringing = [by - lost for by in bringing]
    return [kept[one] for one in sorted(alive)]


def _step_by_step(
    kept: list[Offer], by_price: Iterable[Offer], start: Standing, wanted: Mapping[str, int]
) -> list[Offer]:
    """The same where something is granted for an amount, or could not be started to begin with."""
    bringing = _bringing(kept, start, wanted)
    for offer in by_price:
        if any(by == {offer.id} for by in bringing):
            continue
        rest = [other for other in kept if other.id != offer.id]
        end = Standing.of(start.levels, start.names)
        done, stuck = walk(rest, end)
        enough = all(end.levels.get(skill, 0) >= level for skill, level in wanted.items())
        if enough and all(other.granted for other in stuck):
            kept = done
            bringing = _bringing(kept, start, wanted)
    return kept


def _bringing(offers: Iterable[Offer], start: Standing, wanted: Mapping[str, int]) -> list[set[str]]:
    """For each level that the learner does not bring: which of the offers bring it."""
    missing = [(skill, level) for skill, level in wanted.items() if start.levels.get(skill, 0) < level]
    return [{offer.id for offer in offers if offer.provides.get(skill, 0) >= level} for skill, level in missing]


def _at_odds(offers: Sequence[Offer]) -> bool:
    """Whether any two of these exclude each other."""
    marked = [offer for offer in offers if offer.exclusive_with]
    return any(exclusive(one, other) for one in marked for other in offers if one is not other)


def _levels(offers: Iterable[Offer], start: Standing) -> dict[str, int]:
    return _end(offers, start).levels


def _end(offers: Iterable[Offer], start: Standing) -> Standing:
    end = Standing.of(start.levels, start.names)
    walk(offers, end)
    return end
