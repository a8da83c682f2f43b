"""Stacks: what awards add up to, when the larger one follows, and what never happens by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.issuing.factories import MOMENT, College, make_college, make_version
from tests.people.factories import make_person

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.services import new_version
from cairn.credentials import Credential
from cairn.errors import Invalid
from cairn.issuing.models import Award
from cairn.issuing.services import award_credential, revoke
from cairn.journeys import queries
from cairn.journeys.models import StackProgress
from cairn.journeys.services.stacks import under_way, weigh
from cairn.people.models import AuditEvent, Person

pytestmark = pytest.mark.django_db

OUTCOMES = [{"id": "o1", "text": "Works with figures from the first look to the report", "skills": []}]


def all_of(*versions: DefinitionVersion) -> dict[str, Any]:
    return {
        "kind": "all_of",
        "of": [{"kind": "award_of", "achievement": achievement_id(version)} for version in versions],
    }


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def badges(college: College) -> list[DefinitionVersion]:
    return [make_version(college, title=title) for title in ("Reading Tables", "Drawing Charts")]


@pytest.fixture
def certificate(college: College, badges: list[DefinitionVersion]) -> DefinitionVersion:
    return make_version(
        college,
        title="Working with Data",
        kind="certificate",
        rubric=None,
        assessment_type="",
        outcomes=OUTCOMES,
        requirement=all_of(*badges),
    )


@pytest.fixture
def learner() -> Person:
    return make_person("Mina Learner")


def give(college: College, version: DefinitionVersion, holder: Person, days: int = 0) -> Award:
    return award_credential(
        version=version,
        holder=holder,
        by=college.people["registrar"],
        at=MOMENT + timedelta(days=days),
        origin=f"direct:{version.pk}",
    )


def certificate_of(learner: Person, version: DefinitionVersion) -> Award | None:
    return Award.objects.filter(holder=learner, version=version).first()


def test_the_last_part_brings_the_whole_at_the_same_moment(
    college: College, badges: list[DefinitionVersion], certificate: DefinitionVersion, learner: Person
) -> None:
    first = give(college, badges[0], learner)
    assert certificate_of(learner, certificate) is None
    second = give(college, badges[1], learner, days=3)
    whole = certificate_of(learner, certificate)
    assert whole is not None
    assert whole.awarded_at == second.awarded_at
    assert set(whole.parts.all()) == {first, second}
    assert Credential.parse(whole.document).name == "Working with Data"


def test_progress_is_kept_and_its_reasons_are_worked_out_when_somebody_looks(
    college: College, badges: list[DefinitionVersion], certificate: DefinitionVersion, learner: Person
) -> None:
    give(college, badges[0], learner)
    [(row, answer)] = under_way(learner, MOMENT)
    assert (row.version, row.state, row.percent) == (certificate, "partly", 50)
    assert (answer.document["state"], answer.document["percent"]) == (row.state, row.percent)
    assert answer.document["missing"][0][0]["sentence"] == "Earn Drawing Charts"
    assert [part["title"] for part in answer.document["trace"]["parts"]] == ["Reading Tables", "Drawing Charts"]


def test_a_completed_stack_completes_the_larger_one(
    college: College, badges: list[DefinitionVersion], certificate: DefinitionVersion, learner: Person
) -> None:
    programme = make_version(
        college,
        title="Data Programme",
        kind="programme",
        rubric=None,
        assessment_type="",
        outcomes=OUTCOMES,
        requirement=all_of(certificate),
    )
    for badge in badges:
        give(college, badge, learner)
    larger = certificate_of(learner, programme)
    assert larger is not None
    assert [part.version for part in larger.parts.all()] == [certificate]


def test_the_whole_is_awarded_once_however_often_its_parts_are(
    college: College, badges: list[DefinitionVersion], certificate: DefinitionVersion, learner: Person
) -> None:
    for badge in badges:
        give(college, badge, learner)
    again = award_credential(
        version=badges[0], holder=learner, by=college.people["registrar"], at=MOMENT, origin="direct:again"
    )
    assert again.pk
    assert Award.objects.filter(holder=learner, version=certificate).count() == 1


def test_a_newer_version_of_a_part_serves_the_rule_too(
    college: College, badges: list[DefinitionVersion], certificate: DefinitionVersion, learner: Person
) -> None:
    from cairn.catalog.services import approve, publish, submit_for_review

    draft = new_version(version=badges[0], by=college.people["designer"], at=MOMENT)
    submit_for_review(version=draft, by=college.people["designer"], at=MOMENT)
    approve(version=draft, by=college.people["reviewer"], at=MOMENT)
    newer = publish(version=draft, by=college.people["publisher"], at=MOMENT)
    give(college, newer, learner)
    give(college, badges[1], learner)
    assert certificate_of(learner, certificate) is not None


def test_somebody_elses_badges_count_for_nothing(
    college: College, badges: list[DefinitionVersion], certificate: DefinitionVersion, learner: Person
) -> None:
    give(college, badges[0], learner)
    give(college, badges[1], make_person("Omar Other"))
    assert certificate_of(learner, certificate) is None


def test_a_revoked_part_asks_a_person_and_revokes_nothing(
    college: College, badges: list[DefinitionVersion], certificate: DefinitionVersion, learner: Person
) -> None:
    first = give(college, badges[0], learner)
    give(college, badges[1], learner)
    revoke(
        award=first,
        by=college.people["registrar"],
        reason="error",
        explanation="Wrong person.",
        at=MOMENT + timedelta(days=1),
    )
    whole = certificate_of(learner, certificate)
    assert whole is not None
    assert whole.state == Award.State.AWARDED
    progress = StackProgress.objects.get(person=learner, version=certificate)
    assert (progress.question, progress.state) == ("component_revoked", "partly")
    assert AuditEvent.objects.filter(action="stack.questioned", object_id=str(whole.pk)).count() == 1


def test_a_revoked_part_before_completion_only_lowers_progress(
    college: College, badges: list[DefinitionVersion], certificate: DefinitionVersion, learner: Person
) -> None:
    first = give(college, badges[0], learner)
    revoke(
        award=first,
        by=college.people["registrar"],
        reason="error",
        explanation="Wrong person.",
        at=MOMENT + timedelta(days=1),
    )
    give(college, badges[1], learner, days=2)
    assert certificate_of(learner, certificate) is None
    [(row, answer)] = under_way(learner, MOMENT + timedelta(days=2))
    assert row.question == ""
    assert any("revoked" in item["reason"] for item in answer.document["unused"])


def test_a_stack_with_high_stakes_waits_for_a_second_person(
    college: College, badges: list[DefinitionVersion], learner: Person
) -> None:
    version = make_version(
        college,
        title="Registered Analyst",
        kind="industry",
        rubric=None,
        assessment_type="",
        outcomes=OUTCOMES,
        requirement=all_of(*badges),
        high_stakes=True,
    )
    for badge in badges:
        give(college, badge, learner)
    waiting = certificate_of(learner, version)
    assert waiting is not None
    assert (waiting.state, waiting.document) == (Award.State.PROPOSED, "")


def test_a_badge_without_a_rule_cannot_be_weighed(badges: list[DefinitionVersion], learner: Person) -> None:
    with pytest.raises(Invalid, match="not made of other credentials"):
        weigh(badges[0], learner, MOMENT)


def test_learners_keep_the_rule_they_started_under(
    college: College, badges: list[DefinitionVersion], certificate: DefinitionVersion, learner: Person
) -> None:
    from cairn.catalog.services import approve, publish, revise_draft, submit_for_review

    give(college, badges[0], learner)
    third = make_version(college, title="Telling Stories")
    draft = new_version(version=certificate, by=college.people["designer"], at=MOMENT)
    draft = revise_draft(version=draft, by=college.people["designer"], at=MOMENT, requirement=all_of(*badges, third))
    submit_for_review(version=draft, by=college.people["designer"], at=MOMENT)
    approve(version=draft, by=college.people["reviewer"], at=MOMENT)
    newer = publish(version=draft, by=college.people["publisher"], at=MOMENT)
    assert [version.pk for version in queries.stacks_of(learner)] == [certificate.pk]
    assert [version.pk for version in queries.stacks_of(make_person("New Learner"))] == [newer.pk]
    give(college, badges[1], learner)
    whole = certificate_of(learner, certificate)
    assert whole is not None
