"""Reading verifying: the role profiles an employer's people may see."""

from __future__ import annotations

from django.db.models import QuerySet

from cairn.errors import NotFound
from cairn.people.models import Organisation, Person, Role
from cairn.people.queries import organisations_of
from cairn.skills.models import Occupation
from cairn.verifying.models import RoleProfile


def employers_of(person: Person) -> QuerySet[Organisation]:
    """Return the organisations for which a person recruits, by name."""
    return organisations_of(person, Role.RECRUITER)


def profiles_of(person: Person) -> QuerySet[RoleProfile]:
    """Return the role profiles of the organisations for which a person recruits, by title."""
    return (
        RoleProfile.objects.filter(organisation__in=employers_of(person).values("pk"))
        .select_related("organisation", "occupation")
        .order_by("title", "pk")
    )


def profile_seen_by(person: Person, pk: int) -> RoleProfile:
    """Return a role profile the person may use; for everybody else it is not there (NotFound)."""
    found = profiles_of(person).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such role at your desk.", remedy="Choose one from the list of roles.")
    return found


def occupations_with_needs() -> QuerySet[Occupation]:
    """Return the occupations whose source says what they need, by title."""
    return Occupation.objects.filter(needs__isnull=False).distinct().order_by("title")


def occupation_called(text: str) -> Occupation:
    """Return the occupation with this code or title; raises NotFound, naming near ones."""
    plain = " ".join(text.split())
    code = plain.rpartition("(")[2].rstrip(")") if plain.endswith(")") else plain
    found = (
        Occupation.objects.filter(code=code).order_by("pk").first()
        or Occupation.objects.filter(title__iexact=plain).order_by("pk").first()
    )
    if found is None:
        near = list(occupations_with_needs().filter(title__icontains=plain[:60]).values_list("title", flat=True)[:5])
        raise NotFound(
            f"No occupation here is called “{plain[:100]}”.",
            remedy=f"Did you mean {', '.join(f'“{one}”' for one in near)}?" if near else "Give its title or its code.",
        )
    return found
