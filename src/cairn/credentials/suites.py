"""Cryptosuites: how a document and its proof options become the bytes that are signed.

One record per suite in :data:`SUITES`; adding one means adding one. Sources: W3C Data Integrity EdDSA Cryptosuites v1.0, sections
3.2 (eddsa-rdfc-2022) and 3.3 (eddsa-jcs-2022); W3C Verifiable Credential Data Integrity 1.0 section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cairn.credentials.canonical import content_hash, jcs_canonical
from cairn.credentials.contexts import Contexts
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import as_list
from cairn.credentials.keys import signature_matches
from cairn.credentials.shapes import canonical, options_hash

PROOF_TYPE = "DataIntegrityProof"


@dataclass(frozen=True, slots=True)
class Suite:
    """A cryptosuite: its name, the kind of key it takes, its transformation and its signature check.

    ``signing_input(unsecured, options, contexts)`` returns the bytes to sign; ``unsecured`` is the document without ``proof``,
    ``options`` the proof without ``proofValue``. ``covers_by_meaning`` says that it signs what the words stand for, and so refuses
    words without meaning by itself; the others sign the text. ``options_for(unsecured, options)`` completes the options of a new proof.
    """

    name: str
    key_type: str
    covers_by_meaning: bool
    signing_input: Callable[[Mapping[str, Any], Mapping[str, Any], Contexts], bytes]
    options_for: Callable[[Mapping[str, Any], dict[str, Any]], dict[str, Any]]
    matches: Callable[[bytes, bytes, bytes], bool]


def _rdfc_input(unsecured: Mapping[str, Any], options: Mapping[str, Any], contexts: Contexts) -> bytes:
    config = {**options, "@context": unsecured["@context"]}
    return options_hash(config, contexts) + content_hash(canonical(unsecured, contexts))


def _jcs_input(unsecured: Mapping[str, Any], options: Mapping[str, Any], contexts: Contexts) -> bytes:
    document = dict(unsecured)
    whole = as_list(unsecured.get("@context"))
    for url in whole:
        if isinstance(url, str):
            contexts.named(url)
    given = options.get("@context")
    if given is not None:
        start = as_list(given)
        if whole[: len(start)] != start:
            raise CredentialError(
                "context_mismatch",
                "The vocabularies of this document are not those it was signed with.",
                remedy="Ask the issuer for a fresh copy.",
                where="@context",
            )
        # The standard lets a document gain contexts after signing, as long as a verifier then looks at it without them. We show
        # documents as they are, so we do not vouch for what was added.
        if whole != start:
            raise NotSupported(
                "unsigned_context",
                "A vocabulary was added to this document after it had been signed.",
                remedy="Ask the issuer for a fresh copy.",
                where="@context",
            )
        document["@context"] = given
    return content_hash(jcs_canonical(options)) + content_hash(jcs_canonical(document))


def _plain_options(_unsecured: Mapping[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    return options


def _options_with_context(unsecured: Mapping[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    return {**options, "@context": unsecured["@context"]}


SUITES: Mapping[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite("eddsa-rdfc-2022", "Ed25519", True, _rdfc_input, _plain_options, signature_matches),
        Suite("eddsa-jcs-2022", "Ed25519", False, _jcs_input, _options_with_context, signature_matches),
    )
}
