"""Documents that a program brings to be signed in the organisation's name (W3C VC-API).

Unlike an award such a document has no definition behind it, no holder here and no second person: whoever may do this can say anything
in the organisation's name. So it is a scope of its own, which no token has unless an administrator gives it, and each signature
leaves a line in the audit trail. The document goes back to the program; its digest stays.

1. The issuer named in the document is the organisation, by an identifier of a key that fits.
2. The document keeps every rule of the data model (:mod:`cairn.credentials.datamodel.conformance`), and what it relates to is what it says.
3. It gets a place in a status list, where that is asked for.
4. It is signed.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from cairn import credentials
from cairn.credentials import Credential, CredentialError, Resolver, Signer, did_key, did_key_verification_method
from cairn.credentials.datamodel.conformance import breaches_of
from cairn.credentials.integrity.suites import SUITES
from cairn.credentials.jose.issuing import sign_vc_jwt
from cairn.credentials.jsontext import as_list, checked_copy
from cairn.credentials.linkeddata.contexts import BITSTRING_STATUS
from cairn.credentials.linkeddata.related import check_related
from cairn.credentials.vc1 import VC_1
from cairn.errors import Conflict, Invalid, NotFound
from cairn.issuing.addresses import status_list_url
from cairn.issuing.models import SignedDocument, SigningKey
from cairn.issuing.services import status_lists
from cairn.issuing.services.keys import AWARDS, ensure_signing_key, key_for_signing
from cairn.outside import custody
from cairn.people.models import Organisation, Person, Role
from cairn.people.services import record, require

VC_JWT = "vc-jwt"
MAX_ID = 300
"""Letters of an id by which a document can be revoked; as long as the column is."""
KEYS_FOR: Mapping[str, tuple[str, ...]] = {
    **{name: suite.key_types for name, suite in SUITES.items()},
    VC_JWT: (AWARDS, "P-256", "P-384"),
}
"""How a document can be secured → the kinds of key that do it."""


@dataclass(frozen=True, slots=True)
class Securing:
    """How a document is to be signed: ``name`` is a key of :data:`KEYS_FOR`, ``method`` a verification method of the organisation's.

    ``mandatory`` are JSON pointers to what every derived credential shows (ecdsa-sd-2023); ``status`` asks for a revocation entry.
    ``as_ours`` puts the organisation's own identifier in the place of whatever issuer the document names.
    """

    name: str = "eddsa-rdfc-2022"
    method: str | None = None
    mandatory: Sequence[str] = field(default=())
    status: bool = False
    as_ours: bool = False


def sign_given(
    *,
    organisation: Organisation,
    by: Person,
    at: datetime,
    document: Mapping[str, Any],
    securing: Securing,
    world: Resolver,
) -> Credential:
    """Sign ``document`` for ``organisation`` and return the credential. ``world`` is asked for the related resources it names.

    Raises NotAllowed unless ``by`` is a registrar, Invalid with the code of what is wrong (``issuer_not_ours``, ``unknown_securing``,
    those of :func:`breaches_of` and of :func:`cairn.credentials.issue`); nothing is signed then.
    """
    require(by, organisation, Role.REGISTRAR)
    try:
        unsigned = checked_copy(document)
        _refuse_breaches(unsigned, world)
        with transaction.atomic():
            if securing.as_ours:
                _name_us(unsigned, organisation, securing)
            key, signer = _signer(organisation, _issuer_of(unsigned), securing, by, at)
            place = _with_status(unsigned, key, at) if securing.status else None
            signed = _sign(unsigned, signer, securing, at)
            digest = hashlib.sha256(signed.text.encode()).hexdigest()
            SignedDocument.objects.create(
                organisation=organisation, digest=digest, secured=securing.name, key=key, signed_by=by, signed_at=at,
                credential_id=unsigned["id"] if place else None,
                status_list=place[0] if place else None, status_index=place[1] if place else None,
            )  # fmt: skip
            record(
                organisation=organisation, actor=by, role=Role.REGISTRAR, action="document.signed", object_type="document",
                object_id=digest, at=at, details={"secured": securing.name, "method": signer.verification_method},
            )  # fmt: skip
    except CredentialError as error:
        raise Invalid(error.message, remedy=error.remedy, code=error.code, where=error.where) from error
    return signed


@transaction.atomic
def revoke_given(*, organisation: Organisation, by: Person, at: datetime, credential_id: str) -> SignedDocument:
    """Revoke for good what was signed under ``credential_id`` with a status. Raises NotAllowed, NotFound, Conflict."""
    require(by, organisation, Role.REGISTRAR)
    found = (
        SignedDocument.objects.select_for_update()
        .filter(organisation=organisation, credential_id=credential_id)
        .first()
    )
    if found is None or found.status_list is None or found.status_index is None:
        raise NotFound(
            "Nothing with this id was signed here with a status.",
            remedy="Give the id of a credential that was signed with options.credentialStatus.",
        )
    if found.revoked_at is not None:
        raise Conflict("It was revoked already.", remedy="Nothing is left to do.")
    found.revoked_at = at
    found.save(update_fields=["revoked_at"])
    record(
        organisation=organisation, actor=by, role=Role.REGISTRAR, action="document.revoked", object_type="document",
        object_id=found.digest, at=at,
    )  # fmt: skip
    key = key_for_signing(organisation)
    status_lists.set_bit(status_list=found.status_list, index=found.status_index, key=key, at=at)
    return found


def _refuse_breaches(document: Mapping[str, Any], world: Resolver) -> None:
    for fault in breaches_of(document):
        raise CredentialError(
            fault.code, fault.message, remedy="Correct the document, then sign it.", where=fault.where
        )
    for finding in check_related(document, world):
        raise CredentialError(finding.code, finding.message, remedy="Correct the digest.", where="relatedResource")


def _issuer_of(document: Mapping[str, Any]) -> str:
    issuer = document["issuer"]
    return str(issuer["id"] if isinstance(issuer, Mapping) else issuer)


def _name_us(document: dict[str, Any], organisation: Organisation, securing: Securing) -> None:
    """Put an identifier of the organisation's in the place of another issuer's; nothing is ever signed in somebody else's name."""
    kinds = KEYS_FOR.get(securing.name, ())
    active = SigningKey.objects.filter(organisation=organisation, state=SigningKey.State.ACTIVE, key_type__in=kinds)
    methods = [method for key in active for method in _methods(key) if securing.method in (None, method)]
    ours = [method.partition("#")[0] for method in methods]
    if ours and _issuer_of(document) not in ours:
        issuer = document["issuer"]
        document["issuer"] = {**issuer, "id": ours[0]} if isinstance(issuer, Mapping) else ours[0]


def _signer(
    organisation: Organisation, issuer: str, securing: Securing, by: Person, at: datetime
) -> tuple[SigningKey, Signer]:
    """Return the key for which ``issuer`` stands, and who signs with it; a did:web gets a key of a further kind when one is needed."""
    kinds = KEYS_FOR.get(securing.name)
    if kinds is None:
        raise Invalid(
            f"There is no way “{securing.name}” of signing here.",
            remedy=f"Use one of: {', '.join(KEYS_FOR)}.",
            code="unknown_securing",
        )
    active = list(SigningKey.objects.filter(organisation=organisation, state=SigningKey.State.ACTIVE))
    if issuer in {key.did for key in active if key.did.startswith("did:web:")} and not any(
        key.key_type in kinds for key in active
    ):
        active.append(ensure_signing_key(organisation=organisation, by=by, at=at, key_type=kinds[0]))
    fitting = sorted((key for key in active if key.key_type in kinds), key=lambda key: kinds.index(key.key_type))
    for key in fitting:
        for method in _methods(key):
            if method.partition("#")[0] == issuer and securing.method in (None, method):
                return key, custody.signer(key.custody, method)
    ours = sorted({method.partition("#")[0] for key in fitting for method in _methods(key)})
    raise Invalid(
        f"{organisation} cannot sign as {issuer[:200]}."
        if ours
        else f"{organisation} has no key of the kind that {securing.name} needs ({' or '.join(kinds)}).",
        remedy=f"Name as issuer: {' or '.join(ours)}." if ours else "Make one with `cairn keys add`.",
        code="issuer_not_ours" if ours else "no_signing_key",
        where="issuer",
    )


def _methods(key: SigningKey) -> tuple[str, ...]:
    """The names under which a key of ours can be found: its own, and the did:key that it is in any case."""
    return tuple(dict.fromkeys((key.verification_method, did_key_verification_method(did_key(key.public_multibase)))))


def _with_status(document: dict[str, Any], key: SigningKey, at: datetime) -> tuple[Any, int]:
    """Put a revocation entry into ``document``, and an id by which it can be revoked if it has none; return its place."""
    document.setdefault("id", f"urn:uuid:{uuid.uuid4()}")
    if len(document["id"]) > MAX_ID:
        raise Invalid(
            f"An id by which something is to be revoked has at most {MAX_ID} letters.",
            remedy="Give it a shorter one, or leave it out.",
            code="id_too_long",
            where="id",
        )
    if SignedDocument.objects.filter(organisation=key.organisation, credential_id=document["id"]).exists():
        raise Conflict("Something with this id was signed already.", remedy="Give it another id.", code="duplicate_id")
    awards = key_for_signing(key.organisation)
    if awards.did != _issuer_of(document):
        raise Invalid(
            f"The status lists of {key.organisation} are signed by {awards.did}, so that must be the issuer here too.",
            remedy="Name it as issuer, or leave the status out.",
            code="issuer_not_ours",
            where="issuer",
        )
    [(status_list, index)] = status_lists.allocate(key=awards, count=1, at=at)
    url = status_list_url(key.organisation, status_list.purpose, status_list.number)
    entry = credentials.status_entry(url, index, status_list.purpose)
    entries = [*as_list(document.get("credentialStatus")), entry]
    document["credentialStatus"] = entry if len(entries) == 1 else entries
    contexts = as_list(document["@context"])
    if VC_1.recognises(document) and BITSTRING_STATUS not in contexts:
        # The vocabulary of version 1.1 has no words for it.
        document["@context"] = [*contexts, BITSTRING_STATUS]
    return status_list, index


def _sign(document: Mapping[str, Any], signer: Signer, securing: Securing, at: datetime) -> Credential:
    if securing.name == VC_JWT:
        return sign_vc_jwt(document, signer, created=at)
    if securing.mandatory:
        return credentials.issue(
            document, signer, created=at, cryptosuite=securing.name, mandatory=list(securing.mandatory)
        )
    return credentials.issue(document, signer, created=at, cryptosuite=securing.name)
