"""The certificate of a seal: whose it is, when it is valid, which signatures it matches, and whether an authority we are given issued it.

Only what can be told from the certificates themselves (RFC 5280 section 6, the parts that need no network): names, dates, uses and
signatures along the chain. Nobody is asked whether a certificate has been revoked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import ExtensionOID, NameOID

MAX_CHAIN = 6
MIN_RSA, MAX_RSA = 2048, 8192
"""Bits of an RSA key: fewer can be broken, more only cost time."""
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
_CURVES: dict[str, type[ec.EllipticCurve]] = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
_UNDERSTOOD = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    }
)
_DOCUMENTS = frozenset(
    {
        "1.3.6.1.5.5.7.3.2",  # clientAuth, which seals' certificates often carry
        "1.3.6.1.5.5.7.3.4",  # emailProtection
        "1.3.6.1.5.5.7.3.36",  # documentSigning (RFC 9336)
        "1.3.6.1.4.1.311.10.3.12",
        "1.2.840.113583.1.1.5",  # the document signing of Microsoft and of Adobe
        "2.5.29.37.0",  # any
    }
)
"""Extended uses that let a certificate seal a document; one for a web server only does not."""
ALGORITHMS = frozenset({*(kind + size for kind in ("RS", "PS", "ES") for size in _HASHES), "EdDSA", "Ed25519"})


class UnreadableCertificate(Exception):
    """It may be sound, but what reads certificates here cannot read it."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate, read. Names are as the issuing authority wrote them; ``legal_id`` is the organizationIdentifier (EN 319 412-1).

    ``path_length`` limits the authorities below an authority. ``understood`` is false where the certificate restricts its own use in a
    way that is not looked at here; then no chain is built on it.
    """

    organisation: str | None
    legal_id: str | None
    country: str | None
    authority: str
    begins: datetime
    ends: datetime
    may_sign: bool
    is_authority: bool
    path_length: int | None
    understood: bool
    _subject: bytes = field(repr=False)
    _issuer: bytes = field(repr=False)
    _certificate: x509.Certificate = field(repr=False, compare=False)

    @classmethod
    def read(cls, der: bytes) -> Certificate:
        """Read a certificate from DER; raises :class:`UnreadableCertificate`."""
        try:
            found = x509.load_der_x509_certificate(der)
            subject, issuer = found.subject, found.issuer
            return cls(
                _first(subject, NameOID.ORGANIZATION_NAME) or _first(subject, NameOID.COMMON_NAME),
                _first(subject, NameOID.ORGANIZATION_IDENTIFIER),
                _first(subject, NameOID.COUNTRY_NAME),
                _first(issuer, NameOID.COMMON_NAME)
                or _first(issuer, NameOID.ORGANIZATION_NAME)
                or "an authority without a name",
                found.not_valid_before_utc,
                found.not_valid_after_utc,
                _may_sign(found),
                _is_authority(found),
                _path_length(found),
                _understood(found),
                subject.public_bytes(),
                issuer.public_bytes(),
                found,
            )
        except (
            ValueError,
            TypeError,
            OverflowError,
            UnsupportedAlgorithm,
            x509.InvalidVersion,
            x509.DuplicateExtension,
        ) as error:
            raise UnreadableCertificate(str(error)) from error

    @property
    def sha256(self) -> bytes:
        """The digest of the whole certificate."""
        return self._certificate.fingerprint(hashes.SHA256())

    def valid_at(self, at: datetime) -> bool:
        """Tell whether ``at`` lies in its period."""
        return self.begins <= at <= self.ends

    def matches(self, algorithm: str, message: bytes, signature: bytes) -> bool | None:
        """Tell whether ``signature`` over ``message`` was made with this certificate's key; None if we cannot judge such a key.

        ``algorithm`` must be one of :data:`ALGORITHMS` (RFC 7518 section 3, RFC 8037) and of the key's own kind: an algorithm that does
        not belong to the key matches nothing.
        """
        try:
            key = self._certificate.public_key()
        except (ValueError, UnsupportedAlgorithm):
            return None
        try:
            if isinstance(key, rsa.RSAPublicKey):
                if not MIN_RSA <= key.key_size <= MAX_RSA:
                    return None
                return algorithm[:2] in ("RS", "PS") and _rsa(key, algorithm, message, signature)
            if isinstance(key, ec.EllipticCurvePublicKey):
                curve = _CURVES.get(algorithm)
                return curve is not None and isinstance(key.curve, curve) and _ec(key, algorithm, message, signature)
            if isinstance(key, ed25519.Ed25519PublicKey):
                key.verify(signature, message)
                return algorithm in ("EdDSA", "Ed25519")
        except InvalidSignature:
            return False
        return None

    def issued_by(self, other: Certificate) -> bool:
        """Tell whether ``other`` is an authority and its key signed this certificate."""
        if (
            self._issuer != other._subject
            or not other.is_authority
            or not other.understood
            or not _bearable(other._certificate)
        ):
            return False
        try:
            if not isinstance(self._certificate.signature_hash_algorithm, (*_HASHES.values(), type(None))):
                return False
            self._certificate.verify_directly_issued_by(other._certificate)
        except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
            return False
        return True


def chain_to(
    leaf: Certificate, between: Sequence[Certificate], anchors: Sequence[Certificate], at: datetime
) -> Certificate | None:
    """Return the anchor that ``leaf`` leads to through ``between``, every certificate valid at ``at``; None if it leads to none."""
    current, rest = leaf, list(between)
    for below in range(MAX_CHAIN):
        if not current.valid_at(at) or not current.understood:
            return None
        for anchor in anchors:
            if anchor.valid_at(at) and (anchor.sha256 == current.sha256 or _leads(current, anchor, below)):
                return anchor
        parent = next((one for one in rest if one.sha256 != current.sha256 and _leads(current, one, below)), None)
        if parent is None:
            return None
        rest.remove(parent)
        current = parent
    return None


def _leads(current: Certificate, parent: Certificate, below: int) -> bool:
    """Tell whether ``parent`` issued ``current``, with as many authorities between it and the leaf as it allows."""
    return (parent.path_length is None or below <= parent.path_length) and current.issued_by(parent)


def _rsa(key: rsa.RSAPublicKey, algorithm: str, message: bytes, signature: bytes) -> bool:
    digest = _HASHES[algorithm[2:]]()
    pad: padding.AsymmetricPadding = padding.PKCS1v15()
    if algorithm.startswith("PS"):
        pad = padding.PSS(padding.MGF1(digest), digest.digest_size)
    key.verify(signature, message, pad, digest)
    return True


def _ec(key: ec.EllipticCurvePublicKey, algorithm: str, message: bytes, signature: bytes) -> bool:
    size = (key.key_size + 7) // 8
    if len(signature) != 2 * size:
        return False
    pair = encode_dss_signature(int.from_bytes(signature[:size]), int.from_bytes(signature[size:]))
    key.verify(pair, message, ec.ECDSA(_HASHES[algorithm[2:]]()))
    return True


def _bearable(certificate: x509.Certificate) -> bool:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return False
    return not isinstance(key, rsa.RSAPublicKey) or MIN_RSA <= key.key_size <= MAX_RSA


def _first(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    found = name.get_attributes_for_oid(oid)
    value = found[0].value if len(found) == 1 else None
    return value if isinstance(value, str) else None


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _path_length(certificate: x509.Certificate) -> int | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length
    except x509.ExtensionNotFound:
        return None


def _understood(certificate: x509.Certificate) -> bool:
    """RFC 5280 section 4.2: a critical extension that is not understood forbids relying on the certificate."""
    if any(one.critical and one.oid not in _UNDERSTOOD for one in certificate.extensions):
        return False
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return _is_authority(certificate) or bool(_DOCUMENTS & {use.dotted_string for use in uses})


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return authority and usage.key_cert_sign
