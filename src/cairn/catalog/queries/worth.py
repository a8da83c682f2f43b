"""How credible a version is: an interval by the rubric in use, from what the rows show and what people recorded, and its gates."""

from __future__ import annotations

from collections.abc import Sequence
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
from cairn.catalog.queries.beside import beside
from cairn.catalog.queries.evident import approvals_on, registered_on
from cairn.catalog.queries.gathering import gathered
from cairn.catalog.queries.recorded import open_appeals, recorded_of_each, rubric_in_use

WARNS = {"caution": "caution", "closed": "has closed"}
"""Kinds of statements of registers that are shown whatever the points."""
KEY_PUBLISHED = "A1"
"""The criterion whose evidence says that a signing key of the issuer is published."""


def credibility_of(version: DefinitionVersion, at: datetime) -> Credibility:
    """Return the credibility interval as of ``at``: what is known, and what is still possible."""
    return credibilities_of([version], at)[version.pk]


def credibilities_of(versions: Sequence[DefinitionVersion], at: datetime) -> dict[int, Credibility]:
    """Return the intervals of versions by their keys: as many questions to the database for a hundred as for one."""
    rubric = rubric_in_use()
    collected = evidence_of_each(versions, at, rubric)
    return {number: credibility(pieces, rubric=rubric, at=at.date()) for number, pieces in collected.items()}


def evidence_of(version: DefinitionVersion, at: datetime, rubric: Rubric | None = None) -> list[Evidence]:
    """Collect what is known about one version, as :func:`evidence_of_each` does for many."""
    return evidence_of_each([version], at, rubric)[version.pk]


def evidence_of_each(
    versions: Sequence[DefinitionVersion], at: datetime, rubric: Rubric | None = None
) -> dict[int, list[Evidence]]:
    """Collect by version one piece for each criterion that anything is known about, in the points of ``rubric``.

    What settled an appeal comes first. Then the best checked piece counts, narrowed by the others; of equally well checked ones what people
    recorded comes before what the rows show, and the newest first.
    """
    wanted = rubric or mcq100()
    people, rows = recorded_of_each(versions, wanted, at), gathered(versions, at)
    found = {}
    for version in versions:
        settling, others = people[version.pk]
        settled = strongest(settling, at=at.date(), rubric=wanted)
        done = {piece.criterion for piece in settled}
        shown = reweigh(rows[version.pk], given=mcq100(), wanted=wanted)
        rest = strongest([*others, *shown], at=at.date(), rubric=wanted)
        found[version.pk] = [*settled, *(piece for piece in rest if piece.criterion not in done)]
    return found


def gates_of(version: DefinitionVersion, known: Credibility, today: date) -> tuple[Gate, ...]:
    """Return the labels that no points outweigh. Nothing is said of keys where an import awards nothing here."""
    beside_it = beside([version])[version.pk]
    (current, ended), (registered, gone) = approvals_on(beside_it, today), registered_on(beside_it, today)
    ends = [one.until for one in ended if one.until] + [one.statement.until for one in gone if one.statement.until]
    last = max(ends, default=None) if not current and not registered else None
    cautions = tuple(
        f"{one.authority}: {one.status or one.scope or 'caution'} ({one.source})"
        for one in beside_it.approvals
        if one.kind == "caution"
    )
    cautions += tuple(
        f"{one.statement.authority}: {one.statement.status or one.statement.scope or WARNS[one.statement.kind]} ({one.source})"
        for one in beside_it.registered
        if one.statement.kind in WARNS and (one.statement.until is None or one.statement.until >= today)
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
