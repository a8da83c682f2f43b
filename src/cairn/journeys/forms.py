"""Forms of journeys."""

from __future__ import annotations

from decimal import Decimal

from django import forms


class LimitsForm(forms.Form):
    """What a person can give toward a goal. Everything may stay empty: empty is no limit."""

    budget = forms.DecimalField(
        label="Budget in US dollars", required=False, min_value=Decimal(0), max_digits=9, decimal_places=2,
        help_text="All you can spend on fees and materials. Leave it empty for no limit.",
    )  # fmt: skip
    hours_per_week = forms.IntegerField(
        label="Hours a week", required=False, min_value=1, max_value=80,
        help_text="How much time you have for learning. Leave it empty to see plans in hours only.",
    )  # fmt: skip
    deadline = forms.DateField(
        label="To be done by", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Needs the hours a week.",
    )  # fmt: skip

    def limits(self) -> dict[str, object]:
        """Return the limits as the services take them: the budget in cents."""
        budget = self.cleaned_data["budget"]
        return {
            "budget": None if budget is None else int(budget * 100),
            "hours_per_week": self.cleaned_data["hours_per_week"],
            "deadline": self.cleaned_data["deadline"],
        }
