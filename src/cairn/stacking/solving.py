"""Allocation by search: everything tried where little is left, an exact solver (OR-Tools CP-SAT) otherwise."""

from __future__ import annotations

from math import gcd, prod
from typing import Any

from cairn.stacking.allocation import Branch, Case, Guess, Items, with_guess

WORK = 1.0
"""Deterministic seconds that the exact solver may take: a measure of its work, the same on every machine."""
FEW = 3_000
"""How many allocations are tried one by one before the solver is asked."""
WIDEST = 2**53
"""Weights up to here fit the solver. Wider ones are rounded down, and then the result is not called exact."""


def best(case: Case, have: list[int], items: Items, guess: Guess) -> tuple[Guess, bool]:
    """Returns the allocation and whether it is proven the best; `guess` is where to start from."""
    if prod(len(wanted) + 1 for wanted in items.values()) <= FEW:
        return _by_trying(case, have, items), True
    return _by_solver(case, have, items, guess)


def _by_trying(case: Case, have: list[int], items: Items) -> Guess:
    order = sorted(items, key=lambda item: (-max(items[item].values()), item))
    reached = list(have)
    best_guess: Guess = {}
    best_value = case.weights.value(have)
    limit = case.weights.value(
        [here + sum(wanted.get(place, 0) for wanted in items.values()) for place, here in enumerate(have)]
    )
    guess: Guess = {}

    def place(number: int) -> bool:
        nonlocal best_guess, best_value
        if number == len(order):
            value = case.weights.value(reached)
            if value > best_value:
                best_guess, best_value = dict(guess), value
            return best_value == limit
        item = order[number]
        for to, worth in items[item].items():
            if reached[to] < case.need[to]:
                reached[to] += worth
                guess[item] = to
                done = place(number + 1)
                del guess[item]
                reached[to] -= worth
                if done:
                    return True
        return place(number + 1)

    place(0)
    return best_guess


def _by_solver(case: Case, have: list[int], items: Items, guess: Guess) -> tuple[Guess, bool]:
    from ortools.sat.python import cp_model  # half a second to load, and most rules never need it

    model = cp_model.CpModel()
    kinds: dict[tuple[tuple[int, int], ...], list[int]] = {}  # items that are worth the same everywhere are one number
    for item, wanted in items.items():
        kinds.setdefault(tuple(sorted(wanted.items())), []).append(item)
    many: dict[tuple[int, int], Any] = {}
    supply: dict[int, list[Any]] = {}
    for number, (wanted_by, alike) in enumerate(kinds.items()):
        for place, worth in wanted_by:
            count = many[number, place] = model.new_int_var(0, len(alike), "")
            supply.setdefault(place, []).append(worth * count)
            model.add_hint(count, sum(guess.get(item) == place for item in alike))
        model.add(sum(many[number, place] for place, _ in wanted_by) <= len(alike))
    terms, exact = objective(case, model, {place: have[place] + sum(found) for place, found in supply.items()}, have)
    model.maximize(sum(terms))
    solver = cp_model.CpSolver()
    solved, proven = run(cp_model, solver, model)
    if not solved:
        return guess, False
    found: Guess = {}
    for number, (wanted_by, alike) in enumerate(kinds.items()):
        waiting = list(alike)
        for place, _ in wanted_by:
            for _ in range(solver.value(many[number, place])):
                found[waiting.pop()] = place
    value = case.weights.value
    if value(with_guess(have, items, found)) < value(with_guess(have, items, guess)):
        found = guess
    return found, exact and proven


def objective(case: Case, model: Any, supply: dict[int, Any], have: list[int]) -> tuple[list[Any], bool]:
    """The progress of the tree as terms to maximise, given what the places in `supply` can have; whether the weights are exact."""
    gains: list[tuple[int, Any]] = []
    gain = case.weights.gain

    def walk(node: Branch | int, chosen: list[Any]) -> None:
        if isinstance(node, int):
            most = case.need[node]
            if node not in supply and not chosen:
                return  # a constant
            reached = model.new_int_var(0, most, "")
            model.add(reached <= supply.get(node, have[node]))
            for choice in chosen:
                model.add(reached <= most * choice)
            gains.append((gain[node], reached))
            return
        if node.choose == len(node.parts):
            for part in node.parts:
                walk(part, chosen)
            return
        choices = [model.new_bool_var("") for _ in node.parts]
        model.add(sum(choices) == node.choose)
        for part, choice in zip(node.parts, choices, strict=True):
            walk(part, [*chosen, choice])

    walk(case.tree, [])
    common = gcd(*(weight for weight, _ in gains)) or 1
    exact = sum(weight // common * 10**6 for weight, _ in gains) < WIDEST * 10**3
    if not exact:
        common = max(1, max(weight for weight, _ in gains) // 10**9)
    return [weight // common * reached for weight, reached in gains], exact


def run(cp_model: Any, solver: Any, model: Any) -> tuple[bool, bool]:
    """Solve within the allowance: whether something was found, and whether it is proven the best."""
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = WORK
    status = solver.solve(model)
    return status in (cp_model.OPTIMAL, cp_model.FEASIBLE), status == cp_model.OPTIMAL
