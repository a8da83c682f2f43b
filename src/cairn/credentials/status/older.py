"""The two ancestors of the bitstring status list, which awards under Verifiable Credentials 1.1 still point at.

StatusList2021 (W3C Community Group, 2021 to 2023) has revocation and suspension, RevocationList2020 only revocation. Their lists are
the same packed bits without the letter that marks base64url, and their algorithms set no smallest length, so none is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.linkeddata.terms import is_absolute_iri
from cairn.credentials.model import Credential
from cairn.credentials.question import Question
from cairn.credentials.status.bitstring import look_up
from cairn.credentials.status.kind import unknown
from cairn.credentials.statusentry import BadEntry, Entry, read_index
from cairn.credentials.statuslist import OLDER_FORMS
from cairn.credentials.verdict import Finding


def check_2021(credential: Credential, entry: Mapping[str, Any], question: Question) -> Finding:
    """Answer one StatusList2021Entry."""
    purpose = entry.get("statusPurpose")
    if not isinstance(purpose, str) or purpose.lower() not in ("revocation", "suspension"):
        return unknown(
            "unsupported_status",
            "The issuer keeps a status of its own kind for this award, so we cannot say whether it still stands.",
            "Check it with the issuer.",
        )
    return _check(
        credential, entry, purpose.lower(), "statusListIndex", "statusListCredential", "StatusList2021", question
    )


def check_2020(credential: Credential, entry: Mapping[str, Any], question: Question) -> Finding:
    """Answer one RevocationList2020Status."""
    names = ("revocationListIndex", "revocationListCredential")
    return _check(credential, entry, "revocation", *names, "RevocationList2020", question)


def _check(
    credential: Credential, entry: Mapping[str, Any], purpose: str, index: str, url: str, kind: str, question: Question
) -> Finding:
    address = entry.get(url)
    try:
        if not isinstance(address, str) or not is_absolute_iri(address):
            raise BadEntry(f"It does not name the list by a full address ({url}).")
        wanted = Entry(purpose, read_index(entry.get(index), index), address)
    except BadEntry as wrong:
        return unknown(
            "bad_status_entry", f"The credential points at its status in a way that cannot be followed. {wrong}"
        )
    return look_up(credential, wanted, OLDER_FORMS[kind], question)
