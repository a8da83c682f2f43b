"""Who may do what, and what one person may not do alone (domain: lifecycle, roles and separation)."""

from __future__ import annotations

from cairn.errors import NotAllowed
from cairn.people.models import Organisation, Person
from cairn.people.queries import roles_of
from cairn.people.roles import label_of


def require(person: Person | None, organisation: Organisation, *roles: str) -> str:
    """Return the first of ``roles`` that the person holds in the organisation now; raises NotAllowed when none is held.

    Being the operator of the site counts for nothing here: the operator keeps the machine running, and acts for nobody.
    """
    if not roles:
        raise ValueError("Name the roles that may do this: an empty list would let nobody or everybody in.")
    held = roles_of(person, organisation)
    for role in roles:
        if str(role) in held:
            return str(role)
    wanted = " or ".join(label_of(role) for role in roles)
    if person is None or not person.is_authenticated:
        raise NotAllowed(f"Only a member of {organisation} may do this, as {wanted}.", remedy="Sign in first.")
    raise NotAllowed(
        f"For this you need the role {wanted} at {organisation}.",
        remedy=f"Ask an administrator of {organisation} for the role, or ask somebody who holds it.",
        needed=[str(role) for role in roles],
    )


def require_different(person: Person | None, other: Person | None, *, because: str) -> None:
    """Refuse that the same person does both of two things; ``because`` finishes the sentence "You cannot do both: …".

    ``other`` is who did the first thing; where nobody is on record any more (an erased account) there is nobody to equal.
    Example: ``require_different(by, version.author, because="the author of a definition does not review it")``.
    """
    if person is not None and other is not None and person.pk == other.pk:
        raise NotAllowed(
            f"You cannot do both: {because}.",
            remedy="Ask a colleague with the same role to do this step.",
            code="separation_of_duties",
        )
