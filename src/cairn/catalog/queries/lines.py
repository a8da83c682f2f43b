"""Lines of a list: what a card or a summary shows of published versions, and nothing else.

A search answers twenty at a time, many times a second. Rows of the models with all that hangs on them took longer to make than the index
takes to find them, so a line is a plain value, read with two questions that are written here once; what is made of parts takes some more.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from cairn.catalog.models import Definition, DefinitionVersion, Offer, Provider
from cairn.catalog.queries.amounts import in_hundredths
from cairn.catalog.queries.parts import Whole, made_of, wholes_of

_VERSION, _DEFINITION, _PROVIDER, _OFFER = (
    model._meta.db_table for model in (DefinitionVersion, Definition, Provider, Offer)
)
_LIVE = frozenset({"open", "scheduled", "running"})


class ProviderLine(NamedTuple):
    """A provider as a list names it."""

    slug: str
    name: str
    city: str
    county: str


class OfferLine(NamedTuple):
    """One way to take part; ``price_total`` in minor units. None is "not stated"."""

    state: str
    currency: str
    price_total: int | None
    hours: Decimal | None
    duration_text: str
    city: str
    county: str


class Line(NamedTuple):
    """A published version in a list, with all its offers. ``here``: an organisation of this site awards it.

    ``whole``: what its parts come to, where it is made of parts and its rule leaves no choice; what is stated of itself comes first.
    """

    pk: int
    number: int
    title: str
    description: str
    leads_to: str
    field_of_study: str
    workload_hours: Decimal | None
    slug: str
    type: str
    source_key: str
    here: bool
    provider: ProviderLine
    offers: tuple[OfferLine, ...]
    whole: Whole | None = None

    @property
    def live(self) -> list[OfferLine]:
        """The offers that can be joined now or later."""
        return [offer for offer in self.offers if offer.state in _LIVE]

    @property
    def cheapest(self) -> OfferLine | None:
        """The lowest stated price of what can be joined, by its figure whatever its currency; None where none is stated."""
        priced = [offer for offer in self.live if offer.price_total is not None]
        return min(priced, key=lambda offer: in_hundredths(offer.price_total or 0, offer.currency)) if priced else None

    @property
    def summed(self) -> Whole | None:
        """The sums over its parts where nobody sells it as a whole; None for everything else."""
        return None if self.live else self.whole


def listed(numbers: Sequence[int]) -> tuple[Line, ...]:
    """Return published versions by their keys, in the order given; keys of what is not published any more are left out."""
    if not numbers:
        return ()
    asked = ", ".join(["%s"] * len(numbers))
    offers: dict[int, list[OfferLine]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT version_id, state, currency, price_total, hours, duration_text, city, county FROM {_OFFER} "  # noqa: S608  names of our tables
            f"WHERE version_id IN ({asked}) ORDER BY id",
            numbers,
        )
        for version, state, currency, price, hours, *rest in cursor.fetchall():
            line = OfferLine(state, currency, price, _exact(hours), *rest)
            offers.setdefault(version, []).append(line)
        cursor.execute(
            "SELECT v.id, v.number, v.title, v.description, v.leads_to, v.field_of_study, v.workload_hours, d.slug, d.type, "  # noqa: S608  names of our tables
            f"v.requirement, d.source_key, d.owner_id, p.slug, p.name, p.city, p.county FROM {_VERSION} v "
            f"JOIN {_DEFINITION} d ON d.id = v.definition_id "
            f"JOIN {_PROVIDER} p ON p.id = d.provider_id WHERE v.state = %s AND v.id IN ({asked})",
            [DefinitionVersion.State.PUBLISHED.value, *numbers],
        )
        rows = cursor.fetchall()
    rules = {row[0]: row[_RULE] for row in rows if row[_RULE] not in _NO_RULE}
    made = made_of(rules) if rules else {}
    found = {row[0]: _line(row, offers.get(row[0], ()), made[row[0]].whole if row[0] in made else None) for row in rows}
    return tuple(found[number] for number in numbers if number in found)


def lines_of(versions: Sequence[DefinitionVersion]) -> list[Line]:
    """Return the lines of versions that were read already, with their offers read before or one by one."""
    wholes = wholes_of(versions)
    return [_line_of(version, wholes.get(version.pk)) for version in versions]


def line_of(version: DefinitionVersion) -> Line:
    """Return the line of a version that was read already."""
    return lines_of([version])[0]


def _line_of(version: DefinitionVersion, whole: Whole | None) -> Line:
    definition, provider = version.definition, version.definition.provider
    offers = [
        OfferLine(one.state, one.currency, one.price_total, one.hours, one.duration_text, one.city, one.county)
        for one in version.offers.all()
    ]
    return Line(
        version.pk, version.number, version.title, version.description, version.leads_to, version.field_of_study, version.workload_hours,
        definition.slug, definition.type, definition.source_key, definition.owner_id is not None,
        ProviderLine(provider.slug, provider.name, provider.city, provider.county), tuple(offers), whole,
    )  # fmt: skip


_RULE = 9
_NO_RULE = (None, "null")


def _line(row: tuple[object, ...], offers: Sequence[OfferLine], whole: Whole | None) -> Line:
    """SQLite gives exact numbers as whole ones or floats, both databases a rule as text."""
    pk, number, title, description, leads_to, studied, workload, slug, kind, _, key, owner, *provider = row
    return Line(
        pk, number, title, description, leads_to, studied, _exact(workload), slug, kind, key,  # type: ignore[arg-type]  # rows of a cursor have no types
        owner is not None, ProviderLine(*provider), tuple(offers), whole,  # type: ignore[arg-type]  # rows of a cursor have no types
    )  # fmt: skip


def _exact(number: object) -> Decimal | None:
    return number if number is None or isinstance(number, Decimal) else Decimal(str(number))
