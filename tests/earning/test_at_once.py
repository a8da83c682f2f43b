from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from tests.earning.factories import MEETS, hand_in, make_enrolment
from tests.issuing.factories import MOMENT, make_college, make_learner, make_version

from cairn.catalog.models import Offer
from cairn.earning import services
from cairn.earning.models import Assessment, Enrolment
from cairn.errors import CairnError
from cairn.issuing import services as issuing
from cairn.issuing.models import Award, SigningKey
from cairn.people.services import verify_chain

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def several_writers() -> None:
    if connection.vendor == "sqlite":
        pytest.skip(
            "SQLite lets one writer in at a time; in memory, as in tests, the others are refused and do not wait"
        )


def at_once[T](action: Callable[[int], T], times: int = 6) -> list[T | str]:
    """Do it ``times`` at the same moment; a refusal counts with its code."""

    def try_it(number: int) -> T | str:
        try:
            return action(number)
        except CairnError as error:
            return error.specific_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=times) as pool:
        return list(pool.map(try_it, range(times)))


def test_many_clicks_enrol_once() -> None:
    version, learner = make_version(make_college()), make_learner()
    found = at_once(lambda _: services.enrol(learner=learner, version=version, at=MOMENT).pk)
    assert len(set(found)) == 1
    assert Enrolment.objects.count() == 1


def test_the_last_place_goes_to_one() -> None:
    version = make_version(make_college())
    offer = Offer.objects.create(version=version, capacity=1, self_paced=True)
    people = [make_learner(f"Learner {number}") for number in range(6)]
    found = at_once(lambda number: services.enrol(learner=people[number], version=version, offer=offer, at=MOMENT).pk)
    assert found.count("offer_full") == 5
    assert Enrolment.objects.count() == 1


def test_two_decisions_at_once_are_one_decision_and_one_award() -> None:
    college = make_college()
    submission = hand_in(make_enrolment(make_version(college)))
    found = at_once(
        lambda _: (
            services.assess(submission=submission, by=college.assessor, results=MEETS, feedback="", at=MOMENT).decision
        )
    )
    assert found.count("passed") == 1
    assert found.count("already_assessed") == 5
    assert (Assessment.objects.count(), Award.objects.count()) == (1, 1)


def test_awards_at_once_get_places_of_their_own() -> None:
    college = make_college()
    version = make_version(college)
    people = [make_learner(f"Learner {number}") for number in range(6)]

    def award(number: int) -> int | None:
        made = issuing.award_credential(
            version=version, holder=people[number % 3], by=college.registrar, at=MOMENT, origin="direct:x"
        )
        return made.status_index

    found = at_once(award)
    assert Award.objects.count() == 3
    assert len(set(found)) == 3
    assert verify_chain(college.organisation) == []


def test_a_first_key_is_made_once() -> None:
    college = make_college()
    SigningKey.objects.all().delete()
    found = at_once(
        lambda _: issuing.ensure_signing_key(organisation=college.organisation, by=college.registrar, at=MOMENT).pk
    )
    assert len(set(found)) == 1
