"""What happens to definitions and offers. Every step asks for a role, checks the state and leaves a line in the audit trail.

The lifecycle of a definition (domain: lifecycle, DEFINITION), one person per duty where it says so:

1. a *designer* drafts and revises                          draft
2. a designer submits; the checks of ``checks.py`` must pass in_review
3. a *reviewer* who wrote none of it approves or sends back approved | draft
4. a *publisher* publishes; the version before is superseded published
5. a publisher suspends, reinstates or retires               suspended | published | retired

A published version never changes: ``new_version`` copies it into a draft with the next number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from cairn import facts
from cairn.catalog import checks, search
from cairn.catalog.achievements import achievement_id, endorsed_id
from cairn.catalog.checks import is_recognition
from cairn.catalog.immutable import CONTENT, SEALED
from cairn.catalog.languages import moved, read_tag, read_texts
from cairn.catalog.models import Definition, DefinitionVersion, Endorsement, Provider, SkillTaught
from cairn.catalog.prerequisites import read_requires, written
from cairn.errors import Conflict, Invalid, NotAllowed, RequirementsUnmet
from cairn.people import services as people
from cairn.people.models import AuditEvent, Organisation, Person, Role
from cairn.skills.models import Skill

State = DefinitionVersion.State

WRITABLE = (
    *(name for name in CONTENT if name not in {"definition_id", "number", "published_at", "partner_id"}),
    "partner",
)
"""What an author may write."""


def draft_definition(
    *, by: Person, organisation: Organisation, at: datetime, type: str, title: str,  # noqa: A002 - the model's word
    skills: Mapping[str, Decimal | None] | None = None, **content: Any,
) -> DefinitionVersion:  # fmt: skip
    """Start a definition of ``organisation`` as a draft, number 1.

    ``content``: any of :data:`WRITABLE` (``outcomes``, ``rubric`` and ``requirement`` as :class:`DefinitionVersion` describes them).
    ``skills``: level (1 to 7, or None) by the skill's URI, beside those that the outcomes name. Raises NotAllowed without the
    designer's role, Invalid for what cannot be stored.
    """
    people.require(by, organisation, Role.DESIGNER)
    if type not in Definition.Type.values:
        raise Invalid(
            f"{type!r} is not a type of credential.", remedy=f"Choose one of {', '.join(Definition.Type.values)}."
        )
    with transaction.atomic():
        definition = Definition(
            slug=_free_slug(title), type=type, provider=provider_of(organisation), owner=organisation, source="cairn"
        )
        definition.source_key = str(definition.uid)
        definition.save()
        version = DefinitionVersion(definition=definition, number=1, author=by)
        _write(version, {"title": title, **content}, skills)
        _record(version, by, Role.DESIGNER, "definition.drafted", at)
    return version


def revise_draft(
    *,
    version: DefinitionVersion,
    by: Person,
    at: datetime,
    skills: Mapping[str, Decimal | None] | None = None,
    **content: Any,
) -> DefinitionVersion:
    """Change a draft; what is not given stays. Raises Conflict for anything that is no draft."""
    with transaction.atomic():
        version = locked_draft(version, by)
        _write(version, content, skills)
        _record(version, by, Role.DESIGNER, "definition.revised", at)
    return version


def submit_for_review(*, version: DefinitionVersion, by: Person, at: datetime) -> DefinitionVersion:
    """Hand a draft to the reviewers. Raises RequirementsUnmet with every sentence of :func:`problems_of`."""
    with transaction.atomic():
        version = _locked(version, by, Role.DESIGNER, State.DRAFT, to="submit")
        if missing := problems_of(version):
            raise RequirementsUnmet(
                "This definition is not ready for review yet.",
                remedy="Mend what is listed, then submit it again.",
                missing=missing,
            )
        return _move(version, State.IN_REVIEW, by, Role.DESIGNER, "definition.submitted", at)


def approve(*, version: DefinitionVersion, by: Person, at: datetime) -> DefinitionVersion:
    """Approve a version in review. Raises NotAllowed for whoever wrote any of it (author ≠ reviewer)."""
    with transaction.atomic():
        version = _locked(version, by, Role.REVIEWER, State.IN_REVIEW, to="approve")
        if by.pk == version.author_id or by.uid in _writers(version):
            raise NotAllowed(
                "You wrote some of this definition, so somebody else has to review it.",
                remedy="Ask another quality reviewer of your organisation.",
                code="author_is_reviewer",
            )
        version.reviewer = by
        return _move(version, State.APPROVED, by, Role.REVIEWER, "definition.approved", at)


def send_back(*, version: DefinitionVersion, by: Person, at: datetime, reason: str) -> DefinitionVersion:
    """Return a version in review to its author, saying why."""
    if not reason.strip():
        raise Invalid(
            "A definition cannot be sent back without a reason.", remedy="Write what its author should change."
        )
    with transaction.atomic():
        version = _locked(version, by, Role.REVIEWER, State.IN_REVIEW, to="send back")
        return _move(version, State.DRAFT, by, Role.REVIEWER, "definition.sent_back", at, reason)


def publish(*, version: DefinitionVersion, by: Person, at: datetime) -> DefinitionVersion:
    """Publish an approved version for good; the one before is superseded. Announces :class:`cairn.facts.DefinitionPublished`."""
    with transaction.atomic():
        version = _locked(version, by, Role.PUBLISHER, State.APPROVED, to="publish")
        for before in version.definition.versions.filter(state__in=[State.PUBLISHED, State.SUSPENDED]):
            _move(before, State.SUPERSEDED, by, Role.PUBLISHER, "definition.superseded", at)
        version.publisher, version.published_at = by, at
        _move(version, State.PUBLISHED, by, Role.PUBLISHER, "definition.published", at)
        facts.announce(facts.DefinitionPublished(version_id=version.pk, at=at))
    return version


def new_version(*, version: DefinitionVersion, by: Person, at: datetime) -> DefinitionVersion:
    """Copy a published, suspended or retired version into a draft with the next number. Raises Conflict while one is under way."""
    owner = owner_of(version)
    people.require(by, owner, Role.DESIGNER)
    with transaction.atomic():
        siblings = DefinitionVersion.objects.select_for_update().filter(definition=version.definition)
        if under_way := siblings.filter(state__in=[State.DRAFT, State.IN_REVIEW, State.APPROVED]).first():
            raise Conflict(
                f"Version {under_way.number} of {version.title} is already under way.",
                remedy="Go on with that one, or publish it first.",
            )
        number = max(siblings.values_list("number", flat=True)) + 1
        copy = DefinitionVersion(definition=version.definition, number=number, author=by)
        for name in WRITABLE:
            setattr(copy, name, getattr(version, name))
        copy.save()
        SkillTaught.objects.bulk_create(
            SkillTaught(version=copy, skill_id=taught.skill_id, level=taught.level, origin=taught.origin)
            for taught in version.skills.all()
        )
        _record(copy, by, Role.DESIGNER, "definition.drafted", at, details={"from": version.number})
    return copy


def suspend(*, version: DefinitionVersion, by: Person, at: datetime, reason: str) -> DefinitionVersion:
    """Take a published version out of the catalogue for a while; awards already given stand."""
    return _close(version, by, at, reason, State.PUBLISHED, State.SUSPENDED, "definition.suspended")


def reinstate(*, version: DefinitionVersion, by: Person, at: datetime, reason: str) -> DefinitionVersion:
    """Bring a suspended version back."""
    return _close(version, by, at, reason, State.SUSPENDED, State.PUBLISHED, "definition.reinstated")


def retire(*, version: DefinitionVersion, by: Person, at: datetime, reason: str) -> DefinitionVersion:
    """End a published or suspended version for good; awards already given stand."""
    return _close(version, by, at, reason, version.state, State.RETIRED, "definition.retired")


def record_endorsement(
    *, version: DefinitionVersion, endorser: Organisation, document: str, at: datetime, by: Person | None = None
) -> Endorsement:
    """Keep a signed EndorsementCredential (Open Badges 3.0) beside the version it stands behind, whole.

    Whoever signs it (the issuing room) has asked for the endorser's role; ``by`` goes into the audit trail. Raises Invalid when
    the document endorses something else, Conflict when this endorser has endorsed the version already.
    """
    if endorsed_id(document) != achievement_id(version):
        raise Invalid(
            f"This endorsement is not about {version}.",
            remedy=f"Endorse {achievement_id(version)}.",
            code="endorses_something_else",
        )
    with transaction.atomic():
        endorsement, created = Endorsement.objects.get_or_create(
            version=version, endorser=endorser, defaults={"document": document, "given_at": at}
        )
        if not created:
            raise Conflict(f"{endorser} has endorsed {version} already.", remedy="Nothing more is needed.")
        people.record(
            organisation=endorser, actor=by, role=Role.ENDORSER, action="definition.endorsed", object_type="definition_version",
            object_id=str(version.pk), at=at, details={"achievement": achievement_id(version)},
        )  # fmt: skip
    return endorsement


# --- what others may ask -----------------------------------------------------------------------------------------------------


def problems_of(version: DefinitionVersion) -> list[str]:
    """Say in sentences what must be mended before a review: title, outcomes, rubric, and a way to be assessed."""
    owner = version.definition.owner
    criteria = checks.criteria_of(version.rubric)
    stacked = version.requirement is not None
    problems = checks.title_problems(version.title, owner_name=owner.name if owner else "")
    if not version.description.strip():
        problems.append("There is no description. Write two or three sentences on what this is and for whom.")
    problems += checks.rubric_problems(version.rubric)
    problems += checks.outcome_problems(version.outcomes, criteria=criteria, assessed_otherwise=stacked)
    if is_recognition(version) and version.definition.type != Definition.Type.BADGE:
        problems.append(
            "Nothing is assessed: there is no rubric, no examination and no rule of what it is made of. Add one of them, or make it a "
            "badge, which may recognise taking part and says so."
        )
    if version.requires and stacked:
        problems.append(
            "It is made of parts and asks for something beforehand as well, but nobody enrols in a stack. Put what must be there into the "
            "rule of what it is made of."
        )
    if str(version.definition.uid) in str(version.requires):
        problems.append("It asks for itself beforehand, so nobody could ever start it. Take that line away.")
    checks.read_requirement(version.requirement)
    return problems


def owner_of(version: DefinitionVersion) -> Organisation:
    """Return the awarding body. Raises NotAllowed for what was only imported: nobody here may change it."""
    owner = version.definition.owner
    if owner is None:
        raise NotAllowed(
            f"{version.title} comes from {version.definition.source} and is not awarded here.",
            remedy="Ask its provider.",
            code="imported",
        )
    return owner


def provider_of(organisation: Organisation) -> Provider:
    """Return the provider that stands for an organisation of this site, made at its first definition."""
    provider, _ = Provider.objects.get_or_create(
        organisation=organisation,
        defaults={
            "slug": organisation.slug if not Provider.objects.filter(slug=organisation.slug).exists() else f"{organisation.slug}-here",
            "name": organisation.name, "website": organisation.website, "state": organisation.region,
            "country": organisation.country, "source": "cairn", "source_key": organisation.slug,
        },
    )  # fmt: skip
    return provider


# --- steps that the story above shares ---------------------------------------------------------------------------------------


def _write(version: DefinitionVersion, content: Mapping[str, Any], skills: Mapping[str, Decimal | None] | None) -> None:
    if unknown := sorted(set(content) - set(WRITABLE)):
        raise Invalid(f"A definition has no field {unknown[0]!r}.", remedy=f"The fields are {', '.join(WRITABLE)}.")
    checks.read_requirement(content.get("requirement"))
    if "requires" in content:
        content = {**content, "requires": written(read_requires(content["requires"]))}
    if problems := checks.rubric_problems(content.get("rubric")):
        raise Invalid(problems[0], remedy="Mend the rubric and save again.", code="bad_rubric", problems=problems)
    content = {**content, **_languages(version, content)}
    for name, value in content.items():
        setattr(version, name, value)
    for number, outcome in enumerate(version.outcomes, 1):
        outcome.setdefault("id", f"o{number}")
    version.save()
    if skills is None and "outcomes" not in content:
        return
    levels = (
        {taught.skill.uri: taught.level for taught in version.skills.select_related("skill")}
        if skills is None
        else dict(skills)
    )
    named = {uri for outcome in version.outcomes for uri in outcome.get("skills", [])}
    _teach(version, {uri: levels.get(uri) for uri in named} | (dict(skills) if skills else {}))


def _languages(version: DefinitionVersion, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the draft says in further languages, read, and beside the outcomes as they are from now on."""
    own = str(content.get("language", version.language))
    outcomes = [str(one.get("text", "")) for one in content.get("outcomes", version.outcomes)]
    if "texts" in content:
        return {"texts": read_texts(content["texts"], own, len(outcomes))}
    for tag in version.texts:
        read_tag(tag, own)
    before = [str(one.get("text", "")) for one in version.outcomes]
    return {"texts": moved(version.texts, before, outcomes)} if version.texts and before != outcomes else {}


def _teach(version: DefinitionVersion, levels: Mapping[str, Decimal | None]) -> None:
    known = {skill.uri: skill for skill in Skill.objects.filter(uri__in=levels)}
    if strangers := sorted(set(levels) - set(known)):
        raise Invalid(
            f"There is no skill {strangers[0]} here.",
            remedy="Choose a skill from the frameworks of this site, or import the framework first.",
            code="unknown_skill",
            unknown=strangers,
        )
    version.skills.all().delete()
    SkillTaught.objects.bulk_create(
        SkillTaught(version=version, skill=known[uri], level=level, origin="stated") for uri, level in levels.items()
    )


def locked_draft(version: DefinitionVersion, by: Person) -> DefinitionVersion:
    """Read a draft again, locked, for a designer who changes it. Raises NotAllowed, and Conflict for anything that is no draft."""
    return _locked(version, by, Role.DESIGNER, State.DRAFT, to="change")


def noted_revision(version: DefinitionVersion, by: Person, at: datetime, details: dict[str, Any]) -> None:
    """Leave a line in the trail that a person revised a draft; it makes them one of its writers."""
    _record(version, by, Role.DESIGNER, "definition.revised", at, details=details)


def _locked(version: DefinitionVersion, by: Person, role: Role, expected: str, *, to: str) -> DefinitionVersion:
    """Read the version again, locked, and make sure that the person may and that the state allows it."""
    people.require(by, owner_of(version), role)
    fresh = (
        DefinitionVersion.objects.select_for_update(of=("self",)).select_related("definition__owner").get(pk=version.pk)
    )
    if fresh.state != expected:
        raise Conflict(
            f"{fresh} is {State(fresh.state).label.lower()}, so it is not possible to {to} it.",
            remedy=f"Only a version that is {State(expected).label.lower()} allows this. Look at it again.",
            state=fresh.state,
        )
    return fresh


def _move(
    version: DefinitionVersion, state: str, by: Person, role: Role, action: str, at: datetime, reason: str = ""
) -> DefinitionVersion:
    version.state = state
    version.save()
    _record(version, by, role, action, at, reason=reason)
    if state in SEALED:  # the catalogue shows something else from now on
        transaction.on_commit(partial(search.update, [version.pk]), robust=True)
    return version


def _close(
    version: DefinitionVersion, by: Person, at: datetime, reason: str, expected: str, state: str, action: str
) -> DefinitionVersion:
    if not reason.strip():
        raise Invalid("This needs a reason.", remedy="Write why, for those who hold or want the credential.")
    if expected not in {State.PUBLISHED, State.SUSPENDED}:
        raise Conflict(
            f"{version} was never published, or has ended.", remedy="Only what is public can be suspended or retired."
        )
    with transaction.atomic():
        version = _locked(version, by, Role.PUBLISHER, expected, to=action.rpartition(".")[2].removesuffix("d"))
        return _move(version, state, by, Role.PUBLISHER, action, at, reason)


def _record(
    version: DefinitionVersion,
    by: Person,
    role: Role,
    action: str,
    at: datetime,
    *,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    people.record(
        organisation=owner_of(version), actor=by, role=role, action=action, object_type="definition_version", object_id=str(version.pk),
        at=at, reason=reason, details={"number": version.number, **(details or {})},
    )  # fmt: skip


def _writers(version: DefinitionVersion) -> set[Any]:
    wrote = AuditEvent.objects.filter(
        object_type="definition_version",
        object_id=str(version.pk),
        action__in=["definition.drafted", "definition.revised"],
    )
    return set(wrote.values_list("actor", flat=True))


def _free_slug(title: str, taken: Iterable[str] | None = None) -> str:
    base = slugify(title)[:140] or "credential"
    used = set(
        Definition.objects.filter(slug__startswith=base).values_list("slug", flat=True) if taken is None else taken
    )
    return next(
        slug for slug in (base, *(f"{base}-{number}" for number in range(2, len(used) + 3))) if slug not in used
    )
