"""What the rows state of a version, held against Annex I."""

from __future__ import annotations

from typing import Any

from cairn.appraisal import Completeness, Description, completeness
from cairn.catalog.checks import is_recognition
from cairn.catalog.models import Definition, DefinitionVersion, Offer
from cairn.catalog.queries.beside import Beside
from cairn.catalog.queries.definitions import current_offers, stacks_that_name

AUTHOR = "stated by the provider"
SOURCES = {"cairn": AUTHOR, "nj-etpl": "New Jersey Eligible Training Provider List, 2021"}
"""What the sources of rows are called in sentences; one that is not here is called by its key."""

NAME_AN_ISSUER = frozenset(["badgr", "credly", "moodle", "open-badges"])
"""Sources whose formats name who signs the awards; elsewhere a provider may teach what somebody else awards."""


def source_name(source: str) -> str:
    """Return how a source of rows is called in a sentence."""
    return SOURCES.get(source, source)


def assessment_in_words(version: DefinitionVersion) -> str:
    """Say how a version is assessed, or "" where that is not stated."""
    if is_recognition(version):
        return "Not assessed: it recognises taking part" if version.definition.owner_id else ""
    return version.assessment_type or ("Against a rubric" if version.rubric else "By the parts it is made of")


def description_of(version: DefinitionVersion, known: Beside | None = None) -> Description:
    """Return what the rows state of Annex I. Awards of this site always name the learner and the date.

    ``known`` is what stands beside it, where that was read before (:func:`cairn.catalog.queries.beside.beside`).
    """
    definition, provider = version.definition, version.definition.provider
    owner = definition.owner
    country = (owner.country if owner else "") or provider.country or provider.state
    if known is None:
        offers = current_offers(version) if version.pk else []
        stacks = stacks_that_name(version) if version.pk and not version.requirement else []
    else:
        offers, stacks = list(known.offers), list(known.stacks)
    return Description(
        title=version.title,
        countries=(country,),
        awarding_bodies=(owner.name if owner else provider.name if definition.source in NAME_AN_ISSUER else "",),
        identifies_learner=owner is not None,
        states_date=owner is not None,
        outcomes=tuple(str(outcome.get("text", "")) for outcome in version.outcomes),
        workload_hours=version.workload_hours if version.workload_hours is not None else _first(offers, "hours"),
        credits=version.credits,
        level=f"{version.level_framework} {version.level}" if version.level is not None and version.level_framework else version.level_text,
        assessment=version.assessment_type or ("rubric" if version.rubric else "the parts it is made of" if version.requirement else ""),
        participation=version.participation or str(_first(offers, "mode") or ""),
        quality_assurance=version.quality_assurance or (owner.quality_assurance if owner else ""),
        prerequisites=version.prerequisites or ("named skills and credentials" if version.requires else ""),
        supervision=version.supervision,
        grade="level of the rubric" if version.rubric else version.grading,
        stackability="made of parts" if version.requirement or stacks else version.stackability or _stacks_into(version),
        further_information=version.further_information or version.homepage or provider.website,
    )  # fmt: skip


def completeness_of(version: DefinitionVersion, known: Beside | None = None) -> Completeness:
    """Return the completeness of a version against Annex I; ``known`` as for :func:`description_of`."""
    return completeness(description_of(version, known))


def type_label(version: DefinitionVersion) -> str:
    """Return the type in words, or that a source does not say."""
    return str(Definition.Type(version.definition.type).label) if version.definition.type else "Type not stated"


def _stacks_into(version: DefinitionVersion) -> str:
    """Say what larger credential its source names, or ""."""
    larger = [one for one in version.related if one.get("relation") == DefinitionVersion.Relation.STACKS_INTO]
    return str(larger[0].get("name", "")) if larger else ""


def _first(offers: list[Offer], name: str) -> Any:
    return next((getattr(offer, name) for offer in offers if getattr(offer, name) not in (None, "")), None)
