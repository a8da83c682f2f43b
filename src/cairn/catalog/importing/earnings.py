"""Published earnings as sources write them: the words by which they say which kind of figure it is, for how long, and that it is kept back.

What cannot be told for sure stays open: a figure of which nobody says whether it is a mean or a median is neither, a month's pay is never
made a year's, and an amount without a currency is left out and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from cairn.appraisal import FIGURES, LONGEST_AFTER, AppraisalError, Basis, Earnings, Period, SaysNothing
from cairn.catalog.earnings_models import STATED
from cairn.catalog.importing.words import Reader, currency, figure
from cairn.catalog.models import PublishedEarnings
from cairn.skills.importing.report import Report
from cairn.skills.importing.saving import save_all

TABLE = "published earnings"
LARGEST = Decimal("9999999999.99")
MOST_PEOPLE = 2_147_483_647
LONGEST_NAME, LONGEST_SOURCE = 300, 500
_WITHHELD = re.compile(
    r"\W*(?:s|ps|suppressed|privacy ?suppressed|withheld|masked|redacted|<\s?\d+)\W*|\*+", re.IGNORECASE
)
"""What stands in the place of a figure that is kept back, as statistical offices write it."""
_KEPT_BACK = re.compile(r"\b(?:suppress|withh(?:e|o)ld|kept back|redact|too few)", re.IGNORECASE)
_MEDIAN = re.compile(r"\bmedian", re.IGNORECASE)
_MEAN = re.compile(r"\bmean\b|\baverage\b|\bdurchschnitt|\bpromedio\b|\bmoyen", re.IGNORECASE)
_PERIODS = (
    (Period.YEAR, r"annual\w*|annum|year(?:ly)?|calendar year|ann|p1y|yr|p12m"), (Period.QUARTER, r"quarter(?:ly)?|p3m"),
    (Period.MONTH, r"month(?:ly)?|mon|p1m"), (Period.WEEK, r"week(?:ly)?|wee|p1w|p7d"), (Period.DAY, r"day|daily|p1d"),
    (Period.HOUR, r"hour(?:ly)?|hur|pt1h"),
)  # fmt: skip
_UNITS = {period: re.compile(rf"(?:{words})", re.IGNORECASE) for period, words in _PERIODS}
_SAID = {
    Period.YEAR: r"annual(?:i[sz]ed)?|yearly|(?:a|per|calendar) year|per annum", Period.QUARTER: r"quarterly|(?:a|per) quarter",
    Period.MONTH: r"monthly|(?:a|per) month", Period.WEEK: r"weekly|(?:a|per) week", Period.DAY: r"daily|(?:a|per) day",
    Period.HOUR: r"hourly|(?:an|per) hour",
}  # fmt: skip


def period_of(unit: str) -> Period:
    """Return the period that a unit or an ISO 8601 duration names: "YEAR", "ANN", "P1Y", "hourly"; else "not said"."""
    told = unit.strip()
    return next((period for period, words in _UNITS.items() if words.fullmatch(told)), Period.UNSAID)


def period_in(text: str) -> Period:
    """Return the one period that a sentence names; "not said" where it names none or several."""
    found = [period for period, words in _SAID.items() if re.search(rf"\b(?:{words})\b", text[:2_000], re.IGNORECASE)]
    return found[0] if len(found) == 1 else Period.UNSAID


def kind_of(text: str) -> str:
    """Return which kind of figure words call it: ``median``, ``mean``, or ``amount`` where they say neither or both."""
    median, mean = _MEDIAN.search(text[:2_000]), _MEAN.search(text[:2_000])
    return "amount" if bool(median) is bool(mean) else "median" if median else "mean"


def kept_back(*values: Any) -> bool:
    """Tell whether any value says in the place of a figure, or beside it, that there is one that is not published."""
    return any(
        isinstance(one, str) and bool(_WITHHELD.fullmatch(one) or _KEPT_BACK.search(one[:2_000])) for one in values
    )


def amount_of(value: Any, reader: Reader, *steps: str | int) -> Decimal | None:
    """Return an amount that is earned; None where there is none. What is no possible one is left out and told."""
    if isinstance(value, str) and kept_back(value):
        return None
    found = reader.figure(value, *steps)
    if found is None:
        return None
    rounded = round(found, 2)
    if rounded == 0 or rounded > LARGEST:
        told = (
            "0 is not what people earn, and not every source has another way to say nothing"
            if not rounded
            else "That is not possible"
        )
        reader.tell(reader.place.at(*steps).repaired("no_earnings", f"{told}; no figure is taken."))
        return None
    return rounded


def people_of(value: Any) -> int | None:
    """Return a number of people; None where there is none or it is no whole one."""
    try:
        found = figure(value)
    except ValueError:
        return None
    return int(found) if found is not None and found == int(found) and 0 <= found <= MOST_PEOPLE else None


def earnings(told: Mapping[str, Any], reader: Reader, *steps: str | int) -> Earnings | None:
    """Return a statement from what was read of it; None where it says nothing. What cannot be is told, and its figures are left out."""
    given = {name: value for name, value in told.items() if value is not None}
    given["name"] = str(given.get("name", "")).replace("\x00", "").strip()[:LONGEST_NAME]
    given["source"] = str(given.get("source", "")).replace("\x00", "").strip()[:LONGEST_SOURCE]
    if months := given.get("months_after"):
        given["months_after"] = months if months <= LONGEST_AFTER else None
    figures = [name for name in FIGURES if name in given]
    if figures and not given.get("currency"):
        reader.tell(
            reader.place.at(*steps).repaired("no_currency", "The earnings have no currency; no figure is taken.")
        )
        given = {name: value for name, value in given.items() if name not in FIGURES}
    if given.get("suppressed"):
        given["suppressed"] = not figures
    try:
        return Earnings(**given)
    except SaysNothing:
        return None
    except AppraisalError as refused:
        reader.tell(
            reader.place.at(*steps).repaired(
                "earnings_not_possible", f"{refused.message.rstrip('.')}; its figures are left out."
            )
        )
    try:
        return Earnings(
            **{name: value for name, value in given.items() if name in {"basis", "completers", "name", "source"}}
        )
    except AppraisalError:
        return None


def merged(one: Earnings, other: Earnings) -> Earnings | None:
    """Return two statements as one where they contradict each other in nothing: a summary, and the data set that it names."""
    changes: dict[str, Any] = {}
    for name in STATED:
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine and theirs and mine != theirs and name != "name":
            return None
        changes[name] = mine or theirs
    try:
        return replace(one, **changes)
    except AppraisalError:
        return None


def code_of(value: Any) -> str:
    """Return the currency that a value names, "" for none."""
    return currency(value if isinstance(value, str) else "")


def keyed(given: Iterable[Earnings]) -> Iterator[tuple[str, Earnings]]:
    """Yield statements with keys that stay the same where a source corrects a figure: by whose they are, of when, and as what."""
    seen: dict[str, int] = {}
    for one in dict.fromkeys(given):
        apart = (one.basis, one.period, one.currency, one.months_after, one.first, one.last, one.name, one.source)
        kinds = [name for name, _ in one.figures]
        key = blake2b(repr((*map(str, apart), kinds)).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
        seen[key] = seen.get(key, 0) + 1
        yield key if seen[key] == 1 else f"{key}-{seen[key]}", one


def save_earnings(stated: Mapping[int, tuple[Earnings, ...]], report: Report) -> None:
    """Write what is published of some definitions, by their primary keys. Earlier years' figures stay beside later ones."""
    rows = [
        PublishedEarnings(definition_id=definition, source_key=key, **{name: _column(one, name) for name in STATED})
        for definition, published in stated.items()
        for key, one in keyed(published)
    ]
    if rows:
        within = PublishedEarnings.objects.filter(definition__in=[pk for pk, published in stated.items() if published])
        save_all(
            rows,
            within=within,
            key=("definition_id", "source_key"),
            fields=STATED,
            table=TABLE,
            report=report,
            named=False,
        )


def _column(one: Earnings, name: str) -> Decimal | int | bool | date | str | None:
    value: Decimal | int | bool | date | str | None = getattr(one, name)
    return round(value, 2) if isinstance(value, Decimal) else str(value) if isinstance(value, Basis | Period) else value
