"""Organisations and who acts for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.people.models import Membership, Organisation, Person, Role
from cairn.people.queries import SITE_CHAIN, roles_of
from cairn.people.roles import NOT_FOR_OPERATORS, label_of
from cairn.people.services.duties import require
from cairn.people.services.tokens import narrow_tokens
from cairn.people.services.trail import record

FACTS = frozenset({"legal_name", "website", "country", "region", "email", "quality_assurance"})


TAKEN_WORDS = frozenset({SITE_CHAIN, "awards", "definitions", "new"})
"""Short names that no organisation may take: the site's own audit chain, and words that stand in that place of other addresses."""


@transaction.atomic
def create_organisation(
    *,
    name: str,
    kind: str,
    by: Person | None,
    at: datetime,
    slug: str = "",
    admin: Person | None = None,
    **facts: Any,
) -> Organisation:
    """Create an organisation and, when ``admin`` is given, its first administrator.

    ``by`` is the operator (an account that may open the admin) or None for set-up on the command line; anybody may call themselves
    a university, so taking one in is a decision of whoever runs the site. ``facts``: any of :data:`FACTS`. Raises NotAllowed,
    Invalid (name, kind, slug) and Conflict (slug taken).
    """
    if by is not None and not by.is_staff:
        raise NotAllowed(
            "Only the operator of this site takes in organisations.",
            remedy="Write to the operator to have yours added.",
        )
    unknown = set(facts) - FACTS
    if unknown:
        raise TypeError(f"An organisation has no {', '.join(sorted(unknown))}.")
    if not name.strip():
        raise Invalid("The organisation has no name.", remedy="Write the name people know it by.")
    if kind not in Organisation.Kind.values:
        raise Invalid(
            f"“{kind}” is no kind of organisation.",
            remedy="Choose one of: " + ", ".join(Organisation.Kind.values) + ".",
        )
    slug = slug or slugify(name)[:80]
    if not slug or slug in TAKEN_WORDS or slug != slugify(slug):
        raise Invalid(
            f"“{slug}” cannot be the short name in the organisation's address.",
            remedy="Use small letters, digits and hyphens, like riverside-college; "
            f"{', '.join(sorted(TAKEN_WORDS))} are taken.",
        )
    if Organisation.objects.filter(slug=slug).exists():
        raise Conflict(
            f"There already is an organisation “{slug}”.", remedy="Choose another short name, or use the one there is."
        )
    organisation = Organisation.objects.create(slug=slug, name=name.strip(), kind=kind, created_at=at, **facts)
    record(
        organisation=organisation,
        actor=by,
        role="operator",
        action="organisation.created",
        object_type="organisation",
        object_id=slug,
        at=at,
        details={"kind": kind},
    )
    if admin is not None:
        add_member(organisation=organisation, person=admin, role=Role.ADMIN, by=None, at=at)
    return organisation


@transaction.atomic
def add_member(*, organisation: Organisation, person: Person, role: str, by: Person | None, at: datetime) -> Membership:
    """Give a person a role. ``by`` is an administrator of the organisation, or None for set-up.

    Raises NotAllowed (not an administrator; an operator's account; an auditor beside another role), Invalid (no such role) and
    Conflict (held already).
    """
    if by is not None:
        require(by, organisation, Role.ADMIN)
    if role not in Role.values:
        raise Invalid(f"“{role}” is no role.", remedy="Choose one of: " + ", ".join(Role.values) + ".")
    role = str(Role(role))
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    held = roles_of(person, organisation)
    if role in held:
        raise Conflict(
            f"{person} is {label_of(role)} at {organisation} already.",
            remedy="Nothing is left to do.",
            code="already_member",
        )
    if person.is_staff and role in NOT_FOR_OPERATORS:
        raise NotAllowed(
            f"{person} operates this site, and an operator's account cannot be {label_of(role)}.",
            remedy="Use an account of its own for this role.",
            code="separation_of_duties",
        )
    if held and (role == Role.AUDITOR or Role.AUDITOR in held):
        raise NotAllowed(
            f"An auditor holds no other role at {organisation}, so that nobody audits their own work.",
            remedy="Choose another person, or end the other roles first.",
            code="separation_of_duties",
        )
    membership = Membership.objects.create(person=person, organisation=organisation, role=role, since=at)
    record(
        organisation=organisation,
        actor=by,
        role="" if by is None else Role.ADMIN,
        action="membership.given",
        object_type="membership",
        object_id=membership.pk,
        at=at,
        details={"person": person.uid, "role": role},
    )
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: Person | None, at: datetime, reason: str = "") -> Membership:
    """End a role. ``by`` is an administrator of the organisation, the person themselves, or None for the system. Programs that act as
    the person there lose what that role alone carried.

    Raises NotAllowed, Conflict (ended already, or the last administrator: an organisation always keeps one).
    """
    organisation, person = membership.organisation, membership.person
    acting = ""
    if by is not None and by.pk != person.pk:
        acting = require(by, organisation, Role.ADMIN)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    current = Membership.objects.select_for_update().get(pk=membership.pk)
    if current.ended_at is not None:
        raise Conflict(f"This role of {person} has ended already.", remedy="Nothing is left to do.")
    if current.role == Role.ADMIN and not (
        Membership.objects.filter(organisation=organisation, role=Role.ADMIN, ended_at=None, person__is_active=True)
        .exclude(pk=current.pk)
        .exists()
    ):
        raise Conflict(
            f"{person} is the last administrator of {organisation}.",
            remedy="Make somebody else administrator first.",
            code="last_administrator",
        )
    current.ended_at = at
    current.save(update_fields=["ended_at"])
    record(
        organisation=organisation,
        actor=by,
        role=acting,
        action="membership.ended",
        object_type="membership",
        object_id=current.pk,
        at=at,
        reason=reason,
        details={"person": person.uid, "role": current.role},
    )
    narrow_tokens(person=person, organisation=organisation, by=by, at=at)
    return current
