"""Choices that hold themselves up: offers of which each waits for another of them. Which of them to cut off, and how they are met."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from cairn.planning.program import Program


def circles(program: Program, failing: Mapping[int, set[int]]) -> list[frozenset[int]]:
    """Sets of nodes that nobody is first to bring, as small as can be: one for each set of offers that wait for each other only.

    `failing` are, per offer that could not be started, the nodes of which it needs one and which nothing done brings. Whatever nodes the
    offers of a circle ask for: the first of these to be reached is brought by an offer that requires none of them.
    """
    helping = {
        place: [other for other in failing if not program.gives[other].isdisjoint(wanted)]
        for place, wanted in failing.items()
    }
    found = {
        frozenset().union(*(failing[place] for place in circle))
        for circle in waiting_for_each_other(helping)
        if all(other in circle for place in circle for other in helping[place])
    }
    return sorted(found, key=sorted)


def waiting_for_each_other[Key: Hashable](edges: Mapping[Key, Iterable[Key]]) -> list[frozenset[Key]]:
    """The strongly connected components of a graph, each node in one of them (Tarjan 1972, without recursion).

    A node that is only led to counts too. Time grows with nodes and edges.
    """
    number: dict[Key, int] = {}
    low: dict[Key, int] = {}
    open_still: list[Key] = []
    inside: set[Key] = set()
    found: list[frozenset[Key]] = []
    for root in edges:
        if root in number:
            continue
        ways = [(root, iter(edges[root]))]
        number[root] = low[root] = len(number)
        open_still.append(root)
        inside.add(root)
        while ways:
            here, more = ways[-1]
            for other in more:
                if other not in number:
                    number[other] = low[other] = len(number)
                    open_still.append(other)
                    inside.add(other)
                    ways.append((other, iter(edges.get(other, ()))))
                    break
                if other in inside:
                    low[here] = min(low[here], number[other])
            else:
                ways.pop()
                if ways:
                    low[ways[-1][0]] = min(low[ways[-1][0]], low[here])
                if low[here] == number[here]:
                    component: set[Key] = set()
                    while here not in component:
                        component.add(open_still.pop())
                    inside -= component
                    found.append(frozenset(component))
    return found


def watching(take: Sequence[Any], met: Callable[[list[int]], None]) -> Any:
    """What the exact solver calls with every better choice on its way: `met` is given the places of those that are taken."""
    from ortools.sat.python import cp_model

    class Watching(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            met([place for place, taken in enumerate(take) if self.boolean_value(taken)])

    return Watching()
