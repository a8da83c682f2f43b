"""Write catalogue records as providers, published definitions, offers and stated skills: the one writer behind every format.

1. **Read and refuse.** Records without a title or key, or whose key came before, are told with their place; what is too long for its
   column is cut and told.
2. **Providers**, one for each key of the source.
3. **Definitions** with their versions (:mod:`version_rows`) and offers.
4. **Skills** whose identifier a framework here has become skills taught, as stated. The others stay in words with the version.
5. **Bundles and discounts** that are stated in full (:mod:`special_rows`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils.text import slugify

from cairn.catalog.importing.offer_rows import settle_offers
from cairn.catalog.importing.record_spool import Spool
from cairn.catalog.importing.records import (
    LARGEST_PRICE,
    RECORDS,
    CatalogRecord,
    OfferRecord,
    Place,
    ProviderRecord,
    key_of,
)
from cairn.catalog.importing.required_circles import Before
from cairn.catalog.importing.required_rows import requires_of
from cairn.catalog.importing.special_rows import save_special, settle
from cairn.catalog.importing.version_rows import publish_versions
from cairn.catalog.models import Definition, DefinitionVersion, Offer, Provider, SkillTaught
from cairn.skills.importing.report import Progress, Remark, Report, quiet
from cairn.skills.importing.saving import save_all
from cairn.skills.models import Skill

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
    "special": 50,
    "texts": 40,
}
"""How many of each a record may have."""
_MOST_OF_OFFER: dict[str, int | Decimal] = {
    **dict.fromkeys(("price_total", "price_tuition", "price_fees", "price_materials", "price_other"), LARGEST_PRICE),
    "capacity": 2_147_483_647,
    "weeks": 32_767,
    "hours": Decimal("999999.99"),
}
"""The largest figures of an offer."""
_CONTENT = (
    "title", "description", "criteria", "language", "texts", "workload_hours", "credits", "credit_scheme", "level_framework", "level",
    "level_text", "assessment_type", "participation", "supervision", "quality_assurance", "prerequisites", "grading", "stackability",
    "further_information", "homepage", "leads_to", "field_of_study", "valid_months",
)  # fmt: skip
_TERMS = tuple(name for name in OfferRecord.__dataclass_fields__ if name != "key")


def save_records(records: Iterable[CatalogRecord], *, source: str, report: Report, progress: Progress) -> None:
    """Write records of one source. They are read once and laid aside on disk, so that memory does not grow with their number.

    ``source`` stands in the rows as where they come from: the importer's name, or one of its feeds. A record of the same source and key
    is brought up to date, never doubled. Rows of other sources, and what this site awards itself, are never touched.
    """
    with Spool(MOST["offers"]) as kept:
        before = Before()
        found = _keep(records, kept, before, report, progress)
        circles = before.circles(lambda key: kept.place_of(key) is not None)
        special = settle(kept, report)
        providers = _providers(found, source, report)
        done = 0
        for batch in kept.batches():
            _definitions(batch, providers, source, report)
            done += len(batch)
            progress("definitions", done, len(kept))
        done = 0
        for batch in kept.batches():
            _versions([special.told(one) for one in batch], source, report, circles)
            done += len(batch)
            progress("versions and offers", done, len(kept))
        save_special(special, source=source, report=report)


def _keep(
    records: Iterable[CatalogRecord], kept: Spool, before: Before, report: Report, progress: Progress
) -> dict[str, ProviderRecord]:
    """1. Lay aside the records that can be used, in order; return their providers, of each key the fullest description."""
    providers: dict[str, ProviderRecord] = {}
    counts = report.counts(RECORDS)
    for told in records:
        counts.read += 1
        if counts.read % 1000 == 0:
            progress(RECORDS, counts.read, None)
        record = _fitted(told, report)
        key = key_of(record.key)
        if not record.title:
            report.remark(RECORDS, record.place.refused("no_title", "It has no title.", "Give it a name."))
        elif not key:
            report.remark(
                RECORDS, record.place.refused("no_key", "Nothing identifies it.", "Give it an identifier of its own.")
            )
        elif (first := kept.place_of(key)) is not None:
            report.remark(RECORDS, _again(record, key, first, kept))
        else:
            kept.add(key, record)
            before.add(key, record)
            provider = record.provider or UNNAMED
            whose = _provider_key(provider)
            if whose not in providers or _fullness(provider) > _fullness(providers[whose]):
                providers[whose] = provider
            if record.provider is None:
                report.remark(
                    RECORDS,
                    record.place.repaired(
                        "no_provider", f"It does not say whose it is; it is shown under “{UNNAMED.name}”."
                    ),
                )
    return providers


def _again(record: CatalogRecord, key: str, first: Place, kept: Spool) -> Remark:
    """Return what is to be said of a record whose key came before: the same, another offer of it, or something else."""
    where = f"record {first.number}" if first.number else "another"
    if first.file != record.place.file:
        where += f" of {first.file}"
    if kept.says_the_same(key, record):
        return record.place.merged(
            "same_again", f"{where[0].upper()}{where[1:]} says the same under the same identifier."
        )
    if kept.join(key, record):
        return record.place.merged("another_offer", f"It is another offer of {where}.")
    return record.place.refused(
        "duplicate",
        f"The identifier “{key[:100]}” came already, in {where}; that one is kept.",
        "Give each credential an identifier of its own.",
    )


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
    for name in ("outcomes", "tags"):
        if len(set(getattr(record, name))) < len(getattr(record, name)):
            changes[name] = tuple(dict.fromkeys(getattr(record, name)))
    for name, most in MOST.items():
        value = changes.get(name, getattr(record, name))
        if len(value) > most:
            report.remark(
                RECORDS,
                record.place.at(name).repaired("too_many", f"It has {len(value):,}; the first {most} are kept."),
            )
            changes[name] = dict(list(value.items())[:most]) if isinstance(value, Mapping) else value[:most]
    offers = [
        _fitted_offer(offer, record.place.at("offers", place), report)
        for place, offer in enumerate(changes.get("offers", record.offers))
    ]
    if any(new is not old for new, old in zip(offers, record.offers, strict=False)):
        changes["offers"] = tuple(offers)
    return replace(record, **changes) if changes else record


def _fitted_offer(offer: OfferRecord, place: Place, report: Report) -> OfferRecord:
    """Return an offer without the figures that its columns cannot hold, each with a remark."""
    changes: dict[str, Any] = {}
    for name, most in _MOST_OF_OFFER.items():
        value = getattr(offer, name)
        if value is not None and not 0 <= value <= most:
            told = f"{_short(value)} is not possible here; no figure is taken."
            report.remark(RECORDS, place.at(name).repaired("out_of_range", told))
            changes[name] = None
    return replace(offer, **changes) if changes else offer


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


def _providers(found: Mapping[str, ProviderRecord], source: str, report: Report) -> dict[str, int]:
    """2. Write providers; return their primary keys by key."""
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
        within=stored, key=("source_key",), table="providers", report=report,
        fields=("name", "website", "city", "county", "state", "country", "identifiers"),
    )  # fmt: skip
    return {key: pk for (key,), pk in saved.items()}


def _fullness(provider: ProviderRecord) -> int:
    return sum(1 for value in asdict(provider).values() if value)


def _slug(name: str, source: str, key: str, longest: int = 160) -> str:
    """Return an address that stays the same in every run: the name, and a digest of source and key, because names repeat."""
    digest = sha256(f"{source}\n{key}".encode()).hexdigest()[:12]
    return f"{slugify(name)[: longest - 13].strip('-') or 'credential'}-{digest}"


def _definitions(batch: list[CatalogRecord], providers: Mapping[str, int], source: str, report: Report) -> None:
    """3. Write the definitions of some records."""
    keys = [key_of(record.key) for record in batch]
    stored = Definition.objects.filter(source=source, source_key__in=keys)
    slugs = dict(stored.values_list("source_key", "slug"))
    save_all(
        (
            Definition(
                slug=slugs.get(key) or _slug(record.title, source, key),
                type=record.type,
                provider_id=providers[_provider_key(record.provider or UNNAMED)],
                source=source,
                source_key=key,
            )
            for key, record in zip(keys, batch, strict=True)
        ),
        within=stored, key=("source_key",), fields=("type", "provider_id"), table="definitions", report=report,
    )  # fmt: skip


def _versions(batch: list[CatalogRecord], source: str, report: Report, circles: Mapping[str, frozenset[str]]) -> None:
    """3. and 4. Publish what some records say, with their offers and skills."""
    by_key = {key_of(record.key): record for record in batch}
    rows = Definition.objects.filter(source=source, source_key__in=by_key)
    definitions = dict(rows.values_list("source_key", "pk"))
    by_definition = {definitions[key]: record for key, record in by_key.items()}
    requires = requires_of(by_definition, source, report, circles)
    versions = publish_versions(
        {definition: _content(record) | {"requires": requires.get(definition, [])} for definition, record in by_definition.items()},
        at=report.at, report=report, progress=quiet,
    )  # fmt: skip
    by_version = {version: by_definition[definition] for definition, version in versions.items()}
    _offers(by_version, report)
    _skills(by_version, report)


def _offers(records: Mapping[int, CatalogRecord], report: Report) -> None:
    """3. Write the offers of every published version."""
    stored = _stored_alone(version for version, record in records.items() if len(record.offers) == 1)
    rows = [
        Offer(
            version_id=version,
            state=Offer.State.OPEN,
            source_key=_same_key(offer, stored.get(version)),
            **_terms(offer),
        )
        for version, record in records.items()
        for offer in record.offers
    ]
    saved = save_all(
        rows, within=Offer.objects.filter(version__in=list(records)), key=("version_id", "source_key"), fields=_TERMS,
        table="offers", report=report, named=False,
    )  # fmt: skip
    settle_offers(list(records), saved.values(), report)


def _stored_alone(versions: Iterable[int]) -> dict[int, Offer]:
    """Return, by version, the only offer that is stored of it."""
    found: dict[int, list[Offer]] = {}
    for row in Offer.objects.filter(version__in=list(versions)).order_by("pk"):
        found.setdefault(row.version_id, []).append(row)
    return {version: rows[0] for version, rows in found.items() if len(rows) == 1}


def _same_key(offer: OfferRecord, stored: Offer | None) -> str:
    """Return the key of an offer. The only one of a credential is the one stored, also where its address changed, if it is the same run."""
    key = key_of(offer.key)
    if stored is None or stored.source_key == key:
        return key
    run = (offer.starts_on, offer.ends_on, offer.mode, offer.city)
    return stored.source_key if run == (stored.starts_on, stored.ends_on, stored.mode, stored.city) else key


def _terms(offer: OfferRecord) -> dict[str, Any]:
    terms = {name: getattr(offer, name) for name in _TERMS}
    for name, most in (
        ("price_text", 200), ("duration_text", 60), ("mode", 40), ("address", 300), ("city", 120), ("county", 120), ("state_code", 10),
    ):  # fmt: skip
        terms[name] = _clean(terms[name], most)
    if terms["hours"] is not None:
        terms["hours"] = round(terms["hours"], 2)
    terms["languages"] = list(offer.languages)
    terms["country"] = offer.country[:2]
    terms["currency"] = offer.currency[:3]
    terms["url"] = offer.url if len(offer.url) <= 500 else ""
    return terms


def _skills(records: Mapping[int, CatalogRecord], report: Report) -> None:
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
            rows, within=SkillTaught.objects.filter(version__in=list(records)),
            key=("version_id", "skill_id"),
            fields=("level", "origin"), table="skills taught", report=report, named=False,
        )  # fmt: skip
    unknown = sum(1 for record in records.values() for skill in record.skills if skill.url not in known)
    if unknown:
        report.skip(
            "skills in words only: no framework here has them, they stay with the credential as written", unknown
        )
