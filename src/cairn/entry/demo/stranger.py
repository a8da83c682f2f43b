"""An issuer that this site does not know: real signatures under a key of their own."""

from __future__ import annotations

import uuid
from datetime import datetime

from cairn.credentials import (
    Ed25519Key,
    KeySigner,
    achievement_credential,
    did_key,
    did_key_verification_method,
    identity_object,
    issue,
)


def award(email: str, at: datetime) -> str:
    """Return a credential for ``email`` signed by an issuer nobody vouches for."""
    key = Ed25519Key.generate()
    document = achievement_credential(
        id=f"urn:uuid:{uuid.uuid4()}",
        issuer={"id": did_key(key), "name": "Lantern Street Repair Café"},
        achievement={
            "id": f"urn:uuid:{uuid.uuid4()}",
            "achievementType": "Badge",
            "name": "Soldering for Repairs",
            "description": "Replaces a component on a circuit board so that the device works again.",
            "criteria": {"narrative": "Three repaired devices, each shown working."},
        },
        subject={"identifier": [identity_object(email, uuid.uuid4().hex)]},
        valid_from=at,
        awarded_date=at,
    )
    return issue(document, KeySigner(key, did_key_verification_method(key)), created=at).text
