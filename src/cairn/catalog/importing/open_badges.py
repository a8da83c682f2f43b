"""Open Badges 2 and 3: what a badge says, as a definition. From badge classes and achievements, issuer documents, baked images and
signed credentials; of an award only its definition is taken, nothing of whoever earned it.

Signatures of awards are checked as far as that goes without asking anybody, and the report tells what became of each
(:mod:`cairn.catalog.importing.signatures`). Whether an award stands (its status, its dates, its issuer) is not: ``cairn verify`` says that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from cairn.catalog.importing.documents import Given, Tell, Value, clean, given_files, json_values, unusable
from cairn.catalog.importing.open_badges_definitions import Definitions, plain
from cairn.catalog.importing.record_rows import save_records
from cairn.catalog.importing.records import RECORDS, CatalogRecord, Place
from cairn.catalog.importing.runs import record_run
from cairn.catalog.importing.signatures import Signatures
from cairn.catalog.importing.words import address_of, as_list, objects
from cairn.credentials.baking import unbake
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jose.compact import looks_like_token
from cairn.credentials.model import Credential
from cairn.skills.importing.report import Importer, Progress, Report

ENDINGS = ("json", "jsonld", "ndjson", "jsonl", "png", "svg", "jwt", "jws", "txt")
_DEFINITIONS = {"Achievement", "BadgeClass"}
_ISSUERS = {"Profile", "Issuer"}
_AWARDS = {"VerifiableCredential", "Assertion", "AchievementCredential", "OpenBadgeCredential"}
NOT_CHECKED = "awards were read for their definitions only: whether they stand was not checked"


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Read every file, then write the definitions."""

    def tell(remark: Any) -> None:
        report.remark(RECORDS, remark)

    values: list[Value] = []
    tokens: dict[str, bytes] = {}
    for given in given_files(paths, report, endings=ENDINGS):
        progress("files", report.counts("files").read, None)
        values.extend(_values(given, lambda remark: report.remark("files", remark), tokens))
    found = Badges(values, report, tell, tokens)
    records = list(found.records())
    if not records:
        unusable(report)
    if found.awards:
        report.notes.append(f"{found.awards:,} {NOT_CHECKED}.")
        report.notes += found.signatures.notes("awards")
    save_records(records, source="open-badges", report=report, progress=progress)


def _values(given: Given, tell: Tell, tokens: dict[str, bytes]) -> Iterator[Value]:
    """Return the JSON in a file: its own, that of a token (kept in ``tokens`` by the file's name), or that baked into a picture."""
    content = given.content
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith(b"\x89PNG") or (start.startswith(b"<") and b"<svg" in content[:4096]):
        try:
            text = unbake(content)
        except (CredentialError, NotSupported) as error:
            tell(given.place.refused("no_badge_inside", f"The picture holds no badge that can be read: {error}"))
            return
        if text.strip().lower().startswith(("http://", "https://")):
            tell(
                given.place.refused(
                    "only_an_address",
                    f"The picture holds only the address {text.strip()[:120]}.",
                    "Save what is there.",
                )
            )
            return
        content = text.encode()
    if looks_like_token(content):
        try:
            yield clean(Value(Place(given.name, 1), dict(Credential.parse(content).document)))
            tokens[given.name] = content
        except (CredentialError, NotSupported) as error:
            tell(given.place.refused("broken_token", f"The signed credential cannot be read: {error}"))
        return
    yield from json_values(Given(given.name, content), tell)


class Badges:
    """The objects of all files: definitions, issuers and awards, found by their identifiers."""

    def __init__(self, values: list[Value], report: Report, tell: Tell, tokens: Mapping[str, bytes]) -> None:
        self.awards = 0
        self.signatures = Signatures(report.at, tell)
        self._tokens = tokens
        self._report = report
        self._tell = tell
        self._definitions: list[tuple[Place, Mapping[str, Any], Mapping[str, Any]]] = []
        self._by_id: dict[str, Mapping[str, Any]] = {}
        for value in values:
            self._sort(value.place, value.value, 0)

    def _sort(self, place: Place, value: Any, depth: int) -> None:
        """Put an object where it belongs; look into lists and wrappings of lists."""
        if isinstance(value, list):
            for number, one in enumerate(value):
                self._sort(Place(place.file, number + 1, f"{place.pointer}/{number}"), one, depth)
            return
        if not isinstance(value, Mapping):
            self._tell(
                place.refused(
                    "not_an_object", "It is no object.", "A badge class or achievement is an object with type and name."
                )
            )
            return
        kinds = {
            str(one).rpartition(":")[2]
            for one in as_list(value.get("type", value.get("@type")))
            if isinstance(one, str)
        }
        if kinds & _DEFINITIONS:
            self._keep(value)
            self._definitions.append((place, value, {}))
        elif kinds & _ISSUERS:
            self._keep(value)
            self._report.skip("issuers: looked up where a badge names them")
        elif kinds & _AWARDS or "credentialSubject" in value or "payload" in value or "badge" in value:
            self._award(place, value)
        elif "name" in value and "criteria" in value:
            self._keep(value)
            self._definitions.append((place, value, {}))
        elif "name" in value and "url" in value and not kinds:  # an issuer of Open Badges 1
            self._keep(value)
            self._report.skip("issuers: looked up where a badge names them")
        else:
            lists = [one for one in value.values() if isinstance(one, list) and one and isinstance(one[0], Mapping)]
            if depth < 3 and lists:
                for one in lists:
                    self._sort(place, one, depth + 1)
            else:
                what = f"“{min(kinds)[:60]}” is" if kinds else "It has no type that says it is"
                self._tell(
                    place.refused(
                        "no_definition",
                        f"{what} no badge class, achievement, issuer or award.",
                        "Give the definition, or a badge with it inside.",
                    )
                )

    def _keep(self, value: Mapping[str, Any]) -> None:
        name = address_of(value)
        if name:
            self._by_id.setdefault(name, value)

    def _award(self, place: Place, value: Mapping[str, Any]) -> None:
        """Take the definition out of an award, and its issuer; nothing of the person."""
        try:
            award = Credential.parse(orjson.dumps(dict(value), option=orjson.OPT_NON_STR_KEYS))
            document, reading = award.document, award.reading
        except (CredentialError, NotSupported) as error:
            self._tell(place.refused("unreadable_award", f"The award cannot be read: {error}"))
            return
        self.awards += 1
        self.signatures.check(self._tokens.get(place.file, value), place)
        issuer = reading.get("issuer")
        if isinstance(issuer, Mapping):
            self._keep(issuer)
        achievements = [
            one
            for subject in objects(plain(reading.get("credentialSubject")))
            for one in as_list(subject.get("achievement"))
        ]
        original = document.get("badge")
        if isinstance(original, Mapping):  # Open Badges 2 says more than its reading
            achievements = [original]
            if isinstance(original.get("issuer"), Mapping):
                self._keep(original["issuer"])
        for one in achievements:
            whole = {"id": one} if isinstance(one, str) else one
            self._definitions.append((place, whole, {} if issuer is None else {"issuer": issuer}))
        if not achievements:
            self._tell(place.refused("no_definition", "The award says nothing of an achievement."))

    def records(self) -> Iterator[CatalogRecord]:
        """Return a record for each definition; the same one met in several awards is told as merged."""
        definitions, seen = Definitions(self._by_id, self._tell), dict[str, CatalogRecord]()
        for place, value, beside in self._definitions:
            whole = self._by_id.get(address_of(value), value) if len(value) <= 2 else value
            if "name" not in whole:
                self._tell(
                    place.refused(
                        "definition_elsewhere",
                        f"The definition {address_of(value)[:120] or 'itself'} is not among the files.",
                        "Save it and give it too.",
                    )
                )
                continue
            record = definitions.record(place, whole, beside)
            first = seen.setdefault(record.key, record)
            if beside and first is not record:
                same = replace(first, place=place) == record
                what = "" if same else " It says something else there; that one is kept."
                self._tell(
                    place.merged("same_definition", f"The definition came already, with {first.place.file}.{what}")
                )
                continue
            yield record


IMPORTER = Importer(
    name="open-badges",
    title="Open Badges 2 and 3: definitions",
    reads="badge classes, achievements, issuer documents, signed credentials and baked images; files, folders and zips",
    help=(
        "Loads what badges say: definitions with issuers, criteria and alignments. Of an award only its definition is taken, nothing of "
        "its holder. Signatures are checked as far as that goes without the network; whether an award stands, `cairn verify` says."
    ),
    load=load,
    after=record_run,
    feed_by_file=True,
)
