"""Open Badges 2 and 3: what a badge says, as a definition. From badge classes and achievements, issuer documents, baked images and
signed credentials; of an award only its definition is taken, nothing of whoever earned it.

An import says nothing about whether an award is genuine: signatures are not checked here, and the report says so. The verifier does that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from cairn.catalog.importing.documents import Given, Tell, Value, clean, given_files, json_values, unusable
from cairn.catalog.importing.levels import EQF_LEVELS, figure_in
from cairn.catalog.importing.record_rows import save_records
from cairn.catalog.importing.records import (
    RECORDS,
    CatalogRecord,
    Identifier,
    Place,
    ProviderRecord,
    RelatedRecord,
    SkillRecord,
)
from cairn.catalog.importing.runs import record_run
from cairn.catalog.importing.signatures import Signatures
from cairn.catalog.importing.words import (
    Reader,
    address_of,
    as_list,
    country,
    language,
    main_language,
    objects,
    other_texts,
    text_in,
    web,
)
from cairn.catalog.models import Definition, DefinitionVersion
from cairn.credentials.baking import unbake
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jose.compact import looks_like_token
from cairn.credentials.model import Credential
from cairn.skills.importing.report import Importer, Progress, Report

ENDINGS = ("json", "jsonld", "ndjson", "jsonl", "png", "svg", "jwt", "jws", "txt")
TYPES: dict[str, str] = {
    "Badge": Definition.Type.BADGE, "MicroCredential": Definition.Type.BADGE, "Award": Definition.Type.BADGE,
    "Certificate": Definition.Type.CERTIFICATE, "CertificateOfCompletion": Definition.Type.CERTIFICATE,
    "LearningProgram": Definition.Type.PROGRAMME, "Certification": Definition.Type.INDUSTRY, "License": Definition.Type.INDUSTRY,
    "ApprenticeshipCertificate": Definition.Type.INDUSTRY, "JourneymanCertificate": Definition.Type.INDUSTRY,
    "MasterCertificate": Definition.Type.INDUSTRY,
}  # fmt: skip
"""Achievement types that are one of the four; all others keep no type."""
KNOWN = frozenset(TYPES) | {
    "Achievement", "Assessment", "Assignment", "AssociateDegree", "BachelorDegree", "CommunityService", "Competency", "Course",
    "CoCurricular", "Degree", "Diploma", "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment", "Membership",
    "ProfessionalDoctorate", "QualityAssuranceCredential", "MasterDegree", "ResearchDoctorate", "SecondarySchoolDiploma",
}  # fmt: skip
"""The enumeration of Open Badges 3.0 (AchievementType)."""
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


_FIELD = re.compile(r"\d{2}(?:\.\d{2}(?:\d{2})?)?")
"""A field of study as the Classification of Instructional Programs writes it; in words it is a topic."""


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
            for subject in objects(_plain(reading.get("credentialSubject")))
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
        seen: dict[str, CatalogRecord] = {}
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
            record = self._record(place, whole, beside)
            first = seen.setdefault(record.key, record)
            if beside and first is not record:
                same = replace(first, place=place) == record
                what = "" if same else " It says something else there; that one is kept."
                self._tell(
                    place.merged("same_definition", f"The definition came already, with {first.place.file}.{what}")
                )
                continue
            yield record

    def _record(self, place: Place, this: Mapping[str, Any], beside: Mapping[str, Any]) -> CatalogRecord:
        reader = Reader(place, self._tell)
        tongues = [found for one in as_list(this.get("inLanguage", this.get("@language"))) if (found := language(one))]
        name = this.get("name")
        tongue = main_language(name, tongues)
        provider = self._provider(this, beside, place, tongue)
        criteria = this.get("criteria")
        narrative = text_in(criteria.get("narrative"), tongue) if isinstance(criteria, Mapping) else ""
        page = web(criteria)
        kind = str(this.get("achievementType") or "Badge")
        if kind not in KNOWN and not kind.startswith("ext:"):
            self._tell(
                place.at("achievementType").repaired(
                    "unknown_type", f"“{kind[:60]}” is no type of Open Badges; it keeps none."
                )
            )
        title = text_in(name, tongue)
        address = address_of(this)
        if not address:
            digest = sha256(f"{provider.key if provider else ''}\n{title}".encode()).hexdigest()[:32]
            address = f"no-id-{digest}"
        alignments = objects(this.get("alignment", this.get("alignments")))
        level, level_text = self._level(alignments, place, tongue)
        results = objects(this.get("resultDescription"))
        field = text_in(this.get("fieldOfStudy"), tongue).strip()
        return CatalogRecord(
            key=address,
            place=place,
            title=title,
            provider=provider,
            type=TYPES.get(kind, ""),
            language=tongue,
            texts=other_texts(tongue, title=name, description=this.get("description"),
                              criteria=criteria.get("narrative") if isinstance(criteria, Mapping) else None),
            description=text_in(this.get("description"), tongue),
            criteria="\n\n".join(filter(None, [narrative, page and f"<{page}>"])),
            credits=reader.figure(this.get("creditsAvailable"), "creditsAvailable"),
            level_framework="eqf" if level is not None else "",
            level=level,
            level_text=level_text,
            grading="; ".join(dict.fromkeys(filter(None, (text_in(one.get("name"), tongue) for one in results))))[:300],
            homepage=web(address),
            further_information=text_in(this.get("specialization"), tongue),
            taught_in=tuple(tongues),
            tags=tuple(
                dict.fromkeys(
                    tag for name in ("tag", "tags") for one in as_list(this.get(name)) if (tag := text_in(one, tongue))
                )
            ) + tuple(filter(None, [field if not _FIELD.fullmatch(field) else ""])),
            field_of_study=field if _FIELD.fullmatch(field) else "",
            identifiers=tuple(self._identifiers(this, address)),
            skills=tuple(dict.fromkeys(
                SkillRecord(
                    text_in(one.get("targetName", one.get("name")), tongue),
                    web(one.get("targetUrl", one.get("url"))),
                    text_in(one.get("targetFramework", one.get("framework")), tongue),
                )
                for one in alignments
                if text_in(one.get("targetName", one.get("name")), tongue) and "level" not in str(one.get("targetType", "")).lower()
            )),
            related=tuple(
                RelatedRecord(DefinitionVersion.Relation.PREPARES_FOR, address_of(one), web(one))
                for one in as_list(this.get("related"))
                if address_of(one)
            ),
        )  # fmt: skip

    def _provider(
        self, this: Mapping[str, Any], beside: Mapping[str, Any], place: Place, tongue: str
    ) -> ProviderRecord | None:
        for told in (this.get("creator"), this.get("issuer"), beside.get("issuer")):
            for one in as_list(_plain(told)):
                who = self._by_id.get(address_of(one), one) if not isinstance(one, Mapping) or len(one) <= 2 else one
                key = address_of(who)
                if not isinstance(who, Mapping):
                    who = {"id": key}
                name = text_in(who.get("name"), tongue)
                if not name and not key:
                    continue
                if not name:
                    self._tell(
                        place.at("issuer").repaired(
                            "provider_not_named", f"Its issuer is named by the address {key[:100]} only."
                        )
                    )
                where = next(iter(objects(who.get("address"))), {})
                return ProviderRecord(
                    key=key or name,
                    name=name or key.removeprefix("https://").removeprefix("http://")[:200],
                    website=web(who.get("url")) or web(key),
                    city=text_in(where.get("addressLocality"), tongue),
                    state=text_in(where.get("addressRegion"), tongue),
                    country=country(where.get("addressCountryCode")) or country(where.get("addressCountry")),
                    identifiers=tuple(self._identifiers(who, key)),
                )
        return None

    def _identifiers(self, this: Mapping[str, Any], address: str) -> Iterator[Identifier]:
        if address and not address.startswith(("no-id-", "_:")):
            yield Identifier("did" if address.startswith("did:") else "uri", address[:500])
        if isinstance(this.get("humanCode"), str):
            yield Identifier("course-code", this["humanCode"][:200])
        for one in objects(this.get("otherIdentifier"))[:20]:
            if isinstance(one.get("identifier"), str):
                yield Identifier(str(one.get("identifierType") or "identifier")[:60], one["identifier"][:300])

    def _level(self, alignments: list[dict[str, Any]], place: Place, tongue: str) -> tuple[int | None, str]:
        for number, one in enumerate(alignments):
            if "level" not in str(one.get("targetType", "")).lower():
                continue
            told = text_in(one.get("targetCode"), tongue) or text_in(one.get("targetName"), tongue)
            figure = figure_in(told)
            if "eqf" in str(one.get("targetType", "")).lower() and figure in EQF_LEVELS:
                return int(figure), ""
            if told:
                self._tell(
                    place.at("alignment", number).repaired(
                        "level_in_words", f"“{told[:60]}” is no EQF level; kept in words."
                    )
                )
            return None, told[:200]
        return None, ""


def _plain(value: Any) -> Any:
    """Return a value with mappings as dictionaries, one level deep, as the readers of words expect."""
    if isinstance(value, Mapping):
        return dict(value)
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


IMPORTER = Importer(
    name="open-badges",
    title="Open Badges 2 and 3: definitions",
    reads="badge classes, achievements, issuer documents, signed credentials and baked images; files, folders and zips",
    help=(
        "Loads what badges say: definitions with issuers, criteria and alignments. Of an award only its definition is taken, nothing of "
        "its holder, and its signature is not checked: for that, use `cairn verify`."
    ),
    load=load,
    after=record_run,
    feed_by_file=True,
)
