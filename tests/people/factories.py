"""Made-up people and organisations for tests. They go through the services, so that the trail tells of them as of real ones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.text import slugify

from cairn.people import queries, services
from cairn.people.models import Organisation, Person

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


def make_person(name: str = "Ada Example", *, email: str = "", password: str = PASSWORD, **fields: Any) -> Person:
    """Create an account that can sign in with :data:`PASSWORD`; the address follows from the name unless given."""
    return Person.objects.create_user(email or f"{slugify(name)}@example.org", password, name=name, **fields)


def make_organisation(
    name: str = "Riverside College",
    *,
    kind: str = Organisation.Kind.UNIVERSITY,
    roles: dict[str, Person] | None = None,
    at: datetime = MOMENT,
    **facts: Any,
) -> Organisation:
    """Create an organisation; ``roles`` gives each named role to a person: ``{"registrar": rosa, "admin": rosa}``."""
    organisation = services.create_organisation(name=name, kind=kind, by=None, at=at, **facts)
    for role, person in (roles or {}).items():
        give_role(person, organisation, role, at=at)
    return organisation


def give_role(person: Person, organisation: Organisation, *roles: str, at: datetime = MOMENT) -> Person:
    """Give a person further roles, leaving those held already; returns the person."""
    for role in roles:
        if role not in queries.roles_of(person, organisation):
            services.add_member(organisation=organisation, person=person, role=role, by=None, at=at)
    return person


def make_member(organisation: Organisation, *roles: str, name: str = "", **fields: Any) -> Person:
    """Create a person who holds ``roles`` in the organisation; the name follows from the first role unless given."""
    return give_role(make_person(name or f"{roles[0].title()} of {organisation.name}", **fields), organisation, *roles)
