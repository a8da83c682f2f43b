"""Rows of a large catalogue in the database, made from those of the sample: the same parts as ``search_rows`` takes.

SQLite copies them itself, with every column that a real row has, so two million take some minutes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from search_rows import PATTERNS, further_titles

from cairn.catalog.models import DefinitionVersion, Offer
from cairn.catalog.search import outbox

BATCH = 50_000
_SKILLS = (
    "INSERT INTO catalog_skilltaught (level, origin, skill_id, version_id) "
    "SELECT real.level, real.origin, real.skill_id, {first} + made.number FROM made "
    "JOIN catalog_skilltaught AS real ON real.version_id = made.version ORDER BY made.number"
)


@contextmanager
def _unnoted() -> Iterator[None]:
    """Have SQLite not note each row for the index, which is built from all of them afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size = -256000")
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND instr(name, '_searched_') > 0")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
    try:
        yield
    finally:
        outbox.lay_down()


def filled(count: int, seed: int = 1) -> None:
    """Write ``count`` published definitions, each with a version, an offer and the skills of the real row it is made from."""
    drawn = random.Random(seed)
    published = DefinitionVersion.objects.filter(state="published")
    versions = list(published.order_by("pk").values_list("pk", "definition_id", "title"))
    offers = list(Offer.objects.order_by("pk").values_list("pk", flat=True))
    titles = [title for _, _, title in versions] + further_titles()
    with _unnoted(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE made (number INTEGER PRIMARY KEY, uid TEXT, definition INTEGER, version INTEGER, offer INTEGER, title TEXT)"
        )
        for start in range(0, count, BATCH):
            rows = []
            for number in range(min(BATCH, count - start)):
                version, definition, title = versions[int(drawn.random() * len(versions))]
                first = title if drawn.random() < 0.7 else drawn.choice(titles)
                made = drawn.choice(PATTERNS).format(one=first, two=drawn.choice(titles), number=(start + number) % 97)
                uid = f"{drawn.getrandbits(128):032x}"
                rows.append((number, uid, definition, version, offers[int(drawn.random() * len(offers))], made[:300]))
            with transaction.atomic():
                cursor.execute("DELETE FROM made")
                cursor.executemany("INSERT INTO made VALUES (%s, %s, %s, %s, %s, %s)", rows)
                first_definition = _copied("definition", "definition", {
                    "uid": "made.uid", "slug": f"'made-' || ({start} + made.number)", "source": "'made'",
                    "source_key": f"{start} + made.number",
                })  # fmt: skip
                first_version = _copied("definitionversion", "version", {
                    "number": "1", "title": "made.title", "definition_id": f"{first_definition} + made.number",
                })  # fmt: skip
                _copied("offer", "offer", {"state": "'open'", "version_id": f"{first_version} + made.number"})
                cursor.execute(_SKILLS.format(first=first_version))
        cursor.execute("DROP TABLE made")


def _copied(table: str, named: str, changed: dict[str, str]) -> int:
    """Copy the row of ``catalog_<table>`` that each made row names, with some columns changed; return the number of the first copy."""
    table = f"catalog_{table}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")  # noqa: S608  names of this file
        first = int(cursor.fetchone()[0])
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        taken = [{"id": f"{first} + made.number", **changed}.get(name, f"real.{name}") for name in columns]
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(taken)} FROM made "  # noqa: S608  names of this file
            f"JOIN {table} AS real ON real.id = made.{named} ORDER BY made.number"
        )
    return first
