"""Prices for some: what holders of credentials pay, and what several offers cost together. In words that every format can carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from cairn.catalog.exporting.values import amount
from cairn.catalog.models import Bundle, Discount, Offer
from cairn.catalog.prerequisites import CredentialBefore, read_credentials
from cairn.catalog.queries.prices import Names
from cairn.look.formatting import minor_digits


@dataclass(frozen=True, slots=True)
class Sold:
    """One of several offers that are sold together: what it leads to, and the page of that."""

    title: str
    page: str
    programme: bool


@dataclass(frozen=True, slots=True)
class SpecialPrice:
    """A price that not everybody pays, or that is for more than one offer. ``condition`` says in words for whom, or for what.

    ``together`` are the offers that it is for; empty for a discount on one offer. ``price`` in minor units is what is paid.
    """

    key: str
    title: str
    price: int
    currency: str
    condition: str
    first: date | None
    last: date | None
    together: tuple[Sold, ...] = ()

    @property
    def amount(self) -> Decimal:
        """The price in whole currency units, exact."""
        return amount(self.price, self.currency) or Decimal(0)

    def __str__(self) -> str:
        """Say all of it in one line, as tables do."""
        digits = minor_digits(self.currency)
        days = [f"from {self.first.isoformat()}"] if self.first else []
        days += [f"until {self.last.isoformat()}"] if self.last else []
        return " ".join([f"{self.title}: {self.currency} {self.amount:.{digits}f}, {self.condition}", *days])


def special_prices(offers: Iterable[Offer], day: date) -> Iterator[SpecialPrice]:
    """Yield the discounts on these offers and the bundles they are in, of those that can be had on a day or later; each bundle once."""
    names, bundled = Names(), set()
    for offer in offers:
        for discount in offer.discounts.all():
            if _is_over(discount, day) or offer.price_total is None:
                continue
            left = offer.price_total - min(discount.taken_off(offer.price_total), offer.price_total)
            yield SpecialPrice(
                key=f"discount-{discount.pk}", title=discount.title, price=left, currency=offer.currency,
                condition=f"for those who hold {_held(discount, names)}", first=discount.from_on, last=discount.until_on,
            )  # fmt: skip
        for bundle in offer.bundles.all():
            if bundle.pk not in bundled and not _is_over(bundle, day):
                bundled.add(bundle.pk)
                yield _of_bundle(bundle)


def with_special_prices(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """Return the offers with what :func:`special_prices` asks of them, read at once."""
    discounts = Discount.objects.filter(ended_at=None).order_by("pk")
    inside = Offer.objects.select_related("version__definition").order_by("version__title", "pk")
    bundles = Bundle.objects.filter(ended_at=None).order_by("pk").prefetch_related(Prefetch("offers", queryset=inside))
    return offers.prefetch_related(Prefetch("discounts", queryset=discounts), Prefetch("bundles", queryset=bundles))


def _is_over(price: Discount | Bundle, day: date) -> bool:
    return price.ended_at is not None or (price.until_on is not None and price.until_on < day)


def _held(discount: Discount, names: Names) -> str:
    groups = read_credentials(discount.credentials)
    return " and ".join(" or ".join(f"“{names.of(CredentialBefore(one)).text}”" for one in group) for group in groups)


def _of_bundle(bundle: Bundle) -> SpecialPrice:
    together = tuple(
        Sold(
            one.version.title,
            f"{settings.PUBLIC_URL}{reverse('catalog:credential', args=[one.version.definition.slug])}",
            one.version.definition.type == "programme",
        )
        for one in bundle.offers.all()
    )
    titles = ", ".join(f"“{title}”" for title in dict.fromkeys(one.title for one in together))
    return SpecialPrice(
        key=f"bundle-{bundle.pk}", title=bundle.title, price=bundle.price, currency=bundle.currency,
        condition=f"for all of these together: {titles}", first=bundle.from_on, last=bundle.until_on, together=together,
    )  # fmt: skip


def written(prices: Iterable[SpecialPrice], *, together: bool) -> Iterator[str]:
    """Yield the discounts, or what is sold together, each in one line."""
    return (str(one) for one in prices if bool(one.together) is together)


__all__ = ["Sold", "SpecialPrice", "special_prices", "with_special_prices", "written"]
