"""Why a version was found: for each part of the question the first place that meets it, in words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence

from cairn.catalog.models import SkillTaught
from cairn.catalog.queries.lines import Line
from cairn.catalog.search.documents import occupation_titles
from cairn.catalog.search.matching import Asked, Clause
from cairn.catalog.search.words import concept_of, fold, stem

_WORD = re.compile(r"[^\W_]+")
_CACHE: dict[object, dict[str, tuple[str, ...]]] = {}


def reasons(asked: Asked, versions: Sequence[Line], generation: object) -> dict[int, tuple[str, ...]]:
    """Return, by version, one sentence for each part of the question that it meets other than plainly by its title."""
    if not asked.clauses:
        return {}
    prepares = _occupations(generation)
    taught = _taught(versions) if any(way.kind == "skill" for clause in asked.clauses for way in clause.ways) else {}
    found = {}
    for version in versions:
        held = _Held(version, prepares.get(version.field_of_study, ()))
        said = [_reason(clause, held, taught.get(version.pk, {})) for clause in asked.clauses]
        found[version.pk] = tuple(dict.fromkeys(one for one in said if one))
    return found


class _Held:
    """Where a version says what, as stems; each place is read when somebody looks there, and most is found in the title."""

    def __init__(self, version: Line, prepares: Sequence[str]) -> None:
        self.version, self.prepares = version, prepares
        self._read: dict[str, frozenset[str]] = {}

    def stems(self, place: str) -> frozenset[str]:
        """Return the stems of the words in one of :data:`_PLACES`."""
        found = self._read.get(place)
        if found is None:
            found = self._read[place] = _stems(_PLACES[place](self))
        return found

    def places(self) -> str:
        """Return where it is, and where it can be taken."""
        provider = self.version.provider
        return " ".join([provider.city, provider.county, *(f"{one.city} {one.county}" for one in self.version.offers)])


_PLACES: dict[str, Callable[[_Held], str]] = {
    "the title": lambda held: held.version.title,
    "what it leads to": lambda held: held.version.leads_to,
    "the name of the provider": lambda held: held.version.provider.name,
    "the place": _Held.places,
    "the occupations it prepares for": lambda held: " ".join(held.prepares),
    "the description": lambda held: held.version.description,
}


def _reason(clause: Clause, held: _Held, taught: dict[str, str]) -> str:
    for way in clause.ways:
        if way.kind == "words":
            told = way.read_as or clause.said
            read = f"“{clause.said}” read as “{way.read_as}”, in" if way.read_as else f"“{told}” in"
            for name in _PLACES:
                if held.stems(name).issuperset(way.stems):
                    return f"{read} {name}"
            everywhere = frozenset().union(*(held.stems(name) for name in _PLACES))
            if everywhere.issuperset(way.stems):
                return f"{read} the title and what stands with it"
        elif way.kind == "occupation":
            named = next((title for title in held.prepares if title in way.identifiers), "")
            if named:
                return f"“{clause.said}”: prepares for {named}"
        else:
            skill = next((taught[one] for one in way.identifiers if one in taught), "")
            if skill:
                return f"“{clause.said}”: {skill}"
    return ""


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(fold(text[:2000])))


def _taught(versions: Sequence[Line]) -> dict[int, dict[str, str]]:
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
