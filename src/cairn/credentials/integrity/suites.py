"""The cryptosuites that are signed and checked here. One record per suite in :data:`SUITES`; adding one means adding one.

Sources: W3C Data Integrity EdDSA Cryptosuites 1.0, W3C Data Integrity ECDSA Cryptosuites 1.0 and, for what was signed before these,
Ed25519Signature2020 (W3C Community Group report, Ed25519 Signature 2020).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.integrity.suite import PROOF_TYPE, Suite
from cairn.credentials.integrity.transformations import JCS, RDFC, options_with_context
from cairn.credentials.sd.suite import ECDSA_SD

__all__ = ["PROOF_TYPE", "SUITES", "Suite", "suite_of"]

SUITES: Mapping[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite("eddsa-rdfc-2022", ("Ed25519",), True, RDFC),
        Suite("eddsa-jcs-2022", ("Ed25519",), False, JCS, options_with_context),
        Suite("ecdsa-rdfc-2019", ("P-256", "P-384"), True, RDFC),
        Suite("ecdsa-jcs-2019", ("P-256", "P-384"), False, JCS, options_with_context),
        ECDSA_SD,
        Suite("Ed25519Signature2020", ("Ed25519",), True, RDFC, proof_type="Ed25519Signature2020"),
    )
}
"""Name → suite. What a proof calls itself is looked up by :func:`suite_of`."""

_BY_KIND = {
    (suite.proof_type, suite.name if suite.proof_type == PROOF_TYPE else None): suite for suite in SUITES.values()
}


def suite_of(proof: Mapping[str, Any]) -> Suite | None:
    """Return the suite of a proof, by its ``type`` and ``cryptosuite``; None if it is none of ours."""
    kind, name = proof.get("type"), proof.get("cryptosuite")
    return _BY_KIND.get((kind, name)) if isinstance(kind, str) and isinstance(name, str | None) else None
