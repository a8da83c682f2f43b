"""What stays the same while a credential and everything inside it is judged: the moment, the world, and how much work it may cause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cairn.credentials.identity import Recipient
from cairn.credentials.integrity.proofs import Remembered
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.resolving import CouldNotFetch, Fetched, Resolver, TrustRegistry

MAX_DEPTH_OF_PARTS = 4
MAX_PARTS = 200
"""Credentials inside one another, endorsements included, in one verification."""
MAX_ADDRESSES = 100
"""Addresses asked in one verification: a document must not send us all over the web."""


@dataclass(slots=True)
class Budget:
    """How many more credentials inside the first one will be looked at."""

    parts: int = MAX_PARTS

    def take(self) -> bool:
        """Use up one; tell whether there was one left."""
        self.parts -= 1
        return self.parts >= 0


@dataclass(frozen=True, slots=True)
class Question:
    """As of when, by asking whom, about whom. ``depth`` counts how deep inside other credentials we are.

    ``remembered`` belongs to one credential that is proven again and again, such as a status list: which of its signatures match
    under which key, which never changes. Provers may use it or not. ``refresh`` says that the caller wants the issuer asked for a
    newer copy, of the credential itself, not of those inside it.
    """

    at: datetime
    resolve: Resolver
    trust: TrustRegistry | None
    recipient: Recipient | None
    contexts: Contexts
    budget: Budget
    depth: int = 0
    remembered: Remembered | None = None
    refresh: bool = False

    def inside(self, *, about_person: bool = True) -> Question:
        """Return the question to put to a credential inside this one; endorsements are not about the person."""
        recipient = self.recipient if about_person else None
        return replace(self, depth=self.depth + 1, recipient=recipient, remembered=None, refresh=False)


class AskOnce:
    """A resolver that asks the world once per address, for one verification, and remembers silence as well."""

    def __init__(self, resolve: Resolver) -> None:
        self._resolve = resolve
        self._answers: dict[str, Fetched | CouldNotFetch] = {}

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Return what lies at ``url``, or raise what was raised the first time. Nothing is asked but web addresses."""
        if not url.startswith(("https://", "http://")):
            # Whoever answers may be no more than a library that opens anything, files of this machine too.
            raise CouldNotFetch("that is no web address")
        if url not in self._answers:
            if len(self._answers) >= MAX_ADDRESSES:
                raise CouldNotFetch("it names more addresses than we ask")
            try:
                self._answers[url] = self._resolve.fetch(url, accept=accept)
            except CouldNotFetch as silence:
                self._answers[url] = silence
        found = self._answers[url]
        if isinstance(found, CouldNotFetch):
            raise found
        return found
