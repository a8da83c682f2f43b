"""Every kind of status an award can point at: larger values with words, several purposes, and the lists before and beside Bitstring."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.forging import signed_anyway
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import (
    Credential,
    CredentialError,
    Ed25519Key,
    KeySigner,
    StatusList,
    Verdict,
    did_key,
    did_key_verification_method,
    did_web_url,
    issue,
    status_entry,
    verify,
)
from cairn.credentials.jose.issuing import sign_vc_jwt
from cairn.credentials.linkeddata.contexts import (
    DATA_INTEGRITY_V2,
    ED25519_2020,
    REVOCATION_LIST_2020,
    STATUS_LIST_2021,
    VC_V1,
)
from cairn.credentials.multibase import base64url
from cairn.credentials.status import SPECIFIED_ERRORS, STATUS_KINDS
from cairn.credentials.statuslist import MAXIMUM_SIZE, MINIMUM_SIZE

URL = "https://badges.example.org/status/9"
WORDS = ("in review", "accepted", "rejected", "undefined")


def publish(by: Issuer, bits: StatusList, signer: KeySigner | None = None, /, **changes: Any) -> None:
    """Publish a list at URL, signed with the issuer's key or another; ``subject`` and other changes are laid over it."""
    unsigned = bits.to_credential(url=URL, issuer=by.did, valid_from=AWARDED)
    subject = {**unsigned["credentialSubject"], **changes.pop("subject", {})}
    document = {**unsigned, "credentialSubject": subject, **changes}
    by.world.pages[URL] = signed_anyway(document, signer or by.signer).text.encode()


def judged(issuer: Issuer, *entries: dict[str, Any]) -> Verdict:
    credential = signed_anyway(issuer.document(status=entries), issuer.signer)
    verdict = verify(credential, at=NOW, resolve=issuer.world)
    assert verdict.authentic == "pass", verdict.findings
    return verdict


def test_each_kind_is_a_record_in_the_table() -> None:
    kinds = {"BitstringStatusListEntry", "StatusList2021Entry", "RevocationList2020Status", "1EdTechRevocationList"}
    assert kinds <= set(STATUS_KINDS)
    assert set(SPECIFIED_ERRORS.values()) == {
        "STATUS_RETRIEVAL_ERROR",
        "STATUS_VERIFICATION_ERROR",
        "STATUS_LIST_LENGTH_ERROR",
        "RANGE_ERROR",
        "MALFORMED_VALUE_ERROR",
    }


# -- Values of more than one bit -------------------------------------------------------------------------------------------------


@given(
    st.integers(1, 16).flatmap(
        lambda size: st.tuples(
            st.just(size), st.dictionaries(st.integers(0, MINIMUM_SIZE - 1), st.integers(0, 2**size - 1), max_size=20)
        )
    )
)
@settings(max_examples=25, deadline=None)
def test_values_of_any_size_survive_being_published(given_values: tuple[int, dict[int, int]]) -> None:
    size, values = given_values
    made = StatusList("message", status_size=size)
    for index, value in values.items():
        made.set(index, value)
    again = StatusList.decode(made.encode(), "message", status_size=size)
    assert {index: again.value(index) for index in values} == values
    assert set(again.indexes()) == {index for index, value in values.items() if value}
    assert StatusList.decode(made.encode(), "message").in_entries_of(size).value(0) == values.get(0, 0)


def test_the_first_bit_of_a_value_is_its_highest() -> None:
    made = StatusList("message", status_size=3)
    made.set(1, 0b110)
    bits = gzip.decompress(base64.urlsafe_b64decode(made.encode()[1:] + "=="))
    assert bits[0] == 0b000_110_00
    assert made.value(1) == 6
    made.set(1, 1)
    assert (made.value(0), made.value(1), made.value(2)) == (0, 1, 0)


@pytest.mark.parametrize("value", [-1, 4])
def test_a_value_that_does_not_fit_is_refused(value: int) -> None:
    with pytest.raises(CredentialError) as refused:
        StatusList("message", status_size=2).set(7, value)
    assert refused.value.code == "bad_status_value"


@pytest.mark.parametrize("size", [0, -1, 17, 2**40])
def test_a_list_of_unheard_of_values_is_refused(size: int) -> None:
    with pytest.raises(CredentialError) as refused:
        StatusList("message", status_size=size)
    assert refused.value.code == "status_list_size"
    with pytest.raises(CredentialError) as refused:
        status_entry(URL, 1, "message", size=size, messages=WORDS)
    assert refused.value.code == "bad_status_entry"


def test_the_issuers_own_words_reach_the_reader(issuer: Issuer) -> None:
    bits = StatusList("message", status_size=2)
    bits.set(5, 2)
    publish(issuer, bits)
    entry = status_entry(URL, 5, "message", size=2, messages=WORDS, reference="https://badges.example.org/words")
    verdict = judged(issuer, entry)
    assert (verdict.verdict, verdict.current) == ("undetermined", "unknown")
    told = next(finding for finding in verdict.findings if finding.code == "status_message")
    assert "“rejected” (0x2)" in told.message
    assert "https://badges.example.org/words" in told.message
    assert judged(issuer, {**entry, "statusListIndex": "6", "id": f"{URL}#6"}).has("no_status_message")


def test_an_award_with_words_for_its_status_can_be_issued(issuer: Issuer) -> None:
    publish(issuer, StatusList("message", status_size=2))
    credential = issuer.award(status=[status_entry(URL, 5, "message", size=2, messages=WORDS)])
    assert verify(credential, at=NOW, resolve=issuer.world).verdict == "verified"


@pytest.mark.parametrize("value", [1, 2, 3])
def test_any_value_but_zero_revokes_where_the_purpose_is_revocation(issuer: Issuer, value: int) -> None:
    bits = StatusList("revocation", status_size=2)
    bits.set(5, value)
    publish(issuer, bits)
    verdict = judged(
        issuer, status_entry(URL, 5, "revocation", size=2, messages=("stands", "error", "fraud", "undefined"))
    )
    assert (verdict.verdict, verdict.has("revoked")) == ("not_verified", True)
    message = next(finding.message for finding in verdict.findings if finding.code == "revoked")
    assert ("fraud" in message) is (value == 2)
    assert "undefined" not in message


def test_a_newer_copy_is_announced_and_the_old_one_still_counts(issuer: Issuer) -> None:
    bits = StatusList("refresh")
    bits.set(3)
    publish(issuer, bits)
    verdict = judged(issuer, status_entry(URL, 3, "refresh"))
    assert (verdict.verdict, verdict.current) == ("verified", "warn")
    assert verdict.has("newer_copy_announced")
    assert judged(issuer, status_entry(URL, 4, "refresh")).current == "pass"


BAD_ENTRIES: dict[str, dict[str, Any]] = {
    "size zero": {"statusSize": 0},
    "size below zero": {"statusSize": -1},
    "size of a terabit": {"statusSize": 2**40},
    "size as text": {"statusSize": "2"},
    "size as fraction": {"statusSize": 1.5},
    "size as truth": {"statusSize": True},
    "no words": {"statusSize": 2},
    "too few words": {
        "statusSize": 2,
        "statusMessage": [{"status": "0x0", "message": "a"}, {"status": "0x1", "message": "b"}],
    },
    "too many words": {"statusMessage": [{"status": f"0x{n:x}", "message": "a"} for n in range(3)]},
    "a word twice": {"statusMessage": [{"status": "0x1", "message": "a"}, {"status": "0x01", "message": "b"}]},
    "words without values": {"statusMessage": [{"message": "a"}, {"message": "b"}]},
    "values without 0x": {"statusMessage": [{"status": "0", "message": "a"}, {"status": "1", "message": "b"}]},
    "values in other digits": {
        "statusMessage": [{"status": "0x0", "message": "a"}, {"status": "0x\u0661", "message": "b"}]
    },
    "values with underscores": {
        "statusMessage": [{"status": "0x0", "message": "a"}, {"status": "0x0_1", "message": "b"}]
    },
    "words that are numbers": {"statusMessage": [{"status": "0x0", "message": 1}, {"status": "0x1", "message": 2}]},
    "reference that is none": {"statusReference": "our handbook"},
    "id of the list": {"id": URL},
    "index below zero": {"statusListIndex": "-1"},
    "index in other digits": {"statusListIndex": "\u0663"},
    "index in superscript": {"statusListIndex": "\u00b3"},
    "index with space": {"statusListIndex": " 3"},
    "index with underscore": {"statusListIndex": "1_0"},
    "index without end": {"statusListIndex": "9" * 5000},
    "index as number": {"statusListIndex": 3},
    "no index": {"statusListIndex": None},
    "list without address": {"statusListCredential": "status/9"},
    "list as object": {"statusListCredential": {"id": URL}},
}


@pytest.mark.parametrize("fault", list(BAD_ENTRIES))
def test_an_entry_against_the_rules_leaves_the_question_open_and_asks_nobody(issuer: Issuer, fault: str) -> None:
    bits = StatusList()
    bits.set(3)
    publish(issuer, bits)
    entry = {**status_entry(URL, 3), **BAD_ENTRIES[fault]}
    document = issuer.document()
    document["credentialStatus"] = {name: value for name, value in entry.items() if value is not None}
    verdict = verify(signed_anyway(document, issuer.signer), at=NOW, resolve=issuer.world)
    assert verdict.verdict == "undetermined", verdict.findings
    assert URL not in issuer.world.asked
    if verdict.authentic == "pass":
        assert verdict.has("bad_status_entry")


def test_an_index_with_leading_zeros_is_the_number_it_writes(issuer: Issuer) -> None:
    bits = StatusList()
    bits.set(7)
    publish(issuer, bits)
    assert judged(issuer, {**status_entry(URL, 7), "statusListIndex": "007"}).has("revoked")
    assert judged(issuer, {**status_entry(URL, 8), "statusListIndex": "008"}).verdict == "verified"


@pytest.mark.parametrize("index", [MINIMUM_SIZE // 2, MINIMUM_SIZE, 2**63, 10**39])
def test_an_index_beyond_the_list_leaves_the_question_open(issuer: Issuer, index: int) -> None:
    publish(issuer, StatusList("revocation", status_size=2))
    words = [f"word {number}" for number in range(4)]
    inside = index < MINIMUM_SIZE
    verdict = judged(issuer, status_entry(URL, index, "revocation", size=2, messages=words))
    assert verdict.has("not_revoked" if inside else "index_out_of_range")


def test_a_list_that_is_long_enough_for_bits_and_too_short_for_pairs_leaves_the_question_open(issuer: Issuer) -> None:
    publish(issuer, StatusList("message"))
    verdict = judged(issuer, status_entry(URL, 1, "message", size=2, messages=WORDS))
    assert verdict.has("status_list_too_short")
    assert verdict.verdict == "undetermined"


def test_one_list_read_in_two_sizes_is_read_rightly_each_time(issuer: Issuer) -> None:
    bits = StatusList("revocation", 2 * MINIMUM_SIZE)
    bits.set(6)
    publish(issuer, bits, subject={"statusPurpose": ["revocation", "message"]})
    pairs = status_entry(URL, 3, "message", size=2, messages=WORDS)
    assert judged(issuer, status_entry(URL, 6)).has("revoked")
    assert judged(issuer, pairs).has("status_message")
    assert judged(issuer, status_entry(URL, 3)).has("not_revoked")


# -- Purposes --------------------------------------------------------------------------------------------------------------------


def test_a_list_can_serve_several_purposes(issuer: Issuer) -> None:
    bits = StatusList()
    bits.set(1)
    publish(issuer, bits, subject={"statusPurpose": ["suspension", "revocation"]})
    assert judged(issuer, status_entry(URL, 1)).has("revoked")
    assert judged(issuer, status_entry(URL, 1, "suspension")).has("suspended")
    assert judged(issuer, status_entry(URL, 1, "refresh")).has("status_wrong_purpose")


def test_every_entry_is_answered_and_the_worst_counts(issuer: Issuer) -> None:
    bits = StatusList()
    bits.set(1)
    publish(issuer, bits)
    issuer.world.silent.add(issuer.suspension_url)
    entries = [status_entry(issuer.suspension_url, 4, "suspension"), status_entry(URL, 2), status_entry(URL, 1)]
    verdict = judged(issuer, *entries)
    assert verdict.verdict == "not_verified"
    assert [f.code for f in verdict.findings if f.check == "status"] == ["status_unreachable", "not_revoked", "revoked"]
    assert judged(issuer, *entries[:2]).verdict == "undetermined"


def test_more_entries_than_anybody_needs_are_not_followed(issuer: Issuer) -> None:
    verdict = judged(issuer, *(status_entry(f"{URL}/{number}", number) for number in range(9)))
    assert verdict.has("too_complex")
    assert not [url for url in issuer.world.asked if url.startswith(URL)]


@pytest.mark.parametrize(
    "purpose", ["Revocation", "revocation ", ["revocation", "revocation"], [["revocation"]], None, 7]
)
def test_the_purpose_of_a_list_is_compared_to_the_letter(issuer: Issuer, purpose: Any) -> None:
    bits = StatusList()
    bits.set(1)
    publish(issuer, bits, subject={"statusPurpose": purpose})
    verdict = judged(issuer, status_entry(URL, 1))
    assert verdict.verdict == ("not_verified" if purpose == ["revocation", "revocation"] else "undetermined")


# -- The list -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ttl", [-1, 1.5, "300000", True, None])
def test_a_list_that_says_nonsense_about_its_age_is_not_believed(issuer: Issuer, ttl: Any) -> None:
    publish(issuer, StatusList(), subject={"ttl": ttl})
    assert judged(issuer, status_entry(URL, 1)).verdict == "undetermined"


def test_how_long_a_list_may_be_kept_is_read(issuer: Issuer) -> None:
    made = StatusList()
    plain = made.to_credential(url=URL, issuer=issuer.did, valid_from=AWARDED)
    stated = made.to_credential(url=URL, issuer=issuer.did, valid_from=AWARDED, ttl_ms=60_000)
    assert StatusList.from_credential(Credential.parse(plain)).ttl_ms == 300_000
    assert StatusList.from_credential(Credential.parse(stated)).ttl_ms == 60_000


def test_a_list_may_leave_out_its_own_address(issuer: Issuer) -> None:
    bits = StatusList()
    bits.set(1)
    unsigned = bits.to_credential(url=URL, issuer=issuer.did, valid_from=AWARDED)
    del unsigned["id"]
    issuer.world.pages[URL] = signed_anyway(unsigned, issuer.signer).text.encode()
    assert judged(issuer, status_entry(URL, 1)).has("revoked")
    assert judged(issuer, status_entry(URL, 2)).verdict == "verified"


def test_a_list_signed_with_another_key_is_not_believed(issuer: Issuer) -> None:
    forger = KeySigner(Ed25519Key.from_seed(b"\x66" * 32), issuer.signer.verification_method)
    publish(issuer, StatusList(), forger)
    verdict = judged(issuer, status_entry(URL, 1))
    assert (verdict.verdict, verdict.has("status_list_not_authentic")) == ("undetermined", True)


@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
def test_a_mark_in_a_list_of_another_issuer_counts_where_the_issuer_points_at_it(issuer: Issuer, purpose: str) -> None:
    stranger = Ed25519Key.from_seed(b"\x66" * 32)
    bits = StatusList(purpose)
    bits.set(1)
    publish(issuer, bits, KeySigner(stranger, did_key_verification_method(stranger)), issuer=did_key(stranger))
    verdict = judged(issuer, status_entry(URL, 1, purpose))
    assert (verdict.verdict, verdict.current) == ("not_verified", "fail")
    told = next(finding for finding in verdict.findings if finding.code in ("revoked", "suspended"))
    assert "signed by somebody other than the issuer" in told.message


def test_a_list_of_another_issuer_without_a_mark_frees_nobody(issuer: Issuer) -> None:
    stranger = Ed25519Key.from_seed(b"\x66" * 32)
    publish(issuer, StatusList(), KeySigner(stranger, did_key_verification_method(stranger)), issuer=did_key(stranger))
    verdict = judged(issuer, status_entry(URL, 1))
    assert (verdict.verdict, verdict.current) == ("undetermined", "unknown")
    assert verdict.has("status_other_issuer")


def test_a_mark_in_a_list_of_another_issuer_counts_even_if_the_list_is_too_short(issuer: Issuer) -> None:
    stranger = Ed25519Key.from_seed(b"\x66" * 32)
    signer = KeySigner(stranger, did_key_verification_method(stranger))
    short = {"encodedList": "u" + base64url(packed(100_000, 1))}
    publish(issuer, StatusList(), signer, issuer=did_key(stranger), subject=short)
    assert judged(issuer, status_entry(URL, 1)).has("revoked")
    assert judged(issuer, status_entry(URL, 2)).has("status_other_issuer")


def test_a_list_of_another_issuer_that_is_not_authentic_is_not_even_quoted(issuer: Issuer) -> None:
    stranger = Ed25519Key.from_seed(b"\x66" * 32)
    bits = StatusList()
    bits.set(1)
    forger = KeySigner(Ed25519Key.from_seed(b"\x67" * 32), did_key_verification_method(stranger))
    publish(issuer, bits, forger, issuer=did_key(stranger))
    verdict = judged(issuer, status_entry(URL, 1))
    assert verdict.has("status_other_issuer")
    assert not any("was revoked" in finding.message for finding in verdict.findings)


def test_a_list_of_another_issuer_counts_once_the_issuers_own_document_lists_its_key(issuer: Issuer) -> None:
    registrar = Ed25519Key.from_seed(b"\x07" * 32)
    method = did_key_verification_method(registrar)
    bits = StatusList()
    bits.set(1)
    publish(issuer, bits, KeySigner(registrar, method), issuer=did_key(registrar))
    issuer.world.pages[did_web_url(issuer.did)]["assertionMethod"].append(method)
    assert judged(issuer, status_entry(URL, 1)).has("revoked")
    assert judged(issuer, status_entry(URL, 2)).verdict == "verified"
    elsewhere = bits.to_credential(url=f"{URL}/other", issuer=did_key(registrar), valid_from=AWARDED)
    issuer.world.pages[URL] = signed_anyway(elsewhere, KeySigner(registrar, method)).text.encode()
    assert judged(issuer, status_entry(URL, 1)).has("status_wrong_list")


def test_a_list_sealed_as_a_token_is_believed_like_any_other(issuer: Issuer) -> None:
    bits = StatusList()
    bits.set(1)
    sealed = sign_vc_jwt(
        bits.to_credential(url=URL, issuer=issuer.did, valid_from=AWARDED), issuer.signer, created=AWARDED
    )
    issuer.world.pages[URL] = sealed.text.encode()
    assert judged(issuer, status_entry(URL, 1)).has("revoked")
    assert judged(issuer, status_entry(URL, 2)).verdict == "verified"
    header, claims, signature = sealed.text.split(".")
    cut = base64url(b"\0" * 64)
    issuer.world.pages[URL] = f"{header}.{claims}.{cut}".encode()
    verdict = judged(issuer, status_entry(URL, 2))
    assert (verdict.verdict, verdict.has("status_list_not_authentic")) == ("undetermined", True), signature
    stranger = KeySigner(Ed25519Key.from_seed(b"\x66" * 32), issuer.signer.verification_method)
    forged = sign_vc_jwt(
        StatusList().to_credential(url=URL, issuer=issuer.did, valid_from=AWARDED), stranger, created=AWARDED
    )
    issuer.world.pages[URL] = forged.text.encode()
    assert judged(issuer, status_entry(URL, 1)).has("status_list_not_authentic")


HOSTILE: dict[str, str] = {
    "bomb": "u" + base64url(gzip.compress(bytes(400 * 1024 * 1024), mtime=0)),
    "two packets": "u" + base64url(gzip.compress(bytes(MINIMUM_SIZE // 8), mtime=0) * 2),
    "cut": "u" + base64url(gzip.compress(bytes(MINIMUM_SIZE // 8), mtime=0)[:-5]),
    "checksum": "u" + base64url(gzip.compress(bytes(MINIMUM_SIZE // 8), mtime=0)[:-8] + bytes(8)),
    "padded": "u" + base64.urlsafe_b64encode(gzip.compress(bytes(MINIMUM_SIZE // 8), mtime=0)).decode() + "=",
    "unmarked": base64url(gzip.compress(bytes(MINIMUM_SIZE // 8), mtime=0)),
    "one byte too many": "u" + base64url(gzip.compress(bytes(MAXIMUM_SIZE // 8 + 1), mtime=0)),
    "empty": "u",
    "nothing": "",
    "words": "the list is at the office",
}


@pytest.mark.parametrize("kind", list(HOSTILE))
def test_hostile_bits_leave_the_question_open(issuer: Issuer, kind: str) -> None:
    publish(issuer, StatusList(), subject={"encodedList": HOSTILE[kind]})
    verdict = judged(issuer, status_entry(URL, 1))
    assert (verdict.verdict, verdict.has("bad_status_list")) == ("undetermined", True), verdict.findings


# -- StatusList2021 and RevocationList2020 ----------------------------------------------------------------------------------------

OLDER = {
    "StatusList2021": (STATUS_LIST_2021, "StatusList2021Credential", {"statusPurpose": "revocation"}),
    "RevocationList2020": (REVOCATION_LIST_2020, "RevocationList2020Credential", {}),
}


SECURITY = {"eddsa-rdfc-2022": DATA_INTEGRITY_V2, "Ed25519Signature2020": ED25519_2020}


def older_entry(kind: str, index: int) -> dict[str, Any]:
    if kind == "StatusList2021":
        return {**status_entry(URL, index), "type": "StatusList2021Entry"}
    return {
        "id": f"{URL}#{index}",
        "type": "RevocationList2020Status",
        "revocationListIndex": str(index),
        "revocationListCredential": URL,
    }


def older_award(issuer: Issuer, kind: str, suite: str = "eddsa-rdfc-2022", /, **entry: Any) -> Credential:
    document = issuer.document(status=[{**older_entry(kind, 1), **entry}], data_model="1.1")
    document["@context"] += [OLDER[kind][0], SECURITY[suite]]
    return issue(document, issuer.signer, created=AWARDED, cryptosuite=suite)


def publish_older(issuer: Issuer, kind: str, encoded: str, suite: str = "eddsa-rdfc-2022", /, **subject: Any) -> None:
    vocabulary, credential_type, own = OLDER[kind]
    document = {
        "@context": [VC_V1, vocabulary, SECURITY[suite]],
        "id": URL,
        "type": ["VerifiableCredential", credential_type],
        "issuer": issuer.did,
        "issuanceDate": "2026-03-01T00:00:00Z",
        "credentialSubject": {"id": f"{URL}#list", "type": kind, "encodedList": encoded, **own, **subject},
    }
    issuer.world.pages[URL] = issue(document, issuer.signer, created=AWARDED, cryptosuite=suite).text.encode()


def packed(size: int, *set_bits: int) -> bytes:
    bits = bytearray(size // 8)
    for index in set_bits:
        bits[index // 8] |= 0x80 >> index % 8
    return gzip.compress(bytes(bits), mtime=0)


@pytest.mark.parametrize("size", [16 * 1024 * 8, 100_000])
@pytest.mark.parametrize("spelling", ["base64url", "base64", "marked"])
@pytest.mark.parametrize("kind", list(OLDER))
def test_an_older_list_is_read_however_it_spells_its_bits(issuer: Issuer, kind: str, spelling: str, size: int) -> None:
    spell: Callable[[bytes], str] = {
        "base64url": base64url,
        "base64": lambda data: base64.b64encode(data).decode(),
        "marked": lambda data: "u" + base64url(data),
    }[spelling]
    credential = older_award(issuer, kind)
    publish_older(issuer, kind, spell(packed(size, 2, 3)))
    assert verify(credential, at=NOW, resolve=issuer.world).verdict == "verified"
    publish_older(issuer, kind, spell(packed(size, 1)))
    assert verify(credential, at=NOW, resolve=issuer.world).has("revoked")


@pytest.mark.parametrize("suite", list(SECURITY))
@pytest.mark.parametrize("kind", list(OLDER))
def test_an_older_list_is_believed_under_the_proofs_of_its_time_and_of_ours(
    issuer: Issuer, kind: str, suite: str
) -> None:
    credential = older_award(issuer, kind, suite)
    publish_older(issuer, kind, base64url(packed(MINIMUM_SIZE, 1)), suite)
    assert verify(credential, at=NOW, resolve=issuer.world).has("revoked")
    issuer.world.pages[URL] = issuer.world.pages[URL].replace(b"H4sI", b"H4sJ")
    assert verify(credential, at=NOW, resolve=issuer.world).has("status_list_not_authentic")


EMPTY_LISTS = {
    131_072: "H4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
    100_000: "H4sIAAAAAAAAA-3BMQEAAADCoPVPbQsvoAAAAAAAAAAAAAAAAP4GcwM92tQwAAA",
}
"""Zeros: from the examples of StatusList2021, and as Digital Bazaar's vc-revocation-list and vc-status-list write them."""


@pytest.mark.parametrize("size", list(EMPTY_LISTS))
def test_the_empty_older_lists_that_others_publish_are_read(issuer: Issuer, size: int) -> None:
    publish_older(issuer, "StatusList2021", EMPTY_LISTS[size])
    last = older_award(issuer, "StatusList2021", statusListIndex=str(size - 1))
    assert verify(last, at=NOW, resolve=issuer.world).verdict == "verified"
    beyond = older_award(issuer, "StatusList2021", statusListIndex=str(size))
    assert verify(beyond, at=NOW, resolve=issuer.world).has("index_out_of_range")


@pytest.mark.parametrize("kind", list(OLDER))
def test_an_older_list_that_is_broken_or_something_else_leaves_the_question_open(issuer: Issuer, kind: str) -> None:
    credential = older_award(issuer, kind)
    for encoded in ("", "H4sIAAAA", base64url(packed(8)), base64url(b"plain")):
        publish_older(issuer, kind, encoded)
        verdict = verify(credential, at=NOW, resolve=issuer.world)
        assert (verdict.verdict, verdict.authentic) == (
            "undetermined" if encoded != base64url(packed(8)) else "verified",
            "pass",
        )
    publish(issuer, StatusList())
    assert verify(credential, at=NOW, resolve=issuer.world).has("bad_status_list")
    publish_older(issuer, kind, base64url(packed(MINIMUM_SIZE)))
    assert verify(credential, at=NOW, resolve=issuer.world).verdict == "verified"
    name = "statusListIndex" if kind == "StatusList2021" else "revocationListIndex"
    beyond = older_award(issuer, kind, **{name: str(MINIMUM_SIZE)})
    assert verify(beyond, at=NOW, resolve=issuer.world).has("index_out_of_range")
    nowhere = older_award(issuer, kind, **{name: "first"})
    assert verify(nowhere, at=NOW, resolve=issuer.world).has("bad_status_entry")


def test_an_older_list_for_another_purpose_leaves_the_question_open(issuer: Issuer) -> None:
    publish_older(issuer, "StatusList2021", base64url(packed(MINIMUM_SIZE, 1)), statusPurpose="suspension")
    credential = older_award(issuer, "StatusList2021")
    assert verify(credential, at=NOW, resolve=issuer.world).has("status_wrong_purpose")
    suspended = older_award(issuer, "StatusList2021", statusPurpose="suspension")
    assert verify(suspended, at=NOW, resolve=issuer.world).has("suspended")
    other = older_award(issuer, "StatusList2021", statusPurpose="mood")
    assert verify(other, at=NOW, resolve=issuer.world).has("unsupported_status")


# -- 1EdTechRevocationList ---------------------------------------------------------------------------------------------------------

REVOKED = "https://badges.example.org/revoked.json"
OWN = "urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5"


def edtech(issuer: Issuer, page: Any, url: str = REVOKED) -> Verdict:
    issuer.world.pages[url] = page
    return judged(issuer, {"id": url, "type": "1EdTechRevocationList"})


def listed(issuer: Issuer, *entries: Any, **changes: Any) -> dict[str, Any]:
    return {"id": REVOKED, "issuer": issuer.did, "revokedCredential": list(entries), **changes}


def test_an_award_in_the_1edtech_list_is_revoked_and_the_reason_told(issuer: Issuer) -> None:
    verdict = edtech(
        issuer, listed(issuer, {"id": OWN, "revoked": True, "revocationReason": "Awarded\u202e by mistake"})
    )
    assert (verdict.verdict, verdict.has("revoked")) == ("not_verified", True)
    assert any("“Awarded by mistake”" in finding.message for finding in verdict.findings)
    assert edtech(issuer, listed(issuer, {"id": f" {OWN.replace(':', '%3A')} "})).has("revoked")
    assert edtech(issuer, {"issuer": issuer.did, "revokedCredentials": [{"id": OWN}]}).has("revoked")
    assert edtech(issuer, listed(issuer, {"id": OWN, "revoked": "true"})).has("revoked")


def test_an_award_that_is_not_in_the_1edtech_list_stands(issuer: Issuer) -> None:
    others = ({"id": "urn:uuid:1"}, {"id": OWN, "revoked": False}, {"id": OWN, "revoked": "false"}, {"id": OWN.upper()})
    assert edtech(issuer, listed(issuer, *others)).verdict == "verified"
    assert edtech(issuer, listed(issuer)).verdict == "verified"


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ({"issuer": "did:web:other.example", "revokedCredential": []}, "status_other_issuer"),
        ({"revokedCredential": []}, "status_other_issuer"),
        ({"issuer": "did:web:badges.example.org", "id": f"{REVOKED}?2", "revokedCredential": []}, "status_wrong_list"),
        ({"issuer": "did:web:badges.example.org"}, "bad_status_list"),
        ({"issuer": "did:web:badges.example.org", "revokedCredential": ["x"]}, "bad_status_list"),
        (
            {"issuer": "did:web:badges.example.org", "revokedCredential": [{"id": OWN, "revoked": "no"}]},
            "bad_status_list",
        ),
        ({"issuer": "did:web:badges.example.org", "revokedCredential": {"id": None}}, "bad_status_list"),
        (b"<html>", "bad_status_list"),
        (b'{"issuer": "did:web:badges.example.org", "issuer": "x"}', "bad_status_list"),
        (b"[" * 9999, "bad_status_list"),
    ],
)
def test_a_1edtech_list_that_is_broken_leaves_the_question_open(issuer: Issuer, page: Any, code: str) -> None:
    verdict = edtech(issuer, page)
    assert (verdict.verdict, verdict.has(code)) == ("undetermined", True), verdict.findings


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/revoked.json",
        "https://badges.example.org.evil.example/revoked.json",
        "https://badges.example.org@evil.example/revoked.json",
        "https://badges.example.org:8443/revoked.json",
        "https://[badges.example.org/revoked.json",
    ],
)
def test_a_1edtech_list_on_another_site_than_the_issuers_is_not_believed(issuer: Issuer, url: str) -> None:
    page = json.dumps({"issuer": issuer.did, "revokedCredential": []}).encode()
    credential = signed_anyway(
        issuer.document(status=[{"id": REVOKED, "type": "1EdTechRevocationList"}]), issuer.signer
    )
    document = {**credential.document, "credentialStatus": {"id": url, "type": "1EdTechRevocationList"}}
    issuer.world.pages[url] = page
    verdict = verify(signed_anyway(document, issuer.signer), at=NOW, resolve=issuer.world)
    assert verdict.verdict == "undetermined"
    assert url not in issuer.world.asked


def test_a_1edtech_list_that_is_silent_or_led_elsewhere_leaves_the_question_open(issuer: Issuer) -> None:
    issuer.world.silent.add(REVOKED)
    assert edtech(issuer, listed(issuer)).has("status_unreachable")
    issuer.world.silent.clear()

    class Led(MemoryResolver):
        def fetch(self, url: str, *, accept: str) -> Any:
            found = issuer.world.fetch(url, accept=accept)
            return type(found)(found.body, found.content_type, "https://evil.example/x" if url == REVOKED else url)

    credential = signed_anyway(
        issuer.document(status=[{"id": REVOKED, "type": "1EdTechRevocationList"}]), issuer.signer
    )
    assert verify(credential, at=NOW, resolve=Led()).has("status_other_issuer")


def test_a_1edtech_list_of_an_issuer_without_a_site_is_not_believed(world: MemoryResolver) -> None:
    key = Ed25519Key.from_seed(b"\x09" * 32)
    issuer = Issuer(world)
    document = issuer.document(
        issuer={"id": did_key(key), "name": "Nobody's site"}, status=[{"id": REVOKED, "type": "1EdTechRevocationList"}]
    )
    credential = signed_anyway(document, KeySigner(key, did_key_verification_method(key)))
    world.pages[REVOKED] = {"issuer": did_key(key), "revokedCredential": []}
    verdict = verify(credential, at=NOW, resolve=world)
    assert (verdict.verdict, verdict.has("status_other_issuer")) == ("undetermined", True)
