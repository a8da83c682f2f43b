"""What schema.org says of earnings: the salary that a programme expects after it, and estimated salaries of occupations.

Terms: https://schema.org/salaryUponCompletion, https://schema.org/estimatedSalary, https://schema.org/MonetaryAmountDistribution. Neither
is what somebody measured of people who completed; only our own export says so by its name, where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cairn.appraisal import Basis, Earnings
from cairn.catalog.importing.earnings import amount_of, code_of, earnings, kind_of, period_in, period_of
from cairn.catalog.importing.schema_org_words import Nodes
from cairn.catalog.importing.words import Reader, as_list, text_in

MEASURED = "What completers earned"
"""How our export calls a distribution that was measured, in a term that is meant for what is expected."""
MOST = 50
_OCCUPATIONS = ("occupationalCategory", "hasOccupation", "about")
_DISTRIBUTION = (
    ("median", "median"), ("p10", "percentile10"), ("p25", "percentile25"), ("p75", "percentile75"), ("p90", "percentile90"),
)  # fmt: skip


def earnings_of(this: dict[str, Any], nodes: Nodes, reader: Reader, tongue: str) -> Iterator[Earnings]:
    """Yield what a course, programme or credential says of earnings."""
    for at, one in enumerate(as_list(this.get("salaryUponCompletion"))[:MOST]):
        yield from _of(one, Basis.EXPECTED, "", nodes, reader, tongue, "salaryUponCompletion", at)
    for at, one in enumerate(as_list(this.get("estimatedSalary"))[:MOST]):
        yield from _of(one, Basis.OCCUPATION, "", nodes, reader, tongue, "estimatedSalary", at)
    for term in _OCCUPATIONS:
        for other in as_list(this.get(term))[:MOST]:
            node = nodes.whole(other) if isinstance(other, dict) else {}
            for one in as_list(node.get("estimatedSalary"))[:MOST]:
                yield from _of(
                    one, Basis.OCCUPATION, nodes.words(node, tongue), nodes, reader, tongue, term, "estimatedSalary"
                )


def _of(
    value: Any, basis: Basis, called: str, nodes: Nodes, reader: Reader, tongue: str, *steps: str | int
) -> Iterator[Earnings]:
    whole = nodes.whole(value) if isinstance(value, dict) else {"value": value}
    told: dict[str, Any] = {column: amount_of(whole.get(name), reader, *steps, name) for column, name in _DISTRIBUTION}
    name, said = text_in(whole.get("name"), tongue), text_in(whole.get("description"), tongue)
    inner = whole.get("value")
    amount = nodes.whole(inner) if isinstance(inner, dict) else {"value": inner, **whole}
    told["lowest"] = amount_of(amount.get("minValue"), reader, *steps, "minValue")
    told["highest"] = amount_of(amount.get("maxValue"), reader, *steps, "maxValue")
    kind = kind_of(f"{name} {said}")
    if told.get(kind) is None:
        told[kind] = amount_of(amount.get("value"), reader, *steps, "value")
    unit = text_in(amount.get("unitText") or amount.get("unitCode") or whole.get("duration"), "en")
    told["period"] = period_of(unit) or period_in(f"{name}. {said}")
    told["currency"] = code_of(text_in(whole.get("currency") or amount.get("currency"), "en"))
    if name == MEASURED or name.startswith(f"{MEASURED}: "):
        basis, name = Basis.COMPLETERS, name[len(MEASURED) + 2 :]
    found = earnings(told | {"basis": basis, "name": called or name}, reader, *steps)
    if found is not None:
        yield found
