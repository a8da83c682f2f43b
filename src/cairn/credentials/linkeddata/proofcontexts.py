"""The vocabularies in which proofs are written: a document that is to carry a proof has to name one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.integrity.suite import PROOF_TYPE
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.contexts import DATA_INTEGRITY_V1, DATA_INTEGRITY_V2, ED25519_2020, VC_V2

DEFINED_IN: Mapping[str, tuple[str, ...]] = {
    PROOF_TYPE: (DATA_INTEGRITY_V2, VC_V2, DATA_INTEGRITY_V1),
    "Ed25519Signature2020": (ED25519_2020,),
}
"""Type of a proof → the vocabularies that know its words, the one to add first."""


def with_proof_context(document: Mapping[str, Any], proof_type: str) -> dict[str, Any]:
    """Return ``document``, whose vocabularies know the words of a proof of ``proof_type``: one is added at the end if none does."""
    named = as_list(document.get("@context"))
    fitting = DEFINED_IN.get(proof_type, ())
    if not fitting or any(one in named for one in fitting):
        return dict(document)
    return {**document, "@context": [*named, fitting[0]]}
