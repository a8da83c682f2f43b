"""Ways to complete a rule without what they can do without: steps that others do as well, and more than counts.

1. Of the allocation that a way leads to, keep what it cannot easily do without (`paring`): that is quick, and enough where every award
   serves in one place and fewer awards change nothing about what the others may count for.
2. What that cannot see is left out once and the rule weighed again: awards that serve without being spent, what does for another
   requirement as well, and all there is where the rule leaves a choice or asks for an order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from cairn.stacking.allocation import BRIEFLY, Branch, Pair
from cairn.stacking.completing import Missing, Way
from cairn.stacking.paring import fewest, pared
from cairn.stacking.supplying import Supply
from cairn.stacking.trials import FEWEST, Met, Trials


class Sparing:
    """What is not needed for one evaluation's rule to be met."""

    def __init__(self, trials: Trials) -> None:
        self.trials, self.rule = trials, trials.rule

    @property
    def interlaced(self) -> bool:
        """Whether doing one thing may do another as well: what a body asks for counts elsewhere too, and so does what shows skills."""
        skills = any(not place.leaf.spends for place in self.rule.places)
        return self.trials.told.doubtful or skills or self._choosing or bool(self._named_again)

    @cached_property
    def _choosing(self) -> bool:
        """Whether the rule leaves a choice: a step toward one part may be enough for another."""
        return _chooses(self.rule.tree)

    @cached_property
    def _named_again(self) -> frozenset[str]:
        """The achievements, by representative, that several places name: earned for one, they may do for another instead."""
        root, places = self.rule.root, self.rule.places
        named = Counter(name for place in places for name in set(map(root, self.trials.earnable(place) or ())))
        return frozenset(name for name, often in named.items() if often > 1)

    @property
    def _steady(self) -> bool:
        """Whether fewer awards change nothing about what the others may count for."""
        return not (self.rule.denied or self.rule.sequences)

    def shortened(self, way: Way) -> Way:
        """The way without what the rest of it does as well."""
        done, doubtful = self.trials.done(way), way
        if done is not None and len(way) > 1:
            kept, proven = _fewest(*done)
            # Nothing to do is no way: where the search for the best did not see that all is met, a step stays.
            rest = tuple(missing for number, missing in enumerate(way) if number in kept) or way[:1]
            if self._steady or self.trials.completes(rest):
                free, settled = _free(*done), proven and self._alone(*done)
                doubtful = tuple(
                    missing
                    for number, missing in enumerate(way)
                    if number in free or not (settled or self._sure(missing, way))
                )
                way = rest
        return self._without(way, doubtful, self.trials.completes)

    def _sure(self, missing: Missing, way: Way) -> bool:
        """Whether a step that was kept is taken to be needed without trying."""
        again = self.rule.root(missing.achievement or "") in self._named_again
        return not again and not (self._choosing and len(way) <= FEWEST)

    def _alone(self, met: Met, step_of: Mapping[str, int]) -> bool:
        """Whether to do without a step changes nothing but that its awards do not serve: no rival of theirs comes forward, and nothing
        else about what the others may count for changes.
        """
        if not self._steady or self.rule.windows:
            return False
        roots = [self.rule.root(award.achievement) for award in met[0].held if award.id in step_of]
        return len(set(roots)) == len(roots) and self.trials.owned.isdisjoint(roots)

    def _without[T](
        self, kept: tuple[T, ...], doubtful: Iterable[T], enough: Callable[[tuple[T, ...]], object]
    ) -> tuple[T, ...]:
        """Step 2."""
        until = self.trials.count + self.trials.affordable
        for one in doubtful:
            rest = tuple(other for other in kept if other != one)
            if rest and rest != kept and self.trials.count < until and enough(rest):
                kept = rest
        return kept

    def needed(self, added: list[Supply], met: Met) -> list[Supply]:
        """What is left when everything is taken away without which the rest, as is easily seen, completes the rule."""
        step_of = {one.award.id: number for number, one in enumerate(added)}
        enough = _pared(met, step_of)
        fewer = [added[number] for number in sorted(enough)] or added[:1]
        again = self.trials.met(fewer)
        if again is None:
            if self._steady:
                return fewer
            fewer, again = self._halved(_serving(added, met), met)
        free = _free(again, step_of)
        all_doubtful = len(fewer) <= FEWEST and (self._choosing or not self._steady)
        doubtful = [one for one in fewer if all_doubtful or step_of[one.award.id] in free]
        rest = self._without(tuple(fewer), doubtful, self.trials.met)
        if len(rest) < len(fewer):
            fewer, again = list(rest), self.trials.met(rest)
        return fewer if again is None else self._lessened(fewer, again)

    def _halved(self, added: list[Supply], known: Met) -> tuple[list[Supply], Met]:
        """The same where fewer awards change what may count, because they come in order or something is denied."""
        kept, size = added, max(1, len(added) // 2)
        until = self.trials.count + self.trials.affordable
        while self.trials.count < until:
            at = 0
            while at < len(kept) and self.trials.count < until:
                fewer = kept[:at] + kept[at + size :]
                met = self.trials.met(fewer, hasty=True) if fewer else None
                if met is not None:
                    kept, known = _serving(fewer, met), met
                else:
                    at += size
            if size == 1:
                break
            size = max(1, size // 2)
        return kept, known

    def _lessened(self, kept: list[Supply], met: Met) -> list[Supply]:
        """The same with no more credits or hours than count for what is lacking."""
        found, allocation = met
        beyond = [max(0, have - need) for have, need in zip(allocation.have, self.rule.need, strict=True)]
        counted: dict[str, dict[int, int]] = {}
        for item, counts in zip(found.items, allocation.counts, strict=True):
            for number, amount in counts.items():
                counted.setdefault(item[number][1].id, {})[number] = amount
        lessened: list[Supply] = []
        for one in kept:
            serving = counted.get(one.award.id, {})
            leaf = self.trials.places[one.place].leaf
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
        return lessened if lessened == kept or self.trials.met(lessened) is not None else kept


def _chooses(tree: Branch | int) -> bool:
    return not isinstance(tree, int) and (tree.choose < len(tree.parts) or any(map(_chooses, tree.parts)))


def _pared(met: Met, step_of: Mapping[str, int]) -> set[int]:
    """The steps that are needed, as far as is easily seen, of those behind added awards."""
    free, spent = _spent(met, step_of)
    return free.union(pared(met[0].case, met[1], spent))


def _fewest(met: Met, step_of: Mapping[str, int]) -> tuple[set[int], bool]:
    """As few of them as are found, and whether none of them can be left out but those that serve without being spent."""
    free, spent = _spent(met, step_of)
    kept, proven = fewest(met[0].case, met[1], spent, BRIEFLY)
    return free.union(kept), proven


def _spent(met: Met, step_of: Mapping[str, int]) -> tuple[set[int], dict[int, list[Pair]]]:
    """The steps behind added awards that serve without being spent, and the pairs of an item and a place that each other one brings."""
    found, _ = met
    pairs_of: dict[int, list[Pair]] = {step: [] for step in step_of.values()}
    for number, item in enumerate(found.items):
        for place, (_, award) in item.items():
            if award.id in step_of:
                pairs_of[step_of[award.id]].append((number, place))
    free = _free(met, step_of)
    return free, {step: pairs for step, pairs in pairs_of.items() if step not in free}


def _free(met: Met, step_of: Mapping[str, int]) -> set[int]:
    """The steps whose awards serve without being spent: whether another does the same is only seen by trying."""
    return {step_of[award.id] for among in met[0].free.values() for award in among if award.id in step_of}


def _serving(added: Sequence[Supply], met: Met) -> list[Supply]:
    """Those of the supplies that serve."""
    found, allocation = met
    used = {
        item[number][1].id
        for item, counts in zip(found.items, allocation.counts, strict=True)
        for number in counts
    } | {award.id for free in found.free.values() for award in free}  # fmt: skip
    return [one for one in added if one.award.id in used]
