"""What many versions share, read once: titles of fields of study and what they prepare for, skills with those they belong to, providers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from cairn.catalog.models import Approval, Provider
from cairn.catalog.search.facets import QUALITIES, as_terms
from cairn.catalog.search.words import concept_of, fold, places_of, stemmed
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


@dataclass
class Shared:
    """What many versions share: titles of fields of study, what they prepare for, skills with those they belong to, providers."""

    fields: dict[str, str] = field(default_factory=dict)
    occupations: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skills: dict[int, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    schools: dict[int, School] = field(default_factory=dict)
    _studied: dict[str, tuple[str, str]] = field(default_factory=dict)
    _taught: dict[str, Taught] = field(default_factory=dict)

    def studied(self, number: str) -> tuple[str, str]:
        """Return the stems of a field of study, its title and what it prepares for, and the latter as a text of terms."""
        found = self._studied.get(number)
        if found is None:
            prepares = self.occupations.get(number, ())
            found = stemmed(fold(" ".join([self.fields.get(number, ""), *prepares]))), as_terms(prepares)
            self._studied[number] = found
        return found

    def taught(self, told: str) -> Taught:
        """Return what teaching these skills says; twice each one's number, one more where stated, with commas."""
        found = self._taught.get(told)
        if found is None:
            numbers = sorted({int(each) for each in told.split(",")}) if told else []
            known = {each >> 1: self.skills[each >> 1] for each in numbers if each >> 1 in self.skills}
            found = (
                as_terms(name for name, _ in known.values()),
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


_MOST_TAUGHT = 50_000


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
