"""The recipients of a batch: a CSV file read row by row, each row becoming what is the recipient's own in a credential, or a refusal
with its reason. What all of them have in common stands in a template, so that a million rows are signed without building it anew."""

from __future__ import annotations

import csv
import re
import secrets
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cairn.credentials import achievement_credential, identity_object
from cairn.credentials.build import DRESSES, DataModel
from cairn.credentials.errors import CredentialError
from cairn.credentials.moments import format_moment
from cairn.credentials.seen import RECENT, Seen
from cairn.errors import Invalid, NotFound

COLUMNS = (
    "email", "did", "id", "valid_from", "valid_until", "awarded_date", "credits", "result", "evidence_url", "licence_number",
)  # fmt: skip
WITHOUT_AWARD_DATE = frozenset({"3.0.0", "3.0.2"})
"""Versions of the Open Badges vocabulary that do not know ``awardedDate``."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
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
        achievement: Mapping[str, Any],
        issuer: Mapping[str, Any],
        now: datetime,
        data_model: DataModel = "2.0",
        ob_context: str | None = None,
    ) -> None:
        self.path, self.achievement, self.now = path, achievement, now
        self._has_award_date = ob_context not in WITHOUT_AWARD_DATE
        self.template = achievement_credential(
            id=f"urn:uuid:{uuid.UUID(int=0)}",
            issuer=issuer,
            achievement=achievement,
            subject={"type": ["AchievementSubject"]},
            valid_from=now,
            awarded_date=now if self._has_award_date else None,
            data_model=data_model,
            ob_context=ob_context,
        )
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
        self._check_header()

    def _check_header(self) -> None:
        unknown = [name for name in self.columns if name not in COLUMNS]
        if unknown:
            near = get_close_matches(unknown[0].replace("e_mail", "email"), COLUMNS, 1, 0.5)
            meant = f" Did you mean “{near[0]}”?" if near else ""
            raise Invalid(
                f"{self.path} has a column “{unknown[0]}” that means nothing here.{meant}",
                remedy="Rename or remove it. Known columns: " + ", ".join(COLUMNS) + ".",
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
            for number, cells in enumerate(reader, start=2):
                if not any(cell.strip() for cell in cells):
                    continue
                try:
                    yield number, self._own(number, cells)
                except (Invalid, CredentialError) as error:
                    self.refuse(number, error)

    def refuse(self, row: int, error: Exception) -> None:
        """Note that a row cannot be used, and why."""
        known = isinstance(error, Invalid | CredentialError)
        self.refused.append(
            {
                "row": row,
                "column": error.facts.get("column", "") if isinstance(error, Invalid) else "",
                "code": (error.specific_code if isinstance(error, Invalid) else error.code)
                if isinstance(error, Invalid | CredentialError)
                else "invalid",
                "message": error.message if isinstance(error, Invalid | CredentialError) else str(error),
                "remedy": getattr(error, "remedy", "") if known else "",
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
            "credentialSubject": self._subject(number, row),
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
        if row.get("evidence_url"):
            own["evidence"] = [{"id": _web_address(row["evidence_url"]), "type": ["Evidence"]}]
        return own

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
        if row.get("credits"):
            subject["creditsEarned"] = _number(row["credits"])
        if row.get("licence_number"):
            subject["licenseNumber"] = row["licence_number"]
        if row.get("result"):
            subject["result"] = [self._result(row["result"])]
        return subject

    def _result(self, value: str) -> dict[str, Any]:
        descriptions = self.achievement.get("resultDescription") or []
        if len(descriptions) != 1:
            raise Invalid(
                "It has a result, and the achievement does not describe exactly one.",
                remedy="Give the achievement one resultDescription, or leave the column out.",
                column="result",
            )
        allowed = descriptions[0].get("allowedValue")
        if allowed and value not in allowed:
            raise Invalid(
                f"“{value}” is not an allowed result.", remedy="Allowed: " + ", ".join(allowed) + ".", column="result"
            )
        return {"type": ["Result"], "resultDescription": descriptions[0].get("id"), "value": value}


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
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _number(text: str) -> float | int:
    try:
        value = float(text)
    except ValueError as error:
        raise Invalid(f"“{text}” in credits is not a number.", remedy="Write it like 7.5.", column="credits") from error
    if not 0 <= value <= 10_000:
        raise Invalid(
            f"{text} credits cannot be right.", remedy="Give a number between 0 and 10,000.", column="credits"
        )
    return int(value) if value.is_integer() else value


def _web_address(text: str) -> str:
    if not re.match(r"https?://[^\s/]+", text):
        raise Invalid(
            f"“{text}” is not a web address.", remedy="Write it like https://example.org/work.", column="evidence_url"
        )
    return text
