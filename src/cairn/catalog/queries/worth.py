"""What the rows say about a version: a description to hold against Annex I, and evidence of how credible it is."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cairn.appraisal import (
    Completeness,
    Credibility,
    Description,
    Evidence,
    Tier,
    completeness,
    credibility,
)
from cairn.catalog.checks import criteria_of, is_recognition, outcome_problems
from cairn.catalog.models import Definition, DefinitionVersion, Offer
from cairn.catalog.queries.definitions import current_offers, stacks_that_name
from cairn.catalog.queries.outcomes import outcomes_of

AUTHOR = "stated by the provider"
SOURCES = {"cairn": AUTHOR, "nj-etpl": "New Jersey Eligible Training Provider List, 2021"}
"""What the sources of rows are called in sentences; one that is not here is called by its key."""


def source_name(source: str) -> str:
    """Return how a source of rows is called in a sentence."""
    return SOURCES.get(source, source)


def assessment_in_words(version: DefinitionVersion) -> str:
    """Say how a version is assessed, or "" where that is not stated."""
    if is_recognition(version):
        return "Not assessed: it recognises taking part" if version.definition.owner_id else ""
    return version.assessment_type or ("Against a rubric" if version.rubric else "By the parts it is made of")


def description_of(version: DefinitionVersion) -> Description:
    """Return what the rows state of Annex I. Awards of this site always name the learner and the date."""
    definition, provider = version.definition, version.definition.provider
    owner = definition.owner
    country = (owner.country if owner else "") or provider.country or provider.state
    offers = current_offers(version) if version.pk else []
    return Description(
        title=version.title,
        countries=(country,),
        awarding_bodies=(owner.name if owner else "",),
        identifies_learner=owner is not None,
        states_date=owner is not None,
        outcomes=tuple(str(outcome.get("text", "")) for outcome in version.outcomes),
        workload_hours=version.workload_hours if version.workload_hours is not None else _first(offers, "hours"),
        credits=version.credits,
        level=f"{version.level_framework} {version.level}" if version.level is not None and version.level_framework else "",
        assessment=version.assessment_type or ("rubric" if version.rubric else "the parts it is made of" if version.requirement else ""),
        participation=version.participation or str(_first(offers, "mode") or ""),
        quality_assurance=version.quality_assurance or (owner.quality_assurance if owner else ""),
        prerequisites=version.prerequisites,
        supervision=version.supervision,
        grade="level of the rubric" if version.rubric else "",
        stackability="made of parts" if version.requirement or (version.pk and stacks_that_name(version)) else "",
        further_information=provider.website,
    )  # fmt: skip


def completeness_of(version: DefinitionVersion) -> Completeness:
    """Return the completeness of a version against Annex I."""
    return completeness(description_of(version))


def credibility_of(version: DefinitionVersion, at: datetime) -> Credibility:
    """Return the first, honest credibility interval: only what the rows prove; everything else stays unknown."""
    return credibility(evidence_of(version, at.date()), at=at.date())


def evidence_of(version: DefinitionVersion, today: date) -> list[Evidence]:
    """Collect what the rows show about each criterion of MCQ-100, each with its source. What they do not show is left out."""
    definition = version.definition
    found: list[Evidence] = [*_standing(version, today), *_design(version), *_assessment(version), *_outcomes(version)]
    skills = list(version.skills.filter(origin="stated"))
    if skills:
        found.append(
            _piece(
                "D1",
                4,
                Tier.VERIFIED,
                f"{len(skills)} skills resolve to entries of a public framework",
                "this catalogue",
            )
        )
    endorsers = [endorsement.endorser.name for endorsement in version.endorsements.select_related("endorser")]
    if version.partner and version.partner.name in endorsers:
        found.append(
            _piece("D2", 4, Tier.VERIFIED, f"{version.partner.name} made it too and has signed", "signed endorsement")
        )
    elif version.partner:
        found.append(
            _piece("D2", 2, Tier.DECLARED, f"{version.partner.name} is named as a partner and has not signed", AUTHOR)
        )
    if endorsers:
        found.append(_piece("A6", 2, Tier.VERIFIED, f"Endorsed by {', '.join(endorsers)}", "signed endorsements"))
    if version.published_at and version.reviewer_id:
        found.append(_reviewed(version.published_at.date()))
    if definition.owner_id:
        found.append(
            _piece(
                "E3", 2, Tier.VERIFIED, "Awarded as a signed Open Badges 3.0 document with a public status", "this site"
            )
        )
    return found


def _reviewed(on: date) -> Evidence:
    until = on.replace(year=on.year + 3, day=min(on.day, 28))
    return Evidence(
        "D4", Decimal(4), Tier.VERIFIED, "Reviewed by somebody who did not write it", "audit trail", on, until
    )


def _standing(version: DefinitionVersion, today: date) -> list[Evidence]:
    approvals = list(version.definition.provider.approvals.all())
    current = [
        one for one in approvals if one.kind in {"approved", "accredited"} and (one.until is None or one.until >= today)
    ]
    ended = [one for one in approvals if one.kind in {"approved", "accredited"} and one not in current]
    listed = [one for one in current if "in the provider's words" not in one.scope]
    if listed or current:
        best = max(listed or current, key=lambda one: (bool(one.status), one.until or date.max))
        tier, says = (
            (Tier.VERIFIED, "lists it as") if listed else (Tier.DECLARED, "is said by the provider to have it as")
        )
        return [Evidence("A2", Decimal(6), tier, f"{best.authority} {says} {best.kind}", best.source, None, best.until)]
    if ended:
        last = max(ended, key=lambda one: one.until or date.min)
        return [_piece("A2", 0, Tier.VERIFIED, f"The approval by {last.authority} ended on {last.until}", last.source)]
    return []


def _design(version: DefinitionVersion) -> list[Evidence]:
    complete = completeness_of(version)
    share = (Decimal(4) * complete.score / complete.of).quantize(Decimal("0.01"))
    found = [
        _piece(
            "B3",
            share,
            Tier.VERIFIED,
            f"{complete.score} of {complete.of} mandatory elements of Annex I are stated",
            "counted",
        )
    ]
    if version.outcomes:
        unseen = outcome_problems(version.outcomes, criteria=criteria_of(version.rubric), assessed_otherwise=True)
        seen = Decimal(4) * (len(version.outcomes) - min(len(unseen), len(version.outcomes))) / len(version.outcomes)
        found.append(
            _piece(
                "B1",
                seen,
                Tier.REVIEWED if version.reviewer_id else Tier.DECLARED,
                "Outcomes say what can be observed",
                AUTHOR,
            )
        )
    hours = version.workload_hours is not None or version.credits is not None
    if hours or version.level is not None:
        told = " and ".join([*(["workload"] if hours else []), *(["level"] if version.level is not None else [])])
        found.append(
            _piece("B2", 2 * hours + 2 * (version.level is not None), Tier.DECLARED, f"It states {told}", AUTHOR)
        )
    return found


def _assessment(version: DefinitionVersion) -> list[Evidence]:
    if is_recognition(version):
        if version.definition.owner_id is None:
            return []  # an import that says nothing of assessment: not known
        return [
            _piece(key, 0, Tier.VERIFIED, "Nothing is assessed: it recognises taking part", "this catalogue")
            for key in ("C1", "C2", "C4")
        ]
    if not version.rubric:
        return []
    mapped = sum(bool(outcome.get("assessed_by")) for outcome in version.outcomes)
    found = [_piece("C4", 3, Tier.VERIFIED, "Learners and assessors read the same rubric, on this page", "this site")]
    if version.outcomes:
        share = (Decimal(5) * mapped / len(version.outcomes)).quantize(Decimal("0.01"))
        found.append(
            _piece(
                "C1",
                share,
                Tier.VERIFIED,
                f"{mapped} of {len(version.outcomes)} outcomes name their criterion",
                "the rubric",
            )
        )
    return found


def _outcomes(version: DefinitionVersion) -> list[Evidence]:
    lines = outcomes_of(version.definition.provider, version.field_of_study)
    placed = next((line for line in lines if line.employed_percent is not None and line.completers), None)
    if placed is None:
        return []
    told = f"{_percent(placed.employed_percent)} employed after {placed.when}, of {placed.completers}"
    return [
        _piece(
            "F2",
            2 if placed.small else 3,
            Tier.VERIFIED,
            f"{told}{' (few people)' if placed.small else ''}",
            placed.source,
        ),
        _piece("F4", 2, Tier.VERIFIED, "The figures come from administrative data", placed.source),
    ]


def _percent(share: Decimal | None) -> str:
    return "?" if share is None else f"{share.normalize():f} %"


def _piece(criterion: str, points: Decimal | int, tier: Tier, sentence: str, source: str) -> Evidence:
    return Evidence(criterion, Decimal(points), tier, sentence, source)


def type_label(version: DefinitionVersion) -> str:
    """Return the type in words, or that a source does not say."""
    return str(Definition.Type(version.definition.type).label) if version.definition.type else "Type not stated"


def _first(offers: list[Offer], name: str) -> Any:
    return next((getattr(offer, name) for offer in offers if getattr(offer, name) not in (None, "")), None)
