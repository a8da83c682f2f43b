"""Checking seals: is this the text that was sealed, with whose certificate, and what does that prove?

The rules of this trust decision, in order. A rule that is broken is a failure; one that cannot be settled here leaves it open.

1. The algorithm is one of the signature algorithms we know, and of the certificate's own kind of key.
2. The signature matches every byte of the document and of the seal's header, which holds the certificate's digest where it names one.
3. The certificate is for signing, and was valid when the seal says it was made; the seal was not made later than the moment asked about.
4. The certificate belongs to the issuer: its legal identifier is the one the credential gives its issuer. Anybody can have a
   certificate; so without a chain from it to an authority the caller trusts, whose seal it is stays open.
5. What is not checked is said: revocation of the certificate, the time stamps, the European Union's trusted lists.

Sources: ETSI TS 119 182-1 (JAdES baseline), RFC 7515 section 5.2, RFC 5280 section 6, ETSI EN 319 412-1 section 5.1 (legal identifiers).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

from cairn.credentials.elm.certificates import ALGORITHMS, Certificate, UnreadableCertificate, chain_to
from cairn.credentials.elm.graph import Graph, text_of
from cairn.credentials.elm.reading import ELM_3
from cairn.credentials.elm.seal import KIND, Seal, seals
from cairn.credentials.elm.words import in_order
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import as_list, parse_object
from cairn.credentials.model import Credential
from cairn.credentials.prover import Proven, Prover
from cairn.credentials.question import Question
from cairn.credentials.resolving import CouldNotFetch
from cairn.credentials.texts import visible
from cairn.credentials.verdict import Finding, Outcome

CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of ours the clock of whoever seals may be."""
MAX_ANCHORS = 2_000
VIEWER = "https://europa.eu/europass/digital-credentials/viewer"


@runtime_checkable
class KnowsAuthorities(Protocol):
    """A trust registry that also knows whose certificates for seals it trusts."""

    def authorities(self, at: datetime) -> Sequence[bytes]:
        """Return the certificates (DER) of authorities, or of seals themselves, trusted at that moment; may raise CouldNotFetch."""
        ...


def prove(credential: Credential, question: Question) -> Proven:
    """Answer for a European digital credential: its seals, or that it has none."""
    anchors: Sequence[bytes] = ()
    trust: object = question.trust
    if isinstance(trust, KnowsAuthorities):
        try:
            anchors = trust.authorities(question.at)
        except CouldNotFetch:
            anchors = ()
    return Proven(check_seals(credential, at=question.at, anchors=anchors), credential)


def check_seals(credential: Credential, *, at: datetime, anchors: Sequence[bytes] = ()) -> list[Finding]:
    """Return the findings on the seals around a European digital credential, every one of which must hold.

    ``anchors`` are certificates (DER) of authorities that the caller trusts. Without them an intact seal leaves it open who made it.
    """
    if credential.envelope is None or credential.envelope.kind != KIND:
        return [
            Finding(
                "proof",
                Outcome.FAIL,
                "not_sealed",
                "This European digital credential carries no seal, so anybody could have written it.",
                "Ask for the sealed file, as it came from the issuer or from the Europass wallet.",
            )
        ]
    try:
        found = seals(parse_object(credential.text))
    except NotSupported as unsupported:
        return [Finding("proof", Outcome.UNKNOWN, unsupported.code, unsupported.message, unsupported.remedy)]
    except CredentialError as error:
        return [Finding("proof", Outcome.FAIL, error.code, error.message, error.remedy)]
    trusted = [one for one in map(_anchor, anchors[:MAX_ANCHORS]) if one is not None]
    return [finding for seal in found for finding in _check(seal, credential.document, at, trusted)]


def _check(seal: Seal, document: Mapping[str, Any], at: datetime, anchors: Sequence[Certificate]) -> Iterator[Finding]:
    # 1. The algorithm, and a certificate to hold the signature against.
    if seal.algorithm not in ALGORITHMS:
        yield _fail(
            "bad_algorithm",
            f"The seal is made with “{visible(seal.algorithm[:20])}”, which is no signature by a certificate.",
        )
        return
    if not seal.certificates:
        yield _open(
            "certificate_absent", "The seal does not bring its certificate along, so it cannot be checked here."
        )
        return
    try:
        certificate = Certificate.read(seal.certificates[0])
    except UnreadableCertificate:
        yield _open("certificate_unreadable", "The seal's certificate is written in a way that we cannot read.")
        return
    # 2. The signature.
    if not _is_named(seal, certificate):
        yield _fail("other_certificate", "The seal names another certificate than the one it brings along.")
        return
    matches = certificate.matches(seal.algorithm, seal.signing_input, seal.signature)
    if matches is None:
        yield _open("unsupported_key", "The seal was made with a kind of key that we cannot judge.")
        return
    if not matches:
        yield _fail(
            "seal_broken",
            "The seal does not match this document: something in it has been changed since it was sealed.",
        )
        return
    # 3. The certificate's purpose and dates.
    dates = list(_dates(seal, certificate, at))
    yield from dates
    if any(finding.outcome is Outcome.FAIL for finding in dates):
        return
    when = f" on {seal.signed_at:%d %B %Y}" if seal.signed_at else ""
    yield Finding(
        "proof",
        Outcome.PASS,
        "seal_holds",
        f"Nothing in it has been changed since it was sealed{when}, as the seal itself dates it.",
    )
    # 4. Whose seal it is.
    yield from _whose(seal, certificate, document, at, anchors)


def _dates(seal: Seal, certificate: Certificate, at: datetime) -> Iterator[Finding]:
    signed = seal.signed_at
    if not certificate.may_sign or certificate.is_authority:
        yield _fail(
            "certificate_not_for_seals",
            "The seal was made with a certificate that is not meant for sealing documents.",
            check="key",
        )
    elif signed is not None and signed > at + CLOCK_SKEW:
        yield _fail("proof_from_the_future", "The seal says it was made later than the moment asked about.")
    elif not certificate.valid_at(signed or at):
        yield _fail(
            "certificate_not_valid_then",
            f"The seal was made outside the time its certificate is valid: {certificate.begins:%d %B %Y} to {certificate.ends:%d %B %Y}.",
            check="key",
        )
    elif not certificate.valid_at(at):
        yield _open(
            "seal_time_not_confirmed",
            f"The seal's certificate ran out on {certificate.ends:%d %B %Y}. That the seal was made before, only its time stamps could "
            "confirm, which we do not check.",
            check="key",
        )


def _whose(
    seal: Seal, certificate: Certificate, document: Mapping[str, Any], at: datetime, anchors: Sequence[Certificate]
) -> Iterator[Finding]:
    owner = _named(certificate)
    issuer = Graph(document).one(document, "issuer")
    claimed = text_of(Graph(document).one(issuer, "eIDASIdentifier"), "notation")
    if claimed and certificate.legal_id and _plain(claimed) != _plain(certificate.legal_id):
        yield _fail(
            "seal_of_another",
            f"It was sealed by {owner}, but says that its issuer has the legal identifier {visible(claimed)[:80]}.",
            check="key",
        )
        return
    bound = bool(claimed and certificate.legal_id)
    between = list(_readable((*seal.certificates[1:], *seal.others)))
    anchor = chain_to(certificate, between, anchors, seal.signed_at or at) if anchors else None
    checked = "We have checked that the seal matches the document and that the certificate was valid on that day"
    if anchor is None:
        yield _open(
            "seal_chain_not_checked",
            f"The certificate of the seal names {owner}; it was issued by {visible(certificate.authority)[:120]}. {checked}"
            f"{', and that it belongs to the issuer the credential names' if bound else ''}. We have not checked that this authority is on "
            "the European Union's trusted lists, nor that the certificate was not withdrawn.",
            check="key",
        )
    elif not bound:
        yield _open(
            "seal_not_of_issuer",
            f"The seal belongs to {owner}, but the credential does not give its issuer's legal identifier, or the certificate "
            "has none, so it cannot be told whether they are the same.",
            check="key",
        )
    elif not _is_own_id(issuer.get("id"), certificate):
        yield _open(
            "issuer_id_not_sealed",
            f"The seal belongs to {owner}, but nothing in its certificate says that {visible(str(issuer.get('id')))[:120]} does.",
            check="key",
        )
    else:
        yield Finding(
            "key",
            Outcome.PASS,
            "seal_of_issuer",
            f"The seal belongs to the issuer, {owner}, according to {visible(anchor.organisation or anchor.authority)[:120]}, "
            "which you trust.",
        )
        yield Finding(
            "key",
            Outcome.WARN,
            "seal_revocation_not_checked",
            "Whether the seal's certificate was withdrawn, and its time stamps, have not been checked.",
            f"If much depends on it, check it with the European Commission's viewer as well ({VIEWER}).",
        )
        names = [text for _, text in in_order(issuer.get("legalName"), ())]
        if certificate.organisation and all(_plain(name) != _plain(certificate.organisation) for name in names):
            yield Finding(
                "key",
                Outcome.WARN,
                "seal_names_differ",
                f"The credential calls its issuer “{visible(next(iter(names), ''))[:120]}”, the certificate calls it {owner}.",
                "Believe the certificate's name.",
            )


def _is_named(seal: Seal, certificate: Certificate) -> bool:
    """Tell whether the header's digest of the certificate, if there is one, is that of the certificate."""
    named = seal.header.get("x5t#S256")
    return named is None or (isinstance(named, str) and named.rstrip("=") == _base64url(certificate.sha256))


def _is_own_id(name: object, certificate: Certificate) -> bool:
    """Tell whether an issuer's id claims no more than the certificate says: a name within the document, or its legal identifier.

    A DID or web address would speak of somebody whom the certificate does not know. did:elsi is the legal identifier as a DID.
    """
    return isinstance(name, str) and (name.startswith("urn:") or name == f"did:elsi:{certificate.legal_id}")


def _named(certificate: Certificate) -> str:
    name = visible(certificate.organisation or "an organisation without a name")[:120]
    details = [visible(one)[:80] for one in (certificate.legal_id, certificate.country) if one]
    return f"{name} ({', '.join(details)})" if details else name


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _readable(certificates: Sequence[bytes]) -> Iterator[Certificate]:
    for der in certificates:
        try:
            yield Certificate.read(der)
        except UnreadableCertificate:
            continue


@lru_cache(maxsize=MAX_ANCHORS)
def _anchor(der: bytes) -> Certificate | None:
    """Authorities are the same from one seal to the next, and there are hundreds of them."""
    return next(_readable((der,)), None)


def _fail(code: str, message: str, *, check: str = "proof") -> Finding:
    return Finding(check, Outcome.FAIL, code, message, "Do not rely on it. Ask the issuer for a fresh copy.")


def _open(code: str, message: str, *, check: str = "proof") -> Finding:
    return Finding(
        check,
        Outcome.UNKNOWN,
        code,
        message,
        f"Check it with the European Commission's viewer ({VIEWER}). This does not mean that anything is wrong with it.",
    )


def _takes(credential: Credential) -> bool:
    if credential.envelope is not None:
        return credential.envelope.kind == KIND
    return credential.form is ELM_3 and not as_list(credential.document.get("proof"))


SEALS = Prover("jades", _takes, prove)
