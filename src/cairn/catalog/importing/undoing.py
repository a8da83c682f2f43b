"""Undo an import: put back what it changed, take away what it brought; or refuse and say what has been built on it since.

1. **Once.** Only a run that stands and whose writing is on record can be undone.
2. **Later runs.** Where a later run wrote the same rows, that one is undone first.
3. **Edits.** Where somebody changed what the run wrote, the change would be lost: refused.
4. **Work that builds on it.** Where rows that the run did not write refer to rows it brought (an award, an enrolment, a goal), or a
   stacking rule names them: refused.
5. **Back.** Everything in reverse order, in one transaction.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, QuerySet

from cairn.catalog.importing.differences import table_name
from cairn.catalog.importing.undoing_reasons import (
    NAMED,
    PORTION,
    WORKED_OUT,
    Kind,
    Wrote,
    entries_brought,
    reasons_against,
)
from cairn.catalog.models import DefinitionVersion, ImportRun
from cairn.catalog.register_models import RegisterEntry
from cairn.errors import Conflict, NotAllowed, NotFound
from cairn.people import services as people
from cairn.people.models import Person


@dataclass(frozen=True, slots=True)
class Undone:
    """What was put back: rows taken away, rows set to what they were, rows brought back, by table."""

    run: int
    removed: dict[str, int]
    restored: dict[str, int]
    brought_back: dict[str, int]
    versions: tuple[int, ...] = ()
    """Versions whose place in search may have changed."""

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as plain JSON-ready values."""
        return {
            "run": self.run, "removed": self.removed, "restored": self.restored, "brought_back": self.brought_back,
        }  # fmt: skip


def run_of(number: int) -> ImportRun:
    """Return a run by its number. Raises NotFound."""
    run = ImportRun.objects.filter(pk=number).first()
    if run is None:
        raise NotFound(f"There is no import number {number}.", remedy="`cairn import --list` shows them.")
    return run


def undo_run(*, run: ImportRun, by: Person | None, at: datetime) -> Undone:
    """Undo a run whole, or not at all. ``by`` is the operator who asks, None on the command line.

    Raises NotAllowed for somebody who is not the operator; Conflict where something later builds on it (code ``cannot_be_undone``; the
    fact ``reasons`` has every reason as a sentence).
    """
    if by is not None and not by.is_staff:
        raise NotAllowed("Only the operator takes imports back.", remedy="Ask the operator of this site.")
    with transaction.atomic():
        run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        _once(run)
        wrote = Wrote(run)
        if reasons := reasons_against(wrote):
            raise Conflict(
                f"Import {run.pk} cannot be undone. " + " ".join(reasons[:NAMED]),
                remedy="Nothing was changed. Undo or withdraw what builds on it first, or mend the rows themselves.",
                code="cannot_be_undone",
                reasons=reasons,
            )
        try:
            with transaction.atomic():
                undone = _back(run, wrote)
                connection.check_constraints({apps.get_model(table)._meta.db_table for table in wrote.created})
        except IntegrityError as error:
            raise Conflict(
                f"Import {run.pk} cannot be undone: something began to build on it while it was being undone.",
                remedy="Nothing was changed. Try it again, and it will say what.",
                code="cannot_be_undone",
            ) from error
        run.undone_at, run.undone_by = at, by
        run.save(update_fields=["undone_at", "undone_by"])
        people.record(
            organisation=None, actor=by, role="operator", action="import.undone", object_type="import", object_id=str(run.pk),
            at=at, details={"importer": run.importer, **undone.as_dict()},
        )  # fmt: skip
    return undone


def _once(run: ImportRun) -> None:
    if run.undone_at is not None:
        raise Conflict(
            f"Import {run.pk} was undone already, on {run.undone_at:%-d %B %Y}.",
            remedy="To have it again, import the file again.",
            code="undone_already",
        )
    if not run.journalled:
        raise Conflict(
            f"Import {run.pk} cannot be undone: what it wrote was not kept on record.",
            remedy="Imports made by this version of Cairn are kept; this one was made before, or by an importer without a journal.",
            code="cannot_be_undone",
            reasons=[],
        )


def _back(run: ImportRun, wrote: Wrote) -> Undone:
    """5. Put everything back, the last thing first."""
    removed: defaultdict[str, int] = defaultdict(int)
    restored: defaultdict[str, int] = defaultdict(int)
    brought_back: defaultdict[str, int] = defaultdict(int)
    versions: set[int] = set()
    _forget_worked_out(wrote)
    for entry in reversed(wrote.entries):
        model, name = apps.get_model(entry.table), table_name(entry.table)
        if model is DefinitionVersion:
            versions |= (
                {key for first, last in entry.rows for key in range(first, last + 1)}
                if entry.kind == Kind.CREATED
                else {key for key, _ in entry.rows}
            )
        if entry.kind == Kind.CREATED:
            for first, last in entry.rows:
                rows = model._default_manager.filter(pk__gte=first, pk__lte=last)
                # what refers to them was found above to be the run's own and is gone: no need to look for it row by row
                removed[name] += rows._raw_delete(rows.db)
        elif entry.kind == Kind.UPDATED:
            restored[name] += _restore(model, entry.rows)
        else:
            model._default_manager.bulk_create([_row(model, key, columns) for key, columns in entry.rows])
            brought_back[name] += len(entry.rows)
    return Undone(run.pk, dict(removed), dict(restored), dict(brought_back), tuple(sorted(versions)))


def _forget_worked_out(wrote: Wrote) -> None:
    _forget(RegisterEntry.objects.filter(pk__in=entries_brought(wrote)))
    for table, rows in wrote.created.items():
        for relation in apps.get_model(table)._meta.related_objects:
            model: Any = relation.related_model
            disposable = WORKED_OUT.get(model._meta.label_lower)
            if disposable is not None:
                name = relation.field.name
                for first, last in rows:
                    there = model._default_manager.filter(**{f"{name}__pk__gte": first, f"{name}__pk__lte": last})
                    _forget(there.filter(**disposable))


def _forget(rows: QuerySet[Any]) -> None:
    """Delete rows that a program worked out, first what was worked out about them; no row is read where nothing else hangs on them."""
    behind = rows.model._meta.related_objects
    for relation in behind:
        model: Any = relation.related_model
        disposable = WORKED_OUT.get(model._meta.label_lower)
        if disposable is not None:
            _forget(model._default_manager.filter(**{f"{relation.field.name}__in": rows.order_by()}, **disposable))
    if all(relation.related_model._meta.label_lower in WORKED_OUT for relation in behind):
        rows._raw_delete(rows.db)
    else:
        rows.delete()


def _restore(model: type[Model], rows: list[Any]) -> int:
    before = {key: {name: old for name, (old, _) in columns.items()} for key, columns in rows}
    alike: defaultdict[tuple[str, ...], list[Model]] = defaultdict(list)
    for row in model._default_manager.filter(pk__in=before):
        for name, value in before[row.pk].items():
            setattr(row, name, _value(model, name, value))
        alike[tuple(sorted(before[row.pk]))].append(row)
    for names, changed in alike.items():
        model._default_manager.bulk_update(changed, names, batch_size=PORTION)
    return len(before)


def _row(model: type[Model], key: int, columns: dict[str, Any]) -> Model:
    return model(pk=key, **{name: _value(model, name, value) for name, value in columns.items()})


def _value(model: type[Model], name: str, value: Any) -> Any:
    column: Any = model._meta.get_field(name)
    return None if value is None else column.to_python(value)
