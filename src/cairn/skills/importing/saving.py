"""Write many rows at once, each once: new ones are created, changed ones updated, the same ones left alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model, QuerySet

from cairn.skills.importing.report import Progress, Report, quiet

BATCH = 2000


def save_all[M: Model](
    rows: Iterable[M],
    *,
    within: QuerySet[M],
    key: Sequence[str],
    fields: Sequence[str],
    table: str,
    report: Report,
    progress: Progress = quiet,
) -> dict[tuple[Any, ...], int]:
    """Bring ``rows`` into the database and return the primary key of each row by its ``key`` values.

    ``within`` says which stored rows may be the same ones; ``key`` and ``fields`` are column names (``skill_id``, not ``skill``). A key
    that comes twice is written once, the first wins. Nothing is ever deleted.
    """
    counts = report.counts(table)
    stored: dict[tuple[Any, ...], tuple[int, tuple[Any, ...]]] = {}
    for values in within.values_list("pk", *key, *fields).iterator(chunk_size=BATCH):
        stored[values[1 : 1 + len(key)]] = (values[0], values[1 + len(key) :])
    new: dict[tuple[Any, ...], M] = {}
    changed: dict[int, M] = {}
    keys: dict[tuple[Any, ...], int] = {}
    for row in rows:
        mark = tuple(getattr(row, name) for name in key)
        if mark in new or mark in keys:
            continue
        if mark not in stored:
            new[mark] = row
            continue
        pk, before = stored[mark]
        keys[mark] = pk
        if before == tuple(getattr(row, name) for name in fields):
            counts.unchanged += 1
        else:
            row.pk = pk
            changed[pk] = row
    model = within.model
    fresh = list(new.values())
    for begin in range(0, len(fresh), BATCH):
        model._default_manager.bulk_create(fresh[begin : begin + BATCH])
        progress(table, min(begin + BATCH, len(fresh)), len(fresh))
    if changed:
        model._default_manager.bulk_update(list(changed.values()), list(fields), batch_size=500)
    counts.created += len(fresh)
    counts.updated += len(changed)
    keys.update((mark, row.pk) for mark, row in new.items())
    return keys
