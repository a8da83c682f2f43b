"""Which version of a rule a learner follows: the one they started under, until they choose the published one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cairn.catalog.models import DefinitionVersion
from cairn.errors import Conflict, NotFound
from cairn.issuing.models import Award
from cairn.journeys import queries
from cairn.journeys.models import StackProgress
from cairn.journeys.ready import ready
from cairn.journeys.services.stacks import recompute, weigh
from cairn.people.models import Person
from cairn.people.services import record
from cairn.stacking import Sentence, sentences


@dataclass(frozen=True)
class Comparison:
    """What a learner's two versions of a rule ask, and what each would make of what they hold."""

    mine: DefinitionVersion
    newer: DefinitionVersion
    mine_document: dict[str, Any]
    newer_document: dict[str, Any]
    only_mine: tuple[str, ...]
    only_newer: tuple[str, ...]


def compare_versions(*, person: Person, slug: str, at: datetime) -> Comparison:
    """Return the version the person follows beside the published one. Raises NotFound where there is nothing to choose."""
    progress = _followed(person, slug)
    newer = queries.newer_of(progress.version) if progress is not None else None
    if progress is None or newer is None:
        raise NotFound(
            "There is no newer version of this rule to choose.", remedy="Open the stack to see how far you are."
        )
    mine = progress.version
    old, new = _lines(mine), _lines(newer)
    return Comparison(
        mine, newer, weigh(mine, person, at).document, weigh(newer, person, at).document,
        tuple(line for line in old if line not in new), tuple(line for line in new if line not in old),
    )  # fmt: skip


@transaction.atomic
def choose_version(*, person: Person, slug: str, number: int, at: datetime) -> StackProgress:
    """Follow the published version of a stack instead of the one started under; it cannot be taken back.

    Raises NotFound where there is nothing to choose, Conflict where the published version is no longer the one that was shown
    (``number``), or where the credential was awarded already.
    """
    progress = _followed(person, slug, lock=True)
    newer = queries.newer_of(progress.version) if progress is not None else None
    if progress is None or newer is None:
        raise NotFound(
            "There is no newer version of this rule to choose.", remedy="Open the stack to see how far you are."
        )
    if newer.number != number:
        raise Conflict(
            "There is a newer version than the one you were shown.",
            remedy="Compare again, then choose.",
            code="version_changed",
        )
    standing = Award.objects.filter(version__definition=newer.definition_id, holder=person, state=Award.State.AWARDED)
    if standing.exists():
        raise Conflict("You hold this credential already.", remedy="Find it in your wallet.", code="held_already")
    progress.left_at, progress.stamp = at, progress.stamp + 1
    progress.save(update_fields=["left_at", "stamp"])
    record(
        organisation=newer.definition.owner, actor=person, role="", action="stack.version_chosen", object_type="version",
        object_id=newer.pk, at=at, details={"from": progress.version.number, "to": newer.number},
    )  # fmt: skip
    return recompute(version=newer, person=person, at=at, award=True)


def _followed(person: Person, slug: str, *, lock: bool = False) -> StackProgress | None:
    rows = StackProgress.objects.filter(person=person, version__definition__slug=slug, left_at=None)
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.select_related("version__definition__owner", "version__definition__provider").order_by("pk").first()


def _lines(version: DefinitionVersion) -> list[str]:
    stack = ready(version)
    return _said(sentences(stack.rule, dict(stack.names))) if stack else []


def _said(line: Sentence) -> list[str]:
    return [line.text.rstrip(":"), *(said for part in line.parts for said in _said(part))]
