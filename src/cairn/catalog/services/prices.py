"""Prices that hang on more than one offer: bundles, and discounts for holders of credentials (domain: price, bundles and stacks).

Money is in minor units of one currency; currencies are never mixed. Neither can be changed once it stands, since people may have planned
with it: end it and make another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cairn.catalog.models import Bundle, Discount, Offer, Provider
from cairn.catalog.prerequisites import read_credentials
from cairn.catalog.services.definitions import owner_of, provider_of
from cairn.catalog.services.offers import State
from cairn.errors import Conflict, Invalid
from cairn.people import services as people
from cairn.people.models import Organisation, Person, Role

MAY = (Role.DESIGNER, Role.PUBLISHER)
LIVE = (State.SCHEDULED, State.OPEN, State.RUNNING)
MOST_OFFERS = 50


def create_bundle(
    *,
    organisation: Organisation,
    by: Person,
    at: datetime,
    title: str,
    offers: Collection[Offer],
    price: int,
    currency: str,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Bundle:
    """Sell offers of one organisation together for ``price`` minor units.

    Raises NotAllowed without the designer's or publisher's role; Invalid for fewer than two offers, an offer of somebody else, one that
    has ended or has no price, another currency, a price that saves nothing, and days that run backwards.
    """
    role = people.require(by, organisation, *MAY)
    chosen = list({offer.pk: offer for offer in offers}.values())
    _dates(from_on, until_on)
    if not title.strip():
        raise Invalid("The bundle has no name.", remedy="Write what learners should look for.")
    if not 2 <= len(chosen) <= MOST_OFFERS:
        raise Invalid("A bundle is two offers or more.", remedy=f"Choose 2 to {MOST_OFFERS} offers.")
    for offer in chosen:
        if offer.version.definition.owner_id != organisation.pk or offer.state not in LIVE:
            raise Invalid(f"{offer} is no offer of {organisation} that runs now.", remedy="Choose among your own.")
        if offer.price_total is None:
            raise Invalid(f"{offer} has no price, so nobody could tell what the bundle saves.", remedy="Leave it out.")
        if offer.currency != currency:
            raise Invalid(
                f"{offer} costs {offer.currency}, the bundle {currency}.",
                remedy="Bundle offers of one currency only.",
                code="mixed_currencies",
            )
    singly = sum(offer.price_total or 0 for offer in chosen)
    if not 0 <= price < singly:
        raise Invalid(
            "The bundle saves nothing: one by one these offers cost no more.",
            remedy="Give a price below their sum.",
            code="bundle_saves_nothing",
            singly=singly,
        )
    with transaction.atomic():
        bundle = Bundle.objects.create(
            provider=provider_of(organisation), title=title.strip(), currency=currency, price=price, from_on=from_on,
            until_on=until_on, created_by=by, created_at=at,
        )  # fmt: skip
        bundle.offers.set(chosen)
        _record(
            organisation, by, role, "bundle.created", "bundle", bundle.pk, at,
            price=price, currency=currency, offers=sorted(offer.pk for offer in chosen),
        )  # fmt: skip
    return bundle


def end_bundle(*, bundle: Bundle, by: Person, at: datetime) -> Bundle:
    """Sell it no more. Raises Conflict where it has ended already."""
    rows = Bundle.objects.select_for_update(of=("self",))
    return _end(rows, bundle.pk, "bundle", _organisation_of(bundle.provider), by, at)


def create_discount(
    *,
    offer: Offer,
    by: Person,
    at: datetime,
    title: str,
    credentials: Sequence[Sequence[str]],
    percent: int | None = None,
    amount: int | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Discount:
    """Take ``percent`` (1 to 100) or ``amount`` (minor units) off an offer for whoever holds one of each group of ``credentials``.

    Raises NotAllowed without the designer's or publisher's role; Invalid for an offer without a price or one that has ended, for both or
    neither of percent and amount, and where all discounts together would come to more than the price.
    """
    organisation = owner_of(offer.version)
    role = people.require(by, organisation, *MAY)
    _dates(from_on, until_on)
    if not title.strip():
        raise Invalid("The discount has no name.", remedy="Write what learners should look for.")
    if offer.state not in LIVE or offer.price_total is None:
        raise Invalid(f"{offer} has ended or has no price.", remedy="Choose an offer that runs and states its price.")
    if (percent is None) == (amount is None):
        raise Invalid("Give a percentage or an amount, one of the two.", remedy="Leave the other one empty.")
    if (percent is not None and not 1 <= percent <= 100) or (amount is not None and amount < 1):
        raise Invalid(
            "This takes nothing off, or more than everything.", remedy="Give 1 to 100 per cent, or an amount."
        )
    groups = read_credentials([list(group) for group in credentials])
    with transaction.atomic():
        locked = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
        price = locked.price_total or 0
        made = Discount(
            offer=locked, title=title.strip(), percent=percent, amount=amount, credentials=[list(group) for group in groups],
            from_on=from_on, until_on=until_on, created_by=by, created_at=at,
        )  # fmt: skip
        standing = Discount.objects.filter(offer=locked, ended_at=None).exclude(until_on__lt=at.date())
        together = made.taken_off(price) + sum(one.taken_off(price) for one in standing)
        if together > price:
            raise Invalid(
                "All discounts on this offer together would come to more than its price.",
                remedy="Make this one less, or end another one first.",
                code="discounts_exceed_price",
            )
        made.save()
        _record(
            organisation,
            by,
            role,
            "discount.created",
            "discount",
            made.pk,
            at,
            offer=offer.pk,
            percent=percent,
            amount=amount,
        )
    return made


def end_discount(*, discount: Discount, by: Person, at: datetime) -> Discount:
    """Give it no more. Raises Conflict where it has ended already."""
    rows = Discount.objects.select_for_update(of=("self",))
    return _end(rows, discount.pk, "discount", owner_of(discount.offer.version), by, at)


def _end[P: (Bundle, Discount)](
    locked: QuerySet[P], pk: int, kind: str, organisation: Organisation, by: Person, at: datetime
) -> P:
    role = people.require(by, organisation, *MAY)
    with transaction.atomic():
        fresh = locked.get(pk=pk)
        if fresh.ended_at is not None:
            raise Conflict(f"{fresh} has ended already.", remedy="Nothing more is needed.")
        fresh.ended_at = at
        fresh.save(update_fields=["ended_at"])
        _record(organisation, by, role, f"{kind}.ended", kind, pk, at)
    return fresh


def _dates(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise Invalid(f"It ends on {last}, before it begins on {first}.", remedy="Change one of the two days.")


def _organisation_of(provider: Provider) -> Organisation:
    if provider.organisation is None:
        raise Conflict(f"{provider} does not work with this site.", remedy="Ask the provider.")
    return provider.organisation


def _record(
    organisation: Organisation, by: Person, role: str, action: str, kind: str, pk: int, at: datetime, **details: Any
) -> None:
    people.record(
        organisation=organisation, actor=by, role=role, action=action, object_type=kind, object_id=str(pk), at=at,
        details=details,
    )  # fmt: skip
