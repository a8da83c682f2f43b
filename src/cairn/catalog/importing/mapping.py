"""A mapping: which column of somebody's table says what of a credential. Guessed, shown, corrected; a small JSON file that people keep.

::

    {"mapping": 1, "source": "example-college", "rows": "", "offers": "", "language": "en", "currency": "USD", "dates": "mdy",
     "decimal": ".", "hours": "hours", "validity": "", "separator": ";", "fields": {"title": "Course name", "price_total": "Fee",
                 "provider": "=Example College"},
     "values": {"type": {"Cert.": "certificate"}}}

A column that begins with ``=`` stands for itself. ``rows`` is the path of the list in a JSON document,
``offers`` the path of a list inside a
row whose entries are offers; the columns of offers are then paths inside them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Map
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from cairn.catalog.importing.mapping_elements import UNITS
from cairn.catalog.importing.mapping_fields import TARGETS
from cairn.catalog.importing.mapping_values import CURRENCIES
from cairn.catalog.importing.mapping_words import MINUTES_OF, TYPES, WEEKLY
from cairn.errors import Invalid

VERSION = 1
DATES = ("mdy", "dmy", "ymd")
HOURS = (*MINUTES_OF, WEEKLY)
_UNIT_ASKED = (
    "Is the workload in hours, in minutes, in lessons of 45 minutes or in hours a week? "
    "Set “hours” to hours, minutes, lessons or weekly."
)
_FRAMEWORK_ASKED = (
    "Of which framework are the levels? Set “level_framework”, like “=eqf”, or take the column for a level in words."
)
_TYPES = {"badge", "certificate", "programme", "industry", ""}


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column is what, and how values are written. "" is "not stated", and what needs it is asked, never assumed."""

    source: str
    fields: Map[str, str]
    rows: str = ""
    offers: str = ""
    language: str = ""
    currency: str = ""
    dates: str = ""
    decimal: str = ""
    hours: str = ""
    validity: str = ""
    separator: str = ""
    values: Map[str, Map[str, str]] = field(default_factory=dict)

    def questions(self) -> list[tuple[str, str]]:
        """Return what must still be said before anything can be imported, as (name, question)."""
        kinds = {TARGETS[name].kind for name, column in self.fields.items() if column and not column.startswith("=")}
        asked = []
        if not self.fields.get("title"):
            asked.append(("title", "Which column has the title?"))
        if not self.fields.get("provider"):
            asked.append(("provider", "Which column names the provider? If all rows are of one, write “=Its name”."))
        if not self.language and not self.fields.get("language"):
            asked.append(("language", "In which language are the texts? Set “language”, like “en”."))
        if "money" in kinds and not self.currency and not self.fields.get("currency"):
            asked.append(("currency", "In which currency are the prices? Set “currency”, like “USD”."))
        if "hours" in kinds and not self.hours:
            asked.append(("hours", _UNIT_ASKED))
        if "hours" in kinds and self.hours == WEEKLY and not self.fields.get("weeks"):
            asked.append(("weeks", "Which column says for how many weeks the hours a week are? Set “weeks”."))
        if "date" in kinds and not self.dates:
            asked.append(("dates", "How are dates written? Set “dates” to mdy, dmy or ymd: 3/4/2026 is two days."))
        if self.fields.get("level") and not self.fields.get("level_framework"):
            asked.append(("level_framework", _FRAMEWORK_ASKED))
        return asked

    def as_json(self) -> str:
        """Return the mapping as the file that people keep and correct."""
        return json.dumps({"mapping": VERSION, **asdict(self)}, ensure_ascii=False, indent=2) + "\n"


def read_mapping(document: Any, file: str) -> Mapping:
    """Return the mapping in a JSON document. Raises Invalid and names what is wrong and what may stand there."""
    if not isinstance(document, dict) or document.get("mapping") != VERSION:
        raise _wrong(file, "It is no mapping: “mapping” is not 1.", "Let one be guessed with --guess and correct it.")
    known = {one.name for one in fields(Mapping)} | {"mapping"}
    for name in document:
        if name not in known:
            raise _wrong(
                file,
                f"It says “{str(name)[:40]}”, which a mapping does not have.",
                f"It may have: {', '.join(sorted(known))}.",
            )
    source = document.get("source")
    if not isinstance(source, str) or not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,59}", source):
        raise _wrong(
            file,
            "“source” must name where the rows come from.",
            "Use small letters, digits and hyphens, like “example-college”.",
        )
    columns = document.get("fields")
    if not isinstance(columns, dict):
        raise _wrong(file, "“fields” is not {field: column}.")
    for name, column in columns.items():
        if name not in TARGETS:
            raise _wrong(file, f"There is no field “{str(name)[:40]}”.", f"The fields are: {', '.join(TARGETS)}.")
        if not isinstance(column, str) or len(column) > 300:
            raise _wrong(file, f"The column of “{name}” is not a text.")
    for name in known - {"mapping", "fields", "values", "source"}:
        if not isinstance(document.get(name, ""), str) or len(document.get(name, "")) > 300:
            raise _wrong(file, f"“{name}” is not a text.")
    for name, allowed in (("dates", DATES), ("hours", HOURS), ("decimal", (".", ",")), ("validity", UNITS)):
        if document.get(name, "") not in ("", *allowed):
            raise _wrong(file, f"“{name}” is “{document[name][:20]}”.", f"It is one of: {', '.join(allowed)}.")
    if document.get("currency", "") and document["currency"] not in CURRENCIES:
        raise _wrong(file, f"“{document['currency'][:10]}” is no currency code.", "Use ISO 4217, like USD or EUR.")
    if document.get("language", "") and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", document["language"]):
        raise _wrong(file, f"“{document['language'][:10]}” is no language tag.", "Use BCP 47, like en or pt-BR.")
    values = document.get("values", {})
    if not isinstance(values, dict) or not all(
        name in {"type", "mode", "language"}
        and isinstance(each, dict)
        and all(isinstance(one, str) for one in each.values())
        for name, each in values.items()
    ):
        raise _wrong(file, "“values” is not {type, mode or language: {what stands there: what it means}}.")
    if not set(values.get("type", {}).values()) <= _TYPES:
        raise _wrong(
            file,
            "A type means something else than badge, certificate, programme or industry.",
            f"Known words: {', '.join(TYPES)}.",
        )
    told = {name: document[name] for name in known - {"mapping"} if name in document}
    return Mapping(**{**told, "fields": {name: column.strip() for name, column in columns.items() if column.strip()}})


def _wrong(file: str, told: str, remedy: str = "") -> Invalid:
    return Invalid(
        f"The mapping “{file}” cannot be used. {told}",
        remedy=remedy or "Mend the mapping and try again.",
        code="bad_mapping",
        file=file,
    )
