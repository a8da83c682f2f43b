"""Database triggers that refuse to change or delete a line of the audit trail, whoever asks: this program, a shell, an admin page.

They are laid down after every ``migrate`` (see ``apps.py``) and not in one migration: SQLite rebuilds a table when a column changes,
and a rebuilt table has lost its triggers. PostgreSQL's TRUNCATE is not refused, because only the table's owner may do it; that the
chain's head (:class:`cairn.people.models.AuditChain`) no longer matches shows it.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

TABLE = "people_auditevent"

SQLITE_LIFT = [f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}" for verb in ("update", "delete")]
SQLITE = SQLITE_LIFT + [
    f"""CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb.upper()} ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END"""
    for verb in ("update", "delete")
]

POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'The audit trail is append-only.' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE OR REPLACE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()""",
]

STATEMENTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def lay_down(using: str = "default", **_: Any) -> None:
    """Install the triggers on the database ``using``; doing it again changes nothing."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in STATEMENTS[connection.vendor]:
            cursor.execute(statement)
