"""The signed document: parse, canonicalise, sign, verify, bake. Stands alone: no database, no web framework, no network client.

    credential = issue(achievement_credential(...), KeySigner(key, "did:web:example.org#key-1"), created=moment)
    picture = bake(png, credential)
    verdict = verify(picture, at=moment, resolve=resolver)

The moment is always an argument, and so is the world: a :class:`Resolver` fetches, a :class:`TrustRegistry` knows issuers.
"""

from cairn.credentials.baking import NoCredentialInside, bake, unbake
from cairn.credentials.build import achievement_credential, clr_credential, endorsement_credential
from cairn.credentials.contexts import PINNED, Contexts, context
from cairn.credentials.dids import (
    PublishedKey,
    did_document,
    did_key,
    did_key_verification_method,
    did_web_of,
    did_web_url,
)
from cairn.credentials.disclosure import derive
from cairn.credentials.errors import CredentialError
from cairn.credentials.identity import Recipient, identity_object, matches_recipient
from cairn.credentials.issue import issue
from cairn.credentials.keys import Ed25519Key, KeySigner, Signer
from cairn.credentials.many import issue_batch, issue_each, verify_many
from cairn.credentials.model import Credential
from cairn.credentials.resolving import CouldNotFetch, Fetched, KnownIssuer, Resolver, TrustRegistry
from cairn.credentials.statuslist import StatusList, status_entry
from cairn.credentials.verdict import Finding, Outcome, Verdict
from cairn.credentials.verify import verify

__all__ = [
    "PINNED",
    "Contexts",
    "CouldNotFetch",
    "Credential",
    "CredentialError",
    "Ed25519Key",
    "Fetched",
    "Finding",
    "KeySigner",
    "KnownIssuer",
    "NoCredentialInside",
    "Outcome",
    "PublishedKey",
    "Recipient",
    "Resolver",
    "Signer",
    "StatusList",
    "TrustRegistry",
    "Verdict",
    "achievement_credential",
    "bake",
    "clr_credential",
    "context",
    "derive",
    "did_document",
    "did_key",
    "did_key_verification_method",
    "did_web_of",
    "did_web_url",
    "endorsement_credential",
    "identity_object",
    "issue",
    "issue_batch",
    "issue_each",
    "matches_recipient",
    "status_entry",
    "unbake",
    "verify",
    "verify_many",
]
