"""A part of a larger award falls: who is asked, what they can decide, and what never happens by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_stack, make_version
from tests.journeys.test_stacks import give

from cairn.catalog.models import DefinitionVersion
from cairn.errors import Conflict, Invalid, NotAllowed, RequirementsUnmet
from cairn.issuing.models import Award
from cairn.issuing.services import award_credential, revoke
from cairn.journeys import queries
from cairn.journeys.models import StackEvidence, StackProgress, StackQuestion
from cairn.journeys.services import questions
from cairn.journeys.services.leaving import ELSEWHERE, forget
from cairn.people.models import AuditEvent, Person

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(days=5)
AFTER = MOMENT + timedelta(days=9)


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def badges(college: College) -> list[DefinitionVersion]:
    return [make_version(college, title=title) for title in ("Reading Tables", "Drawing Charts")]


@pytest.fixture
def certificate(college: College, badges: list[DefinitionVersion]) -> DefinitionVersion:
    return make_stack(college, badges, "Working with Data")


@pytest.fixture
def learner() -> Person:
    return make_learner()


@pytest.fixture
def question(
    college: College, badges: list[DefinitionVersion], certificate: DefinitionVersion, learner: Person
) -> StackQuestion:
    awards = [give(college, badge, learner) for badge in badges]
    fell(college, awards[0])
    return StackQuestion.objects.get()


def earned_anew(college: College, version: DefinitionVersion, learner: Person) -> Award:
    return award_credential(
        version=version, holder=learner, by=college.people["registrar"], at=AFTER, origin="direct:earned-anew"
    )


def fell(college: College, award: Award) -> None:
    revoke(award=award, by=college.people["registrar"], reason="error", explanation="Wrong person.", at=LATER)


def standing(learner: Person, version: DefinitionVersion) -> list[Award]:
    return list(Award.objects.filter(holder=learner, version=version, state=Award.State.AWARDED))


def test_the_question_names_the_part_and_lies_at_the_desk_of_who_awarded_the_whole(
    college: College, question: StackQuestion, learner: Person
) -> None:
    assert (question.about, question.stacked.holder, question.decision) == ("Reading Tables", learner, "")
    assert list(queries.questions_of(college.organisation)) == [question]
    assert not queries.questions_of(make_college("Other College").organisation).exists()


def test_it_may_stand_with_a_reason_and_the_learner_is_no_longer_told_that_somebody_looks(
    college: College, question: StackQuestion, certificate: DefinitionVersion, learner: Person
) -> None:
    progress = StackProgress.objects.get(person=learner, version=certificate)
    assert progress.question == "component_revoked"
    decided = questions.let_stand(
        question=question, by=college.people["registrar"], reason="The mistake was in the paper only.", at=LATER
    )
    assert (decided.decision, decided.decided_by) == ("stands", college.people["registrar"])
    assert len(standing(learner, certificate)) == 1
    progress.refresh_from_db()
    assert progress.question == ""
    event = AuditEvent.objects.get(action="stack.question_decided")
    assert event.details == {"decision": "stands", "question": question.pk}


def test_it_may_be_revoked_which_asks_about_what_is_larger_still(
    college: College, badges: list[DefinitionVersion], certificate: DefinitionVersion, learner: Person
) -> None:
    programme = make_stack(college, [certificate], "Data Programme")
    awards = [give(college, badge, learner) for badge in badges]
    fell(college, awards[1])
    question = StackQuestion.objects.get()
    questions.revoke_stacked(
        question=question, by=college.people["registrar"], ground="error", reason="A part was never earned.", at=LATER
    )
    assert standing(learner, certificate) == []
    [larger] = StackQuestion.objects.filter(decision="")
    assert larger.stacked.version == programme
    assert len(standing(learner, programme)) == 1


def test_it_is_awarded_again_only_with_parts_that_are_enough(
    college: College,
    badges: list[DefinitionVersion],
    question: StackQuestion,
    certificate: DefinitionVersion,
    learner: Person,
) -> None:
    registrar = college.people["registrar"]
    with pytest.raises(RequirementsUnmet) as refused:
        questions.replace_stacked(question=question, by=registrar, reason="It was replaced.", at=LATER)
    assert refused.value.facts["missing"] == ["Earn Reading Tables"]
    question.refresh_from_db()
    assert question.decision == ""
    earned = earned_anew(college, badges[0], learner)
    old = question.stacked
    new = questions.replace_stacked(question=question, by=registrar, reason="It was replaced.", at=AFTER)
    old.refresh_from_db()
    assert (old.state, new.state) == (Award.State.REVOKED, Award.State.AWARDED)
    assert earned in new.parts.all()
    assert standing(learner, certificate) == [new]
    assert not StackQuestion.objects.filter(decision="").exists()


def test_what_was_revoked_is_given_again_by_a_person_and_never_by_itself(
    college: College,
    badges: list[DefinitionVersion],
    question: StackQuestion,
    certificate: DefinitionVersion,
    learner: Person,
) -> None:
    registrar = college.people["registrar"]
    questions.revoke_stacked(question=question, by=registrar, ground="error", reason="A part fell.", at=LATER)
    assert not queries.complete_again(college.organisation).exists()
    earned_anew(college, badges[0], learner)
    assert standing(learner, certificate) == []
    [waiting] = queries.complete_again(college.organisation)
    with pytest.raises(Invalid, match="Say why"):
        questions.award_again(progress=waiting, by=registrar, reason=" ", at=LATER)
    with pytest.raises(NotAllowed):
        questions.award_again(progress=waiting, by=college.people["assessor"], reason="Complete.", at=AFTER)
    new = questions.award_again(progress=waiting, by=registrar, reason="The part was earned anew.", at=AFTER)
    assert standing(learner, certificate) == [new]
    assert not queries.complete_again(college.organisation).exists()
    with pytest.raises(Conflict, match="stands already"):
        questions.award_again(progress=waiting, by=registrar, reason="Once more.", at=AFTER)


def test_only_a_registrar_of_the_awarding_body_decides_and_nobody_about_their_own(
    college: College, question: StackQuestion, learner: Person
) -> None:
    for by in (college.people["assessor"], make_college("Other College").people["registrar"], learner):
        with pytest.raises(NotAllowed):
            questions.let_stand(question=question, by=by, reason="It is fine.", at=LATER)
    questions.let_stand(question=question, by=college.people["registrar"], reason="It is fine.", at=LATER)
    with pytest.raises(Conflict, match="decided already"):
        questions.let_stand(question=question, by=college.people["registrar"], reason="It is fine.", at=LATER)


def test_a_revocation_from_elsewhere_closes_the_question(college: College, question: StackQuestion) -> None:
    revoke(award=question.stacked, by=college.people["registrar"], reason="error", explanation="It goes too.", at=LATER)
    question.refresh_from_db()
    assert question.decision == "revoked"


def test_the_desk_shows_what_is_left_and_takes_the_decision(
    client: Client, college: College, question: StackQuestion, certificate: DefinitionVersion
) -> None:
    client.force_login(college.people["registrar"])
    slug = college.organisation.slug
    listed = client.get(reverse("journeys:questions", args=[slug])).text
    assert "Working with Data" in listed
    assert "Reading Tables" in listed
    address = reverse("journeys:question", args=[slug, question.pk])
    page = client.get(address).text
    assert "The parts that stand are not enough" in page
    assert "was revoked on" in page
    refused = client.post(address, {"decision": "replaced", "reason": "Try it."})
    assert refused.status_code == 422
    assert "are not enough for" in refused.text
    answer = client.post(address, {"decision": "stands", "reason": "The paper was wrong, not the learner."})
    assert answer.status_code == 302
    assert "Nothing is open" in client.get(reverse("journeys:questions", args=[slug])).text
    assert "The paper was wrong" in client.get(address).text


def test_the_desk_is_not_there_for_others(
    client: Client, college: College, question: StackQuestion, learner: Person
) -> None:
    address = reverse("journeys:question", args=[college.organisation.slug, question.pk])
    client.force_login(learner)
    assert client.get(address).status_code == 403
    other = make_college("Other College")
    client.force_login(other.people["registrar"])
    assert client.get(reverse("journeys:question", args=[other.organisation.slug, question.pk])).status_code == 404


def test_awarding_again_at_the_desk(
    client: Client, college: College, badges: list[DefinitionVersion], question: StackQuestion, learner: Person
) -> None:
    registrar = college.people["registrar"]
    questions.revoke_stacked(question=question, by=registrar, ground="error", reason="A part fell.", at=LATER)
    earned_anew(college, badges[0], learner)
    client.force_login(registrar)
    slug = college.organisation.slug
    assert "complete since" in client.get(reverse("journeys:questions", args=[slug])).text
    waiting = StackProgress.objects.get(person=learner, state="met")
    answer = client.post(reverse("journeys:award_again", args=[slug, waiting.pk]), {"reason": "Earned anew."})
    assert answer.status_code == 302
    assert Award.objects.filter(holder=learner, state="awarded", origin__startswith="stack:").count() == 1


def test_my_data_tells_what_is_asked_about_my_credentials_and_what_was_decided(
    college: College, question: StackQuestion, learner: Person
) -> None:
    told = queries.portion_of(learner)["stack_questions"]
    assert [(one["credential"], one["about"], one["decision"]) for one in told] == [
        ("Working with Data", "Reading Tables", "Open")
    ]
    questions.let_stand(question=question, by=college.people["registrar"], at=AFTER, reason="It was a slip.")
    told = queries.portion_of(learner)["stack_questions"]
    assert [(one["reason"], one["decided_at"]) for one in told] == [("It was a slip.", AFTER.isoformat())]
    assert queries.portion_of(make_learner("Somebody Else"))["stack_questions"] == []


def test_the_whole_answer_is_kept_of_the_award_and_of_the_question(
    question: StackQuestion, certificate: DefinitionVersion, learner: Person
) -> None:
    awarded, asked = StackEvidence.objects.filter(award=question.stacked).order_by("pk")
    assert (awarded.question, awarded.evaluation["state"]) == (None, "met")
    assert (asked.question, asked.evaluation["state"]) == (question, "partly")
    assert asked.evaluation["missing"][0][0]["sentence"] == "Earn Reading Tables"
    told = queries.portion_of(learner)["stack_evidence"]
    assert [one["kept_because"] for one in told] == ["It was awarded", "A question was opened: Reading Tables"]
    forget(learner, AFTER)
    assert not StackEvidence.objects.exists()


def test_who_leaves_takes_the_words_along_and_the_issuer_keeps_the_question(
    college: College, question: StackQuestion, learner: Person
) -> None:
    for about in ("Soldering at home", "Riding a horse"):
        StackQuestion.objects.create(stacked=question.stacked, about=about, opened_at=LATER)
    StackQuestion.objects.create(
        stacked=question.stacked, about="Old things", opened_at=LATER, decision="stands", reason="She told me.",
        decided_by=college.people["registrar"], decided_at=AFTER,
    )  # fmt: skip
    forget(learner, AFTER)
    kept = list(StackQuestion.objects.order_by("pk").values_list("about", "decision", "reason"))
    assert kept == [
        ("Reading Tables", "", ""),
        (ELSEWHERE, "", ""),
        (ELSEWHERE, "stands", ""),
    ]
    assert queries.questions_of(college.organisation).count() == 2
