"""From JSON to the hashes that are signed: by meaning (RDFC-1.0), or by text (JCS).

Sources: W3C Data Integrity EdDSA Cryptosuites 1.0 sections 3.2.3 to 3.2.5 and 3.3.3 to 3.3.5; W3C Data Integrity ECDSA Cryptosuites 1.0
sections 3.2.3 to 3.2.5 and 3.3.3 to 3.3.5, where the hash is SHA-384 throughout for keys on P-384.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.integrity.suite import Transformation
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.canonical import content_hash, jcs_canonical, rdf_canonical
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.repeating.shapes import canonical, options_hash


def _rdfc_document(
    unsecured: Mapping[str, Any], _options: Mapping[str, Any], contexts: Contexts, hash_name: str
) -> bytes:
    if hash_name == "sha256":
        return content_hash(canonical(unsecured, contexts))
    return hashlib.new(hash_name, rdf_canonical(unsecured, contexts, hash_name=hash_name)).digest()


def _rdfc_options(
    unsecured: Mapping[str, Any], options: Mapping[str, Any], contexts: Contexts, hash_name: str
) -> bytes:
    config = {**options, "@context": unsecured["@context"]}
    if hash_name == "sha256":
        return options_hash(config, contexts)
    return hashlib.new(hash_name, rdf_canonical(config, contexts, hash_name=hash_name)).digest()


def _jcs_document(
    unsecured: Mapping[str, Any], options: Mapping[str, Any], contexts: Contexts, hash_name: str
) -> bytes:
    _check_contexts(unsecured, options, contexts)
    document = {**unsecured, "@context": options["@context"]} if "@context" in options else unsecured
    return hashlib.new(hash_name, jcs_canonical(document)).digest()


def _jcs_options(unsecured: Mapping[str, Any], options: Mapping[str, Any], contexts: Contexts, hash_name: str) -> bytes:
    _check_contexts(unsecured, options, contexts)
    return hashlib.new(hash_name, jcs_canonical(options)).digest()


def _check_contexts(unsecured: Mapping[str, Any], options: Mapping[str, Any], contexts: Contexts) -> None:
    """The vocabularies of document and proof are the same, as they are when a document is signed (3.3.2, step 2)."""
    whole = as_list(unsecured.get("@context"))
    for url in whole:
        if isinstance(url, str):
            contexts.named(url)
    given = options.get("@context")
    if given is None:
        return
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


RDFC = Transformation("rdfc", _rdfc_document, _rdfc_options)
JCS = Transformation("jcs", _jcs_document, _jcs_options)


def options_with_context(unsecured: Mapping[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Return proof options that name the document's vocabularies, as the JCS suites ask for."""
    return {**options, "@context": unsecured["@context"]}
