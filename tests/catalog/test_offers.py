"""Offers: exact prices, dates in order, open only for what is published."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.catalog.factories import AT, Team, imported, member, provider

from cairn.catalog import queries, services
from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.people.models import Role

pytestmark = pytest.mark.django_db


def test_the_total_is_the_sum_of_the_parts_and_nothing_stated_stays_unknown() -> None:
    team = Team()
    version = team.published()
    offer = services.create_offer(version=version, by=team.designer, at=AT, price_tuition=90_00, price_fees=5_00)
    assert (offer.price_total, offer.price_materials) == (95_00, None)
    assert services.create_offer(version=version, by=team.designer, at=AT).price_total is None
    assert services.create_offer(version=version, by=team.designer, at=AT, price_tuition=0).price_total == 0


def test_a_total_that_contradicts_its_parts_is_refused() -> None:
    team = Team()
    version = team.published()
    with pytest.raises(Invalid, match="add up"):
        services.create_offer(version=version, by=team.designer, at=AT, price_tuition=90_00, price_total=80_00)
    with pytest.raises(Invalid, match="below zero"):
        services.create_offer(version=version, by=team.designer, at=AT, price_tuition=-1)


def test_dates_and_hours_must_be_possible() -> None:
    team = Team()
    version = team.published()
    with pytest.raises(Invalid, match="before it starts"):
        services.create_offer(
            version=version, by=team.designer, at=AT, starts_on=date(2026, 5, 2), ends_on=date(2026, 5, 1)
        )
    with pytest.raises(Invalid, match="workload"):
        services.create_offer(version=version, by=team.designer, at=AT, hours=Decimal(0))


def test_an_offer_opens_only_for_a_published_version_and_only_once() -> None:
    team = Team()
    draft = team.draft()
    offer = services.create_offer(version=draft, by=team.designer, at=AT)
    with pytest.raises(Conflict, match="not published"):
        services.open_offer(offer=offer, by=team.designer, at=AT)
    version, opened = team.offered(title="Reading maps of ships")
    assert opened.state == "open"
    with pytest.raises(Conflict):
        services.open_offer(offer=opened, by=team.designer, at=AT)
    assert queries.current_offers(version) == [opened]
    services.close_offer(offer=opened, by=team.publisher, at=AT)
    assert queries.current_offers(version) == []


def test_others_cannot_offer_and_cancelling_needs_a_reason() -> None:
    team = Team()
    _, offer = team.offered()
    with pytest.raises(NotAllowed):
        services.close_offer(offer=offer, by=member(team.organisation, Role.ASSESSOR), at=AT)
    with pytest.raises(Invalid):
        services.cancel_offer(offer=offer, by=team.designer, at=AT, reason="")
    assert (
        services.cancel_offer(offer=offer, by=team.designer, at=AT, reason="The hall burnt down.").state == "cancelled"
    )


def test_nobody_offers_what_was_only_imported() -> None:
    team = Team()
    with pytest.raises(NotAllowed):
        services.create_offer(version=imported(by=provider()), by=team.designer, at=AT)
