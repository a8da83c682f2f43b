"""Which skills of other frameworks count as one that a goal needs, and how that is known: nothing is silently taken as equal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from cairn import planning
from cairn.catalog.queries import rows_now
from cairn.people.models import Person
from cairn.skills.matches import SkillMatch, equivalents_of
from cairn.skills.models import Skill


@dataclass(frozen=True)
class Same:
    """Another skill that counts as a needed one. ``confidence``: the share of such matches that were right, 0 to 1."""

    uri: str
    name: str
    framework: str
    kind: str
    confidence: float
    why: str
    accepted: bool | None
    needed: int
    """The needed skill's number: its page lets a person correct the match."""


def same_as(
    needed: Collection[str], learner: planning.Learner, at: datetime, person: Person | None = None
) -> dict[str, tuple[Same, ...]]:
    """Return, for the URIs that are needed, the skills of other frameworks that count as the same and that an offer or the learner has.

    Decisions of ``person`` go before those of the site. Without any such skill in sight nothing is matched, which is quick.
    """
    skills = {skill.uri: skill for skill in Skill.objects.filter(uri__in=needed).select_related("framework")}
    own = {skill.framework_id for skill in skills.values()}
    there = {number for number, framework in rows_now(at).taught.values() if own - {framework}}
    elsewhere = [uri for uri in learner.have if uri not in skills]
    there |= set(Skill.objects.filter(uri__in=elsewhere).values_list("pk", flat=True))
    others = dict(Skill.objects.filter(pk__in=there).values_list("pk", "framework_id"))
    among = {pk for pk, framework in others.items() if own - {framework}}
    if not among:
        return {}
    by_number = {skill.pk: skill for skill in skills.values()}
    found: dict[str, tuple[Same, ...]] = {}
    for pk, matches in equivalents_of(list(by_number), person=person, among=among).items():
        skill = by_number[pk]
        told = [_same(match, pk) for match in matches.values() if match.skill.framework_id != skill.framework_id]
        if told:
            found[skill.uri] = tuple(sorted(told, key=lambda one: (-one.confidence, one.uri)))
    return found


def _same(match: SkillMatch, needed: int) -> Same:
    skill = match.skill
    return Same(
        skill.uri, skill.name, str(skill.framework), match.kind, match.confidence, match.why, match.accepted, needed
    )


def counting(learner: planning.Learner, same: Mapping[str, Collection[Same]]) -> planning.Learner:
    """Return the learner with needed skills that something they have counts as; proof goes before word, then the higher level."""
    have = dict(learner.have)
    for uri, others in same.items():
        held = [have[one] for one in (uri, *(other.uri for other in others)) if one in have]
        if held:
            have[uri] = max(held, key=lambda one: (one.source is planning.Source.VERIFIED, one.level))
    return planning.Learner(have, learner.holds)
