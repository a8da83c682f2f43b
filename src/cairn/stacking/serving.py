"""Which award serves where in an allocation, for how much, and how much of each limit and window is used by that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from cairn.stacking import allowances, limits
from cairn.stacking.allocation import Allocation
from cairn.stacking.awards import Allowance, Award, Validity, plain
from cairn.stacking.capping import credits_of
from cairn.stacking.compiling import Compiled, Limited, Place, Windowed
from cairn.stacking.criteria import Criterion, FromIssuer, said
from cairn.stacking.decisions import Decision
from cairn.stacking.families import Group, Leaf, Limit, Names, Requirement, converted
from cairn.stacking.gathering import Gathered, worth_at
from cairn.stacking.limits import Residency
from cairn.stacking.results import Counted
from cairn.stacking.schemes import credit_in, credits_in
from cairn.stacking.scopes import Not
from cairn.stacking.together import day_of
from cairn.stacking.wording import Words

ALL = Fraction(1)
"""The progress of what is met."""


@dataclass(frozen=True)
class Asked:
    """How the question was put. `retired` are achievements that nobody can earn any more."""

    validity: Validity = Validity.AT_COMPLETION
    names: Names = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    retired: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Serving:
    """What an allocation says of awards and places."""

    rule: Compiled
    found: Gathered
    allocation: Allocation
    asked: Asked

    @cached_property
    def places(self) -> dict[int, Place]:
        """The leaves' places by their numbers."""
        return {place.number: place for place in self.rule.places}

    @cached_property
    def words(self) -> Words:
        """What the rule's parts are called."""
        return self.rule.words(self.asked.names)

    @cached_property
    def serving(self) -> dict[int, list[tuple[Award, int]]]:
        """For each place the awards that serve it, with what they count for there."""
        served: dict[int, list[tuple[Award, int]]] = {number: [] for number in self.places}
        root, free_at, single = self.rule.root, self.found.free, not self.found.bound
        for number, free in free_at.items():
            served[number] = [(award, worth_at(self.places[number], award, self.found)) for award in free]
        for item, counted in zip(self.found.items, self.allocation.counts, strict=True):
            for number, amount in counted.items():
                award = item[number][1]
                if single and number in free_at:
                    own = root(award.achievement)
                    same = [one for one in served[number] if root(one[0].achievement) == own]
                    if same:  # the award takes the free one's place, and was weighed beyond it
                        served[number] = [one for one in served[number] if one not in same]
                        amount += same[0][1]
                served[number].append((award, amount))
        return served

    @cached_property
    def at_leaf(self) -> dict[str, str]:
        """Where each award that is used up serves, as other sentences mention it."""
        return {
            item[number][1].id: self.called(self.rule.leaf_of[number])
            for item, counted in zip(self.found.items, self.allocation.counts, strict=True)
            for number in counted
        }

    @cached_property
    def shares(self) -> dict[str, tuple[Fraction, frozenset[int]]]:
        """For each requirement its progress, and which of its parts the group relies on."""
        shares: dict[str, tuple[Fraction, frozenset[int]]] = {}
        have, need, place_of = self.allocation.have, self.rule.need, self.rule.place_of
        neither: frozenset[int] = frozenset()

        def filled(number: int) -> Fraction:
            return ALL if have[number] >= need[number] else Fraction(have[number], need[number])

        def weigh(node: Requirement) -> Fraction:
            if isinstance(node, (Leaf, Not)):
                share = filled(place_of[node.id])
                shares[node.id] = share, neither
                return share
            found = [weigh(part) for part in node.parts]
            if isinstance(node, Residency):
                found.append(filled(place_of[node.id]))
            choose = node.choose if isinstance(node, Group) else len(found)
            full = [
                place for place, share in enumerate(found) if share is ALL
            ]  # most are, and fractions take their time
            if len(full) >= choose:
                share, best = ALL, frozenset(full[:choose])
            else:
                rest = [place for place, share in enumerate(found) if share is not ALL]
                if choose < len(found):
                    rest = sorted(rest, key=lambda place: (-found[place], place))[: choose - len(full)]
                share = (len(full) + sum((found[place] for place in rest if found[place]), Fraction(0))) / choose
                best = frozenset((*full, *rest))
            shares[node.id] = share, best
            return share

        weigh(self.rule.rule)
        return shares

    @cached_property
    def drawn(self) -> dict[Allowance, int]:
        """How much of each allowance is used; of those that a valid award could draw on and none does, nothing."""
        if not any(award.within for award in self.found.held):
            return {}
        among = [award for fitting in self.found.fits.values() for award in fitting]
        serving = [
            (self.places[number], award, amount) for number, served in self.serving.items() for award, amount in served
        ]
        return dict.fromkeys((one for award in among for one in award.within), 0) | allowances.drawn(serving)

    def counted(self, place: Place, award: Award, amount: int) -> Counted:
        """What an award counts for at a place, in words where that is not what it states."""
        leaf, rates = place.leaf, place.scope.rates
        why: list[str] = [str(one) for one in self.found.decided.get(place.number, ()) if one.award == award.id]
        leaf_unit = place.counting[0]
        if leaf.counts_in is None and not (why or award.basis):
            return Counted(award.id, leaf.quantity(amount), leaf_unit)
        if award.basis:
            why.append(award.basis)
        stated: Decimal | None = None
        unit = ""
        cut = 0
        if leaf.counts_in is not None:
            own = award.credits.get(leaf.counts_in)
            full = leaf.worth(award, rates)
            if own:
                stated, unit = own, leaf_unit
            else:
                rate = next((one for worth, one in converted(award, leaf.counts_in, rates) if worth == full), None)
                if rate is not None and full:
                    stated, unit = award.credits[rate.source], credits_in(rate.source)
                    why.append(
                        f"each {credit_in(rate.source)} counts as {rate.factor} {credits_in(rate.target, str(rate.factor))}"
                    )
            if amount < full:
                rest, kept_out = self._rest(place, award)
                why.append(rest)
                cut = full - amount if kept_out else 0
        said = leaf.quantity(amount)
        if stated == said and unit == leaf_unit and not why:
            return Counted(award.id, said, leaf_unit)
        return Counted(award.id, said, leaf_unit, stated, unit, "; ".join(why), leaf.quantity(cut))

    def _rest(self, place: Place, award: Award) -> tuple[str, bool]:
        """Where the rest of an award is that counts here only in part, and whether something keeps it out."""
        if any(award.id == other.id for n, served in self.serving.items() if n != place.number for other, _ in served):
            return "the rest counts elsewhere", False
        full = allowances.beyond(award, place, self.drawn)
        if full is not None:
            return f"the rest is beyond {full}", True
        return ("the rest is beyond a limit", True) if place.limits else ("the rest is not needed", False)

    def _spending(self, limited: Limited) -> dict[str, int]:
        """How much of a limit is used, for each issuer where it holds for each, in awards or hundredths; showing skills uses none."""
        limit = limited.limit
        spent: dict[str, int] = {}
        counted: set[tuple[str, str]] = set()
        for number in sorted(limited.places):
            for award, amount in self.serving[number] if self.places[number].leaf.spends else ():
                if any(criterion.fault(award, self.found.at) for criterion in limited.criteria):
                    continue
                key = award.issuer if limit.each_issuer else ""
                if limit.scheme is None:
                    once = key, self.rule.root(award.achievement)
                    cost = int(once not in counted)
                    counted.add(once)
                elif self.places[number].leaf.counts_in == limit.scheme:
                    cost = amount
                else:
                    cost = credits_of(award, limit.scheme, limited.scope)
                spent[key] = spent.get(key, 0) + cost
        return spent

    def spent(self, limited: Limited) -> str:
        """How much of a limit is used, as a sentence without a full stop."""
        limit, spent = limited.limit, self._spending(limited)
        size = 1 if limit.scheme is None else 100
        most = plain(Decimal(limit.most) / size)
        awards = "award" if most == "1" else "awards"
        unit = awards if limit.scheme is None else credits_in(limit.scheme, most)
        if limit.each_issuer:
            said = [
                f"{plain(Decimal(much) / size)} of at most {most} {unit} from {key}"
                for key, much in sorted(spent.items())
            ]
            return "; ".join(said)
        return (
            f"{plain(Decimal(spent.get('', 0)) / size)} of at most {most} {unit} {'counts' if most == '1' else 'count'}"
        )

    def beside(self) -> dict[int, str]:
        """For each place, what limits still let count there of which kind; as the end of a sentence."""
        have, need = self.allocation.have, self.rule.need
        rooms = [
            {key: one.limit.most - much for key, much in sorted(self._spending(one).items())}
            for one in self.rule.limits
        ]
        told: dict[int, str] = {}
        for limited, room in zip(self.rule.limits, rooms, strict=True):
            if any(
                other is not limited and limited.places <= other.places and not other.limit.each_issuer
                and other.criteria != limited.criteria and among.get("", 1) <= 0
                and _within(limited.criteria, other.criteria)
                for other, among in zip(self.rule.limits, rooms, strict=True)
            ):  # fmt: skip
                continue  # nothing of a wider kind counts any more
            open_places = [number for number in limited.places if have[number] < need[number]]
            lack = sum(need[number] - have[number] for number in open_places)
            shared = len(open_places) > 1
            for number in limited.places:
                told[number] = told.get(number, "") + self._left(
                    self.places[number], limited, room, lack or need[number], shared=shared
                )
        return told

    def _left(self, place: Place, limited: Limited, rooms: dict[str, int], lack: int, *, shared: bool) -> str:
        """What a limit still lets count at a place that, with others if it is `shared`, lacks so much."""
        limit, called = limited.limit, self.asked.names
        like = said(limit.criteria, called)

        def from_(issuers: list[str]) -> str:
            return f"from {' or '.join(called.get(one, one) for one in issuers)}" if limit.each_issuer else ""

        def always(issuers: list[str]) -> bool:
            """Whether whatever can serve at the place is of that kind."""
            asked = [*limited.criteria, *([FromIssuer(tuple(issuers))] if limit.each_issuer else [])]
            return _within(place.criteria, asked)

        told: list[str] = []
        full = [key for key, room in rooms.items() if room <= 0]
        if full and always(full):
            told.append(f"instead of some that count now, because {limits.most(limit, limit.most, like)} count")
        elif full:
            told.append(f"none {' and '.join(one for one in (like, from_(full)) if one)}")
        for key, room in rooms.items():
            if room > 0 and _matters(place.leaf, limit, room, lack):
                implied = always([key])
                much = limits.most(limit, room, "" if implied else like)
                into = "in " if implied and limit.scheme is None and place.leaf.unit_size > 1 else ""
                told.append(" ".join(filter(None, (into + much, from_([key]), "in all" if shared else ""))))
        if limit.each_issuer and _matters(place.leaf, limit, limit.most, lack):
            told.append(f"{limits.most(limit, limit.most, like)} from any one issuer")
        return "".join(f", {one}" for one in told)

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
        for window, first, last in self._windows_at.get(number, ()):
            earned = self._earned_on[award.id]
            if not first <= earned <= last:
                return f"was earned on {earned}, outside the {window.rule.span} from {first} to {last} that count"
        return None

    @cached_property
    def _windows_at(self) -> dict[int, list[tuple[Windowed, date, date]]]:
        """The windows around each place, with the days that count there."""
        found: dict[int, list[tuple[Windowed, date, date]]] = {}
        for window, among in zip(self.rule.windows, self.found.days, strict=bool(self.found.days)):
            if among is not None:
                first, last = among
                for number in window.places:
                    found.setdefault(number, []).append((window, first, last))
        return found

    @cached_property
    def _earned_on(self) -> dict[str, date]:
        return {award.id: day_of(award.earned) for award in self.found.held}

    def spanned(self, window: Windowed, share: Fraction) -> str:
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

    def called(self, leaf: Leaf) -> str:
        """A leaf as other sentences mention it."""
        return self.words.called(leaf)


def _within(criteria: Sequence[Criterion], others: Sequence[Criterion]) -> bool:
    """Whether all that meets the ones is sure to meet the others."""
    return all(
        any(one == other or (one.reads == other.reads and _accepts(one, other)) for one in criteria) for other in others
    )


def _accepts(one: Criterion, other: Criterion) -> bool:
    return one.accepts is not None and other.accepts is not None and set(one.accepts) <= set(other.accepts)


def _matters(leaf: Leaf, limit: Limit, room: int, lack: int) -> bool:
    """Whether more could be earned for a leaf than the room that a limit leaves."""
    if limit.scheme is not None:
        return leaf.counts_in == limit.scheme and room < lack
    return leaf.spends and (leaf.unit_size > 1 or room < lack)
