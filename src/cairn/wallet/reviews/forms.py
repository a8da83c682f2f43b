"""Forms of reviews: every question may stay open."""

from __future__ import annotations

from typing import Any

from django import forms

from cairn.wallet.models import Review, ReviewReport
from cairn.wallet.reviews.writing import LONGEST_NAME, LONGEST_TEXT, MOST_HOURS


class ReviewForm(forms.Form):
    """What somebody who holds a credential says of it."""

    helped = forms.ChoiceField(
        label="Did it help with work?", choices=[("", "No answer"), *Review.Helped.choices], required=False
    )
    again = forms.ChoiceField(
        label="Would you do it again?", choices=[("", "No answer"), ("yes", "Yes"), ("no", "No")], required=False
    )
    hours_spent = forms.DecimalField(
        label="Hours you really spent", required=False, min_value=0, max_value=MOST_HOURS, max_digits=7, decimal_places=1,
        help_text="All of it: lessons, practice, assessment.",
    )  # fmt: skip
    text = forms.CharField(
        label="In your own words", required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What others should know before they start. Name no other people.",
    )  # fmt: skip
    shown_as = forms.CharField(
        label="Name to show", required=False, max_length=LONGEST_NAME,
        help_text="Empty for none. It need not be your own; your account is never shown.",
    )  # fmt: skip

    def answers(self) -> dict[str, Any]:
        """Return what was said, as :func:`cairn.wallet.reviews.writing.write_review` takes it."""
        said = dict(self.cleaned_data)
        said["again"] = {"yes": True, "no": False}.get(said["again"])
        return said

    @staticmethod
    def said_before(review: Review) -> dict[str, Any]:
        """Return the values of a review for the form."""
        again = {True: "yes", False: "no", None: ""}[review.again]
        return {
            "helped": review.helped,
            "again": again,
            "hours_spent": review.hours_spent,
            "text": review.text,
            "shown_as": review.shown_as,
        }


class ReportForm(forms.Form):
    """Why a review should not stand there."""

    why = forms.ChoiceField(label="What is wrong with it?", choices=ReviewReport.Why.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="Anything the operator should know",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReplyForm(forms.Form):
    """What the provider answers."""

    text = forms.CharField(
        label="Your reply", required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Everybody sees it below the review, in your organisation's name. Empty takes it back.",
    )  # fmt: skip
