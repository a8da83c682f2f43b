"""Keeping a list: the entries that point into it, and the list itself as it is signed and published, of each kind.

A kind is a record in :data:`KINDS`: the entry it writes into an award, the document it publishes, and the vocabulary its words come
from. Which award has which place, and what was marked, is for whoever keeps the list to remember.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.linkeddata.contexts import BITSTRING_STATUS, STATUS_LIST_2021, VC_V1
from cairn.credentials.linkeddata.terms import is_absolute_iri
from cairn.credentials.moments import format_moment
from cairn.credentials.statusentry import status_entry
from cairn.credentials.statuslist import MINIMUM_SIZE, StatusList


@dataclass(frozen=True, slots=True)
class Mark:
    """One award that has a status other than 0: its place in the list, its id, the value, and why."""

    place: int
    award: str
    value: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeptList:
    """A status list as its issuer keeps it: published at ``url``, of one of :data:`KINDS`, for one purpose.

    ``size`` is the number of bits of a value, ``messages`` a word for each of the 2^size values, ``reference`` where these are explained
    (Bitstring lists only), ``length`` the number of places. Raises :class:`CredentialError` ``bad_status_entry``, ``wrong_purpose`` or
    ``status_list_size`` for a list that could not be.
    """

    url: str
    kind: str = "bitstring"
    purpose: str = "revocation"
    size: int = 1
    messages: tuple[str, ...] | None = None
    reference: str | None = None
    length: int = MINIMUM_SIZE

    def __post_init__(self) -> None:
        record = KINDS.get(self.kind)
        if record is None:
            raise CredentialError("unknown_status_kind", f"A list of the kind “{self.kind}” is not written here.")
        if not is_absolute_iri(self.url) or "#" in self.url:
            raise CredentialError(
                "bad_status_entry",
                f"“{self.url[:200]}” is no address at which a list could be published.",
                remedy="It looks like https://badges.example.org/status/1.",
            )
        if self.purpose not in record.purposes:
            raise CredentialError(
                "wrong_purpose",
                f"A list of this kind does not tell about “{self.purpose}”.",
                remedy=f"Use one of {', '.join(record.purposes)}.",
            )
        if not record.sized and (self.size != 1 or self.messages is not None or self.reference is not None):
            raise CredentialError(
                "bad_status_entry", "Only Bitstring lists have values of more than one bit, and words."
            )
        self.entry(0)
        if record.numbered:
            self.bits()

    def bits(self) -> StatusList:
        """Return the list with nothing marked."""
        return StatusList(self.purpose, self.length, status_size=self.size)

    def entry(self, place: int) -> dict[str, Any]:
        """Return what an award that has ``place`` in this list carries in ``credentialStatus``."""
        return KINDS[self.kind].entry(self, place)

    def vocabulary(self, data_model: str) -> str | None:
        """Return the context an award of this data model needs for the entry's words; None if its own contexts know them."""
        return KINDS[self.kind].vocabulary.get(data_model)

    def document(
        self,
        marks: Iterable[Mark],
        *,
        issuer: str | Mapping[str, Any],
        valid_from: datetime,
        valid_until: datetime | None = None,
        ttl_ms: int | None = None,
    ) -> dict[str, Any]:
        """Return what is published at ``url``: a credential to be signed, or, where :attr:`signed` is false, the list as it is."""
        return KINDS[self.kind].document(self, marks, issuer, valid_from, valid_until, ttl_ms)

    @property
    def signed(self) -> bool:
        """Whether the list is published as a signed credential."""
        return KINDS[self.kind].signed

    @property
    def numbered(self) -> bool:
        """Whether each award has a place of its own in the list (else the list names awards by their ids)."""
        return KINDS[self.kind].numbered


# -- The kinds --------------------------------------------------------------------------------------------------------------------

Issuer = str | Mapping[str, Any]
Writing = Callable[[KeptList, Iterable[Mark], Issuer, datetime, datetime | None, int | None], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of list is written."""

    purposes: tuple[str, ...]
    entry: Callable[[KeptList, int], dict[str, Any]]
    document: Writing
    vocabulary: Mapping[str, str] = MappingProxyType({})
    sized: bool = False
    numbered: bool = True
    signed: bool = True


def _marked(kept: KeptList, marks: Iterable[Mark]) -> StatusList:
    bits = kept.bits()
    for mark in marks:
        bits.set(mark.place, mark.value)
    return bits


def _bitstring_entry(kept: KeptList, place: int) -> dict[str, Any]:
    return status_entry(kept.url, place, kept.purpose, size=kept.size, messages=kept.messages, reference=kept.reference)


def _bitstring(
    kept: KeptList, marks: Iterable[Mark], issuer: Issuer, begin: datetime, end: datetime | None, ttl_ms: int | None
) -> dict[str, Any]:
    bits = _marked(kept, marks)
    return bits.to_credential(url=kept.url, issuer=issuer, valid_from=begin, valid_until=end, ttl_ms=ttl_ms)


def _entry_2021(kept: KeptList, place: int) -> dict[str, Any]:
    return {**status_entry(kept.url, place, kept.purpose), "type": "StatusList2021Entry"}


def _list_2021(
    kept: KeptList, marks: Iterable[Mark], issuer: Issuer, begin: datetime, end: datetime | None, _ttl_ms: int | None
) -> dict[str, Any]:
    """W3C Community Group StatusList2021, on Verifiable Credentials 1.1: base64url without the letter that marks it."""
    document: dict[str, Any] = {
        "@context": [VC_V1, STATUS_LIST_2021],
        "id": kept.url,
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuer": issuer if isinstance(issuer, str) else dict(issuer),
        "issuanceDate": format_moment(begin),
    }
    if end is not None:
        document["expirationDate"] = format_moment(end)
    document["credentialSubject"] = {
        "id": f"{kept.url}#list",
        "type": "StatusList2021",
        "statusPurpose": kept.purpose,
        "encodedList": _marked(kept, marks).encode()[1:],
    }
    return document


def _entry_1edtech(kept: KeptList, _place: int) -> dict[str, Any]:
    return {"id": kept.url, "type": "1EdTechRevocationList"}


def _list_1edtech(
    kept: KeptList, marks: Iterable[Mark], issuer: Issuer, _begin: datetime, _end: datetime | None, _ttl_ms: int | None
) -> dict[str, Any]:
    """1EdTech Revocation List Status Method 1.0: the ids of revoked awards, unsigned, on the issuer's own host."""
    named = [
        {"id": mark.award, "revoked": True, **({"revocationReason": mark.reason} if mark.reason else {})}
        for mark in marks
    ]
    return {
        "id": kept.url,
        "issuer": issuer if isinstance(issuer, str) else issuer["id"],
        "revokedCredential": named,
    }


KINDS: Mapping[str, Kind] = {
    "bitstring": Kind(
        ("revocation", "suspension", "refresh", "message"),
        _bitstring_entry,
        _bitstring,
        {"1.1": BITSTRING_STATUS},
        sized=True,
    ),
    "statuslist2021": Kind(
        ("revocation", "suspension"), _entry_2021, _list_2021, {"1.1": STATUS_LIST_2021, "2.0": STATUS_LIST_2021}
    ),
    "1edtech": Kind(("revocation",), _entry_1edtech, _list_1edtech, numbered=False, signed=False),
}
"""Name of a kind of list → how it is written. One more kind means one more record."""
