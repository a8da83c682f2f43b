from __future__ import annotations

from datetime import timedelta

import pytest
from tests.earning.factories import hand_in, make_enrolment, make_session
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_stack, make_version
from tests.people.factories import make_member

from cairn.catalog.models import Definition, DefinitionVersion, Offer
from cairn.earning import queries, services
from cairn.earning.models import Enrolment
from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.people.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


def make_offer(college: College, version: DefinitionVersion, **facts: object) -> Offer:
    from cairn.catalog.services import create_offer, open_offer

    offer = create_offer(version=version, by=college.publisher, at=MOMENT, **facts)
    return offer if offer.state == Offer.State.OPEN else open_offer(offer=offer, by=college.publisher, at=MOMENT)


def test_enrolling_twice_is_one_enrolment(college: College) -> None:
    version, learner = make_version(college), make_learner()
    first = services.enrol(learner=learner, version=version, at=MOMENT)
    again = services.enrol(learner=learner, version=version, at=MOMENT)
    assert again == first
    assert AuditEvent.objects.filter(action="enrolment.opened").count() == 1


def test_whoever_withdrew_can_enrol_again(college: College) -> None:
    enrolment = make_enrolment(make_version(college))
    services.withdraw(enrolment=enrolment, by=enrolment.learner, at=MOMENT)
    again = make_enrolment(enrolment.version, enrolment.learner)
    assert again != enrolment
    with pytest.raises(Conflict):
        services.withdraw(enrolment=enrolment, by=enrolment.learner, at=MOMENT)


def test_only_the_learner_withdraws(college: College) -> None:
    with pytest.raises(NotAllowed):
        services.withdraw(enrolment=make_enrolment(make_version(college)), by=college.registrar, at=MOMENT)


def test_an_imported_credential_is_enrolled_in_elsewhere(college: College) -> None:
    from cairn.catalog.services import provider_of

    definition = Definition.objects.create(
        slug="welding", provider=provider_of(college.organisation), source="list", source_key="1"
    )
    version = DefinitionVersion.objects.create(definition=definition, number=1, state="published", title="Welding")
    with pytest.raises(Conflict) as refused:
        make_enrolment(version)
    assert refused.value.specific_code == "not_awarded_here"
    assert "https://harbour.example.org" in refused.value.remedy


def test_one_enrols_in_the_parts_of_a_stack(college: College) -> None:
    with pytest.raises(Invalid) as refused:
        make_enrolment(make_stack(college, [make_version(college)]))
    assert refused.value.specific_code == "made_of_others"


def test_a_full_offer_takes_nobody_until_a_place_comes_free(college: College) -> None:
    version = make_version(college)
    offer = make_offer(college, version, capacity=1, self_paced=True)
    first = services.enrol(learner=make_learner("One"), version=version, offer=offer, at=MOMENT)
    with pytest.raises(Conflict) as refused:
        services.enrol(learner=make_learner("Two"), version=version, offer=offer, at=MOMENT)
    assert refused.value.specific_code == "offer_full"
    services.withdraw(enrolment=first, by=first.learner, at=MOMENT)
    assert services.enrol(learner=make_learner("Three"), version=version, offer=offer, at=MOMENT).offer == offer


def test_a_credential_that_does_not_expire_is_earned_once(college: College) -> None:
    from tests.earning.factories import MEETS

    enrolment = make_enrolment(make_version(college))
    services.assess(submission=hand_in(enrolment), by=college.assessor, results=MEETS, feedback="", at=MOMENT)
    with pytest.raises(Conflict) as refused:
        make_enrolment(enrolment.version, enrolment.learner)
    assert refused.value.specific_code == "already_passed"


# --- sessions ----------------------------------------------------------------------------------------------------------------


def test_an_instructor_records_who_was_there_once(college: College) -> None:
    version = make_version(college)
    enrolment, session = make_enrolment(version), make_session(college, version)
    later = session.starts_at + timedelta(hours=1)
    for _ in range(2):
        services.record_attendance(session=session, enrolment=enrolment, by=college.instructor, at=later)
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.IN_PROGRESS
    assert enrolment.attendance.count() == 1


def test_nobody_was_there_before_it_started(college: College) -> None:
    version = make_version(college)
    with pytest.raises(Conflict) as refused:
        services.record_attendance(
            session=make_session(college, version), enrolment=make_enrolment(version), by=college.instructor, at=MOMENT
        )
    assert refused.value.specific_code == "session_not_started"


def test_only_an_instructor_of_the_awarding_body_records(college: College) -> None:
    version = make_version(college)
    enrolment, session = make_enrolment(version), make_session(college, version)
    for person in (
        college.assessor,
        make_member(make_college("Hill College").organisation, "instructor", name="Other"),
    ):
        with pytest.raises(NotAllowed):
            services.record_attendance(session=session, enrolment=enrolment, by=person, at=session.ends_at)


def test_a_session_is_for_those_enrolled_in_what_it_belongs_to(college: College) -> None:
    session = make_session(college, make_version(college))
    other = make_enrolment(make_version(college, "Writing Tables"))
    with pytest.raises(Invalid):
        services.record_attendance(session=session, enrolment=other, by=college.instructor, at=session.ends_at)


def test_setting_the_list_adds_and_strikes_off(college: College) -> None:
    version = make_version(college)
    session = make_session(college, version)
    ada, bea, cem = (make_enrolment(version, make_learner(name)) for name in ("Ada", "Bea", "Cem"))
    at = session.ends_at
    assert services.set_attendance(session=session, present=[ada, bea], by=college.instructor, at=at) == (2, 0)
    assert services.set_attendance(session=session, present=[bea, cem], by=college.instructor, at=at) == (1, 1)
    assert set(session.attendance.values_list("enrolment__learner__name", flat=True)) == {"Bea", "Cem"}
    assert {one.learner.name for one in queries.participants_of(session)} == {"Ada", "Bea", "Cem"}


def test_a_session_ends_after_it_starts(college: College) -> None:
    with pytest.raises(Invalid):
        make_session(college, make_version(college), ends_at=MOMENT)
