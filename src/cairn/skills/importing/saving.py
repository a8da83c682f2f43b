"""Write many rows at once, each once: new ones are created, changed ones updated, the same ones left alone; and all of it on record.

Importers write through these functions only, because what they write stands in the run's journal, by which it is shown and undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model, QuerySet

from cairn.skills.importing.journal import columns_of
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
    named: bool = True,
) -> dict[tuple[Any, ...], int]:
    """Bring ``rows`` into the database and return the primary key of each row by its ``key`` values.

    ``within`` says which stored rows may be the same ones; ``key`` and ``fields`` are column names (``skill_id``, not ``skill``). A key
    that comes twice is written once, the first wins. Nothing is ever deleted. ``named`` is False for rows that only hang on others:
    the next run does not miss them when they are gone.
    """
    counts = report.counts(table)
    stored: dict[tuple[Any, ...], tuple[int, tuple[Any, ...]]] = {}
    for values in within.values_list("pk", *key, *fields).iterator(chunk_size=BATCH):
        stored[values[1 : 1 + len(key)]] = (values[0], values[1 + len(key) :])
    new: dict[tuple[Any, ...], M] = {}
    changed: dict[int, M] = {}
    changes: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}
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
        after = tuple(getattr(row, name) for name in fields)
        if before == after:
            counts.unchanged += 1
        else:
            row.pk = pk
            changed[pk] = row
            changes[pk] = (dict(zip(fields, before, strict=True)), dict(zip(fields, after, strict=True)))
    model = within.model
    fresh = list(new.values())
    _create(fresh, table, report, progress)
    if changed:
        model._default_manager.bulk_update(list(changed.values()), list(fields), batch_size=500)
        report.journal.updated(model, changes)
    counts.created += len(fresh)
    counts.updated += len(changed)
    keys.update((mark, row.pk) for mark, row in new.items())
    if named:
        report.journal.seen(model, keys.values())
    return keys


def create_all[M: Model](rows: Sequence[M], *, table: str, report: Report, progress: Progress = quiet) -> None:
    """Write new rows. They get their primary keys and count as created."""
    _create(rows, table, report, progress)
    report.counts(table).created += len(rows)


def change_all[M: Model](rows: QuerySet[M], *, report: Report, **values: Any) -> int:
    """Set columns of stored rows; return how many were other before. It counts in no table: say there what it means."""
    names = list(values)
    before = {pk: dict(zip(names, told, strict=True)) for pk, *told in rows.values_list("pk", *names)}
    other = {pk: (told, values) for pk, told in before.items() if told != values}
    keys = list(other)
    for begin in range(0, len(keys), BATCH):
        rows.model._default_manager.filter(pk__in=keys[begin : begin + BATCH]).update(**values)
    report.journal.updated(rows.model, other)
    return len(other)


def remove_all[M: Model](rows: QuerySet[M], *, report: Report) -> int:
    """Delete stored rows on which nothing hangs; return how many."""
    names = columns_of(rows.model) + [
        column.attname
        for column in rows.model._meta.concrete_fields
        if not column.primary_key and column.attname not in columns_of(rows.model)
    ]
    kept = [(pk, dict(zip(names, values, strict=True))) for pk, *values in rows.values_list("pk", *names)]
    report.journal.deleted(rows.model, kept)
    keys = [pk for pk, _ in kept]
    for begin in range(0, len(keys), BATCH):
        rows.model._default_manager.filter(pk__in=keys[begin : begin + BATCH]).delete()
    return len(keys)


def _create[M: Model](rows: Sequence[M], table: str, report: Report, progress: Progress) -> None:
    for begin in range(0, len(rows), BATCH):
        batch = rows[begin : begin + BATCH]
        type(batch[0])._default_manager.bulk_create(batch)
        report.journal.created(batch)
        progress(table, min(begin + BATCH, len(rows)), len(rows))
