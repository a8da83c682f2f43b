"""What is published of completers, for one version: shares and earnings, with few people's figures drawn to those of larger groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cairn.appraisal import Observation, Shrunk, shrink
from cairn.catalog.models import DefinitionVersion, Outcome, Provider

QUARTER = 4
"""Outcomes are taken a year after completion; where a source has none then, half a year."""


class Completers(NamedTuple):
    """The employed share (percent), mean quarterly earnings (whole units of ``currency``), and after how many quarters.

    None where too few people stand behind what is published; the currency is "" where no earnings are told.
    """

    employed: Shrunk | None = None
    earnings: Shrunk | None = None
    quarter: int | None = None
    currency: str = ""


def published_outcomes(version: DefinitionVersion) -> Completers:
    """Return what is published of completers of a version's field, shrunk to field and region.

    The groups, broad to narrow: field family (two digits of the CIP), field, region (county), provider; the outcomes published today do
    not tell levels apart. Figures that the source keeps back, and those whose number of people it keeps back, enter no mean, nor do those
    of providers known to be in another state: a state's records seem to see the jobs in that state. Earnings are of one currency.
    """
    field = version.field_of_study
    if not field:
        return Completers()
    place = version.definition.provider
    everywhere = Outcome.objects.filter(field_of_study__startswith=field[:2]).select_related("provider").order_by("pk")
    rows = in_one_state(list(everywhere), place.state)
    currency = currency_of(rows, place.pk)
    path = _path(field, _region(place), place.pk)
    for quarter in sorted({row.quarter for row in rows}, key=lambda one: (one != QUARTER, one)):
        at_quarter = [row for row in rows if row.quarter == quarter]
        employed = shrink([Observation(_of(row), row.employed_percent, row.completers) for row in at_quarter], path)
        earnings = mean_earnings(at_quarter, path, currency)
        if employed or earnings:
            return Completers(employed, earnings, quarter, currency if earnings else "")
    return Completers()


def mean_earnings(rows: Iterable[Outcome], path: Sequence[str], currency: str) -> Shrunk | None:
    """Return the mean of earnings in one currency, shrunk along the path; amounts in another are left out, and not counted as kept back."""
    told = [row for row in rows if row.currency == currency]
    return shrink([Observation(_of(row), row.mean_quarterly_wage, row.earners) for row in told], path)


def currency_of(rows: Iterable[Outcome], provider: int) -> str:
    """Return in which currency earnings are told: the provider's own, else the one that most earners are paid in; "" without any."""
    earners: Counter[str] = Counter()
    own: Counter[str] = Counter()
    for row in rows:
        if row.mean_quarterly_wage is not None and row.earners:
            earners[row.currency] += row.earners
            if row.provider_id == provider:
                own[row.currency] += row.earners
    most = own or earners
    return min(most, key=lambda one: (-most[one], one)) if most else ""


def in_one_state(rows: list[Outcome], state: str) -> list[Outcome]:
    """Return the rows whose provider is in a state or does not say where it is; without a state, in the one most rows are of."""
    named = Counter(row.provider.state for row in rows if row.provider.state)
    home = state or (min(named, key=lambda one: (-named[one], one)) if named else "")
    return [row for row in rows if row.provider.state in {"", home}]


def _region(provider: Provider) -> str:
    return ", ".join(filter(None, (provider.county, provider.state)))


def _of(row: Outcome) -> tuple[str, ...]:
    return _path(row.field_of_study, _region(row.provider), row.provider_id)


def _path(field: str, region: str, provider: int) -> tuple[str, ...]:
    return (
        f"all fields of family {field[:2]}",
        f"field {field}",
        f"in {region or 'a place not named'}",
        f"provider {provider}",
    )
