"""The forms of what a credential is worth: a person's own inputs, and what is recorded, answered and decided about a criterion."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from cairn.appraisal import Criterion, Tier
from cairn.catalog.queries import ASSUMED_HOUR, Inputs
from cairn.catalog.services import Finding

HUNDRED = Decimal(100)
TIERS = [
    (Tier.VERIFIED.value, "Checked by a system or a third party: a signature, a register, administrative data"),
    (Tier.REVIEWED.value, "A document was supplied and I have read it"),
    (Tier.DECLARED.value, "Stated by the provider, not checked"),
]


MOST = 100_000_000_000
"""Whole units that an amount may have: a year's wage in the currencies of which one is worth least, and some."""


def _amount(label: str, hint: str = "", *, most: int = MOST, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=hint, required=required, min_value=Decimal(0), max_value=Decimal(most), max_digits=15, decimal_places=3
    )  # fmt: skip


def _percent(label: str, hint: str = "", *, least: int = 0, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=hint, required=required, min_value=Decimal(least), max_value=HUNDRED, max_digits=5, decimal_places=1
    )  # fmt: skip


class ReturnForm(forms.Form):
    """What depends on the person; ``inputs()`` gives it as the query takes it. Empty fields keep what is known or assumed."""

    hourly_value = _amount("What an hour of your time is worth", "After tax.")
    displaced = _percent("Share of the hours you would have worked for pay (%)")
    years = forms.IntegerField(label="Years in which it should pay off", min_value=1, max_value=40)
    discount = _percent("Interest you could have earned instead (% a year)")
    fade = _percent("What is left of a gain after each year (%)", "100 means that it never fades.", least=1)
    grants = _amount("Grants, and what an employer pays", required=False)
    price = _amount("Price", "Empty: as stated.")
    hours = _amount("Hours it takes you", "Empty: as stated.", most=100_000)
    completion = _percent("How sure you are to complete it (%)", "Empty: not known.", least=1, required=False)
    area = forms.ChoiceField(label="Region for wages", required=False)
    occupation = forms.ChoiceField(
        label="Occupation to compare with", required=False, help_text="Shows at most what could be gained."
    )
    wage_now = _amount("What you earn now, a year", "Only for that comparison. It is not stored.")
    premium_low = _amount("Suppose it brought you a year, at least", "After tax; your own figure, if you have one.")
    premium_high = _amount("Suppose it brought you a year, at most")

    def __init__(self, *args: Any, areas: list[str], occupations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["area"].choices = [("", "The widest there is"), *((area, area) for area in areas)]
        fields["occupation"].choices = [("", "None"), *occupations]

    def clean(self) -> dict[str, Any]:
        """Refuse half a range, and a range that runs backwards."""
        given = super().clean() or {}
        low, high = given.get("premium_low"), given.get("premium_high")
        if (low is None) != (high is None):
            self.add_error(
                "premium_high" if high is None else "premium_low", "Give both ends of the range, or neither."
            )
        elif low is not None and high is not None and not 0 < low <= high:
            self.add_error("premium_high", "Give two amounts above zero, the lower one first.")
        return given

    def inputs(self) -> Inputs:
        """Return the inputs; only for a form that is valid."""
        given = self.cleaned_data
        kept = {
            name: given[name] for name in ("hourly_value", "years", "price", "hours", "wage_now", "area", "occupation")
        }
        shares = {name: given[name] / HUNDRED for name in ("displaced", "discount", "fade")}
        share = given["completion"]
        return Inputs(
            **kept, **shares, grants=given["grants"] or Decimal(0), completion=None if share is None else share / HUNDRED,
            premium_low=given["premium_low"], premium_high=given["premium_high"],
        )  # fmt: skip

    @staticmethod
    def first(inputs: Inputs, currency: str) -> dict[str, Any]:
        """Return the values a fresh form shows where the price is in ``currency``."""
        return {
            "hourly_value": ASSUMED_HOUR.get(currency, ""),
            "displaced": f"{(inputs.displaced * HUNDRED).normalize():f}",
            "years": inputs.years,
            "discount": f"{(inputs.discount * HUNDRED).normalize():f}",
            "fade": f"{(inputs.fade * HUNDRED).normalize():f}",
        }


class FindingForm(forms.Form):
    """What was found out about one criterion."""

    points = forms.DecimalField(label="Points", min_value=Decimal(0), max_digits=6, decimal_places=2)
    tier = forms.ChoiceField(label="How it was checked", choices=TIERS)
    sentence = forms.CharField(label="What was found, in one sentence", max_length=400)
    source = forms.CharField(
        label="Source", max_length=300, required=False, help_text="The register, signature or document looked at."
    )
    document_digest = forms.RegexField(
        r"^[0-9A-Fa-f]{64}$",
        label="SHA-256 of the document",
        required=False,
        help_text="64 hexadecimal digits, if a file was read.",
    )
    checked_on = forms.DateField(label="Checked on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    expires_on = forms.DateField(
        label="Holds until", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    whole_provider = forms.BooleanField(label="It holds for everything this provider offers", required=False)

    def __init__(self, data: Any = None, *, criterion: Criterion, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, prefix=criterion.id, initial=initial)
        self.criterion = criterion
        self.fields["points"].help_text = f"0 to {criterion.points.normalize():f}, before the way of checking counts."
        if criterion.group != "A":
            del self.fields["whole_provider"]

    def for_oneself(self) -> None:
        """Offer only what a provider may say of itself: whatever else it chose would be refused."""
        fields: dict[str, Any] = self.fields
        fields["tier"].choices = [(tier, said) for tier, said in TIERS if tier == Tier.DECLARED.value]

    def finding(self) -> Finding:
        """Return the finding; only for a form that is valid."""
        given = self.cleaned_data
        return Finding(
            criterion=self.criterion.id, points=given["points"], tier=Tier(given["tier"]), sentence=given["sentence"],
            source=given["source"],
            document_digest=given["document_digest"], checked_on=given["checked_on"], expires_on=given["expires_on"],
            whole_provider=given.get("whole_provider", False),
        )  # fmt: skip
