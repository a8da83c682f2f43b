"""Status lists: an award gets a random bit of one; revoking sets the bit and signs the list anew.

Bitstring Status List v1.0. The list is signed when its bits change and then served as the same bytes to everybody, so that checking an
award tells its issuer nothing about who is being looked at. Indices are random, so that neighbours in a list have nothing in common.
A list is left for a new one when half of it is taken: beyond that, random places get hard to find and the crowd to hide in is large
enough.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from cairn import credentials
from cairn.issuing.addresses import status_list_url
from cairn.issuing.models import Award, SignedDocument, SigningKey, StatusList
from cairn.issuing.services.signing import sign_document
from cairn.people.models import Organisation

REVOCATION = "revocation"
LENGTH = 131_072
"""Bits in a list; the smallest that section 6.1 of the specification allows, 16 KiB."""


def allocate(*, key: SigningKey, count: int, at: datetime) -> list[tuple[StatusList, int]]:
    """Take ``count`` free random places for new awards of the key's organisation; makes and signs new lists as needed.

    Runs inside the caller's transaction, which holds the lists locked until it ends.
    """
    places: list[tuple[StatusList, int]] = []
    while len(places) < count:
        current = _open_list(key=key, at=at)
        wanted = min(current.length // 2 - current.allocated, count - len(places))
        places += [(current, index) for index in _free_indices(current, wanted)]
        current.allocated += wanted
        current.save(update_fields=["allocated"])
    return places


def _free_indices(status_list: StatusList, wanted: int) -> list[int]:
    """Draw random places until enough are free. At most half are taken, so two draws suffice on average."""
    free: dict[int, None] = {}
    while len(free) < wanted:
        drawn = {secrets.randbelow(status_list.length) for _ in range(2 * (wanted - len(free)) + 2)}
        for kind in (Award, SignedDocument):
            taken = kind.objects.filter(status_list=status_list, status_index__in=drawn)
            drawn.difference_update(taken.values_list("status_index", flat=True))
        free |= dict.fromkeys(drawn)
    return list(free)[:wanted]


def set_bit(*, status_list: StatusList, index: int, key: SigningKey, at: datetime) -> None:
    """Set a bit for good and sign the list anew."""
    with transaction.atomic():
        locked = StatusList.objects.select_for_update().get(pk=status_list.pk)
        bits = bytearray(locked.bits)
        bits[index // 8] |= 0x80 >> index % 8  # index 0 is the left-most bit (section 2.2)
        locked.bits = bytes(bits)
        sign(locked, key=key, at=at)


def sign(status_list: StatusList, *, key: SigningKey, at: datetime) -> None:
    """Build the list's credential from its bits, sign it with ``key`` and keep it whole."""
    url = status_list_url(status_list.organisation, status_list.purpose, status_list.number)
    bits = credentials.StatusList(status_list.purpose, status_list.length)
    for number, byte in enumerate(bytes(status_list.bits)):
        if byte:
            for offset in range(8):
                if byte & 0x80 >> offset:
                    bits.set(number * 8 + offset)
    document = bits.to_credential(url=url, issuer=key.did, valid_from=at.replace(microsecond=0))
    status_list.document = sign_document(document, key=key, at=at).text
    status_list.signed_at = at
    status_list.save(update_fields=["bits", "document", "signed_at"])


def _open_list(*, key: SigningKey, at: datetime) -> StatusList:
    organisation = key.organisation
    newest = (
        StatusList.objects.select_for_update()
        .filter(organisation=organisation, purpose=REVOCATION)
        .order_by("-number")
        .defer("bits", "document")
        .first()
    )
    if newest is not None and newest.allocated < newest.length // 2:
        return newest
    # Two who come first at the same moment must not both make list 1; rows that merely refer to the organisation are not held up.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if newest is None and StatusList.objects.filter(organisation=organisation, purpose=REVOCATION).exists():
        return _open_list(key=key, at=at)
    fresh = StatusList.objects.create(
        organisation=organisation, number=newest.number + 1 if newest else 1, purpose=REVOCATION,
        length=LENGTH, bits=bytes(LENGTH // 8), allocated=0,
    )  # fmt: skip
    sign(fresh, key=key, at=at)
    return fresh
