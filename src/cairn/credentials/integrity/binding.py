"""Before signing: does the key belong to the issuer named in the document? Nobody could verify it otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.errors import CredentialError


def refuse_foreign_signer(document: Mapping[str, Any], verification_method: str) -> None:
    """Raise ``key_not_of_issuer`` unless the method is of the issuer's own DID, or the issuer has an https address."""
    issuer = document["issuer"]
    issuer_id = issuer["id"] if isinstance(issuer, Mapping) else issuer
    controller, fragment_mark, _ = verification_method.partition("#")
    if not fragment_mark or (controller != issuer_id and issuer_id.startswith("did:")):
        raise CredentialError(
            "key_not_of_issuer",
            f"The key {verification_method} does not belong to the issuer {issuer_id}, so nobody could verify this.",
            remedy="Sign with a key of the issuer's own DID.",
            where="issuer",
        )
