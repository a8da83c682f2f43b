"""A version's rule made ready to be asked: parsed once, with the titles of what it names and the versions that serve alike."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from cairn import stacking
from cairn.catalog.achievements import achievement_address, parse_achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries.definitions import SHOWN, others_named_in, texts_under
from cairn.catalog.queries.earnable import EARNABLE
from cairn.journeys.models import StackPart
from cairn.stacking.streaming import KEPT as PATTERNS
from cairn.stacking.streaming import Patterns, asks_for

KEPT = 256
"""How many parsed rules are kept at most."""

_parsed: OrderedDict[bytes, stacking.Requirement] = OrderedDict()
_lock = Lock()


def parsed(document: Mapping[str, Any]) -> stacking.Requirement:
    """Return a rule's document as the engine's rule. The same document is parsed, and so made ready, once.

    What is kept is found by the document itself, so it cannot be out of date. Raises RuleError.
    """
    key = orjson.dumps(document)
    with _lock:
        found = _parsed.get(key)
        if found is not None:
            _parsed.move_to_end(key)
            return found
    found = stacking.parse_requirement(document)
    with _lock:
        _parsed[key] = found
        while len(_parsed) > KEPT:
            _parsed.popitem(last=False)
    return found


class _Known(NamedTuple):
    """What weighing needs to know of a version that a rule names."""

    uid: UUID
    number: int
    pk: int
    title: str
    state: str


@dataclass(frozen=True)
class Ready:
    """A stack with everything that weighing it needs beside what a learner holds.

    ``numbers`` are the primary keys of the versions of this site that the rule names, by achievement; ``families`` the sets of versions
    that serve it alike; ``names`` what achievements, issuers and skills are called.
    """

    version: DefinitionVersion
    rule: stacking.Requirement
    numbers: Mapping[str, int]
    families: Sequence[frozenset[str]]
    names: Mapping[str, str]
    retired: frozenset[str] = frozenset()
    """What the rule names, by achievement, that nobody can earn any more: all of its versions are retired or superseded."""
    by_issuer: bool = False
    """Whether the rule asks who awarded something, so that reasons say it."""

    def patterns(self, at: datetime, kept: int = PATTERNS) -> Patterns:
        """Return what weighs learners at a moment and remembers ``kept`` patterns of awards."""
        return Patterns(self.rule, at, equivalent=self.families, names=self.names, retired=self.retired, kept=kept)

    @cached_property
    def versions(self) -> Mapping[str, DefinitionVersion]:
        """The versions of this site that the rule names, by achievement: read when somebody looks, weighing does not need them."""
        rows = DefinitionVersion.objects.select_related("definition__provider", "definition__owner")
        found = rows.in_bulk(self.numbers.values())
        return {name: found[number] for name, number in self.numbers.items() if number in found}

    @cached_property
    def keys(self) -> frozenset[str]:
        """What an award must be of to matter here, as :class:`StackPart` names it."""
        return keys_of(self.rule)

    @cached_property
    def family_ids(self) -> frozenset[int] | None:
        """The versions of this site whose awards can matter; None where any might."""
        if StackPart.ANY in self.keys:
            return None
        rows = DefinitionVersion.objects.filter(definition__uid__in=_uids(self.keys))
        return frozenset(rows.values_list("pk", flat=True))


def ready(version: DefinitionVersion) -> Ready | None:
    """Return the version's rule made ready, or None where it has none. Asks the database twice, however many parts there are."""
    if not version.requirement:
        return None
    rule = parsed(version.requirement)
    named = sorted(texts_under(version.requirement, "achievement", "equivalents", "achievements", "sets"))
    by_uid: dict[UUID, dict[str, _Known]] = {}
    ours = {name: found for name in named if (found := parse_achievement_id(name)) is not None}
    rows = DefinitionVersion.objects.filter(definition__uid__in={uid for uid, _ in ours.values()}, state__in=SHOWN)
    for row in map(
        _Known._make, rows.order_by("number").values_list("definition__uid", "number", "pk", "title", "state")
    ):
        by_uid.setdefault(row.uid, {})[achievement_address(row.uid, row.number)] = row
    families: dict[str, frozenset[str]] = {}
    names: dict[str, str] = {}
    numbers: dict[str, int] = {}
    retired: set[str] = set()
    for name, (uid, number) in ours.items():
        family = by_uid.get(uid, {})
        if family:
            families[str(uid)] = frozenset({name, *family})
        names |= {address: row.title for address, row in family.items()}
        if family and not any(row.state in EARNABLE for row in family.values()):
            retired |= families[str(uid)]
        itself = family.get(achievement_address(uid, number))
        if itself is not None:
            numbers[name] = itself.pk
    names |= others_named_in(version.requirement)
    return Ready(
        version,
        rule,
        numbers,
        [families[uid] for uid in sorted(families)],
        names,
        frozenset(retired),
        bool(texts_under(version.requirement, "issuers")),
    )


def keys_of(rule: stacking.Requirement) -> frozenset[str]:
    """Return the keys under which a rule stands in the index of parts (:class:`StackPart`)."""
    asked = asks_for(rule)
    return frozenset({StackPart.ANY}) if asked is None else frozenset(key_of(name) for name in asked)


def key_of(achievement: str) -> str:
    """Return an achievement's key: the uid of a definition of this site, else a hash of the address."""
    found = parse_achievement_id(achievement)
    return str(found[0]) if found else hashlib.sha256(achievement.encode()).hexdigest()


def _uids(keys: frozenset[str]) -> list[str]:
    return sorted(key for key in keys if len(key) == 36)
