"""Reading a status list that is itself a credential: fetched, authentic, the issuer's own, and of today.

Whose list is believed? The specification lets anybody sign the list of anybody's awards and leaves the trust to the verifier. Here it
must be signed by the issuer of the award, or with a key that the issuer's own document lists for making claims. A list by somebody else
leaves the question open, and the finding says what such a list shows: its host could otherwise bring a revoked award back to life.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from cairn.credentials.dids import issuer_key
from cairn.credentials.errors import CredentialError
from cairn.credentials.form import Fault
from cairn.credentials.integrity.proofs import Remembered
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.model import Credential
from cairn.credentials.proving import prove
from cairn.credentials.question import Question
from cairn.credentials.resolving import CouldNotFetch, Fetched, Resolver
from cairn.credentials.status.kind import ASK, LATER, unknown
from cairn.credentials.statuslist import MINIMUM_SIZE, ListForm, StatusList
from cairn.credentials.verdict import Finding, Outcome

ACCEPT = "application/vc, application/vc+jwt, application/vc+ld+json, application/json;q=0.9, text/plain;q=0.5"
SMALL_TEXT = 64 * 1024
"""Lists up to this many bytes are kept. 131,072 entries are 16 KiB, 24 KiB when packed badly and written as text."""
SMALL_LIST = 8 * MINIMUM_SIZE
"""A small text can unpack to 16 MiB: such bits are used and let go."""
MAX_UNPACKED = 8


class NotBelieved(Exception):
    """The list cannot be relied on; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class ByAnother(NotBelieved):
    """The list is by somebody other than the issuer; ``listing`` is what it would say."""

    def __init__(self, finding: Finding, listing: Listing) -> None:
        super().__init__(finding)
        self.listing = listing


class Asked:
    """A resolver that notes what was asked of another one, and what it answered."""

    def __init__(self, resolve: Resolver) -> None:
        self._resolve = resolve
        self.answers: list[tuple[str, str, Fetched]] = []
        self.all_answered = True

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Return what the other resolver returns, or raise what it raises."""
        try:
            found = self._resolve.fetch(url, accept=accept)
        except CouldNotFetch:
            self.all_answered = False
            raise
        self.answers.append((url, accept, found))
        return found


@dataclass(frozen=True, slots=True)
class _Proven:
    """What came out of proving a list, and all that it hung on."""

    at: datetime
    contexts: Contexts
    answers: list[tuple[str, str, Fetched]]
    findings: list[Finding]

    def holds_for(self, question: Question) -> bool:
        """Tell whether proving it again would be the same, step by step."""
        if question.at != self.at or question.contexts is not self.contexts:
            return False
        try:
            return all(question.resolve.fetch(url, accept=accept) == found for url, accept, found in self.answers)
        except CouldNotFetch:
            return False


@dataclass(slots=True)
class Listing:
    """A status list as it was read, with what holds of its text whoever asks and whenever: its bits, and which keys it matches."""

    credential: Credential
    signatures: Remembered = field(default_factory=dict)
    unpacked: dict[tuple[str, int, ListForm], StatusList] = field(default_factory=dict)
    faults: list[Fault] = field(init=False)
    last: _Proven | None = None

    def __post_init__(self) -> None:
        self.faults = self.credential.form.faults(self.credential.document)

    def proofs(self, question: Question) -> list[Finding]:
        """Return the findings on the list's proofs. Those of last time, if the moment is that and all that was asked is answered alike."""
        last = self.last
        if last is not None and last.holds_for(question):
            return last.findings
        asked = Asked(question.resolve)
        findings = prove(
            self.credential, replace(question, resolve=asked, recipient=None, remembered=self.signatures)
        ).findings
        self.last = _Proven(question.at, question.contexts, asked.answers, findings) if asked.all_answered else None
        return findings

    def values(self, purpose: str, status_size: int, form: ListForm) -> StatusList:
        """Return the list for ``purpose``, unpacked once; raises as :meth:`StatusList.from_credential`, and ``status_list_too_short``."""
        key = (purpose, status_size, form)
        found = self.unpacked.get(key)
        if found is None:
            found = StatusList.from_credential(self.credential, purpose, form=form).in_entries_of(status_size)
            if found.bits <= SMALL_LIST and len(self.unpacked) < MAX_UNPACKED:
                self.unpacked[key] = found
        return found


def believed(credential: Credential, url: str, question: Question) -> Listing:
    """Fetch the status list at ``url`` for an authentic ``credential`` and make sure that it may be relied on.

    Raises :class:`NotBelieved`, with :class:`ByAnother` for a list in order by somebody else.
    """
    listing = _fetched(url, question)
    found = listing.credential
    own = found.issuer_id == credential.issuer_id or _appointed(found, str(credential.issuer_id), question)
    # The list may leave out its own address; it may not name another one, or lists of one issuer could be exchanged.
    if own and found.id is not None and found.id != url:
        raise NotBelieved(unknown("status_wrong_list", "What lies at the address of the status list is another list."))
    problem = _fault(listing, question)
    if not own:
        message = "The status list was published by somebody other than the issuer of this award."
        other = unknown("status_other_issuer", message)
        raise ByAnother(other, listing) if problem is None else NotBelieved(other)
    if problem is not None:
        raise NotBelieved(problem)
    return listing


def _fetched(url: str, question: Question) -> Listing:
    try:
        fetched = question.resolve.fetch(url, accept=ACCEPT)
    except CouldNotFetch as unreachable:
        message = f"We could not ask whether this award has been revoked ({unreachable.reason})."
        raise NotBelieved(unknown("status_unreachable", message, LATER)) from unreachable
    try:
        return _read(fetched.body)
    except CredentialError as error:
        message = f"What is published as status list cannot be read. {error.message}"
        raise NotBelieved(unknown("bad_status_list", message)) from error


def _read(body: bytes) -> Listing:
    """Read a list, or recall it: many awards point at one, and it changes far less often than it is asked."""
    return _read_once(body) if len(body) <= SMALL_TEXT else Listing(Credential.parse(body))


@lru_cache(maxsize=32)
def _read_once(body: bytes) -> Listing:
    return Listing(Credential.parse(body))


def _fault(listing: Listing, question: Question) -> Finding | None:
    """What keeps the list from being relied on, its issuer aside: it must be in order, authentic, and of today."""
    found = listing.credential
    if listing.faults:
        return unknown("bad_status_list", f"The status list is not in order. {listing.faults[0].message}")
    proofs = listing.proofs(question)
    for proof in proofs:
        if proof.outcome is Outcome.FAIL:
            return unknown("status_list_not_authentic", f"The status list is not authentic. {proof.message}")
    for proof in proofs:
        if proof.outcome is not Outcome.PASS:
            return unknown("status_list_unchecked", f"The status list could not be checked. {proof.message}", LATER)
    if found.valid_from is not None and question.at < found.valid_from:
        return unknown("status_list_not_yet_valid", "The status list is not valid yet at the moment asked about.")
    if found.valid_until is not None and found.valid_until <= question.at:
        message = "The status list has run out; the issuer has not published a newer one."
        return unknown("status_list_expired", message, ASK)
    return None


def _appointed(listing: Credential, issuer: str, question: Question) -> bool:
    """Tell whether the issuer's own document lists every key that the list is signed with."""
    methods = [proof.get("verificationMethod") for proof in listing.proofs]
    if listing.envelope is not None:
        methods = [listing.envelope.header.get("kid")]
    try:
        for method in methods:
            issuer_key(str(method), issuer, question.resolve)
    except (CouldNotFetch, CredentialError):
        return False
    return bool(methods)
