"""How a register's file is read: a mapping from its columns to what an entry of a register is. One object per register in :data:`KNOWN`.

A mapping for any other register (DEQAR, a ministry's list) is a JSON file with the same names::

    {"register": "deqar", "name": "DEQAR", "key": "deqar_id", "label": "name_primary", "domains": ["website_link"],
     "identifiers": {"eter": "eter_id"}, "country": "country.iso", "dates": "ymd",
     "statements": [{"kind": "accredited", "authority": "agency", "status": "decision", "since": "valid_from", "until": "valid_to"}]}

A value that begins with ``=`` stands for itself and is no column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from cairn.errors import Invalid

KINDS = ("accredited", "approved", "caution", "closed", "listed")
DATES = {"mdy": "month/day/year", "dmy": "day/month/year", "ymd": "year-month-day"}


@dataclass(frozen=True, slots=True)
class StatementMap:
    """Where a row says what is stated. ``when`` names a column that must have something (other than false, 0, no) in it."""

    kind: str
    authority: str
    scope: str = ""
    status: str = ""
    since: str = ""
    until: str = ""
    review_on: str = ""
    text: str = ""
    url: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class RegisterMap:
    """Which column says what. ``of`` is True where the rows only add statements to entries that are there (found by ``key``).

    ``as_of`` is a date or year, or a column of dates of which the latest year counts. ``address`` may be a US postal address, from which
    city and state are read where no column gives them.
    """

    register: str
    name: str
    key: str
    label: str = ""
    url: str = ""
    as_of: str = ""
    rows: str = ""
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    status: str = ""
    closed_on: str = ""
    dates: str = ""
    of: bool = False
    statements: tuple[StatementMap, ...] = ()

    def columns(self) -> set[str]:
        """Return every column that must be there: the key, and the label of an entry; of statements alone, who states what."""
        stated = [column for one in self.statements if self.of for column in (one.authority, one.status)]
        return _columns([self.key, self.label, *stated])

    def mentioned(self) -> set[str]:
        """Return every column that the mapping names."""
        stated = [value for one in self.statements for name, value in asdict(one).items() if name != "kind"]
        own = [self.city, self.state, self.country, self.address, self.status, self.closed_on]
        return self.columns() | _columns([*self.aliases, *self.domains, *self.identifiers.values(), *own, *stated])

    def has_dates(self) -> bool:
        """Tell whether any column is read as a date."""
        return bool(self.closed_on) or any(one.since or one.until or one.review_on for one in self.statements)


def _columns(named: Iterable[str]) -> set[str]:
    return {column for column in named if column and not column.startswith("=")}


DAPIP = RegisterMap(
    register="dapip",
    name="US Department of Education, DAPIP",
    url="https://ope.ed.gov/dapip/",
    as_of="UpdateDate",
    key="DapipId",
    label="LocationName",
    aliases=("ParentName",),
    identifiers={"opeid": "OpeId", "ipeds": "IpedsUnitIds", "dapip": "DapipId"},
    address="Address",
    country="=US",
    dates="mdy",
)
DAPIP_RECORDS = RegisterMap(
    register="dapip",
    name=DAPIP.name,
    url=DAPIP.url,
    key="DapipId",
    of=True,
    dates="mdy",
    statements=(
        StatementMap(
            kind="accredited",
            authority="AgencyName",
            scope="ProgramName",
            status="AccreditationStatus",
            since="AccreditationDate",
            until="AccreditationEndDate",
            review_on="ReviewDate",
        ),
    ),
)
IPEDS = RegisterMap(
    register="ipeds",
    name="US Department of Education, IPEDS directory",
    url="https://nces.ed.gov/ipeds/",
    key="unitid",
    label="instnm",
    domains=("webaddr",),
    identifiers={"ipeds": "unitid", "opeid": "opeid"},
    city="city",
    state="stabbr",
    country="=US",
    closed_on="closedat",
    dates="mdy",
    statements=(StatementMap(kind="closed", authority="=IPEDS directory", since="closedat", when="closedat"),),
)
CAUTION = RegisterMap(
    register="va-caution",
    name="US Department of Veterans Affairs, caution flags",
    url="https://www.va.gov/education/gi-bill-comparison-tool/",
    key="id",
    label="instnm",
    identifiers={"va-facility": "id"},
    country="=US",
    dates="mdy",
    statements=(
        StatementMap(
            kind="caution",
            authority="=US Department of Veterans Affairs",
            scope="settlement title",
            since="settlement date",
            text="settlement description",
            url="settlement link",
            when="settlement title",
        ),
    ),
)
DOMAINS = RegisterMap(
    register="university-domains",
    name="University domains list (Hipo)",
    url="https://github.com/Hipo/university-domains-list",
    key="domains",
    label="name",
    domains=("domains", "web_pages"),
    state="state-province",
    country="alpha_two_code",
)
KNOWN: dict[str, tuple[RegisterMap, ...]] = {
    "dapip": (DAPIP, DAPIP_RECORDS),
    "ipeds": (IPEDS,),
    "va-caution": (CAUTION,),
    "university-domains": (DOMAINS,),
}
"""Importer's name to the mappings of its files; which file is which is told by their columns."""


def read_map(document: Any, file: str) -> RegisterMap:
    """Return the mapping that a JSON document holds. Raises Invalid and names what is wrong."""
    if not isinstance(document, dict):
        raise _wrong(file, "It is no object with names and values.")
    known = {one.name for one in fields(RegisterMap)}
    unknown = sorted(set(document) - known)
    if unknown:
        raise _wrong(
            file, f"It says “{unknown[0]}”, which a mapping does not have.", f"It may have: {', '.join(sorted(known))}."
        )
    for name in ("register", "name", "key"):
        if not isinstance(document.get(name), str) or not document[name].strip():
            raise _wrong(file, f"It does not say “{name}”.")
    values: dict[str, Any] = dict(document)
    for name in ("aliases", "domains"):
        values[name] = _texts(file, name, document.get(name, []))
    identifiers = document.get("identifiers", {})
    if not isinstance(identifiers, dict) or not all(isinstance(one, str) for one in identifiers.values()):
        raise _wrong(file, "“identifiers” is not {scheme: column}.")
    values["identifiers"] = identifiers
    values["statements"] = tuple(_statement(file, one) for one in document.get("statements") or [])
    for name in known - {"aliases", "domains", "identifiers", "statements", "of"}:
        if not isinstance(values.get(name, ""), str):
            raise _wrong(file, f"“{name}” is not a text.")
    found = RegisterMap(**values)
    if found.of is False and not found.label:
        raise _wrong(file, "It does not say “label”: the column with the institution's name.")
    if found.dates and found.dates not in DATES:
        raise _wrong(file, f"“dates” is “{found.dates[:20]}”.", f"It is one of: {', '.join(DATES)}.")
    if found.has_dates() and not found.dates:
        raise _wrong(
            file,
            "It has dates and does not say how they are written.",
            "Set “dates” to mdy, dmy or ymd: 3/4/2020 is two days.",
        )
    return found


def _statement(file: str, document: Any) -> StatementMap:
    known = {one.name for one in fields(StatementMap)}
    if (
        not isinstance(document, dict)
        or not all(isinstance(one, str) for one in document.values())
        or set(document) - known
    ):
        raise _wrong(file, "A statement is not {name: column}.", f"It may have: {', '.join(sorted(known))}.")
    if document.get("kind") not in KINDS:
        raise _wrong(
            file,
            f"The kind of a statement is “{str(document.get('kind'))[:40]}”.",
            f"It is one of: {', '.join(KINDS)}.",
        )
    if not document.get("authority"):
        raise _wrong(file, "A statement does not say who states it.", "Set “authority” to a column, or to “=Name”.")
    return StatementMap(**document)


def _texts(file: str, name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong(file, f"“{name}” is not a list of columns.")
    return tuple(value)


def _wrong(file: str, told: str, remedy: str = "") -> Invalid:
    return Invalid(
        f"The mapping “{file}” cannot be used. {told}",
        remedy=remedy or "Mend the mapping and try again.",
        code="bad_mapping",
        file=file,
    )
