"""Definitions from draft to retirement: who may, what must be there, and that what is published stays as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from tests.catalog.factories import AT, RUBRIC, Team, content, member, organisation, skill

from cairn import facts
from cairn.catalog import queries, services
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import Definition, DefinitionVersion
from cairn.errors import Conflict, Invalid, NotAllowed, RequirementsUnmet
from cairn.people.models import AuditEvent, Membership, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    heard: list[object] = []
    monkeypatch.setattr(facts, "_listeners", facts._listeners.__class__(list))
    facts.listen(facts.DefinitionPublished, heard.append)
    return heard


def test_a_definition_goes_from_draft_to_published_by_three_people(team: Team, announced: list[object]) -> None:
    version = team.published()
    assert version.state == "published"
    assert (version.author, version.reviewer, version.publisher) == (team.designer, team.reviewer, team.publisher)
    assert version.published_at == AT
    assert announced == [facts.DefinitionPublished(version_id=version.pk, at=AT)]
    actions = AuditEvent.objects.filter(object_id=str(version.pk)).order_by("sequence").values_list("action", flat=True)
    assert list(actions) == [
        "definition.drafted",
        "definition.submitted",
        "definition.approved",
        "definition.published",
    ]


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.DESIGNER])
def test_only_a_designer_drafts(team: Team, role: str) -> None:
    with pytest.raises(NotAllowed):
        services.draft_definition(
            by=member(team.organisation, role), organisation=team.organisation, at=AT, **content()
        )


def test_a_designer_of_another_organisation_cannot_write_here(team: Team) -> None:
    version = team.draft()
    with pytest.raises(NotAllowed):
        services.revise_draft(version=version, by=Team("Elsewhere").designer, at=AT, title="Something else")
    version.refresh_from_db()
    assert version.title == "Reading weld drawings"


def test_an_author_cannot_review_even_with_the_role(team: Team) -> None:
    Membership.objects.create(person=team.designer, organisation=team.organisation, role=Role.REVIEWER)
    version = services.submit_for_review(version=team.draft(), by=team.designer, at=AT)
    with pytest.raises(NotAllowed, match="somebody else"):
        services.approve(version=version, by=team.designer, at=AT)


def test_whoever_only_revised_a_draft_cannot_review_it_either(team: Team) -> None:
    both = member(team.organisation, Role.DESIGNER, Role.REVIEWER, name="Bo Both")
    version = services.revise_draft(version=team.draft(), by=both, at=AT, description="Better words.")
    services.submit_for_review(version=version, by=team.designer, at=AT)
    with pytest.raises(NotAllowed, match="somebody else"):
        services.approve(version=version, by=both, at=AT)
    assert services.approve(version=version, by=team.reviewer, at=AT).state == "approved"


def test_steps_out_of_order_are_refused(team: Team) -> None:
    draft = team.draft()
    with pytest.raises(Conflict):
        services.approve(version=draft, by=team.reviewer, at=AT)
    with pytest.raises(Conflict):
        services.publish(version=draft, by=team.publisher, at=AT)
    services.submit_for_review(version=draft, by=team.designer, at=AT)
    with pytest.raises(Conflict):
        services.submit_for_review(version=draft, by=team.designer, at=AT)
    with pytest.raises(Conflict):
        services.revise_draft(version=draft, by=team.designer, at=AT, title="Too late")


def test_a_reviewer_sends_back_with_a_reason_and_never_without(team: Team) -> None:
    version = services.submit_for_review(version=team.draft(), by=team.designer, at=AT)
    with pytest.raises(Invalid):
        services.send_back(version=version, by=team.reviewer, at=AT, reason=" ")
    assert services.send_back(version=version, by=team.reviewer, at=AT, reason="Say for whom.").state == "draft"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"outcomes": []}, "no learning outcomes"),
        ({"outcomes": [{"text": "Understand welding", "assessed_by": ["reading"]}]}, "nobody can observe"),
        ({"outcomes": [{"text": "Name the symbols", "assessed_by": []}]}, "not assessed by any criterion"),
        ({"outcomes": [{"text": "Name the symbols", "assessed_by": ["writing"]}]}, "which the rubric does not have"),
        ({"title": "Diploma of Welding"}, "larger qualification"),
        ({"title": "Welding Nanodegree"}, "registered mark"),
        ({"title": "Harbour College welding"}, "awarding body"),
        ({"description": " "}, "no description"),
        ({"type": "certificate", "rubric": None, "assessment_type": ""}, "Nothing is assessed"),
    ],
)  # fmt: skip
def test_a_review_is_refused_until_the_definition_says_what_it_must(
    team: Team, fields: dict[str, Any], told: str
) -> None:
    version = team.draft(**fields)
    with pytest.raises(RequirementsUnmet) as refused:
        services.submit_for_review(version=version, by=team.designer, at=AT)
    assert any(told in sentence for sentence in refused.value.facts["missing"])
    version.refresh_from_db()
    assert version.state == "draft"


def test_a_programme_may_be_called_a_nano_degree(team: Team) -> None:
    assert services.problems_of(team.draft(type="programme", title="Marine welding nano-degree")) == []


def test_a_badge_without_assessment_is_recognition_and_says_so(team: Team) -> None:
    version = team.draft(rubric=None, assessment_type="", outcomes=[{"text": "Take part in a harbour clean-up"}])
    assert services.problems_of(version) == []
    assert services.is_recognition(version)


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"kind": "all_of", "of": []},
        {"kind": "none_of"},
        {"kind": "any_n", "n": 3, "of": [{"kind": "award_of", "achievement": "a"}]},
    ],
)
def test_an_empty_or_impossible_rule_is_refused_at_once(team: Team, rule: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        team.draft(type="certificate", requirement=rule)
    assert refused.value.facts["problems"]
    assert not DefinitionVersion.objects.exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"criteria": []}, "no criteria"),
        ({"criteria": [{"id": "a", "name": "A", "levels": [{"id": "x", "name": "X"}], "required": "x"}]}, "at least two levels"),
        ({"criteria": [{**RUBRIC["criteria"][0], "required": "perfect"}]}, "which of its levels is required"),
        ({"criteria": [RUBRIC["criteria"][0], RUBRIC["criteria"][0]]}, "Two criteria"),
        ({"criteria": [{**RUBRIC["criteria"][0], "levels": list(reversed(RUBRIC["criteria"][0]["levels"]))}]}, "low to high"),
    ],
)  # fmt: skip
def test_a_broken_rubric_is_refused_with_its_place(team: Team, change: dict[str, Any], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        team.draft(rubric=change)


def test_an_unknown_skill_or_type_or_field_is_refused(team: Team) -> None:
    with pytest.raises(Invalid, match="no skill"):
        team.draft(skills={"https://example.org/skills/none": None})
    with pytest.raises(Invalid, match="not a type"):
        team.draft(type="degree")
    with pytest.raises(Invalid, match="no field 'state'"):
        team.draft(state="published")
    assert not Definition.objects.exists()


def test_skills_of_outcomes_and_skills_by_name_are_stated_skills(team: Team) -> None:
    welding, reading = skill("Welding"), skill("Reading drawings")
    version = team.draft(
        outcomes=[{"text": "Name the symbols", "skills": [reading.uri], "assessed_by": ["reading"]}],
        skills={welding.uri: 3},
    )
    assert {(one.skill.name, one.level, one.origin) for one in version.skills.all()} == {
        ("Welding", 3, "stated"), ("Reading drawings", None, "stated")
    }  # fmt: skip
    services.revise_draft(version=version, by=team.designer, at=AT, title="Reading all drawings")
    assert version.skills.count() == 2


def test_a_published_version_cannot_be_saved_differently(team: Team) -> None:
    version = team.published()
    version.title = "Something else"
    with pytest.raises(Conflict, match="never changes"):
        version.save()


def test_the_database_itself_refuses_to_change_a_published_version(team: Team) -> None:
    version = team.published()
    row = DefinitionVersion.objects.filter(pk=version.pk)
    for change in ({"title": "Else"}, {"outcomes": []}, {"workload_hours": 1}, {"state": "draft"}, {"rubric": None}):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            row.update(**change)
    version.refresh_from_db()
    assert (version.title, version.state) == ("Reading weld drawings", "published")


def test_erasing_an_author_leaves_the_published_version_standing(team: Team) -> None:
    version = team.published()
    DefinitionVersion.objects.filter(pk=version.pk).update(author=None)
    version.refresh_from_db()
    assert version.state == "published"


def test_a_change_is_a_new_version_and_the_old_one_stays_readable(team: Team, announced: list[object]) -> None:
    first = team.published(skills={skill().uri: 3})
    second = services.new_version(version=first, by=team.designer, at=AT)
    assert (second.number, second.state, second.outcomes) == (2, "draft", first.outcomes)
    assert [one.skill.name for one in second.skills.all()] == ["Welding"]
    with pytest.raises(Conflict, match="already under way"):
        services.new_version(version=first, by=team.designer, at=AT)
    services.revise_draft(version=second, by=team.designer, at=AT, title="Reading all weld drawings")
    services.submit_for_review(version=second, by=team.designer, at=AT)
    services.approve(version=second, by=team.reviewer, at=AT)
    services.publish(version=second, by=team.publisher, at=AT)
    first.refresh_from_db()
    assert (first.state, first.title) == ("superseded", "Reading weld drawings")
    slug = first.definition.slug
    assert queries.version_of(slug).number == 2
    assert queries.version_of(slug, 1).title == "Reading weld drawings"
    assert queries.achievement_family(achievement_id(first)) == (achievement_id(first), achievement_id(second))


def test_suspending_needs_a_reason_and_can_be_undone_and_retiring_cannot(team: Team) -> None:
    version = team.published()
    with pytest.raises(Invalid):
        services.suspend(version=version, by=team.publisher, at=AT, reason="")
    with pytest.raises(NotAllowed):
        services.suspend(version=version, by=team.designer, at=AT, reason="I say so")
    version = services.suspend(version=version, by=team.publisher, at=AT, reason="An outcome is wrong.")
    assert not queries.published().exists()
    version = services.reinstate(version=version, by=team.publisher, at=AT, reason="Mended.")
    version = services.retire(version=version, by=team.publisher, at=AT, reason="Nobody asks for it.")
    with pytest.raises(Conflict):
        services.reinstate(version=version, by=team.publisher, at=AT, reason="After all.")


def test_what_was_only_imported_is_not_ours_to_change(team: Team) -> None:
    from tests.catalog.factories import imported

    with pytest.raises(NotAllowed, match="not awarded here"):
        services.new_version(version=imported(), by=team.designer, at=AT)


def test_an_endorsement_is_kept_whole_once_and_only_for_its_version(team: Team) -> None:
    version, partner = team.published(), organisation("Welders' Guild")
    document = json.dumps(
        {
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "credentialSubject": {"id": achievement_id(version)},
        }
    )
    kept = services.record_endorsement(version=version, endorser=partner, document=document, at=AT)
    assert kept.document == document
    with pytest.raises(Conflict):
        services.record_endorsement(version=version, endorser=partner, document=document, at=AT)
    other = json.dumps({"credentialSubject": {"id": "https://example.org/achievements/1"}})
    for wrong in (other, "not json", "[]"):
        with pytest.raises(Invalid):
            services.record_endorsement(version=version, endorser=organisation("Else"), document=wrong, at=AT)
