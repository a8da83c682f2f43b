"""Why a version was found: for each part of the question the first place that meets it, in words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from cairn.catalog.models import DefinitionVersion, SkillTaught
from cairn.catalog.queries.lines import Line
from cairn.catalog.search.clauses import Asked, Clause
from cairn.catalog.search.shared import occupation_titles
from cairn.catalog.search.words import concept_of, fold, places_of, shown, stem, words_of

_WORD = re.compile(r"[^\W_]+")
_CACHE: dict[object, tuple[dict[str, str], dict[str, tuple[str, ...]]]] = {}


def reasons(asked: Asked, versions: Sequence[Line], generation: object) -> dict[int, tuple[str, ...]]:
    """Return, by version, one sentence for each part of the question that it meets."""
    if not asked.clauses:
        return {}
    titles, prepares = _fields(generation)
    given = _given(versions)
    taught = (
        _taught(versions, given) if any(way.kind == "skill" for clause in asked.clauses for way in clause.ways) else {}
    )
    held = {
        one.pk: _Held(one, titles.get(one.field_of_study, ""), prepares.get(one.field_of_study, ())) for one in versions
    }
    clauses = [(clause, shown(clause.said)) for clause in asked.clauses]
    said = {
        pk: [_reason(clause, told, one, taught.get(pk, {})) for clause, told in clauses] for pk, one in held.items()
    }
    for pk, more in _further([pk for pk, each in said.items() if not all(each)], given).items():
        said[pk] = [told or _told_further(clause, more) for told, clause in zip(said[pk], asked.clauses, strict=True)]
    return {pk: tuple(dict.fromkeys(one for one in each if one)) for pk, each in said.items()}


class _Held:
    """Where a version says what, as stems; each place is read when somebody looks there, and most is found in the title."""

    def __init__(self, version: Line, field: str, prepares: Sequence[str]) -> None:
        self.version, self.field, self.prepares = version, field, prepares
        self._read: dict[str, frozenset[str]] = {}

    def stems(self, place: str) -> frozenset[str]:
        """Return the stems of the words in one of :data:`_PLACES`."""
        found = self._read.get(place)
        if found is None:
            text = _PLACES[place](self)
            found = self._read[place] = (
                _stems_again(text) if len(text) <= _LONG and place != "the title" else _stems(text)
            )
        return found

    def everywhere(self) -> frozenset[str]:
        """Return the stems of the words in all of :data:`_PLACES`."""
        found = self._read.get("")
        if found is None:
            found = self._read[""] = frozenset().union(*map(self.stems, _PLACES))
        return found

    def located(self) -> set[str]:
        """Return where it is, and where it can be taken, in the terms by which places are looked up."""
        provider = self.version.provider
        there = [(provider.city, provider.county), *((one.city, one.county) for one in self.version.offers)]
        return {term for city, county in there for term in places_of(city, county).split()}

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
    "the field of study": lambda held: held.field,
    "the description": lambda held: held.version.description,
}


def _reason(clause: Clause, said: str, held: _Held, taught: dict[str, str]) -> str:
    for way in clause.ways:
        if way.kind == "words":
            place = next((name for name in _PLACES if held.stems(name).issuperset(way.stems)), "")
            if not place and len(way.stems) > 1 and held.everywhere().issuperset(way.stems):
                place = "the title and what stands with it"
            if place:
                return f"“{said}” read as “{way.read_as}”, in {place}" if way.read_as else f"“{said}” in {place}"
        elif way.kind == "place":
            if any(one in held.located() for one in way.identifiers):
                return f"“{said}” in the place"
        elif way.kind == "occupation":
            named = next((title for title in held.prepares if title in way.identifiers), "")
            if named:
                return f"“{said}”: prepares for {named}"
        else:
            skill = next((taught[one] for one in way.identifiers if one in taught), "")
            if skill:
                return f"“{said}”: {skill}"
    return ""


def _given(versions: Sequence[Line]) -> dict[int, list[int]]:
    """Return by its number what gives skills to versions that state none themselves: their parts, each with whom it gives them to."""
    made = {one.pk: one.whole for one in versions if one.whole is not None}
    if made:
        own = set(SkillTaught.objects.filter(version__in=made).values_list("version_id", flat=True))
        made = {number: whole for number, whole in made.items() if number not in own}
    given: defaultdict[int, list[int]] = defaultdict(list)
    for number, whole in made.items():
        for part in whole.parts:
            given[part.pk].append(number)
    return given


def _further(numbers: Sequence[int], given: Mapping[int, Sequence[int]]) -> dict[int, dict[str, str]]:
    """Return what else is searched of these versions, by the name of the place; read only where a reason is still missing."""
    if not numbers:
        return {}
    found: dict[int, dict[str, str]] = {}
    rows = DefinitionVersion.objects.filter(pk__in=numbers)
    for pk, tags, outcomes, named, texts in rows.values_list("pk", "tags", "outcomes", "skills_named", "texts"):
        others = [one for one in texts.values() if isinstance(one, dict)] if isinstance(texts, dict) else []
        found[pk] = {
            "the skills it names": _joined(named, "name"), "what is learnt": _joined(outcomes, "text"), "the keywords": _joined(tags),
            "the title or the description in another language": _joined(others, "title", "description"),
            "what is learnt, in another language": _joined([text for one in others for text in one.get("outcomes") or ()]),
        }  # fmt: skip
    stated = SkillTaught.objects.filter(version__in={*numbers, *given}).exclude(origin__in=SkillTaught.WORKED_OUT)
    for pk, name in stated.values_list("version_id", "skill__name"):
        for place, held in (("the skills it names", [pk]), ("the skills its parts name", given.get(pk, ()))):
            for one in held:
                if one in found:
                    found[one][place] = f"{found[one].get(place, '')} {name}"
    return found


def _joined(said: object, *names: str) -> str:
    each = said if isinstance(said, list) else []
    if names:
        each = [one.get(name) or "" for one in each if isinstance(one, dict) for name in names]
    return " ".join(str(one) for one in each)


def _told_further(clause: Clause, more: dict[str, str]) -> str:
    for way in clause.ways:
        if way.kind == "words":
            for place, text in more.items():
                if text and _stems(text).issuperset(way.stems):
                    told = (
                        f"“{shown(clause.said)}” read as “{way.read_as}”, in"
                        if way.read_as
                        else f"“{shown(clause.said)}” in"
                    )
                    return f"{told} {place}"
    return ""


def _stems(text: str) -> frozenset[str]:
    folded = fold(text[:2000])
    return frozenset(map(stem, words_of(folded) if folded.isascii() else _WORD.findall(folded)))


_LONG = 200
_stems_again = lru_cache(maxsize=5_000)(_stems)
"""Names of providers, places and what is prepared for come again and again, titles and descriptions do not."""


def _taught(versions: Sequence[Line], given: Mapping[int, Sequence[int]]) -> dict[int, dict[str, str]]:
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    rows = SkillTaught.objects.filter(version__in={*(version.pk for version in versions), *given}).order_by("pk")
    for version, name, uri, broader, origin in rows.values_list(
        "version_id", "skill__name", "skill__uri", "skill__broader", "origin"
    ):
        verb = "teaches" if origin == SkillTaught.Origin.STATED else "is likely to cover"
        concepts = [concept_of(one) for one in (uri, *broader) if isinstance(one, str)]
        for concept in concepts:
            found[version].setdefault(concept, f"{verb} the skill {name}")
        for whole in given.get(version, ()):
            for concept in concepts:
                found[whole].setdefault(concept, f"a part of it {verb} the skill {name}")
    return found


def _fields(generation: object) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return by field of study its title and what it prepares for."""
    folder = generation[0] if isinstance(generation, tuple) else generation
    if folder not in _CACHE:
        _CACHE.clear()
        _CACHE[folder] = occupation_titles()
    return _CACHE[folder]
