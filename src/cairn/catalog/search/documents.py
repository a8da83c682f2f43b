"""Published versions as documents of the index, read from the database in a few questions for thousands of them.

No model instances are made: plain columns, joined in memory with what many versions share (providers' standing, skills, what a field of
study prepares for). What is made of parts, and states no price, workload or skills itself, says what its parts come to. Both databases
give the same documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import batched
from typing import Any

import orjson
from django.db import connection
from django.db.models import Aggregate, BigIntegerField, Case, F, IntegerField, QuerySet, TextField, When
from django.db.models.functions import Cast, Round

from cairn.catalog.models import Approval, DefinitionVersion, Endorsement, Offer, Provider, SkillTaught
from cairn.catalog.queries.parts import Made, made_of
from cairn.catalog.search.facets import (
    QUALITIES,
    UNKNOWN,
    hours_band,
    languages_of,
    leads_kind,
    level_of,
    mode_of,
    price_band,
)
from cairn.catalog.search.fields import order_of_title, ordered
from cairn.catalog.search.words import concept_of, fold, places_of, stemmed
from cairn.skills.models import FieldOfStudyLink, Occupation, Skill

type Document = dict[str, Any]
type Row = tuple[Any, ...]
CHUNK = 10_000
"""So many versions are read with one question: writing the questions takes as long as reading some hundred of them."""
MOST_DESCRIPTION = 2_000
"""Letters of a description that are searched."""


def _hundredths(column: str) -> Cast:
    """Read a number with two places as a whole one: decimal numbers take much longer to come out of SQLite."""
    return Cast(Round(F(column) * 100), BigIntegerField())


_VERSION: tuple[str | Cast, ...] = (
    "pk", "title", "description", "language", _hundredths("workload_hours"), "level_framework", "level", "level_text", "participation",
    "quality_assurance", "leads_to", "field_of_study", *(Cast(name, TextField()) for name in ("tags", "texts", "taught_in")),
    Cast("skills_named", TextField()), Cast("outcomes", TextField()), Cast("requirement", TextField()), "definition__type",
    "definition__provider_id",
)  # fmt: skip
_OFFER: tuple[str | Cast, ...] = (
    "version_id", "price_total", _hundredths("hours"), "mode", Cast("evening", IntegerField()), "city", "county", "state_code", "country",
    Cast("languages", TextField()),
)  # fmt: skip
_LIVE = (Offer.State.OPEN, Offer.State.SCHEDULED, Offer.State.RUNNING)


class _Listed(Aggregate):
    """Whole numbers of a group in one text, with commas: a row for each takes longer to read than all the rest of a version."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Write it for PostgreSQL."""
        return self.as_sql(compiler, connection, template="STRING_AGG((%(expressions)s)::text, ',')", **extra)


_TAUGHT = _Listed(
    F("skill_id") * 2 + Case(When(origin__in=SkillTaught.WORKED_OUT, then=0), default=1, output_field=IntegerField())
)
"""The skills that a version teaches: twice each one's number, and one more where somebody stated it."""
type Taught = tuple[list[str], str, list[str]]
"""Names of skills, the concepts that teaching them covers, with blanks in between, and the names of those that somebody stated."""


@dataclass(frozen=True, slots=True)
class School:
    """What a document takes from the provider: its short name, where it is, its name and places as words, how it stands."""

    slug: str
    place: str
    country: str
    name: str
    places: tuple[str, ...]
    located: str
    qualities: tuple[str, ...]


@dataclass
class Shared:
    """What many versions share: titles of fields of study, what they prepare for, skills with those they belong to, providers."""

    fields: dict[str, str] = field(default_factory=dict)
    occupations: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skills: dict[int, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    schools: dict[int, School] = field(default_factory=dict)
    _studied: dict[str, str] = field(default_factory=dict)
    _taught: dict[str, Taught] = field(default_factory=dict)

    def studied(self, number: str) -> str:
        """Return the stems of a field of study: its title and what it prepares for."""
        found = self._studied.get(number)
        if found is None:
            found = stemmed(fold(" ".join([self.fields.get(number, ""), *self.occupations.get(number, ())])))
            self._studied[number] = found
        return found

    def taught(self, told: str) -> Taught:
        """Return what teaching these skills says; they are told as :data:`_TAUGHT` writes them."""
        found = self._taught.get(told)
        if found is None:
            numbers = sorted({int(each) for each in told.split(",")}) if told else []
            known = {each >> 1: self.skills[each >> 1] for each in numbers if each >> 1 in self.skills}
            found = (
                [name for name, _ in known.values()],
                " ".join(dict.fromkeys(one for _, wide in known.values() for one in wide)),
                [known[each >> 1][0] for each in numbers if each & 1 and each >> 1 in known],
            )
            if len(self._taught) >= _MOST_TAUGHT:
                self._taught.clear()
            self._taught[told] = found
        return found

    def school(self, provider: int) -> School:
        """Return a provider; one that has come since the others were read is read now."""
        if provider not in self.schools:
            self.schools |= _schools({provider})
        return self.schools[provider]

    @classmethod
    def read(cls, skills: set[int] | None = None, providers: set[int] | None = None) -> Shared:
        """Read it all; of the skills and the providers only these, if given."""
        titles, occupations = occupation_titles()
        return cls(titles, occupations, _skills(skills), _schools(providers))


def documents(
    ids: Sequence[int] | None = None, *, shared: Shared | None = None, within: tuple[int, int] | None = None
) -> Iterator[Document]:
    """Write published versions as documents of the index, by number: all of them, these, or those ``within`` two numbers."""
    published = DefinitionVersion.objects.filter(state=DefinitionVersion.State.PUBLISHED).order_by("pk")
    if ids is None:
        shared = shared or Shared.read()
        last = 0
        if within is not None:
            published, last = published.filter(pk__lte=within[1]), within[0] - 1
        while rows := _rows(published.filter(pk__gt=last).values_list(*_VERSION)[:CHUNK]):
            last = rows[-1][0]
            yield from _written(rows, {"version_id__gte": rows[0][0], "version_id__lte": last}, shared)
        return
    for at in range(0, len(ids), 500):
        rows = _rows(published.filter(pk__in=ids[at : at + 500]).values_list(*_VERSION))
        if not rows:
            continue
        among = {"version_id__in": [row[0] for row in rows]}
        yield from _written(rows, among, shared or _shared_by(rows, among))


def _shared_by(rows: Sequence[Row], among: dict[str, list[int]]) -> Shared:
    giving = [*among["version_id__in"], *_parts(_made(rows))]
    named = set(SkillTaught.objects.filter(version_id__in=giving).values_list("skill_id", flat=True))
    return Shared.read(named, {row[-1] for row in rows})


def _rows(found: QuerySet[Any, Any]) -> list[Row]:
    """Read plain columns as the database gives them: otherwise every value of every row is looked at once more."""
    text, given = found.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        return list(cursor.fetchall())


def _written(rows: Sequence[Row], among: dict[str, Any], shared: Shared) -> Iterator[Document]:
    offers: defaultdict[int, list[Row]] = defaultdict(list)
    for offer in _rows(
        Offer.objects.filter(state__in=_LIVE, **among).order_by("version_id", "pk").values_list(*_OFFER)
    ):
        offers[offer[0]].append(offer)
    named = SkillTaught.objects.filter(**among).values("version_id").order_by("version_id").annotate(all=_TAUGHT)
    taught: dict[int, str] = dict(_rows(named.values_list("version_id", "all")))
    made = _made(rows)
    if made:
        _lend(taught, made)
    endorsed = set(Endorsement.objects.filter(**among).values_list("version_id", flat=True))
    nothing: list[Any] = []
    for row in rows:
        version = row[0]
        yield _document(
            row, offers.get(version, nothing), taught.get(version, ""), version in endorsed, shared, made.get(version)
        )


_RULE = -3


def _made(rows: Sequence[Row]) -> dict[int, Made]:
    """Return what those of these versions are made of that have a rule."""
    rules = {row[0]: row[_RULE] for row in rows if row[_RULE] not in _EMPTY}
    return made_of(rules) if rules else {}


def _parts(made: Mapping[int, Made]) -> set[int]:
    return {part.pk for one in made.values() if one.whole is not None for part in one.whole.parts}


def _lend(taught: dict[int, str], made: Mapping[int, Made]) -> None:
    """Give what states no skills those that its parts give."""
    without = {number: one for number, one in made.items() if number not in taught}
    given: dict[int, str] = {}
    for some in batched(sorted(_parts(without)), 900):
        rows = SkillTaught.objects.filter(version_id__in=some).values("version_id").order_by("version_id")
        given.update(rows.annotate(all=_TAUGHT).values_list("version_id", "all"))
    for number, one in without.items():
        told = [given[part.pk] for part in one.whole.parts if part.pk in given] if one.whole is not None else []
        if told:
            taught[number] = ",".join(told)


def _document(
    row: Row, offers: list[Row], taught: str, endorsed: bool, shared: Shared, made: Made | None = None
) -> Document:
    (version, title, description, language, hours, framework, level, level_text, participation, assurance, leads_to, studied, tags,
     texts, taught_in, named, outcomes, _, kind, provider) = row  # fmt: skip
    school = shared.school(provider)
    skills, concepts, stated = shared.taught(taught)
    spoken = (language,)
    if taught_in not in _EMPTY:
        spoken += tuple(orjson.loads(taught_in))
    parts = [school.name, leads_to, *school.places]
    located = [school.located]
    places, modes, least, evening = [], [], None, False
    for _, price, lasting, mode, late, city, county, state, country, languages in offers:
        if hours is None:
            hours = lasting
        if price is not None and (least is None or price < least):
            least = price
        evening = evening or bool(late)
        modes.append(mode)
        places.append(county or city or school.place or country or school.country)
        parts += (city, county, state)
        if city or county:
            located.append(places_of(city, county))
        if languages not in _EMPTY:
            spoken += orjson.loads(languages)
    if made is not None and made.whole is not None and not offers:
        least, hours = made.whole.price, _in_hundredths(made.whole.hours) if hours is None else hours
    parts += stated
    if named not in _EMPTY:
        parts += [str(one.get("name", "")) for one in orjson.loads(named) if isinstance(one, dict)]
    titles, further = title, [description[:MOST_DESCRIPTION]] if description else []
    if texts not in _EMPTY:
        for told in orjson.loads(texts).values():
            if isinstance(told, dict):
                titles += f" {told.get('title') or ''}"
                parts.append(str(told.get("description") or "")[:MOST_DESCRIPTION])
                further += [str(one) for one in told.get("outcomes") or () if one]
    if tags not in _EMPTY:
        further += [str(tag) for tag in orjson.loads(tags)]
    if outcomes not in _EMPTY:
        further += [str(one.get("text", "")) for one in orjson.loads(outcomes) if isinstance(one, dict)]
    qualities = school.qualities
    if endorsed:
        qualities += ("endorsed",)
    if assurance:
        qualities += ("described",)
    called = fold(titles)
    stems = stemmed(called)
    words, every = [called], [stems, stems]
    for part in dict.fromkeys(parts):
        if part:
            folded, stemmed_too = _READ[part]
            words.append(folded)
            every.append(stemmed_too)
    every.append(shared.studied(studied))
    if further:
        every.append(stemmed(fold(" ".join(further))))
    found = {
        "type": kind or UNKNOWN,
        "leads": leads_kind(leads_to),
        "mode": mode_of(participation) if participation else [mode_of(mode) for mode in dict.fromkeys(modes)] or UNKNOWN,
        "place": [place for place in dict.fromkeys(places) if place] or school.place or school.country or UNKNOWN,
        "level": level_of(framework, level, level_text),
        "language": languages_of(spoken),
        "quality": qualities or UNKNOWN,
        "skill": skills,
        "occupation": shared.occupations.get(studied, ()),
        "provider": school.slug,
        "version": version,
        "title": stems,
        "aim": _READ[leads_to][1] if leads_to else "",
        "words": " ".join(words),
        "every": " ".join(every),
        "concept": concepts,
        "located": " ".join(dict.fromkeys(located)),
        "price": price_band(least),
        "hours": hours_band(None if hours is None else hours / 100),
        "time": "evening" if evening else UNKNOWN,
        "title_order": order_of_title(title),
        "price_order": ordered(least, version),
        "hours_order": ordered(hours, version),
    }  # fmt: skip
    if made is not None:
        found["part"] = " ".join([*(uid.hex for uid in made.named), *(str(number) for number in made.read)])
    return found


def _in_hundredths(hours: Decimal | None) -> int | None:
    return None if hours is None else round(hours * 100)


_MOST_TAUGHT = 50_000
_EMPTY = frozenset({"[]", "{}", '""', "null", None})
"""Most columns of JSON hold nothing."""


class _Texts(dict[str, tuple[str, str]]):
    """Texts with their folded words and their stems: providers, places and credentials come again and again, long texts do not."""

    def __missing__(self, text: str) -> tuple[str, str]:
        folded = fold(text)
        made = folded, stemmed(folded)
        if len(text) <= _LONG:
            if len(self) >= _MOST_TEXTS:
                self.clear()
            self[text] = made
        return made


_READ = _Texts()
_MOST_TEXTS, _LONG = 50_000, 200


def occupation_titles() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return by field of study (CIP) its title, and the titles of the occupations it prepares for, one for each SOC.

    The crosswalk links every field of study with those who teach it at a college (SOC 25-1). A certificate does not make one that, and
    every programme would be found as a teacher's: they stay out but where the field is education itself (CIP 13).
    """
    named: dict[str, str] = {}
    for soc, title in Occupation.objects.exclude(soc="").order_by("code").values_list("soc", "title"):
        named.setdefault(soc, title)
    titles: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for cip, called, soc in FieldOfStudyLink.objects.order_by("cip", "soc").values_list("cip", "cip_title", "soc"):
        titles[cip] = called
        if soc in named and (not soc.startswith("25-1") or cip.startswith("13.")):
            found.setdefault(cip, []).append(named[soc])
    return titles, {cip: tuple(dict.fromkeys(occupations)) for cip, occupations in found.items()}


def _skills(wanted: set[int] | None) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Return by number the name of a skill as a facet shows it, and the concepts that teaching it covers: itself and what it is part of."""
    rows = Skill.objects.order_by("pk")
    if wanted is not None:
        rows = rows.filter(pk__in=wanted)
    return {
        pk: (
            name[:1].upper() + name[1:],
            tuple(dict.fromkeys(concept_of(one) for one in (uri, *broader) if isinstance(one, str))),
        )
        for pk, name, uri, broader in rows.values_list("pk", "name", "uri", "broader")
    }


def _schools(wanted: set[int] | None) -> dict[int, School]:
    """Return providers by number, with what stands about them."""
    rows, approvals = Provider.objects.order_by("pk"), Approval.objects.order_by("pk")
    if wanted is not None:
        rows, approvals = rows.filter(pk__in=wanted), approvals.filter(provider_id__in=wanted)
    standing: defaultdict[int, set[str]] = defaultdict(set)
    for provider, kind in approvals.values_list("provider_id", "kind"):
        standing[provider].add(kind)
    return {
        pk: School(slug, county or city, country, name, (city, county, state), places_of(city, county),
                   tuple([each for each in QUALITIES if each in standing[pk]]))
        for pk, slug, name, city, county, state, country in rows.values_list(
            "pk", "slug", "name", "city", "county", "state", "country"
        )
    }  # fmt: skip
