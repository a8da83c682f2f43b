"""Searching for what a rule names: credentials, skills, issuers; and what they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q

from cairn.catalog.achievements import achievement_id, parse_achievement_id
from cairn.catalog.models import DefinitionVersion, Provider
from cairn.catalog.queries import published, version_by_achievement
from cairn.catalog.rules.kinds import inputs_of
from cairn.catalog.rules.tree import Node
from cairn.people.models import Organisation
from cairn.skills.models import Skill
from cairn.stacking import AwardOf, RuleError, parse_requirement
from cairn.stacking.requirements import nodes

MOST = 12
MOST_RULES = 500
"""Rules of this site that are read for credentials of elsewhere."""
ADDRESSES = ("https://", "http://", "did:", "urn:")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to choose: ``value`` is what the rule will say, ``name`` what people call it, ``about`` a few words beside it."""

    value: str
    name: str
    about: str = ""


def achievements(words: str) -> list[Found]:
    """Find credentials by title: those awarded on this site first, then others of the catalogue, then those of elsewhere that rules name.

    An address that is typed in full can always be chosen: credentials of other sites are named by the identifier those sites use.
    """
    words = words.strip()
    if words.startswith(ADDRESSES):
        version = version_by_achievement(words)
        return (
            [_of_version(version)] if version else [Found(words, words, "a credential of another site, by its address")]
        )
    matching = published()
    for word in words.split():
        matching = matching.filter(Q(title__icontains=word) | Q(definition__provider__name__icontains=word))
    ours = matching.filter(definition__owner__isnull=False).order_by("title", "pk")[:MOST]
    found = [_of_version(version) for version in ours]
    if len(found) < MOST:
        others = matching.filter(definition__owner__isnull=True).order_by("title", "pk")[: MOST - len(found)]
        found += [_of_version(version) for version in others]
    return (found + _foreign(words))[: MOST + 3]


def _of_version(version: DefinitionVersion) -> Found:
    kind = version.definition.get_type_display() or "type not stated"
    worth = (
        f", {version.credits.normalize():f} {version.credit_scheme}"
        if version.credits and version.credit_scheme
        else ""
    )
    return Found(achievement_id(version), version.title, f"{kind}, {version.definition.provider.name}{worth}")


def _foreign(words: str) -> list[Found]:
    """Credentials of other sites that published rules of this site name, by the label their authors gave them."""
    found: dict[str, Found] = {}
    rules = published().filter(requirement__isnull=False, definition__owner__isnull=False).order_by("-pk")[:MOST_RULES]
    for version in rules:
        try:
            rule = parse_requirement(version.requirement or {})
        except RuleError:
            continue
        for leaf in nodes(rule):
            if not isinstance(leaf, AwardOf) or parse_achievement_id(leaf.achievement) is not None:
                continue
            name = leaf.label or leaf.achievement
            if all(word.casefold() in f"{name} {leaf.achievement}".casefold() for word in words.split()):
                found.setdefault(
                    leaf.achievement, Found(leaf.achievement, name, f"of another site; named in {version.title}")
                )
    return list(found.values())


def skills(words: str) -> list[Found]:
    """Find skills by name."""
    matching = Skill.objects.select_related("framework")
    for word in words.split():
        matching = matching.filter(name__icontains=word)
    return [Found(skill.uri, skill.name, skill.framework.name) for skill in matching.order_by("name", "pk")[:MOST]]


def issuers(words: str) -> list[Found]:
    """Find organisations of this site by name; an identifier that is typed in full can always be chosen."""
    words = words.strip()
    if words.startswith(ADDRESSES):
        return [Found(words, words, "an issuer of another site, by its identifier")]
    matching = Organisation.objects.exclude(kind=Organisation.Kind.OPERATOR)
    for word in words.split():
        matching = matching.filter(name__icontains=word)
    return [Found(one.slug, one.name, "on this site") for one in matching.order_by("name", "pk")[:MOST]]


PICKERS: dict[str, Callable[[str], list[Found]]] = {"achievement": achievements, "skill": skills, "issuer": issuers}
"""The searches, by the name that a field gives."""


def belonging(kind: str, field: str, value: str) -> dict[str, str]:
    """Return what else is said by choosing a value: a skill names its framework."""
    names = {one.name: one.picker for one in inputs_of(kind)}
    if names.get(field) != "skill" or "framework" not in names:
        return {}
    skill = Skill.objects.select_related("framework").filter(uri=value).first()
    return {"framework": skill.framework.name} if skill else {}


def names_in(root: Node | None) -> dict[str, str]:
    """Return what people call the credentials, issuers and skills that a draft names; unknown ones are left out."""
    texts = set(_texts([node.values for node in root.walk()])) if root else set()
    texts = {text for text in texts if "\0" not in text}  # no database keeps that letter, so nothing is called so
    names = dict(Organisation.objects.filter(slug__in=texts).values_list("slug", "name"))
    names |= dict(Provider.objects.filter(slug__in=texts - set(names)).values_list("slug", "name"))
    names |= dict(Skill.objects.filter(uri__in=texts).values_list("uri", "name"))
    wanted = {text: parsed for text in texts if (parsed := parse_achievement_id(text))}
    uids = {uid for uid, _ in wanted.values()}
    rows = DefinitionVersion.objects.filter(definition__uid__in=uids).values_list("definition__uid", "number", "title")
    titles = {(uid, number): title for uid, number, title in rows}
    names |= {text: titles[parsed] for text, parsed in wanted.items() if parsed in titles}
    return names


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
