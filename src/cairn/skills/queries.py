"""Read occupations: find them, what they need, what they pay, and which ones a field of study prepares for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from cairn.errors import NotFound
from cairn.skills.matches import equivalents_of as equivalents_of  # what skills mean is read here too
from cairn.skills.matches import matches_of as matches_of
from cairn.skills.matches import matches_of_label as matches_of_label
from cairn.skills.models import FieldOfStudyLink, Occupation, OccupationNeed, Skill, Wage

ONET, ESCO = "onet", "esco"
_MOST_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class FoundOccupation:
    """An occupation that a search found. ``called`` is the other title by which it was found, "" where it was its own."""

    occupation: Occupation
    called: str


def search_occupations(text: str, limit: int = 20, *, framework: str = ONET) -> list[FoundOccupation]:
    """Return the occupations whose title, alternative title or code holds every word of ``text``, the closest first.

    Case and word order do not matter. The same question gives the same answer on SQLite and PostgreSQL. Nothing is found for no words.
    """
    words = re.findall(r"[\w.+#-]+", text.casefold())
    if not words:
        return []
    found = Occupation.objects.filter(framework__slug=framework).annotate(also=Cast("alt_titles", TextField()))
    for word in words:
        found = found.filter(Q(title__icontains=word) | Q(also__icontains=word) | Q(code__startswith=word))
    ranked = []
    for occupation in found.order_by("code")[:_MOST_LOOKED_AT]:
        closeness, called = _closeness(occupation, words)
        if closeness is not None:
            special = not occupation.code.endswith(".00")  # O*NET's specialities of an occupation come after it
            order = (closeness, not occupation.in_demand, special, occupation.title)
            ranked.append((order, FoundOccupation(occupation, called)))
    return [found for _, found in sorted(ranked, key=lambda each: each[0])][:limit]


def _closeness(occupation: Occupation, words: list[str]) -> tuple[int | None, str]:
    """Say how close an occupation is (less is closer; None: not at all) and by which other title it was found.

    Its own title stands before another one, a title that begins with the words before one that holds them somewhere; a word counts where
    a word of the title begins with it.
    """
    asked = " ".join(words)
    if occupation.code.startswith(asked):
        return 0, ""
    title = occupation.title.casefold()
    if title.startswith(asked):
        return 1, ""
    if _begins(title, words):
        return 2, ""
    others = [other for other in occupation.alt_titles if _begins(other.casefold(), words)]
    if others:
        best = min(others, key=lambda other: (other.casefold() != asked, len(other), other))
        return 3 if best.casefold() == asked else 4, best
    if all(word in title for word in words):
        return 5, ""
    return None, ""


def _begins(title: str, words: list[str]) -> bool:
    parts = re.findall(r"[\w.+#-]+", title)
    return all(any(part.startswith(word) for part in parts) for word in words)


def in_demand_occupations() -> QuerySet[Occupation]:
    """Return the occupations that are on a list of those in demand, by code."""
    return Occupation.objects.filter(framework__slug=ONET, in_demand=True).order_by("code")


def occupation_by_code(code: str) -> Occupation:
    """Return the occupation with this O*NET, ESCO or SOC code; raises NotFound with what to do next."""
    wanted = code.strip()
    listed = Occupation.objects.select_related("framework")
    found = listed.filter(code=wanted).order_by(_first(ONET), "pk").first() if wanted else None
    if found is None and re.fullmatch(r"\d{2}-\d{4}", wanted):
        found = listed.filter(soc=wanted).order_by("code").first()
    if found is None:
        raise NotFound(
            f"There is no occupation with the code “{wanted[:40]}”." if wanted else "No occupation was named.",
            remedy="Search the occupations by name; codes look like 15-1252.00.",
            code="unknown_occupation",
        )
    return found


def catalogue_title(occupation: Occupation) -> str:
    """Return the title under which the catalogue counts an occupation: that of the first one with the same SOC code.

    Fields of study are linked with SOC codes, so occupations that share one cannot be told apart there. "" where it has none.
    """
    if not occupation.soc:
        return ""
    return Occupation.objects.filter(soc=occupation.soc).order_by("code").values_list("title", flat=True).first() or ""


def skill_by_uri(uri: str) -> Skill:
    """Return the skill with this identifier; raises NotFound with what to do next."""
    found = Skill.objects.select_related("framework").filter(uri=uri).first()
    if found is None:
        raise NotFound(
            f"There is no skill with the identifier “{uri[:120]}”.",
            remedy="Use the full address of a skill in O*NET or ESCO, and import that list if it is not here yet.",
            code="unknown_skill",
        )
    return found


def needs_of(
    occupation: Occupation, *, kinds: Collection[str] = (), at_least: Decimal | None = None
) -> QuerySet[OccupationNeed]:
    """Return what an occupation needs, the most important first; ``kinds`` are values of Skill.Kind.

    With ``at_least`` only what O*NET rates at that importance or more. Needs without a rating come after those with one: essential
    before optional (ESCO), often asked for before others (technologies), then by name.
    """
    needs = OccupationNeed.objects.filter(occupation=occupation).select_related("skill")
    if kinds:
        needs = needs.filter(skill__kind__in=kinds)
    if at_least is not None:
        needs = needs.filter(importance__gte=at_least)
    return needs.order_by(
        F("importance").desc(nulls_last=True),
        F("essential").desc(nulls_last=True),
        F("in_demand").desc(nulls_last=True),
        "skill__name",
        "pk",
    )


@dataclass(frozen=True, slots=True)
class OccupationWage:
    """What an occupation pays. ``wider_group``: only the figures of a wider group of occupations are published."""

    wage: Wage
    wider_group: bool


def wage_of(occupation: Occupation, area: str = "U.S.") -> OccupationWage | None:
    """Return the newest wages published for the occupation in an area, else those of its broad group; None where there are neither."""
    if not occupation.soc:
        return None
    group = f"{occupation.soc[:6]}0"
    wages = Wage.objects.filter(area=area, soc__in={occupation.soc, group})
    wage = wages.order_by(
        Case(When(soc=occupation.soc, then=Value(0)), default=Value(1)), "-year"
    ).first()  # fmt: skip
    return None if wage is None else OccupationWage(wage, wage.soc != occupation.soc)


def occupations_of_field(cip: str) -> list[Occupation]:
    """Return the occupations a field of study (CIP 2020, like 52.0201) prepares for, by code; postsecondary teachers come last."""
    return occupations_of_fields([cip]).get(cip, [])


def occupations_of_fields(cips: Iterable[str]) -> dict[str, list[Occupation]]:
    """Return :func:`occupations_of_field` for many fields at once; fields that lead nowhere known are left out."""
    links = list(FieldOfStudyLink.objects.filter(cip__in=set(cips)).values_list("cip", "soc"))
    by_soc: dict[str, list[Occupation]] = {}
    for occupation in Occupation.objects.filter(framework__slug=ONET, soc__in={soc for _, soc in links}).order_by(
        "code"
    ):
        by_soc.setdefault(occupation.soc, []).append(occupation)
    found: dict[str, list[Occupation]] = {}
    for cip, soc in sorted(links, key=lambda link: (link[1].startswith("25-1"), link)):
        if soc in by_soc:
            found.setdefault(cip, []).extend(by_soc[soc])
    return found


def fields_of(occupation: Occupation) -> list[tuple[str, str]]:
    """Return (CIP code, title) of the fields of study that prepare for an occupation."""
    if not occupation.soc:
        return []
    return list(FieldOfStudyLink.objects.filter(soc=occupation.soc).order_by("cip").values_list("cip", "cip_title"))


def related_occupations(occupation: Occupation) -> list[Occupation]:
    """Return the occupations of the other framework that a published crosswalk links with this one, by title."""
    related = Q(links_out__target=occupation) | Q(links_in__source=occupation)
    return list(Occupation.objects.filter(related).select_related("framework").distinct().order_by("title"))


def _first(slug: str) -> Case:
    return Case(When(framework__slug=slug, then=Value(0)), default=Value(1))
