"""Selective disclosure (ecdsa-sd-2023): a credential of which its holder shows a part, and the issuer's signature still holds."""

from cairn.credentials.sd.deriving import derive
from cairn.credentials.sd.suite import ALWAYS_SHOWN, ECDSA_SD

__all__ = ["ALWAYS_SHOWN", "ECDSA_SD", "derive"]
