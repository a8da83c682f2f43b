"""The forms of bundles and discounts at the provider's desk."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from cairn.catalog import writing_prices
from cairn.catalog.models import Offer
from cairn.look.formatting import minor_digits, money_text

DAY = forms.DateInput(attrs={"type": "date"})


def in_minor_units(amount: Decimal, currency: str) -> int:
    """Return an amount of whole units in minor ones. Raises ValidationError where it has more digits than the currency."""
    exact = amount.scaleb(minor_digits(currency))
    if exact != exact.to_integral_value():
        raise ValidationError(f"{currency} has {minor_digits(currency)} digits after the point. Write no more.")
    return int(exact)


class _OfferChoices(forms.ModelMultipleChoiceField[Offer]):
    def label_from_instance(self, obj: Any) -> str:
        """Say what the offer is of, and its price."""
        where = f", {obj.city}" if obj.city else ""
        starts = f", from {obj.starts_on:%-d %B %Y}" if obj.starts_on else ""
        return f"{obj.version.title}{where}{starts}: {money_text(obj.price_total, obj.currency)}"


class BundleForm(forms.Form):
    """Offers for one price; the amount in whole currency units."""

    title = forms.CharField(max_length=200, label="Name", help_text="What learners see, like “Both parts together”.")
    offers = _OfferChoices(
        Offer.objects.none(), widget=forms.CheckboxSelectMultiple, help_text="Two or more, all in one currency."
    )
    price = forms.DecimalField(
        min_value=0, max_digits=12, decimal_places=3, label="Price of all together",
        help_text="In the currency of the offers. It must be less than they cost one by one.",
    )  # fmt: skip
    from_on = forms.DateField(required=False, widget=DAY, label="From", help_text="Empty: at once.")
    until_on = forms.DateField(required=False, widget=DAY, label="Until", help_text="Empty: until you end it.")

    def __init__(self, *args: Any, choices: QuerySet[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["offers"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = choices

    def clean(self) -> dict[str, Any]:
        """Take the currency from the offers."""
        cleaned = super().clean() or self.cleaned_data
        currencies = sorted({offer.currency for offer in cleaned.get("offers", ())})
        if len(currencies) > 1:
            self.add_error(
                "offers", f"These offers cost {' and '.join(currencies)}. Bundle offers of one currency only."
            )
        elif currencies and cleaned.get("price") is not None:
            try:
                cleaned["price"] = in_minor_units(cleaned["price"], currencies[0])
            except ValidationError as error:
                self.add_error("price", error)
            cleaned["currency"] = currencies[0]
        return cleaned


class DiscountForm(forms.Form):
    """Less to pay for holders of credentials; the amount in whole currency units."""

    title = forms.CharField(max_length=200, label="Name", help_text="What learners see, like “For our own graduates”.")
    percent = forms.IntegerField(min_value=1, max_value=100, required=False, label="Per cent off")
    amount = forms.DecimalField(
        min_value=0, max_digits=12, decimal_places=3, required=False, label="Or an amount off",
        help_text="In the currency of the offer. Give one of the two.",
    )  # fmt: skip
    credentials = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), label="For those who hold",
        help_text="The page of a credential on each line. Where one of several is enough, put them on one line with “or” between them.",
    )  # fmt: skip
    from_on = forms.DateField(required=False, widget=DAY, label="From", help_text="Empty: at once.")
    until_on = forms.DateField(required=False, widget=DAY, label="Until", help_text="Empty: until you end it.")

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer

    def clean_amount(self) -> int | None:
        """Read the amount in minor units."""
        amount = self.cleaned_data["amount"]
        return None if amount is None else in_minor_units(amount, self.offer.currency)

    def clean_credentials(self) -> tuple[tuple[str, ...], ...]:
        """Read the credentials."""
        return writing_prices.read_credentials_text(self.cleaned_data["credentials"])
