"""What an employer, a university or anybody else does here: check a credential, check many, describe a role. Checks are not kept.

1. What was given is recognised: a file (JSON, token, PNG, SVG, PDF), pasted text, the address of a credential, or a share link.
2. It is verified. What this site publishes is read from its own database; everybody else is asked through a guarded resolver.
3. The verdict is put into words, and nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from cairn.credentials import CouldNotFetch, Credential, Fetched, Finding, Outcome, Recipient, Resolver, Verdict
from cairn.credentials.verdict import answer
from cairn.errors import CairnError, Invalid
from cairn.outside import fetching
from cairn.people.models import Organisation, Person, Role
from cairn.people.services import record, require
from cairn.skills.models import Occupation
from cairn.verifying.models import RoleProfile
from cairn.verifying.needs import checked_needs
from cairn.wallet import checking
from cairn.wallet.explaining import Explained, explain
from cairn.wallet.queries import document_of, shared_link
from cairn.wallet.reading import web_address

MAX_SOURCE = 20 * 1024 * 1024
"""Bytes of one file; no badge image is larger."""
MAX_FILES = 50
"""Files in one batch."""
BATCH_PATIENCE = 60.0
"""Seconds for which others are asked about a whole batch."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What checking one thing came to. ``source`` is what the person calls it: the file's name, "pasted text", an address.

    ``shows_evidence`` is False where a share link leaves the evidence out, so that checking the link shows no more than the link.
    """

    source: str
    explained: Explained
    shows_evidence: bool = True

    @property
    def verdict(self) -> Verdict:
        """The core's verdict."""
        return self.explained.verdict

    def as_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"input": self.source, **self.explained.as_dict()}


def check(
    source: bytes | str,
    *,
    at: datetime,
    recipient: str | None = None,
    name: str = "",
    world: Resolver | None = None,
    refresh: bool = False,
) -> CheckResult:
    """Check a file's bytes, pasted text (JSON or a token), or an address; never raises for what it finds.

    ``recipient`` is an e-mail address (or DID) to compare with; ``name`` what the result is called; ``world`` who is asked about
    other people's documents (default: the site's guarded resolver); ``refresh`` lets an issuer be asked for a newer copy, which tells it
    of this check. Raises Invalid only where nothing was given, or an address or e-mail address that is none.
    """
    world = fetching.site_resolver() if world is None else world
    person = _recipient(recipient)
    if not source.strip():
        raise Invalid(
            "There is nothing to check yet.",
            remedy="Choose a file, paste the credential's text, or give the address of a credential.",
            code="nothing_given",
        )
    if len(source) > MAX_SOURCE:
        return CheckResult(name or "file", _unreadable("too_large", "This file is larger than any badge or certificate needs to be.",
                           "Check that you chose the right file.", at))  # fmt: skip
    if isinstance(source, str) and _is_address(source):
        return _check_address(source.strip(), at=at, person=person, world=world, name=name)
    found = checking.check(source, at=at, world=world, recipient=person, refresh=refresh)
    return CheckResult(name or ("file" if isinstance(source, bytes) else "pasted text"), explain(found, at=at))


def check_many(
    files: Iterable[tuple[str, bytes]], *, at: datetime, recipient: str | None = None, world: Resolver | None = None
) -> list[CheckResult]:
    """Check several files, asking the world once per address for all of them; a broken one does not stop the others.

    ``files`` are (name, bytes). The same credential twice is checked twice and said to be there twice. Raises Invalid for more than
    :data:`MAX_FILES`.
    """
    given = list(files)
    if len(given) > MAX_FILES:
        raise Invalid(
            f"These are {len(given)} files; {MAX_FILES} can be checked at once.",
            remedy="Check them in smaller groups.",
            code="too_many_files",
        )
    world = fetching.site_resolver() if world is None else world
    remembered = Remembering(fetching.Within(world, seconds=BATCH_PATIENCE))
    results: list[CheckResult] = []
    for name, data in given:
        if data.strip():
            results.append(check(data, at=at, recipient=recipient, name=name, world=remembered))
        else:
            empty = _unreadable("empty", "This file is empty.", "Ask for it again; it was lost on the way.", at)
            results.append(CheckResult(name, empty))
    return results


class Remembering:
    """A resolver that asks the world once per address and remembers the answer, silence too, for one batch."""

    def __init__(self, world: Resolver) -> None:
        self._world = world
        self._answers: dict[str, Fetched | CouldNotFetch] = {}

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Return what lies at ``url``; raises CouldNotFetch, the same each time."""
        if url not in self._answers:
            try:
                self._answers[url] = self._world.fetch(url, accept=accept)
            except CouldNotFetch as silence:
                self._answers[url] = silence
        found = self._answers[url]
        if isinstance(found, CouldNotFetch):
            raise CouldNotFetch(found.reason)
        return found


# --- addresses ---------------------------------------------------------------------------------------------------------------


def _is_address(text: str) -> bool:
    plain = text.strip()
    return plain.lower().startswith(("http://", "https://")) and not any(letter.isspace() for letter in plain)


def _check_address(url: str, *, at: datetime, person: Recipient | None, world: Resolver, name: str) -> CheckResult:
    if not web_address(url):
        raise Invalid(
            "This is no complete address.", remedy="Copy it again, from https:// to its end.", code="no_address"
        )
    if checking.is_ours(url):
        return _check_own(url, at=at, person=person, world=world, name=name)
    found = checking.check(url, at=at, world=world, recipient=person)
    return CheckResult(name or url, explain(found, at=at))


def _check_own(url: str, *, at: datetime, person: Recipient | None, world: Resolver, name: str) -> CheckResult:
    """Check what a share link of this site shows, straight from the database; other addresses of this site hold no credential."""
    base, path = urlsplit(settings.PUBLIC_URL).path, urlsplit(url).path
    parts = path.removeprefix(base).strip("/").split("/")
    if len(parts) < 2 or parts[0] != "s":
        refusal = _unseen(
            "not_shared",
            "This address of our site shares no credential.",
            "Ask its holder for a share link (its address has /s/ in it) or for the credential as a file.",
            at,
        )
        return CheckResult(name or url, refusal)
    try:
        link = shared_link(parts[1], at=at)
    except CairnError as ended:
        return CheckResult(name or url, _unseen(ended.code, ended.message, ended.remedy, at))
    found = checking.check(Credential.parse(document_of(link.held)), at=at, world=world, recipient=person)
    return CheckResult(name or url, explain(found, at=at), shows_evidence=link.show_evidence)


def _unseen(code: str, message: str, remedy: str, at: datetime) -> Explained:
    """Say why there was no credential to look at. Nobody may call one invalid that they have not seen."""
    return explain(answer([Finding("container", Outcome.UNKNOWN, code, message, remedy)], credential=None), at=at)


def _unreadable(code: str, message: str, remedy: str, at: datetime) -> Explained:
    return explain(answer([Finding("container", Outcome.FAIL, code, message, remedy)], credential=None), at=at)


def _recipient(text: str | None) -> Recipient | None:
    plain = (text or "").strip()
    if not plain:
        return None
    if plain.startswith("did:"):
        return Recipient(did=plain)
    try:
        validate_email(plain)
    except ValidationError as error:
        raise Invalid(
            f"“{plain[:100]}” is no e-mail address.",
            remedy="Write it like name@example.org, or leave it empty to check the credential alone.",
            code="no_email",
        ) from error
    return Recipient(email=plain)


# --- role profiles -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_role_profile(
    *,
    organisation: Organisation,
    by: Person,
    at: datetime,
    title: str,
    needs: Sequence[Mapping[str, Any]],
    occupation: Occupation | None = None,
) -> RoleProfile:
    """Describe a role of an employer. ``needs``: ``[{"skill": uri, "name", "level", "weight", "essential"}]``, at least one.

    Raises NotAllowed unless ``by`` is a recruiter there, Invalid for a role without title or needs, or with needs that cannot be.
    """
    role = require(by, organisation, Role.RECRUITER)
    profile = RoleProfile.objects.create(
        organisation=organisation,
        title=_title(title),
        occupation=occupation,
        needs=checked_needs(needs),
        created_by=by,
        created_at=at,
    )
    record(
        organisation=organisation, actor=by, role=role, action="role_profile.created", object_type="role_profile",
        object_id=profile.pk, at=at, details={"needs": len(profile.needs)},
    )  # fmt: skip
    return profile


@transaction.atomic
def replace_role_profile(
    *, profile: RoleProfile, by: Person, at: datetime, title: str, needs: Sequence[Mapping[str, Any]]
) -> RoleProfile:
    """Describe a role anew. What it needed before stands on the audit trail, so that a comparison can be explained later."""
    role = require(by, profile.organisation, Role.RECRUITER)
    before = profile.needs
    profile.title, profile.needs = _title(title), checked_needs(needs)
    profile.created_by, profile.created_at = by, at
    profile.save()
    record(
        organisation=profile.organisation, actor=by, role=role, action="role_profile.replaced", object_type="role_profile",
        object_id=profile.pk, at=at, details={"before": before},
    )  # fmt: skip
    return profile


@transaction.atomic
def delete_role_profile(*, profile: RoleProfile, by: Person, at: datetime) -> None:
    """Remove a role; what it needed stays on the audit trail."""
    role = require(by, profile.organisation, Role.RECRUITER)
    record(
        organisation=profile.organisation, actor=by, role=role, action="role_profile.deleted", object_type="role_profile",
        object_id=profile.pk, at=at, details={"before": profile.needs},
    )  # fmt: skip
    profile.delete()


def _title(title: str) -> str:
    plain = " ".join(title.split())
    if not plain:
        raise Invalid("The role has no title.", remedy="Write how you call it, like “Data analyst”.", code="no_title")
    return plain[:200]
