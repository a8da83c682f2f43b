"""Checking a token: is this what was signed, and did a key of the issuer sign it?

The rules of this trust decision, in order; every one must hold for a token to pass. (That token and credential say the same was
settled when it was read: :mod:`cairn.credentials.jose.reading`.)

1. It is signed with an algorithm we accept; none and shared secrets are no signature (:mod:`algorithms`).
2. It was not made later than the moment asked about.
3. The key is one the issuer publishes as its own (:mod:`issuer_keys`). That the token brings a matching key proves nothing.
4. The key is of the kind the algorithm takes, has not been revoked and has not run out.
5. The signature matches the very bytes of header and payload.
6. If the holder's own token follows, it was made with the key the issuer named, for exactly these disclosures (:mod:`holding`).

Sources: RFC 7515 section 5.2, RFC 8725, RFC 9901 section 7, VC-JOSE-COSE section 4; for rule 3 see :mod:`issuer_keys`.
"""

from __future__ import annotations

from collections.abc import Iterator

from cairn.credentials.dids import KeyNotOfIssuer, VerificationKey
from cairn.credentials.envelope import Envelope
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.integrity.proofs import CLOCK_SKEW, MAX_REMEMBERED
from cairn.credentials.jose.algorithms import Algorithm, algorithm_of, fits
from cairn.credentials.jose.claims import contradicting_dates, moment_of
from cairn.credentials.jose.holding import SELECTIVE, check_key_binding
from cairn.credentials.jose.issuer_keys import issuer_keys
from cairn.credentials.jose.reading import shown
from cairn.credentials.keys import PublicKey
from cairn.credentials.model import Credential
from cairn.credentials.prover import Proven, Prover
from cairn.credentials.question import Question
from cairn.credentials.resolving import CouldNotFetch
from cairn.credentials.shown_in_part import remarks_on_part
from cairn.credentials.verdict import Finding, Outcome

KINDS = frozenset({"vc-jwt", "vc-jwt-1.1"}) | SELECTIVE
"""A signed badge of Open Badges 2.0 is a token as well; its keys are found in another way."""
_DO_NOT = "Do not rely on it. Ask the issuer whether it made this award."


def takes(credential: Credential) -> bool:
    """Tell whether the credential came in a token of the kinds that are checked here."""
    return credential.envelope is not None and credential.envelope.kind in KINDS


def prove(credential: Credential, question: Question) -> Proven:
    """Return the findings on a credential that came in a token. Never raises."""
    envelope = credential.envelope
    if envelope is None:
        raise ValueError("this credential came in no token")  # a mistake of the caller, not of the credential
    try:
        for finding in _faults(credential, envelope, question):
            return Proven([finding], credential)
    except CouldNotFetch as unreachable:
        return Proven([_unreachable(unreachable)], credential)
    except NotSupported as unsupported:
        return Proven(
            [Finding("proof", Outcome.UNKNOWN, unsupported.code, unsupported.message, unsupported.remedy)], credential
        )
    except KeyNotOfIssuer as error:
        return Proven([Finding("key", Outcome.FAIL, error.code, error.message, error.remedy)], credential)
    except CredentialError as error:
        return Proven([Finding("proof", Outcome.FAIL, error.code, error.message, error.remedy)], credential)
    sound = Finding(
        "proof",
        Outcome.PASS,
        "signature_valid",
        "It is exactly what the issuer signed, with a key of the issuer's own.",
    )
    return Proven([sound, *_remarks(credential, envelope)], credential)


JOSE = Prover("jose", takes, prove)


def _faults(credential: Credential, envelope: Envelope, question: Question) -> Iterator[Finding]:
    # 1. An algorithm we accept.
    algorithm = algorithm_of(envelope.header)
    # 2. Made by now.
    made = moment_of(envelope.claims, "iat")
    if made is not None and made > question.at + CLOCK_SKEW:
        yield _fail("proof_from_the_future", "The signature says it was made later than the moment asked about.")
    # 3. A key of the issuer.
    issuer = credential.issuer_id
    if issuer is None:
        yield _unnamed(envelope)
        return
    keys = issuer_keys(
        envelope.header,
        issuer,
        question.resolve,
        metadata_first=envelope.kind == "sd-jwt-vc",
    )
    # 4. and 5. Of the right kind, still good, and the one that signed.
    yield from _signature_faults(algorithm, keys, envelope, question)
    # 6. The holder's own token.
    if envelope.key_binding is not None:
        check_key_binding(credential, at=question.at)


def _signature_faults(
    algorithm: Algorithm, keys: list[VerificationKey], envelope: Envelope, question: Question
) -> Iterator[Finding]:
    at = question.at
    fitting = [key for key in keys if fits(algorithm, key.public)]
    if not fitting:
        yield _fail("wrong_key_type", "The signature and the issuer's key are of different kinds.")
    signing = [key for key in fitting if _matches(key.public, envelope, question)]
    if not signing:
        yield _fail(
            "signature_invalid",
            "This is not what the issuer signed: it has been changed since, or the signature was not made with the issuer's key.",
            "Do not rely on it. Ask the issuer, or ask the holder for the original file.",
        )
        return
    # A key may be listed more than once: one withdrawal is enough, one place where it still runs is enough.
    if any(key.revoked is not None and key.revoked <= at for key in signing):
        yield _fail(
            "key_revoked",
            "The issuer has withdrawn the key this was signed with.",
            "Ask the holder for a fresh copy from the issuer.",
        )
    if all(key.expires is not None and key.expires <= at for key in signing):
        yield _fail("key_expired", "The issuer's key had run out.", "Ask the holder for a fresh copy from the issuer.")


def _matches(key: PublicKey, envelope: Envelope, question: Question) -> bool:
    """Tell whether the signature is this key's; a token that is asked about again and again is computed once."""
    remembered, place = question.remembered, (0, key, question.contexts)
    known = None if remembered is None else remembered.get(place)
    matches = key.matches(envelope.signing_input, envelope.signature) if known is None else known
    if remembered is not None and len(remembered) < MAX_REMEMBERED:
        remembered[place] = matches
    return matches


def _remarks(credential: Credential, envelope: Envelope) -> Iterator[Finding]:
    """What is worth saying of a genuine token, though it decides nothing."""
    claims = envelope.claims
    signed = claims["vc"] if envelope.kind == "vc-jwt-1.1" else claims
    if contradicting_dates(claims, signed):
        yield Finding(
            "shape",
            Outcome.WARN,
            "dates_contradict",
            "The token and the credential inside it give different dates. The later beginning and the earlier end count here.",
        )
    if "aud" in claims:
        yield Finding("shape", Outcome.WARN, "addressed", "This copy was made out to somebody in particular.")
    if "proof" in signed:
        yield Finding(
            "proof",
            Outcome.PASS,
            "further_proof",
            "A further signature inside the token is not needed and not checked.",
        )
    if envelope.kind in SELECTIVE and shown(envelope).hidden:
        yield from remarks_on_part(credential.reading)


def _unnamed(envelope: Envelope) -> Finding:
    """An SD-JWT VC may leave its issuer to a certificate, which says who that is only to those who trust its makers."""
    if "x5c" not in envelope.header:
        return _fail("bad_issuer", "This credential does not say who issued it.")
    return Finding(
        "key",
        Outcome.UNKNOWN,
        "unsupported_certificate",
        "Only a certificate says who issued this credential, and this version does not check certificates.",
        "Check it with the issuer's own verifier. This does not mean that anything is wrong with the credential.",
    )


def _unreachable(silence: CouldNotFetch) -> Finding:
    return Finding(
        "key",
        Outcome.UNKNOWN,
        "issuer_unreachable",
        f"We could not ask the issuer for its public key ({silence.reason}), so we cannot say whether this is genuine.",
        "Try again later. This does not mean that anything is wrong with the credential.",
    )


def _fail(code: str, message: str, remedy: str = _DO_NOT) -> Finding:
    return Finding("proof", Outcome.FAIL, code, message, remedy)
