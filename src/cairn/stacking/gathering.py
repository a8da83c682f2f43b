"""From awards to numbers: what fits where, what serves freely, and which award stands behind each item of the allocation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from cairn.stacking.allocation import SOON, Branch, Cap, Case, Overlay, Pair, allocate
from cairn.stacking.awards import Award, Validity
from cairn.stacking.capping import binding_on, shared_out
from cairn.stacking.compiling import Compiled, Limited, Place, Turn
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.decisions import Decision
from cairn.stacking.families import Rate
from cairn.stacking.problems import AwardError
from cairn.stacking.together import day_of
from cairn.stacking.turns import in_order

type Days = tuple[tuple[date, date] | None, ...]
"""For each requirement that awards be earned together, the first and the last day that count; none where all days do."""


@dataclass(frozen=True)
class Start:
    """Which awards (by their ids) serve which places at first, in windows of these days, when a way to meet a rule is looked for."""

    serving: Sequence[tuple[str, int]]
    days: Days


type Entries = dict[str, tuple[dict[int, tuple[int, Award]], tuple[int, Award]]]
"""By the id of an award its item, and what it brings wherever leaves count alike."""
type Ready = dict[tuple[str, tuple[Rate, ...]], Entries]
"""The same for each unit and the rates by which leaves count."""


@dataclass
class Gathered:
    """The awards behind the numbers of a `Case`.

    `free[place]` serve without being used up, `items[n]` has for each place what it is worth there beyond those, and the award.
    `fits[place]` are all awards that fit it and are valid; `late` says of (place, award) that it was earned before its turn. `bound`
    says that single awards are looked at: by limits and residencies, or because one stands for another, draws on an allowance
    or may be shared out beside another one of its achievement.
    """

    held: list[Award]
    at: datetime
    validity: Validity
    fits: dict[int, list[Award]] = field(default_factory=dict)
    free: dict[int, list[Award]] = field(default_factory=dict)
    base: list[int] = field(default_factory=list)
    items: list[dict[int, tuple[int, Award]]] = field(default_factory=list)
    bound: bool = False
    late: dict[tuple[int, str], str] = field(default_factory=dict)
    decided: dict[int, tuple[Decision, ...]] = field(default_factory=dict)
    idle: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """For each place, which decisions about it have no effect and why, as sentences without a full stop."""
    unsure: bool = False
    """Whether the search for when a part in order could be met ran out of its allowance, so that it may have been met earlier."""
    days: Days = ()
    fitted: dict[int, list[Award]] = field(default_factory=dict)
    """`fits` before windows, decisions and order, where the rule has windows."""
    worths: dict[tuple[str, tuple[Rate, ...]], dict[str, int]] = field(default_factory=dict)
    """What awards are worth to leaves that count in a unit by such rates."""
    write: Callable[[Gathered], Case] = lambda _: Case(0, (1,), (0,), ())
    """Writes the numbers behind it, and with them `items`, and what serves freely."""

    @cached_property
    def case(self) -> Case:
        """The numbers, written down when they are first asked for."""
        return self.write(self)


def unique(awards: Iterable[Award]) -> list[Award]:
    """The awards in the order of their ids; raises `AwardError` where two different ones have the same."""
    held: dict[str, Award] = {}
    for award in awards:
        if held.setdefault(award.id, award) is not award and held[award.id] != award:
            raise AwardError(f"Two different awards have the id {award.id}. Give each award its own id.")
    return [held[key] for key in sorted(held)]


def gather(
    rule: Compiled, awards: Iterable[Award], at: datetime, validity: Validity, decisions: Sequence[Decision],
    denied: dict[int, int], days: Days = (), before: Gathered | None = None,
) -> Gathered:  # fmt: skip
    """Everything that the allocation needs. `denied` has for each negation what its place has: 1 if it holds.

    `days` says on which days an award must have been earned to count inside each window of the rule. `before` is what was gathered
    of the same awards for all days, where that was done.
    """
    held = unique(awards) if before is None else before.held
    found = Gathered(held, at, validity, base=[0] * len(rule.need), days=days, worths=before.worths if before else {})
    for number, has in denied.items():
        found.base[number] = has
    if before is None:
        _fit(rule, found)
    else:
        found.fits = dict(before.fitted)
    if rule.windows:
        found.fitted = dict(found.fits)
        _within(rule, found)
    _decide(rule, found, decisions)
    found.bound = rule.bound or any(award.stands_for or award.within for award in found.held) or shared_out(rule, found)

    def could_be_met(turn: Turn, until: datetime) -> bool:
        part = replace(found, fits=_until(found.fits, turn.places, until), base=list(found.base), free={}, items=[])
        limits = rule.limits[turn.limits.start : turn.limits.stop]  # not those around it: it is looked at by itself
        allocated = allocate(replace(_case(rule, part, turn.shape, limits), whole=True, patience=SOON))
        met = allocated.progress == 1
        found.unsure |= not (met or allocated.exact)
        return met

    for sequence in rule.outermost:
        in_order(rule, found, sequence, worth_at, could_be_met)
    found.write = lambda one: replace(_case(rule, one, rule.tree, rule.limits), known=rule.weights)
    return found


def pairs_in(found: Gathered, serving: Iterable[tuple[str, int]]) -> list[Pair]:
    """The items and places behind awards that serve places, by their ids, without those that do not fit."""
    wanted = list(serving)
    case, among = found.case, {key for key, _ in wanted}  # asked for first, because that is what writes the items down
    item_of = {
        (one.id, place): at
        for at, item in enumerate(found.items)
        for place, (_, one) in item.items()
        if one.id in among
    }
    return [(item_of[pair], pair[1]) for pair in wanted if pair in item_of] if case.items else []


def fullest(rule: Compiled, found: Gathered) -> list[int]:
    """What places could have at most, were every award to serve wherever it fits, and residencies met."""
    most = list(found.base)
    for place in rule.places:
        if place.leaf.spends:
            most[place.number] += sum(worths_at(place, found.fits.get(place.number, ()), found))
        else:
            _show(place, found)
            most[place.number] = found.base[place.number]
    for resident in rule.residents:
        most[resident.place] = max(most[resident.place], rule.need[resident.place])
    return most


def _until(fits: dict[int, list[Award]], places: frozenset[int], until: datetime) -> dict[int, list[Award]]:
    return {place: [award for award in fits[place] if award.earned <= until] for place in places if place in fits}


def _case(rule: Compiled, found: Gathered, tree: Branch | int, limits: Sequence[Limited]) -> Case:
    """The numbers behind what fits where, for the whole rule or for a part of it."""
    for place in rule.places:
        if not place.leaf.spends:
            _show(place, found)
    if found.bound:
        caps, overlays = _serve_bound(rule, limits, found)
    else:
        _serve(rule, found)
        caps, overlays = (), ()
    split = frozenset(place.number for place in rule.places if place.leaf.splits)
    worth = tuple({place: value for place, (value, _) in item.items()} for item in found.items)
    return Case(tree, tuple(rule.need), tuple(found.base), worth, split, caps, overlays)


def _fit(rule: Compiled, found: Gathered) -> None:
    fitting = rule.fitting(found.at)
    by_mode = [(mode or found.validity, places) for mode, places in rule.modes.items()]
    fits = found.fits
    opened: dict[int, list[list[Award]]] = {}  # many awards fit the same places
    only_mode = by_mode[0][0] if len(by_mode) == 1 else None
    for award in found.held:
        open_to = fitting(award)
        if open_to and only_mode is not None:
            if award.fault(found.at, only_mode) is not None:
                open_to = 0
        elif open_to:
            valid = 0
            for mode, among in by_mode:
                if open_to & among and award.fault(found.at, mode) is None:
                    valid |= among
            open_to &= valid
        among_places = opened.get(open_to)
        if among_places is None:
            among_places = opened[open_to] = [fits.setdefault(number, []) for number in _bits(open_to)]
        for fitting_here in among_places:
            fitting_here.append(award)
    for place in rule.places:
        if not place.leaf.spends:
            mode = place.scope.validity or found.validity
            fits[place.number] = [
                award
                for award in found.held
                if award.skills
                and place.leaf.worth(award)
                and award.fault(found.at, mode) is None
                and not any(criterion.fault(award, found.at) for criterion in place.criteria)
            ]
    for number, fitting_here in fits.items():
        place = rule.place(number)
        leaf = place.leaf
        if leaf.unit_size > 1 and leaf.spends:
            worth = worths_for(found, place)
            if not all(worth.values()):
                fits[number] = [award for award in fitting_here if worth[award.id]]


def _bits(number: int) -> list[int]:
    """Which bits of a number are set."""
    found = []
    while number:
        bit = number & -number
        number ^= bit
        found.append(bit.bit_length() - 1)
    return found


def worths_for(found: Gathered, place: Place) -> dict[str, int]:
    """What each award is worth to the leaf of a place, by its id; worked out once for all leaves that count alike."""
    known = found.worths.get(place.counting)
    if known is None:
        known = found.worths[place.counting] = place.leaf.worths(found.held, place.scope.rates)
    return known


def _within(rule: Compiled, found: Gathered) -> None:
    """Inside each window only what was earned on its days."""
    earned = {award.id: day_of(award.earned) for award in found.held} if any(found.days) else {}
    for window, among in zip(rule.windows, found.days or (None,) * len(rule.windows), strict=True):
        if among is None:
            continue
        first, last = among
        for number in window.places & found.fits.keys():
            found.fits[number] = [award for award in found.fits[number] if first <= earned[award.id] <= last]


def _decide(rule: Compiled, found: Gathered, decisions: Sequence[Decision]) -> None:
    by_id = {award.id: award for award in found.held}
    for decision in decisions:
        number = rule.place_of.get(decision.requirement)
        if number is None:
            raise AwardError(
                f"A decision is about {decision.requirement}, which is no requirement of this rule that awards serve. "
                "Name the id of one."
            )
        if decision.at > found.at:
            continue
        if decision.award is None:
            found.decided[number] = (*found.decided.get(number, ()), decision)
            found.base[number] = rule.need[number]
            continue
        award = by_id.get(decision.award)
        place = next((place for place in rule.places if place.number == number), None)
        if place is None or not place.leaf.spends:
            raise AwardError(
                f"No award can stand in for {decision.requirement}: waive it, or decide about a part of it."
            )
        mode = place.scope.validity or found.validity
        fault = "is not held" if award is None else award.fault(found.at, mode)
        if fault is not None:
            said = f"the decision of {decision.by} on {decision.at:%Y-%m-%d} has no effect: {decision.award} {fault}"
            found.idle[number] = (*found.idle.get(number, ()), said)
        elif award is not None:
            found.decided[number] = (*found.decided.get(number, ()), decision)
            among = found.fits.get(number, [])
            if award not in among:
                found.fits[number] = sorted([*among, award], key=lambda one: one.id)


def worth_at(place: Place, award: Award, found: Gathered) -> int:
    """What an award is worth at a place; one that a decision accepts there and that brings nothing of the kind is worth all of it."""
    worth = place.leaf.worth(award, place.scope.rates)
    if place.number in found.decided and any(one.award == award.id for one in found.decided[place.number]):
        return worth or place.leaf.need
    return worth


def worths_at(place: Place, awards: Iterable[Award], found: Gathered) -> list[int]:
    """The same of many."""
    if place.number in found.decided or not place.leaf.spends:
        return [worth_at(place, award, found) for award in awards]
    worths = worths_for(found, place)
    return [worths[award.id] for award in awards]


def _show(place: Place, found: Gathered) -> None:
    """Skills are shown, not spent: the awards that show most of what is still to show, one after the other."""
    if not isinstance(place.leaf, SkillsCovered) or found.base[place.number] >= place.leaf.need:
        return
    shown: set[str] = set()
    waiting = list(found.fits.get(place.number, ()))
    used: list[Award] = []
    leaf = place.leaf
    while waiting and len(shown) < leaf.need:
        best = max(waiting, key=lambda award: len(leaf.shown(award) - shown))
        fresh = leaf.shown(best) - shown
        if not fresh:
            break
        shown |= fresh
        used.append(best)
        waiting.remove(best)
    found.base[place.number] = len(shown)
    found.free[place.number] = used


def _serve(rule: Compiled, found: Gathered) -> None:
    """Join awards of the same achievement: per place the best shareable one serves freely; a better other one is an item.

    An item is worth what it brings beyond the shareable one, whose place it takes.
    """
    items: dict[str, dict[int, tuple[int, Award]]] = {}
    same = rule.same
    roots = {award.id: same.get(award.achievement, award.achievement) for award in found.held}
    held = Counter(roots.values())
    alone = {
        award.id: items.setdefault(roots[award.id], {})
        for award in found.held
        if not award.shareable and held[roots[award.id]] == 1
    }
    ready: Ready = {}
    for place in rule.places:
        if not place.leaf.spends or place.number not in found.fits:
            continue
        number, settled = place.number, _ready(place, found, ready, alone)
        best: dict[tuple[str, bool], tuple[int, Award]] = {}
        for award in found.fits[number]:
            entry = settled.get(award.id)
            if entry is not None:
                entry[0][number] = entry[1]
                continue
            worth = worth_at(place, award, found)
            if award.id in alone:
                if worth:
                    alone[award.id][number] = (worth, award)
                continue
            one = (roots[award.id], award.shareable)
            if one not in best or worth > best[one][0]:
                best[one] = (worth, award)
        for (achievement, shareable), (worth, award) in best.items():
            if shareable:
                found.free.setdefault(number, []).append(award)
                found.base[number] += worth
                continue
            free = best[achievement, True][0] if (achievement, True) in best else 0
            if worth > free:
                items.setdefault(achievement, {})[number] = (worth - free, award)
    found.items = [items[achievement] for achievement in sorted(items) if items[achievement]]


def _ready(place: Place, found: Gathered, known: Ready, items: dict[str, dict[int, tuple[int, Award]]]) -> Entries:
    """What awards that are items bring to a place, where nothing was decided about it; the same for all leaves that count alike."""
    if place.number in found.decided:
        return {}
    key = place.counting
    if key not in known:
        worths = worths_for(found, place)
        known[key] = {
            award.id: (item, (worth, award))
            for award in found.held
            if (item := items.get(award.id)) is not None and (worth := worths[award.id])
        }
    return known[key]


def _serve_bound(
    rule: Compiled, limits: Sequence[Limited], found: Gathered
) -> tuple[tuple[Cap, ...], tuple[Overlay, ...]]:
    """Where limits or residencies look at single awards, every award is an item of its own, and what cannot be had together is capped.

    A shareable award that serves in several places is an item for each.
    """
    entries: list[tuple[Award, dict[int, tuple[int, Award]]]] = []
    single: dict[str, dict[int, tuple[int, Award]]] = {award.id: {} for award in found.held if not award.shareable}
    ready: Ready = {}
    for place in rule.places:
        number = place.number
        among = found.fits.get(number, ())
        if not place.leaf.spends or not among:
            continue
        worths, settled = worths_for(found, place), _ready(place, found, ready, single)
        for award in among:
            entry = settled.get(award.id)
            if entry is not None:
                entry[0][number] = entry[1]
            elif worth := worth_at(place, award, found) if number in found.decided else worths[award.id]:
                if award.shareable:
                    entries.append((award, {number: (worth, award)}))
                else:
                    single[award.id][number] = (worth, award)
    entries += [(award, item) for award in found.held if (item := single.get(award.id))]
    entries.sort(key=lambda entry: (entry[0].id, min(entry[1])))
    found.items = [item for _, item in entries]
    pairs = [(at, award, place) for at, (award, item) in enumerate(entries) for place in item]
    return binding_on(rule, limits, pairs, found)
