"""Controller documents: written for our own issuers, and read, key by key, from what others publish.

Sources: W3C Controlled Identifiers 1.0 sections 2 and 3.3, DID Core 1.0 section 5, the Ed25519 2018 and 2020 suites for their key
descriptions. Which kinds of description are read: :data:`DESCRIPTIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cairn.credentials.dids.addresses import public_of
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import as_list
from cairn.credentials.keys import KeyPair, PublicKey
from cairn.credentials.linkeddata.contexts import DID_V1, MULTIKEY_V1
from cairn.credentials.moments import format_moment, parse_moment
from cairn.credentials.multibase import from_base58

RELATIONSHIPS = ("assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation")
"""What a key may be listed for (Controlled Identifiers 1.0 section 2.3), apart from agreeing on keys, which is not signing."""


# -- Writing --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key as it stands in a DID document: ``fragment`` is what follows ``#`` (default: the multibase text itself).

    Leave ``revoked`` and ``expires`` unset for a key that has merely been retired: old awards go on verifying. Set ``revoked``
    for a stolen key: from that moment on nothing signed with it is accepted any more (Controlled Identifiers 1.0 section 2.2).
    ``as_jwk`` describes it as JsonWebKey, which verifiers of tokens know best, and not as Multikey.
    """

    public_multibase: str
    fragment: str | None = None
    revoked: datetime | None = None
    expires: datetime | None = None
    as_jwk: bool = False


def did_document(
    did: str,
    keys: Sequence[PublishedKey | KeyPair | PublicKey | str],
    *,
    relationships: Sequence[str] = ("assertionMethod",),
) -> dict[str, Any]:
    """Build the DID document of ``did``: every key as Multikey, listed for assertions, or for all of ``relationships``.

    RSA keys, which have no such form, are written as JsonWebKey under their thumbprint (RFC 7638). List retired keys as well as the
    current one, so that what they signed keeps verifying. Raises ``no_keys``, ``bad_key``, ``duplicate_key`` (two keys under one fragment).
    """
    if not keys:
        raise CredentialError(
            "no_keys", f"A DID document without keys vouches for nothing ({did}).", remedy="List at least one key."
        )
    methods = [_described(did, key) for key in keys]
    names = [method["id"] for method in methods]
    if len(set(names)) != len(names):
        raise CredentialError(
            "duplicate_key", f"Two keys of {did} have the same name.", remedy="Give each its own fragment."
        )
    forms = {method["type"]: _CONTEXT_OF[method["type"]] for method in methods}
    return {
        "@context": [DID_V1, *forms.values()],
        "id": did,
        "verificationMethod": methods,
        **{relationship: list(names) for relationship in relationships},
    }


_CONTEXT_OF = {"Multikey": MULTIKEY_V1, "JsonWebKey": "https://w3id.org/security/jwk/v1"}


def _described(did: str, key: PublishedKey | KeyPair | PublicKey | str) -> dict[str, Any]:
    public = public_of(key.public_multibase if isinstance(key, PublishedKey) else key)
    published = key if isinstance(key, PublishedKey) else PublishedKey("", as_jwk=public.key_type == "RSA")
    name = published.fragment or (public.thumbprint if public.key_type == "RSA" else public.multibase)
    method: dict[str, Any] = {"id": f"{did}#{name}"}
    if published.as_jwk:
        method |= {"type": "JsonWebKey", "controller": did, "publicKeyJwk": public.jwk}
    else:
        method |= {"type": "Multikey", "controller": did, "publicKeyMultibase": public.multibase}
    if published.expires is not None:
        method["expires"] = format_moment(published.expires)
    if published.revoked is not None:
        method["revoked"] = format_moment(published.revoked)
    return method


# -- Reading --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key found in a controller document that lists it. From ``revoked`` and ``expires`` on it is not accepted."""

    id: str
    controller: str
    public: PublicKey
    revoked: datetime | None = None
    expires: datetime | None = None

    @property
    def key_type(self) -> str:
        """The kind of key."""
        return self.public.key_type


class ControllerDocument:
    """What is published for an identifier, with its keys read once each. Look at ``value``, do not change it."""

    __slots__ = ("_keys", "_listed", "value")

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.value = value
        self._listed: dict[str, dict[str, Mapping[str, Any] | None]] = {}
        self._keys: dict[tuple[str, str], VerificationKey] = {}

    @property
    def id(self) -> str | None:
        """Whom it speaks for."""
        found = self.value.get("id")
        return found if isinstance(found, str) else None

    def lists_keys(self) -> bool:
        """Tell whether it says anything about keys at all, as a mere profile does not."""
        return any(name in self.value for name in ("verificationMethod", *RELATIONSHIPS))

    def listed(self, relationship: str) -> Mapping[str, Mapping[str, Any] | None]:
        """Return the ids listed under ``relationship``, each with its key description (None if it is described elsewhere)."""
        found = self._listed.get(relationship)
        if found is None:
            found = self._listed[relationship] = listed_methods(self.value, relationship)
        return found

    def key(self, method: str, relationship: str) -> VerificationKey | None:
        """Return the key ``method`` that is listed under ``relationship``, or None; raises as :func:`verification_key` does."""
        found = self._keys.get((method, relationship))
        if found is None:
            description = self.listed(relationship).get(method)
            if description is None:
                return None
            found = self._keys[method, relationship] = verification_key(description, str(self.id))
        return found

    def keys(self, relationship: str) -> tuple[VerificationKey, ...]:
        """Return every key listed under ``relationship`` that can be read here."""
        found = []
        for method in self.listed(relationship):
            try:
                key = self.key(method, relationship)
            except CredentialError:
                continue
            if key is not None:
                found.append(key)
        return tuple(found)


def assertion_methods(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any] | None]:
    """Return what a document lists for making claims (:func:`listed_methods`)."""
    return listed_methods(document, "assertionMethod")


def listed_methods(document: Mapping[str, Any], relationship: str) -> dict[str, Mapping[str, Any] | None]:
    """Return the ids listed under ``relationship``, each with its key description (None if it is described elsewhere).

    An id that is described twice in different words is described by neither: nobody could say which key is meant.
    """
    owner = str(document.get("id"))
    described: dict[str, Mapping[str, Any] | None] = {}
    for method in as_list(document.get("verificationMethod")):
        if isinstance(method, Mapping):
            _describe(described, _absolute(method.get("id"), owner), method)
    listed: dict[str, Mapping[str, Any] | None] = {}
    for entry in as_list(document.get(relationship)):
        if isinstance(entry, Mapping):
            _describe(listed, _absolute(entry.get("id"), owner), entry)
        elif isinstance(entry, str):
            listed[_absolute(entry, owner)] = described.get(_absolute(entry, owner))
    return listed


def _describe(known: dict[str, Mapping[str, Any] | None], name: str, method: Mapping[str, Any]) -> None:
    known[name] = method if known.setdefault(name, method) == method else None


def _absolute(identifier: object, owner: str) -> str:
    text = identifier if isinstance(identifier, str) else ""
    return owner + text if text.startswith("#") else text


def _by_multibase(method: Mapping[str, Any]) -> PublicKey:
    text = method.get("publicKeyMultibase")
    if not isinstance(text, str):
        raise CredentialError("bad_key", "The issuer publishes a key without its value.")
    return PublicKey.from_multibase(text)


def _by_jwk(method: Mapping[str, Any]) -> PublicKey:
    jwk = method.get("publicKeyJwk")
    if not isinstance(jwk, Mapping):
        raise CredentialError("bad_key", "The issuer publishes a key without its value.")
    return PublicKey.from_jwk(jwk)


def _either(method: Mapping[str, Any]) -> PublicKey:
    return _by_jwk(method) if "publicKeyJwk" in method else _by_multibase(method)


def _by_base58(method: Mapping[str, Any]) -> PublicKey:
    text = method.get("publicKeyBase58")
    if not isinstance(text, str):
        return _either(method)
    data = from_base58(text)
    if len(data) != 32:
        raise CredentialError("bad_key", f"A public Ed25519 key has 32 bytes, this one has {len(data)}.")
    return PublicKey("Ed25519", data)


DESCRIPTIONS: Mapping[str, tuple[Callable[[Mapping[str, Any]], PublicKey], frozenset[str]]] = {
    "Multikey": (_by_multibase, frozenset({"Ed25519", "P-256", "P-384"})),
    "JsonWebKey": (_by_jwk, frozenset({"Ed25519", "P-256", "P-384", "RSA"})),
    "JsonWebKey2020": (_by_jwk, frozenset({"Ed25519", "P-256", "P-384", "RSA"})),
    "Ed25519VerificationKey2020": (_by_multibase, frozenset({"Ed25519"})),
    "Ed25519VerificationKey2018": (_by_base58, frozenset({"Ed25519"})),
    "EcdsaSecp256r1VerificationKey2019": (_either, frozenset({"P-256"})),
    "P256Key2021": (_either, frozenset({"P-256"})),
    "P384Key2021": (_either, frozenset({"P-384"})),
}
"""Type of a key's description → how it is read, and the kinds of key it may hold."""


_VALUES = ("publicKeyMultibase", "publicKeyJwk", "publicKeyBase58")


def _all_the_same(method: Mapping[str, Any], public: PublicKey) -> bool:
    """Tell whether a key that is described in several ways is one key: other readers may choose another way than we do.

    Controlled Identifiers 1.0 section 2.2 allows one way only.
    """
    readers = {"publicKeyMultibase": _by_multibase, "publicKeyJwk": _by_jwk, "publicKeyBase58": _by_base58}
    return all(readers[name](method) == public for name in _VALUES if name in method)


def verification_key(method: Mapping[str, Any], owner: str) -> VerificationKey:
    """Read a key description; raises ``bad_key``, or NotSupported ``unsupported_key`` for other kinds of key."""
    kind = method.get("type")
    read, allowed = DESCRIPTIONS.get(kind, (None, frozenset())) if isinstance(kind, str) else (None, frozenset())
    if read is None:
        raise NotSupported("unsupported_key", f"The issuer publishes a key of a kind we do not know: {str(kind)[:60]}")
    public = read(method)
    if public.key_type not in allowed:
        raise CredentialError("bad_key", f"The issuer publishes a {public.key_type} key as {kind}, which it is not.")
    if sum(name in method for name in _VALUES) > 1 and not _all_the_same(method, public):
        raise CredentialError("bad_key", "The issuer publishes two different keys under one name.")
    if "secretKeyMultibase" in method or "privateKeyJwk" in method:
        raise CredentialError(
            "bad_key",
            "This key was published together with its secret part, so anybody can sign with it.",
            remedy="Do not rely on it. Tell the issuer to withdraw this key at once.",
        )
    moments = {}
    for name in ("revoked", "expires"):
        moments[name] = parse_moment(method.get(name))
        if name in method and moments[name] is None:
            raise CredentialError("bad_key", f"The issuer's key says “{name}” without a readable moment.")
    return VerificationKey(_absolute(method.get("id"), owner), str(method.get("controller", "")), public, **moments)
