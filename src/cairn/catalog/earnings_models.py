"""Rows of what a source publishes about the earnings of people with one credential (:class:`cairn.appraisal.Earnings`).

They are of the credential, not of one version of it: a figure is about people who finished in some years, whatever its page says today.
Outcomes of a provider's whole field of study are another table (:class:`cairn.catalog.models.Outcome`); the two are never mixed.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar

from django.db import models

from cairn.appraisal import FIGURES, Basis, Earnings, Period

_BASES = [(one.value, one.value) for one in Basis]
_PERIODS = [(one.value, one.value) for one in Period]


def _amount() -> Any:
    return models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)


class PublishedEarnings(models.Model):
    """One statement of a source: figures of one kind of people, as :class:`~cairn.appraisal.Earnings` describes them."""

    definition = models.ForeignKey("catalog.Definition", on_delete=models.CASCADE, related_name="earnings")
    source_key = models.CharField(
        max_length=64, help_text="What tells it from others of this credential, to find it again"
    )
    basis = models.CharField(max_length=12, choices=_BASES, help_text="Whose earnings they are")
    median = _amount()
    p25 = _amount()
    p75 = _amount()
    p10 = _amount()
    p90 = _amount()
    mean = _amount()
    lowest = _amount()
    highest = _amount()
    amount = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="A figure of which its source does not say what it is",
    )
    currency = models.CharField(max_length=3, blank=True, help_text="ISO 4217")
    period = models.CharField(
        max_length=8, choices=_PERIODS, blank=True, help_text="For how long it is paid; empty is not said"
    )
    earners = models.PositiveIntegerField(
        null=True, blank=True, help_text="On how many people's earnings the figures stand"
    )
    completers = models.PositiveIntegerField(null=True, blank=True)
    employed = models.PositiveIntegerField(null=True, blank=True)
    employed_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    months_after = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Months after the award")
    first = models.DateField(null=True, blank=True, help_text="First day that the data are of")
    last = models.DateField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    holds_until = models.DateField(null=True, blank=True)
    suppressed = models.BooleanField(default=False, help_text="The source has figures and keeps them back")
    name = models.CharField(max_length=300, blank=True, help_text="What its source calls it")
    source = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = "published earnings"
        verbose_name_plural = "published earnings"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["definition", "source_key"], name="one_row_per_published_earnings"),
            models.CheckConstraint(
                condition=models.Q(suppressed=False) | models.Q(**dict.fromkeys(FIGURES)),
                name="suppressed_earnings_have_no_figure",
            ),
        ]

    def __str__(self) -> str:
        return f"Earnings published for {self.definition}"

    @property
    def value(self) -> Earnings:
        """The statement as a value."""
        told = {name: getattr(self, name) for name in STATED}
        return Earnings(**(told | {"basis": Basis(self.basis), "period": Period(self.period)}))


STATED = tuple(one.name for one in fields(Earnings))
"""The columns that say what its source says."""
