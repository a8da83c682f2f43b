"""Database triggers that keep a published version as it was, whoever asks: this program, a shell, an admin page.

What people earned must go on meaning what it said, so a published version never changes; a change is a new version (domain:
lifecycle, DEFINITION). ``DefinitionVersion.save`` says it in a kind sentence first; the triggers hold for everything that does not
pass there. They are laid down after every ``migrate`` because SQLite loses them when it rebuilds a table. Only the state may still move on,
and the accounts of author, reviewer and publisher may be erased.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

TABLE = "catalog_definitionversion"
SEALED = ("published", "suspended", "superseded", "retired")
"""States from which on the content stands."""
OPEN = ("draft", "in_review", "approved")
CONTENT = (
    "definition_id", "number", "title", "description", "criteria", "language", "outcomes", "workload_hours", "credits", "credit_scheme",
    "level_framework", "level", "assessment_type", "participation", "supervision", "quality_assurance", "prerequisites", "leads_to",
    "field_of_study", "requirement", "rubric", "high_stakes", "valid_months", "tags", "partner_id", "image_svg", "published_at",
    "texts", "taught_in", "level_text", "stackability", "grading", "further_information", "homepage", "identifiers",
    "related", "skills_named", "requires",
)  # fmt: skip
"""Columns that say what the credential is."""

_MESSAGE = "A published version never changes; make a new version."


def _listed(states: tuple[str, ...]) -> str:
    return ", ".join(f"'{state}'" for state in states)


def _changed(comparison: str) -> str:
    return " OR ".join(f'OLD."{column}" {comparison} NEW."{column}"' for column in CONTENT)


SQLITE = [
    f"DROP TRIGGER IF EXISTS {TABLE}_sealed",
    f"""CREATE TRIGGER {TABLE}_sealed BEFORE UPDATE ON {TABLE}
        WHEN OLD.state IN ({_listed(SEALED)}) AND (NEW.state IN ({_listed(OPEN)}) OR {_changed("IS NOT")})
        BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END""",
]

POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE OR REPLACE TRIGGER {TABLE}_sealed BEFORE UPDATE ON {TABLE} FOR EACH ROW
        WHEN (OLD.state IN ({_listed(SEALED)}) AND (NEW.state IN ({_listed(OPEN)}) OR {_changed("IS DISTINCT FROM")}))
        EXECUTE FUNCTION {TABLE}_refuse()""",
]

STATEMENTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def lay_down(using: str = "default", **_: Any) -> None:
    """Install the trigger on the database ``using``; doing it again changes nothing."""
    connection = connections[using]
    with connection.cursor() as cursor:
        found = {column.name for column in connection.introspection.get_table_description(cursor, TABLE)} if (
            TABLE in connection.introspection.table_names(cursor)
        ) else set()  # fmt: skip
        if not set(CONTENT) <= found:  # midway through the migrations
            return
        for statement in STATEMENTS[connection.vendor]:
            cursor.execute(statement)
