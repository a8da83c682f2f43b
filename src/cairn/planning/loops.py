"""Loops in a relaxed choice: offers, or parts of them, that hold each other up and nobody else does.

Of any set of nodes the first to be reached is brought by an offer that requires none of them; so no node of it is reached more than such
offers are taken (`Program.loop`). This looks for sets where a relaxed choice has it otherwise: for each node, how much can flow to it from
offers that can be started at once, if each offer passes on no more than the part of it that is taken and waits for one of its groups.
Where less arrives than is said to be reached, the nodes behind the narrowest place are such a set. Waiting for one group only lets too
much through, so that some sets are missed; none is told wrongly, because each is measured anew with all groups.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from cairn.planning.allowance import Allowance
from cairn.planning.program import Program

if TYPE_CHECKING:
    from cairn.planning.grid import Numbers

FINE = 10**6
"""Parts of an offer that the flow counts."""

ENOUGH = 0.01
"""By how much a node must be said to be reached beyond what can reach it."""

type Loop = tuple[frozenset[int], int]
"""Nodes, and the one of them of which too much is said to be reached."""


def loops(program: Program, part: Numbers, turn: int, allowance: Allowance) -> list[Loop]:
    """Sets of nodes that a relaxed choice reaches more than it can. Another `turn`, another choice of groups."""
    import numpy as np
    from ortools.graph.python.max_flow import SimpleMaxFlow

    chance = Random(turn)  # noqa: S311 (which group an offer waits for is no secret)
    nodes = [node for node, variable in program.node.items() if part[variable] > ENOUGH]
    number = {node: place + 1 for place, node in enumerate(nodes)}
    brings: dict[int, list[int]] = {}
    for node in nodes:
        for offer in program.givers[node]:
            if part[offer] * FINE >= 1:
                brings.setdefault(offer, []).append(node)
    tail: list[int] = []
    head: list[int] = []
    room: list[int] = []
    first = len(nodes) + 1
    for place, (offer, given) in enumerate(brings.items()):
        into, out = first + 2 * place, first + 2 * place + 1
        groups = program.groups.get(offer, [])
        if not groups or program.pool.candidates[offer].at_least is not None:
            waits_for = [0]
        else:
            waits_for = [number[node] for node in groups[chance.randrange(len(groups))] if node in number]
        tail += [into, *waits_for, *(out for _ in given)]
        head += [out, *(into for _ in waits_for), *(number[node] for node in given)]
        room += [int(part[offer] * FINE), *(FINE * FINE for _ in waits_for), *(FINE * FINE for _ in given)]
    if not tail:
        return []
    flow = SimpleMaxFlow()
    flow.add_arcs_with_capacity(np.array(tail), np.array(head), np.array(room))
    allowance.looked_at(len(tail) * len(nodes))
    sets: dict[frozenset[int], None] = {}
    for node in nodes:
        if number[node] >= flow.num_nodes() or flow.solve(0, number[node]) != flow.OPTIMAL:
            continue
        if flow.optimal_flow() < (float(part[program.node[node]]) - ENOUGH) * FINE:
            behind = set(flow.get_sink_side_min_cut())
            sets[frozenset(one for one in nodes if number[one] in behind)] = None
    found: list[Loop] = []
    for one in sets:
        arrives = float(part[program.first_of(one)].sum())
        node = max(one, key=lambda node: (part[program.node[node]], node))
        if part[program.node[node]] - arrives > ENOUGH:
            found.append((one, node))
    return found
