"""What cannot be had together: the caps and overlays that bind awards at places, where limits or residencies look at single awards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from cairn.stacking.allocation import Cap, Overlay
from cairn.stacking.allowances import caps_of
from cairn.stacking.awards import Award
from cairn.stacking.compiling import Compiled, Limited, Place, Resident
from cairn.stacking.criteria import Criterion
from cairn.stacking.families import converted

if TYPE_CHECKING:
    from cairn.stacking.gathering import Gathered

type _Pair = tuple[int, Award, int]
"""An item, the award that it is, and a place that it could serve."""


def binding_on(
    rule: Compiled, limits: Sequence[Limited], pairs: list[_Pair], found: Gathered
) -> tuple[tuple[Cap, ...], tuple[Overlay, ...]]:
    """Everything that binds these pairs: what counts once, these limits, what agreements allow, and the rule's residencies."""
    by_number = {place.number: place for place in rule.places}
    caps = _once(rule, by_number, pairs)
    serving: dict[str, list[_Pair]] = {}
    for pair in pairs:
        serving.setdefault(pair[1].id, []).append(pair)
    meant = _Meant(found, serving)
    for limited in limits:
        caps += _caps(rule, limited, by_number, meant.within(limited.criteria, limited.places))
    caps += caps_of((pair for pair in pairs if pair[1].within), by_number)
    overlays = [
        _overlay(one, by_number, meant.within(one.rule.criteria, one.places)) for one in rule.residents
    ]  # fmt: skip
    return tuple(caps), tuple(overlays)


class _Meant:
    """The pairs that limits and residencies are about."""

    def __init__(self, found: Gathered, serving: Mapping[str, list[_Pair]]) -> None:
        self._found = found
        self._serving = serving
        self._known: dict[tuple[Criterion, ...], list[list[_Pair]]] = {}

    def within(self, criteria: tuple[Criterion, ...], places: frozenset[int]) -> list[_Pair]:
        """The pairs at these places of awards that meet all of these, in the order of their items."""
        known = self._known.get(criteria)
        if known is None:
            known = self._known[criteria] = [
                served
                for award in self._found.held
                if (served := self._serving.get(award.id))
                and not any(criterion.fault(award, self._found.at) for criterion in criteria)
            ]
        return [pair for served in known for pair in served if pair[2] in places]


def _once(rule: Compiled, places: dict[int, Place], pairs: list[_Pair]) -> list[Cap]:
    """Awards of one achievement count once: those that are not shareable once in all, and all of them once in each place.

    So do an award and what was derived from it, whatever achievement that is of.
    """
    caps: list[Cap] = []
    single: dict[str, dict[tuple[int, int], int]] = {}
    local: dict[tuple[str, int], dict[tuple[int, int], int]] = {}
    same: dict[str, dict[tuple[int, int], int]] = {}
    derived: set[str] = set()
    roots = {award.id: _roots(rule, award) for award in {award.id: award for _, award, _ in pairs}.values()}
    alike = Counter(root for found in roots.values() for root in found)
    alone = {key for key, found in roots.items() if all(alike[root] == 1 for root in found)}
    pairs = [pair for pair in pairs if pair[1].id not in alone]  # nothing else is of the achievements of others
    for number, award, place in pairs:
        root = rule.root(award.achievement)
        local.setdefault((root, place), {})[number, place] = 1
        if not award.shareable:
            single.setdefault(root, {})[number, place] = 1
        for one in roots[award.id]:  # what was derived may be what something else was derived from
            same.setdefault(one, {})[number, place] = 1
        derived |= {rule.root(award.stands_for)} if award.stands_for else set()
    awards = {number: award for number, award, _ in pairs}
    shared = Counter(number for number, _, place in pairs if places[place].leaf.splits)
    several = {number for number, award in awards.items() if award.shareable or shared[number] > 1}
    for costs in single.values():
        caps += _either(costs, several, lambda one, other: one != other)
    caps += [Cap(1, whole=costs) for costs in local.values() if len(costs) > 1]
    for origin in sorted(derived):
        made = {number for number, one in awards.items() if one.stands_for and rule.root(one.stands_for) == origin}
        caps += _either(same[origin], several, partial(_made_of_it, awards, made))
    return caps


def _made_of_it(awards: dict[int, Award], made: set[int], one: int, other: int) -> bool:
    """Whether two items are different awards, one of them made of the other or both of the same."""
    return awards[one].id != awards[other].id and not made.isdisjoint((one, other))


def _either(
    costs: dict[tuple[int, int], int], several: set[int], apart: Callable[[int, int], bool]
) -> list[Cap]:  # fmt: skip
    """Of items that are the same learning one counts: in one place, or, if it is among `several`, in all of its places."""
    single = {pair: cost for pair, cost in costs.items() if pair[0] not in several}
    caps = [Cap(1, whole=single)] if len({number for number, _ in single}) > 1 else []
    wide = [pair for pair in costs if pair not in single]
    for at, pair in enumerate(wide):
        against = {other: cost for other, cost in single.items() if apart(pair[0], other[0])}
        if against:
            caps.append(Cap(1, whole={pair: 1, **against}))
        caps += [Cap(1, whole={pair: 1, other: 1}) for other in wide[at + 1 :] if apart(pair[0], other[0])]
    return caps


def _roots(rule: Compiled, award: Award) -> set[str]:
    """What an award is of, and what it was derived from."""
    return {rule.root(award.achievement), rule.root(award.stands_for or award.achievement)}


def _caps(rule: Compiled, limited: Limited, places: dict[int, Place], inside: list[_Pair]) -> list[Cap]:
    """What a limit keeps to: amounts of credits, or achievements, each of which is one wherever and by whichever awards it serves."""
    limit = limited.limit
    groups: dict[str, list[_Pair]] = {}
    if not limit.each_issuer and inside:
        groups[""] = inside
    for pair in inside if limit.each_issuer else ():
        groups.setdefault(pair[1].issuer, []).append(pair)
    caps: list[Cap] = []
    for among in groups.values():
        if limit.scheme is None:
            served: dict[str, list[tuple[int, int]]] = {}
            for number, award, place in among:
                served.setdefault(rule.root(award.achievement), []).append((number, place))
            wide = {
                rule.root(award.achievement)
                for _, award, place in among
                if award.shareable or places[place].leaf.splits
            }
            once = {key: tuple(at) for key, at in served.items() if key in wide and len(at) > 1}
            whole = {pair: 1 for key, at in served.items() if key not in once for pair in at}
            caps.append(Cap(limit.most, whole=whole, once=tuple(once.values())))
            continue
        scheme, scope = limit.scheme, limited.scope
        held = {award.id: award for _, award, _ in among}
        costs = {key: credits_of(award, scheme, scope) for key, award in held.items()}
        adding = {place for place in limited.places if places[place].leaf.counts_in == scheme}
        flows = frozenset((number, place) for number, _, place in among if place in adding)
        whole = {(number, place): costs[award.id] for number, award, place in among if place not in adding}
        caps.append(Cap(limit.most, flows, whole))
    return caps


def shared_out(rule: Compiled, found: Gathered) -> bool:
    """Whether credits may be shared out of several awards of one achievement, of which a single one counts."""
    splitting = [place.number for place in rule.places if place.leaf.splits]
    if len(splitting) < 2:
        return False
    sharing = {award.id: award for number in splitting for award in found.fits.get(number, ())}
    return len({rule.root(award.achievement) for award in sharing.values()}) < len(sharing)


def credits_of(award: Award, scheme: str, scope: object) -> int:
    """The award's credits in a scheme, in hundredths, by the conversions of the scope where it has none itself."""
    from cairn.stacking.families import Scope

    own = int(award.credits.get(scheme, Decimal(0)) * 100)
    rates = scope.rates if isinstance(scope, Scope) else ()
    return own or max((worth for worth, _ in converted(award, scheme, rates)), default=0)


def _overlay(resident: Resident, places: dict[int, Place], inside: list[_Pair]) -> Overlay:
    """The credits of the awarding body's awards that serve inside; each award once, and with what it counts for where credits count."""
    sources: dict[tuple[str, int | None], tuple[int, list[tuple[int, int]]]] = {}
    for number, award, place in inside:
        if amount := brought(award, places[place], resident):
            key = (
                award.id,
                None if award.shareable else amount,
            )  # that may serve in several places, and brings its credits once
            most, served = sources.get(key, (0, []))
            sources[key] = max(most, amount), [*served, (number, place)]
    adding = {place for place in resident.places if places[place].leaf.counts_in == resident.rule.scheme}
    flows = frozenset(pair for _, served in sources.values() for pair in served if pair[1] in adding)
    return Overlay(resident.place, tuple((amount, tuple(served)) for amount, served in sources.values()), flows)


def brought(award: Award, place: Place, resident: Resident) -> int:
    """The most that an award at a place can bring to a residency, in hundredths: what it is worth where credits of that scheme are
    added up, with the conversions there, and otherwise all its credits, with those around the residency.
    """
    scheme = resident.rule.scheme
    if place.leaf.counts_in == scheme:
        return place.leaf.worth(award, place.scope.rates)
    return credits_of(award, scheme, resident.scope)
