"""Bitstring status lists: one value per award, many awards per list, so that looking one up tells nobody which one.

A value is one bit, or several with a word for each value in the award's own entry. Source: W3C Bitstring Status List v1.0, and its two
ancestors for reading (:data:`OLDER_FORMS`). Which award gets which index is the issuer's business; draw it at random.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.contexts import VC_V2
from cairn.credentials.model import Credential
from cairn.credentials.moments import format_moment
from cairn.credentials.multibase import base64url, from_base64url
from cairn.credentials.statusentry import MAXIMUM_STATUS_SIZE, PURPOSES, status_entry

__all__ = ["BITSTRING", "MAXIMUM_SIZE", "MINIMUM_SIZE", "OLDER_FORMS", "ListForm", "StatusList", "status_entry"]

MINIMUM_SIZE = 131_072
"""Entries: the smallest list that hides whom one looks for (section 6.1)."""
MAXIMUM_SIZE = 8 * 16 * 1024 * 1024
"""Bits: 16 MiB unpacked. Larger lists are refused, since a few kB can unpack to gigabytes."""
DEFAULT_TTL_MS = 300_000
"""How long a list may be kept when it does not say (section 2.2): five minutes."""


@dataclass(frozen=True, slots=True)
class ListForm:
    """How a list credential writes its bits: the types it must say, the least number of entries, and the purpose if it names none."""

    credential_type: str
    list_type: str
    minimum: int
    marked: bool
    purpose: str | None = None


BITSTRING = ListForm("BitstringStatusListCredential", "BitstringStatusList", MINIMUM_SIZE, marked=True)
OLDER_FORMS: Mapping[str, ListForm] = {
    "StatusList2021": ListForm("StatusList2021Credential", "StatusList2021", 1, marked=False),
    "RevocationList2020": ListForm(
        "RevocationList2020Credential", "RevocationList2020", 1, marked=False, purpose="revocation"
    ),
}
"""The ancestors: they write base64 without the multibase letter, and their algorithms ask for no smallest length."""


class StatusList:
    """A list of values for one ``purpose``, each of ``status_size`` bits; index 0 is the left-most."""

    def __init__(self, purpose: str = "revocation", size: int = MINIMUM_SIZE, *, status_size: int = 1) -> None:
        """Make a list of ``size`` entries, all 0; raises ``wrong_purpose`` or ``status_list_size``."""
        if purpose not in PURPOSES:
            raise CredentialError(
                "wrong_purpose",
                f"A status list for “{purpose}” is not known.",
                remedy=f"Use one of {', '.join(sorted(PURPOSES))}.",
            )
        if not 1 <= status_size <= MAXIMUM_STATUS_SIZE:
            raise CredentialError(
                "status_list_size", f"An entry has 1 to {MAXIMUM_STATUS_SIZE} bits, not {status_size}."
            )
        if size < MINIMUM_SIZE or size * status_size > MAXIMUM_SIZE or size * status_size % 8:
            raise CredentialError(
                "status_list_size",
                f"A status list has {MINIMUM_SIZE} to {MAXIMUM_SIZE // status_size} entries, in eights; this one has {size}.",
            )
        self.purpose = purpose
        self.status_size = status_size
        self.ttl_ms = DEFAULT_TTL_MS
        self._minimum = MINIMUM_SIZE
        self._bits = bytearray(size * status_size // 8)

    @property
    def size(self) -> int:
        """The number of entries."""
        return self.bits // self.status_size

    @property
    def bits(self) -> int:
        """The number of bits."""
        return len(self._bits) * 8

    def set(self, index: int, value: bool | int = True) -> None:
        """Set the entry at ``index``; raises ``index_out_of_range``, or ``bad_status_value`` for what its bits cannot hold."""
        if not 0 <= value < 1 << self.status_size:
            raise CredentialError(
                "bad_status_value", f"An entry of {self.status_size} bits cannot hold the value {int(value)}."
            )
        start = self._start(index)
        for place in range(self.status_size):
            byte, mask = (start + place) // 8, 0x80 >> (start + place) % 8
            if value >> (self.status_size - 1 - place) & 1:
                self._bits[byte] |= mask
            else:
                self._bits[byte] &= ~mask

    def get(self, index: int) -> bool:
        """Tell whether the entry at ``index`` is anything but 0; raises ``index_out_of_range``."""
        return self.value(index) != 0

    def value(self, index: int) -> int:
        """Return the value at ``index``, its left-most bit the highest; raises ``index_out_of_range``."""
        start = self._start(index)
        end = start + self.status_size
        window = int.from_bytes(self._bits[start // 8 : (end + 7) // 8], "big")
        return window >> -end % 8 & (1 << self.status_size) - 1

    def indexes(self) -> Iterable[int]:
        """Yield the indexes of the entries that are anything but 0, ascending."""
        last = -1
        for number, byte in enumerate(self._bits):
            if not byte:
                continue
            for offset in range(8):
                if byte & 0x80 >> offset:
                    index = (number * 8 + offset) // self.status_size
                    if index != last and index < self.size:
                        yield index
                        last = index

    def in_entries_of(self, status_size: int) -> StatusList:
        """Return the same bits in entries of another size, as the award's entry says; raises ``status_list_too_short``."""
        return (
            self
            if status_size == self.status_size
            else self._of(bytes(self._bits), self.purpose, self._minimum, status_size)
        )

    def _start(self, index: int) -> int:
        if not 0 <= index < self.size:
            raise CredentialError(
                "index_out_of_range", f"The list has {self.size} entries; there is none with number {index}."
            )
        return index * self.status_size

    def encode(self) -> str:
        """Return ``u`` and the base64url form of the gzipped bits; the same bits always give the same text."""
        return "u" + base64url(gzip.compress(bytes(self._bits), compresslevel=9, mtime=0))

    @classmethod
    def decode(cls, encoded: str, purpose: str = "revocation", *, status_size: int = 1) -> StatusList:
        """Read an ``encodedList``; raises ``bad_status_list`` or ``status_list_too_short``. Unpacks no more than 16 MiB."""
        return cls._of(_unpacked(_marked_text(encoded)), purpose, MINIMUM_SIZE, status_size)

    @classmethod
    def _of(cls, bits: bytes, purpose: str, minimum: int, status_size: int = 1) -> StatusList:
        if len(bits) * 8 // status_size < minimum:
            raise CredentialError("status_list_too_short", f"The status list has fewer than {minimum} entries.")
        made = cls(purpose)
        made.status_size, made._minimum, made._bits = status_size, minimum, bytearray(bits)
        return made

    def to_credential(
        self,
        *,
        url: str,
        issuer: str | Mapping[str, Any],
        valid_from: datetime,
        valid_until: datetime | None = None,
        ttl_ms: int | None = None,
    ) -> dict[str, Any]:
        """Return the unsigned BitstringStatusListCredential to be signed by ``issuer`` and published at ``url``."""
        subject: dict[str, Any] = {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": self.purpose,
            "encodedList": self.encode(),
        }
        if ttl_ms is not None:
            subject["ttl"] = ttl_ms
        document: dict[str, Any] = {
            "@context": [VC_V2],
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer if isinstance(issuer, str) else dict(issuer),
            "validFrom": format_moment(valid_from),
        }
        if valid_until is not None:
            document["validUntil"] = format_moment(valid_until)
        document["credentialSubject"] = subject
        return document

    @classmethod
    def from_credential(
        cls, credential: Credential, purpose: str | None = None, *, form: ListForm = BITSTRING
    ) -> StatusList:
        """Read the list inside a list credential, whose proof is the caller's to check; its entries are of one bit.

        With ``purpose`` given, the list must serve it; a list may serve several. Raises ``not_a_status_list``, ``wrong_purpose``
        and those of :meth:`decode`.
        """
        subject = credential.subject
        if form.credential_type not in credential.types or form.list_type not in as_list(subject.get("type")):
            raise CredentialError("not_a_status_list", "What is published as status list is no status list.")
        served = [one for one in as_list(subject.get("statusPurpose", form.purpose)) if isinstance(one, str)]
        if purpose is not None and purpose not in served:
            raise CredentialError(
                "wrong_purpose",
                f"The status list tells about {' and '.join(served)[:100] or 'nothing'}, not about {purpose}.",
            )
        encoded, ttl = subject.get("encodedList"), subject.get("ttl", DEFAULT_TTL_MS)
        if not isinstance(encoded, str) or not (purpose or served):
            raise CredentialError("bad_status_list", "The status list lacks its bits or its purpose.")
        if type(ttl) is not int or ttl < 0:
            raise CredentialError(
                "bad_status_list", "The status list does not say properly how long it may be kept (ttl)."
            )
        text = _marked_text(encoded) if form.marked else _unmarked(encoded)
        found = cls._of(_unpacked(text), purpose or served[0], form.minimum)
        found.ttl_ms = ttl
        return found


def _unpacked(text: str) -> bytes:
    """Unpack base64url of gzip to no more than 16 MiB; raises ``bad_status_list`` or ``bad_multibase``."""
    packed = from_base64url(text)
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        bits = unpacker.decompress(packed, MAXIMUM_SIZE // 8 + 1)
    except zlib.error as error:
        raise CredentialError("bad_status_list", "The status list cannot be unpacked.") from error
    if len(bits) > MAXIMUM_SIZE // 8 or not unpacker.eof or unpacker.unused_data:
        raise CredentialError(
            "bad_status_list", "The status list is cut short, or far larger than a status list ever is."
        )
    return bits


def _marked_text(text: str) -> str:
    """Return base64url without the letter that marks it (Multibase); raises ``bad_status_list``."""
    if not text.startswith("u"):
        raise CredentialError(
            "bad_status_list", "The status list is not in the expected form (base64url, marked by u)."
        )
    return text[1:]


def _unmarked(text: str) -> str:
    """Return base64url without letter and padding, however an issuer wrote it: ``H4sI`` is how packed bits always begin."""
    plain = text[1:] if text.startswith("uH4s") else text
    return plain.rstrip("=").replace("+", "-").replace("/", "_")
