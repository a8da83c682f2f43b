"""Ways to complete a rule, each tried out: the nearest ones by the tree, else one that is found by adding and taking away.

1. The nearest ways from what counts already (`completing`), also through what is denied twice (`ending`); those that do not complete the
   rule are left out (`trials`), and so is what the rest of a way does as well (`sparing`). Where awards must be earned together, from what
   counts in windows that are still open, and each step says by when (`dating`).
2. If none does: add an award of every kind that could be earned (`supplying`). If even they do not complete the rule, nothing is known
   to. Else take them away again as long as the rest completes it (`sparing`): what remains is needed, as far as is easily seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from cairn.stacking.allocation import allocate
from cairn.stacking.awards import Award
from cairn.stacking.compiling import Place
from cairn.stacking.completing import WAYS, Footing, Missing, Situation, Way, nearest_ways
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.dating import dated
from cairn.stacking.ending import endings
from cairn.stacking.gathering import Start, gather
from cairn.stacking.results import NodeTrace, flat
from cairn.stacking.sparing import Sparing
from cairn.stacking.supplying import MANY, Supply, closed, names_of, supplies
from cairn.stacking.together import day_of
from cairn.stacking.trials import Trials

if TYPE_CHECKING:
    from cairn.stacking.tracing import Told


class Trying:
    """The ways to complete the rule of one evaluation."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.rule, self.found = told.rule, told.found
        self.names = told.asked.names
        self.trials = Trials(told)
        self.sparing = Sparing(self.trials)

    def ways(self, trace: NodeTrace) -> tuple[Way, ...]:
        """Steps 1 and 2."""
        ahead = self._ahead(trace)
        for start in (ahead, self) if ahead else (self,):
            situation = start._situation(trace)
            for footing in situation.footings():
                ways = start._completing(situation, footing)
                if ways:
                    if start.sparing.interlaced:
                        ways = tuple(dict.fromkeys(map(start.sparing.shortened, ways)))
                    ways = _apart(sorted(ways, key=len))
                    return tuple(dated(start.told, way) for way in ways) if self.rule.windows else ways
        return self._searched(situation.counted)

    def _completing(self, situation: Situation, footing: Footing) -> tuple[Way, ...]:
        """The nearest ways from there that complete the rule."""
        doubled = situation.doubled(footing)
        start = self._start(footing)
        return tuple(
            way
            for one in (footing, *([doubled] if doubled else []))
            for way in nearest_ways(situation, one, self.names)
            if self.trials.completes(way, start)
        )

    def _start(self, footing: Footing) -> Start:
        """Which awards serve where, when a way begins from there."""
        pairs: list[tuple[str, int]] = []
        allocation = self.told.allocation
        for number, (item, before) in enumerate(zip(self.found.items, allocation.leaf_of, strict=True)):
            after = footing.serving.get(number)
            among = allocation.counts[number] if after == before else () if after is None else (after,)
            pairs += [(item[place][1].id, place) for place in among]
        return Start(tuple(pairs), self.found.days)

    def _ahead(self, trace: NodeTrace) -> Trying | None:
        """The same holdings as they count in the latest windows that are still open, where a window is not filled yet."""
        done = {node.id for node in flat(trace) if node.progress == 1}
        today = day_of(self.found.at)
        days = tuple(
            kept if window.rule.id in done else (window.rule.first(today), today)
            for window, kept in zip(self.rule.windows, self.found.days, strict=True)
        )
        if days == self.found.days:
            return None
        asked = self.told.asked
        denied = {place: 0 if one.met else 1 for place, one in self.told.denied.items()}
        found = gather(
            self.rule, self.found.held, self.found.at, asked.validity, asked.decisions, denied, days, self.found
        )
        return Trying(replace(self.told, found=found, allocation=allocate(found.case)))

    def _situation(self, trace: NodeTrace) -> Situation:
        rule, root = self.rule, self.rule.root
        counted = frozenset(rule.place_of[node.id] for node in flat(trace) if node.counted and node.id in rule.place_of)
        same = {name: root(name) for place in rule.places for name in place.only or ()}
        shown = {
            place.number: frozenset(s for award, _ in self.told.serving[place.number] for s in place.leaf.shown(award))
            for place in rule.places
            if isinstance(place.leaf, SkillsCovered)
        }
        leaves = [rule.leaf_of[number] for number in range(len(rule.need))]
        over = frozenset(place.number for place in rule.places if closed(place, self.found.at))
        only = {
            place.number: frozenset() if place.number in over else self.trials.earnable(place) for place in rule.places
        }
        beside, said = self.told.beside(), self.trials.around
        beside = {number: said.get(number, "") + beside.get(number, "") for number in said.keys() | beside.keys()}
        allocation = self.told.allocation
        return Situation(
            rule.tree, leaves, only, allocation.have, self.found.case.items, allocation.leaf_of, same, self.trials.held,
            counted, shown, beside, self._ended(allocation.have),
        )  # fmt: skip

    def _ended(self, have: Sequence[int]) -> dict[int, tuple[Way, ...]]:
        """For each negation that does not hold and denies something that depends on another one, what would end that."""
        return {
            one.place: endings(inner, one.inside.rule)
            for one in self.rule.denied
            if one.inside.denied and not have[one.place] and (inner := self.told.report_of(one.place)) is not None
        }

    def _searched(self, counted: frozenset[int]) -> tuple[Way, ...]:
        """Step 2."""
        have, need = self.told.allocation.have, self.rule.need
        open_places = [place for place in self.rule.places if have[place.number] < need[place.number]]
        for among, full in ((open_places, False), (list(self.rule.places), True)):
            added = [one for place in among for one in self._supplied(place, [0] * len(need) if full else have)]
            if not added or len(added) > MANY:
                continue
            met = self.trials.met(added)
            if met is not None:
                added.sort(key=lambda one: (one.place in counted, -one.place))
                return (self._told(self.sparing.needed(added, met)),)
        return ()

    def _supplied(self, place: Place, have: Sequence[int]) -> Iterator[Supply]:
        need = self.rule.need
        bodies = {one.place: max(0, need[one.place] - have[one.place]) for one in self.rule.residents}
        return supplies(
            self.rule,
            place,
            need[place.number] - have[place.number],
            bodies,
            self.found.at,
            self.names,
            self.told.asked.retired,
        )

    def _told(self, kept: list[Supply]) -> Way:
        """The awards in words, those of one kind at one place together."""
        places = self.trials.places
        groups: dict[tuple[int, str, str | None], list[Award]] = {}
        for one in sorted(kept, key=lambda one: (one.place, one.award.id)):
            name = one.award.achievement if names_of(places[one.place]) is not None else None
            groups.setdefault((one.place, one.beyond, name), []).append(one.award)
        beside = self.told.beside()
        way: list[Missing] = []
        for (number, beyond, name), awards in groups.items():
            place = places[number]
            leaf = place.leaf
            if isinstance(leaf, SkillsCovered):
                shown = {skill for award, _ in self.told.serving[number] for skill in leaf.shown(award)}
                skills = tuple(skill for skill in leaf.skills if skill not in shown)
                lack = leaf.need - len(shown)
                said = leaf.showing(skills, lack, self.names) + beyond
                way.append(Missing(leaf.id, said, Decimal(lack), leaf.unit, None, skills))
                continue
            worth = sum(leaf.worth(award) for award in awards)
            if name is not None and place.only is None:
                beyond += f", of {self.names.get(name, name)}"
            said = leaf.lacking(worth, name, self.names) + beyond + beside.get(number, "")
            way.append(Missing(leaf.id, said, leaf.quantity(worth), leaf.unit, name))
        return tuple(way)


def _apart(ways: Sequence[Way]) -> tuple[Way, ...]:
    """The ways, the shortest first, without those that ask for all that a shorter one asks and more, be it for another requirement."""
    found: list[tuple[frozenset[str], Way]] = []
    for way in ways:
        asked = frozenset(missing.id if missing.achievement is None else missing.sentence for missing in way)
        if not any(shorter <= asked for shorter, _ in found):
            found.append((asked, way))
    return tuple(way for _, way in found[:WAYS])
