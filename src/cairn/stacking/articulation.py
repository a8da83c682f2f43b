"""Articulation agreements between institutions, carried out: which awards of one count for how many credits of the other.

An agreement is a value with a version. What it gives is an award of its own, of the receiving institution's course, whose `basis`
names the agreement, so that every credit in a stack can be traced to the paper that grants it. Terms follow CTDL's
TransferValueProfile: what is transferred from, what for, how much, from when until when.

Nothing is chosen here. Each term that fits gives its award whole; all that are made of one award are the same learning, so that one of
them counts; and caps go with the awards as allowances. Which of them count, and for how much, the evaluation finds with the rule at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from cairn.stacking.awards import Allowance, Award, Level, Validity, is_hundredths
from cairn.stacking.criteria import AtLevel, Graded
from cairn.stacking.gathering import unique
from cairn.stacking.problems import AwardError
from cairn.stacking.results import Rejection

TRANSFER = "transfer"
"""The `source` of an award that an agreement gives."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """One line of an agreement: an award of one of `achievements` counts as `toward`, for `credits` of `scheme`.

    An empty `toward` is credit without a named course: each achievement then counts by itself, where a named course counts once.

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
        if not self.id or not self.achievements or not self.scheme:
            raise AwardError("A term needs its id, the achievements it accepts, and the credit scheme.")
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
    gives in all. `title` is what people call it, and `giver_name` the institution that made the awards. Raises `AwardError`.
    """

    id: str
    version: str
    giver: str
    receiver: str
    terms: tuple[Term, ...]
    since: datetime | None = None
    until: datetime | None = None
    most: Decimal | None = None
    title: str = ""
    giver_name: str = ""

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
        called = f"the agreement “{self.title}”" if self.title else f"agreement {self.id}"
        return f"{called}, version {self.version}"

    def allowances(self, term: Term) -> tuple[Allowance, ...]:
        """The caps on what a term gives: its own, and the agreement's."""
        caps = [(f"term {term.id} of {self.name}", term.most), (self.name, self.most)]
        return tuple(Allowance(name, term.scheme, most) for name, most in caps if most is not None)


@dataclass(frozen=True)
class Derived:
    """An award that a term of an agreement gives, and where it comes from."""

    award: Award
    original: str
    agreement: str
    version: str
    term: str


@dataclass(frozen=True)
class Articulated:
    """What agreements make of awards. `refused` names awards of a giving institution that gained nothing, each with the reason.

    Several may be made of one award, one for each term that accepts it: they stand for the same learning, and one of them counts.
    """

    derived: tuple[Derived, ...]
    refused: tuple[Rejection, ...]

    @property
    def awards(self) -> tuple[Award, ...]:
        """The derived awards, to be weighed beside the others."""
        return tuple(one.award for one in self.derived)


def articulate(awards: Iterable[Award], agreements: Sequence[Agreement], at: datetime) -> Articulated:
    """Carry out agreements over awards at a moment. Pure; the order of the awards changes nothing.

    Each term that accepts an award gives its award, whole. Caps stand in `Award.within`: `evaluate` keeps to them, whatever counts
    where. Raises `AwardError` for a moment without time zone or two versions of one agreement that both hold.
    """
    if at.utcoffset() is None:
        raise AwardError("The moment of articulation has no time zone. Give it one, for example UTC.")
    held = unique(awards)
    if len({agreement.id for agreement in agreements}) < len(agreements):
        raise AwardError("One agreement stands here in two versions. Give the version that holds.")
    derived: list[Derived] = []
    refused: dict[str, str] = {}
    for agreement in sorted(agreements, key=lambda one: one.id):
        for award in held:
            if award.issuer != agreement.giver:
                continue
            terms, reason = _terms(agreement, award, at)
            derived += [_derived(agreement, term, award) for term in terms]
            if not terms:
                refused.setdefault(award.id, reason)
    gained = {one.original for one in derived}
    return Articulated(
        tuple(sorted(derived, key=lambda one: one.award.id)),
        tuple(Rejection(key, refused[key]) for key in sorted(refused) if key not in gained),
    )


def _terms(agreement: Agreement, award: Award, at: datetime) -> tuple[list[Term], str]:
    """The terms that accept the award, or why none does."""
    if agreement.until is not None and at >= agreement.until:
        return [], f"is under {agreement.name}, which ended on {agreement.until:%Y-%m-%d}"
    invalid = award.fault(at, Validity.AT_COMPLETION)
    if invalid:
        return [], invalid
    if agreement.since is not None and award.earned < agreement.since:
        return [], f"was earned on {award.earned:%Y-%m-%d}, before {agreement.name} began"
    about = [term for term in agreement.terms if award.achievement in term.achievements]
    if not about:
        return [], f"is not named in {agreement.name}"
    faults = [(term, term.fault(award, at)) for term in about]
    fitting = [term for term, fault in faults if fault is None]
    if not fitting:
        return [], f"{faults[0][1]}, which term {faults[0][0].id} of {agreement.name} does not accept"
    return fitting, ""


def _derived(agreement: Agreement, term: Term, award: Award) -> Derived:
    made = replace(
        award,
        id=f"{award.id}→{agreement.id}#{term.id}",
        achievement=term.toward or f"{award.achievement}→{agreement.id}#{term.id}",
        issuer=agreement.receiver,
        credits={term.scheme: term.credits} if term.credits else {},
        level=term.gives,
        grade=None,
        source=TRANSFER,
        tags=term.tags,
        subjects=term.subjects,
        shareable=False,
        stands_for=award.achievement,
        basis=f"{award.id} of {agreement.giver_name or agreement.giver}, by term {term.id} of {agreement.name}",
        within=agreement.allowances(term),
    )
    return Derived(made, award.id, agreement.id, agreement.version, term.id)
