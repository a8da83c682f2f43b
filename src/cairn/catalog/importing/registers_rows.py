"""Read a register with its mapping and write its entries and what it states of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from cairn.catalog.importing.mapping_input import Entry, Opened, value_at
from cairn.catalog.importing.mapping_values import read_date
from cairn.catalog.importing.registers_maps import RegisterMap, StatementMap
from cairn.catalog.importing.registers_names import domain_of, identifier_of, place_in_us
from cairn.catalog.register_models import Register, RegisterEntry, RegisterStatement
from cairn.skills.importing.report import Progress, Report
from cairn.skills.importing.saving import save_all
from cairn.skills.importing.values import tidy

ENTRIES = "register entries"
STATEMENTS = "statements"
YEARS_AHEAD = 30
"""A register's dates lie at most this far ahead of the import; what is later (2114) is a slip."""
EARLIEST = 1600
EMPTY = {"", "-", "--", "-1", "-2", "-3", "n/a", "na", "null", "none"}
"""What registers write for nothing (IPEDS: -1 not reported, -2 not applicable)."""
_NO = EMPTY | {"false", "no", "0", "f", "n"}


@dataclass(slots=True)
class _Reader:
    """The rows of one file under one mapping."""

    mapping: RegisterMap
    report: Report

    def texts(self, entry: Entry, column: str, most: int = 300) -> list[str]:
        """Return what a column says, each value of a list; nothing for what stands for nothing."""
        if not column:
            return []
        if column.startswith("="):
            return [column[1:]]
        value = value_at(entry.values, column)
        found = [
            tidy(str(one))
            for one in (value if isinstance(value, list) else [value])
            if isinstance(one, str | int | float) and not isinstance(one, bool)
        ]
        if isinstance(value, bool):
            found = [str(value).casefold()]
        return [one[:most] for one in found[:50] if one.casefold() not in EMPTY]

    def text(self, entry: Entry, column: str, most: int = 300) -> str:
        """Return the first thing a column says."""
        found = self.texts(entry, column, most)
        return found[0] if found else ""

    def day(self, entry: Entry, column: str, table: str) -> date | None:
        """Return a date; what cannot be one is left out and told."""
        text = self.text(entry, column)
        if not text:
            return None
        try:
            found = read_date(text, self.mapping.dates)
        except ValueError as error:
            self.report.remark(table, entry.place.at(column).repaired("bad_date", f"{error}; no date is taken."))
            return None
        latest = self.report.at.year + YEARS_AHEAD
        if not EARLIEST <= found.year <= latest:
            told = f"“{text[:40]}” is in the year {found.year}: such a date cannot be right (1600 to {latest} can). No date is taken."
            self.report.remark(
                table, entry.place.at(column).repaired("impossible_date", told, "Ask the register what it should say.")
            )
            return None
        return found


def save_entries(opened: Opened, mapping: RegisterMap, report: Report, progress: Progress) -> None:
    """Write the register and its entries, with the statements that stand in the same rows."""
    reader = _Reader(mapping, report)
    register = _register(mapping, _as_of(opened, mapping, report), report)
    rows: dict[str, RegisterEntry] = {}
    stated: list[tuple[str, Entry]] = []
    for entry in opened.entries(ENTRIES, report):
        key, name = reader.text(entry, mapping.key, 200), reader.text(entry, mapping.label)
        if not key or not name:
            what, column = ("number", mapping.key) if not key else ("name", mapping.label)
            report.remark(
                ENTRIES,
                entry.place.at(column).refused("no_" + what, f"The institution has no {what}.", "Fill in the column."),
            )
            continue
        row = _entry(reader, entry, register.pk, key, name)
        before = rows.get(key)
        if before is None:
            rows[key] = row
        elif before.name == row.name:
            report.remark(
                ENTRIES, entry.place.merged("same_again", f"“{key}” came already; what both say is put together.")
            )
            _put_together(before, row)
        else:
            told = f"“{key}” came already with the name “{before.name}”; “{row.name}” is kept as another name of it."
            report.remark(ENTRIES, entry.place.merged("two_names", told))
            _put_together(before, row)
        stated.append((key, entry))
    saved = save_all(
        rows.values(),
        within=RegisterEntry.objects.filter(register=register),
        key=("key",),
        table=ENTRIES,
        report=report,
        progress=progress,
        fields=(
            "name",
            "aliases",
            "domains",
            "identifiers",
            "address",
            "city",
            "state",
            "country",
            "status",
            "closed_on",
        ),
    )
    keys = {key: pk for (key,), pk in saved.items()}
    _save_statements(((keys[key], entry) for key, entry in stated), reader, keys.values(), report, progress)


def add_statements(opened: Opened, mapping: RegisterMap, report: Report, progress: Progress) -> None:
    """Write statements about entries that are there; rows about unknown entries are refused."""
    reader = _Reader(mapping, report)
    keys = dict(RegisterEntry.objects.filter(register__slug=mapping.register).values_list("key", "pk"))

    def known() -> Iterator[tuple[int, Entry]]:
        for entry in opened.entries(STATEMENTS, report):
            key = reader.text(entry, mapping.key, 200)
            if key in keys:
                yield keys[key], entry
            else:
                told = f"There is no institution with the number “{key[:60]}” in this register."
                report.remark(
                    STATEMENTS,
                    entry.place.at(mapping.key).refused(
                        "unknown_entry", told, "Import the list of institutions first."
                    ),
                )

    _save_statements(known(), reader, keys.values(), report, progress)


def _as_of(opened: Opened, mapping: RegisterMap, report: Report) -> str:
    """Return of when the register is, as its mapping says it; where that names a column of dates, the latest year in it, "" for none."""
    if mapping.as_of not in opened.columns:
        return mapping.as_of
    years = []
    for one in opened.rows:
        told = value_at(one.values if isinstance(one, Entry) else one, mapping.as_of)
        with suppress(ValueError):
            years.append(read_date(str(told or ""), mapping.dates).year)
    return str(max((year for year in years if EARLIEST <= year <= report.at.year), default=""))


def _register(mapping: RegisterMap, as_of: str, report: Report) -> Register:
    fields: dict[str, Any] = {"name": mapping.name[:250], "url": mapping.url[:500], "as_of": as_of[:40]}
    save_all(
        [Register(slug=mapping.register[:60], **fields)],
        within=Register.objects.filter(slug=mapping.register[:60]),
        key=("slug",),
        fields=tuple(fields),
        table="registers",
        report=report,
    )
    return Register.objects.get(slug=mapping.register[:60])


def _entry(reader: _Reader, entry: Entry, register: int, key: str, name: str) -> RegisterEntry:
    mapping = reader.mapping
    address = reader.text(entry, mapping.address)
    city, state = reader.text(entry, mapping.city, 120), reader.text(entry, mapping.state, 60)
    if address and not city:
        city, state = place_in_us(address)
    domains = [domain_of(text) for column in mapping.domains for text in reader.texts(entry, column, 500)]
    identifiers = [
        {"scheme": scheme, "value": value}
        for scheme, column in mapping.identifiers.items()
        for text in reader.texts(entry, column)
        for value in dict.fromkeys(identifier_of(one) for one in text.split(","))
        if value.casefold() not in EMPTY
    ]
    aliases = [text for column in mapping.aliases for text in reader.texts(entry, column) if text != name]
    country = reader.text(entry, mapping.country).upper()
    return RegisterEntry(
        register_id=register,
        key=key,
        name=name,
        aliases=list(dict.fromkeys(aliases)),
        domains=list(dict.fromkeys(filter(None, domains))),
        identifiers=identifiers,
        address=address,
        city=city[:120],
        state=state,
        country=country if len(country) == 2 else "",
        status=reader.text(entry, mapping.status, 120),
        closed_on=reader.day(entry, mapping.closed_on, ENTRIES),
    )


def _put_together(kept: RegisterEntry, other: RegisterEntry) -> None:
    for name in ("aliases", "domains", "identifiers"):
        mine, its = getattr(kept, name), getattr(other, name)
        mine.extend(one for one in its if one not in mine)
    if other.name != kept.name and other.name not in kept.aliases:
        kept.aliases.append(other.name)


def _save_statements(
    stated: Iterable[tuple[int, Entry]], reader: _Reader, entries: Iterable[int], report: Report, progress: Progress
) -> None:
    if not reader.mapping.statements:
        return
    rows: dict[tuple[int, str], RegisterStatement] = {}
    for pk, entry in stated:
        for asked in reader.mapping.statements:
            row = _statement(reader, entry, asked, pk)
            if row is None:
                continue
            if (pk, row.key) in rows:
                report.remark(
                    STATEMENTS,
                    entry.place.merged("same_again", "The register states the same of the same institution twice."),
                )
            rows.setdefault((pk, row.key), row)
    within = RegisterStatement.objects.filter(entry__register__slug=reader.mapping.register)
    save_all(
        rows.values(),
        within=within,
        key=("entry_id", "key"),
        fields=("status", "until", "review_on", "text", "url"),
        table=STATEMENTS,
        report=report,
        progress=progress,
    )


def _statement(reader: _Reader, entry: Entry, asked: StatementMap, pk: int) -> RegisterStatement | None:
    if asked.when and reader.text(entry, asked.when).casefold() in _NO:
        return None
    authority = reader.text(entry, asked.authority)
    if not authority:
        reader.report.remark(
            STATEMENTS,
            entry.place.at(asked.authority).refused(
                "no_authority", "It does not say who states it.", "Fill in the column."
            ),
        )
        return None
    scope, since = reader.text(entry, asked.scope), reader.day(entry, asked.since, STATEMENTS)
    address = reader.text(entry, asked.url, 600)
    told: Mapping[str, str] = {"kind": asked.kind, "authority": authority, "scope": scope, "since": str(since)}
    return RegisterStatement(
        entry_id=pk,
        key=sha256(json.dumps(told, sort_keys=True).encode()).hexdigest(),
        kind=asked.kind,
        authority=authority,
        scope=scope,
        since=since,
        status=reader.text(entry, asked.status, 120),
        until=reader.day(entry, asked.until, STATEMENTS),
        review_on=reader.day(entry, asked.review_on, STATEMENTS),
        text=reader.text(entry, asked.text, 2000),
        url=address if address.startswith(("https://", "http://")) and len(address) <= 500 else "",
    )
