"""In which order chosen offers are taken, where what is granted for enough of them depends on it.

An amount only needs enough, in any order. Some rules ask for more: one part before another, or that something is not there yet. Whoever
knows the rule is asked about whole orders (`Counting.judged`). Tried are: what comes first by prerequisites alone; with what spoils it
put off until it is granted; in the turns that the rule's parts have; and, among few, every order there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, islice, pairwise, permutations

from cairn.planning.counting import Counting, Reached
from cairn.planning.replay import Standing, walk
from cairn.planning.schedule import Slot, in_order
from cairn.planning.timetable import Fit
from cairn.planning.values import Limits, Offer

NO_LIMITS = Limits()

FEW = 5
"""Of so many offers that count, every order is tried."""

MOST_ORDERS = 150
"""How many orders of one choice are put on a calendar at most, where the first ones do not hold on their days."""

MOST_PUT_OFF = 64
"""How many ways of putting off what spoils are tried at most."""


@dataclass(frozen=True)
class Way:
    """Offers in an order, and the same `tied`: what must come first is asked for as a prerequisite, so that a calendar keeps to it."""

    order: tuple[Offer, ...]
    tied: tuple[Offer, ...]


@dataclass(frozen=True)
class Ways:
    """Orders in which everything that is granted is enough, the loosest first. Without any, `fit` says whether that is proven."""

    found: tuple[Way, ...]
    fit: Fit
    plain: tuple[Offer, ...]
    """The order that prerequisites give by themselves."""


def ways(chosen: Iterable[Offer], start: Standing, *, dated: bool = False, every: bool = False) -> Ways:
    """The orders of a choice that can be walked through: the few that ask for least, or `every` one that is worth a try.

    With `dated` each will be put on a calendar, and orders are told too that may be enough there though they are not today.
    """
    plain, _ = walk(chosen, Standing.of(start.levels, start.names))
    judged = [offer for offer in plain if offer.counting is not None and offer.counting.judged is not None]
    if not judged:
        return Ways((Way(tuple(plain), tuple(plain)),), Fit.YES, tuple(plain))
    looser: list[tuple[Offer, ...]] = [tuple(plain)]
    proven = len(judged) == 1
    for granted in judged:
        looking = _Looking(granted, start, dated=dated, every=every)
        most = MOST_ORDERS if every else 2 * len(judged)
        looser = list(islice((tied for one in looser for tied in looking.tied(one)), most))
        proven = proven and looking.all_tried
    by_id = {offer.id: offer for offer in plain}
    found = tuple(Way(tuple(by_id[offer.id] for offer in tied), tied) for tied in looser)
    return Ways(found, Fit.YES if found else Fit.NO if proven else Fit.UNKNOWN, tuple(plain))


class _Looking:
    """Looks for orders in which one offer is granted."""

    def __init__(self, granted: Offer, start: Standing, *, dated: bool, every: bool) -> None:
        self.granted = granted
        self.dated = dated
        self.every = every
        self.start = start
        self.all_tried = True

    @property
    def counting(self) -> Counting:
        assert self.granted.counting is not None  # noqa: S101  (only such are looked at)
        return self.granted.counting

    def tied(self, order: Sequence[Offer]) -> Iterator[tuple[Offer, ...]]:
        """Orders in which it is enough, each offer with what must come before it; of each set that is put off, two at most."""
        others = [offer for offer in order if offer.id != self.granted.id]
        ahead, _ = self._walk(others)
        for late in self._put_off(ahead):
            before, _ = self._walk(offer for offer in ahead if offer.names.isdisjoint(late))
            found = 0
            for line in self._lines(before):
                verdict = self.counting.enough_so(reached(line, self.counting))
                if self.dated and self.counting.waiting and verdict is False:
                    verdict = None
                self.all_tried = self.all_tried and verdict is not None
                worth_a_try = verdict or (verdict is None and self.dated)
                tied = self._tie(order, line, late) if worth_a_try else None
                if tied is not None:
                    yield tied
                    found += 1
                elif worth_a_try:
                    self.all_tried = False
                if found == 2 and not self.every:
                    break
            if found and not self.every:
                return

    def _walk(self, offers: Iterable[Offer]) -> tuple[list[Offer], list[Offer]]:
        return walk(offers, Standing.of(self.start.levels, self.start.names))

    def _put_off(self, ahead: Sequence[Offer]) -> Iterator[frozenset[str]]:
        """Sets of names that spoil it, to be put off until it is granted: none, then as few as can be."""
        names = sorted(self.counting.spoils.intersection(name for offer in ahead for name in offer.names))
        every = chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))
        for tried, some in enumerate(every):
            if tried >= MOST_PUT_OFF - 1:
                self.all_tried = False
                yield frozenset(names)
                return
            yield frozenset(some)

    def _lines(self, before: Sequence[Offer]) -> Iterator[Sequence[Offer]]:
        """The offers before it in the orders worth trying. What is not asked for in an order is tried in one alone."""
        yield before
        in_turn = self.counting.in_turn
        if in_turn is None and not self.every:
            return
        mine = [offer for offer in before if not offer.names.isdisjoint(self.counting.watched)]
        names = frozenset(name for name, _ in reached(before, self.counting))
        after: dict[str, set[str]] = {}
        for first, second in in_turn(names) if in_turn is not None else ():
            after.setdefault(second, set()).add(first)
        asked = {
            offer.id: {other.id for other in mine for name in offer.names if other.names & after.get(name, set())}
            for offer in mine
        }
        if (line := self._after(before, asked)) is not None:
            yield line
        if len(mine) > FEW:
            self.all_tried = False
            return
        for some in permutations(mine):
            chained = {second.id: {first.id} for first, second in pairwise(some)}
            if (line := self._after(before, chained)) is not None:
                yield line

    def _after(self, offers: Sequence[Offer], asked: Mapping[str, set[str]]) -> list[Offer] | None:
        """The offers with these before those; None where prerequisites are against it, or where it cannot be asked for."""
        tied = _asking(offers, asked)
        if tied is None:
            return None
        done, stuck = self._walk(tied)
        return None if stuck else done

    def _tie(self, order: Sequence[Offer], line: Sequence[Offer], late: frozenset[str]) -> tuple[Offer, ...] | None:
        """All of it: the line as it is tied, what is granted after it, and what spoils it after that."""
        tied = {offer.id: offer for offer in order} | {offer.id: offer for offer in line}
        counts = [offer for offer in line if not offer.names.isdisjoint(self.counting.watched)]
        tied[self.granted.id] = replace(
            self.granted, requires=tuple((offer.id,) for offer in counts), at_least=None, counting=None
        )
        own = self.granted.id
        put_off = {offer.id: {own} for offer in order if offer.id != own and not offer.names.isdisjoint(late)}
        asking = _asking(list(tied.values()), put_off)
        if asking is None:
            return None
        done, stuck = self._walk(asking)
        return None if stuck else tuple(done)


def _asking(offers: Sequence[Offer], asked: Mapping[str, set[str]]) -> list[Offer] | None:
    """The offers, those named asking for these others too. None where one is content with some of what it asks for."""
    found = []
    for offer in offers:
        more = sorted(asked.get(offer.id, set()) - {offer.id})
        if more and (offer.at_least is not None or offer.counting is not None):
            return None
        found.append(replace(offer, requires=(*offer.requires, *((one,) for one in more))) if more else offer)
    return found


def reached(
    line: Iterable[Offer], counting: Counting, slots: Mapping[str, Slot] | None = None, limits: Limits = NO_LIMITS
) -> Reached:
    """The names that play a part in the order in which they are first reached, by the last weeks of a calendar if there is one."""
    timed = [
        (0 if slots is None else slots[offer.id].end, place, name)
        for place, offer in enumerate(line)
        for name in sorted(offer.names & counting.watched)
    ]
    first: dict[str, int | None] = {}
    for week, _, name in sorted(timed):
        first.setdefault(name, None if slots is None else limits.last_day(week))
    return tuple(first.items())


def holds(
    order: Sequence[Offer], slots: Mapping[str, Slot], start: Standing, limits: Limits
) -> tuple[list[Offer], bool | None]:
    """The order as the calendar has it, and whether everything that is granted is enough in its week."""
    line = in_order(order, slots, start)
    verdict: bool | None = True
    for place, offer in enumerate(line):
        if offer.counting is None or offer.counting.judged is None:
            continue
        week = slots[offer.id].end
        before = [other for other in line[:place] if slots[other.id].end <= week]
        found = offer.counting.enough_so(reached(before, offer.counting, slots, limits))
        if found is not True:
            verdict = found if verdict is True else verdict
    return line, verdict


__all__ = ["Way", "Ways", "holds", "reached", "ways"]
