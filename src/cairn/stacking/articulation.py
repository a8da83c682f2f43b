"""Articulation agreements between institutions, carried out: which awards of one count for how many credits of the other.

An agreement is a value with a version. What it gives is an award of its own, of the receiving institution's course, whose `basis`
names the agreement, so that every credit in a stack can be traced to the paper that grants it. Terms follow CTDL's
TransferValueProfile: what is transferred from, what for, how much, from when until when.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from cairn.stacking.awards import Award, Level, Validity, is_hundredths, plain
from cairn.stacking.criteria import AtLevel, Graded
from cairn.stacking.gathering import unique
from cairn.stacking.problems import AwardError
from cairn.stacking.results import Rejection

TRANSFER = "transfer"
"""The `source` of an award that an agreement gives."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """One line of an agreement: an award of one of `achievements` counts as `toward`, for `credits` of `scheme`.

    `level` and `grade` (by its place in `grades`, low to high, or as a number) are the least that is accepted. `most` caps the credits
    that this line gives in all, where it accepts several achievements. Raises `AwardError`.
    """

    id: str
    achievements: tuple[str, ...]
    toward: str
    credits: Decimal
    scheme: str
    level: Level | None = None
    grade: str | None = None
    grades: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    gives: Level | None = None
    most: Decimal | None = None

    def __post_init__(self) -> None:
        if not self.id or not self.achievements or not self.toward or not self.scheme:
            raise AwardError(
                "A term needs its id, the achievements it accepts, what they count toward, and the credit scheme."
            )
        if not is_hundredths(self.credits) or self.credits < 0:
            raise AwardError(
                f"Term {self.id} gives {self.credits!r} credits. Give a Decimal with at most two decimals."
            )
        if self.most is not None and (not is_hundredths(self.most) or self.most <= 0):
            raise AwardError(
                f"Term {self.id} caps at {self.most!r}. Give a positive Decimal with at most two decimals."
            )
        if self.grade is not None:
            Graded(self.grade, self.grades)  # refuses a grade that the scale does not have

    def fault(self, award: Award, at: datetime) -> str | None:
        """Why the award does not meet this term, as the end of a sentence; None when it does."""
        faults = [AtLevel(self.level).fault(award, at)] if self.level else []
        if self.grade is not None:
            faults.append(Graded(self.grade, self.grades).fault(award, at))
        return next((fault for fault in faults if fault), None)


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """An agreement in one version: awards `giver` made count at `receiver` by these terms, while it holds.

    It holds for awards earned from `since` on, and for evaluations before `until`. `most` caps the credits of a scheme that it
    gives in all. Raises `AwardError`.
    """

    id: str
    version: str
    giver: str
    receiver: str
    terms: tuple[Term, ...]
    since: datetime | None = None
    until: datetime | None = None
    most: Decimal | None = None

    def __post_init__(self) -> None:
        if not self.id or not self.version or not self.giver or not self.receiver or not self.terms:
            raise AwardError("An agreement needs an id, a version, two institutions and at least one term.")
        if self.giver == self.receiver:
            raise AwardError(f"Agreement {self.id} is between an institution and itself.")
        if len({term.id for term in self.terms}) < len(self.terms):
            raise AwardError(f"Two terms of agreement {self.id} have the same id.")
        if any(moment is not None and moment.utcoffset() is None for moment in (self.since, self.until)):
            raise AwardError(f"Agreement {self.id} has a moment without a time zone.")
        if self.most is not None and (not is_hundredths(self.most) or self.most <= 0):
            raise AwardError(
                f"Agreement {self.id} caps at {self.most!r}. Give a positive Decimal with at most two decimals."
            )
        if self.most is not None and len({term.scheme for term in self.terms}) > 1:
            raise AwardError(
                f"Agreement {self.id} caps credits of several schemes together. Write one agreement for each."
            )

    @property
    def name(self) -> str:
        """How derived awards refer to it."""
        return f"agreement {self.id}, version {self.version}"


@dataclass(frozen=True)
class Derived:
    """An award that an agreement gives, and where it comes from. `cut` are credits that its cap takes away."""

    award: Award
    original: str
    agreement: str
    version: str
    term: str
    cut: Decimal = Decimal(0)


@dataclass(frozen=True)
class Articulated:
    """What agreements make of awards. `refused` names awards of a giving institution that gained nothing, each with the reason."""

    derived: tuple[Derived, ...]
    refused: tuple[Rejection, ...]

    @property
    def awards(self) -> tuple[Award, ...]:
        """The derived awards, to be weighed beside the others."""
        return tuple(one.award for one in self.derived)


def articulate(awards: Iterable[Award], agreements: Sequence[Agreement], at: datetime) -> Articulated:
    """Carry out agreements over awards at a moment. Pure; the order of the awards changes nothing.

    Each award gives what the best of its terms gives, once for each receiving institution. A cap is used up by the awards that
    give most, first. Raises `AwardError` for a moment without time zone or two versions of one agreement that both hold.
    """
    if at.utcoffset() is None:
        raise AwardError("The moment of articulation has no time zone. Give it one, for example UTC.")
    held = unique(awards)
    if len({agreement.id for agreement in agreements}) < len(agreements):
        raise AwardError("One agreement stands here in two versions. Give the version that holds.")
    derived: list[Derived] = []
    refused: dict[str, str] = {}
    offers: dict[str, list[tuple[Decimal, Award, Term]]] = {}
    best: dict[tuple[str, str], tuple[Decimal, str]] = {}
    for agreement in sorted(agreements, key=lambda one: one.id):
        for award in held:
            if award.issuer != agreement.giver:
                continue
            term, reason = _term(agreement, award, at)
            if term is None:
                refused.setdefault(award.id, reason)
                continue
            offers.setdefault(agreement.id, []).append((term.credits, award, term))
            key = (award.id, agreement.receiver)
            if key not in best or term.credits > best[key][0]:
                best[key] = (term.credits, agreement.id)
    for agreement in sorted(agreements, key=lambda one: one.id):
        left = agreement.most
        room = {term.id: term.most for term in agreement.terms if term.most is not None}
        taken: set[tuple[str, str]] = set()
        for amount, award, term in sorted(offers.get(agreement.id, ()), key=lambda one: (-one[0], one[1].id)):
            if best[award.id, agreement.receiver][1] != agreement.id:
                continue
            if (award.achievement, term.id) in taken:
                refused.setdefault(award.id, f"is held twice: {agreement.name} accepts an achievement once")
                continue
            given = min(amount, *(one for one in (left, room.get(term.id)) if one is not None), amount)
            if amount and not given:
                by_term = term.most is not None and not room[term.id]
                giving, cap = (f"term {term.id} of ", term.most) if by_term else ("", agreement.most)
                most = f"{plain(cap or given)} {term.scheme} credits"
                refused.setdefault(award.id, f"is beyond what {giving}{agreement.name} gives in all: {most}")
                continue
            taken.add((award.achievement, term.id))
            left = None if left is None else left - given
            if term.id in room:
                room[term.id] -= given
            derived.append(_derived(agreement, term, award, given))
    counted = {one.original for one in derived}
    return Articulated(
        tuple(sorted(derived, key=lambda one: one.award.id)),
        tuple(Rejection(key, refused[key]) for key in sorted(refused) if key not in counted),
    )


def _term(agreement: Agreement, award: Award, at: datetime) -> tuple[Term | None, str]:
    """The term that gives most for the award, or why none does."""
    if agreement.until is not None and at >= agreement.until:
        return None, f"is under {agreement.name}, which ended on {agreement.until:%Y-%m-%d}"
    invalid = award.fault(at, Validity.AT_COMPLETION)
    if invalid:
        return None, invalid
    if agreement.since is not None and award.earned < agreement.since:
        return None, f"was earned on {award.earned:%Y-%m-%d}, before {agreement.name} began"
    about = [term for term in agreement.terms if award.achievement in term.achievements]
    if not about:
        return None, f"is not named in {agreement.name}"
    faults = [(term, term.fault(award, at)) for term in about]
    fitting = [term for term, fault in faults if fault is None]
    if not fitting:
        return None, f"{faults[0][1]}, which term {faults[0][0].id} of {agreement.name} does not accept"
    return max(fitting, key=lambda term: (term.credits, term.id)), ""


def _derived(agreement: Agreement, term: Term, award: Award, given: Decimal) -> Derived:
    made = replace(
        award,
        id=f"{award.id}→{agreement.id}",
        achievement=term.toward,
        issuer=agreement.receiver,
        credits={term.scheme: given} if given else {},
        level=term.gives,
        grade=None,
        source=TRANSFER,
        tags=term.tags,
        subjects=term.subjects,
        shareable=False,
        stands_for=award.achievement,
        basis=f"{award.id} of {agreement.giver}, by term {term.id} of {agreement.name}",
    )
    return Derived(made, award.id, agreement.id, agreement.version, term.id, term.credits - given)
