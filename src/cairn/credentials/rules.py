"""The data model's own rules: what must be there, and in which form.

:func:`faults_of` holds the rules of the W3C data model that a verifier insists on, since the meaning of a credential hangs on them;
:func:`gaps_of` those of Open Badges 3.0 and CLR 2.0 that an issuer of ours must fulfil, and that in other people's credentials
are worth a remark. Each returns sentences with their place, the first fault first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cairn.credentials.contexts import VC_V2
from cairn.credentials.form import Fault
from cairn.credentials.jsontext import as_list
from cairn.credentials.moments import parse_moment
from cairn.credentials.terms import is_absolute_iri
from cairn.credentials.texts import plain_text

ACHIEVEMENT_TYPES = frozenset({"AchievementCredential", "OpenBadgeCredential"})


def faults_of(document: Mapping[str, Any]) -> list[Fault]:
    """Return the broken rules of the Verifiable Credentials Data Model 2.0 (section 4)."""
    return list(_faults(document))


def gaps_of(document: Mapping[str, Any]) -> list[Fault]:
    """Return what Open Badges 3.0 (or CLR 2.0) requires of this type of credential and is missing."""
    return list(_gaps(document))


def _faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    contexts = as_list(document.get("@context"))
    if not contexts or contexts[0] != VC_V2:
        yield Fault("bad_context", "@context", "The first vocabulary must be that of Verifiable Credentials 2.0.")
    if "VerifiableCredential" not in as_list(document.get("type")):
        yield Fault("bad_type", "type", "The type must say VerifiableCredential.")
    if "id" in document and not is_absolute_iri(document["id"]):
        yield Fault("bad_id", "id", "The credential's id must be a full address, such as urn:uuid:… or https://….")
    issuer = document.get("issuer")
    if not is_absolute_iri(issuer.get("id") if isinstance(issuer, Mapping) else issuer):
        yield Fault("bad_issuer", "issuer", "The issuer must be named by a full address or DID.")
    # An end or a beginning that cannot be read must never count as no end.
    for name in ("validFrom", "validUntil", "awardedDate"):
        if name in document and parse_moment(document[name]) is None:
            yield Fault("bad_moment", name, f"{name} must be a moment with a time zone, such as 2026-03-01T00:00:00Z.")
    begin, end = parse_moment(document.get("validFrom")), parse_moment(document.get("validUntil"))
    if begin is not None and end is not None and end < begin:
        yield Fault("bad_period", "validUntil", "It would end before it begins.")
    subjects = as_list(document.get("credentialSubject"))
    if not subjects or not all(isinstance(subject, Mapping) and subject for subject in subjects):
        yield Fault("bad_subject", "credentialSubject", "A credential must say something about somebody or something.")
    # Linked data merges objects with the same id, so their fields could be exchanged under a valid signature.
    for name in ("credentialSubject", "credentialStatus"):
        ids = [str(one["id"]) for one in as_list(document.get(name)) if isinstance(one, Mapping) and one.get("id")]
        if len(set(ids)) != len(ids):
            yield Fault("same_id", name, f"Two entries of {name} have the same id.")
    for index, entry in enumerate(as_list(document.get("credentialStatus"))):
        if not isinstance(entry, Mapping) or not isinstance(entry.get("type"), str | list):
            yield Fault(
                "bad_status_entry", f"credentialStatus[{index}]", "A status entry must be an object with a type."
            )
    for index, proof in enumerate(as_list(document.get("proof"))):
        if not isinstance(proof, Mapping):
            yield Fault("bad_proof", f"proof[{index}]", "A proof must be an object.")


def _gaps(document: Mapping[str, Any]) -> Iterator[Fault]:
    types = {name for name in as_list(document.get("type")) if isinstance(name, str)}
    if types & (ACHIEVEMENT_TYPES | {"EndorsementCredential", "ClrCredential"}):
        yield from _need(document, "", ("id", "validFrom"))
    if types & ACHIEVEMENT_TYPES:
        yield from _achievement_gaps(document)
    if "EndorsementCredential" in types:
        yield from _need(document, "", ("name",))
        for subject, at in _subjects(document):
            yield from _need(subject, at, ("id",))
            yield from _typed(subject, at, "EndorsementSubject")
    if "ClrCredential" in types:
        yield from _need(document, "", ("name",))
        for subject, at in _subjects(document):
            yield from _typed(subject, at, "ClrSubject")
            yield from _identified(subject, at)
            yield from _need(subject, at, ("verifiableCredential",))


def _achievement_gaps(document: Mapping[str, Any]) -> Iterator[Fault]:
    issuer = document.get("issuer")
    if isinstance(issuer, Mapping):
        yield from _typed(issuer, "issuer", "Profile")
    for subject, at in _subjects(document):
        yield from _typed(subject, at, "AchievementSubject")
        yield from _identified(subject, at)
        achievement = subject.get("achievement")
        where = f"{at}.achievement"
        if not isinstance(achievement, Mapping):
            yield Fault("missing", where, "An achievement credential must say what was achieved.")
            continue
        yield from _need(achievement, where, ("id", "name", "description"))
        yield from _typed(achievement, where, "Achievement")
        criteria = achievement.get("criteria")
        if not isinstance(criteria, Mapping) or not (criteria.get("id") or criteria.get("narrative")):
            yield Fault(
                "missing",
                f"{where}.criteria",
                "criteria must say what it is earned for: a narrative or an address.",
            )
        for index, alignment in enumerate(as_list(achievement.get("alignment"))):
            if isinstance(alignment, Mapping):
                yield from _need(alignment, f"{where}.alignment[{index}]", ("targetName", "targetUrl"))


def _subjects(document: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    subjects = as_list(document.get("credentialSubject"))
    for index, subject in enumerate(subjects):
        if isinstance(subject, Mapping):
            yield subject, "credentialSubject" if len(subjects) == 1 else f"credentialSubject[{index}]"


def _need(node: Mapping[str, Any], where: str, names: tuple[str, ...]) -> Iterator[Fault]:
    for name in names:
        value = node.get(name)
        if value is None or value in ("", [], {}) or (name == "name" and plain_text(value) is None):
            place = f"{where}.{name}" if where else name
            yield Fault("missing", place, f"{place} is required and missing.")


def _typed(node: Mapping[str, Any], where: str, name: str) -> Iterator[Fault]:
    if name not in as_list(node.get("type")):
        yield Fault("bad_type", f"{where}.type", f"{where}.type must say {name}.")


def _identified(subject: Mapping[str, Any], where: str) -> Iterator[Fault]:
    if not subject.get("id") and not as_list(subject.get("identifier")):
        yield Fault("missing", where, f"{where} must say whom it is about: an id or an identifier.")
