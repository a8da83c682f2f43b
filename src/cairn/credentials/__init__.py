"""The signed document: parse, canonicalise, sign, verify, bake. Stands alone: no database, no web framework, no network client.

    credential = issue(achievement_credential(...), KeySigner(key, "did:web:example.org#key-1"), created=moment)
    picture = bake(png, credential)
    verdict = verify(picture, at=moment, resolve=resolver)

    parse(text)                       any form: Open Badges 1 to 3, Verifiable Credentials 1.1 and 2.0, tokens, European credentials
    issue_batch(template, recipients) many awards of one achievement; verify_many(sources) many at once
    derive(credential, pointers)      show a part of a credential, and nothing else
    open_badges_2(…), european_credential(…), sign_vc_jwt(…)    the same award in other forms

The moment is always an argument, and so is the world: a :class:`Resolver` fetches, a :class:`TrustRegistry` knows issuers.
"""

from cairn.credentials.baking import NoCredentialInside, bake, unbake
from cairn.credentials.build import achievement_credential, clr_credential, endorsement_credential
from cairn.credentials.dids import (
    KeyNotOfIssuer,
    PublishedKey,
    did_document,
    did_jwk,
    did_key,
    did_key_verification_method,
    did_web_of,
    did_web_url,
    key_set,
)
from cairn.credentials.disclosure import derive
from cairn.credentials.elm.export import Learner, european_credential
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.identity import Recipient, identity_object, matches_recipient
from cairn.credentials.issue import add_proof, issue
from cairn.credentials.jose.holding import check_key_binding
from cairn.credentials.jose.issuing import sign_sd_jwt, sign_vc_jwt
from cairn.credentials.keys import Ed25519Key, EllipticKey, KeySigner, PublicKey, RsaKey, Signer, generate_key
from cairn.credentials.linkeddata.contexts import PINNED, Contexts, context
from cairn.credentials.linkeddata.isolated import Isolated
from cairn.credentials.many import issue_batch, issue_each, verify_many
from cairn.credentials.model import Credential
from cairn.credentials.openbadges2.writing import OpenBadges2, open_badges_2
from cairn.credentials.presentations import PresentationVerdict, verify_presentation
from cairn.credentials.presenting import present
from cairn.credentials.resolving import CouldNotFetch, Fetched, KnownIssuer, Resolver, TrustRegistry
from cairn.credentials.statuslist import StatusList, status_entry
from cairn.credentials.verdict import Finding, Outcome, Verdict
from cairn.credentials.verify import verify

parse = Credential.parse

__all__ = [
    "PINNED",
    "Contexts",
    "CouldNotFetch",
    "Credential",
    "CredentialError",
    "Ed25519Key",
    "EllipticKey",
    "Fetched",
    "Finding",
    "Isolated",
    "KeyNotOfIssuer",
    "KeySigner",
    "KnownIssuer",
    "Learner",
    "NoCredentialInside",
    "NotSupported",
    "OpenBadges2",
    "Outcome",
    "PresentationVerdict",
    "PublicKey",
    "PublishedKey",
    "Recipient",
    "Resolver",
    "RsaKey",
    "Signer",
    "StatusList",
    "TrustRegistry",
    "Verdict",
    "achievement_credential",
    "add_proof",
    "bake",
    "check_key_binding",
    "clr_credential",
    "context",
    "derive",
    "did_document",
    "did_jwk",
    "did_key",
    "did_key_verification_method",
    "did_web_of",
    "did_web_url",
    "endorsement_credential",
    "european_credential",
    "generate_key",
    "identity_object",
    "issue",
    "issue_batch",
    "issue_each",
    "key_set",
    "matches_recipient",
    "open_badges_2",
    "parse",
    "present",
    "sign_sd_jwt",
    "sign_vc_jwt",
    "status_entry",
    "unbake",
    "verify",
    "verify_many",
    "verify_presentation",
]
