"""Why an evaluation came out as it did: for every requirement what counted, what did not and why, and what completes the rule.

`serving` says what counts where, `refusing` why the rest does not, `trying` what would complete it, `obstructing` what keeps that away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from cairn.stacking import allowances
from cairn.stacking.awards import Award
from cairn.stacking.capping import brought
from cairn.stacking.compiling import Compiled
from cairn.stacking.completing import Way
from cairn.stacking.families import Group, Leaf, Requirement
from cairn.stacking.limits import Residency
from cairn.stacking.obstructing import obstacles
from cairn.stacking.refusing import Refusing
from cairn.stacking.results import Counted, Evaluation, NodeTrace, Obstacle, Report, State, state_of
from cairn.stacking.scopes import Inherited, Not
from cairn.stacking.serving import Asked
from cairn.stacking.trying import Trying

type Evaluate = Callable[[Compiled, Iterable[Award], datetime, Asked], Evaluation]


@dataclass(frozen=True)
class Told(Refusing, Report):
    """The report of one evaluation. `evaluate` asks the same question again, to try what would complete the rule."""

    denied: Mapping[int, Evaluation]
    evaluate: Evaluate

    def trace(self) -> NodeTrace:
        """See `Report`."""
        whole = self._trace(self.rule.rule, counted=True)
        spent = [allowances.said(one, much) for one, much in sorted(self.drawn.items(), key=lambda pair: str(pair[0]))]
        return replace(whole, note="; ".join([*filter(None, [whole.note]), *spent])) if spent else whole

    def _trace(self, node: Requirement, *, counted: bool) -> NodeTrace:
        if isinstance(node, Leaf):
            return self._leaf(node, self.rule.place_of[node.id], counted=counted)
        share, best = self.shares[node.id]
        if isinstance(node, Not):
            number = self.rule.place_of[node.id]
            inner = self.denied[number].trace
            inner = inner.parts[0] if isinstance(self.rule_inside(number), Inherited) else inner
            note = "" if share or not inner.used else f"{', '.join(inner.used)} stands against it"
            return NodeTrace(
                node.id, node.kind, node.label, self.words.sentence(node), state_of(share), Decimal(int(share)),
                Decimal(1), "conditions", share, counted, (), (inner,),
                decisions=self.found.decided.get(number, ()), note=note,
            )  # fmt: skip
        parts = [self._trace(part, counted=counted and place in best) for place, part in enumerate(node.parts)]
        if isinstance(node, Residency):
            parts.append(self._resident(node, counted=counted))
        choose = node.choose if isinstance(node, Group) else len(parts)
        met = sum([part.state is State.MET for part in parts])
        used = tuple(sorted({award for part in parts if part.counted for award in part.used}))
        note = ""
        if self.rule.limits or self.rule.windows:
            note = next((self.spent(limited) for limited in self.rule.limits if limited.limit is node), "")
            note = next((self.spanned(window, share) for window in self.rule.windows if window.rule is node), note)
        return NodeTrace(
            node.id, node.kind, node.label, self.words.sentence(node), state_of(share), Decimal(met),
            Decimal(choose), "parts", share, counted, used, tuple(parts), note=note,
        )  # fmt: skip

    def report_of(self, number: int) -> Told | None:
        """The report of what a negation denies, where it has one of its own."""
        report = self.denied[number].report
        return report if isinstance(report, Told) else None

    def rule_inside(self, number: int) -> Requirement:
        """The rule inside a negation as it is weighed."""
        return next(denied.inside.rule for denied in self.rule.denied if denied.place == number)

    def _leaf(self, leaf: Leaf, number: int, *, counted: bool) -> NodeTrace:
        have, share, place = self.allocation.have[number], self.shares[leaf.id][0], self.places[number]
        served = self.serving[number]
        if len(served) > 1:
            served = sorted(served, key=lambda one: one[0].id)
        return NodeTrace(
            leaf.id, leaf.kind, leaf.label, self.words.sentence(leaf), state_of(share), leaf.quantity(have),
            place.needed, place.counting[0], share, counted, tuple([award.id for award, _ in served]), (),
            tuple([self.counted(place, award, amount) for award, amount in served]),
            self.found.decided.get(number, ()),
            "; ".join(self.found.idle.get(number, ())),
            find_rejected=lambda: self.rejected(place),
        )  # fmt: skip

    def _resident(self, node: Residency, *, counted: bool) -> NodeTrace:
        number = self.rule.place_of[node.id]
        leaf = self.rule.leaf_of[number]
        have = self.allocation.have[number]
        share = Fraction(min(have, leaf.need), leaf.need)
        resident = next(one for one in self.rule.residents if one.place == number)
        inside: dict[str, int] = {}
        for place in resident.places:
            adding = self.rule.leaf_of[place].counts_in == node.scheme
            for award, counting in self.serving[place]:
                if not any(criterion.fault(award, self.found.at) for criterion in node.criteria):
                    most, before = brought(award, self.rule.place(place), resident), inside.get(award.id, 0)
                    inside[award.id] = max(before, min(most, before + counting if adding else most))
        counts = [Counted(key, Decimal(amount) / 100, leaf.unit) for key, amount in sorted(inside.items()) if amount]
        return NodeTrace(
            leaf.id, leaf.kind, "", self.words.sentence(leaf), state_of(share), leaf.quantity(have),
            leaf.quantity(leaf.need), leaf.unit, share, counted, tuple(one.award for one in counts), (), tuple(counts),
            self.found.decided.get(number, ()),
        )  # fmt: skip

    def missing(self, trace: NodeTrace) -> tuple[Way, ...]:
        """See `Report`."""
        return Trying(self).ways(trace)

    def obstacles(self, trace: NodeTrace) -> tuple[Obstacle, ...]:
        """See `Report`."""
        return obstacles(self)

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
