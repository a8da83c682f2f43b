"""Reading definitions and offers: what is public now, what stands behind an achievement's address, what a desk has to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from cairn.catalog.achievements import parse_achievement_id
from cairn.catalog.models import Definition, DefinitionVersion, Offer, Provider
from cairn.errors import NotFound
from cairn.people.models import Organisation
from cairn.skills.models import Skill
from cairn.stacking import AwardOf, Requirement
from cairn.stacking.requirements import nodes

State = DefinitionVersion.State

SHOWN = (State.PUBLISHED, State.SUSPENDED, State.SUPERSEDED, State.RETIRED)
"""States in which anybody may read a version: what people hold must stay readable."""


def published() -> QuerySet[DefinitionVersion]:
    """Return the versions that stand in the catalogue now, with definition, provider and owner."""
    return with_context(DefinitionVersion.objects.filter(state=State.PUBLISHED))


def with_context(versions: QuerySet[DefinitionVersion]) -> QuerySet[DefinitionVersion]:
    """Read what every page about a version needs in the same question."""
    return versions.select_related("definition__provider__organisation", "definition__owner", "partner")


def version_of(slug: str, number: int | None = None) -> DefinitionVersion:
    """Return what a definition says: the published version, else the latest that was public, or the ``number`` asked for.

    Raises NotFound; drafts are nobody's to see here.
    """
    found = with_context(DefinitionVersion.objects.filter(definition__slug=slug, state__in=SHOWN))
    if number is not None:
        found = found.filter(number=number)
    ranked = found.annotate(
        place=Case(When(state=State.PUBLISHED, then=Value(0)), default=Value(1), output_field=IntegerField())
    )
    version = ranked.order_by("place", "-number").first()
    if version is None:
        raise NotFound(
            "There is no such credential in this catalogue.", remedy="Check the address, or search the catalogue."
        )
    return version


def version_by_achievement(address: str) -> DefinitionVersion | None:
    """Return the version that an achievement's address names; None for addresses of other sites and for drafts."""
    parsed = parse_achievement_id(address)
    if parsed is None:
        return None
    uid, number = parsed
    return with_context(DefinitionVersion.objects.filter(definition__uid=uid, number=number, state__in=SHOWN)).first()


def achievement_family(address: str) -> tuple[str, ...]:
    """Return the addresses of all public versions of the definition behind an address, or the address alone if it is not ours.

    Whoever weighs awards against a rule uses it to let a newer version of a part count where the rule names an older one.
    """
    parsed = parse_achievement_id(address)
    if parsed is None:
        return (address,)
    numbers = DefinitionVersion.objects.filter(definition__uid=parsed[0], state__in=SHOWN).order_by("number")
    base = address.rpartition("/")[0]
    return tuple(f"{base}/{number}" for number in numbers.values_list("number", flat=True)) or (address,)


def named_in(requirement: Requirement) -> dict[str, str]:
    """Return what people call the achievements, issuers and skills that a rule names; those that this site does not know are left out."""
    titles = {address: version.title for address, version in versions_named_in(requirement).items()}
    return others_named_in(requirement.to_json()) | titles


def others_named_in(document: Mapping[str, Any]) -> dict[str, str]:
    """Return what people call the issuers and skills that a rule's document names."""
    found: dict[str, str] = {}
    if issuers := texts_under(document, "issuers"):
        found |= dict(Provider.objects.filter(slug__in=issuers).values_list("slug", "name"))
        found |= dict(Organisation.objects.filter(slug__in=issuers).values_list("slug", "name"))
    if skills := texts_under(document, "skills"):
        found |= dict(Skill.objects.filter(uri__in=skills).values_list("uri", "name"))
    return found


def texts_under(document: Any, *fields: str) -> set[str]:
    """Return every text that stands under one of these fields, anywhere in a rule's document."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            for one in value:
                yield from texts(one)

    found: set[str] = set()
    if isinstance(document, Mapping):
        for field, value in document.items():
            found.update(texts(value) if field in fields else texts_under(value, *fields))
    elif isinstance(document, list):
        for one in document:
            found |= texts_under(one, *fields)
    return found


def versions_named_in(requirement: Requirement) -> dict[str, DefinitionVersion]:
    """Return this site's versions that a rule names, by achievement address."""
    addresses = {name for node in nodes(requirement) if isinstance(node, AwardOf) for name in node.only or ()}
    found = {address: version_by_achievement(address) for address in sorted(addresses)}
    return {address: version for address, version in found.items() if version is not None}


def stacks_that_name(version: DefinitionVersion) -> list[DefinitionVersion]:
    """Return the published versions whose rule names any version of this definition: what it counts towards."""
    return stacks_naming([version])[version.pk]


def stacks_naming(versions: Sequence[DefinitionVersion]) -> dict[int, list[DefinitionVersion]]:
    """Return what each of these versions counts towards, by its key: one question for all, one reading of each rule."""
    found: dict[int, list[DefinitionVersion]] = {version.pk: [] for version in versions}
    for stack in published().filter(requirement__isnull=False).order_by("title", "pk"):
        named = _uids_in(stack.requirement)
        for version in versions:
            if str(version.definition.uid) in named and version.definition_id != stack.definition_id:
                found[version.pk].append(stack)
    return found


def _uids_in(rule: object) -> set[str]:
    """Collect the uids of this site's achievements anywhere in a rule's JSON."""
    if isinstance(rule, Mapping):
        return {uid for value in rule.values() for uid in _uids_in(value)}
    if isinstance(rule, list):
        return {uid for value in rule for uid in _uids_in(value)}
    parsed = parse_achievement_id(rule) if isinstance(rule, str) else None
    return {str(parsed[0])} if parsed else set()


def provider_at(slug: str) -> Provider:
    """Return a provider with its organisation; raises NotFound."""
    found = Provider.objects.select_related("organisation").filter(slug=slug).first()
    if found is None:
        raise NotFound(
            "There is no such provider in this catalogue.", remedy="Check the address, or search the catalogue."
        )
    return found


def current_offers(version: DefinitionVersion) -> list[Offer]:
    """Return the offers of a version that have not ended: open ones first, then by start and price."""
    found = current_offers_of([version.pk]).get(version.pk, [])
    for offer in found:
        offer.version = version
    return found


def current_offers_of(numbers: Iterable[int]) -> dict[int, list[Offer]]:
    """Return the offers that have not ended of versions by their keys, each in the order of :func:`current_offers`; one question."""
    live = Offer.objects.filter(
        version__in=list(numbers), state__in=[Offer.State.OPEN, Offer.State.SCHEDULED, Offer.State.RUNNING]
    )
    ranked = live.annotate(
        place=Case(
            When(state=Offer.State.OPEN, then=Value(0)), When(state=Offer.State.SCHEDULED, then=Value(1)), default=Value(2),
            output_field=IntegerField(),
        )
    )  # fmt: skip
    ordered = ranked.order_by("place", F("starts_on").asc(nulls_last=True), F("price_total").asc(nulls_last=True), "pk")
    found: dict[int, list[Offer]] = {}
    for offer in ordered:
        found.setdefault(offer.version_id, []).append(offer)
    return found


def desk_versions(organisations: Iterable[Organisation]) -> QuerySet[DefinitionVersion]:
    """Return the latest version of each definition, and every open one, of these organisations: what a provider's desk lists."""
    owned = DefinitionVersion.objects.filter(definition__owner__in=list(organisations)).exclude(state=State.SUPERSEDED)
    return with_context(owned).order_by("definition__slug", "-number")


def waiting_for(organisations: Iterable[Organisation], state: str) -> QuerySet[DefinitionVersion]:
    """Return the versions of these organisations in one state, oldest first: in review for reviewers, approved for publishers."""
    return with_context(
        DefinitionVersion.objects.filter(definition__owner__in=list(organisations), state=state)
    ).order_by("created_at")


def definition_names(query: str, limit: int = 20) -> QuerySet[Definition]:
    """Return definitions of this site that are published and whose title holds ``query``: parts to build a stack of."""
    return Definition.objects.filter(
        Q(versions__state=State.PUBLISHED) & Q(versions__title__icontains=query), owner__isnull=False
    ).distinct()[:limit]
