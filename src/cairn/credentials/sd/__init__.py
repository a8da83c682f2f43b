"""Selective disclosure (ecdsa-sd-2023): a credential of which its holder shows a part, and the issuer's signature still holds."""

from cairn.credentials.sd.suite import (
    ALWAYS_SHOWN,
    SUITE_NAME,
    base_proof_value,
    derive,
    derived_proof_holds,
    mandatory_of,
)

__all__ = ["ALWAYS_SHOWN", "SUITE_NAME", "base_proof_value", "derive", "derived_proof_holds", "mandatory_of"]
