"""Why awards do not count: of each place those that came close, of the whole one reason for every award, and what a person must look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from cairn.stacking import allowances
from cairn.stacking.awards import Award
from cairn.stacking.compiling import Place
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.criteria import Criterion, told
from cairn.stacking.gathering import worths_for
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
        return self._faults_at(place)(award)

    def _faults_at(self, place: Place) -> Callable[[Award], list[str]]:
        """The same for a place of which many awards are asked."""
        known = self._ready.get(place.number)
        if known is not None:
            return known
        among, leaf, late = self._faulty(place.criteria), place.leaf, self.found.late
        worths = worths_for(self.found, place) if leaf.spends else {}

        def faults(award: Award) -> list[str]:
            key = award.id
            found = [faulty[key] for faulty in among if key in faulty]
            worth = worths[key] if leaf.spends else leaf.worth(award, place.scope.rates)
            if not worth and (lack := leaf.lacks(award)):
                found.append(lack)
            said = self.outside(place.number, award) or late.get((place.number, key))
            return [*found, said] if said else found

        return self._ready.setdefault(place.number, faults)

    @cached_property
    def _ready(self) -> dict[int, Callable[[Award], list[str]]]:
        return {}

    def _faulty(self, criteria: Sequence[Criterion]) -> list[dict[str, str]]:
        """For each condition the held awards that do not meet it, by their ids, with the reason: many places ask the same."""
        for criterion in criteria:
            if criterion not in self._faults:
                self._faults[criterion] = {
                    award.id: fault
                    for award in self.found.held
                    if (fault := told(criterion, award, self.found.at, self.asked.names))
                }
        return [self._faults[criterion] for criterion in criteria]

    @cached_property
    def _faults(self) -> dict[Criterion, dict[str, str]]:
        return {}

    def _invalid(self, place: Place, award: Award) -> str | None:
        mode = place.scope.validity
        if mode is None or mode is self.asked.validity:
            return self.invalid.get(award.id)
        return award.fault(self.found.at, mode)

    def rejected(self, place: Place) -> tuple[Rejection, ...]:
        """The awards that came close to serving at a place, each with the one thing against it."""
        have = self.allocation.have[place.number]
        used = {award.id for award, _ in self.serving[place.number]}
        full = have >= place.leaf.need
        faults_of = self._faults_at(place)
        rejected: list[Rejection] = []
        for award in self._meant(place):
            if award.id in used:
                continue
            faults = faults_of(award)
            invalid = self._invalid(place, award) if len(faults) < 2 else None
            faults += [invalid] if invalid else []
            if len(faults) == 1:
                rejected.append(Rejection(award.id, faults[0]))
            elif not faults and not full:
                rejected.append(Rejection(award.id, self._elsewhere(place, award)))
        return tuple(rejected)

    def _elsewhere(self, place: Place, award: Award) -> str:
        if isinstance(place.leaf, SkillsCovered):
            return "shows nothing that other awards do not show"
        if award.id in self.at_leaf:
            return f"already counts for {self.at_leaf[award.id]}, and an award counts once"
        if self.rule.root(award.achievement) in self._serving_roots:
            return "is held twice: the same achievement counts once"
        for one in self._serving_origins.get(self.rule.root(award.stands_for or award.achievement), ()):
            if one.stands_for or award.stands_for:
                return f"already counts as {one.id}, and the same learning counts once"
        full = allowances.beyond(award, place, self.drawn)
        if full is not None:
            return f"is beyond {full}"
        for number in place.limits:
            limited = self.rule.limits[number]
            if not any(award.id in among for among in self._faulty(limited.criteria)):
                return f"is beyond a limit: “{limited.limit.sentence(self.asked.names).rstrip(':')}”"
        return "is not needed for the best that can be reached"

    @cached_property
    def _serving_roots(self) -> frozenset[str]:
        return frozenset(self.rule.root(one.achievement) for served in self.serving.values() for one, _ in served)

    @cached_property
    def _serving_origins(self) -> dict[str, list[Award]]:
        """What serves, by what it is or was derived from."""
        found: dict[str, list[Award]] = {}
        for served in self.serving.values():
            for one, _ in served:
                found.setdefault(self.rule.root(one.stands_for or one.achievement), []).append(one)
        return found

    def unused(self, trace: NodeTrace) -> tuple[Rejection, ...]:
        """One reason per award that is not used: not valid, not needed, close but failing something, or not asked for."""
        used = frozenset(trace.used)
        return tuple(Rejection(award.id, self._reason(award)) for award in self.found.held if award.id not in used)

    @cached_property
    def _fitting(self) -> dict[str, list[Place]]:
        """The places that awards fit, by their ids."""
        found: dict[str, list[Place]] = {}
        for number, among in sorted(self.found.fits.items()):
            for award in among:
                found.setdefault(award.id, []).append(self.places[number])
        return found

    def _reason(self, award: Award) -> str:
        if award.id in self.at_leaf:
            return f"would serve {self.at_leaf[award.id]}, which other awards make unnecessary"
        if award.id in self._fitting:
            return self._fails(award, self._lacking(award)) or self._unneeded(award)
        if award.id in self.invalid:
            return self.invalid[award.id]
        named = self._naming.get(award.achievement, ())
        return self._fails(award, [*named, *self._open]) or "is not asked for by this rule"

    def _fails(self, award: Award, places: Iterable[Place]) -> str | None:
        """The one thing that keeps an award from serving at the first of these places where it is only one thing."""
        for place in places:
            faults = self.faults(place, award)
            if len(faults) == 1:
                return f"{faults[0]}, so it does not serve {self.called(place.leaf)}"
        return None

    def _lacking(self, award: Award) -> list[Place]:
        """The places that name what the award is of and are not full: whoever holds it wonders about these first."""
        if award.id in self.invalid:
            return []
        named = self._naming.get(award.achievement, ())
        return [place for place in named if self.allocation.have[place.number] < place.leaf.need]

    def _unneeded(self, award: Award) -> str:
        for place in self._fitting[award.id] if self.rule.limits or award.within else ():
            if (place.limits or award.within) and self.allocation.have[place.number] < place.leaf.need:
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
