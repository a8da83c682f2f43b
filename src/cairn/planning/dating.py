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
from dataclasses import replace
from itertools import chain, groupby, islice, permutations, product
from typing import Any

from cairn.planning.allowance import Allowance
from cairn.planning.arranging import reached
from cairn.planning.counting import Turns, When
from cairn.planning.replay import Standing
from cairn.planning.schedule import HORIZON, Slot, in_order, sets_pace, walkable
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

    Nothing in the choice builds on what is granted for enough, but others that are granted so.
    """
    asking = [offer for offer in order if offer.counting is not None]
    others = [offer for offer in order if offer.counting is None]
    try:
        kinds = _Kinds(asking, others, start, limits, weeks, soonest=soonest)
    except TooFine:
        return Placed(Fit.UNKNOWN), []
    return kinds.search(allowance.part(PATIENCE))


class _Kinds:
    """The calendars of one choice, one of each kind after the other."""

    def __init__(
        self,
        asking: Sequence[Offer],
        others: Sequence[Offer],
        start: Standing,
        limits: Limits,
        weeks: int | None,
        *,
        soonest: bool,
    ) -> None:
        self.others, self.start, self.soonest = others, start, soonest
        self.asking = [(one, one.counting) for one in _inner_first(asking) if one.counting is not None]
        self.countings = [counting for _, counting in self.asking]
        self.spoils = frozenset().union(*(counting.spoils for counting in self.countings))
        self.turns = _together([counting.turns for counting in self.countings])
        self.in_turn: list[tuple[str, str]] = []
        enough = weeks_enough(others, limits)
        last, self.sure = _horizon(enough, len(others), weeks, self.turns)
        board = self.board = Board(Wanted.of(others, start), limits, last)
        names = frozenset().union(*(counting.watched for counting in self.countings))
        watched = [place for place, offer in enumerate(others) if not offer.names.isdisjoint(names)]
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
        return self.board.after[one] - (1 if sets_pace(self.others[one]) else 0)

    def _guided(self) -> list[Any]:
        """What is known beforehand, each part of it as something that can be given up: returned is what says that it was."""
        model = self.board.model
        days, turns = model.new_bool_var(""), model.new_bool_var("")
        for counting in self.countings:
            names = frozenset(name for one in self.counted for name in self.others[one].names & counting.names)
            self.in_turn += counting.in_turn(names) if counting.in_turn is not None else ()
            if counting.when is not None:
                self._within(counting.when(names), days.negated())
        late = [one for one in self.counted if not self.others[one].names.isdisjoint(self.spoils)]
        pairs = [
            (a, b) for first, second in self.in_turn for a in self._bringing(first) for b in self._bringing(second)
        ]
        pairs += [(a, b) for a in self.counted if a not in late for b in late]
        for first, second in dict.fromkeys(pairs):
            model.add(self._end(second) >= self._end(first)).only_enforce_if(turns.negated())
        return [days, turns]

    def _bringing(self, name: str) -> list[int]:
        return [one for one in self.counted if name in self.others[one].names]

    def _within(self, when: When, kept: Any) -> None:
        """The weeks in which names should be reached, as long as `kept`."""
        model = self.board.model
        for bounds, sign in ((when.since, 1), (when.until, -1)):
            for name, week in sorted(bounds.items()):
                for one in self._bringing(name):
                    model.add(self._end(one) * sign >= week * sign).only_enforce_if(kept)
        for together, span in when.together:
            begin = model.new_int_var(-span, HORIZON, "")
            for one in sorted({one for name in together for one in self._bringing(name)}):
                model.add(self._end(one) >= begin).only_enforce_if(kept)
                model.add(self._end(one) <= begin + span).only_enforce_if(kept)

    def search(self, allowance: Allowance) -> tuple[Placed, list[Offer]]:
        """See `dated`."""
        board = self.board
        if not board.possible:
            return Placed(Fit.NO, alone=True), []
        for _ in range(MOST_KINDS):
            solver = board.cp.CpSolver()
            status = allowance.exactly(solver, board.model, most=POLISH)
            if status == board.cp.INFEASIBLE:
                return (Placed(Fit.NO, alone=True) if self.sure else Placed(Fit.UNKNOWN)), []
            if status not in (board.cp.OPTIMAL, board.cp.FEASIBLE):
                break
            ends = [solver.value(self._end(one)) for one in self.counted]
            slots = {offer.id: slot for offer, slot in zip(self.others, board.slots(solver), strict=True)}
            found = next(
                (whole for line in self._lines(slots) for whole in self._granted(line, slots, allowance)), None
            )
            if found is not None:
                return self._told(*found, ends, solver, allowance, proven=self.sure and status == board.cp.OPTIMAL)
            if allowance.over <= 0:
                break
            if not self.counted:  # whatever ends when, nothing changes
                waiting = any(counting.waiting for counting in self.countings)
                return (Placed(Fit.NO, alone=True) if self.sure and not waiting else Placed(Fit.UNKNOWN)), []
            self._not_alike(ends)
        return Placed(Fit.UNKNOWN), []

    def _told(
        self,
        line: list[Offer],
        slots: dict[str, Slot],
        ends: Sequence[int],
        solver: Any,
        allowance: Allowance,
        *,
        proven: bool,
    ) -> tuple[Placed, list[Offer]]:
        """The calendar with what waits begun as late as can be, so that it is not begun and then left; and its order, by beginnings."""
        board = self.board
        for one, end in zip(self.counted, ends, strict=True):
            board.model.add(self._end(one) == end)
        board.model.add(board.finish <= solver.value(board.finish))
        board.model.maximize(board.cp.LinearExpr.sum([board.start[one] for one in board.work]))
        again = board.cp.CpSolver()
        if board.work and allowance.exactly(again, board.model, most=POLISH) in (board.cp.OPTIMAL, board.cp.FEASIBLE):
            better = slots | {offer.id: slot for offer, slot in zip(self.others, board.slots(again), strict=True)}
            if all(better[key].end == slot.end for key, slot in slots.items()):
                slots = better
        by_beginning = in_order(line, slots, self.start)
        if self._seen(by_beginning, slots) == self._seen(line, slots):
            line = by_beginning
        placed = Placed(Fit.YES, slots)
        return (replace(placed, soonest=placed.weeks, alone=True) if proven and self.soonest else placed), line

    def _seen(self, line: Sequence[Offer], slots: Mapping[str, Slot]) -> list[object]:
        """What is judged of a line."""
        found: list[object] = []
        for granted, counting in self.asking:
            place = next(place for place, offer in enumerate(line) if offer.id == granted.id)
            before = [one for one in line[:place] if slots[one.id].end <= slots[granted.id].end]
            found.append(reached(before, counting, slots, self.board.limits))
        return found

    def _granted(
        self, line: list[Offer], slots: dict[str, Slot], allowance: Allowance, number: int = 0
    ) -> Iterator[tuple[list[Offer], dict[str, Slot]]]:
        """The line with what is granted at each place where it is enough, and the weeks of all."""
        if number == len(self.asking):
            yield line, slots
            return
        granted, counting = self.asking[number]
        for place in self._places(line, slots):
            allowance.judged(place)
            verdict = counting.enough_so(reached(line[:place], counting, slots, self.board.limits))
            self.sure = self.sure and verdict is not None
            if verdict:
                end = max((slots[offer.id].end for offer in line[:place]), default=1)
                whole = [*line[:place], granted, *line[place:]]
                yield from self._granted(whole, {**slots, granted.id: Slot(end, end)}, allowance, number + 1)

    def _places(self, line: Sequence[Offer], slots: Mapping[str, Slot]) -> Iterator[int]:
        """Behind what it can be granted, the most first. Where nothing spoils it, more is never less within one week."""
        for place in range(len(line), -1, -1):
            whole_week = place in (0, len(line)) or slots[line[place].id].end > slots[line[place - 1].id].end
            if whole_week or not self.spoils.isdisjoint(line[place].names):
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
            self.sure = self.sure and next(orders, None) is None

    def _turned(self, some: list[int]) -> list[int]:
        """What ends in one week, first what should come first."""
        found: list[int] = []
        while some:
            names = frozenset(name for one in some for name in self.others[one].names)
            waiting = {second for first, second in self.in_turn if first in names} | self.spoils
            ready = [one for one in some if self.others[one].names.isdisjoint(waiting)] or some
            found.append(ready[0])
            some = [one for one in some if one != ready[0]]
        return found

    def _walked(self, counted: Iterable[int], slots: Mapping[str, Slot]) -> list[Offer]:
        """Everything in an order that can be walked through, what counts in this one as far as prerequisites allow it within a week."""
        mine = [self.others[one] for one in counted]
        rest = [offer for offer in self.others if offer.id not in self.mine]
        return walkable(sorted([*rest, *mine], key=lambda one: slots[one.id].end), self.start)

    def _not_alike(self, ends: Sequence[int]) -> None:
        """No calendar from now on that differs from this one in nothing that matters."""
        turns, weeks = self.turns, self.board.weeks
        short = (
            {weeks} if self.board.limits.last_day(weeks) < 7 * weeks else set()
        )  # its days do not end where others do
        steps = sorted(range(1, weeks + 2) if turns is None else turns.weeks | short)
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


def _inner_first(asking: Sequence[Offer]) -> list[Offer]:
    """What others of these count before them."""
    found: list[Offer] = []
    waiting = list(asking)
    while waiting:
        watched = {one.id: one.counting.watched if one.counting is not None else frozenset() for one in waiting}
        free = [
            one for one in waiting if not any(o.names & watched[one.id] for o in waiting if o is not one)
        ] or waiting
        found.append(free[0])
        waiting = [one for one in waiting if one is not free[0]]
    return found


def _together(turns: Sequence[Turns | None]) -> Turns | None:
    """All that matters to any."""
    known = [one for one in turns if one is not None]
    if len(known) < len(turns):
        return None
    return Turns(
        weeks=frozenset().union(*(one.weeks for one in known)),
        apart=frozenset().union(*(one.apart for one in known)),
        ordered=any(one.ordered for one in known) or len(known) > 1,
        latest=None if any(one.latest is None for one in known) else max((one.latest or 0 for one in known), default=0),
    )


def _horizon(enough: int, offers: int, weeks: int | None, turns: Turns | None) -> tuple[int, bool]:
    """The last week that is looked at, and whether nothing can be enough after it that is not enough by then."""
    latest = None if turns is None else turns.latest
    room = max(enough, min(HORIZON - 1, MOST_CELLS // max(1, offers)))
    last = min(enough + (latest or 0), room)
    if weeks is not None and weeks <= last:
        return max(weeks, 1), True
    return last, latest is not None and enough + latest <= room


__all__ = ["dated"]
