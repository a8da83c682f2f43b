"""What is published of earnings after a credential: which kind of figure it is, of whom, over which time, and what may be made of it.

A mean, a median and a percentile are different things, of people who completed, of what a provider expects, and of everybody in an
occupation. They are kept apart, and nothing here adds them up. None of them compares people with and without the credential, so none is
a premium (domain: return, premium estimate ladder): at most they stand on rung 4, which carries no amount.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from cairn.appraisal.errors import AppraisalError
from cairn.appraisal.evidence import NO_PREMIUM, NOT_THE_EFFECT, SENTENCES, WAGES_OF_ALL, Premium, Rung
from cairn.appraisal.shrinkage import FEWEST


class Basis(StrEnum):
    """Whose earnings they are."""

    COMPLETERS = "completers"
    EXPECTED = "expected"
    OCCUPATION = "occupation"


class Period(StrEnum):
    """For how long they are paid; nothing is worked out from one for another, because nobody says for how many hours people worked."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"
    UNSAID = ""


ASCENDING = ("lowest", "p10", "p25", "median", "p75", "p90", "highest")
"""Figures of one group of people, which can only rise in this order."""
FIGURES = ("median", "p25", "p75", "p10", "p90", "mean", "lowest", "highest", "amount")
"""Every kind of figure, in the order in which they are shown; ``amount`` is one of which its source does not say what it is."""
BASIS_SENTENCES = {
    Basis.COMPLETERS: SENTENCES[Rung.COMPLETERS_ONLY],
    Basis.EXPECTED: f"This is what its provider expects, and nobody measured it. {NOT_THE_EFFECT}",
    Basis.OCCUPATION: f"{WAGES_OF_ALL} {NOT_THE_EFFECT}",
}
"""What has to be said beside every figure."""
LONGEST_AFTER = 1_200
"""Months after the award, at most: a working life is not longer."""


class SaysNothing(AppraisalError):
    """Of earnings nothing is stated: no figure, no number of people, and not that there is one that is kept back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earnings:
    """One published statement. Amounts are in whole units of ``currency`` for one ``period``; None is "not published", never zero.

    ``earners`` is on how many people's earnings the figures stand, ``completers`` how many got the credential, ``employed`` and
    ``employed_percent`` how many of them found work; None is "not said". ``months_after`` counts from the award; ``first`` to ``last``
    are the days that the data are of, ``published_on`` the day from which the source states it, ``holds_until`` the last one.
    ``suppressed``: the source has the figures and keeps them back. Raises :class:`AppraisalError` for what cannot be,
    :class:`SaysNothing` where nothing is stated.
    """

    basis: Basis = Basis.COMPLETERS
    median: Decimal | None = None
    p25: Decimal | None = None
    p75: Decimal | None = None
    p10: Decimal | None = None
    p90: Decimal | None = None
    mean: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    amount: Decimal | None = None
    currency: str = ""
    period: Period = Period.UNSAID
    earners: int | None = None
    completers: int | None = None
    employed: int | None = None
    employed_percent: Decimal | None = None
    months_after: int | None = None
    first: date | None = None
    last: date | None = None
    published_on: date | None = None
    holds_until: date | None = None
    suppressed: bool = False
    name: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        for name, amount in self.figures:
            if not amount.is_finite() or amount <= 0:
                raise AppraisalError(name, f"{amount} is no amount that is earned.", "Leave out what is not published.")
        if self.figures and self.suppressed:
            raise AppraisalError("suppressed", "It is kept back, and a figure is given.", "Give one or the other.")
        if self.figures and not self.currency:
            raise AppraisalError("currency", "Earnings without a currency mean nothing.", "Name the currency.")
        rising = [(name, amount) for name in ASCENDING if (amount := getattr(self, name)) is not None]
        for (low, less), (high, more) in pairwise(rising):
            if less > more:
                told = f"{low} is {less} and {high} is {more}: figures of one group of people rise in this order."
                raise AppraisalError(low, told, "Leave out what is not certain.")
        for name in ("earners", "completers", "employed", "months_after"):
            if (many := getattr(self, name)) is not None and many < 0:
                raise AppraisalError(name, f"{many} is less than 0.", "Leave it out where it is not said.")
        if self.employed_percent is not None and not 0 <= self.employed_percent <= 100:
            raise AppraisalError("employed_percent", f"{self.employed_percent} is no share of 100.", "Give 0 to 100.")
        if self.first and self.last and self.first > self.last:
            raise AppraisalError("last", "The data end before they begin.", "Put the dates in order.")
        if not self.says_something:
            raise SaysNothing("median", "It says nothing.", "Give a figure, or say that it is kept back.")

    @property
    def figures(self) -> tuple[tuple[str, Decimal], ...]:
        """The amounts that are published, each with its kind, in the order of :data:`FIGURES`."""
        return tuple((name, amount) for name in FIGURES if (amount := getattr(self, name)) is not None)

    @property
    def says_something(self) -> bool:
        """Whether anything is stated beside dates and names."""
        counted = (self.completers, self.employed, self.employed_percent)
        return bool(self.figures) or self.suppressed or any(one is not None for one in counted)

    @property
    def sentence(self) -> str:
        """What has to be said beside the figures."""
        return BASIS_SENTENCES[self.basis]

    @property
    def rung(self) -> Rung:
        """On which rung a premium would stand: 4 for what enough completers earn, else 6; never one that carries an amount."""
        enough = self.earners is None or self.earners >= FEWEST
        measured = self.basis is Basis.COMPLETERS and bool(self.figures)
        return Rung.COMPLETERS_ONLY if measured and enough else Rung.NOTHING


def premium_of(published: Iterable[Earnings]) -> Premium:
    """Return what published earnings are for the return of a credential: a rung with its sentence, never an amount.

    ``people`` are those behind the figure that most people are behind, None where no source says how many.
    """
    found = [one for one in published if one.rung is Rung.COMPLETERS_ONLY]
    if not found:
        return NO_PREMIUM
    return Premium(
        Rung.COMPLETERS_ONLY, people=max((one.earners for one in found if one.earners is not None), default=None)
    )
