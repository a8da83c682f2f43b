"""Calendars on whose days it is enough: of every kind that whoever judges them could tell apart, one is tried.

Whoever judges a calendar (`Counting.judged`) sees in which order and in which weeks names are reached, and of that only some differences
matter (`Turns`). So:

1. Ask for a calendar, an early one, and first one that keeps to what is known beforehand about when things should be reached.
2. Have it judged: granted with the last thing that counts, or sooner; with what ends in one week in each order.
3. Where it is not enough, cut off all that look alike, and go on from 1. Where none is left, it is proven that there is none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, islice, permutations, product
from typing import Any

from cairn.planning.allowance import Allowance
from cairn.planning.arranging import reached
from cairn.planning.counting import Counting, Turns
from cairn.planning.replay import Standing
from cairn.planning.schedule import HORIZON, Slot, has_calendar, in_order
from cairn.planning.timetable import MOST_CELLS, POLISH, Board, Fit, Placed, TooFine, Wanted, weeks_enough
from cairn.planning.values import Limits, Offer

MOST_KINDS = 120
"""How many calendars of one choice are judged at most."""

MOST_IN_A_WEEK = 24
"""In how many orders that which ends in one week is judged at most."""

PATIENCE = 2.0
"""Seconds of work spent on the calendars of one choice at most."""


def dated(
    order: Sequence[Offer], start: Standing, limits: Limits, weeks: int | None, *, soonest: bool, allowance: Allowance
) -> tuple[Placed, list[Offer]]:
    """A calendar of a choice on whose days it is enough, and the order that was judged; with `soonest` the one that ends first.

    One thing in the choice is granted for enough, and nothing in it builds on that.
    """
    granted = next(offer for offer in order if offer.counting is not None)
    others = [offer for offer in order if offer is not granted]
    try:
        kinds = _Kinds(granted, others, start, limits, weeks, soonest=soonest)
    except TooFine:
        return Placed(Fit.UNKNOWN), []
    return kinds.search(allowance.part(PATIENCE))


@dataclass(frozen=True)
class _Judged:
    """An order of everything, with what is granted in it, and the last week of each; `verdict` on the days of these."""

    line: list[Offer]
    slots: dict[str, Slot]
    verdict: bool | None


class _Kinds:
    """The calendars of one choice, one of each kind after the other."""

    def __init__(
        self,
        granted: Offer,
        others: Sequence[Offer],
        start: Standing,
        limits: Limits,
        weeks: int | None,
        *,
        soonest: bool,
    ) -> None:
        assert granted.counting is not None  # noqa: S101  (only such are looked at)
        self.granted, self.others, self.start, self.soonest = granted, others, start, soonest
        self.counting: Counting = granted.counting
        self.turns = self.counting.turns
        enough = weeks_enough(others, limits)
        last, self.all_weeks = _horizon(enough, len(others), weeks, self.turns)
        board = self.board = Board(Wanted.of(others, start), limits, last)
        watched = [place for place, offer in enumerate(others) if not offer.names.isdisjoint(self.counting.watched)]
        every = any(others[place].granted for place in watched)  # it comes with what it is granted for
        self.counted = [one for one, offer in enumerate(others) if not offer.granted and (every or one in watched)]
        self.mine = frozenset(others[one].id for one in self.counted)
        self.known: dict[tuple[int, int | None, int], Any] = {}
        self._tighten()
        late = self._guided() if board.possible else []
        ends = board.cp.LinearExpr.sum([board.after[one] for one in self.counted])
        most = len(others) * (last + 1) + 1  # weighs more than all ends together
        goal = ends + board.cp.LinearExpr.sum(late) * most
        board.model.minimize(goal + board.finish * (most * (len(late) + 1)) if soonest else goal)

    def _tighten(self) -> None:
        """Whoever goes at the learner's own pace ends in the last week in which something is done."""
        board = self.board
        for one in self.counted:
            work = board.work.get(one)
            if work:
                last = {week: board.model.new_bool_var("") for week in work}
                board.model.add_exactly_one(last.values())
                for week, ends in last.items():
                    board.model.add(board.after[one] == week).only_enforce_if(ends)
                    board.model.add(work[week] >= 1).only_enforce_if(ends)

    def _end(self, one: int) -> Any:
        return self.board.after[one] - (1 if has_calendar(self.others[one]) else 0)

    def _guided(self) -> list[Any]:
        """What is known beforehand, each part of it as something that can be given up: returned is what says that it was."""
        model, counting = self.board.model, self.counting
        names = frozenset(name for one in self.counted for name in self.others[one].names & counting.names)
        whose = {name: [one for one in self.counted if name in self.others[one].names] for name in names}
        days, turns = model.new_bool_var(""), model.new_bool_var("")
        if counting.when is not None:
            when = counting.when(names)
            for bounds, sign in ((when.since, 1), (when.until, -1)):
                for name, week in sorted(bounds.items()):
                    for one in whose.get(name, ()):
                        model.add(self._end(one) * sign >= week * sign).only_enforce_if(days.negated())
            for together, span in when.together:
                begin = model.new_int_var(-span, HORIZON, "")
                for one in sorted({one for name in together for one in whose.get(name, ())}):
                    model.add(self._end(one) >= begin).only_enforce_if(days.negated())
                    model.add(self._end(one) <= begin + span).only_enforce_if(days.negated())
        self.in_turn = list(counting.in_turn(names)) if counting.in_turn is not None else []
        late = [one for one in self.counted if not self.others[one].names.isdisjoint(counting.spoils)]
        pairs = [(a, b) for first, second in self.in_turn for a in whose[first] for b in whose[second]]
        pairs += [(a, b) for a in self.counted if a not in late for b in late]
        for first, second in dict.fromkeys(pairs):
            model.add(self._end(second) >= self._end(first)).only_enforce_if(turns.negated())
        return [days, turns]

    def search(self, allowance: Allowance) -> tuple[Placed, list[Offer]]:
        """See `dated`."""
        board, sure = self.board, self.all_weeks
        if not board.possible:
            return Placed(Fit.NO, alone=True), []
        for _ in range(MOST_KINDS):
            solver = board.cp.CpSolver()
            status = allowance.exactly(solver, board.model, most=POLISH)
            if status == board.cp.INFEASIBLE:
                return (Placed(Fit.NO, alone=True) if sure else Placed(Fit.UNKNOWN)), []
            if status not in (board.cp.OPTIMAL, board.cp.FEASIBLE):
                break
            ends = [solver.value(self._end(one)) for one in self.counted]
            slots = {offer.id: slot for offer, slot in zip(self.others, board.slots(solver), strict=True)}
            for found in self._judged(slots):
                allowance.judged(len(found.line))
                if found.verdict:
                    sure = sure and status == board.cp.OPTIMAL
                    return self._told(found, ends, solver, allowance, proven=sure)
                sure = sure and found.verdict is not None
            sure = sure and not self.more
            if allowance.over <= 0 or not self.counted:
                break
            self._not_alike(ends)
        else:
            return Placed(Fit.UNKNOWN), []
        done = sure and not self.counted and not self.counting.waiting  # whatever ends when, nothing changes
        return (Placed(Fit.NO, alone=True) if done else Placed(Fit.UNKNOWN)), []

    def _told(
        self, found: _Judged, ends: Sequence[int], solver: Any, allowance: Allowance, *, proven: bool
    ) -> tuple[Placed, list[Offer]]:
        """The calendar with what waits begun as late as can be, so that it is not begun and then left; and its order, by beginnings."""
        board, own = self.board, self.granted.id
        for one, end in zip(self.counted, ends, strict=True):
            board.model.add(self._end(one) == end)
        board.model.add(board.finish <= solver.value(board.finish))
        board.model.maximize(board.cp.LinearExpr.sum([board.start[one] for one in board.work]))
        again = board.cp.CpSolver()
        slots = found.slots
        if board.work and allowance.exactly(again, board.model, most=POLISH) in (board.cp.OPTIMAL, board.cp.FEASIBLE):
            better = {offer.id: slot for offer, slot in zip(self.others, board.slots(again), strict=True)}
            if all(better[key].end == slot.end for key, slot in slots.items() if key != own):
                slots = better | {own: slots[own]}
        line = in_order(found.line, slots, self.start)
        if self._reached(line, slots) != self._reached(found.line, slots):
            line = found.line
        placed = Placed(Fit.YES, slots)
        return (replace(placed, soonest=placed.weeks, alone=True) if proven and self.soonest else placed), line

    def _reached(self, line: Sequence[Offer], slots: Mapping[str, Slot]) -> object:
        """What is judged of a line."""
        place = next(place for place, offer in enumerate(line) if offer.id == self.granted.id)
        week = slots[self.granted.id].end
        return reached([one for one in line[:place] if slots[one.id].end <= week], self.counting, slots)

    def _judged(self, slots: Mapping[str, Slot]) -> Iterator[_Judged]:
        """The calendar with what is granted at each place where that may matter, and with what ends in one week in each order."""
        self.more = False
        for line in self._lines(slots):
            for place in self._places(line, slots):
                end = max((slots[offer.id].end for offer in line[:place]), default=1)
                verdict = self.counting.enough_so(reached(line[:place], self.counting, slots))
                whole = [*line[:place], self.granted, *line[place:]]
                yield _Judged(whole, {**slots, self.granted.id: Slot(end, end)}, verdict)

    def _places(self, line: Sequence[Offer], slots: Mapping[str, Slot]) -> Iterator[int]:
        """Behind what it can be granted, the most first. Where nothing spoils it, more is never less within one week."""
        for place in range(len(line), -1, -1):
            whole_week = place in (0, len(line)) or slots[line[place].id].end > slots[line[place - 1].id].end
            if whole_week or not self.counting.spoils.isdisjoint(line[place].names):
                yield place

    def _lines(self, slots: Mapping[str, Slot]) -> Iterator[list[Offer]]:
        """Everything by the week it ends in, and within one week in the orders that may be told apart."""
        counted = sorted((slots[self.others[one].id].end, one) for one in self.counted)
        weeks = [self._turned([one for _, one in some]) for _, some in groupby(counted, key=lambda pair: pair[0])]
        first = self._walked(chain.from_iterable(weeks), slots)
        yield first
        if self.turns is None or self.turns.ordered:
            orders = product(*(list(islice(permutations(some), MOST_IN_A_WEEK + 1)) for some in weeks))
            for inside in islice(orders, MOST_IN_A_WEEK):
                wanted = list(chain.from_iterable(inside))
                line = self._walked(wanted, slots)
                if line != first and [one.id for one in line if one.id in self.mine] == [
                    self.others[one].id for one in wanted
                ]:
                    yield line
            self.more = next(orders, None) is not None

    def _turned(self, some: list[int]) -> list[int]:
        """What ends in one week, first what should come first."""
        found: list[int] = []
        while some:
            names = frozenset(name for one in some for name in self.others[one].names)
            waiting = {second for first, second in self.in_turn if first in names} | self.counting.spoils
            ready = [one for one in some if self.others[one].names.isdisjoint(waiting)] or some
            found.append(ready[0])
            some = [one for one in some if one != ready[0]]
        return found

    def _walked(self, counted: Iterable[int], slots: Mapping[str, Slot]) -> list[Offer]:
        """Everything in an order that can be walked through, what counts in this one as far as prerequisites allow it within a week."""
        standing = Standing.of(self.start.levels, self.start.names)
        mine = [self.others[one] for one in counted]
        rest = [offer for offer in self.others if offer.id not in self.mine]
        waiting = sorted([*rest, *mine], key=lambda one: slots[one.id].end)
        line: list[Offer] = []
        while waiting:
            offer = next(offer for offer in waiting if standing.can_start(offer))
            waiting.remove(offer)
            standing.complete(offer)
            line.append(offer)
        return line

    def _not_alike(self, ends: Sequence[int]) -> None:
        """No calendar from now on that differs from this one in nothing that matters."""
        turns, weeks = self.turns, self.board.weeks
        steps = sorted(range(1, weeks + 2) if turns is None else turns.weeks)
        apart = [] if turns is None else [*turns.apart, *([1] if turns.ordered or turns.apart else [])]
        gaps = sorted({*apart, *(1 - gap for gap in apart)})
        told = list(zip(self.counted, ends, strict=True))
        alike = [literal for one, end in told for literal in self._between(one, None, end, steps)]
        for number, (one, end) in enumerate(told):
            for other, before in told[:number]:
                alike += self._between(one, other, end - before, gaps)
        self.board.model.add_bool_or([literal.negated() for literal in alike])

    def _between(self, one: int, other: int | None, value: int, steps: Sequence[int]) -> Iterable[Any]:
        """What says that an end, or what lies between two ends, stays between the steps next to it."""
        place = bisect_right(steps, value)
        below = [self._at_least(one, other, steps[place - 1])] if place else []
        return below + ([self._at_least(one, other, steps[place]).negated()] if place < len(steps) else [])

    def _at_least(self, one: int, other: int | None, least: int) -> Any:
        key = (one, other, least)
        if key not in self.known:
            told = self.known[key] = self.board.model.new_bool_var("")
            value = self._end(one) - (0 if other is None else self._end(other))
            self.board.model.add(value >= least).only_enforce_if(told)
            self.board.model.add(value < least).only_enforce_if(told.negated())
        return self.known[key]


def _horizon(enough: int, offers: int, weeks: int | None, turns: Turns | None) -> tuple[int, bool]:
    """The last week that is looked at, and whether nothing can be enough after it that is not enough by then."""
    latest = 0 if turns is None else turns.latest
    room = max(enough, min(HORIZON - 1, MOST_CELLS // max(1, offers)))
    last = min(enough + latest, room)
    if weeks is not None and weeks <= last:
        return max(weeks, 1), True
    return last, turns is not None and not turns.apart and enough + latest <= room


__all__ = ["dated"]
