"""Reading a list of recipients for direct awards: every bad row is refused with its reason, the rest is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from cairn.catalog.models import DefinitionVersion
from cairn.errors import Invalid
from cairn.issuing.models import Award
from cairn.issuing.services.awarding import award_many, awarding_body
from cairn.people.models import Person, Role
from cairn.people.services import require

MAX_ROWS = 5_000
_COLUMNS = ("email", "name")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used: its number as a spreadsheet shows it, what it says, and why not."""

    row: int
    email: str
    reason: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """A row that can be used. ``person`` is the account, or None where one has to be made."""

    row: int
    email: str
    name: str
    person: Person | None


@dataclass(frozen=True, slots=True)
class RecipientList:
    """What a file of recipients holds: the rows to award, and the refused ones with their reasons."""

    kept: list[Recipient] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def read_recipients(*, data: bytes, version: DefinitionVersion) -> RecipientList:
    """Read a CSV file with the columns ``email`` and ``name``; nothing is written.

    Comma or semicolon, UTF-8 with or without a mark, or Windows-1252 as older spreadsheets save it. A row is refused for a missing or
    impossible address, an address that came before, a missing name of somebody new, or somebody who holds the credential already.

    Raises Invalid when the file as a whole cannot be used: empty, no such columns, more than 5,000 rows.
    """
    reader = csv.DictReader(
        io.StringIO(_text(data), newline=""), dialect=_Semicolon if _semicolons(data) else csv.excel
    )
    names = {(name or "").strip().lower().replace("-", ""): name for name in reader.fieldnames or []}
    missing = [column for column in _COLUMNS if column not in names]
    if missing:
        first_line = ", ".join(name for name in names.values() if name) or "(empty)"
        raise Invalid(
            f"The file has no column “{missing[0]}”. Its first line reads: {first_line}.",
            remedy="Put the column names “email” and “name” into the first line, then one person per line.",
            code="wrong_column",
            missing=missing,
        )
    rows = [
        (
            reader.line_num,
            (row.get(names["email"]) or "").strip().lower(),
            " ".join((row.get(names["name"]) or "").split()),
        )
        for row in reader
    ]
    rows = [row for row in rows if row[1] or row[2]]
    if not rows:
        raise Invalid("The file has column names but no people.", remedy="Add one line per person.")
    if len(rows) > MAX_ROWS:
        raise Invalid(f"The file has {len(rows):,} people; {MAX_ROWS:,} fit.", remedy="Split it into smaller files.")
    return _sort_out(rows, version)


def _sort_out(rows: list[tuple[int, str, str]], version: DefinitionVersion) -> RecipientList:
    addresses = {email for _, email, _ in rows}
    people = {person.email: person for person in Person.objects.filter(email__in=addresses)}
    standing = Award.objects.filter(version=version, state__in=[Award.State.AWARDED, Award.State.PROPOSED])
    holders = set(standing.filter(holder__email__in=addresses).values_list("holder__email", flat=True))
    found, seen = RecipientList(), dict[str, int]()
    for number, email, name in rows:
        reason = _problem(email, name, people.get(email), holds_it=email in holders, before=seen.get(email))
        if reason:
            found.refused.append(Refused(number, email, reason))
        else:
            found.kept.append(Recipient(number, email, name, people.get(email)))
        seen.setdefault(email, number)
    return found


def _problem(email: str, name: str, person: Person | None, *, holds_it: bool, before: int | None) -> str:
    if not email:
        return "There is no e-mail address."
    try:
        validate_email(email)
    except ValidationError:
        return "This is no e-mail address."
    if before is not None:
        return f"The same address stands in row {before}."
    if holds_it:
        return "This person holds the credential already, or it waits for approval."
    if person is not None and not person.is_active:
        return "This account was closed."
    if person is None and not name:
        return "There is no account with this address yet, so a name is needed to make one."
    return ""


def _text(data: bytes) -> str:
    if b"\0" in data:
        raise Invalid(
            "This is not a CSV file.", remedy="Save the spreadsheet as “CSV (comma separated)” and upload that."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


class _Semicolon(csv.excel):
    delimiter = ";"


def _semicolons(data: bytes) -> bool:
    first = data.split(b"\n", 1)[0]
    return first.count(b";") > first.count(b",")


def award_recipients(
    *, recipients: Sequence[Recipient], version: DefinitionVersion, by: Person, at: datetime, batch: str
) -> list[Award]:
    """Award ``version`` directly to everybody on the list and return the awards; whoever is new gets an account and a letter.

    All or nothing. ``batch`` names the list, so that sending it twice gives each person one award. Raises as
    :func:`cairn.issuing.services.award_credential` does.
    """
    with transaction.atomic():
        require(by, awarding_body(version), Role.REGISTRAR)  # before any account is made
        take_turns(version)
        # In the order of their addresses, so that two lists with the same newcomers never wait for each other.
        accounts = {row.email: row.person or _account(row) for row in sorted(recipients, key=lambda row: row.email)}
        holders = [accounts[row.email] for row in recipients]
        return list(award_many(version=version, holders=holders, by=by, at=at, batch=batch))


def take_turns(version: DefinitionVersion) -> None:
    """Let everybody else who awards ``version`` directly wait until this transaction ends.

    Whoever asks first who holds it already, and then awards, calls this before asking: or two who ask at once would both award.
    """
    DefinitionVersion.objects.select_for_update(no_key=True).only("pk").get(pk=version.pk)


def _account(row: Recipient) -> Person:
    """Make the account of somebody new; where it was made since the list was read, that is the one."""
    try:
        with transaction.atomic():
            return Person.objects.create_user(row.email, name=row.name)
    except IntegrityError:
        return Person.objects.get(email=row.email)
