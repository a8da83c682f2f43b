"""What changed since the index last looked: rows that the database itself writes, whoever changes something.

Triggers on the tables that a document of the index is made of put the version's number into ``catalog_searchchange``, in the transaction
of the change. So nothing is forgotten: bulk imports, a shell, an admin page and an undone import all come by here. PostgreSQL notes each
version once a statement; SQLite, which has one writer, once until it is taken.

Whoever brings the index up to date takes rows with :func:`take`, *then* reads the versions and writes the index. What was taken stands in a
file beside the index until it is written, so a process that dies in between loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, connections, transaction

from cairn.catalog.models import SearchChange

TABLE = "catalog_searchchange"
MOST = 5_000
"""So many changes are taken at a time."""


@dataclass(frozen=True)
class _Watched:
    """A table, and how its rows name versions; ``row`` stands for NEW or OLD, or for the table of changed rows."""

    table: str
    version: str = "version_id"
    joined: str = ""
    inserts: bool = True


_PUBLISHED = "v.state = 'published'"
_WATCHED = (
    _Watched("catalog_definitionversion", "id"),
    _Watched("catalog_offer"),
    _Watched("catalog_skilltaught"),
    _Watched("catalog_endorsement"),
    _Watched("catalog_definition", joined=f"v.definition_id = row.id AND {_PUBLISHED}", inserts=False),
    _Watched("catalog_provider", joined=f"d.provider_id = row.id AND {_PUBLISHED}", inserts=False),
    _Watched("catalog_approval", joined=f"d.provider_id = row.provider_id AND {_PUBLISHED}"),
)
_VERSIONS = "catalog_definitionversion v JOIN catalog_definition d ON d.id = v.definition_id"


def _sqlite() -> list[str]:
    statements = []
    for watched in _WATCHED:
        for event in ("insert", "update", "delete")[0 if watched.inserts else 1 :]:
            row = "OLD" if event == "delete" else "NEW"
            if watched.joined:
                joined = watched.joined.replace("row", row)
                chosen = f"SELECT v.id AS version_id FROM {_VERSIONS} WHERE {joined}"  # noqa: S608  constants of this file
            else:
                chosen = f"SELECT {row}.{watched.version} AS version_id"
            statements += [
                f"DROP TRIGGER IF EXISTS {watched.table}_searched_{event}",
                f"""CREATE TRIGGER {watched.table}_searched_{event} AFTER {event.upper()} ON {watched.table}
                    BEGIN INSERT INTO {TABLE} (version_id) SELECT version_id FROM ({chosen}) AS changed
                    WHERE NOT EXISTS (SELECT 1 FROM {TABLE} AS noted WHERE noted.version_id = changed.version_id); END""",  # noqa: S608  constants of this file
            ]
    return statements


def _postgresql() -> list[str]:
    statements = []
    for watched in _WATCHED:
        if watched.joined:
            chosen = f"SELECT DISTINCT v.id FROM changed AS row, {_VERSIONS} WHERE {watched.joined}"  # noqa: S608  constants of this file
        else:
            chosen = f"SELECT DISTINCT {watched.version} FROM changed"  # noqa: S608  constants of this file
        name = f"{watched.table}_searched"
        statements.append(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN INSERT INTO {TABLE} (version_id) {chosen}; RETURN NULL; END $$"
        )
        for event in ("insert", "update", "delete")[0 if watched.inserts else 1 :]:
            rows = "OLD" if event == "delete" else "NEW"
            statements.append(
                f"CREATE OR REPLACE TRIGGER {name}_{event} AFTER {event.upper()} ON {watched.table} "
                f"REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )
    return statements


STATEMENTS = {"sqlite": _sqlite, "postgresql": _postgresql}


def lay_down(using: str = "default", **_: Any) -> None:
    """Install the triggers on the database ``using``; doing it again changes nothing."""
    found = connections[using]
    with found.cursor() as cursor:
        there = set(found.introspection.table_names(cursor))
        if not {TABLE, *(watched.table for watched in _WATCHED)} <= there:  # midway through the migrations
            return
        for statement in STATEMENTS[found.vendor]():
            cursor.execute(statement)


def waiting(most: int) -> int:
    """Return how many changes wait, counting no further than ``most``."""
    return len(SearchChange.objects.values_list("pk")[:most])


def listed(most: int = MOST) -> list[tuple[int, int]]:
    """Return (number of the change, version) of the changes that wait, the oldest first."""
    return list(SearchChange.objects.order_by("pk").values_list("pk", "version_id")[:most])


def take(changes: list[tuple[int, int]]) -> bool:
    """Take changes out of the list; False where the database is busy, which whoever searches does not wait for."""
    numbers = [number for number, _ in changes]
    return not numbers or _delete([numbers[at : at + 900] for at in range(0, len(numbers), 900)])


def take_all() -> None:
    """Take everything that is visible now: for a build that reads all versions afterwards."""
    SearchChange.objects.all()._raw_delete(SearchChange.objects.db)


def _delete(parts: list[list[int]]) -> bool:
    impatient = connection.vendor == "sqlite"
    try:
        with connection.cursor() as cursor:
            before = cursor.execute("PRAGMA busy_timeout").fetchone()[0] if impatient else 0
            try:
                if impatient:
                    cursor.execute("PRAGMA busy_timeout = 100")
                with transaction.atomic():
                    for part in parts:
                        SearchChange.objects.filter(pk__in=part).delete()
            finally:
                if impatient:
                    cursor.execute(f"PRAGMA busy_timeout = {int(before)}")
    except DatabaseError:
        return False
    return True
