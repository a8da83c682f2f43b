"""Reading people: who holds which role where, and what the audit trail says."""

from __future__ import annotations

from django.db.models import QuerySet

from cairn.errors import NotFound
from cairn.people.models import ApiToken, AuditEvent, Membership, Organisation, Person

SITE_CHAIN = "site"
"""Name of the audit chain of what belongs to no organisation; no organisation may take it as its slug."""


def person_by_email(email: str) -> Person:
    """Return the account of an e-mail address, however it is capitalised; raises NotFound."""
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise NotFound(
            f"Nobody has signed up with {email.strip()}.",
            remedy="Check the spelling, or ask the person to sign up first.",
        )
    return person


def organisation(slug: str) -> Organisation:
    """Return the organisation at this slug; raises NotFound."""
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound(f"There is no organisation “{slug}” here.", remedy="Check the address.")
    return found


def roles_of(person: Person | None, organisation: Organisation) -> set[str]:
    """Return the roles the person holds in the organisation now; none for nobody and for closed accounts."""
    if person is None or not person.is_authenticated or not person.is_active:
        return set()
    return set(
        Membership.objects.filter(person=person, organisation=organisation, ended_at=None).values_list(
            "role", flat=True
        )
    )


def has_role(person: Person | None, organisation: Organisation, *roles: str) -> bool:
    """Tell whether the person holds at least one of ``roles`` in the organisation."""
    return bool(roles_of(person, organisation) & {str(role) for role in roles})


def organisations_of(person: Person | None, *roles: str) -> QuerySet[Organisation]:
    """Return the organisations in which the person holds one of ``roles`` (any role when none is named), by name."""
    if person is None or not person.is_authenticated or not person.is_active:
        return Organisation.objects.none()
    memberships = Membership.objects.filter(person=person, ended_at=None)
    if roles:
        memberships = memberships.filter(role__in=[str(role) for role in roles])
    return Organisation.objects.filter(pk__in=memberships.values("organisation")).order_by("name")


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Return the open memberships of an organisation with their people, by name and role."""
    return (
        Membership.objects.filter(organisation=organisation, ended_at=None)
        .select_related("person")
        .order_by("person__name", "person__email", "role")
    )


def memberships_of(person: Person) -> QuerySet[Membership]:
    """Return every membership of a person, open ones first, with their organisations."""
    return (
        Membership.objects.filter(person=person)
        .select_related("organisation")
        .order_by("ended_at", "organisation__name", "role")
    )


def tokens_of(organisation: Organisation) -> QuerySet[ApiToken]:
    """Return the tokens of an organisation, newest first, revoked ones too."""
    return (
        ApiToken.objects.filter(organisation=organisation).select_related("created_by").order_by("-created_at", "-pk")
    )


def own_tokens_of(person: Person) -> QuerySet[ApiToken]:
    """Return the tokens that a person made for themself, newest first, revoked ones too."""
    return ApiToken.objects.filter(organisation=None, created_by=person).order_by("-created_at", "-pk")


def chain_of(organisation: Organisation | None) -> str:
    """Return the name of an organisation's audit chain; without an organisation the site's own."""
    return SITE_CHAIN if organisation is None else organisation.slug


def audit_events(
    organisation: Organisation | None,
    *,
    object_type: str = "",
    object_id: str = "",
    action: str = "",
) -> QuerySet[AuditEvent]:
    """Return the lines of one audit trail, newest first, narrowed to an object or an action where given."""
    events = AuditEvent.objects.filter(chain=chain_of(organisation)).order_by("-sequence")
    if object_type:
        events = events.filter(object_type=object_type)
    if object_id:
        events = events.filter(object_id=object_id)
    if action:
        events = events.filter(action=action)
    return events
