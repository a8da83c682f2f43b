"""Signing keys of organisations: made once, kept in custody, rotated without harm to what was signed before.

An issuer's identifier is a did:web where the site can be reached by others, because a did:web names the organisation and outlives
each of its keys. Elsewhere (on one's own machine, say) it is a did:key, which IS its key: such an issuer cannot rotate, since another
key would be another issuer.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cairn.credentials import did_key, did_web_of
from cairn.errors import Conflict, NotFound
from cairn.issuing.addresses import issuer_url, site_is_public
from cairn.issuing.models import SigningKey, StatusList
from cairn.issuing.services import status_lists
from cairn.outside import custody
from cairn.people.models import Organisation, Person, Role
from cairn.people.services import record, require

AWARDS = "Ed25519"
"""The kind of key that signs awards and status lists. Keys of other kinds are for documents that programs ask to have signed."""


@transaction.atomic
def ensure_signing_key(*, organisation: Organisation, by: Person, at: datetime, key_type: str = AWARDS) -> SigningKey:
    """Return the organisation's active key of a kind, made now if there was none. ``by`` is an administrator or registrar of it.

    Raises NotAllowed for anybody else.
    """
    _lock(organisation)
    active = active_key(organisation, key_type)
    if active is not None:
        return active
    role = require(by, organisation, Role.ADMIN, Role.REGISTRAR)
    return _new_key(organisation=organisation, by=by, role=role, at=at, key_type=key_type)


def active_key(organisation: Organisation, key_type: str = AWARDS) -> SigningKey | None:
    """Return the organisation's active key of a kind, or None."""
    keys = SigningKey.objects.filter(organisation=organisation, state=SigningKey.State.ACTIVE, key_type=key_type)
    return keys.first()


@transaction.atomic
def rotate_key(*, organisation: Organisation, by: Person, at: datetime, compromised: bool = False) -> SigningKey:
    """Retire the active key and return its successor.

    A retired key stays in the DID document, so that what it signed still verifies. A ``compromised`` key stands
    there as revoked: nothing it signed can be told from a forgery any more, and those awards have to be issued again. Status
    lists are signed anew at once.

    Raises NotAllowed unless ``by`` is an administrator, NotFound without a key, Conflict for a did:key.
    """
    require(by, organisation, Role.ADMIN)
    _lock(organisation)
    old = active_key(organisation)
    if old is None:
        raise NotFound(
            f"{organisation} has no signing key yet.",
            remedy="Make the first one on the keys page; then it can be rotated.",
        )
    if old.did.startswith("did:key:"):
        raise Conflict(
            f"The identifier of {organisation} is its key (did:key), so another key would be another issuer.",
            remedy="Serve this site under a public https address (CAIRN_URL) and make the organisation's key there: "
            "a did:web keeps its name when its keys change.",
            code="did_key_cannot_rotate",
        )
    old.state = SigningKey.State.COMPROMISED if compromised else SigningKey.State.RETIRED
    old.retired_at = at
    old.save(update_fields=["state", "retired_at"])
    record(
        organisation=organisation, actor=by, role=Role.ADMIN, action="key.retired", object_type="signing_key",
        object_id=old.verification_method, at=at, reason="compromised" if compromised else "rotated",
    )  # fmt: skip
    new = _new_key(organisation=organisation, by=by, role=Role.ADMIN, at=at, key_type=old.key_type)
    for status_list in StatusList.objects.select_for_update().filter(organisation=organisation):
        status_lists.sign(status_list, key=new, at=at)
    return new


def key_for_signing(organisation: Organisation) -> SigningKey:
    """Return the active key; raises NotFound, with what to do, where an organisation has none."""
    key = active_key(organisation)
    if key is None:
        raise NotFound(
            f"{organisation} has no signing key, so it cannot sign anything yet.",
            remedy="An administrator or registrar makes one on the provider's desk, under Keys.",
            code="no_signing_key",
        )
    return key


def _lock(organisation: Organisation) -> None:
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def _new_key(*, organisation: Organisation, by: Person, role: str, at: datetime, key_type: str) -> SigningKey:
    reference, public = custody.create_key(key_type=key_type)
    did = did_web_of(issuer_url(organisation)) if site_is_public() else did_key(public)
    key = SigningKey.objects.create(
        organisation=organisation, did=did, verification_method=f"{did}#{public}", public_multibase=public,
        key_type=key_type, custody=reference, state=SigningKey.State.ACTIVE, created_at=at,
    )  # fmt: skip
    record(
        organisation=organisation, actor=by, role=role, action="key.made", object_type="signing_key",
        object_id=key.verification_method, at=at, details={"public": public},
    )  # fmt: skip
    return key
