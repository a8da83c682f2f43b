"""Read what skills mean: what was measured, corrected by what people decided.

Guides and planners ask :func:`equivalents_of`; pages ask :func:`matches_of`, which shows everything with its kind and confidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from cairn.people.models import Organisation, Person
from cairn.skills.index import index
from cairn.skills.matching import Kind, Match, Relation
from cairn.skills.matching.words import folded
from cairn.skills.models import MatchDecision, Skill

SURE = frozenset({Kind.EXACT.value, Kind.ALTERNATIVE.value})
"""Kinds that count without anybody's word, where they are not ambiguous and say "the same"."""


@dataclass(frozen=True, slots=True)
class SkillMatch:
    """One thing that a skill or a label may mean.

    ``kind``: exact, alternative, crosswalk, variant, similar, or "decided" where only a person says so; ``relation`` of ``skill`` to the
    one asked about. ``accepted``: True and False as somebody decided, None where nobody did; ``decision`` is that decision.
    """

    skill: Skill
    kind: str
    relation: str
    confidence: float
    why: str
    ambiguous: bool
    accepted: bool | None
    decision: MatchDecision | None

    @property
    def counts(self) -> bool:
        """Say whether it counts as the same without asking anybody any more."""
        if self.accepted is not None:
            return self.accepted and self.relation == Relation.SAME
        return self.kind in SURE and self.relation == Relation.SAME and not self.ambiguous


def matches_of(
    skill_ids: Iterable[int], *, person: Person | None = None, organisation: Organisation | None = None,
    frameworks: Collection[str] = (), most: int = 8, least: float = 0.2, alike: bool = True,
) -> dict[int, list[SkillMatch]]:  # fmt: skip
    """Return for each skill what it matches, the surest and the accepted first; skills without any are in it with an empty list.

    Decisions of ``person`` go before those of ``organisation``, those before the site's. Milliseconds a skill; without ``alike``, which
    leaves out what is only similar, far less.
    """
    asked = list(Skill.objects.filter(pk__in=set(skill_ids)))
    decided = _decisions(Q(source__in=asked), person, organisation)
    matcher = index().matcher
    found = {
        skill.pk: matcher.match(skill.name, uri=skill.uri, frameworks=frameworks, most=most, least=least, alike=alike)
        for skill in asked
    }
    return _joined(found, decided, frameworks)


def matches_of_label(
    label: str, *, person: Person | None = None, organisation: Organisation | None = None,
    frameworks: Collection[str] = (), most: int = 8, least: float = 0.2,
) -> list[SkillMatch]:  # fmt: skip
    """Return what words may mean, as :func:`matches_of`."""
    words = " ".join(folded(label))[:300]
    decided = _decisions(Q(source=None, label=words), person, organisation) if words else {}
    found = index().matcher.match(label, frameworks=frameworks, most=most, least=least)
    return _joined({0: found}, {0: decided.get(words, {})}, frameworks)[0]


def equivalents_of(
    skill_ids: Iterable[int], *, person: Person | None = None, organisation: Organisation | None = None,
    among: Collection[int] | None = None,
) -> dict[int, dict[int, SkillMatch]]:  # fmt: skip
    """Return for each skill the others that count as the same (:attr:`SkillMatch.counts`), by their number.

    That is, what was accepted, and exact and alternative labels that nobody rejected. ``among``: only these.
    """
    wanted = None if among is None else set(among)
    found = matches_of(skill_ids, person=person, organisation=organisation, most=50, alike=False)
    return {
        pk: {one.skill.pk: one for one in matches if one.counts and (wanted is None or one.skill.pk in wanted)}
        for pk, matches in found.items()
    }


def rejected_phrases(person: Person | None, organisation: Organisation | None) -> set[tuple[str, str]]:
    """Return (folded words, skill's URI) that somebody said do not belong together."""
    decided = _decisions(Q(source=None), person, organisation)
    return {(one.label, uri) for by_uri in decided.values() for uri, one in by_uri.items() if not one.accepted}


def decisions_portion(person: Person) -> list[dict[str, str | bool]]:
    """Return what a person decided for their own goals, JSON-ready, for "my data" (:mod:`cairn.people.portions`)."""
    rows = MatchDecision.objects.filter(person=person).select_related("source", "target").order_by("decided_at", "pk")
    return [
        {
            "about": row.source.uri if row.source else row.label,
            "target": row.target.uri,
            "relation": row.relation,
            "accepted": row.accepted,
            "decided_at": row.decided_at.isoformat(),
        }
        for row in rows
    ]


def _decisions(
    about: Q, person: Person | None, organisation: Organisation | None
) -> dict[int | str, dict[str, MatchDecision]]:
    """Return decisions by what they are about (a skill's number, or the words) and the target's URI, the nearest scope's."""
    scope = Q(person=None, organisation=None)
    if organisation is not None:
        scope |= Q(organisation=organisation)
    if person is not None:
        scope |= Q(person=person)
    rows = MatchDecision.objects.filter(about & scope).select_related("target__framework", "decided_by", "organisation")
    found: defaultdict[int | str, dict[str, MatchDecision]] = defaultdict(dict)
    for row in sorted(rows, key=lambda each: (each.person_id is not None, each.organisation_id is not None)):
        found[row.source_id or row.label][row.target.uri] = row
    return dict(found)


def _joined(
    found: Mapping[int, list[Match]],
    decided: Mapping[int | str, Mapping[str, MatchDecision]],
    frameworks: Collection[str],
) -> dict[int, list[SkillMatch]]:
    uris = {match.concept.uri for matches in found.values() for match in matches}
    rows = {skill.uri: skill for skill in Skill.objects.filter(uri__in=uris).select_related("framework")}
    answer: dict[int, list[SkillMatch]] = {}
    for pk, matches in found.items():
        said = dict(decided.get(pk, {}))
        listed = []
        for match in matches:
            skill = rows.get(match.concept.uri)
            if skill is not None:
                listed.append(_with(match, skill, said.pop(match.concept.uri, None)))
        listed.extend(
            _only_decided(decision)
            for decision in said.values()
            if not frameworks or decision.target.framework.slug in frameworks
        )
        answer[pk] = sorted(listed, key=lambda one: (one.accepted is not True, one.accepted is False, -one.confidence))
    return answer


def _with(match: Match, skill: Skill, decision: MatchDecision | None) -> SkillMatch:
    relation = decision.relation if decision is not None and decision.accepted else match.relation.value
    accepted = None if decision is None else decision.accepted
    return SkillMatch(
        skill, match.kind.value, relation, match.confidence, match.why, match.ambiguous, accepted, decision
    )


def _only_decided(decision: MatchDecision) -> SkillMatch:
    why = "Somebody said so; by their names alone they would not be matched."
    return SkillMatch(decision.target, "decided", decision.relation, 0.0, why, False, decision.accepted, decision)
