"""Rows of prices that hang on more than one offer: bundles of offers sold together, and discounts for holders of credentials."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cairn.people.models import Person


class SpecialPrice(models.Model):
    """What bundles and discounts have in common: a name, days, and who made it.

    It can be had from ``from_on`` to ``until_on``, both days included, and never again once ``ended_at`` is set.
    """

    title = models.CharField(max_length=200)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(from_on=None)
                | models.Q(until_on=None)
                | models.Q(until_on__gte=models.F("from_on")),
                name="%(class)s_dates_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Bundle(SpecialPrice):
    """A provider's offers for one price: who pays ``price`` (minor units) may take any of them without paying for them one by one."""

    provider = models.ForeignKey("catalog.Provider", on_delete=models.CASCADE, related_name="bundles")
    offers = models.ManyToManyField("catalog.Offer", related_name="bundles")
    currency = models.CharField(max_length=3)
    price = models.PositiveBigIntegerField(help_text="Minor units")


class Discount(SpecialPrice):
    """A part of an offer's price that holders of credentials do not pay: ``percent`` of it, or ``amount`` in the offer's minor units.

    ``credentials``: groups of achievement addresses, [["…", "…"], ["…"]]; one of each group must be held, in any of its versions.
    """

    offer = models.ForeignKey("catalog.Offer", on_delete=models.CASCADE, related_name="discounts")
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.PositiveBigIntegerField(null=True, blank=True, help_text="Minor units of the offer's currency")
    credentials = models.JSONField()

    class Meta(SpecialPrice.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(percent__gte=1, percent__lte=100, amount=None)
                | models.Q(percent=None, amount__gte=1),
                name="discount_is_percent_or_amount",
            ),
            *SpecialPrice.Meta.constraints,
        ]

    def taken_off(self, price: int) -> int:
        """Return what it takes off a price, in minor units; a part of a cent is never promised."""
        return self.amount if self.amount is not None else price * (self.percent or 0) // 100
