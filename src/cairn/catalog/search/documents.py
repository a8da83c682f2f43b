"""Published versions as documents of the index, read from the database in a few questions for thousands of them.

No model instances are made: plain columns, joined in memory with what many versions share (providers' standing, skills, what a field of
study prepares for). What is made of parts, and states no price, workload or skills itself, says what its parts come to. Both databases
give the same documents.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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
from cairn.catalog.queries.amounts import in_hundredths, price_in_hundredths
from cairn.catalog.queries.parts import Made, made_of
from cairn.catalog.search.facets import (
    HOUR_BANDS,
    HOUR_ENDS,
    PRICE_BANDS,
    PRICE_ENDS,
    UNKNOWN,
    as_term,
    combined,
    currency_of,
    languages_of,
    leads_kind,
    level_of,
    mode_of,
)
from cairn.catalog.search.fields import order_of_title, ordered
from cairn.catalog.search.kept import Kept
from cairn.catalog.search.shared import READ, Shared
from cairn.catalog.search.words import fold, in_stems, name_of, words_of

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
_OFFER: tuple[str | Cast | Case, ...] = (
    "version_id", price_in_hundredths(), _hundredths("hours"), Cast("evening", IntegerField()), Cast("languages", TextField()), "currency",
    "mode", "city", "county", "state_code", "country",
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
    skills, concepts, stated = shared.taught[taught]
    field, occupations = shared.studied[studied]
    least, currency, evening = None, None, False
    modes: Row = ()
    where: Row = ()
    spoken: Row = (language,) if taught_in in _EMPTY else (language, taught_in)
    for offer in offers:
        price = offer[1]
        if price is not None and (least is None or price < least):
            least, currency = price, offer[5]
        if hours is None:
            hours = offer[2]
        if offer[3]:
            evening = True
        if offer[4] not in _EMPTY:
            spoken += offer[4:5]
        modes += offer[6:7]
        where += offer[7:]
    if made is not None and made.whole is not None and not offers:
        if made.whole.price is not None:
            currency = made.whole.currency
            least = in_hundredths(made.whole.price, currency)
        hours = _in_hundredths(made.whole.hours) if hours is None else hours
    around = shared.around[provider, leads_to, where]
    written = words_of(fold(title))
    called, stems = name_of(written), in_stems(written)
    words, every = around.words, around.every
    if description:
        every += " " + _stems_of(description[:MOST_DESCRIPTION])
    if tags not in _EMPTY:
        every += " " + (_TAGS[tags] if len(tags) <= _LONG else _stems_of_tags(tags))
    if outcomes not in _EMPTY:
        told = [str(one.get("text", "")) for one in orjson.loads(outcomes) if isinstance(one, dict)]
        every += " " + " ".join(map(_stems_of, told))
    if stated or named not in _EMPTY or texts not in _EMPTY:
        titles, parts, further = _in_other_words(named, texts)
        for other in filter(None, [words_of(fold(one)) for one in titles]):
            called, stems = f"{called} {name_of(other)}", f"{stems} {in_stems(other)}"
            written += other
        for part in dict.fromkeys([*stated, *parts]):
            if part and part not in around.parts:
                more, stemmed_too = READ[part]
                words, every = f"{words} {more}", f"{every} {stemmed_too}"
        every += " " + " ".join(map(_stems_of, further))
    traits, marks = _TRAITS[kind, leads_to, participation or modes, evening, around.qualities, endorsed, not assurance]
    bands, limits = _BANDS[
        -1 if least is None else bisect_left(PRICE_ENDS, least),
        -1 if hours is None else bisect_right(HOUR_ENDS, hours),
        currency,
    ]
    found = {
        "traits": traits,
        "bands": bands,
        "mark": f"{marks} {limits}",
        "place": around.place,
        "level": _LEVELS[framework, level, level_text],
        "language": _LANGUAGES[spoken],
        "skill": skills,
        "occupation": occupations,
        "provider": around.provider,
        "version": version,
        "title": stems,
        "called": called,
        "aim": around.aim,
        "words": f"{' '.join(written)} {words}",
        "every": f"{stems} {stems} {every} {field}",
        "concept": concepts,
        "located": around.located,
        "title_order": order_of_title(title),
        "price_order": ordered(least, version),
        "hours_order": ordered(hours, version),
    }
    if made is not None:
        found["part"] = " ".join([*(uid.hex for uid in made.named), *(str(number) for number in made.read)])
    return found


def _in_other_words(named: str | None, texts: str | None) -> tuple[list[str], list[str], list[str]]:
    """Return titles in further languages, names of skills and texts as parts of a version, and what only counts a little."""
    titles: list[str] = []
    parts: list[str] = []
    further: list[str] = []
    if named not in _EMPTY:
        parts += [str(one.get("name", "")) for one in orjson.loads(named or "") if isinstance(one, dict)]
    if texts not in _EMPTY:
        for told in orjson.loads(texts or "").values():
            if isinstance(told, dict):
                titles.append(str(told.get("title") or ""))
                parts.append(str(told.get("description") or "")[:MOST_DESCRIPTION])
                further += [str(one) for one in told.get("outcomes") or () if one]
    return titles, parts, further


def _traits(told: tuple[Any, ...]) -> tuple[str, str]:
    kind, leads_to, modes, evening, qualities, endorsed, undescribed = told
    known = tuple(dict.fromkeys(map(mode_of, (modes,) if isinstance(modes, str) else modes)))
    if endorsed:
        qualities += ("endorsed",)
    if not undescribed:
        qualities += ("described",)
    return combined(
        "traits",
        (kind or UNKNOWN,),
        (leads_kind(leads_to),),
        known or (UNKNOWN,),
        ("evening" if evening else UNKNOWN,),
        qualities or (UNKNOWN,),
    )


def _bands(told: tuple[int, int, str | None]) -> tuple[str, str]:
    price, hours, currency = told
    return combined(
        "bands",
        (UNKNOWN if price < 0 else PRICE_BANDS[price],),
        (UNKNOWN if hours < 0 else HOUR_BANDS[hours],),
        (currency_of(currency),),
    )


def _languages(told: tuple[str, ...]) -> str:
    """Return the languages of a tag and of texts of JSON with more of them."""
    further = [tag for text in told[1:] for tag in orjson.loads(text)]
    return " ".join(languages_of((told[0], *further)))


def _stems_of_tags(tags: str) -> str:
    return " ".join([_stems_of(str(tag)) for tag in orjson.loads(tags)])


def _stems_of(text: str) -> str:
    return READ[text][1]


_TRAITS, _BANDS, _LANGUAGES = Kept(_traits), Kept(_bands), Kept(_languages)
_LEVELS = Kept[tuple[Any, ...], str](lambda told: as_term(level_of(*told)))
_TAGS = Kept(_stems_of_tags)
_LONG = 200
"""So many letters of JSON at most are what other versions may say as well."""


def _in_hundredths(hours: Decimal | None) -> int | None:
    return None if hours is None else round(hours * 100)


_EMPTY = frozenset({"[]", "{}", '""', "null", None})
"""Most columns of JSON hold nothing."""
