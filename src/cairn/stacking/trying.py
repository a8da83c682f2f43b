"""Ways to complete a rule, each tried out: the nearest ones by the tree, else one that is found by adding and taking away.

1. The nearest ways from what counts already (`completing`); those that do not complete the rule are left out. Where awards must be
   earned together, from what counts in windows that are still open.
2. If none does: add an award of every kind that could be earned (`supplying`). If even they do not complete the rule, nothing is known
   to. Else take them away again as long as the rest completes it (`paring`): what remains is needed, as far as is easily seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from cairn.stacking.allocation import BRIEFLY, Allocation, Branch, Pair, allocate
from cairn.stacking.awards import Award
from cairn.stacking.compiling import Place
from cairn.stacking.completing import WAYS, Footing, Missing, Situation, Way, nearest_ways
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.gathering import Gathered, gather
from cairn.stacking.imagining import imagine
from cairn.stacking.limits import Residency
from cairn.stacking.paring import fewest, pared
from cairn.stacking.results import NodeTrace, flat
from cairn.stacking.supplying import MANY, Supply, asked_around, closed, names_of, supplies
from cairn.stacking.together import day_of

if TYPE_CHECKING:
    from cairn.stacking.tracing import Told

TRIES = 120
"""How often the rule is weighed at most to take away what is not needed."""
FEWEST = 10
"""How often at least, however large the rule."""
WORK = 40_000
"""How many pairs of an award and a leaf are gone through for that, about."""

type Met = tuple[Gathered, Allocation]
"""How a rule is met."""


class Trying:
    """The ways to complete the rule of one evaluation."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.rule, self.found = told.rule, told.found
        self.places = {place.number: place for place in self.rule.places}
        self.names = told.asked.names
        self.tries = 0
        self._tried: dict[Way, tuple[Met, dict[str, int]] | None] = {}
        """How the rule is met by doing what a way says, with the steps of the awards that were imagined for it."""

    def ways(self, trace: NodeTrace) -> tuple[Way, ...]:
        """Steps 1 and 2."""
        ahead = self._ahead(trace)
        for start in (ahead, self) if ahead else (self,):
            situation = start._situation(trace)
            for footing in situation.footings():
                ways = start._completing(situation, footing)
                if ways:
                    if start._interlaced:
                        ways = tuple(dict.fromkeys(map(start._shortened, ways)))
                    ways = _apart(sorted(ways, key=len))
                    return tuple(map(start._dated, ways)) if self.rule.windows else ways
        return self._searched(situation.counted)

    def _completing(self, situation: Situation, footing: Footing) -> tuple[Way, ...]:
        """The nearest ways from there that complete the rule."""
        doubled = situation.doubled(footing)
        return tuple(
            way
            for one in (footing, *([doubled] if doubled else []))
            for way in nearest_ways(situation, one, self.names)
            if self._completes(way)
        )

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

    def _dated(self, way: Way) -> Way:
        """The way with the day by which each step in a window must be done, and what has to be earned again."""
        return tuple(self._in_time(missing, way) for missing in way)

    def _in_time(self, missing: Missing, way: Way) -> Missing:
        number = self.rule.place_of.get(missing.id)
        said = ""
        root = self.rule.root
        if missing.achievement is not None and number in self.places:
            before = [
                award.earned
                for award in self.found.held
                if root(award.achievement) == root(missing.achievement) and self.told.outside(number, award)
            ]
            said = f" again, because that of {day_of(max(before))} is too long ago" if before else ""
        dues = []
        for window in self.rule.windows:
            if number not in window.places:
                continue
            awards = self.told.earned_in(window)
            if awards and (due := window.rule.last(day_of(awards[0].earned))) >= day_of(self.found.at):
                dues.append((due, f", by {due}, or {self._named(awards[0])} must be earned again as well"))
            elif sum(self.rule.place_of.get(one.id) in window.places for one in way) > 1 or missing.amount > 1:
                dues.append((date.max, f", all within {window.rule.span} of each other"))
        return replace(missing, sentence=missing.sentence + said + (min(dues)[1] if dues else ""))

    def _named(self, award: Award) -> str:
        return self.names.get(award.achievement, award.achievement)

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
        only = {place.number: frozenset() if place.number in over else self._earnable(place) for place in rule.places}
        beside = self.told.beside()
        said = {place.number: asked_around(place, self.found.at, self.names) for place in rule.places}
        beside = {number: said.get(number, "") + beside.get(number, "") for number in said.keys() | beside.keys()}
        allocation = self.told.allocation
        return Situation(
            rule.tree, leaves, only, allocation.have, self.found.case.items, allocation.leaf_of, same, self._held,
            counted, shown, beside,
        )  # fmt: skip

    @cached_property
    def _held(self) -> frozenset[str]:
        """What is held of achievements that could serve, by their representatives."""
        root = self.rule.root
        return frozenset({root(award.achievement) for item in self.found.items for _, award in item.values()})

    def _earnable(self, place: Place) -> frozenset[str] | None:
        """The achievements that a place names, without those that nobody can earn any more."""
        return None if place.only is None else place.only - self.told.asked.retired

    def _met(self, earned: Sequence[Supply], *, hasty: bool = False) -> Met | None:
        """How the rule is met when these are earned as well; None where it is not, or, in haste, where that is not easily seen."""
        from cairn.stacking.evaluation import completed

        self.tries += 1
        held = [*self.found.held, *(one.award for one in earned)]
        ranks = {one.award.id: 1 + (one.beyond != self._around.get(one.place, "")) for one in earned}
        return completed(self.rule, held, self.found.at, self.told.asked, spare=ranks, hasty=hasty)

    @cached_property
    def _around(self) -> dict[int, str]:
        return {number: asked_around(place, self.found.at, self.names) for number, place in self.places.items()}

    def _completes(self, way: Way) -> bool:
        """Whether doing what a way says completes the rule: tried out."""
        if any(missing.unit == "awards" and missing.amount > MANY for missing in way):
            return not self.told.doubtful
        if way not in self._tried:
            step_of = self._steps(way)
            met = self._met([Supply(-1, one, "") for one, _ in step_of.values()]) if step_of is not None else None
            self._tried[way] = met and (met, {key: step for key, (_, step) in (step_of or {}).items()})
        return self._tried[way] is not None

    def _steps(self, way: Way) -> dict[str, tuple[Award, int]] | None:
        """The awards that a way asks for, by their ids, each with the number of its step; None where one cannot be."""
        found: dict[str, tuple[Award, int]] = {}
        for number, missing in enumerate(way):
            made = self._imagined(missing, f"imagined-{number}")
            if made is None:
                return None
            found |= {one.id: (one, number) for one in made}
        return found

    @property
    def _interlaced(self) -> bool:
        """Whether doing one thing may do another as well: what a body asks for counts elsewhere too, and so does what shows skills."""
        skills = any(not place.leaf.spends for place in self.rule.places)
        return self.told.doubtful or skills or self._choosing or bool(self._named_again)

    @cached_property
    def _choosing(self) -> bool:
        """Whether the rule leaves a choice: a step toward one part may be enough for another."""
        return _chooses(self.rule.tree)

    @cached_property
    def _named_again(self) -> frozenset[str]:
        """The achievements, by representative, that several places name: earned for one, they may do for another instead."""
        named = Counter(
            name for place in self.rule.places for name in {self.rule.root(one) for one in self._earnable(place) or ()}
        )
        return frozenset(name for name, often in named.items() if often > 1)

    @property
    def _steady(self) -> bool:
        """Whether fewer awards change nothing about what the others may count for."""
        return not (self.rule.denied or self.rule.sequences)

    def _shortened(self, way: Way) -> Way:
        """The way without what the rest of it does as well."""
        tried, doubtful = self._tried.get(way), way
        if tried is not None and len(way) > 1:
            kept = _pared(*tried, work=BRIEFLY)
            # Nothing to do is no way: where the search for the best did not see that all is met, a step stays.
            rest = tuple(missing for number, missing in enumerate(way) if number in kept) or way[:1]
            if self._steady or self._completes(rest):
                free = _free(*tried)
                doubtful = tuple(
                    missing
                    for number, missing in enumerate(way)
                    if number in free
                    or (self._choosing and len(way) <= FEWEST)
                    or self.rule.root(missing.achievement or "") in self._named_again
                )
                way = rest
        until = self.tries + self._affordable
        for missing in doubtful:
            rest = tuple(one for one in way if one != missing)
            if rest and rest != way and self.tries < until and self._completes(rest):
                way = rest
        return way

    def _imagined(self, missing: Missing, name: str) -> list[Award] | None:
        resident = next((one for one in self.rule.residents if f"{one.rule.id}:credits" == missing.id), None)
        if resident is not None:
            return self._of_the_body(resident.places, resident.rule, missing, name)
        place = self.places[self.rule.place_of[missing.id]]
        many = int(missing.amount) if missing.unit == "awards" and missing.achievement is None else 1
        names, root = names_of(place, self.told.asked.retired), self.rule.root
        fresh = None if names is None else [name for name in names if root(name) not in self._held] or names
        if fresh == []:
            return None
        made = []
        for count in range(many):
            award = imagine(
                place.leaf,
                place.criteria,
                self.found.at,
                name=f"{name}-{count}",
                amount=missing.amount if missing.unit != "awards" else Decimal(1),
                achievement=missing.achievement or (None if fresh is None else fresh[count % len(fresh)]),
                skills=missing.skills,
            )
            if award is None:
                return None
            made.append(award)
        return made

    def _of_the_body(
        self, places: frozenset[int], rule: Residency, missing: Missing, name: str
    ) -> list[Award] | None:  # fmt: skip
        for number in sorted(places):
            place = self.places[number]
            if place.only is None and not closed(place, self.found.at):
                award = imagine(
                    place.leaf, (*place.criteria, *rule.criteria), self.found.at, name=name, amount=missing.amount
                )
                if award is not None and award.credits.get(rule.scheme, Decimal(0)) >= missing.amount:
                    return [award]
        return None

    def _searched(self, counted: frozenset[int]) -> tuple[Way, ...]:
        """Step 2."""
        have, need = self.told.allocation.have, self.rule.need
        open_places = [place for place in self.rule.places if have[place.number] < need[place.number]]
        for among, full in ((open_places, False), (list(self.rule.places), True)):
            added = [one for place in among for one in self._supplied(place, [0] * len(need) if full else have)]
            if not added or len(added) > MANY:
                continue
            met = self._met(added)
            if met is not None:
                added.sort(key=lambda one: (one.place in counted, -one.place))
                return (self._told(self._lessened(*self._needed(added, met))),)
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

    def _needed(self, added: list[Supply], met: Met) -> tuple[list[Supply], Met | None]:
        """What is left when everything is taken away without which the rest, as is easily seen, completes the rule; and how."""
        enough = _pared(met, {one.award.id: number for number, one in enumerate(added)})
        fewer = [added[number] for number in sorted(enough)] or added[:1]
        again = self._met(fewer)
        return (fewer, again) if again is not None or self._steady else self._halved(_serving(added, met), met)

    @property
    def _affordable(self) -> int:
        """How often the rule may be weighed to take away what is not needed."""
        return max(FEWEST, min(TRIES, WORK // (1 + sum(map(len, self.found.case.items)))))

    def _halved(self, added: list[Supply], known: Met) -> tuple[list[Supply], Met]:
        """The same where fewer awards change what may count, because they come in order or something is denied."""
        kept, size = added, max(1, len(added) // 2)
        until = self.tries + self._affordable
        while self.tries < until:
            at = 0
            while at < len(kept) and self.tries < until:
                fewer = kept[:at] + kept[at + size :]
                met = self._met(fewer, hasty=True) if fewer else None
                if met is not None:
                    kept, known = _serving(fewer, met), met
                else:
                    at += size
            if size == 1:
                break
            size = max(1, size // 2)
        return kept, known

    def _lessened(self, kept: list[Supply], met: Met | None) -> list[Supply]:
        """The same with no more credits or hours than count for what is lacking."""
        if met is None:
            return kept
        found, allocation = met
        beyond = [max(0, have - need) for have, need in zip(allocation.have, self.rule.need, strict=True)]
        counted: dict[str, dict[int, int]] = {}
        for item, counts in zip(found.items, allocation.counts, strict=True):
            for number, amount in counts.items():
                counted.setdefault(item[number][1].id, {})[number] = amount
        lessened: list[Supply] = []
        for one in kept:
            serving = counted.get(one.award.id, {})
            leaf = self.places[one.place].leaf
            if leaf.unit_size == 1 or list(serving) != [one.place]:
                lessened.append(one)
                continue
            amount = max(0, serving[one.place] - beyond[one.place])
            beyond[one.place] = max(0, beyond[one.place] - serving[one.place])
            much, unit = leaf.quantity(amount), leaf.counts_in
            brought = one.award.credits.get(unit, Decimal(0)) if unit else one.award.hours or Decimal(0)
            if not 0 < much < brought:
                lessened.append(one)
                continue
            less = (
                replace(one.award, credits={**one.award.credits, unit: much})
                if unit
                else replace(one.award, hours=much)
            )
            lessened.append(replace(one, award=less))
        return lessened if lessened == kept or self._met(lessened) is not None else kept

    def _told(self, kept: list[Supply]) -> Way:
        """The awards in words, those of one kind at one place together."""
        groups: dict[tuple[int, str, str | None], list[Award]] = {}
        for one in sorted(kept, key=lambda one: (one.place, one.award.id)):
            name = one.award.achievement if names_of(self.places[one.place]) is not None else None
            groups.setdefault((one.place, one.beyond, name), []).append(one.award)
        beside = self.told.beside()
        way: list[Missing] = []
        for (number, beyond, name), awards in groups.items():
            place = self.places[number]
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


def _chooses(tree: Branch | int) -> bool:
    return not isinstance(tree, int) and (tree.choose < len(tree.parts) or any(map(_chooses, tree.parts)))


def _pared(met: Met, step_of: Mapping[str, int], *, work: float = 0.0) -> set[int]:
    """The steps that are needed, as far as is easily seen, of those behind added awards; with `work` as few as are found."""
    found, allocation = met
    pairs_of: dict[int, list[Pair]] = {step: [] for step in step_of.values()}
    for number, item in enumerate(found.items):
        for place, (_, award) in item.items():
            if award.id in step_of:
                pairs_of[step_of[award.id]].append((number, place))
    free = _free(met, step_of)
    spent = {step: pairs for step, pairs in pairs_of.items() if step not in free}
    kept = pared(found.case, allocation, spent)
    return free.union((work and fewest(found.case, spent, len(kept), work)) or kept)


def _free(met: Met, step_of: Mapping[str, int]) -> set[int]:
    """The steps whose awards serve without being spent: whether another does the same is only seen by trying."""
    return {step_of[award.id] for among in met[0].free.values() for award in among if award.id in step_of}


def _serving(added: list[Supply], met: Met) -> list[Supply]:
    """Those of the supplies that serve."""
    found, allocation = met
    used = {
        item[number][1].id
        for item, counts in zip(found.items, allocation.counts, strict=True)
        for number in counts
    } | {award.id for free in found.free.values() for award in free}  # fmt: skip
    return [one for one in added if one.award.id in used]
