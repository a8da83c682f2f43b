"""Bitstring status lists: one bit per award, many awards per list, so that looking one up tells nobody which one.

Source: W3C Bitstring Status List v1.0. Which award gets which index is the issuer's business; draw it at random.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cairn.credentials.contexts import VC_V2
from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import as_list
from cairn.credentials.model import Credential
from cairn.credentials.moments import format_moment
from cairn.credentials.multibase import base64url, from_base64url

MINIMUM_SIZE = 131_072
"""Bits: the smallest list that hides whom one looks for (section 6.1)."""
MAXIMUM_SIZE = 8 * 16 * 1024 * 1024
"""Bits: 16 MiB unpacked. Larger lists are refused, since a few kB can unpack to gigabytes."""
PURPOSES = frozenset({"revocation", "suspension"})


class StatusList:
    """A list of bits for one ``purpose`` (``revocation`` or ``suspension``); index 0 is the left-most bit."""

    def __init__(self, purpose: str = "revocation", size: int = MINIMUM_SIZE) -> None:
        if purpose not in PURPOSES:
            raise CredentialError(
                "wrong_purpose", f"A status list for “{purpose}” is not known.", remedy="Use revocation or suspension."
            )
        if not MINIMUM_SIZE <= size <= MAXIMUM_SIZE or size % 8:
            raise CredentialError(
                "status_list_size",
                f"A status list has {MINIMUM_SIZE} to {MAXIMUM_SIZE} entries, in eights; this one has {size}.",
            )
        self.purpose = purpose
        self._bits = bytearray(size // 8)

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self._bits) * 8

    def set(self, index: int, value: bool = True) -> None:
        """Set the bit at ``index``; raises ``index_out_of_range``."""
        byte, mask = self._place(index)
        if value:
            self._bits[byte] |= mask
        else:
            self._bits[byte] &= ~mask

    def get(self, index: int) -> bool:
        """Return the bit at ``index``; raises ``index_out_of_range``."""
        byte, mask = self._place(index)
        return bool(self._bits[byte] & mask)

    def indexes(self) -> Iterable[int]:
        """Yield the indexes whose bit is set, ascending."""
        for number, byte in enumerate(self._bits):
            if byte:
                yield from (number * 8 + offset for offset in range(8) if byte & (0x80 >> offset))

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < self.size:
            raise CredentialError(
                "index_out_of_range", f"The list has {self.size} entries; there is none with number {index}."
            )
        return index // 8, 0x80 >> (index % 8)

    def encode(self) -> str:
        """Return ``u`` and the base64url form of the gzipped bits; the same bits always give the same text."""
        return "u" + base64url(gzip.compress(bytes(self._bits), compresslevel=9, mtime=0))

    @classmethod
    def decode(cls, encoded: str, purpose: str = "revocation") -> StatusList:
        """Read an ``encodedList``; raises ``bad_status_list`` or ``status_list_too_short``. Unpacks no more than 16 MiB."""
        if not encoded.startswith("u"):
            raise CredentialError(
                "bad_status_list", "The status list is not in the expected form (base64url, marked by u)."
            )
        packed = from_base64url(encoded[1:])
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            bits = unpacker.decompress(packed, MAXIMUM_SIZE // 8 + 1)
        except zlib.error as error:
            raise CredentialError("bad_status_list", "The status list cannot be unpacked.") from error
        if len(bits) > MAXIMUM_SIZE // 8 or not unpacker.eof or unpacker.unused_data:
            raise CredentialError(
                "bad_status_list", "The status list is cut short, or far larger than a status list ever is."
            )
        if len(bits) * 8 < MINIMUM_SIZE:
            raise CredentialError("status_list_too_short", f"The status list has fewer than {MINIMUM_SIZE} entries.")
        made = cls(purpose, len(bits) * 8)
        made._bits[:] = bits
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
    def from_credential(cls, credential: Credential, purpose: str | None = None) -> StatusList:
        """Read the list inside a BitstringStatusListCredential, whose proof is the caller's to check.

        With ``purpose`` given, the list must serve it. Raises ``not_a_status_list``, ``wrong_purpose`` and those of
        :meth:`decode`.
        """
        subject = credential.subject
        if "BitstringStatusListCredential" not in credential.types or "BitstringStatusList" not in as_list(
            subject.get("type")
        ):
            raise CredentialError("not_a_status_list", "What is published as status list is no status list.")
        served = [one for one in as_list(subject.get("statusPurpose")) if isinstance(one, str)]
        if purpose is not None and purpose not in served:
            raise CredentialError(
                "wrong_purpose",
                f"The status list tells about {' and '.join(served) or 'nothing'}, not about {purpose}.",
            )
        encoded = subject.get("encodedList")
        if not isinstance(encoded, str) or not (purpose or served):
            raise CredentialError("bad_status_list", "The status list lacks its bits or its purpose.")
        return cls.decode(encoded, purpose or served[0])


def status_entry(list_url: str, index: int, purpose: str = "revocation") -> dict[str, Any]:
    """Return the ``credentialStatus`` entry that points at ``index`` of the list at ``list_url``."""
    if purpose not in PURPOSES or index < 0:
        raise CredentialError("bad_status_entry", "A status entry needs revocation or suspension, and an index from 0.")
    return {
        "id": f"{list_url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }
