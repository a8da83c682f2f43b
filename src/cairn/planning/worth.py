"""What reaching the target is worth to the learner, as they say themselves: an assumption to weigh plans by, never a finding.

The premium begins on the day the plan is finished, is paid at the end of each year, fades, and ends after so many years:

    net = ΔW · A · (1+r)^(-w/52) - C - h·v    with    A = Σ f^(t-1) / (1+r)^t for t = 1 … T

ΔW is the premium a year, w the weeks until the plan is finished, C its price, h its hours, v what an hour of the learner's time is worth.
What the premium has to be for a net of zero is the break-even, which rests on no assumption about it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import cached_property

from cairn.planning.problems import PlanningError

WEEKS_A_YEAR = 52
LONGEST_YEARS = 100
"""Years over which a premium may be counted."""
DIGITS = Context(prec=40, rounding=ROUND_HALF_EVEN)
"""Present values are worked out with so many digits, then rounded to whole minor units: everybody gets the same."""


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What the learner expects to earn more each year once the target is reached, and what an hour of their time is worth to them.

    Both in minor units of the currency of the plan. `discount` is a rate a year (0.03 for 3 %), `fade` the share of the premium that is
    left each next year; the defaults are those of the appraisal's model of returns.
    """

    premium: int
    hour: int = 0
    discount: Decimal = Decimal("0.03")
    years: int = 5
    fade: Decimal = Decimal("0.9")

    def __post_init__(self) -> None:
        if self.premium < 0 or self.hour < 0:
            raise PlanningError("What reaching the target adds a year, and what an hour is worth, is zero or more.")
        if not 1 <= self.years <= LONGEST_YEARS:
            raise PlanningError(f"A premium lasts {self.years} years. Give 1 to {LONGEST_YEARS}.")
        if not self.fade.is_finite() or not 0 < self.fade <= 1:
            raise PlanningError("What is left of a premium each next year is a share. Give it above 0 and up to 1.")
        if not self.discount.is_finite() or not 0 <= self.discount <= 10:
            raise PlanningError("The discount rate is a fraction, such as 0.03 for 3 %. Give 0 to 10.")

    @cached_property
    def annuity(self) -> Decimal:
        """A: the present value of one unit of premium a year, on the day the plan is finished."""
        with localcontext(DIGITS):
            each = (self.fade ** (year - 1) / (1 + self.discount) ** year for year in range(1, self.years + 1))
            return sum(each, Decimal(0))

    def later(self, weeks: int) -> Decimal:
        """What one unit at the end of so many weeks is worth now."""
        with localcontext(DIGITS):
            return (1 + self.discount) ** (Decimal(-weeks) / WEEKS_A_YEAR)

    def value(self, weeks: int) -> int:
        """The whole premium now, in minor units, if the plan is finished after so many weeks."""
        with localcontext(DIGITS):
            return int((self.premium * self.annuity * self.later(weeks)).to_integral_value())

    def loss(self, weeks: int) -> int:
        """What is lost of the premium's value by finishing after so many weeks and not at once, in minor units."""
        return self.value(0) - self.value(weeks)

    def break_even(self, spent: int, weeks: int) -> int:
        """The least premium a year, in minor units, that pays back what was spent."""
        with localcontext(DIGITS):
            return int((spent / (self.annuity * self.later(weeks))).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True)
class Returned:
    """What a plan that reaches the target comes to, in minor units now, under a `Worth` that somebody assumed.

    `value` is the premium's, finished after `weeks` (0 where no weeks are counted), `time` what the study hours are worth, `net` what is
    left after price and time. `break_even` is the premium a year from which on the plan pays.
    """

    assumed: Worth
    weeks: int
    value: int
    time: int
    net: int
    break_even: int

    def sentences(self, money: Callable[[int], str]) -> tuple[str, ...]:
        """The assumption, what comes of it, and the break-even that rests on none; `money` says how amounts are written."""
        told = self.assumed
        left = "" if told.fade == 1 else f", each year {_percent(told.fade)} of the year before"
        lasting = "1 year" if told.years == 1 else f"{told.years} years"
        later = "" if not told.discount else f", a later year discounted by {_percent(told.discount)} a year"
        hours = (
            f"An hour of study counts as {money(told.hour)}." if told.hour else "The hours of study count as nothing."
        )
        begins = (
            "once the plan is finished"
            if not self.weeks
            else f"from the end of week {self.weeks}, when the plan is finished"
        )
        came = "brings {} more than it costs" if self.net >= 0 else "costs {} more than it brings"
        assumed = f"By your own assumption of {money(told.premium)} more a year {begins}, for {lasting}{left}{later}"
        return (
            f"{assumed}, the plan {came.format(money(abs(self.net)))}. {hours}",
            f"It pays if you earn at least {money(self.break_even)} more in the first year; nobody here knows whether you will.",
        )

    @classmethod
    def of(cls, assumed: Worth, *, cost: int, hours: int, weeks: int) -> Returned:
        """What a plan of this price, study and length comes to."""
        value, time = assumed.value(weeks), assumed.hour * hours
        return cls(assumed, weeks, value, time, value - cost - time, assumed.break_even(cost + time, weeks))


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"
