"""A request goes examiner, dean, registrar, with reasons, deadlines and an appeal, and ends in a recognition that counts."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.issuing.factories import College
from tests.people.factories import give_role, make_person
from tests.recognition.factories import FIVE, make_agreement, make_course, make_university, recognise, term
from tests.wallet.factories import NOW, make_award, strangers_credential

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.credentials import verify
from cairn.errors import Conflict, Invalid, NotAllowed, NotFound
from cairn.issuing import services as issuing
from cairn.issuing.models import Award
from cairn.issuing.published import SiteResolver
from cairn.people.models import AuditEvent, Person
from cairn.people.services import erase_account, export_account, verify_chain
from cairn.recognition import queries, services
from cairn.recognition.models import ExternalAward, RecognitionRequest
from cairn.recognition.services import Granting
from cairn.wallet import services as wallet
from cairn.wallet.models import HeldCredential

State = RecognitionRequest.State


@pytest.fixture
def university(db: None) -> College:
    return make_university()


@pytest.fixture
def stat(university: College) -> DefinitionVersion:
    return make_course(university, "STAT 101")


@pytest.fixture
def brought(learner: Person) -> ExternalAward:
    wallet.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    return ExternalAward.objects.get(person=learner)


@pytest.fixture
def asked(learner: Person, university: College, stat: DefinitionVersion, brought: ExternalAward) -> RecognitionRequest:
    return services.submit_request(
        person=learner,
        organisation=university.organisation,
        source=brought,
        toward=stat,
        because="Same contents.",
        at=NOW,
    )


def day(number: int) -> object:
    return NOW + timedelta(days=number)


def test_the_whole_way_ends_in_a_signed_recognition_that_counts(
    asked: RecognitionRequest, university: College, learner: Person, stat: DefinitionVersion
) -> None:
    assert (asked.state, asked.due_at) == (State.SUBMITTED, day(14))
    done = recognise(asked, university, NOW + timedelta(days=1))
    assert done.state == State.RECOGNISED

    verdict = verify(done.credential, at=NOW + timedelta(days=2), resolve=SiteResolver(None))
    assert verdict.verdict == "verified"
    document = json.loads(done.credential)
    achievement = document["credentialSubject"]["achievement"]
    assert achievement["description"].startswith(
        "State University recognises “Advanced Everything” of University of Elsewhere as “STAT 101”"
    )
    assert "As recommended." in achievement["criteria"]["narrative"]
    assert document["credentialSubject"]["creditsEarned"] == 5
    assert done.digest in document["evidence"][0]["description"]
    assert learner.email not in done.credential
    assert university.dean.name not in done.credential

    held = HeldCredential.objects.get(holder=learner, credential_id=done.credential_id)
    assert held.document == done.credential
    [value] = queries.recognised(learner)
    assert (value.id, value.achievement) == (f"recognition:{done.pk}", achievement_id(stat))
    assert (value.issuer, value.source) == (university.organisation.slug, "transfer")
    assert value.credits == {"ects": Decimal(5)}
    assert str(value.level) == "eqf level 6"
    assert value.stands_for == "https://elsewhere.example/everything"
    assert "recognised by State University" in value.basis

    stages = queries.timeline_of(done)
    assert [stage.name for stage in stages] == ["Submitted", "Examined", "Decided", "Confirmed and recorded"]
    assert [stage.word for stage in stages[1:3]] == ["recommends recognition", "granted"]
    assert [step.facts["evidence"]["standing"] for step in queries.steps_of(done) if "evidence" in step.facts] == [
        "verified"
    ] * 3
    lines = AuditEvent.objects.filter(object_type="recognition", object_id=str(done.pk)).order_by("sequence")
    assert [line.action for line in lines] == [
        "recognition.submitted", "recognition.examined", "recognition.decided", "recognition.confirmed",
    ]  # fmt: skip
    assert verify_chain(university.organisation) == []


def test_nobody_acts_twice_and_nobody_on_their_own(
    asked: RecognitionRequest, university: College, learner: Person
) -> None:
    all_three = give_role(make_person("Otto Everything"), university.organisation, "examiner", "dean", "registrar")
    give_role(learner, university.organisation, "examiner")
    at = NOW
    with pytest.raises(NotAllowed, match="your own"):
        services.examine(request=asked, by=learner, at=at, recommend=True, reason="Fine.", granting=FIVE)
    with pytest.raises(NotAllowed, match="waits for the examiner"):
        services.examine(request=asked, by=university.dean, at=at, recommend=True, reason="Fine.", granting=FIVE)
    asked = services.examine(request=asked, by=all_three, at=at, recommend=True, reason="Fine.", granting=FIVE)
    with pytest.raises(NotAllowed, match="acted on this request already"):
        services.decide(request=asked, by=all_three, at=at, grant=True, reason="Fine.")
    assert queries.waiting_for_role(university.organisation, all_three) == []
    assert queries.waiting_for_role(university.organisation, university.dean) == [asked]
    asked = services.decide(request=asked, by=university.dean, at=at, grant=True, reason="Fine.")
    with pytest.raises(NotAllowed):
        services.confirm(request=asked, by=all_three, at=at)
    with pytest.raises(NotAllowed):
        services.confirm(request=asked, by=university.dean, at=at)
    assert services.confirm(request=asked, by=university.registrar, at=at).state == State.RECOGNISED


def test_a_refusal_can_be_appealed_once_to_another_dean(
    asked: RecognitionRequest, university: College, learner: Person
) -> None:
    asked = services.examine(request=asked, by=university.examiner, at=NOW, recommend=False, reason="No assessment.")
    asked = services.decide(request=asked, by=university.dean, at=NOW, grant=False, reason="Nobody assessed it.")
    assert (asked.state, asked.due_at) == (State.REFUSED, day(30))
    asked = services.appeal_refusal(request=asked, by=learner, at=NOW, because="There was an exam.")
    with pytest.raises(NotAllowed):
        services.decide(
            request=asked, by=university.dean, at=NOW, grant=True, reason="I change my mind.", granting=FIVE
        )
    asked = services.decide(request=asked, by=university.other_dean, at=NOW, grant=False, reason="It was no exam.")
    assert asked.state == State.CLOSED
    with pytest.raises(Conflict):
        services.appeal_refusal(request=asked, by=learner, at=NOW, because="Again.")


def test_an_appeal_can_succeed_and_comes_in_time_or_not_at_all(
    asked: RecognitionRequest, university: College, learner: Person
) -> None:
    asked = services.examine(request=asked, by=university.examiner, at=NOW, recommend=False, reason="No assessment.")
    asked = services.decide(request=asked, by=university.dean, at=NOW, grant=False, reason="Nobody assessed it.")
    with pytest.raises(Conflict):
        services.appeal_refusal(request=asked, by=learner, at=NOW + timedelta(days=31), because="Late.")
    asked = services.appeal_refusal(
        request=asked, by=learner, at=NOW + timedelta(days=29), because="There was an exam."
    )
    asked = services.decide(
        request=asked, by=university.other_dean, at=NOW, grant=True, reason="There was.", granting=FIVE
    )
    assert services.confirm(request=asked, by=university.registrar, at=NOW).state == State.RECOGNISED


def test_more_evidence_is_asked_for_and_given(asked: RecognitionRequest, university: College, learner: Person) -> None:
    asked = services.ask_for_more(request=asked, by=university.examiner, at=NOW, question="How many hours?")
    assert asked.state == State.ASKED
    with pytest.raises(NotFound):
        services.answer_question(request=asked, by=university.dean, at=NOW, text="125")
    asked = services.answer_question(request=asked, by=learner, at=NOW, text="125 hours.")
    assert asked.state == State.SUBMITTED
    asked = services.examine(
        request=asked, by=university.examiner, at=NOW, recommend=True, reason="Fine.", granting=FIVE
    )
    asked = services.ask_for_more(request=asked, by=university.dean, at=NOW, question="And the exam?")
    asked = services.answer_question(request=asked, by=learner, at=NOW, text="Two hours, written.")
    assert asked.state == State.RECOMMENDED


def test_what_ceases_to_hold_before_the_decision_is_not_recognised(
    learner: Person, college: College, university: College, stat: DefinitionVersion
) -> None:
    award = make_award(college, learner, make_course(college, "Tables"))
    asked = services.submit_request(
        person=learner, organisation=university.organisation, source=award, toward=stat, because="Same.", at=NOW
    )
    asked = services.examine(
        request=asked, by=university.examiner, at=NOW, recommend=True, reason="Fine.", granting=FIVE
    )
    asked = services.decide(request=asked, by=university.dean, at=NOW, grant=True, reason="Fine.")
    issuing.revoke(award=award, by=college.registrar, at=NOW, reason="error", explanation="A mistake.")
    with pytest.raises(Conflict, match="does not verify now"):
        services.confirm(request=asked, by=university.registrar, at=NOW)
    assert RecognitionRequest.objects.get().state == State.GRANTED
    asked = services.send_back(request=asked, by=university.registrar, at=NOW, reason="It was revoked.")
    assert asked.state == State.REFUSED


def test_an_agreement_that_covers_the_case_decides_it_up_to_the_registrar(
    learner: Person, college: College, university: College, stat: DefinitionVersion
) -> None:
    tables = make_course(college, "Tables")
    row = make_agreement(college, university, term(tables, stat, "4", gives={"framework": "eqf", "value": "6"}))
    award = make_award(college, learner, tables)
    asked = services.submit_request(
        person=learner, organisation=university.organisation, source=award, toward=stat, because="By agreement.", at=NOW
    )
    assert (asked.state, asked.agreement, asked.credits, asked.level) == (State.GRANTED, row, Decimal(4), Decimal(6))
    assert [step.kind for step in queries.steps_of(asked)] == ["submitted", "covered"]
    done = services.confirm(request=asked, by=university.registrar, at=NOW)
    narrative = json.loads(done.credential)["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert f"By term t-{tables.pk} of the agreement “Data and Statistics”, version 1" in narrative


def test_an_agreement_gives_no_more_than_its_cap_and_nothing_after_its_end(
    learner: Person, college: College, university: College, stat: DefinitionVersion
) -> None:
    first, second = make_course(college, "Tables"), make_course(college, "Charts")
    other = make_course(university, "STAT 102")
    make_agreement(
        college,
        university,
        term(first, stat),
        term(second, other),
        most=Decimal(7),
        in_force_until=NOW + timedelta(days=9),
    )
    awards = [make_award(college, learner, version) for version in (first, second)]
    common = {"person": learner, "organisation": university.organisation, "because": "By agreement.", "at": NOW}
    asked = services.submit_request(source=awards[0], toward=stat, **common)
    services.confirm(request=asked, by=university.registrar, at=NOW)
    rest = services.submit_request(source=awards[1], toward=other, **common)
    assert (asked.credits, rest.credits) == (Decimal(5), Decimal(2))
    services.confirm(request=rest, by=university.registrar, at=NOW)
    assert services.covering(learner, university.organisation, awards[0], stat, NOW) is None
    [first, second] = queries.recognised(learner)
    assert [one.most for one in first.within] == [Decimal(7)]
    assert first.within == second.within
    assert services.covering(learner, university.organisation, awards[0], stat, NOW + timedelta(days=9)) is None


def test_only_ones_own_verified_credentials_can_be_asked_about(
    learner: Person, college: College, university: College, stat: DefinitionVersion, brought: ExternalAward
) -> None:
    common = {"organisation": university.organisation, "toward": stat, "because": "Same.", "at": NOW}
    with pytest.raises(NotFound):
        services.submit_request(person=make_person("Somebody Else"), source=brought, **common)
    with pytest.raises(Invalid, match="does not award"):
        services.submit_request(person=learner, source=brought, **{**common, "toward": make_course(college, "Tables")})
    with pytest.raises(Invalid, match="Say why"):
        services.submit_request(person=learner, source=brought, **{**common, "because": "  "})
    with pytest.raises(Invalid, match="no part 9"):
        services.submit_request(person=learner, source=brought, requirement="9", **common)
    services.submit_request(person=learner, source=brought, **common)
    with pytest.raises(Conflict, match="asked this already"):
        services.submit_request(person=learner, source=brought, **common)
    forged = brought
    forged.document = forged.document.replace("Advanced", "Very Advanced")
    with pytest.raises(Invalid, match="cannot be recognised as it is"):
        services.submit_request(person=learner, source=forged, **{**common, "toward": None})


def test_recognition_as_credit_needs_its_credits_and_credits_their_scheme(
    learner: Person, university: College, brought: ExternalAward
) -> None:
    asked = services.submit_request(
        person=learner, organisation=university.organisation, source=brought, because="As credit.", at=NOW
    )
    with pytest.raises(Invalid, match="needs its credits"):
        services.examine(
            request=asked, by=university.examiner, at=NOW, recommend=True, reason="Fine.", granting=Granting()
        )
    for wrong in ({"credits": Decimal(5)}, {"scheme": "ects"}, {"credits": Decimal("5.001"), "scheme": "ects"}):
        with pytest.raises(Invalid):
            Granting(**wrong)
    done = recognise(asked, university, NOW)
    [value] = queries.recognised(learner)
    assert value.achievement.endswith(f"/recognition/achievements/{done.pk}/")


def test_a_recognition_can_be_revoked_and_counts_no_longer(
    asked: RecognitionRequest, university: College, learner: Person
) -> None:
    done = recognise(asked, university, NOW)
    services.revoke_recognition(request=done, by=university.second, at=NOW, reason="The exam was forged.")
    assert queries.recognised(learner) == []
    assert verify(done.credential, at=NOW, resolve=SiteResolver(None)).verdict == "not_verified"


def test_a_recognition_looked_at_in_the_wallet_does_not_count_a_second_time(
    asked: RecognitionRequest, university: College, learner: Person
) -> None:
    done = recognise(asked, university, NOW)
    held = HeldCredential.objects.get(holder=learner, credential_id=done.credential_id)
    parsed = wallet.Credential.parse(done.credential)
    wallet.note_check(held=held, credential=parsed, verdict=verify(parsed, at=NOW, resolve=SiteResolver(None)), at=NOW)
    assert [row.standing for row in queries.brought_by(learner)] == ["verified", "verified"]
    assert [value.achievement for value in queries.held_elsewhere(learner)] == ["https://elsewhere.example/everything"]


def test_a_request_can_be_taken_back_until_it_is_recorded(
    asked: RecognitionRequest, university: College, learner: Person
) -> None:
    with pytest.raises(NotFound):
        services.withdraw_request(request=asked, by=university.dean, at=NOW)
    assert services.withdraw_request(request=asked, by=learner, at=NOW).state == State.WITHDRAWN
    with pytest.raises(Conflict):
        services.examine(request=asked, by=university.examiner, at=NOW, recommend=True, reason="Fine.", granting=FIVE)


def test_others_are_told_that_it_is_not_here(
    asked: RecognitionRequest, university: College, learner: Person, college: College
) -> None:
    assert queries.request_seen_by(learner, asked.pk) == asked
    assert queries.request_seen_by(university.registrar, asked.pk) == asked
    for stranger in (make_person("Somebody Else"), college.registrar, university.admin, university.assessor):
        with pytest.raises(NotFound):
            queries.request_seen_by(stranger, asked.pk)


def test_erasing_the_account_takes_what_the_learner_wrote_and_handed_in(
    asked: RecognitionRequest, university: College, learner: Person
) -> None:
    assert export_account(learner, at=NOW)["recognition"][0]["asked_because"] == "Same contents."
    erase_account(person=learner, at=NOW)
    kept = RecognitionRequest.objects.get()
    assert (kept.document, kept.asked_because, kept.state) == ("", "", State.WITHDRAWN)
    assert [step.reason for step in kept.steps.all()] == [""]
    assert Award.objects.count() == 0


def test_the_learner_is_told_that_something_is_to_be_read_and_nothing_else(
    asked: RecognitionRequest, university: College, learner: Person, mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        asked = services.ask_for_more(request=asked, by=university.examiner, at=NOW, question="How many hours?")
        asked = services.answer_question(request=asked, by=learner, at=NOW, text="125 hours.")
        recognise(asked, university, NOW)
    assert [letter.body.splitlines()[2] for letter in mailoutbox] == [
        "You are asked for something more about a request of yours.",
        "A request of yours has been decided.",
        "What was decided about a request of yours is recorded.",
    ]
    for letter in mailoutbox:
        assert letter.to == [learner.email]
        assert f"/recognition/requests/{asked.pk}/" in letter.body
        text = letter.subject + letter.body
        assert not any(
            word in text for word in (learner.name, "University", asked.name, "hours", "Same outcomes", "grant")
        )
