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
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.utils.text import slugify

from cairn.catalog.importing.earnings import save_earnings
from cairn.catalog.importing.offer_rows import save_offers
from cairn.catalog.importing.record_fitting import CONTENT, MOST, clean, fitted
from cairn.catalog.importing.record_spool import Spool
from cairn.catalog.importing.records import (
    RECORDS,
    CatalogRecord,
    Place,
    ProviderRecord,
    key_of,
)
from cairn.catalog.importing.required_circles import Before
from cairn.catalog.importing.required_rows import requires_of
from cairn.catalog.importing.special_rows import save_special, settle
from cairn.catalog.importing.version_rows import publish_versions
from cairn.catalog.models import Definition, Provider, SkillTaught
from cairn.skills.importing.report import Progress, Remark, Report, quiet
from cairn.skills.importing.saving import save_all
from cairn.skills.models import Skill

ORIGIN = "stated"
UNNAMED = ProviderRecord(key="", name="Provider not named")


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
        record = fitted(told, report)
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


def _content(record: CatalogRecord) -> dict[str, Any]:
    content = {name: getattr(record, name) for name in CONTENT}
    content["texts"] = {language: dict(texts) for language, texts in record.texts.items()}
    content["outcomes"] = [
        {"id": f"o{number}", "text": clean(text, 1000), "skills": [], "assessed_by": []}
        for number, text in enumerate(record.outcomes, 1)
    ]
    content["tags"] = [clean(tag, 100) for tag in record.tags]
    content["taught_in"] = list(record.taught_in)
    content["identifiers"] = [one.as_dict() for one in record.identifiers]
    content["related"] = [
        {"relation": one.relation, "name": clean(one.name, 300), "url": one.url} for one in record.related
    ]
    content["skills_named"] = [
        {
            "name": clean(one.name, 300), "url": one.url, "framework": clean(one.framework, 200),
            "level": None if one.level is None else str(one.level),
        }
        for one in record.skills
    ]  # fmt: skip
    return content


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
                name=clean(provider.name, 250),
                website=provider.website if len(provider.website) <= 500 else "",
                city=clean(provider.city, 120),
                county=clean(provider.county, 120),
                state=clean(provider.state, 60),
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
    save_offers(by_version, report)
    _skills(by_version, report)
    save_earnings({definition: record.earnings for definition, record in by_definition.items()}, report)


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
