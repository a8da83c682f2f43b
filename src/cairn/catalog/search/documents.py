"""Published versions as documents of the index, read from the database in a few questions for thousands of them.

No model instances are made: plain columns, joined in memory with what many versions share (providers' standing, skills, what a field of
study prepares for). What is made of parts, and states no price, workload or skills itself, says what its parts come to. Both databases
give the same documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import batched
from typing import Any

import orjson
from django.db import connection
from django.db.models import Aggregate, BigIntegerField, Case, F, IntegerField, QuerySet, TextField, When
from django.db.models.functions import Cast, Round

from cairn.catalog.models import DefinitionVersion, Endorsement, Offer, SkillTaught
from cairn.catalog.queries.parts import Made, made_of
from cairn.catalog.search.facets import (
    UNKNOWN,
    as_term,
    as_terms,
    combined,
    hours_band,
    languages_of,
    leads_kind,
    level_of,
    mode_of,
    price_band,
)
from cairn.catalog.search.fields import order_of_title, ordered
from cairn.catalog.search.shared import Shared
from cairn.catalog.search.words import fold, in_stems, name_of, places_of, plain, stemmed, words_of

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
    field, occupations = shared.studied(studied)
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
    titles, further = [title], [description[:MOST_DESCRIPTION]] if description else []
    if texts not in _EMPTY:
        for told in orjson.loads(texts).values():
            if isinstance(told, dict):
                titles.append(str(told.get("title") or ""))
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
    called, words, read = [], [], []
    for one in titles:
        folded = fold(one)
        written = words_of(folded)
        called.append(name_of(written))
        words.append(plain(folded))
        read += written
    stems = in_stems(read)
    every = [stems, stems]
    for part in dict.fromkeys(parts):
        if part:
            folded, stemmed_too = _READ[part]
            words.append(folded)
            every.append(stemmed_too)
    every.append(field)
    every += [_READ[one][1] for one in further]
    known = tuple(dict.fromkeys(map(mode_of, (participation,) if participation else modes)))
    traits, marks = combined(
        "traits",
        (kind or UNKNOWN,),
        (leads_kind(leads_to),),
        known or _UNKNOWN,
        _EVENING if evening else _UNKNOWN,
        qualities or _UNKNOWN,
    )
    bands, limits = combined("bands", (price_band(least),), (hours_band(None if hours is None else hours / 100),))
    found = {
        "traits": traits,
        "bands": bands,
        "mark": f"{marks} {limits}",
        "place": as_terms(dict.fromkeys(places)).strip() or as_term(school.place or school.country or UNKNOWN),
        "level": as_term(level_of(framework, level, level_text)),
        "language": " ".join(languages_of(spoken)),
        "skill": skills,
        "occupation": occupations,
        "provider": school.slug,
        "version": version,
        "title": stems,
        "called": " ".join(called),
        "aim": _READ[leads_to][1] if leads_to else "",
        "words": " ".join(words),
        "every": " ".join(every),
        "concept": concepts,
        "located": " ".join(dict.fromkeys(located)),
        "title_order": order_of_title(title),
        "price_order": ordered(least, version),
        "hours_order": ordered(hours, version),
    }  # fmt: skip
    if made is not None:
        found["part"] = " ".join([*(uid.hex for uid in made.named), *(str(number) for number in made.read)])
    return found


_UNKNOWN, _EVENING = (UNKNOWN,), ("evening",)


def _in_hundredths(hours: Decimal | None) -> int | None:
    return None if hours is None else round(hours * 100)


_EMPTY = frozenset({"[]", "{}", '""', "null", None})
"""Most columns of JSON hold nothing."""


class _Texts(dict[str, tuple[str, str]]):
    """Texts with their folded words and their stems: providers, places and short notes come again and again, long texts do not."""

    def __missing__(self, text: str) -> tuple[str, str]:
        folded = fold(text)
        made = plain(folded), stemmed(folded)
        if len(text) <= _LONG:
            if len(self) >= _MOST_TEXTS:
                self.clear()
            self[text] = made
        return made


_READ = _Texts()
_MOST_TEXTS, _LONG = 50_000, 200
