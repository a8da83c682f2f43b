"""Why awards do not count: of each place those that came close, of the whole one reason for every award, and what a person must look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cairn.stacking import allowances
from cairn.stacking.awards import Award, Validity
from cairn.stacking.compiling import Place
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.criteria import Criterion, EarnedThere, told
from cairn.stacking.families import Rate
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
        return sorted(found, key=lambda award: award.id) if len(found) > 1 else found

    def faults(self, place: Place, award: Award) -> list[str]:
        """Everything that keeps an award from serving at a place, each as the end of a sentence."""
        key = award.id
        found = [faulty[key] for faulty in self._faulty(place.criteria) if key in faulty]
        return [*found, *self._against(place).get(key, ())]

    def _faulty(self, criteria: Sequence[Criterion]) -> list[dict[str, str]]:
        """For each condition the held awards that do not meet it, by their ids, with the reason: many places ask the same."""
        for criterion in criteria:
            if criterion not in self._faults:
                self._faults[criterion] = self._failing(criterion)
        return [self._faults[criterion] for criterion in criteria]

    def _failing(self, criterion: Criterion) -> dict[str, str]:
        """What fails one condition: awards that are alike in what it reads are asked once."""
        at, names, reads = self.found.at, self.asked.names, criterion.reads
        if isinstance(criterion, EarnedThere):  # it reads two fields
            return {award.id: fault for award in self.found.held if (fault := told(criterion, award, at, names))}
        if reads not in self._kinds:
            self._kinds[reads] = self._alike(reads)
        first, kinds = self._kinds[reads]
        faults = [told(criterion, award, at, names) for award in first]
        return {key: fault for key, kind in kinds if (fault := faults[kind])}

    def _alike(self, reads: str) -> tuple[list[Award], list[tuple[str, int]]]:
        """The first held award of each kind, all of a kind having the same in this field, and the kind of each award by its id."""
        kind_of: dict[object, int] = {}
        first: list[Award] = []
        kinds: list[tuple[str, int]] = []
        for award in self.found.held:
            kind = kind_of.setdefault(getattr(award, reads), len(first))
            if kind == len(first):
                first.append(award)
            kinds.append((award.id, kind))
        return first, kinds

    @cached_property
    def _kinds(self) -> dict[str, tuple[list[Award], list[tuple[str, int]]]]:
        return {}

    @cached_property
    def _faults(self) -> dict[Criterion, dict[str, str]]:
        return {}

    def _failed(self, criteria: tuple[Criterion, ...]) -> dict[str, str]:
        """The held awards that fail any of these conditions, in order: with the reason, or with none where they fail several."""
        if criteria not in self._failed_by:
            among = self._faulty(criteria)
            found: dict[str, str] = {}
            for faulty in among if len(among) > 1 else ():
                for key, fault in faulty.items():
                    found[key] = "" if key in found else fault
            self._failed_by[criteria] = among[0] if len(among) == 1 else dict(sorted(found.items()))
        return self._failed_by[criteria]

    @cached_property
    def _failed_by(self) -> dict[tuple[Criterion, ...], dict[str, str]]:
        return {}

    def _against(self, place: Place) -> Mapping[str, list[str]]:
        """What speaks against awards at a place besides its conditions: they bring nothing there, or came too early or too late."""
        number, late = place.number, self.found.late
        if number not in self._others:
            found: Mapping[str, list[str]] = self._bringing_nothing(place)
            if late or number in self._windows_at:
                timed = [
                    (award.id, said)
                    for award in self.found.held
                    if (said := self.outside(number, award) or late.get((number, award.id)))
                ]
                found = {**found, **{key: [*found.get(key, ()), said] for key, said in timed}}
            self._others[number] = found
        return self._others[number]

    @cached_property
    def _others(self) -> dict[int, Mapping[str, list[str]]]:
        return {}

    def _bringing_nothing(self, place: Place) -> Mapping[str, list[str]]:
        """What awards lack that are worth nothing to a leaf; the same for all leaves that count alike."""
        leaf, rates = place.leaf, place.scope.rates
        if not leaf.spends:
            return {
                one.id: [lack] for one in self.found.held if not leaf.worth(one, rates) and (lack := leaf.lacks(one))
            }
        known = self._lacking_by.get(place.counting)
        if known is None:
            worths = worths_for(self.found, place)
            known = {one.id: [lack] for one in self.found.held if not worths[one.id] and (lack := leaf.lacks(one))}
            self._lacking_by[place.counting] = known
        return known

    @cached_property
    def _lacking_by(self) -> dict[tuple[str, tuple[Rate, ...]], dict[str, list[str]]]:
        return {}

    def _invalid(self, place: Place) -> dict[str, str]:
        """Awards that are not valid as a place asks, with the reason."""
        mode = place.scope.validity
        if mode is None or mode is self.asked.validity:
            return self.invalid
        if mode not in self._invalid_by:
            at = self.found.at
            self._invalid_by[mode] = {one.id: fault for one in self.found.held if (fault := one.fault(at, mode))}
        return self._invalid_by[mode]

    @cached_property
    def _invalid_by(self) -> dict[Validity, dict[str, str]]:
        return {}

    def rejected(self, place: Place) -> tuple[Rejection, ...]:
        """The awards that came close to serving at a place, each with the one thing against it."""
        used = {award.id for award, _ in self.serving[place.number]}
        full = self.allocation.have[place.number] >= place.leaf.need
        failed, against, invalid = self._failed(place.criteria), self._against(place), self._invalid(place)
        if full and place.only is None and not (against or invalid):
            return tuple([Rejection(key, fault) for key, fault in failed.items() if fault and key not in used])
        if full and not (failed or against or invalid):
            return ()
        if not full or place.only is not None:
            among: Iterable[str] = [award.id for award in self._meant(place)]
        else:  # what nothing speaks against is not told of a requirement that is full
            among = sorted({*failed, *against, *invalid}) if against or invalid else failed
        rejected: list[Rejection] = []
        for key in among:
            if key in used:
                continue
            fault = failed.get(key)
            if fault == "":
                continue
            several = [] if fault is None else [fault]
            if against and key in against:
                several = several + against[key]
            if invalid and key in invalid:
                several = [*several, invalid[key]]
            if len(several) == 1:
                rejected.append(Rejection(key, several[0]))
            elif not several and not full:
                rejected.append(Rejection(key, self._elsewhere(place, self._held[key])))
        return tuple(rejected)

    @cached_property
    def _held(self) -> dict[str, Award]:
        return {award.id: award for award in self.found.held}

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
    def _fits_somewhere(self) -> set[str]:
        """The awards that fit any place, by their ids."""
        return {award.id for among in self.found.fits.values() for award in among}

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
        if award.id in self._fits_somewhere:
            lacking = self._lacking(award) if self._wanting else ()
            return self._fails(award, lacking) or self._unneeded(award)
        if award.id in self.invalid:
            return self.invalid[award.id]
        named = self.rule.naming.get(award.achievement, ())
        return self._fails(award, [*named, *self.rule.open_places]) or "is not asked for by this rule"

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
        return [place for place in self.rule.naming.get(award.achievement, ()) if place.number in self._wanting]

    @cached_property
    def _wanting(self) -> set[int]:
        """The places that name achievements and are not full."""
        have, need = self.allocation.have, self.rule.need
        return {one.number for one in self.rule.places if one.only is not None and have[one.number] < need[one.number]}

    def _unneeded(self, award: Award) -> str:
        for place in self._fitting[award.id] if self.rule.limits or award.within else ():
            if (place.limits or award.within) and self.allocation.have[place.number] < place.leaf.need:
                reason = self._elsewhere(place, award)
                if reason.startswith("is beyond"):
                    return reason
        return "is not needed: what it could serve is served already"

    def _open_places(self, award: Award) -> list[Place]:
        found = [*self.rule.open_places, *self.rule.naming.get(award.achievement, ())]
        return sorted(found, key=lambda place: place.number)

    @cached_property
    def _by_achievement(self) -> dict[str, list[Award]]:
        found: dict[str, list[Award]] = {}
        for award in self.found.held:
            found.setdefault(award.achievement, []).append(award)
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
