"""BitstringStatusListEntry: revocation, suspension, a newer copy to fetch, or a status in the issuer's own words.

1. The entry is one we can read, and says what its values mean.
2. The list is fetched, and is the issuer's own (:mod:`cairn.credentials.status.listing`).
3. It serves the purpose the entry names, is long enough, and has the index.
4. The value, and what it means: 0 is in order for every purpose.

Source: W3C Bitstring Status List v1.0, sections 2.1 (BitstringStatusListEntry) and 3.2 (Validate Algorithm).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.model import Credential
from cairn.credentials.question import Question
from cairn.credentials.status.kind import revoked, stands, suspended, unknown
from cairn.credentials.status.listing import ByAnother, Listing, NotBelieved, believed
from cairn.credentials.statusentry import BadEntry, Entry, read_entry
from cairn.credentials.statuslist import BITSTRING, ListForm
from cairn.credentials.texts import visible
from cairn.credentials.verdict import Finding, Outcome

_OWN_CODES = frozenset(
    {"status_list_too_short", "bad_status_list", "not_a_status_list", "wrong_purpose", "index_out_of_range"}
)


def check_bitstring(credential: Credential, entry: Mapping[str, Any], question: Question) -> Finding:
    """Answer one BitstringStatusListEntry."""
    # 1. An entry we can read.
    purpose = entry.get("statusPurpose")
    if isinstance(purpose, str) and purpose not in MEANINGS:
        return unknown(
            "unsupported_status",
            "The issuer keeps a status of its own kind for this award, so we cannot say whether it still stands "
            f"({visible(purpose)[:60]}).",
            "Check it with the issuer.",
        )
    try:
        wanted = read_entry(entry)
    except BadEntry as wrong:
        return unknown(
            "bad_status_entry", f"The credential points at its status in a way that cannot be followed. {wrong}"
        )
    return look_up(credential, wanted, BITSTRING, question)


def look_up(credential: Credential, wanted: Entry, form: ListForm, question: Question) -> Finding:
    """Take steps 2 to 4 for an entry of any list of bits."""
    # 2. The list, the issuer's own.
    try:
        listing = believed(credential, wanted.url, question)
    except ByAnother as other:
        return _told_by_another(wanted, other, form)
    except NotBelieved as problem:
        return problem.finding
    # 3. For this purpose, long enough, with this index.
    try:
        value = _value(listing, wanted, form)
    except CredentialError as error:
        code = error.code if error.code in _OWN_CODES else "bad_status_list"
        return unknown(
            {"wrong_purpose": "status_wrong_purpose", "not_a_status_list": "bad_status_list"}.get(code, code),
            error.message,
        )
    # 4. The value.
    return MEANINGS[wanted.purpose](wanted, value)


def _value(listing: Listing, wanted: Entry, form: ListForm) -> int:
    return listing.values(wanted.purpose, wanted.status_size, form).value(wanted.index)


def _told_by_another(wanted: Entry, other: ByAnother, form: ListForm) -> Finding:
    """A list that somebody else signed, at the address which the issuer signed.

    A mark there counts, even in a list that is too short: the issuer sent us to this place to be told of just that. No mark frees
    nobody, since whoever holds the place could so bring a revoked award back to life.
    """
    try:
        value = _value(other.listing, wanted, replace(form, minimum=1))
    except CredentialError:
        return other.finding
    if not value or wanted.purpose not in ("revocation", "suspension"):
        return other.finding
    marked = MEANINGS[wanted.purpose](wanted, value)
    remark = "The status list that the issuer points at says so; it was signed by somebody other than the issuer."
    return replace(marked, message=f"{marked.message} {remark}")


# -- What a value means -----------------------------------------------------------------------------------------------------------


def _word(wanted: Entry, value: int) -> str:
    word = (wanted.messages or {}).get(value, "")
    return "" if word == "undefined" else word


def _revocation(wanted: Entry, value: int) -> Finding:
    return revoked(_word(wanted, value)) if value else stands("revocation")


def _suspension(wanted: Entry, value: int) -> Finding:
    return suspended(_word(wanted, value)) if value else stands("suspension")


def _refresh(_wanted: Entry, value: int) -> Finding:
    if not value:
        return Finding("status", Outcome.PASS, "no_newer_copy", "The issuer has announced no newer copy of it.")
    return Finding(
        "status",
        Outcome.WARN,
        "newer_copy_announced",
        "The issuer has a newer copy of this award. This one still counts, and may say things that have changed.",
        "Ask the holder for the newer copy.",
    )


def _message(wanted: Entry, value: int) -> Finding:
    word = _word(wanted, value) or ("set" if value and wanted.messages is None else "")
    called = f"“{word}” (0x{value:x})" if word else f"0x{value:x}"
    if value:
        # Whether an award with such a status still stands, only its issuer can tell: neither a yes nor a no would be true.
        return unknown(
            "status_message",
            f"The issuer gives this award a status of its own, {called}, and only the issuer can say whether the award still stands "
            f"with it.{wanted.references_text}",
            "Look up what the issuer means by this status, or ask.",
        )
    return Finding(
        "status",
        Outcome.PASS,
        "no_status_message",
        f"The issuer gives it the status {called}: nothing to report.{wanted.references_text}",
    )


MEANINGS: Mapping[str, Callable[[Entry, int], Finding]] = {
    "revocation": _revocation,
    "suspension": _suspension,
    "refresh": _refresh,
    "message": _message,
}
"""statusPurpose → what a value says."""
