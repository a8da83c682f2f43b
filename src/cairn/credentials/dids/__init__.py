"""Who holds which key: did:key, did:jwk, did:web, and https addresses that serve a controller document or a key set.

:mod:`.addresses` names things, :mod:`.methods` finds the documents (one record per method), :mod:`.documents` writes and reads them,
:mod:`.keysets` reads ``jwks.json``, and :mod:`.binding` says whose a key is.
"""

from __future__ import annotations

from cairn.credentials.dids.addresses import (
    did_jwk,
    did_key,
    did_key_verification_method,
    did_web_of,
    did_web_url,
    key_set_url,
)
from cairn.credentials.dids.binding import KeyNotOfIssuer, issuer_key, issuer_key_like, issuer_keys
from cairn.credentials.dids.documents import (
    RELATIONSHIPS,
    ControllerDocument,
    PublishedKey,
    VerificationKey,
    assertion_methods,
    did_document,
    listed_methods,
    verification_key,
)
from cairn.credentials.dids.keysets import key_set
from cairn.credentials.dids.methods import METHODS, controller_document, published

__all__ = [
    "METHODS",
    "RELATIONSHIPS",
    "ControllerDocument",
    "KeyNotOfIssuer",
    "PublishedKey",
    "VerificationKey",
    "assertion_methods",
    "controller_document",
    "did_document",
    "did_jwk",
    "did_key",
    "did_key_verification_method",
    "did_web_of",
    "did_web_url",
    "issuer_key",
    "issuer_key_like",
    "issuer_keys",
    "key_set",
    "key_set_url",
    "listed_methods",
    "published",
    "verification_key",
]
