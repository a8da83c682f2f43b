"""Published versions as documents of the index, read from the database in a few questions for thousands of them.

No model instances are made: plain columns, joined in memory with what many versions share (providers' standing, skills, what a field of
study prepares for). Both databases give the same documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

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
from cairn.catalog.search.fields import LAST, order_of_hours, order_of_title, slice_of
from cairn.catalog.search.words import concept_of, fold
from cairn.skills.models import FieldOfStudyLink, Occupation, Skill

type Document = dict[str, Any]
CHUNK = 4_000
MOST_DESCRIPTION = 2_000
"""Letters of a description that are searched."""
_VERSION = (
    "pk", "title", "description", "language", "workload_hours", "level_framework", "level", "level_text", "participation",
    "quality_assurance", "leads_to", "field_of_study", "tags", "texts", "taught_in", "skills_named", "outcomes", "definition__type",
    "definition__provider_id", "definition__provider__name", "definition__provider__slug", "definition__provider__city",
    "definition__provider__county", "definition__provider__state", "definition__provider__country",
)  # fmt: skip
_OFFER = (
    "version_id", "price_total", "hours", "mode", "evening", "city", "county", "state_code", "country", "languages",
)  # fmt: skip
_LIVE = (Offer.State.OPEN, Offer.State.SCHEDULED, Offer.State.RUNNING)


@dataclass
class Shared:
    """What many versions share: titles of fields of study, what they prepare for, skills with those they belong to."""

    fields: dict[str, str] = field(default_factory=dict)
    occupations: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skills: dict[int, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

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
    prices = [offer[1] for offer in offers if offer[1] is not None]
    hours: Decimal | None = workload
    if hours is None:
        hours = next((offer[2] for offer in offers if offer[2] is not None), None)
    places = list(dict.fromkeys(offer[6] or offer[5] or county or city or offer[8] or country for offer in offers))
    modes = [participation] if participation else list(dict.fromkeys(offer[3] for offer in offers))
    skills = [(*shared.skills[skill], origin) for skill, origin in taught if skill in shared.skills]
    occupations = shared.occupations.get(studied, ())
    spoken = [language, *taught_in, *(tag for offer in offers for tag in offer[9])]
    parts = [title, provider, leads_to, city, county, state]
    parts += [part for offer in offers for part in offer[5:8]]
    parts += [name for name, _, origin in skills if origin not in SkillTaught.WORKED_OUT]
    parts += [str(one.get("name", "")) for one in named if isinstance(one, dict)]
    titles = title
    for told in texts.values() if texts else ():
        if isinstance(told, dict):
            titles += f" {told.get('title') or ''}"
            parts.append(str(told.get("description") or "")[:MOST_DESCRIPTION])
    further = [description[:MOST_DESCRIPTION], shared.fields.get(studied, ""), *occupations]
    further += [str(tag) for tag in tags]
    further += [str(one.get("text", "")) for one in outcomes if isinstance(one, dict)]
    qualities = [name for name in QUALITIES if name in standing]
    qualities += ["endorsed"] * endorsed + ["described"] * bool(assurance)
    return document(
        version=version, title=titles, order=title, parts=dict.fromkeys(part for part in parts if part), further=further,
        aim=leads_to, prices=prices, hours=hours, concepts=[concept for _, wide, _ in skills for concept in wide],
        evening=any(offer[4] for offer in offers),
        facets={
            "type": kind or UNKNOWN, "leads": leads_kind(leads_to), "mode": [mode_of(mode) for mode in modes] or UNKNOWN,
            "place": [place for place in places if place] or county or city or country or UNKNOWN,
            "level": level_of(framework, level, level_text), "language": languages_of(spoken), "quality": qualities or UNKNOWN,
            "skill": [name for name, _, _ in skills], "occupation": list(occupations), "provider": slug,
        },
    )  # fmt: skip


def document(
    *, version: int, title: str, order: str, parts: dict[str, None], further: list[str], aim: str, prices: list[int],
    hours: Decimal | None, concepts: list[str], evening: bool, facets: dict[str, Any],
) -> Document:  # fmt: skip
    """Write one document: ``parts`` are names whose words are completed and corrected, ``further`` is only searched."""
    named = fold(" · ".join(parts))
    least = min(prices, default=None)
    return {
        **facets,
        "version": version,
        "slice": slice_of(version),
        "title": fold(title),
        "aim": fold(aim),
        "words": f"{fold(title)} {named}",
        "every": f"{fold(title)} {named} {fold(' · '.join(further))}",
        "concept": concepts,
        "price": price_band(least),
        "hours": hours_band(hours),
        "time": "evening" if evening else UNKNOWN,
        "title_order": order_of_title(order),
        "price_order": LAST if least is None else least,
        "hours_order": order_of_hours(hours),
    }


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
