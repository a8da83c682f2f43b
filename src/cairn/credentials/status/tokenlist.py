"""TokenStatusListEntry: the status of a credential that came as a token, in a list that is a token as well.

1. The entry is one we can read.
2. The list is fetched; it is a status list token, and says that it is the list of this address.
3. It is signed with a key of the issuer of the award, and of today.
4. It is long enough; the value says valid, invalid, suspended, or something of the issuer's own.

A credential names it in its claim ``status`` (:func:`cairn.credentials.jose.claims.status_entries`). Source:
draft-ietf-oauth-status-list, sections 4.1 (compressed byte array), 5.1 (status list token in JWT format), 7.1 (values) and 8.3
(validation rules). Whose list is believed: :mod:`cairn.credentials.status.listing`.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cairn.credentials.dids import KeyNotOfIssuer
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.integrity.proofs import CLOCK_SKEW
from cairn.credentials.jose.algorithms import algorithm_of, fits
from cairn.credentials.jose.claims import moment_of
from cairn.credentials.jose.compact import Token, decoded, plain_token, read_token
from cairn.credentials.jose.header import media_type
from cairn.credentials.jose.issuer_keys import issuer_keys
from cairn.credentials.model import Credential
from cairn.credentials.question import Question
from cairn.credentials.resolving import CouldNotFetch
from cairn.credentials.status.kind import LATER, revoked, stands, suspended, unknown
from cairn.credentials.verdict import Finding

ACCEPT = "application/statuslist+jwt"
MAX_UNPACKED = 16 * 1024 * 1024
SMALL_TEXT = 64 * 1024
_SIZES = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class TokenStatusList:
    """The values of a list, ``bits`` for each; the first stands in the lowest bits of the first byte."""

    bits: int
    values: bytes

    @classmethod
    def read(cls, status_list: object) -> TokenStatusList:
        """Unpack the claim ``status_list``; raises ``bad_status_list``."""
        claim = status_list if isinstance(status_list, Mapping) else {}
        bits, packed = claim.get("bits"), claim.get("lst")
        if bits not in _SIZES or isinstance(bits, bool) or not isinstance(packed, str):
            raise _bad("It holds no list of values.")
        unpacking = zlib.decompressobj()
        try:
            values = unpacking.decompress(decoded(packed), MAX_UNPACKED)
        except zlib.error as error:
            raise _bad("Its values cannot be unpacked.") from error
        if not unpacking.eof or unpacking.unused_data:
            raise _bad("Its values are cut short, too many, or followed by something else.")
        return cls(bits, values)

    def value(self, index: int) -> int:
        """Return the value at ``index``; raises ``index_out_of_range``."""
        place = index * self.bits
        if place // 8 >= len(self.values):
            raise CredentialError("index_out_of_range", "The status list is shorter than the credential says.")
        return self.values[place // 8] >> place % 8 & ((1 << self.bits) - 1)


def check_token_status(credential: Credential, entry: Mapping[str, Any], question: Question) -> Finding:
    """Answer one entry made of a token's ``status`` claim."""
    # 1. An entry we can read.
    index, url = entry.get("statusListIndex"), entry.get("statusListCredential")
    if not isinstance(index, str) or not index.isdecimal() or len(index) > 12 or not isinstance(url, str):
        return unknown("bad_status_entry", "The credential points at its status in a way that cannot be followed.")
    try:
        # 2. The list of this address.
        token, listed = _read(question.resolve.fetch(url, accept=ACCEPT).body)
        if token.claims.get("sub") != url:
            return unknown("status_wrong_list", "What lies at the address of the status list is another list.")
        if token.claims.get("iss", credential.issuer_id) != credential.issuer_id:
            message = "The status list was published by somebody other than the issuer of this award."
            return unknown("status_other_issuer", message)
        # 3. Signed by the issuer, and of today.
        problem = _fault(token, str(credential.issuer_id), question)
        return problem or _meaning(listed.value(int(index)))
    except CouldNotFetch as unreachable:
        message = f"We could not ask whether this award has been revoked ({unreachable.reason})."
        return unknown("status_unreachable", message, LATER)
    except KeyNotOfIssuer as error:
        return unknown("status_other_issuer", f"The status list is not by the issuer of this award. {error.message}")
    except NotSupported as unsupported:
        return unknown("status_list_unchecked", f"The status list could not be checked. {unsupported.message}", LATER)
    except CredentialError as error:
        code = error.code if error.code in ("index_out_of_range",) else "bad_status_list"
        return unknown(code, f"What is published as status list is not in order. {error.message}")


def _read(body: bytes) -> tuple[Token, TokenStatusList]:
    return _read_once(body) if len(body) <= SMALL_TEXT else _read_any(body)


@lru_cache(maxsize=32)
def _read_once(body: bytes) -> tuple[Token, TokenStatusList]:
    return _read_any(body)


def _read_any(body: bytes) -> tuple[Token, TokenStatusList]:
    token = read_token(plain_token(body))
    if media_type(str(token.header.get("typ", ""))) != "statuslist+jwt" or "crit" in token.header:
        raise _bad("It is a token of another sort.")
    return token, TokenStatusList.read(token.claims.get("status_list"))


def _fault(token: Token, issuer: str, question: Question) -> Finding | None:
    algorithm = algorithm_of(token.header)
    keys = issuer_keys(token.header, issuer, question.resolve, metadata_first=True)
    signing = [
        key
        for key in keys
        if fits(algorithm, key.public)
        and not (key.revoked is not None and key.revoked <= question.at)
        and key.public.matches(token.signing_input, token.signature)
    ]
    if not signing:
        return unknown("status_list_not_authentic", "The status list is not authentic: no key of the issuer made it.")
    made, until = moment_of(token.claims, "iat"), moment_of(token.claims, "exp")
    if made is None or made > question.at + CLOCK_SKEW:
        return unknown("status_list_not_yet_valid", "The status list is not valid yet at the moment asked about.")
    if until is not None and until <= question.at:
        return unknown("status_list_expired", "The status list has run out; the issuer has not published a newer one.")
    return None


def _meaning(value: int) -> Finding:
    if value == 0:
        return stands("revocation")
    if value == 1:
        return revoked()
    if value == 2:
        return suspended()
    return unknown(
        "status_message",
        f"The issuer gives this award a status of its own (0x{value:02x}), and only the issuer can say whether it still stands with it.",
        "Look up what the issuer means by this status, or ask.",
    )


def _bad(message: str) -> CredentialError:
    return CredentialError("bad_status_list", message)
