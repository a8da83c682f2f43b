"""Signing around the guards of issue(): what an issuer without our care, or a forger, could publish."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.credentials.world import AWARDED

from cairn.credentials import PINNED, Credential, Signer
from cairn.credentials.integrity.suites import SUITES
from cairn.credentials.moments import format_moment
from cairn.credentials.multibase import multibase58


def signed_anyway(
    document: Mapping[str, Any], signer: Signer, suite: str = "eddsa-jcs-2022", **options: Any
) -> Credential:
    """Sign a document as it is, with a perfect Data Integrity proof; ``options`` are laid over those of the proof."""
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    made = SUITES[suite].options_for(
        unsecured,
        {
            "type": "DataIntegrityProof",
            "cryptosuite": suite,
            "created": format_moment(AWARDED),
            "verificationMethod": signer.verification_method,
            "proofPurpose": "assertionMethod",
            **options,
        },
    )
    signature = signer.sign(SUITES[suite].signing_input(unsecured, made, PINNED))
    return Credential.parse({**unsecured, "proof": {**made, "proofValue": multibase58(signature)}})
