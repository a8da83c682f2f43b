"""Two people press the same button at the same moment, or a program sends its request twice: one award, and nobody sees a crash."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from tests.earning.test_at_once import at_once
from tests.issuing.factories import MOMENT, make_college, make_learner, make_version
from tests.people.factories import give_role

from cairn.issuing import services
from cairn.issuing.models import Award, StatusChange
from cairn.issuing.services.recipients import Recipient
from cairn.outside import clock
from cairn.people import services as people
from cairn.people.models import Person, Role
from cairn.people.services import verify_chain

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def several_writers() -> None:
    if connection.vendor == "sqlite":
        pytest.skip(
            "SQLite lets one writer in at a time; in memory, as in tests, the others are refused and do not wait"
        )


def test_a_list_sent_twice_at_once_makes_one_account_and_one_award_each() -> None:
    college = make_college()
    version, known = make_version(college), make_learner()

    def send(_: int) -> tuple[str, ...]:
        rows = [Recipient(1, "new@example.org", "New Person", None), Recipient(2, known.email, "", known)]
        made = services.award_recipients(
            recipients=rows, version=version, by=college.registrar, at=MOMENT, batch="march"
        )
        return tuple(str(award.pk) for award in made)

    assert len(set(at_once(send))) == 1
    assert Award.objects.count() == 2
    assert Person.objects.filter(email="new@example.org").count() == 1
    assert verify_chain(college.organisation) == []


@pytest.mark.parametrize("same_request", [True, False])
def test_a_program_that_asks_twice_at_once_gives_one_award(same_request: bool) -> None:
    college = make_college()
    version = make_version(college)
    give_role(college.registrar, college.organisation, Role.ADMIN)
    now = clock.now()
    token, _ = people.issue_token(
        organisation=college.organisation, name="LMS", scopes=["credentials:issue"], by=college.registrar, at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip

    def ask(number: int) -> int:
        order = {
            "definition": version.definition.slug,
            "recipient": {"email": "nia@example.org", "name": "Nia Example"},
            "request_id": "course-7" if same_request else f"course-7-{number}",
        }
        answer = Client().post(
            "/api/v1/credentials", json.dumps(order), content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        return answer.status_code

    answers = at_once(ask)
    assert sorted(answers, key=str) == sorted([201] + ([200] if same_request else [409]) * 5, key=str)
    assert Award.objects.count() == 1


def test_two_second_persons_at_once_are_one_decision() -> None:
    college = make_college()
    version = make_version(college, high_stakes=True)
    award = services.award_credential(
        version=version, holder=make_learner(), by=college.registrar, at=MOMENT, origin="direct:x"
    )

    def decide(number: int) -> str:
        if number % 2:
            return services.approve_award(award=award, by=college.second, at=MOMENT).state
        return services.decline_award(award=award, by=college.second, at=MOMENT, explanation="No.").state

    found = at_once(decide)
    assert found.count("award_not_waiting") == 5
    award.refresh_from_db()
    assert (award.state == Award.State.AWARDED) == bool(award.document)


def test_revoking_at_once_revokes_once() -> None:
    college = make_college()
    award = services.award_credential(
        version=make_version(college), holder=make_learner(), by=college.registrar, at=MOMENT, origin="direct:x"
    )
    found = at_once(
        lambda _: (
            services.revoke(award=award, by=college.registrar, reason="error", explanation="Wrong.", at=MOMENT).action
        )
    )
    assert found.count("revoke") == 1
    assert StatusChange.objects.count() == 1
