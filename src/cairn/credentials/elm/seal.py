"""Opening a sealed European digital credential: JSON that holds the document as a text and signatures around it (JAdES).

JAdES (ETSI TS 119 182-1) is a JSON Web Signature (RFC 7515 section 7.2, general or flattened) with certificates in its header. The
European platform signs the document's text as it stands (``b64`` false, RFC 7797), so not one of its letters can be exchanged.
Nothing here believes anything: it only tells the parts of a seal.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cairn.credentials.elm.moments import moment
from cairn.credentials.envelope import Envelope
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import MAX_BYTES, parse_object
from cairn.credentials.texts import visible

KIND = "jades"
MAX_SEALS = 4
MAX_CERTIFICATES = 12
"""Certificates of one seal that are read, those outside its signature included."""
MAX_CERTIFICATE = 16 * 1024
MAX_HEADER = 256 * 1024
UNDERSTOOD = frozenset(
    {"b64", "sigT", "iat", "adoTst", "sigPId", "sigPl", "srCms", "srAts", "x5t#o", "sigX5ts", "x5t#S256", "x5c"}
)
"""Header parameters that may be critical. ``sigD`` is none of them: it says that something else is signed than the document."""
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z", re.ASCII)
_LONGEST_TIME = 253402300799
"""Seconds up to the end of the year 9999."""


@dataclass(frozen=True, slots=True)
class Seal:
    """One signature around a document. ``certificates`` (DER) begin with the sealing one; ``others`` are found outside the signature."""

    header: Mapping[str, Any]
    signing_input: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    others: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def algorithm(self) -> str:
        """The name of the signature's algorithm, as the header says it."""
        return str(self.header.get("alg"))

    @property
    def signed_at(self) -> datetime | None:
        """When the seal says that it was made: its own word, which only a time stamp could confirm."""
        return _seconds(self.header.get("iat")) or moment(self.header.get("sigT"))


def is_sealed(document: Mapping[str, Any]) -> bool:
    """Tell a JSON Web Signature in its JSON forms by its members."""
    return "payload" in document and ("signatures" in document or "signature" in document)


def uploaded(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the credential itself where it lies in the wrapping that issuers upload to the platform, else the document."""
    inner = document.get("credential")
    return inner if "@context" not in document and isinstance(inner, Mapping) else document


def read(document: Mapping[str, Any]) -> tuple[dict[str, Any], Envelope]:
    """Return the document inside a seal, and the first seal as an envelope of kind ``jades``.

    Raises CredentialError (``bad_seal``, ``too_many_seals``, and the codes of :func:`cairn.credentials.jsontext.parse_object`) and
    NotSupported (``unsupported_seal``).
    """
    first = seals(document)[0]
    inner = parse_object(_text(document))
    return inner, Envelope(KIND, first.header, inner, first.signing_input, first.signature)


def seals(document: Mapping[str, Any]) -> tuple[Seal, ...]:
    """Return every seal around a document; errors as of :func:`read`."""
    entries = document.get("signatures") if "signatures" in document else [document]
    if not isinstance(entries, list) or not entries or ("signatures" in document and "signature" in document):
        raise _bad("it has no signature")
    if len(entries) > MAX_SEALS:
        raise CredentialError("too_many_seals", f"It carries more than {MAX_SEALS} seals, which nobody needs.")
    return tuple(_seal(entry, document) for entry in entries)


def _seal(entry: object, document: Mapping[str, Any]) -> Seal:
    if (
        not isinstance(entry, Mapping)
        or not isinstance(entry.get("protected"), str)
        or not isinstance(entry.get("signature"), str)
    ):
        raise _bad("a signature lacks its header or its value")
    protected = entry["protected"]
    if len(protected) > MAX_HEADER:
        raise _bad("its header is larger than any needs to be")
    header = parse_object(_bytes(protected))
    open_header = entry.get("header")
    open_header = open_header if isinstance(open_header, Mapping) else {}
    if set(header) & set(open_header):
        raise _bad("its header says something twice")
    _critical(header)
    if ("sigT" in header and moment(header["sigT"]) is None) or ("iat" in header and _seconds(header["iat"]) is None):
        raise _bad("the time when it was made cannot be read")
    payload = document["payload"]
    if not isinstance(payload, str):
        raise _bad("what is sealed is no text")
    signing_input = protected.encode("ascii") + b"." + payload.encode("utf-8", "surrogatepass")
    return Seal(header, signing_input, _bytes(entry["signature"]), _chain(header), tuple(_others(open_header)))


def _seconds(value: object) -> datetime | None:
    """A NumericDate (RFC 7519 section 2), as newer versions of JAdES write the time."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST_TIME:
        return None
    return datetime.fromtimestamp(value, UTC)


def _critical(header: Mapping[str, Any]) -> None:
    """RFC 7515 section 4.1.11: what must be understood must be understood, and must be there."""
    critical = header.get("crit", [])
    if (
        not isinstance(critical, list)
        or any(not isinstance(one, str) or one not in header for one in critical)
        or len(set(critical)) != len(critical)
    ):
        raise _bad("its list of critical parameters is broken")
    if "crit" in header and not critical:
        raise _bad("its list of critical parameters is empty")
    if "b64" in header and (not isinstance(header["b64"], bool) or "b64" not in critical):
        raise _bad("it does not say clearly how the document is written in it")
    unknown = set(critical) - UNDERSTOOD
    if unknown or "sigD" in header:
        name = sorted(unknown or {"sigD"})[0]
        raise NotSupported(
            "unsupported_seal",
            f"This seal depends on something that this version does not understand ({visible(name[:40])}).",
            remedy="Check it with the European Commission's viewer. This does not mean that anything is wrong with it.",
        )


def _text(document: Mapping[str, Any]) -> bytes:
    """The sealed document. All seals around one document must say the same of how it is written (RFC 7797 section 4)."""
    entries = document.get("signatures", [document])
    plain = {parse_object(_bytes(entry["protected"])).get("b64", True) for entry in entries}
    if len(plain) != 1:
        raise _bad("its signatures differ in how the document is written")
    payload: str = document["payload"]
    text = _bytes(payload) if plain == {True} else payload.encode("utf-8", "surrogatepass")
    if len(text) > MAX_BYTES:
        raise CredentialError("too_large", "The document in this seal is larger than any credential needs to be.")
    return text


def _chain(header: Mapping[str, Any]) -> tuple[bytes, ...]:
    chain = header.get("x5c", [])
    if not isinstance(chain, list) or len(chain) > MAX_CERTIFICATES:
        raise _bad("its certificates are not a short list")
    return tuple(_certificate(one) for one in chain)


def _others(open_header: Mapping[str, Any]) -> Iterator[bytes]:
    """Certificates for the chain, kept outside the signature (``xVals``); whatever else stands there is passed by."""
    found = 0
    for packed in _list(open_header.get("etsiU")):
        try:
            value = parse_object(_bytes(packed)) if isinstance(packed, str) else packed
        except CredentialError:
            continue
        for entry in _list(value.get("xVals")) if isinstance(value, Mapping) else ():
            certificate = entry.get("x509Cert") if isinstance(entry, Mapping) else None
            text = certificate.get("val") if isinstance(certificate, Mapping) else None
            if isinstance(text, str) and found < MAX_CERTIFICATES:
                found += 1
                try:
                    yield _certificate(text)
                except CredentialError:
                    continue


def _list(value: object) -> list[Any]:
    return value[:50] if isinstance(value, list) else []


def _certificate(text: object) -> bytes:
    """Plain base64, as RFC 7515 section 4.1.6 has it, not base64url."""
    if not isinstance(text, str) or len(text) > MAX_CERTIFICATE:
        raise _bad("a certificate in it is no text, or too long")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad("a certificate in it is not readable") from error


def _bytes(text: str) -> bytes:
    if not _BASE64URL.match(text) or len(text) % 4 == 1:
        raise _bad("it is not written in base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _bad(why: str) -> CredentialError:
    return CredentialError(
        "bad_seal",
        f"The seal around this credential is broken: {why}.",
        remedy="Ask for the file as it was issued, unchanged.",
    )
