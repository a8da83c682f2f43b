"""What is published of earnings, as CTDL's aggregate data profiles; what those have no term for stands in a data set that they name."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cairn.appraisal import Earnings
from cairn.catalog.exporting.ctdl_words import words
from cairn.catalog.exporting.published import Entry
from cairn.catalog.exporting.values import number, stated
from cairn.catalog.importing.ctdl_earnings import BASES, OWN_WORDS
from cairn.catalog.importing.words import web

_ONLY_IN_DATA = (
    "p10", "p90", "mean", "lowest", "highest", "amount", "period", "earners", "first", "last", "suppressed",
)  # fmt: skip


def aggregate_data(entry: Entry) -> Iterator[dict[str, Any]]:
    """Yield a profile for each statement: the lower and upper quartile are CTDL's low and high earnings."""
    for at, one in enumerate(entry.record.earnings):
        yield stated({
            "@type": "ceterms:AggregateDataProfile",
            "ceterms:name": words(_name(one)),
            "ceterms:description": words(one.sentence if one.figures else ""),
            "ceterms:currency": one.currency,
            "ceterms:medianEarnings": number(one.median),
            "ceterms:lowEarnings": number(one.p25),
            "ceterms:highEarnings": number(one.p75),
            "ceterms:postReceiptMonths": one.months_after,
            "ceterms:jobsObtained": list(_jobs(one)),
            "ceterms:numberAwarded": one.completers,
            "ceterms:dateEffective": one.published_on.isoformat() if one.published_on else None,
            "ceterms:expirationDate": one.holds_until.isoformat() if one.holds_until else None,
            "ceterms:source": web(one.source),
            "qdata:relevantDataSet": [_address(entry, at)] if _needs_data(one) else None,
        })  # fmt: skip


def data_sets(entry: Entry) -> Iterator[dict[str, Any]]:
    """Yield the data sets that the profiles name."""
    for at, one in enumerate(entry.record.earnings):
        if _needs_data(one):
            address = _address(entry, at)
            yield stated({
                "@id": address,
                "@type": "qdata:DataSetProfile",
                "ceterms:ctid": f"ce-{uuid5(NAMESPACE_URL, address)}",
                "ceterms:name": words(_name(one)),
                "ceterms:description": words(one.sentence),
                "ceterms:source": web(one.source),
                "schema:about": [entry.page],
                "qdata:dataSetTimePeriod": [stated({
                    "@type": "qdata:DataSetTimeFrame",
                    "ceterms:startDate": one.first.isoformat() if one.first else None,
                    "ceterms:endDate": one.last.isoformat() if one.last else None,
                    "qdata:dataAttributes": [_data(one)],
                })],
            })  # fmt: skip


def _needs_data(one: Earnings) -> bool:
    return any(getattr(one, name) for name in _ONLY_IN_DATA) or one.earners == 0


def _data(one: Earnings) -> dict[str, Any]:
    spread = {
        "qdata:median": number(one.median), "qdata:percentile10": number(one.p10), "qdata:percentile25": number(one.p25),
        "qdata:percentile75": number(one.p75), "qdata:percentile90": number(one.p90),
    }  # fmt: skip
    said = f"Earnings {'an' if one.period == 'hour' else 'a'} {one.period}" if one.period else ""
    distribution = {"@type": "schema:MonetaryAmountDistribution", "schema:currency": one.currency, **stated(spread)}
    return stated({
        "@type": "qdata:DataProfile",
        "qdata:dataAvailable": _quantities(one.earners),
        "qdata:earningsAmount": list(_amounts(one)),
        "qdata:earningsDefinition": words(said),
        "qdata:earningsDistribution": [distribution] if stated(spread) else None,
    })  # fmt: skip


def _amounts(one: Earnings) -> Iterator[dict[str, Any]]:
    if one.suppressed:
        yield stated({
            "@type": "schema:MonetaryAmount", "schema:currency": one.currency,
            "schema:description": words(OWN_WORDS["suppressed"]),
        })  # fmt: skip
    for name, value in (("mean", one.mean), ("amount", one.amount)):
        if value is not None:
            yield _amount(one, OWN_WORDS[name], {"schema:value": number(value)})
    if one.lowest is not None or one.highest is not None:
        ends = {"schema:minValue": number(one.lowest), "schema:maxValue": number(one.highest)}
        yield _amount(one, OWN_WORDS["range"], ends)


def _amount(one: Earnings, said: str, figures: dict[str, Any]) -> dict[str, Any]:
    return stated({
        "@type": "schema:MonetaryAmount", "schema:currency": one.currency, **figures, "schema:description": words(said),
    })  # fmt: skip


def _jobs(one: Earnings) -> Iterator[dict[str, Any]]:
    share = None if one.employed_percent is None else number(one.employed_percent)
    told = stated({"schema:value": one.employed, "qdata:percentage": share})
    if told:
        yield {"@type": "schema:QuantitativeValue", **told}


def _quantities(many: int | Decimal | None) -> list[dict[str, Any]] | None:
    return None if many is None else [{"@type": "schema:QuantitativeValue", "schema:value": many}]


def _name(one: Earnings) -> str:
    """What it is called; of what is not of completers with whose it is in front."""
    return ": ".join(filter(None, (BASES.get(one.basis, ""), one.name)))


def _address(entry: Entry, at: int) -> str:
    return f"{entry.page}#earnings-{at + 1}"
