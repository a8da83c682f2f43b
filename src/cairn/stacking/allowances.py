"""Allowances: what awards may count for together wherever they count, such as the credits that an agreement gives in all.

An award draws on its allowances with what it counts for where credits of their scheme are added up, and with all its credits where it
counts as a whole, as a named course does. Skills are shown, not spent, and draw nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from cairn.stacking.allocation import Cap
from cairn.stacking.awards import Allowance, Award, plain
from cairn.stacking.compiling import Place
from cairn.stacking.schemes import credits_in


def caps_of(pairs: Iterable[tuple[int, Award, int]], places: Mapping[int, Place]) -> list[Cap]:
    """The allowances of (item, award, place) as caps over all places, in hundredths."""
    flows: dict[Allowance, set[tuple[int, int]]] = {}
    whole: dict[Allowance, dict[tuple[int, int], int]] = {}
    for item, award, place in pairs:
        for allowance in award.within:
            cost = _whole(award, allowance)
            if _adds_up(places[place], allowance):
                flows.setdefault(allowance, set()).add((item, place))
            elif cost:
                whole.setdefault(allowance, {})[item, place] = cost
    return [
        Cap(_hundredths(one.most), frozenset(flows.get(one, ())), whole.get(one, {}))
        for one in dict.fromkeys([*flows, *whole])
    ]


def drawn(serving: Iterable[tuple[Place, Award, int]]) -> dict[Allowance, int]:
    """What awards that count for an amount at a place draw on their allowances, in hundredths; those that are not used draw 0."""
    found: dict[Allowance, int] = {}
    for place, award, amount in serving:
        for allowance in award.within if place.leaf.spends else ():
            found[allowance] = found.get(allowance, 0) + (
                amount if _adds_up(place, allowance) else _whole(award, allowance)
            )
    return found


def beyond(award: Award, place: Place, spent: Mapping[Allowance, int]) -> Allowance | None:
    """The allowance that has no room for more of this award at this place; None where all have."""
    for allowance in award.within:
        cost = 1 if _adds_up(place, allowance) else _whole(award, allowance)
        if cost and spent.get(allowance, 0) + cost > _hundredths(allowance.most):
            return allowance
    return None


def said(allowance: Allowance, spent: int) -> str:
    """How much of an allowance is used, as a sentence without a full stop."""
    used, most = plain(Decimal(spent) / 100), plain(allowance.most)
    return f"{used} of at most {most} {credits_in(allowance.scheme, most)} count by {allowance.name}"


def _adds_up(place: Place, allowance: Allowance) -> bool:
    return place.leaf.counts_in == allowance.scheme


def _whole(award: Award, allowance: Allowance) -> int:
    """An award that is larger than its allowance takes up all of it, and may still count as a whole."""
    return min(_hundredths(award.credits.get(allowance.scheme, Decimal(0))), _hundredths(allowance.most))


def _hundredths(amount: Decimal) -> int:
    return int(amount * 100)
