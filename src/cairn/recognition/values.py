"""Recognitions as the stacking engine's values."""

from __future__ import annotations

from cairn import stacking
from cairn.catalog.achievements import achievement_id
from cairn.catalog.counted import subjects_of
from cairn.recognition.documents import recognition_address
from cairn.recognition.models import RecognitionRequest
from cairn.recognition.terms import as_agreement
from cairn.stacking.articulation import TRANSFER

RECOGNITION = "recognition:"
"""How the engine's ids of recognitions begin; the request's id follows."""


def recognised_value(found: RecognitionRequest) -> stacking.Award:
    """Return a recognition as the engine's value: an award of the recognising institution, earned elsewhere.

    It is the achievement that it was recognised toward, or one of its own where it was recognised as credit or for a part of a rule. In the
    first case it is tagged, and of the field, as that achievement is.
    """
    if found.ended_at is None:
        raise ValueError(f"Request {found.pk} is not decided.")
    toward = found.toward if not found.requirement else None
    by_agreement = f", by agreement “{found.agreement}”" if found.agreement is not None else ""
    level = (
        stacking.Level(found.level_framework, found.level)
        if found.level is not None and found.level_framework
        else None
    )
    return stacking.Award(
        id=f"{RECOGNITION}{found.pk}",
        achievement=achievement_id(toward) if toward is not None else recognition_address(found),
        issuer=found.organisation.slug,
        valid_from=found.ended_at,
        credits={found.scheme: found.credits} if found.credits and found.scheme else {},
        level=level,
        grade=found.grade or None,
        type=toward.definition.type if toward is not None else "",
        tags=frozenset(toward.tags) if toward is not None else frozenset(),
        subjects=subjects_of(toward.field_of_study) if toward is not None else frozenset(),
        source=TRANSFER,
        stands_for=found.achievement_id,
        basis=(
            f"“{found.name}” of {found.issuer_name}, recognised by {found.organisation.name} on "
            f"{found.ended_at:%-d %B %Y}{by_agreement}"
        ),
        within=_allowances(found),
    )


def _allowances(found: RecognitionRequest) -> tuple[stacking.Allowance, ...]:
    """The caps of the agreement by which it was recognised: it has its share of what that gives one learner in all."""
    if found.agreement is None:
        return ()
    agreement = as_agreement(found.agreement)
    return next((agreement.allowances(term) for term in agreement.terms if term.id == found.term), ())
