"""Published versions as documents of the index, read from the database in a few questions for thousands of them.

No model instances are made: plain columns, joined in memory with what many versions share (providers' standing, skills, what a field of
study prepares for). Both databases give the same documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson
from django.db.models import TextField
from django.db.models.functions import Cast

from cairn.catalog.models import Approval, DefinitionVersion, Endorsement, Offer, SkillTaught
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
from cairn.catalog.search.fields import hundredths, order_of_title, ordered
from cairn.catalog.search.words import concept_of, fold
from cairn.skills.models import FieldOfStudyLink, Occupation, Skill

type Document = dict[str, Any]
CHUNK = 4_000
MOST_DESCRIPTION = 2_000
"""Letters of a description that are searched."""
_VERSION: tuple[str | Cast, ...] = (
    "pk", "title", "description", "language", "workload_hours", "level_framework", "level", "level_text", "participation",
    "quality_assurance", "leads_to", "field_of_study", *(Cast(name, TextField()) for name in ("tags", "texts", "taught_in")),
    Cast("skills_named", TextField()), Cast("outcomes", TextField()), "definition__type",
    "definition__provider_id", "definition__provider__name", "definition__provider__slug", "definition__provider__city",
    "definition__provider__county", "definition__provider__state", "definition__provider__country",
)  # fmt: skip
_OFFER: tuple[str | Cast, ...] = (
    "version_id", "price_total", "hours", "mode", "evening", "city", "county", "state_code", "country", Cast("languages", TextField()),
)  # fmt: skip
_LIVE = (Offer.State.OPEN, Offer.State.SCHEDULED, Offer.State.RUNNING)


@dataclass
class Shared:
    """What many versions share: titles of fields of study, what they prepare for, skills with those they belong to."""

    fields: dict[str, str] = field(default_factory=dict)
    occupations: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skills: dict[int, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    _studied: dict[str, str] = field(default_factory=dict)
    _taught: dict[tuple[int, ...], tuple[list[str], list[str]]] = field(default_factory=dict)

    def studied(self, number: str) -> str:
        """Return the folded words of a field of study: its title and what it prepares for."""
        found = self._studied.get(number)
        if found is None:
            found = fold(_BETWEEN.join([self.fields.get(number, ""), *self.occupations.get(number, ())]))
            self._studied[number] = found
        return found

    def taught(self, skills: tuple[int, ...]) -> tuple[list[str], list[str]]:
        """Return the names of these skills, and the concepts that teaching them covers."""
        found = self._taught.get(skills)
        if found is None:
            known = [self.skills[skill] for skill in skills if skill in self.skills]
            found = [name for name, _ in known], list(dict.fromkeys(one for _, wide in known for one in wide))
            if len(self._taught) >= _MOST_TAUGHT:
                self._taught.clear()
            self._taught[skills] = found
        return found

    @classmethod
    def read(cls, skills: set[int] | None = None) -> Shared:
        """Read it all; of the skills only these, if given."""
        titles, occupations = occupation_titles()
        return cls(titles, occupations, _skills(skills))


def documents(ids: Sequence[int] | None = None, *, shared: Shared | None = None) -> Iterator[Document]:
    """Write published versions as documents of the index, by number; all of them, or these."""
    published = DefinitionVersion.objects.filter(state=DefinitionVersion.State.PUBLISHED).order_by("pk")
    if ids is None:
        shared = shared or Shared.read()
        last = 0
        while rows := list(published.filter(pk__gt=last).values_list(*_VERSION)[:CHUNK]):
            last = rows[-1][0]
            yield from _written(rows, {"version_id__gte": rows[0][0], "version_id__lte": last}, shared)
        return
    for at in range(0, len(ids), 500):
        rows = list(published.filter(pk__in=ids[at : at + 500]).values_list(*_VERSION))
        among = {"version_id__in": [row[0] for row in rows]}
        named = set(SkillTaught.objects.filter(**among).values_list("skill_id", flat=True))
        yield from _written(rows, among, shared or Shared.read(named))


def _written(rows: Sequence[tuple[Any, ...]], among: dict[str, Any], shared: Shared) -> Iterator[Document]:
    offers: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for offer in Offer.objects.filter(state__in=_LIVE, **among).order_by("pk").values_list(*_OFFER):
        offers[offer[0]].append(offer)
    taught: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for version, skill, origin in (
        SkillTaught.objects.filter(**among).order_by("pk").values_list("version_id", "skill_id", "origin")
    ):
        taught[version].append((skill, origin))
    endorsed = set(Endorsement.objects.filter(**among).values_list("version_id", flat=True))
    standing: defaultdict[int, set[str]] = defaultdict(set)
    providers = list({row[18] for row in rows})
    for at in range(0, len(providers), 500):
        told = Approval.objects.filter(provider_id__in=providers[at : at + 500]).values_list("provider_id", "kind")
        for provider, kind in told:
            standing[provider].add(kind)
    nothing: list[Any] = []
    for row in rows:
        version = row[0]
        yield _document(
            row, offers.get(version, nothing), taught.get(version, nothing), version in endorsed, standing.get(row[18], set()), shared
        )  # fmt: skip


def _document(
    row: tuple[Any, ...], offers: list[tuple[Any, ...]], taught: list[tuple[int, str]], endorsed: bool, standing: set[str], shared: Shared
) -> Document:  # fmt: skip
    (version, title, description, language, workload, framework, level, level_text, participation, assurance, leads_to, studied, tags,
     texts, taught_in, named, outcomes, kind, _, provider, slug, city, county, state, country) = row  # fmt: skip
    hours: Decimal | None = workload
    if hours is None:
        hours = next((offer[2] for offer in offers if offer[2] is not None), None)
    places = list(dict.fromkeys(offer[6] or offer[5] or county or city or offer[8] or country for offer in offers))
    modes = [participation] if participation else list(dict.fromkeys(offer[3] for offer in offers))
    skills, concepts = shared.taught(tuple(skill for skill, _ in taught))
    spoken = (language, *_loaded(taught_in), *(tag for offer in offers for tag in _loaded(offer[9])))
    parts = [provider, leads_to, city, county, state]
    for offer in offers:
        parts += offer[5:8]
    parts += [
        shared.skills[skill][0]
        for skill, origin in taught
        if origin not in SkillTaught.WORKED_OUT and skill in shared.skills
    ]
    parts += [str(one.get("name", "")) for one in _loaded(named) if isinstance(one, dict)]
    titles, further = title, [description[:MOST_DESCRIPTION]] if description else []
    for told in (_loaded(texts) or {}).values():
        if isinstance(told, dict):
            titles += f" {told.get('title') or ''}"
            parts.append(str(told.get("description") or "")[:MOST_DESCRIPTION])
    further += [str(tag) for tag in _loaded(tags)]
    further += [str(one.get("text", "")) for one in _loaded(outcomes) if isinstance(one, dict)]
    qualities = [name for name in QUALITIES if name in standing]
    qualities += ["endorsed"] * endorsed + ["described"] * bool(assurance)
    least = min((offer[1] for offer in offers if offer[1] is not None), default=None)
    called = fold(titles)
    words = f"{called} {_BETWEEN.join([_folded(part) for part in dict.fromkeys(parts) if part])}"
    return {
        "type": kind or UNKNOWN,
        "leads": leads_kind(leads_to),
        "mode": [mode_of(mode) for mode in modes] or UNKNOWN,
        "place": [place for place in places if place] or county or city or country or UNKNOWN,
        "level": level_of(framework, level, level_text),
        "language": languages_of(spoken),
        "quality": qualities or UNKNOWN,
        "skill": skills,
        "occupation": shared.occupations.get(studied, ()),
        "provider": slug,
        "version": version,
        "title": called,
        "aim": _folded(leads_to),
        "words": words,
        "every": f"{called} {words} {shared.studied(studied)} {fold(_BETWEEN.join(further)) if further else ''}",
        "concept": concepts,
        "price": price_band(least),
        "hours": hours_band(hours),
        "time": "evening" if any(offer[4] for offer in offers) else UNKNOWN,
        "title_order": order_of_title(title),
        "price_order": ordered(least, version),
        "hours_order": ordered(hundredths(hours), version),
    }


_BETWEEN = " \n "
_MOST_TAUGHT = 50_000
_folded = lru_cache(maxsize=50_000)(fold)
"""Providers, places and credentials come again and again."""


def _loaded(text: str) -> Any:
    """Read what a column of JSON holds; most hold nothing."""
    return () if text in _EMPTY else orjson.loads(text)


_EMPTY = frozenset({"[]", "{}", '""', "null", None})


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
