"""What a credential costs and what it would have to bring: the model of one person's return.

1. Cost: C = tuition + fees + materials + examination + travel + device + renewals - grants - employer's share + φ·h·w.
2. Present value of one unit of premium a year, fading: A = Σ f^(t-1) / (1+r)^t for t = 1 … T.
3. Break-even premium: ΔW* = [p·C + (1-p)·C_drop] / (p·q·A), the only figure shown where there is no outcome data.
4. Expected value: E[NPV] = -[p·C + (1-p)·C_drop] + p·q·ΔW·A, only where a premium is known and on which rung.
5. Payback: C / ΔW in years, and discounted: the first year in which the fading premium has paid the cost back.
6. Internal rate of return: the discount rate at which E[NPV] is zero.

p is the probability of completing, q that of working in the field once completed. Amounts are Decimals of whole currency units.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from cairn.appraisal.errors import AppraisalError
from cairn.appraisal.evidence import COMPLETION_UNKNOWN, NO_PREMIUM, Premium

ZERO = Decimal(0)
CENT = Decimal("0.01")
SHOWN_COMPLETIONS = (Decimal("0.3"), Decimal("0.6"), Decimal("0.9"))


LONGEST_YEARS = 100
"""Years over which a premium may be counted."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What taking part costs one person. ``hours`` include assessment; ``hourly_wage`` is after tax; ``displaced`` is φ, 0 to 1."""

    tuition: Decimal = ZERO
    fees: Decimal = ZERO
    materials: Decimal = ZERO
    examination: Decimal = ZERO
    travel: Decimal = ZERO
    device: Decimal = ZERO
    renewals: Decimal = ZERO
    grants: Decimal = ZERO
    employer_share: Decimal = ZERO
    hours: Decimal = ZERO
    hourly_wage: Decimal = ZERO
    displaced: Decimal = ZERO

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, Decimal) or not value.is_finite() or value < 0:
                raise AppraisalError(field.name, f"{value} is not an amount.", "Give a Decimal of zero or more.")
        if self.displaced > 1:
            raise AppraisalError(
                "displaced", f"{self.displaced} is more than all of the hours.", "Give a share from 0 to 1."
            )

    @property
    def price(self) -> Decimal:
        """What is paid, after grants and the employer's share."""
        paid = self.tuition + self.fees + self.materials + self.examination + self.travel + self.device + self.renewals
        return paid - self.grants - self.employer_share

    @property
    def time(self) -> Decimal:
        """What the hours cost that would otherwise have been worked for pay: φ·h·w."""
        return self.displaced * self.hours * self.hourly_wage

    @property
    def total(self) -> Decimal:
        """C of the model."""
        return self.price + self.time


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What the result depends on and has to be shown with. ``completion`` None means unknown; ``cost_of_leaving`` None means all of C."""

    discount: Decimal = Decimal("0.03")
    years: int = 5
    fade: Decimal = Decimal("0.9")
    completion: Decimal | None = None
    placement: Decimal = Decimal(1)
    cost_of_leaving: Decimal | None = None

    def __post_init__(self) -> None:
        shares = {"fade": self.fade, "placement": self.placement, "completion": self.completion}
        for where, share in shares.items():
            if share is not None and (not share.is_finite() or not ZERO < share <= 1):
                raise AppraisalError(where, f"{share} is not a share.", "Give a Decimal above 0 and up to 1.")
        if self.years < 1:
            raise AppraisalError("years", f"{self.years} years leave no time to earn anything back.", "Give 1 or more.")
        if self.years > LONGEST_YEARS:
            raise AppraisalError(
                "years", f"{self.years} years are longer than a life.", f"Give {LONGEST_YEARS} or fewer."
            )
        if not self.discount.is_finite() or not -1 < self.discount <= 10:
            raise AppraisalError(
                "discount", f"{self.discount} is not a rate.", "Give it as a fraction, like 0.03 for 3 %."
            )

    @property
    def annuity(self) -> Decimal:
        """A of the model: the present value of one unit of premium a year."""
        return annuity(self.years, self.discount, self.fade)


@dataclass(frozen=True)
class Case:
    """The result for one probability of completing; ``expected`` and ``rate`` are None where no premium is known or none exists."""

    completion: Decimal
    break_even: Decimal
    expected: Decimal | None
    rate: Decimal | None


@dataclass(frozen=True)
class Return:
    """What can be said. ``cases`` has one entry where completion is known, three where it is not."""

    cost: Cost
    assumptions: Assumptions
    premium: Premium
    cases: tuple[Case, ...]
    payback_years: Decimal | None
    discounted_payback_years: int | None
    sentences: tuple[str, ...]

    @property
    def only_break_even(self) -> bool:
        """Whether nothing but the break-even may be shown."""
        return self.premium.amount is None


def return_on(cost: Cost, *, assumptions: Assumptions, premium: Premium = NO_PREMIUM) -> Return:
    """Work out the return of one credential for one person. Money is rounded to cents, rates to a hundredth of a per cent."""
    known = assumptions.completion
    cases = tuple(
        _case(cost, replace(assumptions, completion=share), premium)
        for share in ((known,) if known is not None else SHOWN_COMPLETIONS)
    )
    sentences = [premium.sentence]
    if known is None:
        sentences.append(COMPLETION_UNKNOWN)
    if premium.amount is None:
        sentences.append(
            f"To be worth its cost within {assumptions.years} years it would have to bring at least the break-even amount a year."
        )
    earned = premium.amount if premium.amount is not None and premium.amount > 0 else None
    return Return(
        cost=cost,
        assumptions=assumptions,
        premium=premium,
        cases=cases,
        payback_years=(max(ZERO, cost.total) / earned).quantize(CENT) if earned else None,
        discounted_payback_years=_discounted_payback(cost.total, earned, assumptions) if earned else None,
        sentences=tuple(sentences),
    )


def annuity(years: int, discount: Decimal, fade: Decimal) -> Decimal:
    """Return A(T, r, f) = Σ f^(t-1) / (1+r)^t, t from 1 to ``years``."""
    return sum((fade ** (year - 1) / (1 + discount) ** year for year in range(1, years + 1)), ZERO)


def _case(cost: Cost, given: Assumptions, premium: Premium) -> Case:
    completion = given.completion if given.completion is not None else ZERO
    leaving = cost.total if given.cost_of_leaving is None else given.cost_of_leaving
    outlay = completion * cost.total + (1 - completion) * leaving
    reach = completion * given.placement

    def expected(rate: Decimal, amount: Decimal) -> Decimal:
        return -outlay + reach * amount * annuity(given.years, rate, given.fade)

    amount = premium.amount
    return Case(
        completion=completion,
        break_even=max(ZERO, outlay / (reach * given.annuity)).quantize(CENT),
        expected=None if amount is None else expected(given.discount, amount).quantize(CENT),
        rate=None if amount is None or amount <= 0 or outlay <= 0 else _root(lambda rate: expected(rate, amount)),
    )


def _root(worth: Callable[[Decimal], Decimal]) -> Decimal | None:
    """Find the rate at which ``worth``, which falls as the rate rises, crosses zero; None below -99 % or above 1,000 %."""
    low, high = Decimal("-0.99"), Decimal(10)
    if worth(low) < 0 or worth(high) > 0:
        return None
    while high - low > Decimal("1e-7"):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(middle) > 0 else (low, middle)
    return low.quantize(Decimal("0.0001"))


def _discounted_payback(cost: Decimal, premium: Decimal, given: Assumptions) -> int | None:
    return next(
        (year for year in range(1, given.years + 1) if premium * annuity(year, given.discount, given.fade) >= cost),
        None,
    )
