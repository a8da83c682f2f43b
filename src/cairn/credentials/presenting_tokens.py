"""Presentations that come as tokens: decoded strictly, then checked with a key the holder lists for authentication.

Three kinds are read: ``vp+jwt`` of VC-JOSE-COSE (the payload is the presentation), its SD-JWT sister, and the ``vp`` claim of VC 1.1.
What the token says beside the presentation (``iss``, ``aud``, ``nonce``, ``exp``) must not contradict it.

Sources: VC-JOSE-COSE 1.0 sections 3.1.2 and 3.2.2; Verifiable Credentials 1.1 section 6.3.1; RFC 8725.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cairn.credentials.dids import KeyNotOfIssuer, VerificationKey, issuer_key, issuer_keys
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.integrity.proofs import CLOCK_SKEW
from cairn.credentials.jose.algorithms import algorithm_of, fits
from cairn.credentials.jose.claims import moment_of
from cairn.credentials.jose.compact import Token, plain_token, read_token, split_disclosures
from cairn.credentials.jose.disclosures import unpack
from cairn.credentials.jose.header import media_type
from cairn.credentials.jsontext import as_list
from cairn.credentials.question import Question
from cairn.credentials.resolving import CouldNotFetch
from cairn.credentials.verdict import Finding, Outcome

AUTHENTICATION = "authentication"
PRESENTATION = "VerifiablePresentation"
AGAIN = "Ask the holder to present it anew."
_TYPES = ("", "jwt", "vp+jwt", "vp-ld+jwt", "vp+ld+jwt", "vp+ld+json+jwt")
_SD_TYPES = ("", "vp+sd-jwt", "vp-ld+sd-jwt", "vp+ld+sd-jwt", "vp+ld+json+sd-jwt")
_OF_THE_TOKEN = frozenset({"iss", "sub", "aud", "jti", "nonce", "iat", "nbf", "exp", "cnf"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A presentation out of a token, not yet believed."""

    token: Token
    claims: Mapping[str, Any]
    document: Mapping[str, Any]


def holds_presentation(text: str | bytes) -> bool:
    """Tell whether a token holds a presentation, and no credential. Raises CredentialError for what is no token."""
    claims = _claims_of(plain_token(text))[1]
    return "vp" in claims or PRESENTATION in as_list(claims.get("type"))


def enveloped_presentation(document: Mapping[str, Any]) -> str:
    """Return the token in an EnvelopedVerifiablePresentation; raises ``bad_envelope``, NotSupported ``unsupported_envelope``."""
    address = document.get("id")
    scheme, comma, token = address.partition(",") if isinstance(address, str) else ("", "", "")
    if not comma or scheme[:5].lower() != "data:":
        raise CredentialError("bad_envelope", "This envelope does not hold the presentation itself.", where="id")
    stated = media_type(scheme[5:])
    if stated not in (*_TYPES[1:], *_SD_TYPES[1:]):
        raise NotSupported("unsupported_envelope", f"This envelope is of a kind we cannot open: {stated[:60]}")
    if ("~" in token) != (stated in _SD_TYPES):
        raise CredentialError("bad_envelope", "What is in this envelope is not what it says.", where="id")
    return token


def read_presentation(text: str | bytes) -> Shown:
    """Decode a token into the presentation in it. Raises CredentialError with the codes of :func:`cairn.credentials.jose.read`."""
    plain = plain_token(text)
    token, claims = _claims_of(plain)
    header = token.header
    if "crit" in header or header.get("b64", True) is not True:
        raise CredentialError(
            "critical_header", "This token asks for an extension that presentations do not use.", remedy=AGAIN
        )
    kind = header.get("typ", "")
    allowed = _SD_TYPES if "~" in plain else _TYPES
    if not isinstance(kind, str) or media_type(kind) not in allowed:
        raise CredentialError("wrong_token_type", "This token is of another sort than its content.", remedy=AGAIN)
    if "vc" in claims or ("vp" in claims and "@context" in claims):
        raise CredentialError(
            "ambiguous_payload", "This token holds two things at once, so readers may see different ones."
        )
    inner = claims.get("vp")
    if inner is None:
        document = {name: value for name, value in claims.items() if name not in _OF_THE_TOKEN}
    elif isinstance(inner, Mapping):
        document = dict(inner)
    else:
        raise CredentialError("bad_token", "The token's “vp” is no presentation.", where="vp")
    issuer = claims.get("iss")
    if issuer is not None:
        holder = document.setdefault("holder", issuer)
        if (holder.get("id") if isinstance(holder, Mapping) else holder) != issuer:
            raise CredentialError(
                "claims_contradict", "The token and the presentation in it name different holders.", where="iss"
            )
    return Shown(token, claims, document)


def check_token(
    shown: Shown, holder: str | None, question: Question, *, challenge: str | None, domain: str | None
) -> tuple[list[Finding], str | None]:
    """Return the findings on the token's signature, and who presents it. Never raises."""
    name = shown.token.header.get("kid")
    kid = name if isinstance(name, str) else None
    presenter = holder or (kid.partition("#")[0] if kid is not None and ":" in kid else None)
    if presenter is None:
        return [_fail("no_key_named", "The token says neither who presents it nor with which key it was signed.")], None
    try:
        for finding in _faults(shown, presenter, kid, question, challenge, domain):
            return [finding], presenter
    except CouldNotFetch as silence:
        return [Finding("key", Outcome.UNKNOWN, "issuer_unreachable", silence.reason, "Try again later.")], presenter
    except NotSupported as unsupported:
        return [Finding("proof", Outcome.UNKNOWN, unsupported.code, unsupported.message, unsupported.remedy)], presenter
    except KeyNotOfIssuer as error:
        return [Finding("key", Outcome.FAIL, error.code, error.message, error.remedy)], presenter
    except CredentialError as error:
        return [Finding("proof", Outcome.FAIL, error.code, error.message, error.remedy)], presenter
    return [Finding("proof", Outcome.PASS, "signature_valid", "")], presenter


def _faults(
    shown: Shown, presenter: str, kid: str | None, question: Question, challenge: str | None, domain: str | None
) -> Iterator[Finding]:
    claims, at = shown.claims, question.at
    algorithm = algorithm_of(shown.token.header)
    made, begin, end = (moment_of(claims, name) for name in ("iat", "nbf", "exp"))
    if any(moment is not None and moment > at + CLOCK_SKEW for moment in (made, begin)):
        yield _fail("proof_from_the_future", "The signature says it was made later than the moment asked about.")
    if end is not None and end <= at:
        yield _fail("proof_expired", "The signature has run out.")
    if challenge is not None and claims.get("nonce") != challenge:
        yield _fail("wrong_challenge", "It does not answer the challenge that was asked.")
    if domain is not None and domain not in as_list(claims.get("aud")):
        yield _fail("wrong_domain", "It was not made for whoever asks now.")
    keys = [key for key in _keys(presenter, kid, question) if fits(algorithm, key.public)]
    if not keys:
        yield _fail("wrong_key_type", "")
        return
    signing = [key for key in keys if key.public.matches(shown.token.signing_input, shown.token.signature)]
    if not signing:
        yield _fail("signature_invalid", "")
        return
    if any(key.revoked is not None and key.revoked <= at for key in signing):
        yield _fail("key_revoked", "")
    if all(key.expires is not None and key.expires <= at for key in signing):
        yield _fail("key_expired", "")


def _keys(presenter: str, kid: str | None, question: Question) -> tuple[VerificationKey, ...]:
    """The keys that the presenter lists for authentication: the named one, or all where none is named."""
    if kid is None or kid == presenter:
        return issuer_keys(presenter, question.resolve, relationship=AUTHENTICATION)
    method = kid if ":" in kid else f"{presenter}#{kid.removeprefix('#')}"
    return (issuer_key(method, presenter, question.resolve, relationship=AUTHENTICATION),)


def _claims_of(text: str) -> tuple[Token, Mapping[str, Any]]:
    if "~" not in text:
        token = read_token(text)
        return token, token.claims
    plain, disclosures, _ = split_disclosures(text)
    token = read_token(plain)
    return token, unpack(token.claims, disclosures).claims


def _fail(code: str, message: str) -> Finding:
    return Finding("proof", Outcome.FAIL, code, message, AGAIN)
