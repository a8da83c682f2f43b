"""What people recorded about criteria: the rubric in use, evidence that stands, answers, appeals, and how the score changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django.db.models import Q, QuerySet

from cairn.appraisal import Evidence, Rubric, Tier, mcq100, read_rubric, reweigh
from cairn.catalog.models import (
    CredibilityScore,
    CriterionAnswer,
    CriterionAppeal,
    CriterionEvidence,
    DefinitionVersion,
    RubricInUse,
)
from cairn.people.models import Organisation, Person, Role
from cairn.people.queries import organisations_of

JUDGES = (Organisation.Kind.ACCREDITOR, Organisation.Kind.PROFESSIONAL, Organisation.Kind.OPERATOR)
"""Kinds of organisations whose quality reviewers may record evidence about others and decide on appeals."""
OWN = (Role.REVIEWER, Role.PUBLISHER, Role.DESIGNER)
"""Roles that speak for a provider about its own credentials."""


def rubric_in_use() -> Rubric:
    """Return the rubric that this site weighs by: the authority's own where one is in use, else MCQ-100."""
    document = RubricInUse.objects.filter(in_use=True).values_list("document", flat=True).first()
    return mcq100() if document is None else _read(document)


def rubric_named(identifier: str, version: str) -> Rubric | None:
    """Return a rubric by its id and version, also one that is no longer in use; None where it was never here."""
    built_in = mcq100()
    if (identifier, version) == (built_in.id, built_in.version):
        return built_in
    document = (
        RubricInUse.objects.filter(identifier=identifier, version=version).values_list("document", flat=True).first()
    )
    return None if document is None else _read(document)


@lru_cache(maxsize=16)
def _read(document: str) -> Rubric:
    return read_rubric(document)


def evidence_rows(version: DefinitionVersion) -> QuerySet[CriterionEvidence]:
    """Return everything recorded about a version or its provider, also what was withdrawn; newest first."""
    return (
        CriterionEvidence.objects.filter(
            Q(version=version) | Q(version=None), provider_id=version.definition.provider_id
        )
        .select_related("organisation", "recorded_by", "settles")
        .order_by("-recorded_at", "-pk")
    )


def as_evidence(row: CriterionEvidence, given: Rubric | None, wanted: Rubric) -> list[Evidence]:
    """Return a row as the core's value in the points of ``wanted``; nothing where its rubric ``given`` is not here any more."""
    if given is None or row.criterion not in {criterion.id for criterion in given.criteria}:
        return []
    source = ", ".join(part for part in (row.source, f"recorded for {row.organisation}") if part)
    piece = Evidence(row.criterion, row.points, Tier(row.tier), row.sentence, source, row.checked_on, row.expires_on)
    return reweigh([piece], given=given, wanted=wanted)


def recorded_of_each(
    versions: Sequence[DefinitionVersion], rubric: Rubric, at: datetime
) -> dict[int, tuple[list[Evidence], list[Evidence]]]:
    """Return by version what stands of the evidence people recorded: what settles an appeal (it comes before all else), and the rest.

    What was recorded of a whole provider counts for each of its versions.
    """
    about = Q(version__in=versions) | Q(version=None, provider__in={one.definition.provider_id for one in versions})
    holding = Q(expires_on=None) | Q(expires_on__gte=at.date())
    rows = CriterionEvidence.objects.filter(about, holding, withdrawn_at=None, recorded_at__lte=at)
    every = list(rows.select_related("organisation").order_by("-recorded_at", "-pk"))
    names = sorted({(row.rubric, row.rubric_version) for row in every})
    rubrics = {name: rubric_named(*name) for name in names}
    pieces = {row.pk: as_evidence(row, rubrics[row.rubric, row.rubric_version], rubric) for row in every}
    found = {}
    for version in versions:
        own = [
            row for row in every
            if row.version_id == version.pk or (row.version_id is None and row.provider_id == version.definition.provider_id)
        ]  # fmt: skip
        settling = [piece for row in own if row.settles_id is not None for piece in pieces[row.pk]]
        found[version.pk] = settling, [piece for row in own if row.settles_id is None for piece in pieces[row.pk]]
    return found


def latest_answers(version: DefinitionVersion) -> dict[str, CriterionAnswer]:
    """Return the provider's latest answer on each criterion, by its id."""
    answers = CriterionAnswer.objects.filter(version=version).select_related("organisation").order_by("given_at", "pk")
    return {answer.criterion: answer for answer in answers}


def appeals_on(version: DefinitionVersion) -> list[CriterionAppeal]:
    """Return all appeals on a version, newest first."""
    return list(
        CriterionAppeal.objects.filter(version=version)
        .select_related("organisation", "decided_for")
        .order_by("-lodged_at", "-pk")
    )


def open_appeals(version: DefinitionVersion) -> int:
    """Return how many appeals on a version are open."""
    return CriterionAppeal.objects.filter(version=version, state=CriterionAppeal.State.LODGED).count()


def scores_of(version: DefinitionVersion) -> QuerySet[CredibilityScore]:
    """Return how a version's score stood over time, newest first."""
    return CredibilityScore.objects.filter(version=version).select_related("reviewer").order_by("-taken_at", "-pk")


def side_of(version: DefinitionVersion) -> Organisation | None:
    """Return the organisation that answers for a version: its awarding body, else its provider's organisation here."""
    return version.definition.owner or version.definition.provider.organisation


def judging_for(person: Person | None, version: DefinitionVersion) -> list[Organisation]:
    """Return the organisations for which a person may record evidence about somebody else's credential: none that made it too."""
    return list(
        organisations_of(person, Role.REVIEWER)
        .filter(kind__in=JUDGES)
        .exclude(pk__in=[one.pk for one in makers_of(version)])
    )


def makers_of(version: DefinitionVersion) -> list[Organisation]:
    """Return who has a part in a version, and so does not judge it: its own side, and the partner that made it too."""
    return [one for one in (side_of(version), version.partner) if one is not None]


def speaking_for(person: Person | None, version: DefinitionVersion) -> Organisation | None:
    """Return the version's own side where a person may speak for it, else None."""
    side = side_of(version)
    return side if side is not None and organisations_of(person, *OWN).filter(pk=side.pk).exists() else None
