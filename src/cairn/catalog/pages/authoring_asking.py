"""Who asks at the provider's desk, for whom, about which version; and how complete what is being written is."""

from __future__ import annotations

from django.http import HttpRequest

from cairn.appraisal import Completeness
from cairn.catalog import queries
from cairn.catalog.forms import IN_WORDS, DefinitionForm
from cairn.catalog.models import Definition, DefinitionVersion, Provider
from cairn.errors import NotAllowed, NotFound
from cairn.people import queries as people
from cairn.people.models import Organisation, Person, Role

DESK = (Role.DESIGNER, Role.REVIEWER, Role.PUBLISHER, Role.ADMIN, Role.AUDITOR)


def person_asking(request: HttpRequest) -> Person:
    """Return who is signed in; raises NotAllowed."""
    person = request.user
    if not isinstance(person, Person):
        raise NotAllowed("This desk is for people who are signed in.", remedy="Sign in first.")
    return person


def owner_asked(request: HttpRequest, person: Person) -> Organisation:
    """The organisation to write for: the one asked for, else the only one; the person must be its designer."""
    designs = list(people.organisations_of(person, Role.DESIGNER))
    asked = request.POST.get("organisation") or request.GET.get("organisation")
    chosen = [one for one in designs if not asked or one.slug == asked]
    if not chosen:
        raise NotAllowed(
            "Only a designer writes definitions.",
            remedy="Ask an administrator of your organisation for the role of designer.",
        )
    return chosen[0]


def version_on_desk(person: Person, pk: int) -> tuple[DefinitionVersion, Organisation]:
    """Return a version of an organisation the person works for; to anybody else there is no such thing."""
    version = queries.with_context(DefinitionVersion.objects.filter(pk=pk, definition__owner__isnull=False)).first()
    owner = version.definition.owner if version else None
    if version is None or owner is None or not people.has_role(person, owner, *DESK):
        raise NotFound("There is no such definition on your desk.", remedy="Look at the list of definitions.")
    return version, owner


def while_writing(form: DefinitionForm, owner: Organisation) -> Completeness:
    """Return the completeness of what a form holds now, also where some of it cannot be read yet."""
    if form.is_bound:
        form.is_valid()
    given = form.cleaned_data if form.is_bound else {}
    text = {
        name: str(given.get(name) or "")
        for name in ("title", "assessment_type", "participation", "supervision", "prerequisites", *IN_WORDS)
    }
    provider = Provider.objects.filter(organisation=owner).first() or Provider(
        name=owner.name, country=owner.country, website=owner.website
    )
    outcomes = given.get("outcomes")
    draft = DefinitionVersion(
        definition=Definition(type=given.get("type", ""), provider=provider, owner=owner),
        **text,
        outcomes=outcomes if isinstance(outcomes, list) else [],
        rubric=given.get("rubric") or None,
        requirement=given.get("requirement") or None,
        workload_hours=given.get("workload_hours"),
        credits=given.get("credits"),
        level=given.get("level"),
        level_framework="eqf" if given.get("level") else "",
        quality_assurance=str(given.get("quality_assurance") or ""),
    )
    return queries.completeness_of(draft)
