"""Write catalogue records as providers, published definitions, offers and stated skills: the one writer behind every format.

1. **Read and refuse.** Records without a title or key, or whose key came before, are told with their place; what is too long for its
   column is cut and told.
2. **Providers**, one for each key of the source.
3. **Definitions** with their versions (:mod:`version_rows`) and offers.
4. **Skills** whose identifier a framework here has become skills taught, as stated. The others stay in words with the version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils.text import slugify

from cairn.catalog.importing.records import RECORDS, CatalogRecord, OfferRecord, ProviderRecord, key_of
from cairn.catalog.importing.required_rows import requires_of
from cairn.catalog.importing.version_rows import publish_versions
from cairn.catalog.models import Definition, DefinitionVersion, Offer, Provider, SkillTaught
from cairn.skills.importing.report import Progress, Report
from cairn.skills.importing.saving import save_all
from cairn.skills.models import Skill

State = DefinitionVersion.State

ORIGIN = "stated"
UNNAMED = ProviderRecord(key="", name="Provider not named")
LONGEST = {
    "description": 20_000,
    "criteria": 20_000,
    "prerequisites": 10_000,
    "quality_assurance": 5_000,
    "further_information": 5_000,
}
"""Letters kept of texts that have no limit in the database."""
MOST = {
    "outcomes": 200,
    "tags": 100,
    "identifiers": 50,
    "related": 200,
    "skills": 300,
    "offers": 200,
    "taught_in": 30,
    "texts": 40,
}
"""How many of each a record may have."""
_CONTENT = (
    "title", "description", "criteria", "language", "texts", "workload_hours", "credits", "credit_scheme", "level_framework", "level",
    "level_text", "assessment_type", "participation", "supervision", "quality_assurance", "prerequisites", "grading", "stackability",
    "further_information", "homepage", "leads_to", "field_of_study", "valid_months",
)  # fmt: skip
_TERMS = tuple(name for name in OfferRecord.__dataclass_fields__ if name != "key")


def save_records(
    records: Iterable[CatalogRecord], *, source: str, report: Report, progress: Progress
) -> dict[str, int]:
    """Write records of one source; return the primary keys of their definitions by the records' keys.

    ``source`` stands in the rows as where they come from: the importer's name, or one of its feeds. A record of the same source and key
    is brought up to date, never doubled. Rows of other sources, and what this site awards itself, are never touched.
    """
    kept = _kept(records, report, progress)
    providers = _providers(kept.values(), source, report, progress)
    stored = Definition.objects.filter(source=source)
    slugs = dict(stored.values_list("source_key", "slug"))
    definitions = save_all(
        (
            Definition(
                slug=slugs.get(key) or _slug(record.title, source, key),
                type=record.type,
                provider_id=providers[_provider_key(record.provider or UNNAMED)],
                source=source,
                source_key=key,
            )
            for key, record in kept.items()
        ),
        within=stored, key=("source_key",), fields=("type", "provider_id"), table="definitions", report=report, progress=progress,
    )  # fmt: skip
    by_definition = {definitions[key,]: record for key, record in kept.items()}
    requires = requires_of(by_definition, source, report)
    versions = publish_versions(
        {definition: _content(record) | {"requires": requires.get(definition, [])} for definition, record in by_definition.items()},
        source=source, at=report.at, report=report, progress=progress,
    )  # fmt: skip
    by_version = {version: by_definition[definition] for definition, version in versions.items()}
    _offers(by_version, source, report, progress)
    _skills(by_version, source, report, progress)
    return {record.key: definitions[key,] for key, record in kept.items()}


def _kept(records: Iterable[CatalogRecord], report: Report, progress: Progress) -> dict[str, CatalogRecord]:
    """1. Return the records that can be used by key, in order."""
    kept: dict[str, CatalogRecord] = {}
    counts = report.counts(RECORDS)
    for record in records:
        counts.read += 1
        if counts.read % 1000 == 0:
            progress(RECORDS, counts.read, None)
        record = _fitted(record, report)
        key = key_of(record.key)
        if not record.title:
            report.remark(RECORDS, record.place.refused("no_title", "It has no title.", "Give it a name."))
        elif not key:
            report.remark(
                RECORDS, record.place.refused("no_key", "Nothing identifies it.", "Give it an identifier of its own.")
            )
        elif key in kept:
            before = kept[key]
            where = f"record {before.place.number}" if before.place.number else "another"
            same = replace(before, place=record.place) == record
            more = _with_offers_of(before, record)
            if before.place.file != record.place.file:
                where += f" of {before.place.file}"
            if same:
                told = record.place.merged(
                    "same_again", f"{where[0].upper()}{where[1:]} says the same under the same identifier."
                )
            elif more is not None:
                kept[key] = more
                told = record.place.merged("another_offer", f"It is another offer of {where}.")
            else:
                told = record.place.refused(
                    "duplicate",
                    f"The identifier “{key[:100]}” came already, in {where}; that one is kept.",
                    "Give each credential an identifier of its own.",
                )
            report.remark(RECORDS, told)
        else:
            kept[key] = record
            if record.provider is None:
                report.remark(
                    RECORDS,
                    record.place.repaired(
                        "no_provider", f"It does not say whose it is; it is shown under “{UNNAMED.name}”."
                    ),
                )
    return kept


def _with_offers_of(before: CatalogRecord, record: CatalogRecord) -> CatalogRecord | None:
    """Return a record with the offers of another that says the same of the credential itself; None where it says something else.

    Tables often have a row for each run of a course. An offer without a key of its own is known by what tells runs apart.
    """
    if replace(before, place=record.place, offers=record.offers, participation=record.participation) != record:
        return None
    known = {offer.key for offer in before.offers}
    more = []
    for offer in record.offers:
        told = f"{offer.starts_on or ''} {offer.city} {offer.mode} {offer.address} {offer.url}"
        own = replace(offer, key=offer.key or f"run-{sha256(told.encode()).hexdigest()[:24]}")
        if own.key in known:
            return None
        known.add(own.key)
        more.append(own)
    if not more or not before.offers or len(known) > MOST["offers"]:
        return None
    alike = before.participation if before.participation == record.participation else ""
    return replace(before, offers=(*before.offers, *more), participation=alike)


def _fitted(record: CatalogRecord, report: Report) -> CatalogRecord:
    """Return the record as its columns can hold it, with a remark on what was cut."""
    changes: dict[str, Any] = {}
    for name in _CONTENT:
        value = getattr(record, name)
        if isinstance(value, str):
            column: Any = DefinitionVersion._meta.get_field(name)
            most = column.max_length or LONGEST.get(name, 5_000)
            clean = value.replace("\x00", "").strip()
            if len(clean) > most:
                report.remark(
                    RECORDS,
                    record.place.at(name).repaired("too_long", f"It has {len(clean):,} letters; {most:,} are kept."),
                )
                clean = "" if name == "homepage" else clean[: most - 1] + "…"
            if clean != value:
                changes[name] = clean
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            column = DefinitionVersion._meta.get_field(name)
            largest = 10**6 if isinstance(value, Decimal) else 32_767
            if not 0 <= value < largest:
                report.remark(
                    RECORDS,
                    record.place.at(name).repaired(
                        "out_of_range", f"{_short(value)} is not possible here; no figure is taken."
                    ),
                )
                changes[name] = None
            elif isinstance(value, Decimal):
                changes[name] = round(value, 2)
    for name, most in MOST.items():
        value = getattr(record, name)
        if len(value) > most:
            report.remark(
                RECORDS,
                record.place.at(name).repaired("too_many", f"It has {len(value):,}; the first {most} are kept."),
            )
            changes[name] = dict(list(value.items())[:most]) if isinstance(value, Mapping) else value[:most]
    return replace(record, **changes) if changes else record


def _short(value: object) -> str:
    told = f"{value}"
    return told if len(told) <= 40 else f"{told[:20]}… ({len(told):,} digits)"


def _content(record: CatalogRecord) -> dict[str, Any]:
    content = {name: getattr(record, name) for name in _CONTENT}
    content["texts"] = {language: dict(texts) for language, texts in record.texts.items()}
    content["outcomes"] = [
        {"id": f"o{number}", "text": _clean(text, 1000), "skills": [], "assessed_by": []}
        for number, text in enumerate(record.outcomes, 1)
    ]
    content["tags"] = [_clean(tag, 100) for tag in record.tags]
    content["taught_in"] = list(record.taught_in)
    content["identifiers"] = [one.as_dict() for one in record.identifiers]
    content["related"] = [
        {"relation": one.relation, "name": _clean(one.name, 300), "url": one.url} for one in record.related
    ]
    content["skills_named"] = [
        {
            "name": _clean(one.name, 300), "url": one.url, "framework": _clean(one.framework, 200),
            "level": None if one.level is None else str(one.level),
        }
        for one in record.skills
    ]  # fmt: skip
    return content


def _clean(text: str, most: int) -> str:
    plain = text.replace("\x00", "").strip()
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def _provider_key(provider: ProviderRecord) -> str:
    return key_of(provider.key or provider.name)


def _providers(records: Iterable[CatalogRecord], source: str, report: Report, progress: Progress) -> dict[str, int]:
    """2. Write providers; return their primary keys by key. The fullest description of one key is kept."""
    found: dict[str, ProviderRecord] = {}
    for record in records:
        provider = record.provider or UNNAMED
        key = _provider_key(provider)
        if key not in found or _fullness(provider) > _fullness(found[key]):
            found[key] = provider
    stored = Provider.objects.filter(source=source)
    slugs = dict(stored.values_list("source_key", "slug"))
    saved = save_all(
        (
            Provider(
                slug=slugs.get(key) or _slug(provider.name, source, key, 120),
                name=_clean(provider.name, 250),
                website=provider.website if len(provider.website) <= 500 else "",
                city=_clean(provider.city, 120),
                county=_clean(provider.county, 120),
                state=_clean(provider.state, 60),
                country=provider.country[:2],
                identifiers=[one.as_dict() for one in provider.identifiers],
                source=source,
                source_key=key,
            )
            for key, provider in found.items()
        ),
        within=stored, key=("source_key",), table="providers", report=report, progress=progress,
        fields=("name", "website", "city", "county", "state", "country", "identifiers"),
    )  # fmt: skip
    return {key: pk for (key,), pk in saved.items()}


def _fullness(provider: ProviderRecord) -> int:
    return sum(1 for value in asdict(provider).values() if value)


def _slug(name: str, source: str, key: str, longest: int = 160) -> str:
    """Return an address that stays the same in every run: the name, and a digest of source and key, because names repeat."""
    digest = sha256(f"{source}\n{key}".encode()).hexdigest()[:12]
    return f"{slugify(name)[: longest - 13].strip('-') or 'credential'}-{digest}"


def _offers(records: Mapping[int, CatalogRecord], source: str, report: Report, progress: Progress) -> None:
    """3. Write the offers of every published version."""
    rows = [
        Offer(version_id=version, state=Offer.State.OPEN, source_key=key_of(offer.key), **_terms(offer))
        for version, record in records.items()
        for offer in record.offers
    ]
    save_all(
        rows, within=Offer.objects.filter(version__definition__source=source, version__state=State.PUBLISHED),
        key=("version_id", "source_key"), fields=_TERMS,
        table="offers", report=report, progress=progress, named=False,
    )  # fmt: skip


def _terms(offer: OfferRecord) -> dict[str, Any]:
    terms = {name: getattr(offer, name) for name in _TERMS}
    for name, most in (
        ("price_text", 200), ("duration_text", 60), ("mode", 40), ("address", 300), ("city", 120), ("county", 120), ("state_code", 10),
    ):  # fmt: skip
        terms[name] = _clean(terms[name], most)
    for name in ("price_total", "price_tuition", "price_fees", "price_materials", "price_other", "capacity"):
        if terms[name] is not None and not 0 <= terms[name] <= 2_147_483_647:
            terms[name] = None
    if terms["weeks"] is not None and not 0 <= terms["weeks"] <= 32_767:
        terms["weeks"] = None
    if terms["hours"] is not None:
        terms["hours"] = round(terms["hours"], 2) if 0 <= terms["hours"] < 10**6 else None
    terms["languages"] = list(offer.languages)
    terms["country"] = offer.country[:2]
    terms["currency"] = offer.currency[:3]
    terms["url"] = offer.url if len(offer.url) <= 500 else ""
    return terms


def _skills(records: Mapping[int, CatalogRecord], source: str, report: Report, progress: Progress) -> None:
    """4. Link the skills that a framework here knows by the identifier that the source gives."""
    wanted = {skill.url for record in records.values() for skill in record.skills if skill.url}
    urls = sorted(wanted)
    known: dict[str, int] = {}
    for begin in range(0, len(urls), 500):
        known.update(Skill.objects.filter(uri__in=urls[begin : begin + 500]).values_list("uri", "pk"))
    rows = [
        SkillTaught(version_id=version, skill_id=known[skill.url], level=skill.level, origin=ORIGIN)
        for version, record in records.items()
        for skill in record.skills
        if skill.url in known
    ]
    if rows:
        save_all(
            rows, within=SkillTaught.objects.filter(version__definition__source=source, version__state=State.PUBLISHED),
            key=("version_id", "skill_id"),
            fields=("level", "origin"), table="skills taught", report=report, progress=progress, named=False,
        )  # fmt: skip
    unknown = sum(1 for record in records.values() for skill in record.skills if skill.url not in known)
    if unknown:
        report.skip(
            "skills in words only: no framework here has them, they stay with the credential as written", unknown
        )
