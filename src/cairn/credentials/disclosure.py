"""Showing less: a holder makes a copy of a credential that holds only some of what it says, and is as good as the whole."""

from __future__ import annotations

from collections.abc import Sequence

from cairn.credentials import sd
from cairn.credentials.jose.holding import disclosed
from cairn.credentials.linkeddata.contexts import PINNED, Contexts
from cairn.credentials.model import Credential


def derive(credential: Credential, pointers: Sequence[str], *, contexts: Contexts = PINNED) -> Credential:
    """Return ``credential`` showing what ``pointers`` (RFC 6901) name and what its issuer made mandatory, and no more.

    For credentials with an ecdsa-sd-2023 base proof (:func:`cairn.credentials.sd.derive`) and for SD-JWT
    (:func:`cairn.credentials.jose.holding.disclosed`), which say what they raise. No key is needed, and the issuer is not asked.
    """
    if credential.envelope is not None:
        return disclosed(credential, pointers)
    return sd.derive(credential, pointers, contexts=contexts)
