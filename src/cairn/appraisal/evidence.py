"""How a wage premium is known: six rungs, from a lottery to nothing at all (domain: return, premium estimate ladder)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from cairn.appraisal.errors import AppraisalError

NOT_THE_EFFECT = "This isn't the effect of the credential."
NO_OUTCOMES = "No outcome data published for this credential."
SUPPRESSED = "Fewer than {minimum} earners: suppressed."
WAGES_OF_ALL = "Wages shown are for all people in this occupation."
COMPLETION_UNKNOWN = "Completion unknown; result shown for 30%, 60% and 90%."
SHRUNK_OR_SMALL = "Rests on {n} people, so it may be far off."


class Rung(IntEnum):
    """What a premium rests on; 1 is the strongest."""

    RANDOMISED = 1
    MATCHED = 2
    HOLDERS_AND_OTHERS = 3
    COMPLETERS_ONLY = 4
    OCCUPATION_WAGES = 5
    NOTHING = 6


SENTENCES: dict[Rung, str] = {
    Rung.RANDOMISED: "Chance decided who could take part, so the difference in earnings is the effect of the credential.",
    Rung.MATCHED: "Administrative data compare holders with matched people, or with themselves before: close to the effect.",
    Rung.HOLDERS_AND_OTHERS: "Holders are compared with similar people without it; who chose to take part may explain some of it.",
    Rung.COMPLETERS_ONLY: f"These are what completers earn, compared with nobody. {NOT_THE_EFFECT}",
    Rung.OCCUPATION_WAGES: (
        f"This is the difference between the wages of two occupations: at most what could be gained. {NOT_THE_EFFECT} {WAGES_OF_ALL}"
    ),
    Rung.NOTHING: NO_OUTCOMES,
}
"""What has to be said beside every figure of a rung."""


@dataclass(frozen=True)
class Premium:
    """What a holder earns more in the first year, after tax, in whole currency units, and the rung it stands on.

    Rungs 4 and 6 carry no amount: what completers earn is not a premium, and nothing is nothing. On rung 5 the amount is the
    difference of occupation wages times the probability of the transition, an upper bound. Raises :class:`AppraisalError`.
    """

    rung: Rung
    amount: Decimal | None = None
    people: int | None = None

    def __post_init__(self) -> None:
        bare = self.rung in {Rung.COMPLETERS_ONLY, Rung.NOTHING}
        if bare and self.amount is not None:
            raise AppraisalError(
                "premium",
                f"Rung {self.rung:d} has no premium: {SENTENCES[self.rung]}",
                "Leave the amount out; the break-even is shown.",
            )
        if not bare and self.amount is None:
            raise AppraisalError("premium", f"Rung {self.rung:d} needs an amount.", "Give it, or take rung 6.")

    @property
    def sentence(self) -> str:
        """What has to be said beside the figure."""
        small = f" {SHRUNK_OR_SMALL.format(n=self.people)}" if self.people is not None and self.people < 50 else ""
        return SENTENCES[self.rung] + small


NO_PREMIUM = Premium(Rung.NOTHING)
