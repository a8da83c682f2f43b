"""Many at once, in order and in little memory: batches signed, piles verified, on one core or on several.

Over several processes (``processes``), whatever is needed to sign or verify is sent to each of them once: a signer or a resolver that
cannot be pickled stays here, in a single process. See :func:`cairn.credentials.spread.in_order`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.identity import Recipient
from cairn.credentials.integrity.signing import DEFAULT_SUITE, proof_options, suite_for
from cairn.credentials.integrity.suite import written_signature
from cairn.credentials.issue import issue
from cairn.credentials.keys import Signer
from cairn.credentials.linkeddata.contexts import PINNED, Contexts
from cairn.credentials.model import Credential
from cairn.credentials.repeating.batch import Batch, laid_over
from cairn.credentials.repeating.later import ReadLater
from cairn.credentials.resolving import Resolver, TrustRegistry
from cairn.credentials.seen import Seen
from cairn.credentials.spread import in_order
from cairn.credentials.verify import verify


def issue_batch(
    template: Mapping[str, Any],
    recipients: Iterable[Mapping[str, Any]],
    signer: Signer,
    *,
    created: datetime,
    cryptosuite: str | None = None,
    contexts: Contexts = PINNED,
    processes: int = 1,
) -> Iterator[Credential]:
    """Sign one credential per recipient, one after the other, in memory that does not grow with their number.

    ``template`` is a document as for :func:`issue`. Each recipient is a mapping of what differs: it is laid over the template,
    objects into objects, anything else replaces; at the least ``{"id": …, "credentialSubject": {"identifier": […]}}``. Two
    recipients with the same ``id`` are refused (``duplicate_id``), as is one without (``missing``). With ``processes``, recipients are
    taken some hundreds ahead.
    """
    for made in issue_each(
        template,
        recipients,
        signer,
        created=created,
        cryptosuite=cryptosuite,
        contexts=contexts,
        processes=processes,
    ):
        if isinstance(made, CredentialError):
            raise made
        yield made


def issue_each(
    template: Mapping[str, Any],
    recipients: Iterable[Mapping[str, Any]],
    signer: Signer,
    *,
    created: datetime,
    cryptosuite: str | None = None,
    contexts: Contexts = PINNED,
    processes: int = 1,
) -> Iterator[Credential | CredentialError]:
    """Yield for each recipient, in order, the credential or the reason why there is none; otherwise as :func:`issue_batch`.

    Raises at once, before anything is signed, for a suite that is unknown or does not take the signer's key.
    """
    suite = suite_for(cryptosuite, signer.key_type)
    signing = _Signing(template, signer, created, suite.name, None if contexts is PINNED else contexts)
    with Seen() as seen:
        asked = (_asked(number, recipient, seen) for number, recipient in enumerate(recipients, start=1))
        if processes <= 1:
            yield from map(signing.credential, asked)
            return
        for made in in_order(signing, asked, processes=processes):
            yield Credential(made, ReadLater(made)) if isinstance(made, str) else made


_Asked = Mapping[str, Any] | CredentialError


def _asked(number: int, recipient: Mapping[str, Any], seen: Seen) -> _Asked:
    own = recipient.get("id")
    if not isinstance(own, str):
        return CredentialError("missing", f"Recipient {number} has no id for the credential.", where="id")
    if not seen.add(own):
        return CredentialError(
            "duplicate_id", f"Recipient {number} has the same credential id as an earlier one.", where="id"
        )
    return recipient


@dataclass(slots=True)
class _Signing:
    """How the credentials of a batch are made. What is learnt about the batch on the way stays in its process."""

    template: Mapping[str, Any]
    signer: Signer
    created: datetime
    suite: str
    contexts: Contexts | None
    batch: Batch | None = field(default=None, init=False)
    options: dict[str, Any] = field(default_factory=dict, init=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return _Signing, (self.template, self.signer, self.created, self.suite, self.contexts)

    def __call__(self, asked: _Asked) -> str | CredentialError:
        """Return the text of the credential, or the refusal."""
        made = self.credential(asked)
        return made.text if isinstance(made, Credential) else made

    def credential(self, asked: _Asked) -> Credential | CredentialError:
        """Return the credential, or the refusal."""
        if isinstance(asked, CredentialError):
            return asked
        contexts = PINNED if self.contexts is None else self.contexts
        if not self.options and self.suite == DEFAULT_SUITE:
            self.batch = Batch.of(self.template, contexts)
        if not self.options or self.options["verificationMethod"] != self.signer.verification_method:
            self.options = proof_options(suite_for(self.suite, self.signer.key_type), self.signer, self.created)
        try:
            if self.batch is not None:
                # The same credential as issue() makes, in the short way; None if anything at all is to be said about this one.
                award = self.batch.award(asked, self.options)
                if award is not None:
                    signature = self.signer.sign(award.signing_input)
                    made = award.signed(written_signature(signature, self.signer.key_type))
                    if made is not None:
                        return made
            return issue(
                laid_over(self.template if self.batch is None else self.batch.template, asked),
                self.signer,
                created=self.created,
                cryptosuite=self.suite,
                contexts=contexts,
            )
        except CredentialError as refused:
            return refused


def verify_many(
    sources: Iterable[bytes | str],
    *,
    at: datetime,
    resolve: Resolver,
    trust: TrustRegistry | None = None,
    recipient: Recipient | None = None,
    contexts: Contexts = PINNED,
    processes: int = 1,
) -> Iterator[dict[str, Any]]:
    """Yield the verdict on each source, in order, as :meth:`Verdict.as_dict` has it; for the arguments see :func:`verify`.

    With ``processes``, each of them asks ``resolve`` on its own, so one that remembers answers is asked once per process.
    """
    verifying = _Verifying(at, resolve, trust, recipient, None if contexts is PINNED else contexts)
    return in_order(verifying, sources, processes=processes)


@dataclass(frozen=True, slots=True)
class _Verifying:
    at: datetime
    resolve: Resolver
    trust: TrustRegistry | None
    recipient: Recipient | None
    contexts: Contexts | None

    def __call__(self, source: bytes | str) -> dict[str, Any]:
        return verify(
            source,
            at=self.at,
            resolve=self.resolve,
            trust=self.trust,
            recipient=self.recipient,
            contexts=PINNED if self.contexts is None else self.contexts,
        ).as_dict()
