"""A small world of authorities, certificates and seals (JAdES), made for tests: everything about it can be bent."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cairn.credentials import Credential
from cairn.credentials.elm import seal
from cairn.credentials.elm.reading import ELM_3

LEGAL_ID = "VATIE-1234567X"
NAME = "Example Institute"
BEGINS, ENDS = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
SEALED = "2026-03-01T09:30:00Z"


@cache
def key_of(kind: str, number: int = 0) -> Any:
    """A private key, made once for the whole run; ``number`` tells several of a kind apart."""
    del number
    if kind.startswith("RSA"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(), "secp256k1": ec.SECP256K1()}
    return ec.generate_private_key(curves[kind])


@dataclass
class Holder:
    """A certificate with its private key, signed by ``parent`` (itself, where there is none)."""

    name: str
    parent: Holder | None = None
    kind: str = "P-256"
    number: int = 0
    authority: bool = False
    legal_id: str | None = None
    begins: datetime = BEGINS
    ends: datetime = ENDS
    path_length: int | None = None
    usage: bool = True
    extended: Sequence[x509.ObjectIdentifier] = ()
    extra: Sequence[tuple[x509.ExtensionType, bool]] = ()
    certificate: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.key = key_of(self.kind, self.number)
        names = [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "IE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.name),
        ]
        names += [x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, self.legal_id)] if self.legal_id else []
        subject = x509.Name([*names, x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        above = self.parent or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(above.certificate.subject if self.parent else subject)
            .public_key(self.key.public_key())
            .serial_number(1000 + self.number)
            .not_valid_before(self.begins)
            .not_valid_after(self.ends)
            .add_extension(x509.BasicConstraints(self.authority, self.path_length if self.authority else None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=self.usage, content_commitment=self.usage, key_encipherment=False, data_encipherment=False,
                    key_agreement=not self.usage, key_cert_sign=self.authority, crl_sign=False, encipher_only=False, decipher_only=False,
                ),
                critical=True,
            )
        )  # fmt: skip
        if self.extended:
            builder = builder.add_extension(x509.ExtendedKeyUsage(self.extended), critical=False)
        for extension, critical in self.extra:
            builder = builder.add_extension(extension, critical=critical)
        digest = None if above.kind == "Ed25519" else hashes.SHA256()
        self.certificate = builder.sign(above.key, digest)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def signature(self, algorithm: str, message: bytes) -> bytes:
        if self.kind == "Ed25519":
            return bytes(self.key.sign(message))
        digests: dict[str, hashes.HashAlgorithm] = {
            "256": hashes.SHA256(),
            "384": hashes.SHA384(),
            "512": hashes.SHA512(),
        }
        digest = digests[algorithm[2:]]
        if self.kind.startswith("RSA"):
            pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
            return bytes(self.key.sign(message, pss if algorithm.startswith("PS") else padding.PKCS1v15(), digest))
        size = (self.key.curve.key_size + 7) // 8
        first, second = decode_dss_signature(self.key.sign(message, ec.ECDSA(digest)))
        return first.to_bytes(size) + second.to_bytes(size)


ROOT = Holder("Root of Testing", authority=True, number=1, ends=datetime(2035, 1, 1, tzinfo=UTC))
BETWEEN = Holder(
    "Authority of Testing", ROOT, authority=True, number=2, path_length=0, ends=datetime(2030, 1, 1, tzinfo=UTC)
)
SEALER = Holder(NAME, BETWEEN, number=3, legal_id=LEGAL_ID, extended=[ExtendedKeyUsageOID.EMAIL_PROTECTION])


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sealed(
    document: Mapping[str, Any] | str,
    holder: Holder = SEALER,
    *,
    algorithm: str = "ES256",
    chain: Sequence[Holder] = (BETWEEN,),
    plain: bool = True,
    changes: Mapping[str, Any] | None = None,
    tamper: bool = False,
) -> dict[str, Any]:
    """A sealed document in the general JSON form; ``changes`` bend the protected header (None takes a parameter out)."""
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    header: dict[str, Any] = {
        "alg": algorithm,
        "cty": "json",
        "x5t#S256": encoded(hashlib.sha256(holder.der).digest()),
        "x5c": [base64.b64encode(one.der).decode() for one in (holder, *chain)],
        "sigT": SEALED,
        **({"b64": False, "crit": ["b64", "sigT"]} if plain else {"crit": ["sigT"]}),
        **(changes or {}),
    }
    header = {name: value for name, value in header.items() if value is not None}
    protected = encoded(json.dumps(header).encode())
    payload = text if plain else encoded(text.encode())
    signature = holder.signature(algorithm, f"{protected}.{payload}".encode())
    if tamper:
        signature = signature[:-1] + bytes([signature[-1] ^ 1])
    return {"payload": payload, "signatures": [{"protected": protected, "signature": encoded(signature)}]}


def opened(document: Mapping[str, Any]) -> Credential:
    """A sealed document as a credential, as reading a file gives it."""
    inner, envelope = seal.read(document)
    return Credential(json.dumps(document), inner, ELM_3, envelope)
