"""What would be if more were earned: awards that nobody holds yet are imagined, and the rule is weighed with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from cairn.stacking.allocation import Allocation
from cairn.stacking.awards import Award
from cairn.stacking.compiling import Compiled, Place, Resident
from cairn.stacking.completing import Missing, Way
from cairn.stacking.gathering import Gathered, Start
from cairn.stacking.imagining import imagine
from cairn.stacking.supplying import MANY, Supply, asked_around, closed, names_of

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


class Trials:
    """The rule of one evaluation, weighed with what is held and more."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.rule, self.found = told.rule, told.found
        self.places = {place.number: place for place in self.rule.places}
        self.count = 0
        """How often the rule was weighed."""
        self._known: dict[tuple[int, Decimal, str | None, tuple[str, ...]], Award] = {}
        self._done: dict[Way, tuple[Met, dict[str, int]] | None] = {}

    @property
    def affordable(self) -> int:
        """How often the rule may be weighed to take away what is not needed."""
        return max(FEWEST, min(TRIES, WORK // (1 + sum(map(len, self.found.case.items)))))

    @cached_property
    def held(self) -> frozenset[str]:
        """What is held of achievements that could serve, by their representatives."""
        root = self.rule.root
        return frozenset({root(award.achievement) for item in self.found.items for _, award in item.values()})

    @cached_property
    def owned(self) -> frozenset[str]:
        """What is held, whether it could serve or not, by its representatives."""
        root = self.rule.root
        return frozenset(root(award.achievement) for award in self.found.held)

    @cached_property
    def around(self) -> dict[int, str]:
        """What is asked around each place of an award that is yet to be earned, as the end of a sentence."""
        names = self.told.asked.names
        return {number: asked_around(place, self.found.at, names) for number, place in self.places.items()}

    def earnable(self, place: Place) -> frozenset[str] | None:
        """The achievements that a place names, without those that nobody can earn any more."""
        return None if place.only is None else place.only - self.told.asked.retired

    def met(self, earned: Sequence[Supply], start: Start | None = None, *, hasty: bool = False) -> Met | None:
        """How the rule is met when these are earned as well; None where it is not, or, in haste, where that is not easily seen.

        Where a `start` meets it at once with what is earned at the places that it is earned for, nothing is searched.
        """
        from cairn.stacking.evaluation import completed

        self.count += 1
        held = [*self.found.held, *(one.award for one in earned)]
        ranks = {one.award.id: 1 + (one.beyond != self.around.get(one.place, "")) for one in earned}
        if start is not None:
            start = replace(start, serving=(*start.serving, *((one.award.id, one.place) for one in earned)))
        return completed(self.rule, held, self.found.at, self.told.asked, spare=ranks, start=start, hasty=hasty)

    def completes(self, way: Way, start: Start | None = None) -> bool:
        """Whether doing what a way says completes the rule: tried out, from a `start` where there is one."""
        if any(missing.unit == "awards" and missing.amount > MANY for missing in way):
            return not self.told.doubtful
        if way not in self._done:
            steps = self._steps(way)
            met = self.met([one for one, _ in steps], start) if steps is not None else None
            self._done[way] = met and (met, {one.award.id: step for one, step in steps or ()})
        return self._done[way] is not None

    def done(self, way: Way) -> tuple[Met, dict[str, int]] | None:
        """How the rule is met by doing what a way says that was tried, with the steps of the awards that were imagined for it."""
        return self._done.get(way)

    def _steps(self, way: Way) -> list[tuple[Supply, int]] | None:
        """The awards that a way asks for, each with the number of its step; None where one cannot be."""
        found: list[tuple[Supply, int]] = []
        for number, missing in enumerate(way):
            made = self._imagined(missing, f"imagined-{number}")
            if made is None:
                return None
            found += [(one, number) for one in made]
        return found

    def _imagined(self, missing: Missing, name: str) -> list[Supply] | None:
        rule = _asking(self.rule, missing.id) or self.rule
        resident = next((one for one in rule.residents if f"{one.rule.id}:credits" == missing.id), None)
        if resident is not None:
            return self._of_the_body(rule, resident, missing, name)
        place = rule.place(rule.place_of[missing.id])
        many = int(missing.amount) if missing.unit == "awards" and missing.achievement is None else 1
        names, root = names_of(place, self.told.asked.retired), self.rule.root
        fresh = None if names is None else [name for name in names if root(name) not in self.held] or names
        if fresh == []:
            return None
        made = []
        for count in range(many):
            amount = missing.amount if missing.unit != "awards" else Decimal(1)
            named = missing.achievement or (None if fresh is None else fresh[count % len(fresh)])
            award = self._like(place, f"{name}-{count}", amount, named, missing.skills)
            if award is None:
                return None
            made.append(self._supply(rule, place, award))
        return made

    def _like(
        self, place: Place, name: str, amount: Decimal, named: str | None, skills: tuple[str, ...]
    ) -> Award | None:
        """An imagined award for a place. Ways share most of their steps: one of a named achievement differs in nothing but its id."""
        key = id(place), amount, named, skills
        made = self._known.get(key)
        if made is None or named is None:
            made = imagine(
                place.leaf, place.criteria, self.found.at, name=name, amount=amount, achievement=named, skills=skills
            )
            if made is not None:
                self._known[key] = made
            return made
        return made.called(name)

    def _supply(self, rule: Compiled, place: Place, award: Award) -> Supply:
        """An award for a place; one for what is inside a negation serves no place of the rule itself."""
        number = place.number if rule is self.rule else -1
        return Supply(number, award, self.around.get(number, ""))

    def _of_the_body(self, rule: Compiled, resident: Resident, missing: Missing, name: str) -> list[Supply] | None:
        scheme, criteria = resident.rule.scheme, resident.rule.criteria
        for number in sorted(resident.places):
            place = rule.place(number)
            if place.only is None and not closed(place, self.found.at):
                award = imagine(
                    place.leaf, (*place.criteria, *criteria), self.found.at, name=name, amount=missing.amount
                )
                if award is not None and award.credits.get(scheme, Decimal(0)) >= missing.amount:
                    return [self._supply(rule, place, award)]
        return None


def _asking(rule: Compiled, key: str) -> Compiled | None:
    """The rule or the one inside a negation that asks for something by this id."""
    if key in rule.place_of or any(f"{one.rule.id}:credits" == key for one in rule.residents):
        return rule
    return next((found for one in rule.denied if (found := _asking(one.inside, key)) is not None), None)
