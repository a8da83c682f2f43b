"""Seals of European digital credentials: the Commission's own, and ours, whole and bent in every way."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.sealers import BETWEEN, LEGAL_ID, NAME, ROOT, SEALED, SEALER, Holder, encoded, opened, sealed
from tests.credentials.world import NOW, Issuer, MemoryResolver, Registry

from cairn.credentials import PINNED, Credential, CredentialError, Finding, Outcome
from cairn.credentials.elm.export import european_credential
from cairn.credentials.elm.reading import ELM_3
from cairn.credentials.elm.seal import MAX_CERTIFICATES, MAX_SEALS, is_sealed, read, uploaded
from cairn.credentials.elm.sealing import SEALS, check_seals
from cairn.credentials.errors import NotSupported
from cairn.credentials.question import Budget, Question

DOCUMENT = european_credential(Issuer(MemoryResolver()).document(), country="IE", legal_identifier=LEGAL_ID)


def check(document: dict[str, Any], *, at: datetime = NOW, anchors: Sequence[Holder] = (ROOT,)) -> list[Finding]:
    return check_seals(opened(document), at=at, anchors=[one.der for one in anchors])


def gravest(findings: Sequence[Finding]) -> str:
    order = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN, Outcome.PASS)
    return next(outcome.value for outcome in order if any(finding.outcome is outcome for finding in findings))


def codes(findings: Sequence[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def with_issuer(**changes: Any) -> dict[str, Any]:
    issuer = {name: value for name, value in {**DOCUMENT["issuer"], **changes}.items() if value is not None}
    return {**DOCUMENT, "issuer": issuer}


# -- the Commission's samples -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", params=["Sample-MC-Annex1-signed.jsonld", "Sample-CertOfPart-signed.jsonld"])
def sample(request: pytest.FixtureRequest, shared_data: Path) -> str:
    file = next((shared_data / "badges" / "eu_elm").glob(f"Credentials/*/{request.param}"), None)
    if file is None:
        pytest.skip("the samples of the European Learning Model are not there")
    return file.read_text("utf-8-sig")


THEN = datetime(2024, 1, 1, tzinfo=UTC)


def test_a_sealed_sample_holds_and_leaves_open_whose_seal_it_is(sample: str) -> None:
    findings = check_seals(opened(json.loads(sample)), at=THEN)
    assert codes(findings) == ["seal_holds", "seal_chain_not_checked"]
    assert gravest(findings) == "unknown"
    assert "ORGANIZACION TEST (VATES-A00000000, ES)" in findings[1].message
    assert "ANF AC Qualified Certificates for eSeal" in findings[1].message
    assert "trusted lists" in findings[1].message


def test_a_changed_letter_in_a_sealed_sample_is_a_failure(sample: str) -> None:
    document = json.loads(sample)
    assert "Andromeda" in document["payload"]
    document["payload"] = document["payload"].replace("Andromeda", "Andromedo", 1)
    assert (codes(check_seals(opened(document), at=THEN)), gravest(check_seals(opened(document), at=THEN))) == (
        ["seal_broken"],
        "fail",
    )


def test_a_sample_leads_to_the_authority_that_issued_its_certificate(sample: str) -> None:
    """Its own chain stands outside the signature (xVals); its authority is a test authority, so we name it ourselves."""
    seal = json.loads(sample)["signatures"][0]
    values = [json.loads(base64.urlsafe_b64decode(one + "==")) for one in seal["header"]["etsiU"]]
    chain = [base64.b64decode(one["x509Cert"]["val"]) for value in values for one in value.get("xVals", [])]
    leaf = opened(json.loads(sample)).envelope
    assert leaf is not None
    issuer = x509.load_der_x509_certificate(base64.b64decode(leaf.header["x5c"][0])).issuer
    authority = next(one for one in chain if x509.load_der_x509_certificate(one).subject == issuer)
    findings = check_seals(opened(json.loads(sample)), at=THEN, anchors=[authority])
    assert codes(findings) == ["seal_holds", "seal_of_issuer", "seal_revocation_not_checked"]


def test_after_the_certificate_ran_out_only_a_time_stamp_could_tell(sample: str) -> None:
    findings = check_seals(opened(json.loads(sample)), at=datetime(2026, 6, 1, tzinfo=UTC))
    assert "seal_time_not_confirmed" in codes(findings)
    assert gravest(findings) == "unknown"


def test_a_sample_asked_about_before_it_was_sealed(sample: str) -> None:
    findings = check_seals(opened(json.loads(sample)), at=datetime(2023, 9, 1, tzinfo=UTC))
    assert codes(findings) == ["proof_from_the_future"]


# -- seals of our own ---------------------------------------------------------------------------------------------------------


def test_a_seal_that_leads_to_a_trusted_authority_is_the_issuers() -> None:
    findings = check(sealed(DOCUMENT))
    assert codes(findings) == ["seal_holds", "seal_of_issuer", "seal_revocation_not_checked"]
    assert gravest(findings) == "warn"
    assert f"{NAME} ({LEGAL_ID}, IE)" in findings[1].message
    assert "Root of Testing" in findings[1].message


def test_a_seal_without_a_trusted_authority_is_never_more_than_open() -> None:
    for anchors in ((), (Holder("Other root", authority=True, number=40),)):
        findings = check(sealed(DOCUMENT), anchors=anchors)
        assert codes(findings) == ["seal_holds", "seal_chain_not_checked"]
        assert gravest(findings) == "unknown"


def test_a_certificate_of_a_seal_may_be_trusted_itself() -> None:
    assert "seal_of_issuer" in codes(check(sealed(DOCUMENT, chain=()), anchors=[SEALER]))


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [
        ("RSA2048", "RS256"),
        ("RSA2048", "PS256"),
        ("RSA2048", "RS512"),
        ("RSA2048", "PS384"),
        ("P-256", "ES256"),
        ("P-384", "ES384"),
        ("P-521", "ES512"),
        ("Ed25519", "EdDSA"),
    ],
)
@pytest.mark.parametrize("plain", [True, False], ids=["text", "base64url"])
def test_every_algorithm_of_seals(kind: str, algorithm: str, plain: bool) -> None:
    holder = Holder(NAME, BETWEEN, kind=kind, number=50, legal_id=LEGAL_ID)
    whole = sealed(DOCUMENT, holder, algorithm=algorithm, plain=plain)
    assert "seal_of_issuer" in codes(check(whole))
    broken = sealed(DOCUMENT, holder, algorithm=algorithm, plain=plain, tamper=True)
    assert codes(check(broken)) == ["seal_broken"]


def test_a_flattened_seal_is_read_too() -> None:
    document = sealed(DOCUMENT)
    flat = {"payload": document["payload"], **document["signatures"][0]}
    assert is_sealed(flat)
    assert "seal_of_issuer" in codes(check(flat))


def test_every_one_of_several_seals_must_hold() -> None:
    first, second = sealed(DOCUMENT), sealed(DOCUMENT, tamper=True)
    both = {"payload": first["payload"], "signatures": [*first["signatures"], *second["signatures"]]}
    assert gravest(check(both)) == "fail"
    both["signatures"] = first["signatures"] * 2
    assert gravest(check(both)) == "warn"


# -- whose seal it is: the traps -----------------------------------------------------------------------------------------------


def test_a_strangers_own_certificate_under_a_known_name_stays_open() -> None:
    """Anybody can make a certificate that says anything about its owner."""
    stranger = Holder(NAME, number=60, legal_id=LEGAL_ID)
    findings = check(sealed(DOCUMENT, stranger, chain=()))
    assert codes(findings) == ["seal_holds", "seal_chain_not_checked"]


def test_a_seal_of_another_organisation_is_a_failure_even_with_a_trusted_authority() -> None:
    other = Holder("Other Institute", BETWEEN, number=61, legal_id="VATIE-7654321X")
    findings = check(sealed(DOCUMENT, other))
    assert (codes(findings)[-1], gravest(findings)) == ("seal_of_another", "fail")


def test_another_organisation_that_borrows_the_name_is_told_by_its_certificate() -> None:
    other = Holder("Other Institute", BETWEEN, number=61, legal_id=LEGAL_ID)
    findings = check(sealed(DOCUMENT, other))
    assert codes(findings)[-1] == "seal_names_differ"
    assert "Other Institute" in findings[-1].message
    assert NAME in findings[-1].message


@pytest.mark.parametrize(
    "claimed", ["did:web:university.example", "https://university.example", "did:elsi:VATIE-7654321X"]
)
def test_an_identifier_that_the_certificate_does_not_know_is_not_proven_by_it(claimed: str) -> None:
    """Otherwise a register that knows the university would call any sealed document the university's."""
    findings = check(sealed(with_issuer(id=claimed)))
    assert (codes(findings)[-1], gravest(findings)) == ("issuer_id_not_sealed", "unknown")


def test_a_name_within_the_document_is_no_claim() -> None:
    assert "seal_of_issuer" in codes(check(sealed(with_issuer(id="urn:epass:org:1"))))


def test_without_a_legal_identifier_names_alone_prove_nothing() -> None:
    assert codes(check(sealed(with_issuer(eIDASIdentifier=None, id="urn:epass:org:1"))))[-1] == "seal_not_of_issuer"
    nameless = Holder(NAME, BETWEEN, number=62)
    assert codes(check(sealed(with_issuer(id="urn:epass:org:1"), nameless)))[-1] == "seal_not_of_issuer"


def test_a_certificate_signed_by_an_ordinary_certificate_leads_nowhere() -> None:
    forged = Holder(NAME, SEALER, number=63, legal_id=LEGAL_ID)
    assert "seal_chain_not_checked" in codes(check(sealed(DOCUMENT, forged, chain=(SEALER, BETWEEN))))


def test_an_authority_below_one_that_allows_none_leads_nowhere() -> None:
    deeper = Holder("Deeper authority", BETWEEN, authority=True, number=64)
    holder = Holder(NAME, deeper, number=65, legal_id=LEGAL_ID)
    assert "seal_chain_not_checked" in codes(check(sealed(DOCUMENT, holder, chain=(deeper, BETWEEN))))


def test_a_name_like_the_authoritys_is_not_the_authority() -> None:
    twin = Holder("Root of Testing", authority=True, number=66)
    holder = Holder(NAME, twin, number=67, legal_id=LEGAL_ID)
    assert "seal_chain_not_checked" in codes(check(sealed(DOCUMENT, holder, chain=(twin,))))


def test_an_authority_that_had_run_out_leads_nowhere() -> None:
    old = Holder("Old authority", ROOT, authority=True, number=68, ends=datetime(2026, 1, 1, tzinfo=UTC))
    holder = Holder(NAME, old, number=69, legal_id=LEGAL_ID)
    assert "seal_chain_not_checked" in codes(check(sealed(DOCUMENT, holder, chain=(old,))))


def test_a_certificate_for_web_servers_only_leads_nowhere() -> None:
    server = Holder(NAME, BETWEEN, number=70, legal_id=LEGAL_ID, extended=[ExtendedKeyUsageOID.SERVER_AUTH])
    assert "seal_chain_not_checked" in codes(check(sealed(DOCUMENT, server)))


def test_a_critical_restriction_that_is_not_understood_leads_nowhere() -> None:
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
    holder = Holder(NAME, BETWEEN, number=71, legal_id=LEGAL_ID, extra=[(strange, True)])
    assert "seal_chain_not_checked" in codes(check(sealed(DOCUMENT, holder)))
    constrained = x509.NameConstraints(permitted_subtrees=[x509.DNSName("example.org")], excluded_subtrees=None)
    limited = Holder("Limited", ROOT, authority=True, number=72, extra=[(constrained, True)])
    below = Holder(NAME, limited, number=73, legal_id=LEGAL_ID)
    assert "seal_chain_not_checked" in codes(check(sealed(DOCUMENT, below, chain=(limited,))))


# -- dates and purposes --------------------------------------------------------------------------------------------------------


def test_a_seal_made_while_its_certificate_was_not_valid() -> None:
    late = {"sigT": "2027-06-01T00:00:00Z"}
    assert codes(check(sealed(DOCUMENT, changes=late), at=datetime(2028, 1, 1, tzinfo=UTC))) == [
        "certificate_not_valid_then"
    ]
    early = {"sigT": "2024-06-01T00:00:00Z"}
    assert codes(check(sealed(DOCUMENT, changes=early))) == ["certificate_not_valid_then"]


def test_a_seal_from_the_future() -> None:
    soon = {"sigT": (NOW + timedelta(days=1)).isoformat().replace("+00:00", "Z")}
    assert codes(check(sealed(DOCUMENT, changes=soon))) == ["proof_from_the_future"]


def test_a_seal_dated_in_seconds_or_not_at_all() -> None:
    moment = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
    newer = {"sigT": None, "crit": ["b64"], "iat": moment}
    assert "01 March 2026" in check(sealed(DOCUMENT, changes=newer))[0].message
    assert "seal_of_issuer" in codes(check(sealed(DOCUMENT, changes={"sigT": None, "crit": ["b64"]})))


def test_certificates_not_meant_for_sealing() -> None:
    no_use = Holder(NAME, BETWEEN, number=80, legal_id=LEGAL_ID, usage=False)
    assert codes(check(sealed(DOCUMENT, no_use))) == ["certificate_not_for_seals"]
    authority = Holder(NAME, ROOT, number=81, legal_id=LEGAL_ID, authority=True)
    assert codes(check(sealed(DOCUMENT, authority))) == ["certificate_not_for_seals"]


# -- hostile seals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES256K", "", "RS1"])
def test_an_algorithm_that_is_no_signature_by_a_certificate(algorithm: str) -> None:
    findings = check(sealed(DOCUMENT, changes={"alg": algorithm}))
    assert codes(findings) == ["bad_algorithm"]


@pytest.mark.parametrize("algorithm", ["ES384", "ES512", "RS256", "PS256", "EdDSA"])
def test_an_algorithm_that_does_not_belong_to_the_key_matches_nothing(algorithm: str) -> None:
    assert codes(check(sealed(DOCUMENT, changes={"alg": algorithm}))) == ["seal_broken"]


@pytest.mark.parametrize(("kind", "algorithm"), [("RSA1024", "RS256"), ("secp256k1", "ES256")])
def test_keys_that_are_not_judged_leave_it_open(kind: str, algorithm: str) -> None:
    holder = Holder(NAME, BETWEEN, kind=kind, number=90, legal_id=LEGAL_ID)
    found = check(sealed(DOCUMENT, holder, algorithm=algorithm))
    assert codes(found) in (["unsupported_key"], ["seal_broken"])
    assert kind != "RSA1024" or codes(found) == ["unsupported_key"]


def test_a_seal_that_names_another_certificate_than_it_brings() -> None:
    assert codes(check(sealed(DOCUMENT, changes={"x5t#S256": encoded(b"\0" * 32)}))) == ["other_certificate"]
    swapped = sealed(DOCUMENT, changes={"x5c": [base64.b64encode(BETWEEN.der).decode()], "x5t#S256": None})
    assert codes(check(swapped)) == ["seal_broken"]


def test_a_seal_without_its_certificate_stays_open() -> None:
    assert codes(check(sealed(DOCUMENT, changes={"x5c": None}))) == ["certificate_absent"]
    assert codes(check(sealed(DOCUMENT, changes={"x5c": [], "x5t#S256": None}))) == ["certificate_absent"]


@pytest.mark.parametrize(
    "der", [b"", b"\x30\x82\xff\xff", b"\x30\x00", SEALER.der[:-40], SEALER.certificate.public_bytes(Encoding.PEM)]
)
def test_a_certificate_that_cannot_be_read_stays_open(der: bytes) -> None:
    broken = sealed(DOCUMENT, changes={"x5c": [base64.b64encode(der).decode()], "x5t#S256": None})
    assert codes(check(broken)) == ["certificate_unreadable"]


def test_what_a_seal_depends_on_and_we_do_not_understand_stays_open() -> None:
    for changes in ({"sigD": {"mId": "x"}}, {"crit": ["b64", "sigT", "new"], "new": 1}):
        with pytest.raises(NotSupported) as refused:
            read(sealed(DOCUMENT, changes=changes))
        assert refused.value.code == "unsupported_seal"


BROKEN: dict[str, Any] = {
    "no signatures": {"payload": "{}", "signatures": []},
    "signatures as text": {"payload": "{}", "signatures": "abc"},
    "a signature as text": {"payload": "{}", "signatures": ["abc"]},
    "both forms at once": {**sealed(DOCUMENT), "signature": "AA", "protected": "e30"},
    "no header": {"payload": "{}", "signatures": [{"signature": "AA"}]},
    "header in another alphabet": {"payload": "{}", "signatures": [{"protected": "e30=", "signature": "AA"}]},
    "header with letters beyond ASCII": {"payload": "{}", "signatures": [{"protected": "é30", "signature": "AA"}]},
    "a header of megabytes": {"payload": "{}", "signatures": [{"protected": "A" * 400_000, "signature": "AA"}]},
    "payload as an object": {**sealed(DOCUMENT), "payload": {"a": 1}},
    "critical names twice": sealed(DOCUMENT, changes={"crit": ["b64", "sigT", "b64"]}),
    "critical names that are not there": sealed(DOCUMENT, changes={"crit": ["b64", "sigT", "iat"]}),
    "critical as text": sealed(DOCUMENT, changes={"crit": "b64"}),
    "critical and empty": sealed(DOCUMENT, plain=False, changes={"crit": []}),
    "b64 not critical": sealed(DOCUMENT, changes={"crit": ["sigT"]}),
    "a time that cannot be read": sealed(DOCUMENT, changes={"sigT": "yesterday"}),
    "seconds beyond all years": sealed(DOCUMENT, changes={"iat": 10**15}),
    "seconds as a truth": sealed(DOCUMENT, changes={"iat": True}),
    "b64 as a number": sealed(DOCUMENT, changes={"b64": 0}),
    "certificates as text": sealed(DOCUMENT, changes={"x5c": "MIIB"}),
    "certificates as numbers": sealed(DOCUMENT, changes={"x5c": [1, 2]}),
    "certificates that are not base64": sealed(DOCUMENT, changes={"x5c": ["§§§"]}),
    "too many certificates": sealed(
        DOCUMENT, changes={"x5c": [base64.b64encode(SEALER.der).decode()] * (MAX_CERTIFICATES + 1)}
    ),
    "a certificate of megabytes": sealed(DOCUMENT, changes={"x5c": ["A" * 40_000]}),
    "too many seals": {"payload": "{}", "signatures": sealed(DOCUMENT)["signatures"] * (MAX_SEALS + 1)},
    "a payload that is not JSON": sealed("hello"),
    "a payload with a key twice": sealed('{"a": 1, "a": 2}'),
    "a payload too deep": sealed("[" * 100_000),
    "seals that read the payload differently": {
        **sealed(DOCUMENT),
        "signatures": [*sealed(DOCUMENT)["signatures"], *sealed(DOCUMENT, plain=False)["signatures"]],
    },
    "a header said twice": {
        **sealed(DOCUMENT),
        "signatures": [{**sealed(DOCUMENT)["signatures"][0], "header": {"alg": "none"}}],
    },
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_seal_is_refused(name: str) -> None:
    with pytest.raises(CredentialError) as refused:
        read(BROKEN[name])
    assert not isinstance(refused.value, NotSupported)
    assert refused.value.remedy or refused.value.code in ("too_many_seals", "too_deep", "not_an_object")


def test_rubbish_outside_the_signature_is_passed_by() -> None:
    document = sealed(DOCUMENT, chain=())
    rubbish: list[Any] = [
        "%%%",
        "e30",
        encoded(b"[1]"),
        encoded(b'{"xVals": [{"x509Cert": {"val": "AAAA"}}, 7, {}]}'),
        {"xVals": 3},
        None,
    ]
    document["signatures"][0]["header"] = {"etsiU": rubbish}
    assert codes(check(document)) == ["seal_holds", "seal_chain_not_checked"]
    chain = {"xVals": [{"x509Cert": {"val": base64.b64encode(BETWEEN.der).decode()}}]}
    document["signatures"][0]["header"] = {"etsiU": [*rubbish, encoded(json.dumps(chain).encode())]}
    assert "seal_of_issuer" in codes(check(document)), "a chain needs no signature of its own"


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_changed_sign_of_a_sealed_document_or_its_header_holds(data: st.DataObject) -> None:
    document = sealed(DOCUMENT)
    where = data.draw(st.sampled_from(["payload", "protected"]))
    text = document["payload"] if where == "payload" else document["signatures"][0]["protected"]
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("AZaz09 {}").filter(lambda one: one != text[place]))
    changed = text[:place] + letter + text[place + 1 :]
    if where == "payload":
        document["payload"] = changed
    else:
        document["signatures"][0]["protected"] = changed
    try:
        findings = check(document)
    except CredentialError:
        return
    assert "seal_holds" not in codes(findings)


ODD: tuple[Any, ...] = (None, 7, -1.5, True, "", "x", [], {}, [None], [["x"]], {"a": 1}, "é", "A" * 5000, 10**15)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
@pytest.mark.parametrize(
    "name", ["alg", "crit", "b64", "sigT", "iat", "x5c", "x5t#S256", "sigD", "kid", "adoTst", "sigPId"]
)
def test_whatever_stands_in_a_header_is_answered(name: str, odd: Any) -> None:
    try:
        findings = check(sealed(DOCUMENT, changes={name: odd}))
    except CredentialError:
        return
    assert findings
    assert gravest(findings) != "pass"


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
@pytest.mark.parametrize("name", ["payload", "signatures", "protected", "signature", "header"])
def test_whatever_stands_around_a_seal_is_answered(name: str, odd: Any) -> None:
    document = sealed(DOCUMENT)
    place = document if name in document else document["signatures"][0]
    place[name] = odd
    try:
        findings = check(document)
    except CredentialError:
        return
    assert (gravest(findings) == "warn") is (name == "header"), "what stands outside the signature changes nothing"


# -- the prover -----------------------------------------------------------------------------------------------------------------


class Authorities(Registry):
    """A register that also knows authorities for seals."""

    def authorities(self, at: datetime) -> list[bytes]:
        self.asked.append(("authorities", at))
        return [ROOT.der]


def question(trust: Registry | None) -> Question:
    return Question(NOW, MemoryResolver(), trust, None, PINNED, Budget())


def test_the_prover_asks_a_register_that_knows_authorities() -> None:
    credential = opened(sealed(DOCUMENT))
    assert SEALS.takes(credential)
    assert "seal_of_issuer" in codes(SEALS.prove(credential, question(Authorities({}))).findings)
    for trust in (None, Registry({})):
        assert "seal_chain_not_checked" in codes(SEALS.prove(credential, question(trust)).findings)


def test_an_unsealed_european_credential_could_be_anybodys() -> None:
    credential = Credential(json.dumps(DOCUMENT), DOCUMENT, ELM_3)
    assert SEALS.takes(credential)
    findings = SEALS.prove(credential, question(None)).findings
    assert (codes(findings), gravest(findings)) == (["not_sealed"], "fail")


def test_other_credentials_are_not_for_this_prover(issuer: Issuer) -> None:
    assert not SEALS.takes(issuer.award())


def test_what_issuers_upload_is_unwrapped() -> None:
    assert uploaded({"credential": DOCUMENT}) == DOCUMENT
    assert uploaded(DOCUMENT) is DOCUMENT
    assert SEALED.startswith("2026")
