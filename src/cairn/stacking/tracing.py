"""Why an evaluation came out as it did: for every requirement what counted, what did not and why, and what completes the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from cairn.stacking import allowances
from cairn.stacking.allocation import Allocation
from cairn.stacking.awards import Allowance, Award, Validity, plain
from cairn.stacking.capping import credits_of
from cairn.stacking.compiling import Compiled, Limited, Place, Windowed
from cairn.stacking.completing import Way
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.decisions import Decision
from cairn.stacking.families import Group, Leaf, Names, Requirement, converted
from cairn.stacking.gathering import Gathered, worth_at
from cairn.stacking.limits import Residency
from cairn.stacking.results import Counted, Evaluation, NodeTrace, Rejection, Report, state_of
from cairn.stacking.scopes import Inherited, Not
from cairn.stacking.together import day_of
from cairn.stacking.trying import Trying


@dataclass(frozen=True)
class Asked:
    """How the question was put."""

    validity: Validity = Validity.AT_COMPLETION
    names: Names = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()


type Evaluate = Callable[[Compiled, Iterable[Award], datetime, Asked], Evaluation]


@dataclass(frozen=True)
class Told(Report):
    """The report of one evaluation. `evaluate` asks the same question again, to try what would complete the rule."""

    rule: Compiled
    found: Gathered
    allocation: Allocation
    asked: Asked
    denied: Mapping[int, Evaluation]
    evaluate: Evaluate

    @cached_property
    def invalid(self) -> dict[str, str]:
        """Awards that are not valid at the moment, with the reason."""
        found = self.found
        return {award.id: fault for award in found.held if (fault := award.fault(found.at, self.asked.validity))}

    @cached_property
    def serving(self) -> dict[int, list[tuple[Award, int]]]:
        """For each place the awards that serve it, with what they count for there."""
        served: dict[int, list[tuple[Award, int]]] = {
            number: [(award, worth_at(place, award, self.found)) for award in self.found.free.get(number, ())]
            for number, place in self._places.items()
        }
        root = self.rule.root
        for item, counted in zip(self.found.items, self.allocation.counts, strict=True):
            for number, amount in counted.items():
                award = item[number][1]
                free = [one for one in served[number] if root(one[0].achievement) == root(award.achievement)]
                if free and not self.found.bound:  # the award takes the free one's place, and was weighed beyond it
                    served[number] = [one for one in served[number] if one not in free]
                    amount += free[0][1]
                served[number].append((award, amount))
        return served

    @cached_property
    def _places(self) -> dict[int, Place]:
        return {place.number: place for place in self.rule.places}

    @cached_property
    def at_leaf(self) -> dict[str, str]:
        """Where each award that is used up serves, as other sentences mention it."""
        return {
            item[number][1].id: self._called(self.rule.leaf_of[number])
            for item, counted in zip(self.found.items, self.allocation.counts, strict=True)
            for number in counted
        }

    @cached_property
    def _shares(self) -> dict[str, tuple[Fraction, frozenset[int]]]:
        shares: dict[str, tuple[Fraction, frozenset[int]]] = {}
        have, need = self.allocation.have, self.rule.need

        def weigh(node: Requirement) -> Fraction:
            number = self.rule.place_of.get(node.id)
            if isinstance(node, Leaf | Not) and number is not None:
                share = Fraction(min(have[number], need[number]), need[number])
                shares[node.id] = share, frozenset()
                return share
            found = [weigh(part) for part in node.parts]
            if isinstance(node, Residency) and number is not None:
                found.append(Fraction(min(have[number], need[number]), need[number]))
            choose = node.choose if isinstance(node, Group) else len(found)
            best = list(range(len(found)))
            if choose < len(found):
                best = sorted(best, key=lambda place: (-found[place], place))[:choose]
            share = sum((found[place] for place in best), Fraction(0)) / choose
            shares[node.id] = share, frozenset(best)
            return share

        weigh(self.rule.rule)
        return shares

    @cached_property
    def _drawn(self) -> dict[Allowance, int]:
        """How much of each allowance is used; of those that a valid award could draw on and none does, nothing."""
        among = [award for fitting in self.found.fits.values() for award in fitting]
        serving = [
            (self._places[number], award, amount) for number, served in self.serving.items() for award, amount in served
        ]
        return dict.fromkeys((one for award in among for one in award.within), 0) | allowances.drawn(serving)

    def trace(self) -> NodeTrace:
        """See `Report`."""
        whole = self._trace(self.rule.rule, counted=True)
        spent = [allowances.said(one, much) for one, much in sorted(self._drawn.items(), key=lambda pair: str(pair[0]))]
        return replace(whole, note="; ".join([*filter(None, [whole.note]), *spent])) if spent else whole

    def _trace(self, node: Requirement, *, counted: bool) -> NodeTrace:
        if isinstance(node, Leaf):
            return self._leaf(node, self.rule.place_of[node.id], counted=counted)
        share, best = self._shares[node.id]
        if isinstance(node, Not):
            number = self.rule.place_of[node.id]
            inner = self.denied[number].trace
            inner = inner.parts[0] if isinstance(self.rule_inside(number), Inherited) else inner
            note = "" if share or not inner.used else f"{', '.join(inner.used)} stands against it"
            return NodeTrace(
                node.id, node.kind, node.label, node.sentence(self.asked.names), state_of(share), Decimal(int(share)),
                Decimal(1), "conditions", share, counted, (), (inner,),
                decisions=self.found.decided.get(number, ()), note=note,
            )  # fmt: skip
        parts = [self._trace(part, counted=counted and place in best) for place, part in enumerate(node.parts)]
        if isinstance(node, Residency):
            parts.append(self._resident(node, counted=counted))
        choose = node.choose if isinstance(node, Group) else len(parts)
        met = sum(part.progress == 1 for part in parts)
        used = tuple(sorted({award for part in parts if part.counted for award in part.used}))
        note = next((self._spent(limited) for limited in self.rule.limits if limited.limit is node), "")
        note = next((self._spanned(window, share) for window in self.rule.windows if window.rule is node), note)
        return NodeTrace(
            node.id, node.kind, node.label, node.sentence(self.asked.names), state_of(share), Decimal(met),
            Decimal(choose), "parts", share, counted, used, tuple(parts), note=note,
        )  # fmt: skip

    def rule_inside(self, number: int) -> Requirement:
        """The rule inside a negation as it is weighed."""
        return next(denied.inside.rule for denied in self.rule.denied if denied.place == number)

    def _leaf(self, leaf: Leaf, number: int, *, counted: bool) -> NodeTrace:
        have, need = self.allocation.have[number], leaf.need
        share = self._shares[leaf.id][0]
        served = sorted(self.serving[number], key=lambda one: one[0].id)
        return NodeTrace(
            leaf.id, leaf.kind, leaf.label, leaf.sentence(self.asked.names), state_of(share), leaf.quantity(have),
            leaf.quantity(need), leaf.unit, share, counted, tuple(award.id for award, _ in served), (),
            tuple(self._counted(self._places[number], award, amount) for award, amount in served),
            self.found.decided.get(number, ()),
            "; ".join(self.found.idle.get(number, ())),
            find_rejected=lambda: self._rejected(self._places[number]),
        )  # fmt: skip

    def _resident(self, node: Residency, *, counted: bool) -> NodeTrace:
        number = self.rule.place_of[node.id]
        leaf = self.rule.leaf_of[number]
        have = self.allocation.have[number]
        share = Fraction(min(have, leaf.need), leaf.need)
        resident = next(one for one in self.rule.residents if one.place == number)
        inside = {
            award.id: award
            for place in resident.places
            for award, _ in self.serving[place]
            if not any(criterion.fault(award, self.found.at) for criterion in node.criteria)
        }
        counts = [
            Counted(key, Decimal(amount) / 100, leaf.unit)
            for key in sorted(inside)
            if (amount := credits_of(inside[key], node.scheme, resident.scope))
        ]
        return NodeTrace(
            leaf.id, leaf.kind, "", leaf.sentence(self.asked.names), state_of(share), leaf.quantity(have),
            leaf.quantity(leaf.need), leaf.unit, share, counted, tuple(one.award for one in counts), (), tuple(counts),
            self.found.decided.get(number, ()),
        )  # fmt: skip

    def _counted(self, place: Place, award: Award, amount: int) -> Counted:
        leaf, rates = place.leaf, place.scope.rates
        why: list[str] = [str(one) for one in self.found.decided.get(place.number, ()) if one.award == award.id]
        if award.basis:
            why.append(award.basis)
        stated: Decimal | None = None
        unit = ""
        cut = 0
        if leaf.counts_in is not None:
            own = award.credits.get(leaf.counts_in)
            full = leaf.worth(award, rates)
            if own:
                stated, unit = own, leaf.unit
            else:
                rate = next((one for worth, one in converted(award, leaf.counts_in, rates) if worth == full), None)
                if rate is not None and full:
                    stated, unit = award.credits[rate.source], f"{rate.source} credits"
                    why.append(f"each {rate.source} credit counts as {rate.factor} {rate.target} credits")
            if amount < full:
                rest, kept_out = self._rest(place, award)
                why.append(rest)
                cut = full - amount if kept_out else 0
        said = leaf.quantity(amount)
        if stated == said and unit == leaf.unit and not why:
            return Counted(award.id, said, leaf.unit)
        return Counted(award.id, said, leaf.unit, stated, unit, "; ".join(why), leaf.quantity(cut))

    def _rest(self, place: Place, award: Award) -> tuple[str, bool]:
        """Where the rest of an award is that counts here only in part, and whether something keeps it out."""
        if any(award.id == other.id for n, served in self.serving.items() if n != place.number for other, _ in served):
            return "the rest counts elsewhere", False
        full = allowances.beyond(award, place, self._drawn)
        if full is not None:
            return f"the rest is beyond {full}", True
        return ("the rest is beyond a limit", True) if place.limits else ("the rest is not needed", False)

    def _spending(self, limited: Limited) -> dict[str, int]:
        """How much of a limit is used, for each issuer where it holds for each, in awards or hundredths."""
        limit = limited.limit
        spent: dict[str, int] = {}
        counted: set[tuple[str, str]] = set()
        for number in sorted(limited.places):
            for award, amount in self.serving[number]:
                if any(criterion.fault(award, self.found.at) for criterion in limited.criteria):
                    continue
                key = award.issuer if limit.each_issuer else ""
                if limit.scheme is None:
                    once = key, self.rule.root(award.achievement)
                    cost = int(once not in counted)
                    counted.add(once)
                elif self._places[number].leaf.counts_in == limit.scheme:
                    cost = amount
                else:
                    cost = credits_of(award, limit.scheme, limited.scope)
                spent[key] = spent.get(key, 0) + cost
        return spent

    def earned_in(self, window: Windowed) -> list[Award]:
        """The awards that serve inside a window, the first earned first; not those that a decision let in whenever they were earned."""
        among = {
            award.id: award
            for number in window.places
            for award, _ in self.serving[number]
            if not any(one.award == award.id for one in self.found.decided.get(number, ()))
        }
        return sorted(among.values(), key=lambda award: (award.earned, award.id))

    def outside(self, number: int, award: Award) -> str | None:
        """Why an award was not earned when a window around a place counts what was earned, as the end of a sentence."""
        for window, among in zip(self.rule.windows, self.found.days, strict=bool(self.found.days)):
            if among is None or number not in window.places or among[0] <= day_of(award.earned) <= among[1]:
                continue
            earned, (first, last) = day_of(award.earned), among
            return f"was earned on {earned}, outside the {window.rule.span} from {first} to {last} that count"
        return None

    def _spanned(self, window: Windowed, share: Fraction) -> str:
        """From when to when the awards of a window were earned, and until when it is open, as a sentence without a full stop."""
        awards = self.earned_in(window)
        if not awards:
            return ""
        first, last = day_of(awards[0].earned), day_of(awards[-1].earned)
        when = f"earned on {first}" if first == last else f"earned from {first} to {last}"
        ends = window.rule.last(first)
        if share == 1:
            return when
        over = ends < day_of(self.found.at)
        return f"{when}; the window of {window.rule.span} {'closed on' if over else 'is open until'} {ends}"

    def _spent(self, limited: Limited) -> str:
        """How much of a limit is used, as a sentence without a full stop."""
        limit, spent = limited.limit, self._spending(limited)
        size = 1 if limit.scheme is None else 100
        unit = "awards" if limit.scheme is None else f"{limit.scheme} credits"
        most = plain(Decimal(limit.most) / size)
        if limit.each_issuer:
            said = [
                f"{plain(Decimal(much) / size)} of at most {most} {unit} from {key}"
                for key, much in sorted(spent.items())
            ]
            return "; ".join(said)
        return f"{plain(Decimal(spent.get('', 0)) / size)} of at most {most} {unit} count"

    def beside(self) -> dict[int, str]:
        """For each place, of which kind nothing more counts there because a limit is used up; as the end of a sentence."""
        beside: dict[int, str] = {}
        for limited in self.rule.limits:
            limit = limited.limit
            full = sorted(key for key, much in self._spending(limited).items() if much >= limit.most)
            if not full:
                continue
            like = " and ".join(map(str, limit.criteria))
            kind = " and ".join(one for one in (like, f"from {' or '.join(full)}" if limit.each_issuer else "") if one)
            for number in limited.places:
                beside[number] = f"{beside.get(number, '')}, none {kind}"
        return beside

    def _called(self, leaf: Leaf) -> str:
        return f"“{leaf.label or leaf.sentence(self.asked.names)}”"

    def _meant(self, place: Place) -> list[Award]:
        """The awards a leaf could mean: all of them, unless it names achievements."""
        if place.only is None:
            return self.found.held
        found = [award for name in place.only for award in self._by_achievement.get(name, ())]
        return sorted(found, key=lambda award: award.id)

    def _faults(self, place: Place, award: Award) -> list[str]:
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

    def _rejected(self, place: Place) -> tuple[Rejection, ...]:
        have = self.allocation.have[place.number]
        used = {award.id for award, _ in self.serving[place.number]}
        rejected: list[Rejection] = []
        for award in self._meant(place):
            if award.id in used:
                continue
            faults = self._faults(place, award)
            if len(faults) == 1:
                rejected.append(Rejection(award.id, faults[0]))
            elif not faults and (invalid := self._invalid(place, award)):
                rejected.append(Rejection(award.id, invalid))
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
        full = allowances.beyond(award, place, self._drawn)
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
            faults = self._faults(place, award)
            if len(faults) == 1:
                return f"{faults[0]}, so it does not serve {self._called(place.leaf)}"
        return "is not asked for by this rule"

    def _unneeded(self, award: Award) -> str:
        for number, among in sorted(self.found.fits.items()) if self.rule.limits or award.within else ():
            place = self._places[number]
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
            places = [place for place in self._open_places(award) if not self._faults(place, award)]
            if places:
                reason = award.fault(self.found.at, self.asked.validity) or ""
                found.append(Rejection(award.id, f"{reason}, and would serve {self._called(places[0].leaf)}"))
        return tuple(found)

    def missing(self, trace: NodeTrace) -> tuple[Way, ...]:
        """See `Report`."""
        return Trying(self).ways(trace)

    @property
    def doubtful(self) -> bool:
        """Whether more decides than what each leaf has."""
        rule = self.rule
        return bool(
            self.found.bound
            or rule.sequences
            or rule.windows
            or rule.denied
            or self.found.case.split
            or self.asked.decisions
        )
