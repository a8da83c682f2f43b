"""Status lists that are somebody else's, bent, or built to exhaust their reader; and entries that point at them."""

# ruff: noqa: E501 - one row for each file, so that a table reads as a table

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tools.hostile.ground import (
    INWARD,
    KEYS_PAGE,
    LIST,
    MALLORY_DID,
    MALLORY_PAGE,
    MALLORY_SIGNER,
    NOW,
    SITE,
    SUSPENSIONS,
    Case,
    Document,
    award_document,
    list_document,
    signed,
    signed_anyhow,
    with_bit,
    written,
)
from tools.hostile.packing import gzipped

from cairn.credentials.moments import format_moment
from cairn.credentials.multibase import base64url

RULE = "Bitstring Status List 1.0 section 3.2; cairn.credentials.status"
INDEX = 94567


def entry(url: str, **changes: Any) -> Document:
    """Return an entry of a credential's status, with members changed; None takes one away."""
    made = {
        "id": f"{url}#{INDEX}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(INDEX),
        "statusListCredential": url,
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def _lists() -> dict[str, tuple[Any, str, str, str]]:
    """Return name → what lies at the address of the list, what that tries, verdict, code."""

    def at(name: str) -> str:
        return f"{SITE}/status/{name}"

    def own(name: str, **changes: Any) -> Document:
        return signed_anyhow(list_document(at(name), **changes))

    def encoded(name: str, text: str) -> Document:
        made = list_document(at(name))
        return signed_anyhow({**made, "credentialSubject": {**made["credentialSubject"], "encodedList": text}})

    unsigned = list_document(at("unsigned"))
    bomb = gzipped(bytes(17 * 2**20))
    past, future = format_moment(NOW - timedelta(days=1)), format_moment(NOW + timedelta(days=1))
    theirs = list_document(at("of-another"), issuer=MALLORY_DID)
    marked = list_document(at("of-another-marked"), issuer=MALLORY_DID, bits=with_bit(INDEX))
    forged = signed_anyhow(list_document(at("forged")), MALLORY_SIGNER)
    forged["proof"]["verificationMethod"] = "did:web:badges.example.org#key-1"
    circle = {**list_document(at("of-itself")), "credentialStatus": [entry(at("of-itself"))]}
    return {
        "revoked": (own("revoked", bits=with_bit(INDEX)), "Was revoked.", "not_verified", "revoked"),
        "of-another": (signed_anyhow(theirs, MALLORY_SIGNER), "Points at a list that somebody else signed, in which nobody is revoked.", "undetermined", "status_other_issuer"),
        "of-another-marked": (signed_anyhow(marked, MALLORY_SIGNER), "Points at a list that somebody else signed, in which it is marked.", "not_verified", "revoked"),
        "forged": (forged, "Points at a list that a forger signed in the institute's name.", "undetermined", "status_list_not_authentic"),
        "by-forgers-key": (signed_anyhow(list_document(at("by-forgers-key")), MALLORY_SIGNER), "Points at a list in the institute's name, signed with a forger's own key.", "undetermined", "status_list_not_authentic"),
        "unsigned": (unsigned, "Points at a list that nobody signed.", "undetermined", "status_list_not_authentic"),
        "moved": (signed_anyhow(list_document(SUSPENSIONS)), "Points at an address where another list of the same issuer lies.", "undetermined", "status_wrong_list"),
        "too-short": (own("too-short", bits=bytes(100)), "Points at a list of 800 entries, in which one holder is soon told from another.", "undetermined", "status_list_too_short"),
        "bomb": (encoded("bomb", "u" + base64url(bomb)), "Points at a list that unpacks to seventeen mebibytes.", "undetermined", "bad_status_list"),
        "cut-short": (encoded("cut-short", "u" + base64url(gzipped(bytes(16384))[:-20])), "Points at a list whose packing breaks off.", "undetermined", "bad_status_list"),
        "two-packings": (encoded("two-packings", "u" + base64url(gzipped(bytes(16384)) * 2)), "Points at a list with a second packing behind the first.", "undetermined", "bad_status_list"),
        "not-packed": (encoded("not-packed", "u" + "A" * 100), "Points at a list that is not packed.", "undetermined", "bad_status_list"),
        "other-purpose": (own("other-purpose", purpose="suspension"), "Points at a list that was made for something else.", "undetermined", "status_wrong_purpose"),
        "run-out": (own("run-out", validUntil=past), "Points at a list that has run out, as an old copy would.", "undetermined", "status_list_expired"),
        "not-yet": (own("not-yet", validFrom=future), "Points at a list of the future.", "undetermined", "status_list_not_yet_valid"),
        "no-list": (signed(award_document(id=at("no-list"), credentialStatus=None)), "Points at a credential that is no list.", "undetermined", "bad_status_list"),
        "web-page": (b"<!doctype html><title>Welcome</title>", "Points at a web page.", "undetermined", "bad_status_list"),
        "bottomless": (b'{"a":' + b"[" * 30_000, "Points at thirty thousand open brackets.", "undetermined", "bad_status_list"),
        "of-itself": (signed_anyhow(circle), "Points at a list whose own status stands in itself: a circle.", "verified", "not_revoked"),
    }  # fmt: skip


def _entries() -> tuple[tuple[str, list[Document], str, str, str], ...]:
    words = [{"status": f"0x{n:x}", "message": "x"} for n in range(2)]
    open_ = "undetermined"
    return (
        ("index-out-of-range", [entry(LIST, statusListIndex="131072")], "Names the entry behind the last one.", open_, "index_out_of_range"),
        ("index-huge", [entry(LIST, statusListIndex="9" * 5000)], "Names an entry by five thousand digits.", open_, "bad_status_entry"),
        ("index-negative", [entry(LIST, statusListIndex="-1")], "Names an entry from the end, as some languages read -1.", open_, "bad_status_entry"),
        ("index-foreign-digits", [entry(LIST, statusListIndex="\u0669\u0664\u0665\u0666\u0667")], "Writes its index in other digits, which some languages read as numbers.", open_, "bad_status_entry"),
        ("index-number", [entry(LIST, statusListIndex=INDEX)], "Writes its index as a number and not as text.", open_, "bad_status_entry"),
        ("size-huge", [entry(LIST, statusSize=2**40, statusMessage=words)], "Says that one entry has a million million bits.", open_, "bad_status_entry"),
        ("purpose-unknown", [entry(LIST, statusPurpose="excommunication")], "Names a purpose that nobody knows.", open_, "unsupported_status"),
        ("kind-unknown", [{"id": f"{SITE}/x", "type": "TrustMeStatus"}], "Names a kind of status that nobody knows.", open_, "unsupported_status"),
        ("many-entries", [entry(LIST, id=f"{LIST}#{n}", statusListIndex=str(n)) for n in range(60)], "Names sixty entries.", open_, "too_complex"),
        ("list-inward", [entry(INWARD)], "Points at a list in the verifier's own network.", open_, "status_unreachable"),
        ("list-file", [entry("file:///etc/passwd")], "Points at a file of the verifier's machine.", open_, "status_unreachable"),
        ("list-plain-http", [entry("http://badges.example.org/status/1")], "Points at a list over an unprotected connection.", open_, "status_unreachable"),
        ("list-relative", [entry("/status/1")], "Points at a list by half an address.", open_, "bad_status_entry"),
        ("list-silent", [entry(f"{SITE}/status/silent")], "Points at a list that does not answer.", open_, "status_unreachable"),
        ("1edtech-elsewhere", [{"id": "https://mallory.example/revoked", "type": "1EdTechRevocationList"}], "Points at an unsigned list on a stranger's site.", open_, "status_other_issuer"),
    )  # fmt: skip


def cases() -> Iterator[Case]:
    """Every file of this kind."""
    for name, (_, tries, verdict, code) in _lists().items():
        url = f"{SITE}/status/{name}"
        document = signed_anyhow(award_document(credentialStatus=[entry(url)]))
        yield Case(f"status/{name}.json", written(document), tries, verdict, code, (KEYS_PAGE, url, MALLORY_PAGE), RULE)
    for name, entries, tries, verdict, code in _entries():
        document = signed_anyhow(award_document(credentialStatus=entries))
        named = tuple(
            dict.fromkeys(str(one.get("statusListCredential")) for one in entries if "statusListCredential" in one)
        )
        yield Case(f"status/{name}.json", written(document), tries, verdict, code, (KEYS_PAGE, *named), RULE)
    unsigned = signed_anyhow(award_document(credentialStatus=[entry(f"{SITE}/status/revoked")]))
    del unsigned["credentialStatus"]
    yield Case(
        "status/taken-away.json",
        written(unsigned),
        "Takes away its status after it was revoked.",
        "not_verified",
        "signature_invalid",
        (KEYS_PAGE,),
        RULE,
    )


def pages() -> dict[str, Any]:
    """What lies at the addresses of the lists."""
    return {f"{SITE}/status/{name}": page for name, (page, *_) in _lists().items()}
