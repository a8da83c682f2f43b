"""Publish what a source says of definitions: a version never changes, so where it says something else, a new one supersedes the old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cairn.catalog.models import DefinitionVersion, Offer
from cairn.skills.importing.report import Progress, Report
from cairn.skills.importing.saving import BATCH, change_all, create_all

State = DefinitionVersion.State


def publish_versions(
    contents: Mapping[int, Mapping[str, Any]], *, at: datetime, report: Report, progress: Progress
) -> dict[int, int]:
    """Publish what is new or says something else; return the published version of each definition.

    ``contents`` gives the columns by definition, the same columns for each. What was suspended or retired here stays so, is counted as
    left out and is not in the answer.
    """
    published: dict[int, int] = {}
    definitions = list(contents)
    for begin in range(0, len(definitions), BATCH):
        part = {definition: contents[definition] for definition in definitions[begin : begin + BATCH]}
        published.update(_publish(part, at, report))
        progress("versions", min(begin + BATCH, len(definitions)), len(definitions))
    return published


def _publish(contents: Mapping[int, Mapping[str, Any]], at: datetime, report: Report) -> dict[int, int]:
    columns = list(next(iter(contents.values())))
    counts = report.counts("versions")
    current: dict[int, tuple[int, int, str, tuple[Any, ...]]] = {}
    stored = DefinitionVersion.objects.filter(definition__in=list(contents)).order_by("definition", "number")
    for definition, pk, number, state, *content in stored.values_list(
        "definition", "pk", "number", "state", *columns
    ).iterator(chunk_size=2000):
        current[definition] = (pk, number, state, tuple(content))
    published: dict[int, int] = {}
    superseded: list[int] = []
    new: list[DefinitionVersion] = []
    for definition, content in contents.items():
        before = current.get(definition)
        if before and before[2] != State.PUBLISHED:
            report.skip("programmes that were suspended or retired here")
            counts.unchanged += 1
            continue
        if before and before[3] == tuple(content.values()):
            published[definition] = before[0]
            counts.unchanged += 1
            continue
        if before:
            superseded.append(before[0])
        number = before[1] + 1 if before else 1
        new.append(
            DefinitionVersion(
                definition_id=definition, number=number, state=State.PUBLISHED, published_at=at, **content
            )
        )
    for begin in range(0, len(superseded), BATCH):
        old = superseded[begin : begin + BATCH]
        change_all(DefinitionVersion.objects.filter(pk__in=old), report=report, state=State.SUPERSEDED)
        open_still = Offer.objects.filter(version__in=old, state=Offer.State.OPEN)
        change_all(open_still, report=report, state=Offer.State.CLOSED)
    create_all(new, table="versions", report=report)
    counts.created -= len(superseded)
    counts.updated += len(superseded)
    published.update((version.definition_id, version.pk) for version in new)
    return published
