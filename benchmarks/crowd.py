"""A site full of learners, written past Django's models in a few minutes a million, and held equal to what the models would write.

A table has a pattern: an object of its model, as the model itself writes it. Each row is the pattern with a few columns put in, so that a
column which the model gains one day is filled as the model fills it. `same_as_models` writes a sample through the models, too, and
compares every column.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any, NamedTuple
from uuid import UUID

NOW = datetime(2026, 6, 1, tzinfo=UTC)
COURSES = 30
DAYS = 900
"""How long ago the oldest award was earned."""
BATCH = 5_000
"""Learners that are written at a time."""
SAMPLE = 500
"""Learners that are written through the models, too."""


class Held(NamedTuple):
    """An award: its id (hex), the number of the course, how many hours ago it was earned, and whether it was revoked."""

    key: str
    course: int
    hours: int
    revoked: bool


class Learner(NamedTuple):
    """Somebody (``number`` is their primary key, ``uid`` hex) and what they hold."""

    number: int
    uid: str
    held: list[Held]


def learners(count: int, rng: random.Random, first: int = 1) -> Iterator[Learner]:
    """Yield learners who came different distances along forty usual ways; one in twenty left these."""
    ways = [rng.sample(range(COURSES), 14) for _ in range(40)]
    for number in range(first, first + count):
        way = rng.choice(ways)[: rng.randint(1, 14)]
        if rng.random() < 0.05:
            way = rng.sample(range(COURSES), rng.randint(1, 14))
        held = [Held(_hex(rng), course, rng.randrange(24 * DAYS), rng.random() < 0.001) for course in way]
        yield Learner(number, _hex(rng), held)


def fill(count: int, college: Any, courses: list[Any], rng: random.Random, document: str = "") -> int:
    """Write learners with their awards, each award with the same ``document``; return how many awards they hold."""
    from django.core.management.color import no_style
    from django.db import connection
    from django.db.models import Max

    from cairn.people.models import Person

    first = (Person.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    tables, held = Tables(college, courses, document), 0
    with connection.cursor() as cursor, quick_writes(cursor):
        for some in batched(learners(count, rng, first), BATCH):
            held += tables.write(some)
            if some[0].number == first:
                tables.same_as_models(some[:SAMPLE])
        for line in connection.ops.sequence_reset_sql(no_style(), [Person]):
            cursor.execute(line)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")  # which PostgreSQL does by itself some minutes later
    connection.close()  # and with it what was set for the filling only
    return held


@contextmanager
def quick_writes(cursor: Any) -> Iterator[None]:
    """On SQLite: write everything at once without waiting for the disk, and lay the indexes when it is there."""
    from django.db import connection, transaction

    if connection.vendor != "sqlite":
        yield
        return
    for setting in ("journal_mode = MEMORY", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -1000000"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'issuing_award' AND sql IS NOT NULL"
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    with transaction.atomic():
        yield
    for _, lay in indexes:
        cursor.execute(lay)


class Pattern:
    """A row of a model, with columns (``put_in``, by field) that differ from row to row and stand first."""

    def __init__(self, like: Any, *put_in: str) -> None:
        from django.db import connection

        meta = type(like)._meta
        varying = [meta.get_field(name) for name in put_in]
        fields = [
            field
            for field in meta.concrete_fields
            if field not in varying and not field.get_internal_type().endswith("AutoField")
        ]
        self.table = connection.ops.quote_name(meta.db_table)
        self.columns = ", ".join(connection.ops.quote_name(field.column) for field in (*varying, *fields))
        self.fixed = tuple(field.get_db_prep_save(field.pre_save(like, add=True), connection) for field in fields)

    def write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows, each the columns that were put in."""
        from django.db import connection

        whole = ((*row, *self.fixed) for row in rows)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self.table} ({self.columns}) FROM STDIN") as copy:
                    for row in whole:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * (self.columns.count(",") + 1))
                insert = f"INSERT INTO {self.table} ({self.columns}) VALUES ({places})"  # noqa: S608 - names from the models
                cursor.executemany(insert, list(whole))


class Tables:
    """The tables that learners fill: people, awards, and what happened to these."""

    def __init__(self, college: Any, courses: list[Any], document: str = "") -> None:
        from django.db import connection

        from cairn.issuing.models import Award, StatusChange
        from cairn.people.models import Person

        self.college, self.courses, self.document = college, courses, document
        self.people = Pattern(Person(), "id", "uid", "email", "name")
        award = Award(organisation=college, document=document)
        self.awards = Pattern(award, "id", "version", "holder", "state", "awarded_at", "valid_until", "origin")
        self.changes = Pattern(StatusChange(action="revoke", reason="error", explanation="-", at=NOW), "award")
        self._moment = [
            connection.ops.adapt_datetimefield_value(NOW + timedelta(hours=hours))
            for hours in range(-24 * DAYS, 24 * 730 + 1)
        ]  # by hours since the oldest

    def write(self, some: Sequence[Learner]) -> int:
        """Write learners in one transaction; return how many awards they hold."""
        from django.db import transaction

        with transaction.atomic():
            self.people.write((one.number, one.uid, _email(one), f"Learner {one.number}") for one in some)
            awards = [self._award(one, held) for one in some for held in one.held]
            self.awards.write(awards)
            self.changes.write([(held.key,) for one in some for held in one.held if held.revoked])
        return len(awards)

    def _award(self, learner: Learner, held: Held) -> tuple[Any, ...]:
        earned = 24 * DAYS - held.hours
        return (
            held.key,
            self.courses[held.course].pk,
            learner.number,
            "revoked" if held.revoked else "awarded",
            self._moment[earned],
            self._moment[earned + 24 * 730] if _runs_out(held.course) else None,
            _origin(learner, held),
        )

    def same_as_models(self, some: Sequence[Learner]) -> None:
        """Write these learners once more, through the models, compare every column, and leave everything as it was.

        Raises SystemExit where a row differs: then this file is behind the models.
        """
        from django.db import transaction

        with transaction.atomic():
            quick = self._rows(some)
            self._write_by_models(some)
            slow = self._rows(some)
            transaction.set_rollback(True)
        if quick != slow:
            differ = [pair for pair in zip(quick, slow, strict=False) if pair[0] != pair[1]]
            raise SystemExit(f"The rows of the benchmark are not what the models write, for example {differ[0]}.")

    def _write_by_models(self, some: Sequence[Learner]) -> None:
        from cairn.issuing.models import Award, StatusChange
        from cairn.people.models import Person

        people, awards = [one.number for one in some], [UUID(held.key) for one in some for held in one.held]
        for rows in (
            StatusChange.objects.filter(award__in=awards),
            Award.objects.filter(pk__in=awards),
            Person.objects.filter(pk__in=people),
        ):
            rows._raw_delete(rows.db)
        Person.objects.bulk_create(
            [Person(pk=one.number, uid=one.uid, email=_email(one), name=f"Learner {one.number}") for one in some]
        )
        Award.objects.bulk_create([self._as_model(one, held) for one in some for held in one.held])
        StatusChange.objects.bulk_create(
            [
                StatusChange(award_id=held.key, action="revoke", reason="error", explanation="-", at=NOW)
                for one in some
                for held in one.held
                if held.revoked
            ]
        )

    def _as_model(self, learner: Learner, held: Held) -> Any:
        from cairn.issuing.models import Award

        earned = NOW - timedelta(hours=held.hours)
        return Award(
            pk=held.key,
            organisation=self.college,
            version=self.courses[held.course],
            holder_id=learner.number,
            state="revoked" if held.revoked else "awarded",
            awarded_at=earned,
            valid_until=earned + timedelta(days=730) if _runs_out(held.course) else None,
            origin=_origin(learner, held),
            document=self.document,
        )

    @staticmethod
    def _rows(some: Sequence[Learner]) -> list[tuple[Any, ...]]:
        """Every column of these learners' rows as the database has it, but for the moment of writing and numbers that it deals out."""
        from django.db.models import TextField
        from django.db.models.functions import Cast

        from cairn.issuing.models import Award, StatusChange
        from cairn.people.models import Person

        people, found = [one.number for one in some], []
        for rows, dealt in (
            (Person.objects.filter(pk__in=people), "joined_at"),
            (Award.objects.filter(holder__in=people), ""),
            (StatusChange.objects.filter(award__holder__in=people), "id"),
        ):
            columns = [field.name for field in rows.model._meta.concrete_fields if field.name != dealt]
            found += sorted(rows.values_list(*(Cast(name, TextField()) for name in columns)), key=repr)
        return found


def _email(learner: Learner) -> str:
    return f"learner-{learner.number}@example.org"


def _origin(learner: Learner, held: Held) -> str:
    return f"enrolment:{learner.number}-{held.course}"


def _runs_out(course: int) -> bool:
    return course % 10 == 0


def _hex(rng: random.Random) -> str:
    return f"{rng.getrandbits(128):032x}"
