"""Every allocation tried, where few are possible."""

from __future__ import annotations

from cairn.stacking.allocation import Case, Guess, Items


def best(case: Case, have: list[int], items: Items) -> Guess:
    """The best allocation of items that serve one place each, beside what the places have."""
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
