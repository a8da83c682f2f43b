"""What a batch gives to each person: an achievement, or a learner record that wraps awards they have already.

The first file of ``cairn issue`` says which, by its ``type``. Both give what all rows have in common (a template) and what one row adds.
"""

from __future__ import annotations

import re
import uuid
from array import array
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from cairn.credentials import Credential, achievement_credential, clr_credential, matches_recipient
from cairn.credentials.build import DataModel
from cairn.credentials.errors import CredentialError
from cairn.credentials.jose import in_envelope
from cairn.credentials.jsontext import as_list, objects
from cairn.errors import Invalid

MAX_FILE = 20 * 1024 * 1024
MAX_AWARDS = 200
"""Awards in one record."""
_NOBODY = f"urn:uuid:{uuid.UUID(int=0)}"


class Awarding(Protocol):
    """What a batch gives."""

    columns: tuple[str, ...]

    def template(
        self, *, issuer: Mapping[str, Any], now: datetime, data_model: DataModel, ob_context: str | None, dated: bool
    ) -> dict[str, Any]:
        """Return the unsigned credential without its recipient. Raises CredentialError or Invalid."""

    def subject(self, row: Mapping[str, str]) -> dict[str, Any]:
        """Return what a row says about its subject. Raises Invalid."""

    def rest(self, row: Mapping[str, str]) -> dict[str, Any]:
        """Return what a row says beside its subject. Raises Invalid."""


def awarding_of(what: Mapping[str, Any], *, path: Path, recipients: Path) -> Awarding:
    """Return what the first file of a batch gives to each row. Raises Invalid for a whole credential."""
    if "ClrCredential" in as_list(what.get("type")):
        return LearnerRecords(what, recipients.parent)
    if "credentialSubject" in what:
        raise Invalid(
            f"{path} is a whole credential, not an Achievement.",
            remedy="Give what stands in its credentialSubject.achievement.",
        )
    return Achievements(what)


# -- An achievement ----------------------------------------------------------------------------------------------------------------


class Achievements:
    """Each row is awarded the achievement."""

    columns: tuple[str, ...] = ("credits", "result", "evidence_url", "licence_number")

    def __init__(self, achievement: Mapping[str, Any]) -> None:
        self.achievement = achievement

    def template(
        self, *, issuer: Mapping[str, Any], now: datetime, data_model: DataModel, ob_context: str | None, dated: bool
    ) -> dict[str, Any]:
        """See :class:`Awarding`."""
        return achievement_credential(
            id=_NOBODY,
            issuer=issuer,
            achievement=self.achievement,
            subject={"type": ["AchievementSubject"]},
            valid_from=now,
            awarded_date=now if dated else None,
            data_model=data_model,
            ob_context=ob_context,
        )

    def subject(self, row: Mapping[str, str]) -> dict[str, Any]:
        """See :class:`Awarding`."""
        subject: dict[str, Any] = {}
        if row.get("credits"):
            subject["creditsEarned"] = _number(row["credits"])
        if row.get("licence_number"):
            subject["licenseNumber"] = row["licence_number"]
        if row.get("result"):
            subject["result"] = [self._result(row["result"])]
        return subject

    def rest(self, row: Mapping[str, str]) -> dict[str, Any]:
        """See :class:`Awarding`."""
        if not row.get("evidence_url"):
            return {}
        return {"evidence": [{"id": _web_address(row["evidence_url"]), "type": ["Evidence"]}]}

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


# -- A learner record ----------------------------------------------------------------------------------------------------------------


class LearnerRecords:
    """Each row gets a record (CLR 2.0) around the awards whose files it names. What these are to each other, the first file says."""

    columns: tuple[str, ...] = ("awards",)

    def __init__(self, record: Mapping[str, Any], folder: Path) -> None:
        self.record, self._files = record, AwardFiles(folder)

    def template(
        self, *, issuer: Mapping[str, Any], now: datetime, data_model: DataModel, ob_context: str | None, dated: bool
    ) -> dict[str, Any]:
        """See :class:`Awarding`."""
        known = {"type", "name", "description", "partial", "association", "achievement"}
        unknown = sorted(set(self.record) - known)
        if unknown or not isinstance(self.record.get("name"), str):
            said = f"“{unknown[0]}” means nothing there" if unknown else "it needs a name"
            raise Invalid(
                f"The description of the record cannot be used: {said}.",
                remedy="It holds type, name, and as you like description, partial, achievement and association.",
                code="bad_record",
            )
        if ob_context is not None:
            raise Invalid("--ob-context is for achievements.", remedy="Leave it out.", code="bad_record")
        partial = self.record.get("partial")
        made = clr_credential(
            id=_NOBODY,
            issuer=issuer,
            subject={"type": ["ClrSubject"]},
            credentials=[{"id": _NOBODY}],
            name=self.record["name"],
            description=self.record.get("description"),
            valid_from=now,
            awarded_date=now if dated else None,
            associations=[_association(one) for one in as_list(self.record.get("association"))],
            achievements=objects(as_list(self.record.get("achievement"))),
            partial=partial if isinstance(partial, bool) else None,
            data_model=data_model,
        )
        del made["credentialSubject"]["verifiableCredential"]
        return made

    def subject(self, row: Mapping[str, str]) -> dict[str, Any]:
        """See :class:`Awarding`."""
        names = [name.strip() for name in row.get("awards", "").split(";") if name.strip()]
        if not names or len(names) > MAX_AWARDS:
            said = f"more than {MAX_AWARDS} awards" if names else "no award"
            raise Invalid(
                f"It names {said} for the record.",
                remedy="Name files, with ; between them: physics.json; awards.jsonl:12.",
                column="awards",
            )
        return {"verifiableCredential": [self._whole(name, row) for name in names]}

    def rest(self, row: Mapping[str, str]) -> dict[str, Any]:
        """See :class:`Awarding`."""
        return {}

    def _whole(self, name: str, row: Mapping[str, str]) -> dict[str, Any]:
        award = self._files.read(name)
        if award.envelope is None and not award.proofs:
            raise Invalid(f"“{name}” is not signed.", remedy="Sign it first.", code="award_not_signed", column="awards")
        about = matches_recipient(award, email=row.get("email") or None, did=row.get("did") or None)
        if about is False:
            raise Invalid(
                f"“{name}” is about somebody else.",
                remedy="Name awards of this person; give the e-mail address or the DID that stands in them.",
                code="award_of_another",
                column="awards",
            )
        return dict(award.document) if award.envelope is None else in_envelope(award.text)


def _association(said: Any) -> tuple[str, str, str]:
    parts = (
        [said.get(name) for name in ("sourceId", "associationType", "targetId")] if isinstance(said, Mapping) else []
    )
    if len(parts) != 3 or not all(isinstance(part, str) and part for part in parts):
        raise Invalid(
            "An association of the record cannot be used.",
            remedy='Write {"associationType": "isChildOf", "sourceId": "…", "targetId": "…"}.',
            code="bad_record",
        )
    return parts[0], parts[1], parts[2]  # type: ignore[return-value] # texts, as asked above


class AwardFiles:
    """Awards by the names of their files, ``FILE`` or ``FILE:LINE``, counted from the folder of the recipients' file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines: dict[Path, array[int]] = {}

    def read(self, name: str) -> Credential:
        """Return the award; raises Invalid with what is wrong with it."""
        try:
            return Credential.parse(self._bytes(name))
        except OSError as error:
            said = (error.strerror or "unknown reason").lower()
            raise self._not_there(name, said) from error
        except CredentialError as error:
            raise Invalid(
                f"“{name[:200]}” cannot be read: {error.message}", remedy=error.remedy, code=error.code, column="awards"
            ) from error

    def _bytes(self, name: str) -> bytes:
        whole = self._folder / name
        start, _, line = name.rpartition(":")
        if not start or not (line.isascii() and line.isdigit()) or whole.exists():
            with self._opened(whole, name) as file:
                return file.read(MAX_FILE)
        path = self._folder / start
        starts = self._lines.get(path)
        if starts is None:
            with self._opened(path, name) as file:
                starts = self._lines[path] = _starts_of_lines(file)
        number = int(line[:12])
        if not 1 <= number < len(starts):
            raise Invalid(
                f"“{start[:200]}” has no line {number}.", remedy="Correct it.", code="award_not_there", column="awards"
            )
        with self._opened(path, name) as file:
            file.seek(starts[number - 1])
            return file.read(min(starts[number] - starts[number - 1], MAX_FILE))

    def _opened(self, path: Path, name: str) -> BinaryIO:
        # A device or a pipe may have no end, and is no file of awards.
        if "\0" in name or (path.exists() and not path.is_file()):
            raise self._not_there(name, "it is no file")
        return path.open("rb")

    def _not_there(self, name: str, said: str) -> Invalid:
        return Invalid(
            f"“{name[:200]}” cannot be read: {said}.",
            remedy="Correct the name.",
            code="award_not_there",
            column="awards",
        )


def _starts_of_lines(file: BinaryIO) -> array[int]:
    """Return where each line begins, and where the last one ends: eight bytes a line, so that a record may name any of a million."""
    starts, place = array("q", [0]), 0
    while line := file.readline(MAX_FILE):
        place += len(line)
        starts.append(place)
    return starts
