"""What would end that something denied is met: a negation inside it stops holding, because what that one denies is completed.

Gaining an award never takes anything away, unless a negation is in the rule. So `not` around `not` asks in its own way for what is inside
both, and so does `not` around a group or a condition with a negation in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cairn.stacking.completing import WAYS, Way
from cairn.stacking.families import Group, Leaf, Requirement
from cairn.stacking.limits import Residency
from cairn.stacking.scopes import Not

if TYPE_CHECKING:
    from cairn.stacking.tracing import Told


def endings(told: Told, node: Requirement) -> tuple[Way, ...]:
    """A few ways, the shortest first, after which a requirement of the evaluation would not be met; an empty one where it is not met now.

    Whether they do what they say is for others to try: awards that move may fill what they leave open.
    """
    if isinstance(node, Not):
        return told.denied[told.rule.place_of[node.id]].missing or (() if told.shares[node.id][0] else ((),))
    if isinstance(node, Leaf):
        return () if told.shares[node.id][0] == 1 else ((),)
    if isinstance(node, Residency) and told.shares[node.id][0] < 1:
        return ((),)
    parts = [endings(told, part) for part in node.parts]
    too_many = len(parts) - node.choose + 1 if isinstance(node, Group) else 1
    chosen: list[tuple[Way, ...]] = [((),), *(() for _ in range(too_many))]
    for ways in parts:
        for count in range(too_many, 0, -1):
            joined = ((*before, *way) for before in chosen[count - 1] for way in ways)
            chosen[count] = _shortest([*chosen[count], *joined])
    return chosen[too_many]


def _shortest(ways: Iterable[Way]) -> tuple[Way, ...]:
    return tuple(sorted(dict.fromkeys(ways), key=len)[:WAYS])
