"""Exports of other credential systems: what their definitions say, and how many awards there are, which stay where they are.

One reader per shape in :data:`SHAPES`; which one a document has is told by what it holds, not by its name.

- **Badgr / Canvas Credentials**: answers of the API v2 (badgr-server, ``BadgeClassSerializerV2``, ``IssuerSerializerV2``):
  BadgeClass, Issuer, Assertion.
- **Credly**: badge templates and issued badges of the Web Service API (https://www.credly.com/docs/badge_templates).
- **Moodle**: ``core_badges_get_user_badges`` of the web service, and ``badges.xml`` of a course backup.
- **Canvas**: a course export (``.imscc``, Common Cartridge) with ``course_settings/course_settings.xml``.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # the package ships no types

from cairn.catalog.importing.record_rows import save_records
from cairn.catalog.importing.records import CatalogRecord, Identifier, OfferRecord, Place, ProviderRecord, SkillRecord
from cairn.catalog.importing.runs import record_run
from cairn.errors import Invalid, NotFound
from cairn.skills.importing.json_files import own_address, read_json, text_of
from cairn.skills.importing.report import Importer, Progress, Report
from cairn.skills.importing.values import tidy

LARGEST_XML = 64 * 1024 * 1024
MOST = 200_000
_MONTHS = {"days": 1 / 30.44, "weeks": 7 / 30.44, "months": 1.0, "years": 12.0}
_CREDLY_TYPES = {
    "certification": "industry",
    "certificate": "certificate",
    "learning": "badge",
    "validation": "badge",
    "experience": "badge",
}
AWARDS = "awards: they are the holders', and are not part of a catalogue"


@dataclass(slots=True)
class _Found:
    """What the files of one run hold: issuers by every name they go by, and definitions still to be written."""

    report: Report
    issuers: dict[str, ProviderRecord] = field(default_factory=dict)
    waiting: list[tuple[Callable[[_Found], CatalogRecord], Place]] = field(default_factory=list)
    seen: dict[str, Place] = field(default_factory=dict)

    def later(self, make: Callable[[_Found], CatalogRecord], place: Place) -> None:
        """Keep a definition until every issuer has been read."""
        self.waiting.append((make, place))

    def refuse(self, place: Place, code: str, message: str, remedy: str = "") -> None:
        """Tell that an entry was refused."""
        self.report.remark("records", place.refused(code, message, remedy))

    def award(self, number: int = 1) -> None:
        """Count awards that are left where they are."""
        self.report.skip(AWARDS, number)


def load(name: str, paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Read every file, then write the definitions with the issuers they name."""
    found = _Found(report)
    digests = [_read(path, SHAPES[name], found, name) for path in _files(paths)]
    if not digests:
        raise Invalid("There is no file that can be read.", remedy="Name the export itself.", code="no_file")
    report.source_digest = digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest()
    records = [make(found) for make, _ in found.waiting]
    if not records and not report.skipped and not report.remarks:
        raise Invalid(
            "No badge or course is among what was given.", remedy=f"It reads {READS[name]}.", code="nothing_found"
        )
    save_records(records, source=name, report=report, progress=progress)


type Reader = Callable[[Any, Place, _Found], None]


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                one for one in path.rglob("*") if one.suffix.casefold() in {".json", ".xml", ".imscc", ".zip", ".mbz"}
            )[:5000]
        elif path.is_file():
            yield path
        else:
            raise NotFound(f"There is no file “{path}”.", remedy="Check the path.", code="missing_file")


def _read(path: Path, reader: Reader, found: _Found, name: str) -> str:
    place = Place(path.name)
    if path.stat().st_size > LARGEST_XML:
        raise Invalid(
            f"“{path.name}” has more than {LARGEST_XML // 2**20} MB.",
            remedy="Export fewer at a time.",
            code="too_large",
        )
    content = path.read_bytes()
    if not content.strip():
        raise Invalid(f"“{path.name}” is empty.", remedy="Export it again.", code="empty_file")
    if content.startswith(b"PK\x03\x04"):
        _zipped(path, reader, found)
    elif content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        reader(_xml(content, path.name), place, found)
    elif content.startswith(b"\x1f\x8b") and name == "moodle":
        raise Invalid(
            f"“{path.name}” is a packed backup.",
            remedy="Unpack it (tar -xzf) and give its badges.xml.",
            code="packed_backup",
        )
    else:
        reader(read_json(path)[0], place, found)
    return sha256(content).hexdigest()


def _zipped(path: Path, reader: Reader, found: _Found) -> None:
    wanted = ("course_settings/course_settings.xml", "badges.xml")
    try:
        with zipfile.ZipFile(path) as archive:
            names = [one for one in archive.infolist() if one.filename.endswith(wanted)]
            if not names:
                raise Invalid(
                    f"“{path.name}” holds neither course settings nor badges.",
                    remedy="Export the whole course.",
                    code="nothing_found",
                )
            for one in names[:100]:
                if one.file_size > LARGEST_XML:
                    raise Invalid(
                        f"“{one.filename}” in “{path.name}” is too large.", remedy="Export again.", code="too_large"
                    )
                with archive.open(one) as stream:
                    reader(_xml(stream.read(LARGEST_XML), one.filename), Place(path.name), found)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise Invalid(
            f"“{path.name}” cannot be unpacked: {error}.", remedy="Download it again.", code="broken_file"
        ) from error


def _xml(content: bytes, name: str) -> Any:
    try:
        return fromstring(content, forbid_dtd=True)
    except (
        ValueError,
        SyntaxError,
        RecursionError,
    ) as error:  # ParseError is a SyntaxError; defusedxml's refusals are ValueErrors
        raise Invalid(f"“{name}” is not sound XML: {error}.", remedy="Export it again.", code="broken_xml") from error


def _entries(values: Any, place: Place, found: _Found) -> Iterator[tuple[Mapping[str, Any], Place]]:
    """Yield the objects of a list with their places; what is no object is refused."""
    if not isinstance(values, list):
        values = [values]
    for number, value in enumerate(values[:MOST], 1):
        here = Place(place.file, number)
        if isinstance(value, dict):
            yield value, here
        else:
            found.refuse(here, "no_object", "The entry is not an object with names and values.", "Export it again.")


def badgr(document: Any, place: Place, found: _Found) -> None:
    """Read an answer of Badgr's API v2: {"status", "result": [entity, …]}, or the entities themselves."""
    values = document.get("result", document) if isinstance(document, dict) else document
    if (
        isinstance(document, dict)
        and document.get("status", {})
        and isinstance(document["status"], dict)
        and document["status"].get("success") is False
    ):
        raise Invalid(
            f"“{place.file}” is an error message of Badgr, no export.",
            remedy="Export it again, signed in.",
            code="error_answer",
        )
    for entry, here in _entries(values, place, found):
        kind = text_of(entry.get("entityType"))
        if kind == "Assertion":
            found.award()
        elif kind == "Issuer":
            _badgr_issuer(entry, here, found)
        elif kind == "BadgeClass":
            _badgr_class(entry, here, found)
        else:
            found.refuse(
                here.at("entityType"),
                "unknown_kind",
                f"“{kind[:40]}” is neither badge class, issuer nor assertion.",
                "Export these.",
            )


def _badgr_issuer(entry: Mapping[str, Any], here: Place, found: _Found) -> None:
    identifier, name = text_of(entry.get("entityId")), text_of(entry.get("name"), 250)
    if not identifier or not name:
        found.refuse(here, "no_name", "The issuer has no name or no entityId.", "Fill it in and export again.")
        return
    own = text_of(entry.get("openBadgeId"), 300)
    provider = ProviderRecord(
        key=own or identifier,
        name=name,
        website=_web(text_of(entry.get("url"), 500)),
        identifiers=(Identifier("open-badge-id", own),) if own else (),
    )
    found.issuers[identifier] = provider
    if own:
        found.issuers[own] = provider


def _badgr_class(entry: Mapping[str, Any], here: Place, found: _Found) -> None:
    issuer, own = text_of(entry.get("issuer")), text_of(entry.get("openBadgeId"), 300)
    issuer_own = text_of(entry.get("issuerOpenBadgeId"), 300)
    expires = entry.get("expires") if isinstance(entry.get("expires"), dict) else {}
    aligned = entry.get("alignments") or []

    def make(found: _Found) -> CatalogRecord:
        provider = found.issuers.get(issuer) or found.issuers.get(issuer_own)
        if provider is None and (issuer or issuer_own):
            told = (
                f"Its issuer “{(issuer_own or issuer)[:80]}” is not among the files; it is shown under that identifier."
            )
            found.report.remark(
                "records", here.at("issuer").repaired("unknown_issuer", told, "Export the issuers too.")
            )
            provider = ProviderRecord(key=issuer_own or issuer, name=f"Issuer {issuer or issuer_own}"[:250])
        return CatalogRecord(
            key=own or text_of(entry.get("entityId")),
            place=here,
            title=text_of(entry.get("name")),
            provider=provider,
            type="badge",
            language="und",
            description=_long(entry.get("description")),
            criteria=_long(entry.get("criteriaNarrative")),
            homepage=_web(text_of(entry.get("criteriaUrl"), 500)) or _web(own),
            tags=_tags(entry.get("tags")),
            valid_months=_months(expires, here, found),
            skills=tuple(
                SkillRecord(
                    text_of(one.get("targetName")),
                    url=_web(text_of(one.get("targetUrl"), 300)),
                    framework=text_of(one.get("targetFramework")),
                )
                for one in (aligned if isinstance(aligned, list) else [])
                if isinstance(one, dict) and text_of(one.get("targetName"))
            ),
            identifiers=(Identifier("open-badge-id", own),) if own else (),
        )

    found.later(make, here)


def credly(document: Any, place: Place, found: _Found) -> None:
    """Read Credly's {"data": [badge template or issued badge, …]}, or what it holds by itself."""
    values = document.get("data", document) if isinstance(document, dict) else document
    if isinstance(values, dict) and isinstance(values.get("message"), str) and "id" not in values:
        raise Invalid(
            f"“{place.file}” is an error message of Credly, no export.",
            remedy="Export it again, signed in.",
            code="error_answer",
        )
    for entry, here in _entries(values, place, found):
        template = entry.get("badge_template")
        if isinstance(template, dict):
            found.award()
            if not template.get("issuer") and isinstance(entry.get("issuer"), dict):
                template = {**template, "issuer": entry["issuer"]}
            _credly_template(template, here.at("badge_template"), found, again=True)
        elif "name" in entry:
            _credly_template(entry, here, found, again=False)
        else:
            found.refuse(
                here, "unknown_kind", "It is neither badge template nor issued badge.", "Export badge templates."
            )


def _credly_template(entry: Mapping[str, Any], here: Place, found: _Found, *, again: bool) -> None:
    key = text_of(entry.get("id"))
    if again and key in found.seen:
        return
    found.seen[key] = here
    if text_of(entry.get("state")) in {"draft", "archived"}:
        found.report.skip("badge templates that are drafts or archived at their source")
        return
    activities = entry.get("badge_template_activities")
    criteria = [
        f"- {text_of(one.get('title'), 500)}"
        for one in (activities if isinstance(activities, list) else [])
        if isinstance(one, dict) and text_of(one.get("title"))
    ]
    skills = entry.get("skills") if isinstance(entry.get("skills"), list) else []
    cost, time = text_of(entry.get("cost"), 60), text_of(entry.get("time_to_earn"), 60)
    offer = OfferRecord(
        price_total=0 if cost.casefold() == "free" else None,
        price_text=cost,
        duration_text=time,
        url=_web(text_of(entry.get("earn_this_badge_url"), 500)),
    )
    found.later(
        lambda _: CatalogRecord(
            key=key,
            place=here,
            title=text_of(entry.get("name")),
            provider=_credly_issuer(entry),
            language=text_of(entry.get("language")) or "und",
            type=_CREDLY_TYPES.get(text_of(entry.get("type_category")).casefold(), "badge"),
            description=_long(entry.get("description")),
            criteria="\n".join(criteria),
            level_text=text_of(entry.get("level"), 200),
            homepage=_web(text_of(entry.get("url"), 500) or text_of(entry.get("global_activity_url"), 500)),
            skills=tuple(SkillRecord(text_of(one)) for one in (skills or [])[:300] if text_of(one)),
            offers=(offer,) if cost or time or offer.url else (),
            identifiers=(Identifier("credly-template", key),) if key else (),
        ),
        here,
    )


def _credly_issuer(entry: Mapping[str, Any]) -> ProviderRecord | None:
    issuer = entry.get("issuer")
    entities = issuer.get("entities") if isinstance(issuer, dict) else None
    listed = (
        [one for one in entities or [] if isinstance(one, dict) and isinstance(one.get("entity"), dict)]
        if isinstance(entities, list)
        else []
    )
    chosen = next((one for one in listed if one.get("primary")), listed[0] if listed else None)
    owner = chosen["entity"] if chosen else entry.get("owner")
    if not isinstance(owner, dict) or not text_of(owner.get("name"), 250):
        return None
    return ProviderRecord(
        key=text_of(owner.get("id")) or text_of(owner.get("name"), 250),
        name=text_of(owner.get("name"), 250),
        website=_web(text_of(owner.get("vanity_url"), 500)),
    )


def moodle(document: Any, place: Place, found: _Found) -> None:
    """Read {"badges": […]} of the web service, or the root of a backup's badges.xml."""
    if not isinstance(document, dict | list):
        _moodle_backup(document, place, found)
        return
    if isinstance(document, dict) and "exception" in document:
        raise Invalid(
            f"“{place.file}” is an error message of Moodle, no export.",
            remedy="Ask again with a valid token.",
            code="error_answer",
        )
    for entry, here in _entries(
        document.get("badges", document) if isinstance(document, dict) else document, place, found
    ):
        if entry.get("uniquehash") or entry.get("dateissued"):
            found.award()
        key = text_of(entry.get("badgeid") or entry.get("id"))
        if key and key in found.seen and entry.get("uniquehash"):
            continue
        found.seen[key] = here
        _moodle_badge(entry, here, found, key)


def _moodle_badge(entry: Mapping[str, Any], here: Place, found: _Found, key: str) -> None:
    name, site = text_of(entry.get("issuername"), 250), _web(text_of(entry.get("issuerurl"), 500))
    aligned = entry.get("alignment") if isinstance(entry.get("alignment"), list) else entry.get("alignments")
    found.later(
        lambda _: CatalogRecord(
            key=f"{site or name}#{key}" if key else "",
            place=here,
            title=text_of(entry.get("name")),
            type="badge",
            provider=ProviderRecord(key=site or name, name=name, website=site) if name else None,
            language=text_of(entry.get("language"), 20).replace("_", "-") or "und",
            description=_long(entry.get("description")),
            criteria=_long(entry.get("criteria")),
            skills=tuple(
                SkillRecord(
                    text_of(one.get("targetname") or one.get("targetName")),
                    url=_web(text_of(one.get("targeturl") or one.get("targetUrl"), 300)),
                    framework=text_of(one.get("targetframework") or one.get("targetFramework")),
                )
                for one in (aligned if isinstance(aligned, list) else [])
                if isinstance(one, dict) and text_of(one.get("targetname") or one.get("targetName"))
            ),
        ),
        here,
    )


def _moodle_backup(root: Any, place: Place, found: _Found) -> None:
    if root.tag != "badges":
        raise Invalid(
            f"“{place.file}” is no badges.xml of a Moodle backup (it begins with <{str(root.tag)[:40]}>).",
            remedy="Give badges.xml.",
            code="nothing_found",
        )
    for number, badge in enumerate(list(root)[:MOST], 1):
        here = Place(place.file, number)
        if badge.tag != "badge":
            found.refuse(here, "unknown_kind", f"<{str(badge.tag)[:40]}> is no badge.")
            continue
        values: dict[str, Any] = {str(one.tag): one.text or "" for one in badge if not len(one)}
        values = {name: "" if value == "$@NULL@$" else value for name, value in values.items()}
        values["alignment"] = [
            {str(part.tag): part.text or "" for part in one} for one in badge.iterfind("alignments/alignment")
        ]
        values["criteria"] = "\n".join(
            tidy(re.sub(r"<[^>]{0,500}>", " ", one.findtext("description") or ""))
            for one in badge.iterfind("criteria/criterion")
            if one.findtext("description")
        )
        found.award(len(badge.findall("manual_awards/manual_award")))
        _moodle_badge(values, here, found, str(badge.get("id") or ""))


def canvas(document: Any, place: Place, found: _Found) -> None:
    """Read course_settings.xml of a Canvas course export."""
    if isinstance(document, dict | list) or not str(document.tag).endswith("course"):
        raise Invalid(
            f"“{place.file}” is no Canvas course export.",
            remedy="Give the .imscc file, or its course_settings.xml.",
            code="nothing_found",
        )
    values = {str(one.tag).rpartition("}")[2]: (one.text or "").strip() for one in document}
    key = str(document.get("identifier") or "")
    found.later(
        lambda _: CatalogRecord(
            key=key,
            place=place,
            title=tidy(values.get("title", ""))[:300],
            provider=None,
            language=values.get("locale", "") or "und",
            description=_long(values.get("public_description")),
            identifiers=(Identifier("course-code", values["course_code"]),) if values.get("course_code") else (),
        ),
        place,
    )
    found.report.remark(
        "records",
        place.repaired(
            "no_level",
            "A Canvas course says nothing of workload, level or assessment: they stay open.",
            "Complete them at the provider's desk.",
        ),
    )


def _long(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    return re.sub(r"<[^>]{0,500}>", " ", text[:20_000]).replace("\x00", "").strip()


def _tags(value: Any) -> tuple[str, ...]:
    return tuple(text_of(one, 100) for one in value[:100] if text_of(one)) if isinstance(value, list) else ()


def _web(address: str) -> str:
    return address if own_address(address) and address.startswith(("http://", "https://")) else ""


def _months(expires: Any, here: Place, found: _Found) -> int | None:
    amount, unit = (expires or {}).get("amount"), text_of((expires or {}).get("duration"))
    if amount is None:
        return None
    if not isinstance(amount, int) or isinstance(amount, bool) or unit not in _MONTHS or not 0 < amount < 10_000:
        found.report.remark(
            "records", here.at("expires").repaired("bad_expiry", "How long it is valid cannot be read; it stays open.")
        )
        return None
    return max(1, round(amount * _MONTHS[unit]))


SHAPES: dict[str, Reader] = {"badgr": badgr, "credly": credly, "moodle": moodle, "canvas": canvas}
READS = {
    "badgr": "badge classes and issuers as the API of Badgr or Canvas Credentials answers them (JSON)",
    "credly": "badge templates as Credly's API answers them (JSON); issued badges lead to their templates",
    "moodle": "badges of the web service (JSON), or badges.xml of an unpacked course backup",
    "canvas": "course exports (.imscc)",
}
_TITLES = {
    "badgr": "Badgr and Canvas Credentials",
    "credly": "Credly",
    "moodle": "Moodle badges",
    "canvas": "Canvas courses",
}


def _importer(name: str) -> Importer:
    def load_one(paths: Sequence[Path], report: Report, progress: Progress) -> None:
        load(name, paths, report, progress)

    return Importer(
        name,
        _TITLES[name],
        READS[name],
        "Loads definitions and issuers; awards are counted and left where they are.",
        load_one,
        record_run,
        True,
    )


IMPORTERS = tuple(_importer(name) for name in SHAPES)
__all__ = ["IMPORTERS", "SHAPES"]
