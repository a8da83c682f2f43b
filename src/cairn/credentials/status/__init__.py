"""Asking the issuer's status lists: has this award been revoked or suspended?

An award may carry several entries, such as one for revocation beside one for suspension; each is answered, and the worst counts. Every kind
of entry is a record in :data:`STATUS_KINDS`. Whatever goes wrong on the way (a list that does not answer, is broken, forged, out of
date, or somebody else's) leaves the question open, and the finding says what. Only a mark for this award says no.

The codes of findings stand beside the specification's own errors in :data:`SPECIFIED_ERRORS`.

``?timestamp=``, by which some servers give a list as it was, is not used: asking for it would tell the server which moment, and so
perhaps which award, somebody is interested in. A list counts if it is valid at the moment asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.jsontext import as_list
from cairn.credentials.model import Credential
from cairn.credentials.question import Question
from cairn.credentials.status.bitstring import check_bitstring
from cairn.credentials.status.edtech import check_1edtech
from cairn.credentials.status.kind import Check, unknown
from cairn.credentials.status.older import check_2020, check_2021
from cairn.credentials.status.tokenlist import check_token_status
from cairn.credentials.verdict import Finding

MAX_ENTRIES = 8

STATUS_KINDS: Mapping[str, Check] = {
    "BitstringStatusListEntry": check_bitstring,
    "StatusList2021Entry": check_2021,
    "RevocationList2020Status": check_2020,
    "1EdTechRevocationList": check_1edtech,
    "TokenStatusListEntry": check_token_status,
}
"""Type of a status entry → how it is answered. Reading one more kind means adding one record."""

SPECIFIED_ERRORS: Mapping[str, str] = {
    "status_unreachable": "STATUS_RETRIEVAL_ERROR",
    "status_list_not_authentic": "STATUS_VERIFICATION_ERROR",
    "status_list_unchecked": "STATUS_VERIFICATION_ERROR",
    "status_list_expired": "STATUS_VERIFICATION_ERROR",
    "status_list_not_yet_valid": "STATUS_VERIFICATION_ERROR",
    "status_wrong_purpose": "STATUS_VERIFICATION_ERROR",
    "status_wrong_list": "STATUS_VERIFICATION_ERROR",
    "status_other_issuer": "STATUS_VERIFICATION_ERROR",
    "status_list_too_short": "STATUS_LIST_LENGTH_ERROR",
    "index_out_of_range": "RANGE_ERROR",
    "bad_status_entry": "MALFORMED_VALUE_ERROR",
    "bad_status_list": "MALFORMED_VALUE_ERROR",
}
"""Code of a finding → the error that Bitstring Status List v1.0 (section 3.5) and VC Data Model 2.0 (section 7.2) name for it."""


def check_status(credential: Credential, question: Question) -> list[Finding]:
    """Return one finding per status entry of an authentic credential; none at all if it has no entry."""
    entries = credential.status_entries
    if not entries:
        return []
    if len(entries) > MAX_ENTRIES:
        return [unknown("too_complex", f"This credential points at more than {MAX_ENTRIES} status lists.")]
    return [_check(credential, entry, question) for entry in entries]


def _check(credential: Credential, entry: Mapping[str, Any], question: Question) -> Finding:
    for name in as_list(entry.get("type")):
        check = STATUS_KINDS.get(name) if isinstance(name, str) else None
        if check is not None:
            return check(credential, entry, question)
    return unknown(
        "unsupported_status",
        "The issuer keeps a status for this award in a form this version cannot read, so we cannot say whether it still stands.",
        "Check it with the issuer.",
    )
