from __future__ import annotations

import json
from typing import Any

import pytest
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_version

from cairn import facts
from cairn.credentials import Credential, matches_recipient
from cairn.errors import Conflict, NotAllowed, NotFound
from cairn.issuing import services
from cairn.issuing.models import Award
from cairn.people.models import AuditEvent, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def learner() -> Person:
    return make_learner()


def award(college: College, learner: Person, **change: Any) -> Award:
    given: dict[str, Any] = {
        "version": None, "holder": learner, "by": college.registrar, "at": MOMENT, "origin": "direct:spring",
    } | change  # fmt: skip
    given["version"] = given["version"] or make_version(college)
    return services.award_credential(**given)


def test_an_award_is_a_signed_document_that_says_what_was_achieved(college: College, learner: Person) -> None:
    made = award(
        college, learner, origin="enrolment:1", by=college.assessor,
        results=[{"criterion": "reads", "level": "exceeds", "points": 3}, {"criterion": "explains", "level": "meets", "points": 2}],
        evidence=[{"name": "Work shown online", "genre": "Link", "url": "https://work.example.org/1"}],
        activity=(MOMENT.replace(month=3), MOMENT),
    )  # fmt: skip
    assert made.state == Award.State.AWARDED
    document = json.loads(made.document)
    assert document["id"] == f"urn:uuid:{made.pk}"
    assert document["issuer"]["name"] == "Harbour College"
    assert document["issuer"]["address"]["addressCountryCode"] == "IE"
    assert document["awardedDate"] == document["validFrom"] == "2026-04-07T10:30:00Z"
    subject = document["credentialSubject"]
    assert subject["achievement"]["name"] == "Reading Tables"
    assert [result["value"] for result in subject["result"]] == ["Exceeds", "Meets"]
    described = {row["id"] for row in subject["achievement"]["resultDescription"]}
    assert {result["resultDescription"] for result in subject["result"]} == described
    assert subject["activityStartDate"] == "2026-03-07T10:30:00Z"
    assert document["evidence"][0]["id"] == "https://work.example.org/1"
    assert document["credentialStatus"]["statusPurpose"] == "revocation"
    assert document["proof"]["cryptosuite"] == "eddsa-rdfc-2022"


def test_the_document_knows_its_holder_without_naming_them(college: College, learner: Person) -> None:
    made = award(college, learner)
    assert learner.email not in made.document
    assert learner.name not in made.document
    credential = Credential.parse(made.document)
    assert matches_recipient(credential, email=learner.email) is True
    assert matches_recipient(credential, email="somebody.else@example.org") is False


def test_the_salt_differs_from_award_to_award(college: College, learner: Person) -> None:
    version = make_version(college)
    one = award(college, learner, version=version, origin="direct:one")
    two = award(college, learner, version=version, origin="direct:two")
    hashes = [json.loads(made.document)["credentialSubject"]["identifier"][0]["identityHash"] for made in (one, two)]
    assert hashes[0] != hashes[1]


def test_the_holders_own_did_is_the_subject(college: College, learner: Person) -> None:
    learner.did = "did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"
    learner.save()
    assert json.loads(award(college, learner).document)["credentialSubject"]["id"] == learner.did


def test_asking_twice_gives_one_award(college: College, learner: Person) -> None:
    version = make_version(college)
    first = award(college, learner, version=version)
    again = award(college, learner, version=version)
    assert again == first
    assert Award.objects.count() == 1


def test_status_indices_are_scattered(college: College) -> None:
    version = make_version(college)
    made = [award(college, make_learner(f"Learner {n}"), version=version) for n in range(8)]
    indices = [one.status_index for one in made]
    assert len(set(indices)) == 8
    assert indices != sorted(indices) or indices[-1] - indices[0] > 8


@pytest.mark.parametrize("duty", ["admin", "designer", "instructor", "assessor"])
def test_only_a_registrar_awards_directly(college: College, learner: Person, duty: str) -> None:
    with pytest.raises(NotAllowed):
        award(college, learner, by=college.people[duty])
    assert not Award.objects.exists()


def test_a_registrar_of_another_college_may_not(college: College, learner: Person) -> None:
    with pytest.raises(NotAllowed):
        award(college, learner, by=make_college("Hill College").registrar)


def test_nobody_awards_to_themselves(college: College) -> None:
    with pytest.raises(NotAllowed):
        award(college, college.registrar)


def test_an_award_needs_somebody_who_answers_for_it(college: College, learner: Person) -> None:
    with pytest.raises(NotAllowed):
        award(college, learner, by=None)


def test_without_a_key_nothing_is_half_done(college: College, learner: Person) -> None:
    version = make_version(college)
    college.organisation.signing_keys.all().delete()
    with pytest.raises(NotFound) as refused:
        award(college, learner, version=version)
    assert refused.value.specific_code == "no_signing_key"
    assert "Keys" in refused.value.remedy
    assert not Award.objects.exists()


def test_a_retired_version_is_not_awarded(college: College, learner: Person) -> None:
    from cairn.catalog.services import retire

    version = retire(version=make_version(college), by=college.publisher, at=MOMENT, reason="No longer taught.")
    with pytest.raises(Conflict):
        award(college, learner, version=version)


def test_validity_ends_on_the_last_day_of_a_short_month(college: College, learner: Person) -> None:
    version = make_version(college, valid_months=1)
    made = award(college, learner, version=version, at=MOMENT.replace(month=1, day=31))
    assert made.valid_until == MOMENT.replace(month=2, day=28)
    assert json.loads(made.document)["validUntil"] == "2026-02-28T10:30:00Z"


def test_high_stakes_wait_for_a_second_person(college: College, learner: Person) -> None:
    version = make_version(college, high_stakes=True)
    waiting = award(college, learner, version=version)
    assert waiting.state == Award.State.PROPOSED
    assert not waiting.document
    with pytest.raises(NotAllowed) as refused:
        services.approve_award(award=waiting, by=college.registrar, at=MOMENT)
    assert refused.value.specific_code == "separation_of_duties"
    approved = services.approve_award(award=waiting, by=college.second, at=MOMENT)
    assert approved.state == Award.State.AWARDED
    assert approved.document
    with pytest.raises(Conflict):
        services.approve_award(award=waiting, by=college.second, at=MOMENT)


def test_a_declined_award_was_never_signed(college: College, learner: Person) -> None:
    waiting = award(college, learner, version=make_version(college, high_stakes=True))
    declined = services.decline_award(
        award=waiting, by=college.second, at=MOMENT, explanation="The identity was not checked."
    )
    assert declined.state == Award.State.DECLINED
    assert not declined.document
    assert declined.status_changes.get().explanation == "The identity was not checked."


def test_listeners_are_told_and_can_undo_everything(
    college: College, learner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = make_version(college)
    heard: list[facts.CredentialAwarded] = []

    def refuse(fact: facts.CredentialAwarded) -> None:
        heard.append(fact)
        raise Conflict("The listener cannot follow.")

    monkeypatch.setitem(facts._listeners, facts.CredentialAwarded, [refuse])
    with pytest.raises(Conflict):
        award(college, learner, version=version)
    assert heard[0].version_id == version.pk
    assert not Award.objects.exists()


def test_the_trail_tells_who_decided_and_what_was_signed(college: College, learner: Person) -> None:
    made = award(college, learner)
    events = list(AuditEvent.objects.filter(object_type="award", object_id=str(made.pk)).order_by("sequence"))
    assert [event.action for event in events] == ["award.proposed", "award.signed"]
    assert events[0].actor == college.registrar.uid
    assert events[1].details["digest"] == made.digest


def test_a_letter_goes_to_whoever_wants_letters(
    college: College, learner: Person, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    from cairn.people.services import give_consent

    version = make_version(college)
    with django_capture_on_commit_callbacks(execute=True):
        award(college, learner, version=version, origin="direct:one")
    assert mailoutbox == []
    give_consent(person=learner, purpose="award_mail", at=MOMENT)
    with django_capture_on_commit_callbacks(execute=True):
        award(college, learner, version=version, origin="direct:two")
    assert [message.to for message in mailoutbox] == [[learner.email]]
    assert "Reading Tables" in mailoutbox[0].subject


def test_a_batch_goes_on_where_it_stopped(college: College) -> None:
    version = make_version(college)
    people = [make_learner(f"Learner {number}") for number in range(5)]
    batch: dict[str, Any] = {"version": version, "by": college.registrar, "at": MOMENT, "batch": "june"}
    first = list(services.award_many(holders=people[:3], **batch))
    everybody = list(services.award_many(holders=people, **batch))
    assert everybody[:3] == first
    assert Award.objects.count() == 5
