"""Database triggers that refuse to change or delete a line of the audit trail, whoever asks: this program, a shell, an admin page.

They are laid down after every ``migrate`` (see ``apps.py``) and not in one migration: SQLite rebuilds a table when a column changes,
and a rebuilt table has lost its triggers. Two ways around an ordinary trigger are closed as well: SQLite's ``REPLACE``, which removes
the row in the way without asking the delete trigger, and PostgreSQL's ``TRUNCATE``. Whoever owns the database can still take the
triggers away; what they change then, the hashes show.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

TABLE = "people_auditevent"

SQLITE_LIFT = [f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}" for verb in ("update", "delete", "replace")]
SQLITE = [
    *SQLITE_LIFT,
    *(
        f"""CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb.upper()} ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END"""
        for verb in ("update", "delete")
    ),
    f"""CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE}
        WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)
          OR EXISTS (SELECT 1 FROM {TABLE} WHERE chain = NEW.chain AND sequence = NEW.sequence)
          OR EXISTS (SELECT 1 FROM {TABLE} WHERE hash = NEW.hash)
        BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END""",  # noqa: S608 - the table's name is ours
]

POSTGRESQL_LIFT = [f"DROP TRIGGER IF EXISTS {TABLE}_{name} ON {TABLE}" for name in ("append_only", "no_truncate")]
POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'The audit trail is append-only.' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE OR REPLACE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()""",
    f"""CREATE OR REPLACE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()""",
]

LIFT = {"sqlite": SQLITE_LIFT, "postgresql": POSTGRESQL_LIFT}
"""What takes the triggers away again: for tests, which empty the tables between them."""
STATEMENTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def lay_down(using: str = "default", **_: Any) -> None:
    """Install the triggers on the database ``using``; doing it again changes nothing."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in STATEMENTS[connection.vendor]:
            cursor.execute(statement)
