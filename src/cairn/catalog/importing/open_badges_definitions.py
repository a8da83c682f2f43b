"""What one definition of Open Badges 2 or 3 says, as a record: title, issuer, criteria, alignments, level."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from cairn.catalog.importing.documents import Tell
from cairn.catalog.importing.levels import EQF_LEVELS, figure_in
from cairn.catalog.importing.records import (
    CatalogRecord,
    Identifier,
    Place,
    ProviderRecord,
    RelatedRecord,
    SkillRecord,
)
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
_FIELD = re.compile(r"\d{2}(?:\.\d{2}(?:\d{2})?)?")
"""A field of study as the Classification of Instructional Programs writes it; in words it is a topic."""


class Definitions:
    """Writes definitions as records; what they name by an address alone is looked up in ``by_id``."""

    def __init__(self, by_id: Mapping[str, Mapping[str, Any]], tell: Tell) -> None:
        self._by_id = by_id
        self._tell = tell

    def record(self, place: Place, this: Mapping[str, Any], beside: Mapping[str, Any]) -> CatalogRecord:
        """Return one definition; ``beside`` names its issuer where the award that holds it does."""
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
            for one in as_list(plain(told)):
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


def plain(value: Any) -> Any:
    """Return a value with mappings as dictionaries, one level deep, as the readers of words expect."""
    if isinstance(value, Mapping):
        return dict(value)
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value
