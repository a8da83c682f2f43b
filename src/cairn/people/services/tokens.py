"""Keys with which programs act for an organisation: made once, shown once, kept as a hash, limited by scopes, expiring."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.people.models import ApiToken, Organisation, Person, Role
from cairn.people.queries import roles_of
from cairn.people.services.duties import require
from cairn.people.services.trail import record


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token with this scope may do, and the role its maker must hold beside administrator (a token never exceeds its maker)."""

    sentence: str
    role: str = ""


SCOPES: dict[str, Scope] = {
    "catalogue:read": Scope(
        "Search the catalogue and read and compare credentials (open to everybody, also without a token)."
    ),
    "credentials:verify": Scope("Check credentials, and keep nothing of them."),
    "credentials:read": Scope("Read what this organisation has awarded.", Role.REGISTRAR),
    "credentials:issue": Scope("Award this organisation's published definitions.", Role.REGISTRAR),
    "credentials:revoke": Scope("Revoke this organisation's awards, with a reason.", Role.REGISTRAR),
    "plans:read": Scope("Propose ways from skills to an occupation."),
    "skills:read": Scope("Look for skills in texts it is given, and keep nothing of them."),
    "skills:decide": Scope("Say what skills mean in what this organisation defines.", Role.DESIGNER),
    "stacks:read": Scope("Weigh awards against rules, and read how far the person who made the token is in stacks."),
    "stacks:design": Scope(
        "Check rules of stacks, and try them on the records of this organisation's learners, under pseudonyms.",
        Role.DESIGNER,
    ),
    "evidence:record": Scope(
        "Record what this organisation found out about criteria of credibility, as its maker's roles allow."
    ),
    "stacks:follow": Scope("Choose which version of a stack's rule the person who made the token follows."),
    "stacks:decide": Scope(
        "Decide what follows for larger credentials of which a part no longer stands.", Role.REGISTRAR
    ),
    "recognition:ask": Scope(
        "Ask institutions to recognise credentials of the person who made the token, and read what they answer."
    ),
    "recognition:read": Scope(
        "Read what learners ask this organisation to recognise, as its maker's roles allow.", Role.REGISTRAR
    ),
    "recognition:decide": Scope("Examine, decide and confirm such requests, as its maker's roles allow."),
    "recognition:agree": Scope("Draft, sign and end agreements in this organisation's name.", Role.REGISTRAR),
    "vc:issue": Scope(
        "Sign any document it is given in this organisation's name, and end what it signed. For programs that make credentials of their "
        "own; awards do not need it.",
        Role.REGISTRAR,
    ),
    "vc:derive": Scope("Make credentials that show less out of credentials it is given, and keep nothing of them."),
}
"""Scope to its meaning. To add one, add it here and name it at the operation that needs it."""

MARK = "cairn_"
SEEN_EVERY = timedelta(minutes=1)
"""``last_used_at`` is written at most this often, so that reading does not become writing."""


@transaction.atomic
def issue_token(
    *,
    organisation: Organisation,
    name: str,
    scopes: Iterable[str],
    by: Person,
    at: datetime,
    expires_at: datetime | None,
) -> tuple[str, ApiToken]:
    """Make a token and return it with its row; the token itself is never to be had again.

    ``by`` is an administrator, and holds the role each scope asks for (:data:`SCOPES`). Raises NotAllowed and Invalid.
    """
    require(by, organisation, Role.ADMIN)
    wanted = sorted(set(scopes))
    if not name.strip():
        raise Invalid("The token has no name.", remedy="Name it after the program that will use it.")
    if not wanted:
        raise Invalid("The token may do nothing.", remedy="Choose at least one scope.")
    for scope in wanted:
        if scope not in SCOPES:
            raise Invalid(f"“{scope}” is no scope.", remedy="Choose from: " + ", ".join(SCOPES) + ".")
        if SCOPES[scope].role:
            require(by, organisation, SCOPES[scope].role)
    if expires_at is not None and expires_at <= at:
        raise Invalid("The token would have expired already.", remedy="Choose a day in the future.")
    token = MARK + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        organisation=organisation,
        name=name.strip(),
        prefix=token[:12],
        digest=_digest(token),
        scopes=wanted,
        created_by=by,
        created_at=at,
        expires_at=expires_at,
    )
    record(
        organisation=organisation,
        actor=by,
        role=Role.ADMIN,
        action="token.issued",
        object_type="token",
        object_id=row.pk,
        at=at,
        details={"prefix": row.prefix, "scopes": wanted, "expires_at": expires_at},
    )
    return token, row


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Person, at: datetime, reason: str = "") -> ApiToken:
    """End a token for good; raises NotAllowed unless ``by`` is an administrator, Conflict when it was revoked before."""
    require(by, token.organisation, Role.ADMIN)
    current = ApiToken.objects.select_for_update().get(pk=token.pk)
    if current.revoked_at is not None:
        raise Conflict(f"The token “{current.name}” was revoked already.", remedy="Nothing is left to do.")
    current.revoked_at = at
    current.save(update_fields=["revoked_at"])
    record(
        organisation=token.organisation,
        actor=by,
        role=Role.ADMIN,
        action="token.revoked",
        object_type="token",
        object_id=current.pk,
        at=at,
        reason=reason,
    )
    return current


def authenticate_token(token: str, scope: str, at: datetime) -> ApiToken:
    """Return the row of a token that is good at ``at`` and carries ``scope``.

    Raises NotAllowed with code ``bad_token`` (unknown, revoked, expired, or its maker's account is closed or they have left the
    organisation; these are not told apart for whoever guesses) or ``scope_missing``, and when its maker no longer holds the role
    that the scope asks for: a token never exceeds its maker, for reading either.
    """
    row = ApiToken.objects.select_related("organisation", "created_by").filter(digest=_digest(token)).first()
    if (
        row is None
        or row.revoked_at is not None
        or (row.expires_at is not None and row.expires_at <= at)
        or not roles_of(row.created_by, row.organisation)
    ):
        raise NotAllowed(
            "This token is not valid: it is unknown, has expired or was revoked.",
            remedy="Ask an administrator of your organisation for a new one.",
            code="bad_token",
        )
    if scope not in row.scopes:
        raise NotAllowed(
            f"This token does not carry the scope {scope}.",
            remedy=f"Ask an administrator of {row.organisation} for a token with the scope {scope}.",
            code="scope_missing",
            scope=scope,
        )
    if SCOPES[scope].role:
        require(row.created_by, row.organisation, SCOPES[scope].role)
    if row.last_used_at is None or at - row.last_used_at >= SEEN_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=at)
        row.last_used_at = at
    return row


def _digest(token: str) -> str:
    """Plain SHA-256 is enough: a token has 256 bits of randomness, there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
