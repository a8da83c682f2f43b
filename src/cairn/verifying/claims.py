"""Skills that checked credentials show: only what is verified, and by an issuer that is known, counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cairn.catalog.achievements import parse_achievement_id
from cairn.catalog.models import SkillTaught
from cairn.credentials import Outcome
from cairn.issuing.models import SigningKey
from cairn.verifying.matching import Claim
from cairn.verifying.services import CheckResult


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims that count, and those that do not, each with the reason."""

    counted: tuple[Claim, ...]
    not_counted: tuple[tuple[str, str], ...]


def claims_of(results: Iterable[CheckResult]) -> Claims:
    """Return the skills shown by ``results``. Credentials that are not verified, or whose issuer nobody vouches for, count nothing.

    Anybody can sign a credential that says they are an expert; so an unknown issuer's claims are named beside the score, not in it.
    """
    counted: list[Claim] = []
    not_counted: list[tuple[str, str]] = []
    for result in results:
        explained, verdict = result.explained, result.verdict
        if verdict.verdict != "verified":
            not_counted.append((result.source, explained.summary))
            continue
        if verdict.trusted is not Outcome.PASS:
            not_counted.append(
                (result.source, f"It is genuine, but no register we use knows its issuer ({explained.issuer}).")
            )
            continue
        found = _claims(result)
        if not found:
            not_counted.append(
                (result.source, "It is verified, but names no skill of a framework, so it cannot be compared.")
            )
        counted += found
    return Claims(tuple(counted), tuple(not_counted))


def _claims(result: CheckResult) -> list[Claim]:
    contents = result.explained.contents
    if contents is None:
        return []
    own_levels = _levels_of_own(contents.achievement_id, contents.issuer_id)
    evidence = tuple(piece.name for piece in contents.evidence) if result.shows_evidence else ()
    return [
        Claim(
            skill=skill.uri,
            name=skill.name,
            level=skill.level if skill.level is not None else own_levels.get(skill.uri),
            credential=contents.name,
            issuer=result.explained.issuer,
            evidence=evidence,
            awarded_on=contents.awarded_at.date() if contents.awarded_at is not None else None,
        )
        for skill in contents.skills
        if skill.uri
    ]


def _levels_of_own(achievement: str, issuer_id: str) -> dict[str, float]:
    """Return the levels that this site's catalogue states for a version, if that version's own awarding body signed the award.

    The version's address stands in the signed document and versions never change, so the award says these levels by reference.
    """
    place = parse_achievement_id(achievement)
    if place is None:
        return {}
    uid, number = place
    taught = SkillTaught.objects.filter(
        version__definition__uid=uid, version__number=number, origin="stated", level__isnull=False,
        version__definition__owner__in=SigningKey.objects.filter(did=issuer_id).values("organisation"),
    ).select_related("skill")  # fmt: skip
    return {row.skill.uri: float(row.level) for row in taught if row.level is not None}
