"""European digital credentials (ELM 3) whose seal (JAdES) is broken, borrowed or not what it says."""

# ruff: noqa: E501 - one row for each file, so that a table reads as a table

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from tools.hostile.ground import Case, Document, award_document, written

from cairn.credentials import EllipticKey, european_credential
from cairn.credentials.multibase import base64url

RULE = "ETSI TS 119 182-1 (JAdES); cairn.credentials.elm.sealing"
LEGAL_ID = "VATIE-1234567X"
BEGINS, ENDS = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Owner:
    """A certificate from a fixed seed, issued by the authority of these files."""

    name: str
    seed: int
    legal_id: str | None = LEGAL_ID
    ends: datetime = ENDS
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.EMAIL_PROTECTION
    authority: bool = False
    key: EllipticKey = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", EllipticKey("P-256", bytes([self.seed]) * 32))

    @property
    def der(self) -> bytes:
        """The certificate; its authority signs by Ed25519, which gives the same bytes each time."""
        return _certificate(self).public_bytes(Encoding.DER)


def _certificate(owner: Owner) -> x509.Certificate:
    authority = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x0a" * 32)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of Testing")])
    names = [x509.NameAttribute(NameOID.COUNTRY_NAME, "IE"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, owner.name)]
    if owner.legal_id:
        names.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, owner.legal_id))
    public = ec.derive_private_key(int.from_bytes(owner.key.secret), ec.SECP256R1()).public_key()
    may = not owner.authority
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(names))
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(1000 + owner.seed)
        .not_valid_before(BEGINS)
        .not_valid_after(owner.ends)
        .add_extension(x509.BasicConstraints(owner.authority, None), critical=True)
        .add_extension(
            x509.KeyUsage(may, may, False, False, False, owner.authority, False, False, False), critical=True
        )
        .add_extension(x509.ExtendedKeyUsage([owner.usage]), critical=False)
        .sign(authority, None)
    )


SEALER = Owner("Example Institute", 21)
FORGER = Owner("Mallory Limited", 22, legal_id="VATIE-6666666M")
WEB_SERVER = Owner("Example Institute", 23, usage=ExtendedKeyUsageOID.SERVER_AUTH)
AUTHORITY = Owner("Example Institute", 24, authority=True)
EARLIER = Owner("Example Institute", 25, ends=datetime(2025, 6, 1, tzinfo=UTC))
NAMELESS = Owner("Example Institute", 26, legal_id=None)


@cache
def _document() -> str:
    return json.dumps(
        european_credential(award_document(), country="IE", legal_identifier=LEGAL_ID), ensure_ascii=False
    )


def sealed(
    owner: Owner = SEALER, *, text: str | None = None, changes: Mapping[str, Any] | None = None, tamper: bool = False
) -> Document:
    """Return a sealed document; ``changes`` bend the protected header (None takes a parameter out)."""
    header: Document = {
        "alg": "ES256",
        "cty": "json",
        "x5t#S256": base64url(hashlib.sha256(owner.der).digest()),
        "x5c": [base64.b64encode(owner.der).decode()],
        "sigT": "2026-03-01T09:30:00Z",
        "b64": False,
        "crit": ["b64", "sigT"],
        **(changes or {}),
    }
    header = {name: value for name, value in header.items() if value is not None}
    payload = text or _document()
    protected = base64url(json.dumps(header).encode())
    if header.get("b64", True):
        payload = base64url(payload.encode())
    signature = bytearray(owner.key.sign(f"{protected}.{payload}".encode()))
    signature[-1] ^= tamper
    return {"payload": payload, "signatures": [{"protected": protected, "signature": base64url(bytes(signature))}]}


def cases() -> Iterator[Case]:
    """Every file of this kind."""
    honest = sealed()
    entry = honest["signatures"][0]
    changed = {**honest, "payload": honest["payload"].replace("Data Analysis", "Date Analysis")}
    encoded = sealed(changes={"b64": None, "crit": ["sigT"]})
    no, open_ = "not_verified", "undetermined"
    rows: tuple[tuple[str, Document, str, str, str], ...] = (
        ("honest", honest, "Nothing: an honest seal, whose authority nobody was told to trust.", open_, "seal_chain_not_checked"),
        ("unsealed", json.loads(_document()), "Carries no seal.", no, "not_sealed"),
        ("changed-letter", changed, "Changes one letter of what was sealed.", no, "seal_broken"),
        ("broken", sealed(tamper=True), "Carries a seal with one bit changed.", no, "seal_broken"),
        ("of-another", sealed(FORGER), "Is sealed by somebody else, whose certificate says so.", no, "seal_of_another"),
        ("nameless", sealed(NAMELESS), "Is sealed with a certificate that does not say whose it is.", open_, "seal_chain_not_checked"),
        ("web-server", sealed(WEB_SERVER), "Is sealed with the certificate of a web server.", open_, "seal_chain_not_checked"),
        ("authority", sealed(AUTHORITY), "Is sealed with the certificate of an authority.", no, "certificate_not_for_seals"),
        ("certificate-run-out", sealed(EARLIER), "Is sealed with a certificate that had run out.", no, "certificate_not_valid_then"),
        ("certificate-exchanged", sealed(changes={"x5c": [base64.b64encode(FORGER.der).decode()]}), "Brings along another certificate than the one it names.", no, "other_certificate"),
        ("certificate-absent", sealed(changes={"x5c": None}), "Brings no certificate along.", open_, "certificate_absent"),
        ("certificate-elsewhere", sealed(changes={"x5c": None, "x5u": "https://169.254.169.254/"}), "Says that its certificate is to be fetched in the verifier's network.", open_, "certificate_absent"),
        ("certificate-noise", sealed(changes={"x5c": ["MIIBAAAA"], "x5t#S256": None}), "Brings along a certificate that cannot be read.", open_, "certificate_unreadable"),
        ("certificates-many", sealed(changes={"x5c": [base64.b64encode(SEALER.der).decode()] * 40}), "Brings along forty certificates.", no, "bad_seal"),
        ("alg-none", sealed(changes={"alg": "none"}), "Says that it needs no signature.", no, "bad_algorithm"),
        ("alg-hs256", sealed(changes={"alg": "HS256"}), "Says that it is sealed with a shared secret.", no, "bad_algorithm"),
        ("alg-of-another-key", sealed(changes={"alg": "RS256"}), "Names an algorithm for another kind of key.", no, "seal_broken"),
        ("crit-unknown", sealed(changes={"crit": ["b64", "sigT", "trustMe"], "trustMe": True}), "Asks for an extension that must be understood.", open_, "unsupported_seal"),
        ("detached", sealed(changes={"sigD": {"mId": "http://uri.etsi.org/19182/HttpHeaders"}}), "Says that something else is sealed than the document (sigD).", open_, "unsupported_seal"),
        ("two-writings", {"payload": honest["payload"], "signatures": [entry, encoded["signatures"][0]]}, "Carries two seals that differ in how the document is written.", no, "bad_seal"),
        ("many-seals", {**honest, "signatures": [entry] * 20}, "Carries twenty seals.", no, "too_many_seals"),
        ("no-seals", {**honest, "signatures": []}, "Carries an empty list of seals.", no, "bad_seal"),
        ("both-writings", {**honest, "signature": entry["signature"], "protected": entry["protected"]}, "Is written in two forms of JSON signatures at once.", no, "bad_seal"),
        ("from-the-future", sealed(changes={"sigT": "2026-12-01T00:00:00Z"}), "Was sealed after the moment that is asked about.", no, "proof_from_the_future"),
        ("member-twice", sealed(text=_document()[:-1] + ',"issuer":{"id":"urn:x:1"}}'), "Seals a document that names two issuers.", no, "duplicate_key"),
        ("deep", sealed(text=_document()[:-1] + ',"x":' + "[" * 90 + "]" * 90 + "}"), "Seals a document of ninety levels.", no, "too_deep"),
    )  # fmt: skip
    for name, document, tries, verdict, code in rows:
        yield Case(f"seal/{name}.jsonld", written(document), tries, verdict, code, (), RULE)
