"""What a programme is likely to cover, inferred from its field of study. It is no proof that the programme teaches it, and pages say so.

The rule. The crosswalk (CIP 2020 to SOC 2018) names the occupations a field prepares for; O*NET says what those need. Of everything
that at least half of these occupations call important (3 or more of 5), the four most important fields of knowledge and the two most
important skills are taken, at the average level of the occupations that rate it so (O*NET scale, 0 to 7).
Of the technologies that employers of at least half of the occupations often ask for, the two asked for by most are taken, without level.

Left out: basic and social skills and the English language (O*NET 2.A, 2.B.1, 2.C.7.a: reading, listening, speaking …), which nearly
every occupation needs and no field of study is known by; and postsecondary teachers (SOC 25-1), whom the crosswalk links with nearly
every field, where it names others too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q

from cairn.skills.importing.frameworks import ONET
from cairn.skills.models import FieldOfStudyLink, Occupation, OccupationNeed, Skill

ORIGIN = "crosswalk"
IMPORTANT = Decimal(3)
"""O*NET's word for 3 on its scale of importance is "important"."""
MOST = {Skill.Kind.KNOWLEDGE: 4, Skill.Kind.SKILL: 2, Skill.Kind.TECHNOLOGY: 2}

type Likely = list[tuple[int, Decimal | None]]


def likely_skills(fields: Iterable[str]) -> dict[str, Likely]:
    """Return (skill's primary key, level or None) per field of study, best first; fields without linked occupations are left out."""
    socs: defaultdict[str, set[str]] = defaultdict(set)
    for cip, soc in FieldOfStudyLink.objects.filter(cip__in=set(fields)).values_list("cip", "soc"):
        socs[cip].add(soc)
    wanted = {soc for linked in socs.values() for soc in linked}
    occupations: defaultdict[str, list[int]] = defaultdict(list)
    for pk, soc in (
        Occupation.objects.filter(framework__slug=ONET, soc__in=wanted).order_by("code").values_list("pk", "soc")
    ):
        occupations[soc].append(pk)
    needs = _needs({pk for pks in occupations.values() for pk in pks})
    found = {}
    for cip, linked in socs.items():
        others = {soc for soc in linked if not soc.startswith("25-1")}
        rated = [pk for soc in sorted(others or linked) for pk in occupations[soc] if pk in needs]
        likely = _shared([needs[pk] for pk in rated])
        if likely:
            found[cip] = likely
    return found


type _Needed = tuple[str, Decimal | None, Decimal | None]


def _needs(occupations: set[int]) -> dict[int, dict[int, _Needed]]:
    """Return, per occupation, what it clearly needs: kind, importance and level by skill."""
    needs: defaultdict[int, dict[int, _Needed]] = defaultdict(dict)
    rows = (
        OccupationNeed.objects.filter(occupation__in=occupations)
        .filter(Q(importance__gte=IMPORTANT, level__isnull=False) | Q(in_demand=True))
        .exclude(Q(skill__code__startswith="2.A") | Q(skill__code__startswith="2.B.1") | Q(skill__code="2.C.7.a"))
    )
    for occupation, skill, kind, importance, level in rows.values_list(
        "occupation", "skill", "skill__kind", "importance", "level"
    ):
        needs[occupation][skill] = (kind, importance, level)
    return needs


def _shared(needs: list[dict[int, _Needed]]) -> Likely:
    ratings: defaultdict[int, list[_Needed]] = defaultdict(list)
    for each in needs:
        for skill, needed in each.items():
            ratings[skill].append(needed)
    ranked: defaultdict[str, list[tuple[Decimal, int, Decimal | None]]] = defaultdict(list)
    for skill, found in ratings.items():
        if 2 * len(found) < len(needs):
            continue
        importances = [importance for _, importance, _ in found if importance is not None]
        levels = [level for _, _, level in found if level is not None]
        weight = sum(importances, Decimal(0)) / len(found) if importances else Decimal(len(found))
        ranked[found[0][0]].append((weight, skill, round(sum(levels, Decimal(0)) / len(levels), 2) if levels else None))
    likely: Likely = []
    for kind, most in MOST.items():
        best = sorted(ranked[kind], key=lambda each: (-each[0], each[1]))[:most]
        likely.extend((skill, level) for _, skill, level in best)
    return likely
