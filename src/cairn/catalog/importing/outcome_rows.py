"""What New Jersey publishes of completers: employment, wages and retention two, four and eight quarters after the end.

One row per provider and field of study, column by column as in ``outcomes_schcip.csv``: shares from 0 to 1, wages in dollars a quarter.
-99999, and the marks that other publishers put in its place (``*``, ``<10``, ``S``, a dash), mean that the figure is suppressed because
too few people stand behind it; it becomes None, never 0. A share or a mean of nobody (0 people behind it) is no figure either.

The file does not say whose jobs were looked for; its figures look as if only those in New Jersey were (in the list of 2021: 71 % of New
Jersey's own completers after a year, 14 % of those in Connecticut). So rows of providers elsewhere say that in their source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from cairn.catalog.importing.provider_rows import SOURCE
from cairn.catalog.models import Outcome, Provider
from cairn.skills.importing.report import Progress, Report
from cairn.skills.importing.saving import save_all
from cairn.skills.importing.tabular import Row, Table
from cairn.skills.importing.values import cip, number

NEEDED = ("providerid", "cipcode", "PerEmployed2", "AvgQuarterlyWage2", "NumCompleted2", "NumUsedWageCalc2")
PUBLISHED = "New Jersey training outcomes by provider and field of study, 2021"
ELSEWHERE = f"{PUBLISHED}, which seem to see jobs in New Jersey only; the provider is in "
CURRENCY = "USD"
"""The file names none: wages are those that employers in the United States report."""
SUPPRESSED = Decimal(-99999)
MARKS = re.compile(r"\*+|[<≤]\s*\d+|[-\u2013\u2014.]|n/?a|x|n?s|dsp?|null|ps|(privacy)?suppressed", re.IGNORECASE)
"""What stands in a cell instead of a figure that is kept back, or that there is none of."""


def save_outcomes(table: Table, pairs: dict[tuple[str, str], set[int]], report: Report, progress: Progress) -> None:
    """Write the outcomes of the (provider number, CIP) pairs that stand in the list; ``pairs`` gives their providers' primary keys."""

    states = dict(Provider.objects.filter(source=SOURCE).exclude(state__in=["", "NJ"]).values_list("pk", "state"))

    def rows() -> Iterator[Outcome]:
        seen: set[tuple[int, str]] = set()
        elsewhere = 0
        for row in table.rows("outcomes", report):
            try:
                field = cip(row["cipcode"])
            except ValueError as trouble:
                report.remark("outcomes", row.refused("not_a_cip", f"{trouble}.", column="cipcode"))
                continue
            providers = pairs.get((row["providerid"], field))
            if not providers:
                report.skip("outcomes of providers and fields of study that are not in the list")
                continue
            if len(providers) > 1:
                report.remark(
                    "outcomes",
                    row.refused("two_providers", f"Provider number {row['providerid']} has two names in this field: whose outcome it is "
                                "cannot be told.", column="providerid"),
                )  # fmt: skip
                continue
            (provider,) = providers
            if (provider, field) in seen:
                report.remark(
                    "outcomes",
                    row.refused("duplicate", f"Provider {row['providerid']} and field {field} came already."),
                )
                continue
            try:
                quarters = _quarters(
                    row, provider, field, ELSEWHERE + states[provider] if provider in states else PUBLISHED, report
                )
            except ValueError as trouble:
                report.remark("outcomes", row.refused("not_a_figure", f"{trouble}."))
            else:
                seen.add((provider, field))
                elsewhere += provider in states and bool(quarters)
                yield from quarters
        if elsewhere:
            report.notes.append(
                f"Outcomes of providers outside New Jersey: {elsewhere:,}. The state's records seem to see jobs in New Jersey only: "
                "these shares are kept with that remark, and enter no estimate for providers in New Jersey."
            )

    save_all(
        rows(), within=Outcome.objects.filter(provider__source=SOURCE), key=("provider_id", "field_of_study", "quarter"),
        fields=("completers", "employed_percent", "retained_percent", "mean_quarterly_wage", "earners", "currency", "source"),
        table="outcomes", report=report, progress=progress,
    )  # fmt: skip


def _quarters(row: Row, provider: int, field: str, source: str, report: Report) -> list[Outcome]:
    found = []
    for quarter in (2, 4, 8):
        completers = _figure(row, f"NumCompleted{quarter}")
        employed = _share(row, f"PerEmployed{quarter}")
        retained = _share(row, f"PerRetention{quarter}")
        wage = _figure(row, f"AvgQuarterlyWage{quarter}")
        earners = _figure(row, f"NumUsedWageCalc{quarter}")
        if completers == 0:
            employed = retained = None
        if earners == 0:
            wage = None
        if not completers and employed is None and retained is None and wage is None:
            report.skip("quarters without any completer")
            continue
        found.append(
            Outcome(
                provider_id=provider, field_of_study=field, quarter=quarter, completers=None if completers is None else int(completers),
                employed_percent=employed, retained_percent=retained, mean_quarterly_wage=None if wage is None else round(wage, 2),
                earners=None if earners is None else int(earners), currency=CURRENCY, source=source,
            )
        )  # fmt: skip
    return found


def _figure(row: Row, column: str) -> Decimal | None:
    cell = row.get(column, "").strip()
    value = None if MARKS.fullmatch(cell) else number(cell)
    if value is None or value == SUPPRESSED:
        return None
    if value < 0:
        raise ValueError(f"{column} is {value}, less than nothing")
    return value


def _share(row: Row, column: str) -> Decimal | None:
    value = _figure(row, column)
    if value is not None and value > 1:
        raise ValueError(f"{column} is {value}; a share lies between 0 and 1")
    return None if value is None else round(value * 100, 2)
