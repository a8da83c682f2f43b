"""How credible a version is: an interval by the rubric in use, from what the rows show and what people recorded, and its gates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from cairn.appraisal import (
    Circumstances,
    Credibility,
    Evidence,
    Gate,
    Rubric,
    credibility,
    gates,
    mcq100,
    reweigh,
    strongest,
)
from cairn.catalog.checks import is_recognition
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries.gathering import current_approvals, gathered
from cairn.catalog.queries.recorded import open_appeals, recorded, rubric_in_use

KEY_PUBLISHED = "A1"
"""The criterion whose evidence says that a signing key of the issuer is published."""


def credibility_of(version: DefinitionVersion, at: datetime) -> Credibility:
    """Return the credibility interval as of ``at``: what is known, and what is still possible."""
    rubric = rubric_in_use()
    return credibility(evidence_of(version, at, rubric), rubric=rubric, at=at.date())


def evidence_of(version: DefinitionVersion, at: datetime, rubric: Rubric | None = None) -> list[Evidence]:
    """Collect one piece for each criterion that anything is known about, in the points of ``rubric``.

    What settled an appeal comes first. Then the best checked piece counts; of equally well checked ones what people recorded comes
    before what the rows show, and the newest first.
    """
    wanted = rubric or mcq100()
    settling, others = recorded(version, wanted, at)
    settled = strongest(settling, at=at.date())
    done = {piece.criterion for piece in settled}
    rows = reweigh(gathered(version, at), given=mcq100(), wanted=wanted)
    rest = strongest([*others, *rows], at=at.date())
    return [*settled, *(piece for piece in rest if piece.criterion not in done)]


def gates_of(version: DefinitionVersion, known: Credibility, today: date) -> tuple[Gate, ...]:
    """Return the labels that no points outweigh. Nothing is said of keys where an import awards nothing here."""
    current, ended = current_approvals(version, today)
    last = max((one.until for one in ended if one.until), default=None) if not current else None
    provider = version.definition.provider
    cautions = tuple(
        f"{one.authority}: {one.status or one.scope or 'caution'} ({one.source})"
        for one in provider.approvals.all()
        if one.kind == "caution"
    )
    own = version.definition.owner_id is not None
    identity = next((one for one in known.criteria if one.criterion.id == KEY_PUBLISHED), None)
    bound = identity is not None and identity.evidence is not None and identity.evidence.points > Decimal(0)
    return gates(
        Circumstances(
            assessed=not is_recognition(version) if own else None,
            issuer_key_bound=bound if own else None,
            approval_ended_on=last,
            cautions=cautions,
            open_cases=open_appeals(version),
        )
    )
