"""The nearest ways to complete a rule, starting from what already counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cairn.stacking.requirements import Group, Leaf, Names, Requirement

WAYS = 3
"""How many ways are shown at most."""


@dataclass(frozen=True)
class Missing:
    """One thing to do: `amount` more awards or credits (`unit`) for the requirement with this id."""

    id: str
    sentence: str
    amount: Decimal
    unit: str


type Way = tuple[Missing, ...]
"""Things that complete the rule when all of them are done."""

type _Weighed = tuple[Fraction, int, Way]


def nearest_ways(rule: Requirement, have: Sequence[int], place_of: Mapping[str, int], names: Names) -> tuple[Way, ...]:
    """Up to `WAYS` ways, the shortest first: least unfinished requirements (a half-filled one is half), then fewest steps.

    `have` is what the leaves have now, and `place_of` maps a leaf's id to its place there.
    """

    def of(node: Requirement) -> list[_Weighed]:
        if isinstance(node, Leaf):
            lack = node.need - have[place_of[node.id]]
            if lack <= 0:
                return [(Fraction(0), 0, ())]
            missing = Missing(node.id, node.lacking(lack, names), node.quantity(lack), node.unit)
            return [(Fraction(lack, node.need), 1, (missing,))]
        choose = node.choose if isinstance(node, Group) else len(node.parts)
        chosen: list[list[_Weighed]] = [[(Fraction(0), 0, ())], *([] for _ in range(choose))]
        for part in node.parts:
            ways = of(part)
            for count in range(choose, 0, -1):
                joined = [_join(before, way) for before in chosen[count - 1] for way in ways]
                chosen[count] = _shortest([*chosen[count], *joined])
        return chosen[choose]

    return tuple(way for _, _, way in of(rule))


def _join(first: _Weighed, second: _Weighed) -> _Weighed:
    return first[0] + second[0], first[1] + second[1], first[2] + second[2]


def _shortest(ways: Iterable[_Weighed]) -> list[_Weighed]:
    """The best few in an order that does not depend on how they were found, without ways that contain a shorter one."""
    distinct = {tuple(missing.id for missing in way[2]): way for way in ways}
    found: list[_Weighed] = []
    for _, way in sorted(distinct.items(), key=lambda pair: (pair[1][0], pair[1][1], pair[0])):
        if len(found) < WAYS and not any(set(shorter[2]) <= set(way[2]) for shorter in found):
            found.append(way)
    return found
