"""Has the issuer taken it back? The list of revoked awards that an issuer's profile points at.

Open Badges 2.0: a RevocationList with ids (or, for older awards, uids) and reasons. Open Badges 1.x: an object whose keys are uids or
ids and whose values are reasons. Only an entry says no; a list of another issuer, or one that cannot be read, leaves it open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import as_list, parse_object
from cairn.credentials.openbadges2.documents import id_of, kind_of, one
from cairn.credentials.openbadges2.fetching import NotThere, fetch_text
from cairn.credentials.openbadges2.places import place_of, same_place
from cairn.credentials.resolving import Resolver
from cairn.credentials.texts import visible
from cairn.credentials.verdict import Finding, Outcome

MAX_REASON = 300
_ASK = "Ask the issuer whether the award still stands, and tell it that its list of revoked awards is broken."


def revoked(reason: Any) -> Finding:
    """Return the finding for an award that was taken back, with the issuer's reason if it gives one."""
    said = (
        f" It gives this reason: “{visible(reason)[:MAX_REASON]}”" if isinstance(reason, str) and reason.strip() else ""
    )
    return Finding(
        "status",
        Outcome.FAIL,
        "revoked",
        f"The issuer has revoked this award. It no longer counts.{said}",
        "If you hold it and do not know why, ask the issuer.",
    )


def check_revocation_list(assertion: Mapping[str, Any], issuer: Mapping[str, Any], resolve: Resolver) -> Finding | None:
    """Return whether the issuer's list names this award; None if the issuer publishes no list."""
    address = id_of(one(issuer.get("revocationList")))
    if address is None:
        return None
    try:
        listing = parse_object(fetch_text(address, resolve, what="the issuer's list of revoked awards"))
    except NotThere as silence:
        return _open(
            "status_unreachable",
            f"We could not ask whether this award has been revoked ({silence.reason}).",
            "Try again later, or ask the issuer. This does not mean that the credential was revoked.",
        )
    except NotSupported as unsupported:
        return _open(unsupported.code, unsupported.message, unsupported.remedy)
    except CredentialError as error:
        return _open(
            "bad_status_list", f"What is published as list of revoked awards cannot be read. {error.message}", _ASK
        )
    names = [name for name in (id_of(assertion), assertion.get("uid")) if isinstance(name, str) and name]
    if not names:
        return _open("bad_status_entry", "The award has no id by which it could stand in a list of revoked ones.", _ASK)
    if "revokedAssertions" not in listing and "@context" not in listing and "type" not in listing:
        return _judged(next((listing[name] for name in names if name in listing), None))
    owner = id_of(one(listing.get("issuer")))
    if owner is not None and not same_place(owner, id_of(issuer)):
        return _open(
            "status_other_issuer",
            "The list of revoked awards was published by somebody other than the issuer of this award.",
            _ASK,
        )
    if kind_of(listing) != "RevocationList" or not isinstance(listing.get("revokedAssertions", []), str | list):
        return _open("bad_status_list", "What is published as list of revoked awards is something else.", _ASK)
    places = {place_of(name) for name in names}
    for entry in as_list(listing.get("revokedAssertions")):
        named = (entry.get("id"), entry.get("@id"), entry.get("uid")) if isinstance(entry, Mapping) else (entry,)
        if any(isinstance(each, str) and place_of(each) in places for each in named):
            if isinstance(entry, Mapping) and entry.get("revoked") is False:
                continue
            return revoked(entry.get("revocationReason") if isinstance(entry, Mapping) else None)
    return _judged(None)


def _judged(reason: Any) -> Finding:
    if reason is not None and reason is not False:
        return revoked(reason)
    return Finding("status", Outcome.PASS, "not_revoked", "The issuer has not revoked it.")


def _open(code: str, message: str, remedy: str) -> Finding:
    return Finding("status", Outcome.UNKNOWN, code, message, remedy)
