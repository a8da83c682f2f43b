"""Asking the status list: has this award been revoked or suspended?

1. The entry is one we can read: a BitstringStatusListEntry for revocation or suspension.
2. The list is fetched from its address.
3. The list is itself a credential: authentic, by the same issuer, for this address, and of today.
4. It serves the purpose the entry names, is long enough, and has the index.
5. The bit says yes or no.

Whatever goes wrong in 1 to 4 leaves the question open ("unknown"), and the finding says what. Only a set bit says no.
Source: W3C Bitstring Status List v1.0, section 3.2 (Validate Algorithm).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from cairn.credentials.contexts import Contexts
from cairn.credentials.errors import CredentialError
from cairn.credentials.form import Fault
from cairn.credentials.jsontext import as_list
from cairn.credentials.model import Credential
from cairn.credentials.proofs import Remembered, check_proofs
from cairn.credentials.resolving import CouldNotFetch, Resolver
from cairn.credentials.rules import faults_of
from cairn.credentials.statuslist import MINIMUM_SIZE, PURPOSES, StatusList
from cairn.credentials.verdict import Finding, Outcome

MAX_ENTRIES = 8
_LATER = "Try again later, or ask the issuer. This does not mean that the credential was revoked."
_ASK = "Ask the issuer whether the award still stands, and tell it that its status list is broken."


def check_status(credential: Credential, *, at: datetime, resolve: Resolver, contexts: Contexts) -> list[Finding]:
    """Return one finding per status entry; none at all if the credential has no entry."""
    entries = credential.status_entries
    if len(entries) > MAX_ENTRIES:
        return [_open("too_complex", f"This credential points at more than {MAX_ENTRIES} status lists.", _ASK)]
    return [_check_entry(credential, entry, at, resolve, contexts) for entry in entries]


def _check_entry(
    credential: Credential, entry: Mapping[str, Any], at: datetime, resolve: Resolver, contexts: Contexts
) -> Finding:
    # 1. An entry we can read.
    purpose, index, url = entry.get("statusPurpose"), entry.get("statusListIndex"), entry.get("statusListCredential")
    if (
        "BitstringStatusListEntry" not in as_list(entry.get("type"))
        or not isinstance(purpose, str)
        or purpose not in PURPOSES
        or entry.get("statusSize", 1) != 1
    ):
        return _open(
            "unsupported_status",
            "The issuer keeps a status for this award in a form this version cannot read, so we cannot say whether it still stands.",
            "Check it with the issuer.",
        )
    if (
        not isinstance(index, str)
        or not index.isascii()
        or not index.isdigit()
        or len(index) > 12
        or not isinstance(url, str)
    ):
        return _open("bad_status_entry", "The credential points at its status in a way that cannot be followed.", _ASK)
    # 2. Fetched.
    try:
        fetched = resolve.fetch(url, accept="application/vc, application/vc+ld+json, application/json")
    except CouldNotFetch as unreachable:
        return _open(
            "status_unreachable",
            f"We could not ask whether this award has been revoked ({unreachable.reason}).",
            _LATER,
        )
    # 3. Authentic.
    try:
        read = _read(fetched.body)
    except CredentialError as error:
        return _open("bad_status_list", f"What is published as status list cannot be read. {error.message}", _ASK)
    problem = _list_problem(read, credential, url, at, resolve, contexts)
    if problem is not None:
        return problem
    # 4. For this purpose, long enough.
    try:
        revoked = read.bits(purpose).get(int(index))
    except CredentialError as error:
        code = (
            error.code
            if error.code.startswith(("status_list", "bad_status", "wrong_purpose", "index"))
            else "bad_status_list"
        )
        return _open(code if code != "wrong_purpose" else "status_wrong_purpose", error.message, _ASK)
    # 5. Yes or no.
    if not revoked:
        return Finding("status", Outcome.PASS, f"not_{_PAST[purpose]}", f"The issuer has not {_PAST[purpose]} it.")
    if purpose == "revocation":
        return Finding(
            "status",
            Outcome.FAIL,
            "revoked",
            "The issuer has revoked this award. It no longer counts.",
            "If you hold it and do not know why, ask the issuer.",
        )
    return Finding(
        "status",
        Outcome.FAIL,
        "suspended",
        "The issuer has suspended this award for now.",
        "Ask the issuer, or check again later.",
    )


_PAST = {"revocation": "revoked", "suspension": "suspended"}


SMALL_TEXT = 64 * 1024
"""Lists up to this many bytes are kept. 131,072 entries are 16 KiB, 24 KiB when packed badly and written as text."""
SMALL_LIST = 8 * MINIMUM_SIZE
"""A small text can unpack to 16 MiB: such bits are used and let go."""


@dataclass(slots=True)
class _Listing:
    """A status list as it was read, with what holds of its text whoever asks and whenever: its bits, and which keys it matches."""

    credential: Credential
    signatures: Remembered = field(default_factory=dict)
    unpacked: dict[str, StatusList] = field(default_factory=dict)
    faults: list[Fault] = field(init=False)

    def __post_init__(self) -> None:
        self.faults = faults_of(self.credential.document)

    def bits(self, purpose: str) -> StatusList:
        """Return the bits for ``purpose``, unpacked once; raises as :meth:`StatusList.from_credential`."""
        found = self.unpacked.get(purpose)
        if found is None:
            found = StatusList.from_credential(self.credential, purpose)
            if found.size <= SMALL_LIST:
                self.unpacked[purpose] = found
        return found


def _read(body: bytes) -> _Listing:
    """Read a list, or recall it: many awards point at one, and it changes far less often than it is asked."""
    return _read_once(body) if len(body) <= SMALL_TEXT else _Listing(Credential.parse(body))


@lru_cache(maxsize=32)
def _read_once(body: bytes) -> _Listing:
    return _Listing(Credential.parse(body))


def _list_problem(
    read: _Listing, credential: Credential, url: str, at: datetime, resolve: Resolver, contexts: Contexts
) -> Finding | None:
    listing = read.credential
    if listing.issuer_id != credential.issuer_id:
        return _open(
            "status_other_issuer",
            "The status list was published by somebody other than the issuer of this award.",
            _ASK,
        )
    if listing.id != url:
        return _open("status_wrong_list", "What lies at the address of the status list is another list.", _ASK)
    if read.faults:
        return _open("bad_status_list", f"The status list is not in order. {read.faults[0].message}", _ASK)
    proofs = check_proofs(listing, at=at, resolve=resolve, contexts=contexts, remembered=read.signatures)
    failed = [finding for finding in proofs if finding.outcome is Outcome.FAIL]
    if failed:
        return _open("status_list_not_authentic", f"The status list is not authentic. {failed[0].message}", _ASK)
    unknown = [finding for finding in proofs if finding.outcome is not Outcome.PASS]
    if unknown:
        return _open("status_list_unchecked", f"The status list could not be checked. {unknown[0].message}", _LATER)
    if listing.valid_from is not None and at < listing.valid_from:
        return _open("status_list_not_yet_valid", "The status list is not valid yet at the moment asked about.", _ASK)
    if listing.valid_until is not None and listing.valid_until <= at:
        return _open(
            "status_list_expired", "The status list has run out; the issuer has not published a newer one.", _ASK
        )
    return None


def _open(code: str, message: str, remedy: str) -> Finding:
    return Finding("status", Outcome.UNKNOWN, code, message, remedy)
