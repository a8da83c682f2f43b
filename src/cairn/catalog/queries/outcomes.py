"""Reading what became of learners, and what occupations pay. The two are never mixed: wages are of all people in an occupation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cairn.catalog.models import DefinitionVersion, Outcome, Provider
from cairn.skills.models import FieldOfStudyLink, Occupation, Wage

SMALL = 30
"""Below so many people a figure is shown with a warning (domain: return, small cohorts)."""
SUPPRESSED_NOTE = "Too few people are behind this figure, so its source keeps it back."


@dataclass(frozen=True)
class OutcomeLine:
    """One published line: what became of completers so many quarters afterwards. None means kept back, or not published.

    Wages are in whole units of ``currency``.
    """

    quarter: int
    completers: int | None
    employed_percent: Decimal | None
    retained_percent: Decimal | None
    mean_quarterly_wage: Decimal | None
    earners: int | None
    source: str
    currency: str

    @property
    def when(self) -> str:
        """How long after completion, in words."""
        return {2: "half a year", 4: "a year", 8: "two years"}.get(self.quarter, f"{self.quarter} quarters")

    @property
    def small(self) -> bool:
        """Whether so few people are behind it that chance may explain much of it."""
        return self.completers is not None and self.completers < SMALL

    @property
    def wage_small(self) -> bool:
        """Whether the mean of earnings rests on few people."""
        return self.earners is not None and self.earners < SMALL


@dataclass(frozen=True)
class OccupationPay:
    """An occupation that a field of study prepares for, with a year's wages there; None where the source keeps them back."""

    title: str
    soc: str
    code: str
    in_demand: bool
    wage: Wage | None
    also: tuple[str, ...] = ()

    @property
    def top_coded(self) -> frozenset[str]:
        """Percentiles of which the source only says "at least"."""
        return frozenset(self.wage.top_coded) if self.wage else frozenset()


def outcomes_of(provider: Provider, field_of_study: str) -> list[OutcomeLine]:
    """Return the published outcomes of a provider's field of study, earliest first; empty where none are published."""
    if not field_of_study:
        return []
    return [
        line_of(row)
        for row in Outcome.objects.filter(provider=provider, field_of_study=field_of_study).order_by("quarter")
    ]


def outcomes_of_provider(provider: Provider) -> dict[str, list[OutcomeLine]]:
    """Return all published outcomes of a provider by field of study."""
    found: dict[str, list[OutcomeLine]] = {}
    for row in Outcome.objects.filter(provider=provider).order_by("field_of_study", "quarter"):
        found.setdefault(row.field_of_study, []).append(line_of(row))
    return found


def occupations_for(
    version: DefinitionVersion, area: str | None = None, limit: int | None = None
) -> list[OccupationPay]:
    """Return the occupations that a version's field of study prepares for, best paid first, one line for each SOC.

    The link is the official CIP to SOC crosswalk: it says what a field prepares for, not where people went. Wages are of
    ``area`` where given and known, else of the widest area there is (national before states).
    """
    if not version.field_of_study:
        return []
    socs = list(FieldOfStudyLink.objects.filter(cip=version.field_of_study).values_list("soc", flat=True).distinct())
    return pay_of(socs, area)[:limit]


def pay_for_each(versions: Iterable[DefinitionVersion]) -> dict[str, list[OccupationPay]]:
    """Return by field of study what the occupations of these versions pay, as :func:`occupations_for` does for one: three questions."""
    fields = {version.field_of_study for version in versions} - {""}
    links: dict[str, set[str]] = {}
    if fields:
        for cip, soc in FieldOfStudyLink.objects.filter(cip__in=fields).values_list("cip", "soc"):
            links.setdefault(cip, set()).add(soc)
    pays = pay_of({soc for socs in links.values() for soc in socs}) if links else []
    return {cip: [pay for pay in pays if pay.soc in socs] for cip, socs in links.items()}


def pay_of(socs: Iterable[str], area: str | None = None) -> list[OccupationPay]:
    """Return titles and the latest wages of these SOC 2018 codes, best paid first."""
    wanted = sorted(set(socs))
    occupations: dict[str, list[Occupation]] = {}
    for occupation in Occupation.objects.filter(soc__in=wanted).order_by("code"):
        occupations.setdefault(occupation.soc, []).append(occupation)
    wages: dict[str, Wage] = {}
    for wage in Wage.objects.filter(soc__in=wanted).order_by("year"):
        before = wages.get(wage.soc)
        if before is None or _rank(wage, area) >= _rank(before, area):
            wages[wage.soc] = wage
    found = []
    for soc in wanted:
        named = occupations.get(soc, [])
        if not named and soc not in wages:
            continue
        first = named[0] if named else None
        found.append(
            OccupationPay(
                title=first.title if first else soc, soc=soc, code=first.code if first else "",
                in_demand=any(occupation.in_demand for occupation in named), wage=wages.get(soc),
                also=tuple(occupation.title for occupation in named[1:]),
            )
        )  # fmt: skip
    return sorted(found, key=lambda pay: (-(pay.wage.median or 0) if pay.wage else 0, pay.title))


def _rank(wage: Wage, area: str | None) -> tuple[int, int]:
    """Prefer the area asked for, then the country, then any other; then the latest year."""
    return (
        2
        if area and wage.area == area
        else 1
        if wage.area.upper() in {"US", "U.S.", "NATIONAL", "UNITED STATES"}
        else 0,
        wage.year,
    )


def line_of(row: Outcome) -> OutcomeLine:
    """Return a row as a value."""
    return OutcomeLine(
        row.quarter,
        row.completers,
        row.employed_percent,
        row.retained_percent,
        row.mean_quarterly_wage,
        row.earners,
        row.source,
        row.currency,
    )
