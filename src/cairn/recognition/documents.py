"""What is signed: agreements with the signatures of both institutions, and recognitions. Rows in, JSON-ready documents out.

An agreement is a verifiable credential about itself: its terms stand in it as a JSON literal (RDF 1.1, rdf:JSON), so that the signature
covers every one of them exactly as the engine carries them out. The institution that signs first is its issuer; the other one adds its
signature beside it (Data Integrity 1.0, proof set).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from cairn import credentials
from cairn.catalog.achievements import achievement_id
from cairn.credentials.moments import format_moment
from cairn.issuing.documents import issuer_profile
from cairn.people.models import Organisation
from cairn.recognition.models import AgreementVersion, RecognitionRequest
from cairn.recognition.terms import sentences

VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
AGREEMENT_CONTEXT: Mapping[str, Any] = {
    "ArticulationAgreement": "https://purl.org/ctdl/terms/TransferValueProfile",
    "agreement": {"@id": "urn:cairn:articulation-agreement:terms", "@type": "@json"},
}
"""What the words of an agreement mean; CTDL's TransferValueProfile is the nearest term that others know."""


def agreement_address(row: AgreementVersion) -> str:
    """Return the public address of one version of an agreement, for ever."""
    return f"{settings.PUBLIC_URL}{reverse('recognition:agreement', args=[row.uid, row.number])}"


def recognition_address(found: RecognitionRequest) -> str:
    """Return the address that identifies what a recognition says was achieved."""
    return f"{settings.PUBLIC_URL}{reverse('recognition:achievement', args=[found.uid])}"


def agreement_document(row: AgreementVersion, *, issuer_did: str, other_did: str, at: datetime) -> dict[str, Any]:
    """Return the unsigned agreement. ``issuer_did`` is who signs first, for the organisation that drafted it."""
    dids = {row.drafted_for_id: issuer_did}
    return {
        "@context": [VC_CONTEXT, dict(AGREEMENT_CONTEXT)],
        "id": agreement_address(row),
        "type": ["VerifiableCredential", "ArticulationAgreement"],
        "name": f"{row.title}, version {row.number}",
        "description": " ".join(sentences(row)),
        "issuer": {"id": issuer_did, "name": row.drafted_for.name},
        "validFrom": format_moment(at.replace(microsecond=0)),
        "credentialSubject": {
            "id": agreement_address(row),
            "agreement": {
                "id": str(row.uid),
                "version": str(row.number),
                "giver": _party(row.giver, dids.get(row.giver_id, other_did)),
                "receiver": _party(row.receiver, dids.get(row.receiver_id, other_did)),
                "inForceFrom": format_moment(row.in_force_from),
                "inForceUntil": format_moment(row.in_force_until) if row.in_force_until else None,
                "earnedFrom": format_moment(row.earned_from) if row.earned_from else None,
                "mostCredits": None if row.most is None else str(row.most),
                "noticeDays": str(row.notice_days),
                "terms": row.terms,
            },
        },
    }


def _party(organisation: Organisation, did: str) -> dict[str, str]:
    return {"id": did, "name": organisation.name, "shortName": organisation.slug}


def recognition_document(
    found: RecognitionRequest, *, did: str, salt: str, reason: str, decided_by: str, checked_at: datetime, at: datetime
) -> dict[str, Any]:
    """Return the unsigned recognition: what was recognised as what, on what basis, by whom.

    ``reason`` is the deciding person's, ``decided_by`` in which role; no person's name stands in it. ``checked_at`` is when the
    credential that it rests on was found genuine and in force.
    """
    address = recognition_address(found)
    basis = f"Decided by {decided_by}. {reason}"
    if found.agreement is not None:
        basis = (
            f"By term {found.term} of the agreement “{found.agreement.title}”, version {found.agreement.number} "
            f"({agreement_address(found.agreement)})."
        )
    achievement: dict[str, Any] = {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "ext:Recognition",
        "name": f"{found.toward_text}, by recognition",
        "description": f"{found.organisation.name} recognises “{found.name}” of {found.issuer_name} as {found.toward_text}.",
        "criteria": {"narrative": basis},
    }
    if found.toward is not None:
        achievement["alignment"] = [{
            "type": ["Alignment"], "targetName": found.toward.title, "targetUrl": achievement_id(found.toward),
            "targetType": "ext:RecognisedToward",
        }]  # fmt: skip
    if found.level is not None and found.level_framework == "eqf":
        achievement.setdefault("alignment", []).append({
            "type": ["Alignment"], "targetName": f"EQF level {found.level.normalize():f}", "targetCode": f"{found.level.normalize():f}",
            "targetUrl": "https://europass.europa.eu/en/description-eight-eqf-levels",
            "targetFramework": "European Qualifications Framework", "targetType": "ext:EQFLevel",
        })  # fmt: skip
    subject: dict[str, Any] = {"identifier": [credentials.identity_object(found.person.email, salt)]}
    if found.person.did:
        subject["id"] = found.person.did
    if found.credits is not None:
        subject["creditsEarned"] = float(found.credits)
        scheme = found.scheme.upper() or "the institution's own scheme"
        achievement["criteria"]["narrative"] += f"\n\nIt counts {found.credits.normalize():f} credits ({scheme})."
    evidence = {
        "type": ["Evidence"],
        "name": found.name,
        "genre": "Credential",
        "description": (
            f"A credential of {found.issuer_name}, found genuine and in force on {checked_at:%-d %B %Y}. "
            f"SHA-256 of the signed document: {found.digest}."
        ),
    }
    return credentials.achievement_credential(
        id=f"urn:uuid:{found.uid}",
        issuer=issuer_profile(found.organisation, did),
        name=achievement["name"],
        achievement=achievement,
        subject=subject,
        valid_from=at.replace(microsecond=0),
        awarded_date=at.replace(microsecond=0),
        evidence=[evidence],
    )
