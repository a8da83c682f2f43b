"""Keys with which programs act for an organisation, or for one person: made once, shown once, kept as a hash, limited by scopes, expiring.

A token of an organisation is made by any of its members and acts as that member: it carries what their own roles carry, loses what
they lose with a role, and ends when they leave. Administrators see all of them and can end each. A token of a person is made by
themselves, does what is theirs, and nothing that needs an organisation.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.people.models import ApiToken, Organisation, Person, Role
from cairn.people.queries import own_tokens_of, roles_of, tokens_of
from cairn.people.roles import label_of
from cairn.people.services.duties import require
from cairn.people.services.trail import record


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token with this scope may do.

    ``sentence`` says it of an organisation's token, and ``roles`` are those of which its maker holds one (any member where none is
    named: a token never exceeds its maker). ``administrator``: the maker is administrator as well, for what reaches beyond the pages.
    ``own`` says it to a person who makes a token for themself. Where one of the two sentences is empty, such tokens cannot carry it.
    """

    sentence: str = ""
    roles: tuple[str, ...] = ()
    own: str = ""
    administrator: bool = False

    def within(self, held: Set[str]) -> bool:
        """Tell whether an organisation's token can carry this that is made by somebody with these roles there."""
        enough = not self.roles or not held.isdisjoint(self.roles)
        return bool(self.sentence and held) and enough and (Role.ADMIN in held or not self.administrator)

    def ask(self, person: Person, organisation: Organisation) -> None:
        """Raise NotAllowed, naming the role that is lacking, where a token of the person's there cannot carry this."""
        require(person, organisation, *(self.roles or tuple(Role.values)))
        if self.administrator:
            require(person, organisation, Role.ADMIN)


_RECOGNISING = (Role.EXAMINER, Role.DEAN, Role.REGISTRAR)

SCOPES: dict[str, Scope] = {
    "catalogue:read": Scope(
        "Search the catalogue and read and compare credentials (open to everybody, also without a token).",
        own="Search the catalogue and read and compare credentials (open to everybody, also without a token).",
    ),
    "credentials:verify": Scope(
        "Check credentials, and keep nothing of them.", own="Check credentials, and keep nothing of them."
    ),
    "credentials:read": Scope("Read what this organisation has awarded.", (Role.REGISTRAR,)),
    "credentials:issue": Scope("Award this organisation's published definitions.", (Role.REGISTRAR,)),
    "credentials:revoke": Scope("Revoke this organisation's awards, with a reason.", (Role.REGISTRAR,)),
    "wallet:read": Scope(own="Read your wallet: every credential in it, with the signed document."),
    "goals:read": Scope(own="Read your goals, and the plans that were made for them."),
    "goals:write": Scope(
        own="Set, change and put away your goals, take plans for them, and state skills in your name."
    ),
    "plans:read": Scope(
        "Propose ways from skills to an occupation.",
        own="Propose ways from skills to an occupation, and compare credentials with your goals.",
    ),
    "skills:read": Scope(
        "Look for skills in texts it is given, and keep nothing of them.",
        own="Look for skills in texts it is given, and keep nothing of them.",
    ),
    "skills:decide": Scope(
        "Say what skills mean in what this organisation defines.",
        (Role.DESIGNER,),
        own="Say what skills mean for your own goals: confirm and correct matches.",
    ),
    "stacks:read": Scope(
        "Weigh awards against rules, and read how far the person who made the token is in stacks and degrees.",
        own="Weigh awards against rules, and read how far you are in stacks and degrees.",
    ),
    "stacks:design": Scope(
        "Check rules of stacks, and try them on the records of this organisation's learners, under pseudonyms.",
        (Role.DESIGNER,),
    ),
    "evidence:record": Scope(
        "Record what this organisation found out about criteria of credibility, as its maker's roles allow.",
        (Role.REVIEWER, Role.DESIGNER, Role.PUBLISHER),
    ),
    "stacks:follow": Scope(
        "Choose which version of a stack's rule the person who made the token follows.",
        own="Choose which version of a stack's rule you follow. That cannot be taken back.",
    ),
    "stacks:decide": Scope(
        "Decide what follows for larger credentials of which a part no longer stands.", (Role.REGISTRAR,)
    ),
    "recognition:ask": Scope(
        "Ask institutions to recognise credentials of the person who made the token, and read what they answer.",
        own="Ask institutions in your name to recognise your credentials, and read what they answer.",
    ),
    "recognition:read": Scope(
        "Read what learners ask this organisation to recognise, as its maker's roles allow.", _RECOGNISING
    ),
    "recognition:decide": Scope("Examine, decide and confirm such requests, as its maker's roles allow.", _RECOGNISING),
    "recognition:agree": Scope("Draft, sign and end agreements in this organisation's name.", (Role.REGISTRAR,)),
    "vc:issue": Scope(
        "Sign any document it is given in this organisation's name, and end what it signed. For programs that make credentials of their "
        "own; awards do not need it.",
        (Role.REGISTRAR,),
        administrator=True,
    ),
    "vc:derive": Scope(
        "Make credentials that show less out of credentials it is given, and keep nothing of them.",
        own="Make credentials that show less out of credentials it is given, and keep nothing of them.",
    ),
}
"""Scope to its meaning. To add one, add it here and name it at the operation that needs it."""

MARK = "cairn_"
MOST_OWN = 20
"""Tokens that a person can have at a time that work."""
MOST_OF_A_MEMBER = 50
"""Tokens that a member can have at a time, at one organisation, that work."""
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
    """Make a token of an organisation and return it with its row; the token itself is never to be had again.

    ``by`` is a member, and holds the role each scope asks for (:data:`SCOPES`). Raises NotAllowed, Invalid, and Conflict where
    they have :data:`MOST_OF_A_MEMBER` tokens there that work.
    """
    require(by, organisation, *Role.values)
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # no role ends meanwhile
    wanted = _wanted(name, scopes, [scope for scope, means in SCOPES.items() if means.sentence], at, expires_at)
    for scope in wanted:
        SCOPES[scope].ask(by, organisation)
    if (
        len([one for one in _working_of(by, organisation) if one.expires_at is None or one.expires_at > at])
        >= MOST_OF_A_MEMBER
    ):
        raise Conflict(
            f"You have {MOST_OF_A_MEMBER} tokens of {organisation} that work.",
            remedy="Revoke one that is no longer needed.",
        )
    return _made(organisation, name, wanted, by, at, expires_at)


@transaction.atomic
def issue_own_token(
    *, name: str, scopes: Iterable[str], by: Person, at: datetime, expires_at: datetime
) -> tuple[str, ApiToken]:
    """Make a token with which a program does what is ``by``'s own, and return it with its row; the token is never to be had again.

    It has an end, always: nobody but its maker watches over it. Raises NotAllowed for a closed account, Invalid, and Conflict where
    the person has :data:`MOST_OWN` tokens that work.
    """
    if not by.is_active:
        raise NotAllowed("This account is closed.", remedy="Sign in with another account.")
    wanted = _wanted(name, scopes, [scope for scope, means in SCOPES.items() if means.own], at, expires_at)
    Person.objects.select_for_update().get(pk=by.pk)
    if own_tokens_of(by).filter(revoked_at=None, expires_at__gt=at).count() >= MOST_OWN:
        raise Conflict(f"You have {MOST_OWN} tokens that work.", remedy="Revoke one that you no longer need.")
    return _made(None, name, wanted, by, at, expires_at)


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Person, at: datetime, reason: str = "") -> ApiToken:
    """End a token for good.

    Raises NotAllowed unless ``by`` made it or is an administrator of its organisation, and Conflict when it was revoked before.
    """
    if token.created_by_id != by.pk:
        if token.organisation is None:
            raise NotAllowed("This token is somebody else's.", remedy="Only the person who made it can end it.")
        require(by, token.organisation, Role.ADMIN)
    current = ApiToken.objects.select_for_update().get(pk=token.pk)
    if current.revoked_at is not None:
        raise Conflict(f"The token “{current.name}” was revoked already.", remedy="Nothing is left to do.")
    current.revoked_at = at
    current.save(update_fields=["revoked_at"])
    _note("token.revoked", current, by, at, reason=reason)
    return current


def narrow_tokens(*, person: Person, organisation: Organisation, by: Person | None, at: datetime) -> None:
    """Take from the person's tokens there what none of their roles carries any more, and end those that carry nothing then.

    For whoever ends a role, in the same transaction: a role that is given again later does not bring back what programs once could do.
    """
    held = roles_of(person, organisation)
    for row in _working_of(person, organisation).select_for_update():
        kept = [scope for scope in row.scopes if scope in SCOPES and SCOPES[scope].within(held)]
        if kept == row.scopes:
            continue
        if kept:
            lost = [scope for scope in row.scopes if scope not in kept]
            row.scopes = kept
            row.save(update_fields=["scopes"])
            _note("token.narrowed", row, by, at, reason="A role has ended.", details={"scopes": kept, "lost": lost})
        else:
            row.revoked_at = at
            row.save(update_fields=["revoked_at"])
            _note("token.revoked", row, by, at, reason="A role has ended.")


def end_own_tokens(*, person: Person, at: datetime) -> None:
    """End every token of the person's own that works, and forget what they were called: for accounts that are erased."""
    for token in own_tokens_of(person).filter(revoked_at=None):
        revoke_token(token=token, by=person, at=at, reason="The account was erased.")
    own_tokens_of(person).update(name="", last_used_at=None)


def authenticate_token(token: str, scope: str, at: datetime) -> ApiToken:
    """Return the row of a token that is good at ``at`` and carries ``scope``.

    Raises NotAllowed with code ``bad_token`` (unknown, revoked, expired, or its maker's account is closed or they have left the
    organisation; these are not told apart for whoever guesses) or ``scope_missing``, and when its maker no longer holds the role
    that the scope asks for: a token never exceeds its maker, for reading either.
    """
    row = ApiToken.objects.select_related("organisation", "created_by").filter(digest=_digest(token)).first()
    if row is None or row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= at) or _left(row):
        raise NotAllowed(
            "This token is not valid: it is unknown, has expired or was revoked.",
            remedy="Make a new one, on the page of your account or on that of your organisation.",
            code="bad_token",
        )
    if scope not in row.scopes:
        raise NotAllowed(
            f"This token does not carry the scope {scope}.",
            remedy=_how_to_get(scope, row.organisation),
            code="scope_missing",
            scope=scope,
        )
    if row.organisation is not None and SCOPES[scope].sentence:
        SCOPES[scope].ask(row.created_by, row.organisation)
    if row.last_used_at is None or at - row.last_used_at >= SEEN_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=at)
        row.last_used_at = at
    return row


def _wanted(
    name: str, scopes: Iterable[str], allowed: Sequence[str], at: datetime, expires_at: datetime | None
) -> list[str]:
    wanted = sorted(set(scopes))
    if not name.strip():
        raise Invalid("The token has no name.", remedy="Name it after the program that will use it.")
    if not wanted:
        raise Invalid("The token may do nothing.", remedy="Choose at least one scope.")
    for scope in wanted:
        if scope not in allowed:
            raise Invalid(
                f"“{scope}” is no scope that this token can have.", remedy="Choose from: " + ", ".join(allowed) + "."
            )
    if expires_at is not None and expires_at <= at:
        raise Invalid("The token would have expired already.", remedy="Choose a day in the future.")
    return wanted


def _made(
    organisation: Organisation | None,
    name: str,
    scopes: list[str],
    by: Person,
    at: datetime,
    expires_at: datetime | None,
) -> tuple[str, ApiToken]:
    token = MARK + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        organisation=organisation,
        name=name.strip(),
        prefix=token[:12],
        digest=_digest(token),
        scopes=scopes,
        created_by=by,
        created_at=at,
        expires_at=expires_at,
    )
    _note("token.issued", row, by, at, details={"prefix": row.prefix, "scopes": scopes, "expires_at": expires_at})
    return token, row


def _note(
    action: str,
    row: ApiToken,
    by: Person | None,
    at: datetime,
    *,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Leave a line: on the organisation's trail, or on the site's for a token of somebody's own."""
    record(
        organisation=row.organisation,
        actor=by,
        role=_acting(row, by),
        action=action,
        object_type="token",
        object_id=row.pk,
        at=at,
        reason=reason,
        details=details,
    )


def _working_of(person: Person, organisation: Organisation) -> QuerySet[ApiToken]:
    return tokens_of(organisation).filter(created_by=person, revoked_at=None)


def _acting(row: ApiToken, by: Person | None) -> str:
    """Return the role under which somebody makes or ends a token: administrator, or else the first that carries what it may do."""
    if row.organisation is None or by is None:
        return ""
    held = roles_of(by, row.organisation)
    needed = (
        (role for scope in row.scopes for role in SCOPES[scope].roles if role in held) if by == row.created_by else ()
    )
    return str(Role.ADMIN) if Role.ADMIN in held else str(next(iter(needed), min(held, default="")))


def _left(row: ApiToken) -> bool:
    """Tell whether nobody stands behind a token any more."""
    if row.organisation is None:
        return not row.created_by.is_active
    return not roles_of(row.created_by, row.organisation)


def _how_to_get(scope: str, organisation: Organisation | None) -> str:
    if organisation is not None and SCOPES[scope].sentence:
        return f"Make a token with the scope {scope} on the page of {organisation}{_made_by(SCOPES[scope])}."
    if SCOPES[scope].own:
        return f"Make a token of your own with the scope {scope} on the page of your account."
    return f"Make a token with the scope {scope} on the page of your organisation{_made_by(SCOPES[scope])}."


def _made_by(means: Scope) -> str:
    """Say whose roles carry a scope, to whoever lacks it."""
    also = " and administrator" if means.administrator else ""
    return f", or ask its {' or '.join(label_of(role).lower() for role in means.roles)}{also}" if means.roles else ""


def _digest(token: str) -> str:
    """Plain SHA-256 is enough: a token has 256 bits of randomness, there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
