"""What a version may bring one person: what the catalogue knows, with the person's own inputs, weighed by the appraisal core.

Nothing of it is stored. What the catalogue does not know stays unknown: without a measured premium the break-even is the answer, and
what completers or occupations earn is told beside it as what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from cairn.appraisal import (
    Assumptions,
    CompletionPrior,
    Cost,
    Earnings,
    HoursPrior,
    Premium,
    PremiumPrior,
    Return,
    Rung,
    Shrunk,
    Spread,
    Swing,
    Uncertainty,
    break_even_spread,
    premium_of,
    return_on,
    simulate,
    what_matters,
)
from cairn.appraisal.sensitivity import result_of
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.catalog.queries.completers import published_outcomes
from cairn.catalog.queries.definitions import current_offers
from cairn.catalog.queries.earnings import earnings_of
from cairn.catalog.queries.gathering import completions_of
from cairn.catalog.queries.outcomes import OccupationPay, occupations_for
from cairn.catalog.queries.parts import Whole, whole_of
from cairn.errors import Invalid
from cairn.look.formatting import minor_digits, money_text
from cairn.skills.models import Wage

SEED = 20_260
"""Of every simulation here, so that the same inputs give the same figures to everybody."""
LESS, MORE = Decimal("0.7"), Decimal("1.5")
"""How far a stated workload may be off: seven tenths to half as much again, with what is stated the likeliest."""
CENT = Decimal("0.01")
ASSUMED_HOUR = dict.fromkeys(("AUD", "CAD", "CHF", "EUR", "GBP", "NZD", "USD"), Decimal(20))
"""What an hour is taken to be worth until the person says otherwise. In other currencies 20 would be a few minutes' pay, or a week's."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What depends on the person. Money in whole units of the offer's currency, shares and rates as fractions.

    ``hourly_value`` None is what is assumed for the currency (:data:`ASSUMED_HOUR`), where anything is. ``price`` and ``hours`` replace
    what is stated; ``completion`` is the person's own guess. ``premium_low`` and ``premium_high`` are what they suppose it brings a year
    after tax. ``occupation`` (SOC) with ``wage_now`` a year compares an occupation's wages with theirs, in one currency only.
    """

    hourly_value: Decimal | None = None
    displaced: Decimal = Decimal("0.5")
    years: int = 5
    discount: Decimal = Decimal("0.03")
    fade: Decimal = Decimal("0.9")
    grants: Decimal = Decimal(0)
    price: Decimal | None = None
    hours: Decimal | None = None
    completion: Decimal | None = None
    premium_low: Decimal | None = None
    premium_high: Decimal | None = None
    area: str = ""
    occupation: str = ""
    wage_now: Decimal | None = None


ASSUMED: tuple[tuple[str, str], ...] = (
    (
        "Half of the hours would have been worked for pay",
        "an assumption of this page, not measured; change it to yours",
    ),
    ("It pays for 5 years", "an assumption; short credentials age fast"),
    ("A gain fades by a tenth each year", "an assumption; no study fits all credentials"),
    ("Later money is discounted by 3% a year", "as FREOPP does; collegeroi.org takes 7.8%"),
    ("Whoever leaves early has paid all of it", "an assumption on the safe side"),
)


def assumed_in(currency: str) -> tuple[tuple[str, str], ...]:
    """Return what is assumed until the person says otherwise, and where it comes from, for a price in ``currency``."""
    if currency not in ASSUMED_HOUR:
        return (
            f"What an hour of your time is worth in {currency}",
            "not assumed: nobody here knows; write yours",
        ), *ASSUMED
    said = f"An hour of your time is worth {money_text(ASSUMED_HOUR[currency], currency)} after tax"
    return (said, "an assumption of this page, not measured; change it to yours"), *ASSUMED


@dataclass(frozen=True)
class Drawn:
    """A simulation and what its premium rests on: "own" (the person's figures) or "occupation" (rung 5)."""

    rests_on: str
    sentence: str
    low: Decimal
    high: Decimal
    found: Uncertainty
    base: Decimal
    swings: tuple[Swing, ...]


@dataclass(frozen=True)
class Appraised:
    """Everything the page tells. None where something that it needs is not known."""

    currency: str
    price: Decimal | None
    hours: Decimal | None
    inputs: Inputs
    completions: tuple[int, int] | None
    weighed: Return | None
    spread: Spread | None
    base: Decimal | None
    swings: tuple[Swing, ...]
    drawn: Drawn | None
    no_gain: str
    employed: Shrunk | None
    earnings: Shrunk | None
    quarter: int | None
    occupations: tuple[OccupationPay, ...]
    areas: tuple[str, ...]
    whole: Whole | None = None
    """What its price or workload are the sums of, where it is made of parts and states neither."""
    published: tuple[Earnings, ...] = ()
    """What sources publish of earnings with this credential itself; shown, and never part of a figure here."""
    earned_in: str = ""
    """The currency of ``earnings``: its source's, whatever the price is in. Nothing is converted, and no figure here holds both."""

    @property
    def left_out(self) -> str:
        """Say that time is not counted, where its hours are stated and nobody said what one is worth in this currency; else ""."""
        if not self.hours or _hour(self.inputs, self.currency) is not None:
            return ""
        return f"Nobody has said what an hour of your time is worth in {self.currency}, so your time is left out."


def return_for(version: DefinitionVersion, inputs: Inputs, at: datetime) -> Appraised:
    """Weigh what one version may bring a person with these inputs. Raises AppraisalError for inputs the model refuses."""
    offers = [offer for offer in current_offers(version) if offer.price_total is not None]
    whole = None if offers else whole_of(version)
    first = offers[0] if offers else whole.offer(version) if whole and whole.price is not None else None
    offered = Decimal(first.price_total or 0).scaleb(-minor_digits(first.currency)) if first else None
    price = inputs.price if inputs.price is not None else offered
    stated = version.workload_hours if version.workload_hours is not None else first.hours if first else None
    hours = inputs.hours if inputs.hours is not None else stated
    completions = completions_of(version, at)
    employed, earnings, quarter, earned_in = published_outcomes(version)
    pay = occupations_for(version, inputs.area or None)
    areas = tuple(
        sorted(Wage.objects.filter(soc__in=[one.soc for one in pay]).values_list("area", flat=True).distinct())
    )
    empty = Appraised(
        first.currency if first else "USD", price, hours, inputs, completions, None, None, None, (), None, "", employed, earnings,
        quarter, tuple(pay), areas, whole if first is not None else None, earnings_of(version), earned_in,
    )  # fmt: skip
    return empty if price is None else _weighed(empty, price)


def break_even_of(
    version: DefinitionVersion, offers: Sequence[Offer], completions: tuple[int, int] | None
) -> tuple[Decimal, str] | None:
    """Return what a version must bring a year to be worth it with the usual assumptions, and its currency; None without price or workload.

    The same as ``return_for(version, Inputs(), at).base``, from offers and completions that were read before, for lists; None also where
    time cannot be counted, because nothing is assumed of an hour in its currency.
    """
    first = next((offer for offer in offers if offer.price_total is not None), None)
    if first is None or first.price_total is None:
        return None
    hours = version.workload_hours if version.workload_hours is not None else first.hours
    if hours is None or (hours and first.currency not in ASSUMED_HOUR):
        return None
    price = Decimal(first.price_total).scaleb(-minor_digits(first.currency))
    cost, assumed = _weighing(Inputs(), price, hours, completions, first.currency)
    base = result_of(cost, assumed, None)
    return None if base is None else (base, first.currency)


def _hour(given: Inputs, currency: str) -> Decimal | None:
    return ASSUMED_HOUR.get(currency) if given.hourly_value is None else given.hourly_value


def _weighing(
    given: Inputs, price: Decimal, hours: Decimal, completions: tuple[int, int] | None, currency: str
) -> tuple[Cost, Assumptions]:
    cost = Cost(
        tuition=price,
        grants=min(given.grants, price),
        hours=hours,
        hourly_wage=_hour(given, currency) or Decimal(0),
        displaced=given.displaced,
    )
    share = given.completion if given.completion is not None else _share(completions) if completions else None
    return cost, Assumptions(discount=given.discount, years=given.years, fade=given.fade, completion=share)


def _weighed(found: Appraised, price: Decimal) -> Appraised:
    given = found.inputs
    hours = found.hours or Decimal(0)
    cost, assumed = _weighing(given, price, hours, found.completions, found.currency)
    known = found.completions if found.completions and given.completion is None else None
    prior = CompletionPrior(*known) if known else _guessed(given.completion)
    spent = HoursPrior(hours * LESS, hours, hours * MORE)
    drawn, no_gain = _drawn(found, cost, assumed, prior, spent)
    own = max((one.people for one in (found.employed, found.earnings) if one), default=0)
    premium = Premium(Rung.COMPLETERS_ONLY, people=own) if own else premium_of(found.published)
    if drawn is not None and drawn.rests_on == "occupation":
        premium = Premium(Rung.OCCUPATION_WAGES, ((drawn.low + drawn.high) / 2).quantize(CENT))
    return replace(
        found,
        weighed=return_on(cost, assumptions=assumed, premium=premium),
        spread=(_kept if given == Inputs() else break_even_spread)(
            cost, assumptions=assumed, completion=prior, hours=spent, seed=SEED
        ),
        base=result_of(cost, assumed, None),
        swings=what_matters(cost, assumptions=assumed, ranges=_ranges(cost, assumed, known)),
        drawn=drawn,
        no_gain=no_gain,
    )


_kept = lru_cache(maxsize=1_000)(break_even_spread)
"""What everybody sees first is drawn once: ten thousand draws are most of the page's work. What a person writes is kept nowhere."""


def _drawn(
    found: Appraised, cost: Cost, assumed: Assumptions, prior: CompletionPrior, spent: HoursPrior
) -> tuple[Drawn | None, str]:
    given = found.inputs
    if given.premium_low is not None and given.premium_high is not None:
        low, high, rests = given.premium_low, given.premium_high, "own"
        sentence = "These are your own figures. Nobody measured what this credential brings."
    elif given.wage_now is not None and given.occupation:
        pay = next((one for one in found.occupations if one.soc == given.occupation), None)
        if pay is None or pay.wage is None or pay.wage.p25 is None or pay.wage.p75 is None:
            return None, "No wages are published for this occupation and area, so nothing can be compared."
        if pay.wage.currency != found.currency:
            mixed = (
                f"Wages of this occupation are published in {pay.wage.currency} and the price is in {found.currency}."
            )
            return None, f"{mixed} Nothing is converted here, so they cannot be compared."
        reach = (found.employed.estimate / 100) if found.employed else Decimal(1)
        if pay.wage.p75 <= given.wage_now:
            return (
                None,
                f"Three in four {pay.title} earn less than what you earn now, so the wages of this occupation show no gain.",
            )
        high = ((pay.wage.p75 - given.wage_now) * reach).quantize(CENT)
        low = max(Decimal(1), ((pay.wage.p25 - given.wage_now) * reach).quantize(CENT))
        rests, sentence = "occupation", Premium(Rung.OCCUPATION_WAGES, high).sentence
    else:
        return None, ""
    if not 0 < low <= high:
        raise Invalid("The yearly gain is no range.", remedy="Give two amounts above zero, the lower one first.")
    middle = ((low + high) / 2).quantize(CENT)
    known = found.completions if given.completion is None else None
    ranges = {**_ranges(cost, assumed, known), "premium": (low, high)}
    return Drawn(
        rests, sentence, low, high,
        simulate(cost, assumptions=assumed, completion=prior, premium=PremiumPrior(low, high), hours=spent, seed=SEED),
        result_of(cost, assumed, middle), what_matters(cost, assumptions=assumed, ranges=ranges, premium=middle),
    ), ""  # fmt: skip


def ends_of(found: Appraised) -> dict[str, tuple[Decimal, Decimal]]:
    """Return the two ends between which each input was varied, by its name; empty where nothing could be weighed."""
    if found.weighed is None:
        return {}
    known = found.completions if found.inputs.completion is None else None
    return _ranges(found.weighed.cost, found.weighed.assumptions, known)


def _ranges(cost: Cost, assumed: Assumptions, known: tuple[int, int] | None) -> dict[str, tuple[Decimal, Decimal]]:
    """The two ends of each input: stated with the drawing, so that everybody sees what was varied."""
    share = assumed.completion
    around = (Decimal("0.3"), Decimal("0.9"))
    if share is not None:
        step = Decimal("0.05") if known else Decimal("0.15")
        around = (max(Decimal("0.05"), share - step), min(Decimal(1), share + step))
    ranges = {
        "completion": around,
        "years": (Decimal(max(1, assumed.years - 3)), Decimal(assumed.years + 5)),
        "fade": (Decimal("0.7"), Decimal(1)),
        "discount": (Decimal("0.01"), Decimal("0.08")),
    }
    if cost.hours and cost.hourly_wage:
        ranges |= {"hours": (cost.hours * LESS, cost.hours * MORE), "displaced": (Decimal(0), Decimal(1))}
        ranges["hourly_wage"] = (cost.hourly_wage / 2, cost.hourly_wage * MORE)
    return ranges


def _share(known: Sequence[int]) -> Decimal | None:
    """The middle of the stated prior, so that none of few is not taken for nobody ever."""
    return (Decimal(known[0] + 1) / Decimal(known[1] + 2)).quantize(Decimal("0.0001"))


def _guessed(share: Decimal | None) -> CompletionPrior:
    """A person's own guess counts like ten people; without one every share is equally likely."""
    return CompletionPrior(0, 0) if share is None else CompletionPrior(round(share * 10), 10)
