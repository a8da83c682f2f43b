"""What CTDL publishes of earnings: aggregate data profiles, the older earnings profiles, and data sets of the vocabulary QData.

Terms: https://credreg.net/ctdl/terms and https://credreg.net/qdata/terms. The low and the high earnings of a profile are its lower and
upper quartile. A data set belongs to a credential that names it, or that it says it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from cairn.appraisal import BASIS_SENTENCES, Basis, Earnings, Period
from cairn.catalog.importing.ctdl_said import Whole
from cairn.catalog.importing.ctdl_terms import classes, concepts, term
from cairn.catalog.importing.earnings import (
    amount_of,
    code_of,
    earnings,
    kept_back,
    kind_of,
    merged,
    people_of,
    period_in,
    period_of,
)
from cairn.catalog.importing.words import Reader, address_of, as_list, figure, objects, text_in

MOST = 200
"""Profiles, data sets, times and data profiles that are read of each."""
BASES = {Basis.EXPECTED: "Expected earnings", Basis.OCCUPATION: "Earnings in an occupation"}
"""How our export calls figures that are not of people who completed; others put it nowhere."""
OWN_WORDS = {
    "mean": "Mean earnings",
    "amount": "Earnings",
    "range": "Range of earnings",
    "suppressed": "Suppressed: too few people are behind the figure.",
}
"""What our export writes beside an amount: which kind it is, and no name."""
_PROFILES = ("aggregateData", "earnings", "employmentOutcome", "holders")
_SUMMARY = (("median", "medianEarnings"), ("p25", "lowEarnings"), ("p75", "highEarnings"))
_DISTRIBUTION = (
    ("median", "median"), ("p10", "percentile10"), ("p25", "percentile25"), ("p75", "percentile75"), ("p90", "percentile90"),
)  # fmt: skip


class DataSets:
    """The data sets among the objects of all files, found by what they are about."""

    def __init__(self, nodes: Iterable[dict[str, Any]], whole: Whole) -> None:
        self._whole = whole
        self._about: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for node in nodes:
            if "DataSetProfile" in classes(node):
                for name in ("about", "relevantDataSetFor"):
                    for one in as_list(term(node, name))[:MOST]:
                        self._about[address_of(one)].append(node)

    def earnings_of(self, this: dict[str, Any], reader: Reader, tongue: str) -> Iterator[Earnings]:
        """Yield what is published of a credential's earnings. A profile and the data that it names are one where they agree in all."""
        read: dict[int, list[Earnings]] = {}

        def of_set(node: dict[str, Any]) -> list[Earnings]:
            if id(node) not in read:
                read[id(node)] = list(_of_set(node, self._whole, reader, tongue))
            return read[id(node)]

        named: set[int] = set()
        for term_name in _PROFILES:
            for at, one in enumerate(as_list(term(this, term_name))[:MOST]):
                profile = self._whole(one)
                own = _of_profile(profile, reader, tongue, term_name, at)
                sets = [self._whole(each) for each in as_list(term(profile, "relevantDataSet"))[:MOST]]
                data = [found for each in sets if id(each) not in named for found in of_set(each)]
                named.update(map(id, sets))
                both = merged(own, data[0]) if own is not None and len(data) == 1 else None
                yield from [both] if both is not None else [*([own] if own is not None else []), *data]
        for name in dict.fromkeys(filter(None, (address_of(this), text_in(term(this, "ctid"), "en")))):
            for node in self._about.get(name, ()):
                if id(node) not in named:
                    named.add(id(node))
                    yield from of_set(node)


def _of_profile(this: dict[str, Any], reader: Reader, tongue: str, *steps: str | int) -> Earnings | None:
    quiet = Reader(reader.place, lambda _: None)
    told: dict[str, Any] = {column: amount_of(term(this, name), reader, *steps, name) for column, name in _SUMMARY}
    jobs = as_list(term(this, "jobsObtained"))
    only = jobs[0] if len(jobs) == 1 else None
    told |= {
        "suppressed": kept_back(*(term(this, name) for _, name in _SUMMARY)),
        "currency": code_of(text_in(term(this, "currency"), "en")),
        "period": period_in(text_in(term(this, "description"), tongue)),
        "completers": people_of(term(this, "numberAwarded")),
        "employed": people_of(term(only, "value") if isinstance(only, dict) else only),
        "employed_percent": _percent(only, reader, *steps, "jobsObtained"),
        "months_after": people_of(term(this, "postReceiptMonths")),
        "published_on": quiet.day(term(this, "dateEffective")),
        "holds_until": quiet.day(term(this, "expirationDate")),
        "source": _source(this),
    }
    told["basis"], told["name"] = _called(_name(this, tongue))
    return earnings(told, reader, *steps)


def _of_set(this: dict[str, Any], whole: Whole, reader: Reader, tongue: str) -> Iterator[Earnings]:
    quiet = Reader(reader.place, lambda _: None)
    for name in ("dataSetTimePeriod", "dataSetTemporalCoverage"):
        for time in islice((whole(one) for one in as_list(term(this, name))), MOST):
            when = {"first": quiet.day(term(time, "startDate")), "last": quiet.day(term(time, "endDate"))}
            for one in islice((whole(one) for one in as_list(term(time, "dataAttributes"))), MOST):
                about = {
                    "source": _source(one) or _source(this),
                    "published_on": quiet.day(term(this, "dateEffective")),
                }
                basis, title = _called(_name(this, tongue))
                for found in _of_data(one, reader, tongue):
                    called = found.pop("name") or _name(one, tongue) or title
                    told = when | about | found | {"name": called, "basis": basis}
                    if (made := earnings(told, reader, name)) is not None:
                        yield made


def _of_data(this: dict[str, Any], reader: Reader, tongue: str) -> Iterator[dict[str, Any]]:
    """Yield the figures of one data profile: a distribution and amounts together where they agree."""
    definition = text_in(term(this, "earningsDefinition"), tongue)
    period = period_in(definition)
    if not period and "AnnualizedEarnings" in concepts(term(this, "incomeDeterminationType")):
        period = Period.YEAR
    rates = as_list(term(this, "employmentRate"))
    shared: dict[str, Any] = {
        "period": period,
        "months_after": people_of(term(this, "postReceiptMonths")),
        "completers": _people(this, "holdersInSet"),
        "earners": next(
            filter(
                lambda one: one is not None,
                (_people(this, name) for name in ("meetEmploymentCriteria", "dataAvailable")),
            ),
            None,
        ),
        "employed_percent": _percent(rates[0], reader, "employmentRate") if len(rates) == 1 else None,
    }
    spreads = [_spread(one, reader, at) for at, one in enumerate(objects(term(this, "earningsDistribution"))[:MOST])]
    amounts = [_amount(one, reader, tongue, at) for at, one in enumerate(objects(term(this, "earningsAmount"))[:MOST])]
    parts: list[dict[str, Any]] = []
    for one in (*spreads, *amounts):
        same = next((part for part in parts if _agree(part, one)), None)
        if same is None:
            parts.append(one)
        else:
            same.update({name: value for name, value in one.items() if value})
    for one in parts or [{"period": period, "name": ""}]:
        yield shared | one | {"period": one["period"] or period}


def _agree(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether two figures of one data profile contradict each other in nothing: then they are of the same people."""
    return one["currency"] == other["currency"] and not any(
        one.get(name) and value and one[name] != value for name, value in other.items()
    )


def _spread(this: dict[str, Any], reader: Reader, at: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        column: amount_of(term(this, name), reader, "earningsDistribution", at, name) for column, name in _DISTRIBUTION
    }
    return told | {
        "currency": code_of(text_in(term(this, "currency"), "en")),
        "period": period_of(text_in(term(this, "unitText") or term(this, "duration"), "en")),
        "suppressed": _withheld(this, *(name for _, name in _DISTRIBUTION)),
        "name": "",
    }


def _amount(this: dict[str, Any], reader: Reader, tongue: str, at: int) -> dict[str, Any]:
    said = text_in(term(this, "description"), tongue)
    steps = ("earningsAmount", at)
    return {
        kind_of(said): amount_of(term(this, "value"), reader, *steps),
        "lowest": amount_of(term(this, "minValue"), reader, *steps, "minValue"),
        "highest": amount_of(term(this, "maxValue"), reader, *steps, "maxValue"),
        "currency": code_of(text_in(term(this, "currency"), "en")),
        "period": period_of(text_in(term(this, "unitText"), "en")) or period_in(said),
        "suppressed": _withheld(this, "value") or kept_back(said),
        "name": "" if said in OWN_WORDS.values() else said,
    }


def _withheld(this: dict[str, Any], *names: str) -> bool:
    return bool(term(this, "dataWithholdingType")) or kept_back(*(term(this, name) for name in names))


def _people(this: dict[str, Any], name: str) -> int | None:
    """Return the one number of people that a term gives; None where it gives several, of which nobody says which counts."""
    found = [people_of(term(one, "value") if isinstance(one, dict) else one) for one in as_list(term(this, name))]
    return found[0] if len(found) == 1 else None


def _percent(value: Any, reader: Reader, *steps: str | int) -> Any:
    """Return a share of 100. Up to one it could be a share of one as well, so it stays open and is told."""
    if not isinstance(value, dict):
        return None
    told = term(value, "percentage")
    if told is None and "employmentRate" in steps:
        told = term(value, "value")
    try:
        found = figure(told)
    except ValueError:
        return None
    if found is None or not 0 <= found <= 100:
        return None
    if 0 < found <= 1:
        reader.tell(
            reader.place.at(*steps).repaired(
                "share_or_percent", f"{found} may be a share of 1 or of 100; no figure is taken."
            )
        )
        return None
    return round(found, 2)


def _name(this: dict[str, Any], tongue: str) -> str:
    said = text_in(term(this, "description"), tongue)
    told = text_in(term(this, "name"), tongue) or ("" if said in BASIS_SENTENCES.values() else said)
    of = text_in(term(this, "demographicInformation"), tongue)
    return "; ".join(filter(None, (told, of)))


def _source(this: dict[str, Any]) -> str:
    return text_in(term(this, "source"), "en") or address_of(next(iter(as_list(term(this, "source"))), ""))


def _called(name: str) -> tuple[Basis, str]:
    """Return whose earnings a name says that they are, as our export does, and what they are called."""
    for basis, words in BASES.items():
        if name == words or name.startswith(f"{words}: "):
            return basis, name[len(words) + 2 :]
    return Basis.COMPLETERS, name
