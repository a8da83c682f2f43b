"""Why awards do not count: of each place those that came close, of the whole one reason for every award, and what a person must look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cairn.stacking import allowances
from cairn.stacking.awards import Award
from cairn.stacking.compiling import Place
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.results import NodeTrace, Rejection
from cairn.stacking.serving import Serving


@dataclass(frozen=True)
class Refusing(Serving):
    """What an allocation leaves out, with the reason."""

    @cached_property
    def invalid(self) -> dict[str, str]:
        """Awards that are not valid at the moment, with the reason."""
        found = self.found
        return {award.id: fault for award in found.held if (fault := award.fault(found.at, self.asked.validity))}

    def _meant(self, place: Place) -> list[Award]:
        """The awards a leaf could mean: all of them, unless it names achievements."""
        if place.only is None:
            return self.found.held
        found = [award for name in place.only for award in self._by_achievement.get(name, ())]
        return sorted(found, key=lambda award: award.id)

    def faults(self, place: Place, award: Award) -> list[str]:
        """Everything that keeps an award from serving at a place, each as the end of a sentence."""
        faults = [fault for criterion in place.criteria if (fault := criterion.fault(award, self.found.at))]
        if not place.leaf.worth(award, place.scope.rates) and (lack := place.leaf.lacks(award)):
            faults.append(lack)
        late = self.outside(place.number, award) or self.found.late.get((place.number, award.id))
        return [*faults, late] if late else faults

    def _invalid(self, place: Place, award: Award) -> str | None:
        mode = place.scope.validity
        if mode is None or mode is self.asked.validity:
            return self.invalid.get(award.id)
        return award.fault(self.found.at, mode)

    def rejected(self, place: Place) -> tuple[Rejection, ...]:
        """The awards that came close to serving at a place, each with the one thing against it."""
        have = self.allocation.have[place.number]
        used = {award.id for award, _ in self.serving[place.number]}
        rejected: list[Rejection] = []
        for award in self._meant(place):
            if award.id in used:
                continue
            faults = self.faults(place, award)
            invalid = self._invalid(place, award) if len(faults) < 2 else None
            faults += [invalid] if invalid else []
            if len(faults) == 1:
                rejected.append(Rejection(award.id, faults[0]))
            elif not faults and have < place.leaf.need:
                rejected.append(Rejection(award.id, self._elsewhere(place, award)))
        return tuple(rejected)

    def _elsewhere(self, place: Place, award: Award) -> str:
        if isinstance(place.leaf, SkillsCovered):
            return "shows nothing that other awards do not show"
        if award.id in self.at_leaf:
            return f"already counts for {self.at_leaf[award.id]}, and an award counts once"
        root = self.rule.root(award.achievement)
        if any(self.rule.root(one.achievement) == root for served in self.serving.values() for one, _ in served):
            return "is held twice: the same achievement counts once"
        origin = self.rule.root(award.stands_for or award.achievement)
        for one in (one for served in self.serving.values() for one, _ in served):
            if (one.stands_for or award.stands_for) and self.rule.root(one.stands_for or one.achievement) == origin:
                return f"already counts as {one.id}, and the same learning counts once"
        full = allowances.beyond(award, place, self.drawn)
        if full is not None:
            return f"is beyond {full}"
        for number in place.limits:
            limit = self.rule.limits[number].limit
            if not any(criterion.fault(award, self.found.at) for criterion in self.rule.limits[number].criteria):
                return f"is beyond a limit: “{limit.sentence(self.asked.names).rstrip(':')}”"
        return "is not needed for the best that can be reached"

    def unused(self, trace: NodeTrace) -> tuple[Rejection, ...]:
        """One reason per award that is not used: not valid, not needed, close but failing something, or not asked for."""
        used = frozenset(trace.used)
        fitting = {award.id for among in self.found.fits.values() for award in among}
        return tuple(
            Rejection(award.id, self._reason(award, fitting)) for award in self.found.held if award.id not in used
        )

    def _reason(self, award: Award, fitting: set[str]) -> str:
        if award.id in self.at_leaf:
            return f"would serve {self.at_leaf[award.id]}, which other awards make unnecessary"
        if award.id in fitting:
            return self._unneeded(award)
        if award.id in self.invalid:
            return self.invalid[award.id]
        for place in self._open_places(award):
            faults = self.faults(place, award)
            if len(faults) == 1:
                return f"{faults[0]}, so it does not serve {self.called(place.leaf)}"
        return "is not asked for by this rule"

    def _unneeded(self, award: Award) -> str:
        for number, among in sorted(self.found.fits.items()) if self.rule.limits or award.within else ():
            place = self.places[number]
            if (place.limits or award.within) and award in among and self.allocation.have[number] < place.leaf.need:
                reason = self._elsewhere(place, award)
                if reason.startswith("is beyond"):
                    return reason
        return "is not needed: what it could serve is served already"

    def _open_places(self, award: Award) -> list[Place]:
        found = [*self._open, *self._naming.get(award.achievement, ())]
        return sorted(found, key=lambda place: place.number)

    @cached_property
    def _by_achievement(self) -> dict[str, list[Award]]:
        found: dict[str, list[Award]] = {}
        for award in self.found.held:
            found.setdefault(award.achievement, []).append(award)
        return found

    @cached_property
    def _open(self) -> list[Place]:
        return [place for place in self.rule.places if place.only is None]

    @cached_property
    def _naming(self) -> dict[str, list[Place]]:
        """Places by the achievements that they name."""
        found: dict[str, list[Place]] = {}
        for place in self.rule.places:
            for name in place.only or ():
                found.setdefault(name, []).append(place)
        return found

    def questioned(self) -> tuple[Rejection, ...]:
        """See `Report`."""
        revoked = [a for a in self.found.held if a.revoked_at is not None and a.revoked_at <= self.found.at]
        found = []
        for award in revoked:
            places = [place for place in self._open_places(award) if not self.faults(place, award)]
            if places:
                reason = award.fault(self.found.at, self.asked.validity) or ""
                found.append(Rejection(award.id, f"{reason}, and would serve {self.called(places[0].leaf)}"))
        return tuple(found)
