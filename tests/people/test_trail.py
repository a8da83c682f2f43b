from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from tests.people.factories import MOMENT, make_organisation, make_person

from cairn.people import append_only
from cairn.people.models import AuditChain, AuditEvent, Organisation
from cairn.people.services import record, verify_chain

pytestmark = pytest.mark.django_db


def write(organisation: Organisation | None, count: int = 3, **fields: Any) -> list[AuditEvent]:
    person = make_person(f"Writer {AuditEvent.objects.count()}")
    given: dict[str, Any] = {
        "role": "registrar",
        "action": "award.signed",
        "object_type": "award",
        "at": MOMENT,
        **fields,
    }
    return [record(organisation=organisation, actor=person, object_id=number, **given) for number in range(count)]


def tamper(statement: str, *values: object) -> None:
    """Change the trail as somebody could who owns the database: triggers off, change, triggers on."""
    with connection.cursor() as cursor:
        for lift in append_only.LIFT[connection.vendor]:
            cursor.execute(lift)
        cursor.execute(statement, values)
    append_only.lay_down()


def codes(organisation: Organisation | None) -> list[str]:
    return [problem.code for problem in verify_chain(organisation)]


def test_a_fresh_chain_is_whole_and_starts_at_one() -> None:
    college = make_organisation()
    before = AuditEvent.objects.filter(chain=college.slug).count()
    events = write(college)
    assert [event.sequence for event in events] == [before + 1, before + 2, before + 3]
    assert events[1].previous_hash == events[0].hash
    assert verify_chain(college) == []


def test_chains_of_different_organisations_do_not_mix() -> None:
    one, other = make_organisation("One College"), make_organisation("Other College")
    write(one), write(other), write(None)
    assert verify_chain(one) == verify_chain(other) == verify_chain(None) == []
    assert AuditEvent.objects.filter(chain="site").count() == 3


def test_details_read_back_from_the_database_hash_to_the_same() -> None:
    college = make_organisation()
    write(
        college,
        details={"when": datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), "n": 1.0, "m": 1e-7, "ü": ["é", None]},
    )
    assert verify_chain(college) == []


@pytest.mark.parametrize("column", ["reason", "action", "object_id", "role"])
def test_a_changed_line_is_found(column: str) -> None:
    college = make_organisation()
    events = write(college)
    tamper(f"UPDATE people_auditevent SET {column} = %s WHERE hash = %s", "forged", events[1].hash)  # noqa: S608  a column named above
    assert codes(college) == ["changed_line"]


def test_a_line_taken_from_the_middle_is_found() -> None:
    college = make_organisation()
    events = write(college)
    tamper("DELETE FROM people_auditevent WHERE hash = %s", events[1].hash)
    assert codes(college) == ["missing_line", "broken_link"]


def test_lines_cut_off_the_end_are_found() -> None:
    college = make_organisation()
    events = write(college)
    tamper("DELETE FROM people_auditevent WHERE hash = %s", events[2].hash)
    assert codes(college) == ["wrong_head"]


def test_a_trail_wiped_whole_is_found() -> None:
    college = make_organisation()
    tamper("DELETE FROM people_auditevent WHERE chain = %s", college.slug)
    assert codes(college) == ["wrong_head"]


@pytest.mark.parametrize("statement", ["UPDATE people_auditevent SET reason = 'x'", "DELETE FROM people_auditevent"])
def test_the_database_itself_refuses_to_change_the_trail(statement: str) -> None:
    write(None)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.update(reason="x")
    assert verify_chain(None) == []


def test_a_line_cannot_be_deleted_through_the_model() -> None:
    (event,) = write(None, 1)
    with pytest.raises(TypeError, match="append-only"):
        event.delete()


def test_a_line_falls_with_the_transaction_it_reports_on() -> None:
    write(None, 1)
    with transaction.atomic():
        write(None, 1)
        transaction.set_rollback(True)
    assert AuditEvent.objects.count() == 1
    assert AuditChain.objects.get(name="site").length == 1
    assert verify_chain(None) == []


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        write(None, 1, at=datetime(2026, 1, 1))  # noqa: DTZ001  the fault under test


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", [1, 2])
def test_the_tables_can_be_emptied_between_tests_and_the_guard_stands_after_it(again: int) -> None:
    assert AuditEvent.objects.count() == 0
    write(None, 1)
    with pytest.raises(DatabaseError, match="append-only"):
        AuditEvent.objects.update(reason="x")


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_lose_no_line_and_double_none() -> None:
    if connection.vendor == "sqlite":
        pytest.skip(
            "SQLite lets one writer in at a time; in memory, as in tests, the others are refused and do not wait"
        )
    college = make_organisation()
    start = AuditEvent.objects.count()

    def write_some(number: int) -> None:
        line: dict[str, Any] = {"role": "", "action": "test", "object_type": "x", "at": MOMENT}
        try:
            for each in range(5):
                record(organisation=college, actor=None, object_id=f"{number}-{each}", **line)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=6) as pool:
        list(pool.map(write_some, range(6)))
    assert AuditEvent.objects.count() == start + 30
    assert verify_chain(college) == []


def test_no_line_is_swept_away_or_written_over_by_the_back_door() -> None:
    """SQLite's REPLACE asks no delete trigger, PostgreSQL's TRUNCATE no row trigger."""
    college = make_organisation()
    write(college)
    columns = "chain, sequence, at, role, action, object_type, object_id, reason, details, previous_hash, hash"
    changed = columns.replace("action", "'nothing'")
    statements = {
        "sqlite": f"REPLACE INTO people_auditevent ({columns}) SELECT {changed} FROM people_auditevent",  # noqa: S608 - ours
        "postgresql": "TRUNCATE people_auditevent CASCADE",
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statements[connection.vendor])
    assert not AuditEvent.objects.filter(action="nothing").exists()
    assert verify_chain(college) == []
