"""Allocation by search: everything tried where little is left, a whole-number program (`program`) otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import gcd, lcm, prod

from cairn.stacking import enumerating, linking, program, satisfying
from cairn.stacking.allocation import Allocation, Branch, Case, Guess, Items, Overlay, Pair, progress, with_guess
from cairn.stacking.rounding import Amount

FEW = 3_000
"""How many allocations are tried one by one before a program is asked."""
PARTS = 100
"""Progress is shown in so many parts. What a proof neglects (`program.NEGLIGIBLE`) never makes it another number of them."""


def best(case: Case, have: list[int], items: Items, guess: Guess) -> tuple[Guess, bool, bool]:
    """The best allocation of items that serve one place each, whether it is proven, and whether otherwise not everything can be
    reached; `guess` is one to improve on.
    """
    if prod(len(wanted) + 1 for wanted in items.values()) <= FEW:
        return enumerating.best(case, have, items), True, False
    numbers = sorted(items)
    among = tuple(items[item] for item in numbers)
    rest = Case(
        case.tree, case.need, tuple(have), among, known=case.weights, whole=case.whole, patience=case.patience
    )  # fmt: skip
    have_now = with_guess(have, items, guess)
    counts = tuple({guess[item]: items[item][guess[item]]} if item in guess else {} for item in numbers)
    found = solve(rest, Allocation(counts, tuple(have_now), progress(case, have_now), exact=False))
    better = {item: place for item, place in zip(numbers, found.leaf_of, strict=True) if place is not None}
    value = case.weights.value
    if value(with_guess(have, items, better)) < value(with_guess(have, items, guess)):
        return guess, case.whole and found.exact, found.short
    return better, found.exact, found.short


def solve(case: Case, known: Allocation | None = None, limit: int | None = None) -> Allocation:
    """The allocation with the greatest progress of the tree that keeps to every cap, as a program of whole numbers.

    `known` is one that keeps to them; it comes back if none is better. With a `limit` only an allocation of that value is of use. Where
    only everything is of use, this alone is searched.
    """
    if case.whole:
        return _all(case, known)
    written = Written(case)
    reached = 0 if known is None else case.weights.value(list(known.have)) - written.settled
    goal = (case.weights.scale if limit is None else limit) - written.settled
    answer = program.best(written.program, goal, known=reached, reaching=limit is not None)
    short = answer.most < goal
    gains, most = (
        (written.settled + one) * PARTS // case.weights.scale for one in (answer.gains, max(answer.gains, answer.most))
    )
    proven = answer.proven and gains == most
    if answer.values is None and known is not None:
        return replace(known, exact=proven, short=short)
    found = written.allocation(answer.values or (0,) * len(written.program.most))
    kept = case.weights.value(list(found.have)) >= written.settled + answer.gains
    return replace(found, exact=proven and kept, short=short)


def _all(case: Case, known: Allocation | None) -> Allocation:
    """One that reaches everything; otherwise `known` or an empty one, exact if none can."""
    written = Written(case)
    values, proven = satisfying.possible(written.program, case.patience)
    if values is not None:
        return written.allocation(values)
    none = Allocation(tuple({} for _ in case.items), case.base, progress(case, case.base), exact=False)
    return replace(known or none, exact=proven, short=proven)


def laid(overlay: Overlay, counts: Sequence[Mapping[int, int]]) -> int:
    """What an allocation, as what each item counts for where, lets the place of an overlay have, beyond its base."""
    return sum(given(overlay, amount, pairs, counts) for amount, pairs in overlay.sources)


def given(overlay: Overlay, amount: int, pairs: Iterable[Pair], counts: Sequence[Mapping[int, int]]) -> int:
    """What one source of an overlay gives."""
    serving = [(item, place) for item, place in pairs if place in counts[item]]
    if any(pair not in overlay.flows for pair in serving):
        return amount
    return min(amount, sum(counts[item][place] for item, place in serving))


@dataclass(frozen=True)
class _Capped:
    """Pairs at a place that the same caps limit, so that only what they count for together matters; or one item alone."""

    place: int
    caps: tuple[int, ...]
    alone: int | None


@dataclass
class Kind:
    """Items that are alike to every place, cap and overlay: `whole[place]` of them serve there, `shared[place]` is what is shared out."""

    items: list[int]
    whole: dict[int, int] = field(default_factory=dict)
    shared: dict[int, int] = field(default_factory=dict)


class Written:
    """A case written as a program, and how to read its answers.

    Where only everything is of use, each place that counts must be full, and nothing gains anything.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.program = program.Program()
        self.caps_of: dict[Pair, tuple[int, ...]] = {}
        self.costs_of: dict[Pair, list[tuple[int, int]]] = {}
        for number, cap in enumerate(case.caps):
            for pair in cap.flows:
                self.caps_of[pair] = (*self.caps_of.get(pair, ()), number)
            for pair, cost in cap.whole.items():
                self.costs_of.setdefault(pair, []).append((number, cost))
        self.laid_by = {
            pair: overlay.place for overlay in case.overlays for _, pairs in overlay.sources for pair in pairs
        }
        self.alone = {pair[0] for cap in case.caps for among in cap.once for pair in among}
        """Items that are looked at one by one."""
        self.spent: list[program.Terms] = [[] for _ in case.caps]
        self.supply: dict[int, program.Terms] = {}
        self.counted: dict[_Capped, tuple[int, program.Terms]] = {}
        """What pairs that the same caps limit count for together at a place, and what they bring there."""
        self.serving: dict[Pair, int] = {}
        """The number that is above 0 where a pair counts."""
        self.settled = 0
        """What places gain that no choice can take away."""
        self.kinds = [self._kind(items) for items in self._alike()]
        self.limited = {capped.place for capped in self.counted}
        """Places where caps limit what items count for."""
        self.within = dict(self.counted.values())
        """By the number of what pairs count for together what they bring."""
        for capped, (number, brings) in self.counted.items():
            self.program.most[number] = min(self.program.most[number], self._most(brings))
            self.program.limit([(number, 1), *((one, -worth) for one, worth in brings)], 0)
            self.supply.setdefault(capped.place, []).append((number, 1))
            for limiting in capped.caps:
                self.spent[limiting].append((number, 1))
        for cap, spent in zip(case.caps, self.spent, strict=True):
            for among in cap.once:
                serving = [pair for pair in among if pair in self.serving]
                if serving:
                    serves = self.program.number(1)
                    spent.append((serves, 1))
                    for item, place in serving:
                        self.program.limit([(self.serving[item, place], 1), (serves, -case.items[item][place])], 0)
            if spent:
                self.program.limit(spent, cap.most)
        for overlay in case.overlays:
            self._lay(overlay)
        self.above: dict[int, tuple[int, ...]] = {}
        """The parts of choices that a place lies below."""
        self._progress()
        if not case.whole:
            self.program.implied += linking.rows(map(self._served, self.kinds), self.above)

    def _alike(self) -> list[list[int]]:
        kinds: dict[object, list[int]] = {}
        single = bool(self.caps_of or self.costs_of or self.laid_by or self.alone or self.case.split)
        for item, worths in enumerate(self.case.items):
            wanted = sorted([(place, worth) for place, worth in worths.items() if worth])
            if not wanted:
                continue
            if not single:  # nothing looks at single awards, so that only what they are worth tells them apart
                kinds.setdefault(tuple(wanted), []).append(item)
                continue
            pairs = [(item, place) for place, _ in wanted]
            alike: object = (
                tuple(wanted),
                tuple(self.caps_of.get(pair, ()) for pair in pairs),
                tuple(tuple(self.costs_of.get(pair, ())) for pair in pairs),
            )
            split = {worth for place, worth in wanted if place in self.case.split}
            costly = any(pair in self.costs_of and pair[1] in self.case.split for pair in pairs)
            if len(split) > 1 or costly or item in self.alone or any(pair in self.laid_by for pair in pairs):
                alike = item
            kinds.setdefault(alike, []).append(item)
        return list(kinds.values())

    def _kind(self, items: list[int]) -> Kind:
        case, made = self.case, Kind(items)
        first, many = items[0], len(items)
        worths = {place: worth for place, worth in case.items[first].items() if worth}
        split = [place for place in worths if place in case.split]
        # What an item is worth where it is shared out; different worths are brought to one measure.
        unit = lcm(*(worths[place] for place in split)) if split else 1
        share: program.Terms = []
        for place, worth in worths.items():
            pair = (first, place)
            if place in case.split:
                number = made.shared[place] = self.program.number(many * worth)
                share.append((number, unit // worth))
                self._bring(pair, number, 1)
                if pair in self.costs_of:
                    serves = self.program.number(1)
                    self.program.limit([(number, 1), (serves, -worth)], 0)
                    self._cost(pair, serves)
            else:
                number = made.whole[place] = self.program.number(many)
                share.append((number, unit))
                self._bring(pair, number, worth)
                self._cost(pair, number)
        if len(share) > 1:
            self.program.limit(share, unit * many)
        self.program.deciding.append((*made.whole.values(), *made.shared.values()))
        return made

    def _served(self, kind: Kind) -> tuple[list[tuple[int, int, int]], int]:
        """Where items of a kind serve and no residency looks at them: place, number, and how much of an item one of it is; and of
        how much.
        """
        item, worths = kind.items[0], self.case.items[kind.items[0]]
        unit = lcm(*(worths[place] for place in kind.shared))
        whole = [(place, number, unit) for place, number in kind.whole.items()]
        shared = [(place, number, unit // worths[place]) for place, number in kind.shared.items()]
        return [one for one in (*whole, *shared) if (item, one[0]) not in self.laid_by], unit * len(kind.items)

    def _bring(self, pair: Pair, number: int, worth: int) -> None:
        capped = self._capped(*pair)
        if capped is None:
            self.supply.setdefault(pair[1], []).append((number, worth))
            self.serving[pair] = number
            return
        if capped not in self.counted:
            most = min(self.case.caps[cap].most for cap in capped.caps)
            if pair not in self.laid_by:
                most = min(most, self.case.need[pair[1]])
            self.counted[capped] = self.program.number(most), []
        self.counted[capped][1].append((number, worth))
        self.serving[pair] = self.counted[capped][0]

    def _capped(self, item: int, place: int) -> _Capped | None:
        caps = self.caps_of.get((item, place))
        # An overlay asks whether the very item counts.
        alone = item if item in self.alone or (item, place) in self.laid_by else None
        return None if caps is None else _Capped(place, caps, alone)

    def _cost(self, pair: Pair, number: int) -> None:
        for cap, cost in self.costs_of.get(pair, ()):
            self.spent[cap].append((number, cost))

    def _lay(self, overlay: Overlay) -> None:
        laid = self.supply[overlay.place] = []
        for amount, pairs in overlay.sources:
            serving = [pair for pair in pairs if pair in self.serving]
            if not serving or not amount:
                continue
            if overlay.flows.isdisjoint(serving):
                counts = self.program.number(1)
                self.program.limit([(counts, 1), *((self.serving[pair], -1) for pair in serving)], 0)
                laid.append((counts, amount))
                continue
            counts = self.program.number(amount)
            gives = [(self.serving[pair], -self._gives(overlay, amount, pair)) for pair in serving]
            self.program.limit([(counts, 1), *gives], 0)
            laid.append((counts, 1))

    def _gives(self, overlay: Overlay, amount: int, pair: Pair) -> int:
        """What one of the number that is above 0 where a pair counts gives to an overlay."""
        if pair not in overlay.flows:
            return amount
        item, place = pair
        return 1 if place in self.case.split or pair in self.caps_of else self.case.items[item][place]

    def _progress(self) -> None:
        """The tree: what counts of its places is what they reach, and no more than was chosen."""

        def walk(node: Branch | int, above: tuple[int, ...]) -> None:
            choice = above[-1] if above else None
            if isinstance(node, int):
                self.above[node] = above
                self._reach(node, choice)
                return
            if node.choose == len(node.parts):
                for part in node.parts:
                    walk(part, above)
                return
            choices = self.program.choose(node.choose, len(node.parts), choice)
            for part, own in zip(node.parts, choices, strict=True):
                walk(part, (*above, own))

        walk(self.case.tree, ())

    def _reach(self, place: int, choice: int | None) -> None:
        case, gain = self.case, self.case.weights.gain[place]
        free, lack = min(case.base[place], case.need[place]), max(0, case.need[place] - case.base[place])
        if case.whole:
            if lack:
                brings = [(number, -worth) for number, worth in self.supply.get(place, ())]
                self.program.limit(
                    brings if choice is None else [*brings, (choice, lack)], -lack if choice is None else 0
                )
            return
        if choice is None:
            self.settled += free * gain
        elif free:
            self.program.limit([(self.program.number(free, gain), 1), (choice, -free)], 0)
        if not lack or not self.supply.get(place):
            return
        gains: program.Terms = []
        # A choice promises no more than all that could serve there, or fractions would choose by halves what cannot be filled.
        reach = min(lack, self._most(self.supply[place]))
        counts: program.Terms = [] if choice is None else [(choice, -reach)]
        for much, grain, worth in self._tiers(place, lack, reach):
            number = self.program.number(much, gain * worth)
            gains.append((number, grain))
            counts.append((number, worth))
        self.program.limit([*((number, -worth) for number, worth in self.supply[place]), *gains], 0)
        self.program.amounts.append(Amount(gains, self.supply[place], choice))
        if place in self.limited:  # what serves there, by itself instead of by what it counts for together within caps
            by_itself = [one for found in self.supply[place] for one in self.within.get(found[0], [found])]
            self.program.amounts.append(Amount(gains, by_itself, choice))
        if choice is not None:
            self.program.limit(counts, 0)

    def _most(self, terms: program.Terms) -> int:
        return sum(self.program.most[number] * worth for number, worth in terms)

    def _tiers(self, place: int, lack: int, reach: int) -> list[tuple[int, int, int]]:
        """How often one more grain of what is brought there counts, the grain, and what it counts for.

        A place that lacks no multiple of the grain gains less by its last one. Said so, fractions promise less that whole items
        cannot keep.
        """
        if place in self.case.split or place in self.limited:
            return [(reach, 1, 1)]
        grain = gcd(*(worth for _, worth in self.supply[place]))
        if reach < lack:
            return [(reach // grain, grain, grain)]
        full, rest = divmod(lack, grain)
        return [(full, grain, grain)] * bool(full) + [(1, grain, rest)] * bool(rest)

    def allocation(self, values: tuple[int, ...]) -> Allocation:
        """The allocation behind an answer, taken as the best."""
        case, counts = self.case, self.read(values)
        have = list(case.base)
        for counted in counts:
            for place, amount in counted.items():
                have[place] += amount
        for overlay in case.overlays:
            have[overlay.place] = case.base[overlay.place] + laid(overlay, counts)
        return Allocation(tuple(counts), tuple(have), progress(case, have), exact=True)

    def read(self, values: tuple[int, ...]) -> list[dict[int, int]]:
        """What each item counts for in which place."""
        counts: list[dict[int, int]] = [{} for _ in self.case.items]
        left = {known: values[number] for known, (number, _) in self.counted.items()}
        for kind in self.kinds:
            waiting = list(reversed(kind.items))
            for place, number in kind.whole.items():
                for _ in range(values[number]):
                    item = waiting.pop()
                    if counted := self._count(item, place, self.case.items[item][place], left):
                        counts[item][place] = counted
            due = [[place, values[number]] for place, number in kind.shared.items() if values[number]]
            unit = lcm(*(self.case.items[kind.items[0]][place] for place in kind.shared)) if due else 1
            while due and waiting:
                item = waiting.pop()
                room = unit
                while due and room:
                    place, amount = due[-1]
                    each = unit // self.case.items[item][place]
                    given = min(amount, room // each)
                    if not given:
                        break
                    if counted := self._count(item, place, given, left):
                        counts[item][place] = counted
                    room -= given * each
                    due[-1][1] -= given
                    if due[-1][1] == 0:
                        due.pop()
        return counts

    def _count(self, item: int, place: int, brings: int, left: dict[_Capped, int]) -> int:
        capped = self._capped(item, place)
        if capped is None:
            return brings
        counted = min(brings, left[capped])
        left[capped] -= counted
        return counted
