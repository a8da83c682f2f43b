"""What a cryptosuite is: how a document and its proof options become the bytes that are signed, and how a signature is written.

Source: W3C Data Integrity 1.0 section 3 (cryptographic suites) and 4 (algorithms). The table of suites: :mod:`suites`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cairn.credentials.effort import NODE, is_bounded, size_of, spend
from cairn.credentials.errors import CredentialError
from cairn.credentials.keys import KINDS, PublicKey, Signer
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.multibase import from_base58, multibase58

PROOF_TYPE = "DataIntegrityProof"


@dataclass(frozen=True, slots=True)
class Transformation:
    """A way to make bytes of JSON: ``document_hash(unsecured, options, contexts, hash_name)`` and ``options_hash`` of the same.

    ``unsecured`` is the document without its proof (for a link of a chain, with the proofs it follows), ``options`` the proof without
    ``proofValue``; ``hash_name`` is that of the key's kind. Of the options, ``document_hash`` looks at ``@context`` alone: it is asked
    once for all proofs of one document that name the same vocabularies.
    """

    name: str
    document_hash: Callable[[Mapping[str, Any], Mapping[str, Any], Contexts, str], bytes]
    options_hash: Callable[[Mapping[str, Any], Mapping[str, Any], Contexts, str], bytes]


class Unsecured:
    """A document without its proof, and what has been made of it already: several proofs of one document hash it once."""

    __slots__ = ("_hashes", "_meaning", "contexts", "document")

    def __init__(
        self,
        document: Mapping[str, Any],
        contexts: Contexts,
        meaning: Callable[[Contexts], bytes | None] | None = None,
    ) -> None:
        """``meaning`` tells the SHA-256 of the canonical RDF form where that is known without working it out (see :mod:`family`)."""
        self.document = document
        self.contexts = contexts
        self._meaning = meaning
        self._hashes: dict[tuple[str, str, str], bytes] = {}

    def hash_by(self, transformation: Transformation, options: Mapping[str, Any], hash_name: str) -> bytes:
        """Return the hash of the document, made once for each transformation and hash."""
        key = (transformation.name, hash_name, repr(options.get("@context")))
        found = self._hashes.get(key)
        if found is None and self._meaning is not None and (transformation.name, hash_name) == ("rdfc", "sha256"):
            found = self._meaning(self.contexts)
        if found is None:
            if is_bounded():
                spend(size_of(self.document, node=NODE if transformation.name == "rdfc" else 1))
            found = transformation.document_hash(self.document, options, self.contexts, hash_name)
            self._hashes[key] = found
        return found


def _plain_options(_unsecured: Mapping[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    return options


@dataclass(frozen=True, slots=True)
class Suite:
    """A cryptosuite: its name, the kinds of key it takes, its transformation and its signature check.

    ``covers_by_meaning`` says that it signs what the words stand for, and so refuses words without meaning by itself; the others sign
    the text. ``options_for(unsecured, options)`` completes the options of a new proof. ``proof_type`` is the proof's ``type``; where
    that alone tells the suite, as with the older ones, ``name`` is the same word and the proof has no ``cryptosuite``.

    ``check(unsecured, proof, key)`` and ``make(unsecured, options, signer, mandatory)``, which returns a proof value, are for suites
    that do more than sign two hashes one after the other; without them the proof value is the base58 text of that one signature.
    ``selective`` suites let a holder show a part only, of which the paths in ``mandatory`` are always one.
    """

    name: str
    key_types: tuple[str, ...]
    covers_by_meaning: bool
    transformation: Transformation
    options_for: Callable[[Mapping[str, Any], dict[str, Any]], dict[str, Any]] = _plain_options
    proof_type: str = PROOF_TYPE
    check: Callable[[Unsecured, Mapping[str, Any], PublicKey], bool] | None = None
    make: Callable[[Unsecured, Mapping[str, Any], Signer, Sequence[str]], str] | None = None
    selective: bool = False

    def options(self, more: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options that name this suite, with ``more`` after them."""
        named = {"cryptosuite": self.name} if self.proof_type == PROOF_TYPE else {}
        return {"type": self.proof_type, **named, **more}

    def signing_input(
        self,
        unsecured: Unsecured | Mapping[str, Any],
        options: Mapping[str, Any],
        contexts: Contexts,
        key_type: str = "",
    ) -> bytes:
        """Return the bytes to sign with a key of ``key_type`` (default: the first kind the suite takes)."""
        given = unsecured if isinstance(unsecured, Unsecured) else Unsecured(unsecured, contexts)
        hash_name = KINDS[key_type or self.key_types[0]].hash_name
        document_hash = given.hash_by(self.transformation, options, hash_name)
        return self.transformation.options_hash(given.document, options, contexts, hash_name) + document_hash

    def proof_value(
        self, unsecured: Unsecured, options: Mapping[str, Any], signer: Signer, mandatory: Sequence[str] = ()
    ) -> str:
        """Return the proof value of a new proof; raises ``bad_signature`` if the signer gives back what cannot be one."""
        if self.make is not None:
            return self.make(unsecured, options, signer, mandatory)
        signing_input = self.signing_input(unsecured, options, unsecured.contexts, signer.key_type)
        return written_signature(signer.sign(signing_input), signer.key_type)

    def holds(self, unsecured: Unsecured, proof: Mapping[str, Any], key: PublicKey) -> bool:
        """Tell whether ``proof`` is a signature over ``unsecured`` with ``key``, of a kind the suite takes.

        Raises :class:`CredentialError` and NotSupported for documents and proof values that cannot be judged.
        """
        if self.check is not None:
            spend(size_of(unsecured.document))
            return self.check(unsecured, proof, key)
        options = {name: one for name, one in proof.items() if name != "proofValue"}
        signature = signature_of(proof, KINDS[key.key_type].signature_bytes)
        if signature is None:
            return False
        return key.matches(self.signing_input(unsecured, options, unsecured.contexts, key.key_type), signature)


def signature_of(proof: Mapping[str, Any], size: int) -> bytes | None:
    """Return the ``size`` bytes of a base58 ``proofValue``; None if it is anything else."""
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z"):
        return None
    signature = from_base58(value[1:])
    return signature if len(signature) == size else None


def written_signature(signature: bytes, key_type: str) -> str:
    """Return the base58 text of a signature; raises ``bad_signature`` if a signer gave back anything that cannot be one."""
    expected = KINDS[key_type].signature_bytes
    if len(signature) != expected:
        raise CredentialError(
            "bad_signature",
            f"The signer gave back {len(signature)} bytes, a signature with an {key_type} key has {expected}.",
        )
    return multibase58(signature)
