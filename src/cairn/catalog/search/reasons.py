"""Why a version was found: for each part of the question the first place that meets it, in words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from cairn.catalog.models import DefinitionVersion, SkillTaught
from cairn.catalog.search.documents import occupation_titles
from cairn.catalog.search.matching import Asked, Clause
from cairn.catalog.search.words import concept_of, fold, stem

_WORD = re.compile(r"[^\W_]+")
_CACHE: dict[object, dict[str, tuple[str, ...]]] = {}


def reasons(asked: Asked, versions: Sequence[DefinitionVersion], generation: object) -> dict[int, tuple[str, ...]]:
    """Return, by version, one sentence for each part of the question that it meets other than plainly by its title."""
    if not asked.clauses:
        return {}
    prepares = _occupations(generation)
    taught = _taught(versions) if any(way.kind == "skill" for clause in asked.clauses for way in clause.ways) else {}
    return {
        version.pk: tuple(
            dict.fromkeys(
                said
                for clause in asked.clauses
                if (
                    said := _reason(
                        clause, version, prepares.get(version.field_of_study, ()), taught.get(version.pk, {})
                    )
                )
            )
        )
        for version in versions
    }


def _reason(clause: Clause, version: DefinitionVersion, prepares: Sequence[str], taught: dict[str, str]) -> str:
    provider = version.definition.provider
    offers = version.offers.all()
    places = " ".join([provider.city, provider.county, *(f"{offer.city} {offer.county}" for offer in offers)])
    fields = (
        ("the title", version.title), ("what it leads to", version.leads_to), ("the name of the provider", provider.name),
        ("the place", places), ("the occupations it prepares for", " ".join(prepares)), ("the description", version.description),
    )  # fmt: skip
    held = [(name, _stems(text)) for name, text in fields]
    for way in clause.ways:
        if way.kind == "words":
            told = way.read_as or clause.said
            read = f"“{clause.said}” read as “{way.read_as}”, in" if way.read_as else f"“{told}” in"
            for name, stems in held:
                if stems.issuperset(way.stems):
                    return f"{read} {name}"
            everywhere = frozenset().union(*(stems for _, stems in held))
            if everywhere.issuperset(way.stems):
                return f"{read} the title and what stands with it"
        elif way.kind == "occupation":
            named = next((title for title in prepares if title in way.identifiers), "")
            if named:
                return f"“{clause.said}”: prepares for {named}"
        else:
            skill = next((taught[one] for one in way.identifiers if one in taught), "")
            if skill:
                return f"“{clause.said}”: {skill}"
    return ""


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(fold(text[:2000])))


def _taught(versions: Sequence[DefinitionVersion]) -> dict[int, dict[str, str]]:
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    rows = SkillTaught.objects.filter(version__in=[version.pk for version in versions]).order_by("pk")
    for version, name, uri, broader, origin in rows.values_list(
        "version_id", "skill__name", "skill__uri", "skill__broader", "origin"
    ):
        verb = "teaches" if origin == SkillTaught.Origin.STATED else "is likely to cover"
        for one in (uri, *(wide for wide in broader if isinstance(wide, str))):
            found[version].setdefault(concept_of(one), f"{verb} the skill {name}")
    return found


def _occupations(generation: object) -> dict[str, tuple[str, ...]]:
    folder = generation[0] if isinstance(generation, tuple) else generation
    if folder not in _CACHE:
        _CACHE.clear()
        _CACHE[folder] = occupation_titles()[1]
    return _CACHE[folder]
