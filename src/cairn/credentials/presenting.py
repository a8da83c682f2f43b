"""Making a presentation: a holder hands credentials over, signed for whoever asked.

The proof is made for authentication, with a key of the holder's own DID, over the challenge and the domain that were asked, so that it
is worth nothing to anybody else. How one is checked: :mod:`cairn.credentials.presentations`.

Sources: Verifiable Credentials Data Model 2.0 section 4.13 (Verifiable Presentations); Data Integrity 1.0 section 4.2 (Add Proof).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.integrity.signing import proof_of, proof_options, suite_for
from cairn.credentials.keys import Signer
from cairn.credentials.linkeddata.contexts import PINNED, VC_V2, Contexts
from cairn.credentials.linkeddata.coverage import check_coverage
from cairn.credentials.model import Credential
from cairn.credentials.moments import aware
from cairn.credentials.presenting_tokens import AUTHENTICATION, PRESENTATION

_ENVELOPE_OF = {False: "application/vc+jwt", True: "application/vc+sd-jwt"}
"""By whether parts can be held back."""


def present(
    credentials: Sequence[Credential | Mapping[str, Any] | str],
    holder_signer: Signer,
    *,
    holder: str,
    created: datetime,
    challenge: str | None = None,
    domain: str | None = None,
    cryptosuite: str | None = None,
    contexts: Contexts = PINNED,
) -> dict[str, Any]:
    """Return a presentation of ``credentials`` by ``holder``, signed to answer ``challenge`` for ``domain``.

    Tokens are put into envelopes. ``cryptosuite`` is by default the usual one for the signer's key. Raises :class:`CredentialError`
    ``key_not_of_holder`` for a signer whose method is another's, and what reading the credentials and signing raise.
    """
    if holder_signer.verification_method.partition("#")[0] != holder:
        raise CredentialError(
            "key_not_of_holder",
            f"The key {holder_signer.verification_method} does not belong to {holder}, so it could not prove who presents this.",
            remedy="Sign with a key of the holder's own DID.",
            where="holder",
        )
    document: dict[str, Any] = {
        "@context": [VC_V2],
        "type": [PRESENTATION],
        "holder": holder,
        "verifiableCredential": [_as_shown(credential) for credential in credentials],
    }
    suite = suite_for(cryptosuite, holder_signer.key_type)
    if not suite.covers_by_meaning:
        check_coverage(document, contexts)
    more = {name: value for name, value in (("domain", domain), ("challenge", challenge)) if value is not None}
    options = proof_options(suite, holder_signer, aware(created), purpose=AUTHENTICATION, more=more)
    return {**document, "proof": proof_of(document, suite, options, holder_signer, contexts=contexts)}


def _as_shown(credential: Credential | Mapping[str, Any] | str) -> dict[str, Any]:
    parsed = credential if isinstance(credential, Credential) else Credential.parse(credential)
    if parsed.envelope is None:
        return dict(parsed.document)
    kind = _ENVELOPE_OF["~" in parsed.text]
    return {"@context": VC_V2, "type": "EnvelopedVerifiableCredential", "id": f"data:{kind},{parsed.text}"}
