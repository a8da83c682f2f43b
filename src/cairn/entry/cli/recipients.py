"""The recipients of a batch: a CSV file read row by row, each row becoming what is the recipient's own in a credential, or a refusal
with its reason. What all of them have in common stands in a template, so that a million rows are signed without building it anew; what
they are given is the business of :mod:`cairn.entry.cli.awarding`, their places in status lists that of :mod:`cairn.entry.cli.ledger`."""

from __future__ import annotations

import csv
import re
import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cairn.credentials import identity_object
from cairn.credentials.build import DRESSES, DataModel
from cairn.credentials.errors import CredentialError
from cairn.credentials.moments import format_moment
from cairn.credentials.seen import RECENT, Seen
from cairn.entry.cli.awarding import Awarding
from cairn.entry.cli.ledger import Places
from cairn.errors import Conflict, Invalid, NotFound

COLUMNS = ("email", "did", "id", "valid_from", "valid_until", "awarded_date")
STATUS_COLUMN = "status_index"
WITHOUT_AWARD_DATE = frozenset({"3.0.0", "3.0.2"})
"""Versions of the Open Badges vocabulary that do not know ``awardedDate``."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
LONGEST_INDEX = 12
_DID = re.compile(r"did:[a-z0-9]+:[^\s#?]+\Z")


class Recipients:
    """Iterates over (row number, what to lay over the template). Row 1 is the header, so that numbers match what a spreadsheet shows.

    ``template`` is the unsigned credential without its recipient, as :func:`cairn.credentials.issue_batch` takes it. ``refused``
    collects {"row", "column", "code", "message", "remedy"}. Raises NotFound or Invalid at once for a file that cannot be read or a
    header that cannot be used, CredentialError for an issuer or an achievement that cannot.
    """

    def __init__(
        self,
        path: Path,
        *,
        awarding: Awarding,
        issuer: Mapping[str, Any],
        now: datetime,
        data_model: DataModel = "2.0",
        ob_context: str | None = None,
        places: Sequence[Places] = (),
    ) -> None:
        self.path, self.awarding, self.now, self._places = path, awarding, now, places
        self._has_award_date = ob_context not in WITHOUT_AWARD_DATE
        self.template = awarding.template(
            issuer=issuer, now=now, data_model=data_model, ob_context=ob_context, dated=self._has_award_date
        )
        words = [one.kept.vocabulary(data_model) for one in places]
        self.template["@context"] += [one for one in dict.fromkeys(words) if one is not None]
        self._words = DRESSES[data_model]
        self.refused: list[dict[str, Any]] = []
        self._seen = Seen()
        self._lately: dict[str, int] = {}
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                header = next(csv.reader(file), [])
        except FileNotFoundError as error:
            raise NotFound(f"{path} is not there.", remedy="Give the path of the recipients' CSV file.") from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise Invalid(
                f"{path} is not a CSV file in UTF-8.", remedy="Save it as “CSV UTF-8” and try again."
            ) from error
        self.columns = [name.strip().lower().replace(" ", "_") for name in header]
        self._index_columns = [self._index_column(one, place == 0) for place, one in enumerate(places)]
        self._check_header()

    def _index_column(self, places: Places, first: bool) -> str:
        """The column with places in a list: named after its purpose, or, for the first list, ``status_index``."""
        named = f"{places.kept.purpose}_index"
        return STATUS_COLUMN if first and named not in self.columns else named

    def _check_header(self) -> None:
        known = (*COLUMNS, *self.awarding.columns, *self._index_columns)
        unknown = [name for name in self.columns if name not in known]
        if unknown and unknown[0].endswith("_index"):
            raise Invalid(
                f"{self.path} has a column “{unknown[0]}”, and no such status list was named.",
                remedy="Name the list with --status.",
                code="unknown_column",
                column=unknown[0],
            )
        if unknown:
            near = get_close_matches(unknown[0].replace("e_mail", "email"), known, 1, 0.5)
            meant = f" Did you mean “{near[0]}”?" if near else ""
            raise Invalid(
                f"{self.path} has a column “{unknown[0]}” that means nothing here.{meant}",
                remedy="Rename or remove it. Known columns: " + ", ".join(known) + ".",
                code="unknown_column",
                column=unknown[0],
            )
        if not {"email", "did"} & set(self.columns):
            raise Invalid(
                f"{self.path} has neither a column “email” nor “did”, so nobody could be recognised.",
                remedy="Write one of them into the first line.",
                code="missing_column",
            )
        if len(set(self.columns)) < len(self.columns):
            raise Invalid(f"{self.path} has a column twice.", remedy="Keep one of them.", code="duplicate_column")

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Read the rows; those that cannot be used are added to ``refused``."""
        with self.path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
            reader = csv.reader(file)
            next(reader, None)
            for number, cells in enumerate(self._rows(reader), start=2):
                if not any(cell.strip() for cell in cells):
                    continue
                try:
                    yield number, self._own(number, cells)
                except (Invalid, Conflict, CredentialError) as error:
                    self.refuse(number, error)

    def _rows(self, reader: Iterator[list[str]]) -> Iterator[list[str]]:
        try:
            yield from reader
        except csv.Error as error:
            # Nobody could say where the next row begins.
            raise Invalid(
                f"{self.path} cannot be read to its end: {error}.",
                remedy="Look for a quotation mark that is opened and not closed.",
                code="broken_csv",
            ) from error

    def refuse(self, row: int, error: Invalid | Conflict | CredentialError, *, award: str | None = None) -> None:
        """Note that a row cannot be used, and why; an ``award`` that was given places in status lists loses them."""
        if award is not None:
            self._take_back(award)
        column, code = (
            ("", error.code)
            if isinstance(error, CredentialError)
            else (error.facts.get("column", ""), error.specific_code)
        )
        self.refused.append(
            {
                "row": row,
                "column": column,
                "code": code,
                "message": error.message,
                "remedy": error.remedy,
            }
        )

    def _own(self, number: int, cells: list[str]) -> dict[str, Any]:
        if len(cells) != len(self.columns):
            raise Invalid(
                f"It has {len(cells)} cells, the header has {len(self.columns)}.", remedy="Put quotes around commas."
            )
        row = {name: cell.strip() for name, cell in zip(self.columns, cells, strict=True)}
        valid_from = _moment(row, "valid_from") or self.now
        valid_until = _moment(row, "valid_until")
        if valid_until and valid_until <= valid_from:
            raise Invalid(
                f"It ends ({row['valid_until']}) before it begins.",
                remedy="Correct one of the dates.",
                column="valid_until",
            )
        own: dict[str, Any] = {
            "id": row.get("id") or f"urn:uuid:{uuid.uuid4()}",
            "credentialSubject": {**self._subject(number, row), **self.awarding.subject(row)},
        }
        awarded = _moment(row, "awarded_date")
        if valid_from is not self.now:  # else the template says it
            own[self._words.begin] = format_moment(valid_from)
        if awarded and not self._has_award_date:
            raise Invalid(
                "This version of the Open Badges vocabulary has no word for the date of an award.",
                remedy="Leave the column awarded_date out, or choose another --ob-context.",
                column="awarded_date",
            )
        if awarded or (valid_from is not self.now and self._has_award_date):
            own["awardedDate"] = format_moment(awarded or valid_from)
        if valid_until:
            own[self._words.end] = format_moment(valid_until)
        own.update(self.awarding.rest(row))
        try:
            entries = [self._entry(places, column, own["id"], row) for places, column in self._listed()]
        except (Invalid, Conflict, CredentialError):
            # One list has no place for it, so it needs none in the lists before that one.
            self._take_back(own["id"])
            raise
        if entries:
            own["credentialStatus"] = entries[0] if len(entries) == 1 else entries
        return own

    def _take_back(self, award: str) -> None:
        for places in self._places:
            places.take_back(award)

    def _listed(self) -> Iterator[tuple[Places, str]]:
        return zip(self._places, self._index_columns, strict=True)

    def _entry(self, places: Places, column: str, award: str, row: Mapping[str, str]) -> dict[str, Any]:
        """Return the award's entry in one status list. Last of all: a row that is refused needs no place."""
        text = row.get(column, "")
        if text and not (text.isascii() and text.isdigit() and len(text) <= LONGEST_INDEX):
            raise Invalid(
                f"“{text}” in {column} is no place in a status list.",
                remedy="Write a whole number from 0.",
                column=column,
            )
        try:
            return places.kept.entry(places.place_for(award, int(text) if text else None))
        except (Invalid, Conflict) as error:
            error.facts.setdefault("column", column)
            raise

    def _subject(self, number: int, row: Mapping[str, str]) -> dict[str, Any]:
        email, did = row.get("email", "").lower(), row.get("did", "")
        if not email and not did:
            raise Invalid("It names nobody.", remedy="Give an e-mail address or a DID.", column="email")
        if email and not _EMAIL.match(email):
            raise Invalid(f"“{email}” is not an e-mail address.", remedy="Correct it.", column="email")
        if did and not _DID.match(did):
            raise Invalid(f"“{did}” is not a DID.", remedy="It looks like did:key:z6Mk…", column="did")
        person = row.get("id") or did or email
        if not self._seen.add(person):
            row_before = self._lately.get(person)
            raise Invalid(
                f"It repeats row {row_before}." if row_before else "It repeats an earlier row.",
                remedy="Remove one of them.",
                code="duplicate",
                column="email",
            )
        if len(self._lately) >= RECENT:
            self._lately.clear()
        self._lately[person] = number
        subject: dict[str, Any] = {}
        if did:
            subject["id"] = did
        if email:
            subject["identifier"] = [identity_object(email, secrets.token_hex(16))]
        return subject


def _moment(row: Mapping[str, str], column: str) -> datetime | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            f"“{text}” in {column} is not a date.", remedy="Write 2026-03-01 or 2026-03-01T12:00:00Z.", column=column
        ) from error
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError as error:
        raise Invalid(
            f"“{text}” in {column} is before the first or after the last date there is.",
            remedy="Correct it.",
            column=column,
        ) from error
