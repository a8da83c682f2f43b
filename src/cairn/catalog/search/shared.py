"""What many versions share, read once: titles of fields of study and what they prepare for, skills with those they belong to, providers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import batched

from cairn.catalog.models import Approval, Provider
from cairn.catalog.search.facets import QUALITIES, UNKNOWN, as_term, as_terms
from cairn.catalog.search.kept import Kept
from cairn.catalog.search.words import concept_of, fold, in_stems, places_of, stemmed, words_of
from cairn.skills.models import FieldOfStudyLink, Occupation, Skill

type Taught = tuple[str, str, list[str]]
"""Names of skills as a text of terms, the concepts that teaching them covers, as well, and the names of those that somebody stated."""


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


@dataclass(frozen=True, slots=True)
class Around:
    """What a document takes from its provider, from what it leads to and from where it is offered.

    ``parts`` are the texts that ``words`` and ``every`` were read from; the other fields stand in the document as they are here.
    """

    parts: frozenset[str]
    words: str
    every: str
    aim: str
    place: str
    located: str
    provider: str
    qualities: tuple[str, ...]


type Where = tuple[int, str, tuple[str, ...]]
"""A provider's number, what a version leads to, and of each offer city, county, state and country in a row."""


@dataclass
class Shared:
    """What many versions share: titles of fields of study, what they prepare for, skills with those they belong to, providers.

    ``studied`` has the stems of a field of study, its title and what it prepares for, and the latter as a text of terms. ``taught`` has
    what teaching skills says: of a text with twice each one's number, one more where stated, with commas.
    """

    fields: dict[str, str] = field(default_factory=dict)
    occupations: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skills: dict[int, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    schools: dict[int, School] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.studied = Kept(self._studied)
        self.taught = Kept(self._taught)
        self.around = Kept(self._around)
        self._providing = Kept(self._provided)

    def _studied(self, number: str) -> tuple[str, str]:
        prepares = self.occupations.get(number, ())
        return stemmed(fold(" ".join([self.fields.get(number, ""), *prepares]))), as_terms(prepares)

    def _taught(self, told: str) -> Taught:
        numbers = sorted({int(each) for each in told.split(",")}) if told else []
        known = {each >> 1: self.skills[each >> 1] for each in numbers if each >> 1 in self.skills}
        return (
            as_terms(name for name, _ in known.values()),
            " ".join(dict.fromkeys(one for _, wide in known.values() for one in wide)),
            [known[each >> 1][0] for each in numbers if each & 1 and each >> 1 in known],
        )

    def _around(self, told: Where) -> Around:
        provider, leads_to, where = told
        school, parts, words, every, aim = self._providing[provider, leads_to]
        located, places, there = _offered(where)
        more = [one for one in there if one not in parts]
        read = [READ[one] for one in more]
        return Around(
            parts.union(more) if more else parts,
            " ".join([words, *(each for each, _ in read)]),
            " ".join([every, *(each for _, each in read)]),
            aim,
            as_terms(dict.fromkeys(one or school.place or each or school.country for one, each in places)).strip()
            or as_term(school.place or school.country or UNKNOWN),
            school.located if not located or located == school.located else f"{school.located} {located}",
            school.slug,
            school.qualities,
        )

    def _provided(self, told: tuple[int, str]) -> tuple[School, frozenset[str], str, str, str]:
        """Return a provider, with what it says beside what a version leads to: texts, their words, their stems; and stems of the latter."""
        provider, leads_to = told
        school = self._school(provider)
        said = [one for one in dict.fromkeys((school.name, leads_to, *school.places)) if one]
        read = [READ[one] for one in said]
        words, every = " ".join([each for each, _ in read]), " ".join([each for _, each in read])
        return school, frozenset(said), words, every, READ[leads_to][1] if leads_to else ""

    def _school(self, provider: int) -> School:
        """Return a provider; one that has come since the others were read is read now."""
        if provider not in self.schools:
            self.schools |= _schools({provider})
        return self.schools[provider]

    @classmethod
    def read(cls, skills: set[int] | None = None, providers: set[int] | None = None) -> Shared:
        """Read it all; of the skills and the providers only these, if given."""
        titles, occupations = occupation_titles()
        return cls(titles, occupations, _skills(skills), _schools(providers))


@lru_cache(maxsize=20_000)
def _offered(where: tuple[str, ...]) -> tuple[str, list[tuple[str, str]], list[str]]:
    """Return the terms of where offers are, of each the place as a facet and the country, and the texts that say it."""
    each = list(batched(where, 4))
    located = dict.fromkeys(places_of(city, county) for city, county, _, _ in each if city or county)
    places = [(county or city, country) for city, county, _, country in each]
    return " ".join(located), places, [one for one in dict.fromkeys(said for four in each for said in four[:3]) if one]


class _Texts(dict[str, tuple[str, str]]):
    """Texts with their folded words and their stems: providers, places and short notes come again and again, long texts do not."""

    def __missing__(self, text: str) -> tuple[str, str]:
        words = words_of(fold(text))
        made = " ".join(words), in_stems(words)
        if len(text) <= _LONG:
            if len(self) >= _MOST_TEXTS:
                self.clear()
            self[text] = made
        return made


READ = _Texts()
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
