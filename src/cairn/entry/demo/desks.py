"""What lies on the college's desks when the journey is over: prices, a rule under way, and a larger credential to look at."""

from __future__ import annotations

from datetime import datetime, timedelta

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import Offer
from cairn.catalog.services import create_bundle, create_discount, new_version
from cairn.entry.demo.cast import Cast
from cairn.entry.demo.school import School
from cairn.issuing.models import StatusChange
from cairn.issuing.services import award_credential, revoke


def leave(cast: Cast, school: School, now: datetime) -> None:
    """Sell the three badges together, give holders of the certificate a discount, draft its next version, and ask about an award."""
    _prices(cast, school, now - timedelta(hours=3))
    new_version(version=school.certificate, by=cast.designer, at=now - timedelta(hours=2))
    _question(cast, school, now - timedelta(hours=1))


def _prices(cast: Cast, school: School, at: datetime) -> None:
    create_bundle(
        organisation=cast.college, by=cast.publisher, at=at, title="All three badges", currency="USD", price=495_00,
        offers=Offer.objects.filter(version__in=school.badges),
    )  # fmt: skip
    create_discount(
        offer=school.project.offers.get(), by=cast.publisher, at=at, title="For those who hold Network Support", percent=10,
        credentials=[[achievement_id(school.certificate)]],
    )  # fmt: skip


def _question(cast: Cast, school: School, at: datetime) -> None:
    """A colleague earns the badges, so the certificate; one of them falls, and nothing follows until a registrar says so."""
    awards = [
        award_credential(version=badge, holder=cast.second_registrar, by=cast.registrar, at=at, origin="direct:desks")
        for badge in school.badges
    ]
    revoke(
        award=awards[-1], by=cast.registrar, reason=StatusChange.Reason.ERROR, at=at + timedelta(minutes=5),
        explanation="The calls that were handed in were somebody else's.",
    )  # fmt: skip
