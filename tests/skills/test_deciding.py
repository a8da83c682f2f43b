"""People confirm and reject what skills mean; what they said holds from then on, in their scope, and shows on page, API and tags."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cairn.errors import Invalid, NotAllowed, NotFound
from cairn.outside import clock
from cairn.people import services as people
from cairn.people.models import AuditEvent, Membership, Organisation, Person, Role
from cairn.skills import services
from cairn.skills.decisions import Scope
from cairn.skills.index import index
from cairn.skills.matches import decisions_portion
from cairn.skills.models import Framework, MatchDecision, Skill, SkillLink
from cairn.skills.queries import equivalents_of, matches_of, matches_of_label
from cairn.skills.suggestions import suggest_skills

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def esco() -> Framework:
    return Framework.objects.create(
        slug="esco", name="ESCO", version="1.1.1", publisher="x", licence="x", attribution="Thanks."
    )


@pytest.fixture
def skills(esco: Framework) -> dict[str, Skill]:
    onet = Framework.objects.create(slug="onet", name="O*NET", version="29.2", publisher="x", licence="CC BY 4.0")

    def skill(framework: Framework, key: str, name: str, kind: str = "knowledge", *others: str) -> Skill:
        return Skill.objects.create(
            framework=framework, uri=f"urn:{key}", name=name, kind=kind, alt_labels=list(others)
        )

    return {
        "maths": skill(onet, "maths", "Mathematics"),
        "mathematics": skill(esco, "mathematics", "mathematics"),
        "staff": skill(esco, "staff", "manage staff", "skill", "oversee personnel"),
        "people": skill(onet, "people", "Oversee Personnel", "skill"),
        "ethics": skill(esco, "ethics", "ethics"),
        "triage": skill(esco, "triage", "triage", "skill", "desk care"),
        "sorting": skill(esco, "sorting", "sorting", "skill", "desk care"),
    }


@pytest.fixture
def school() -> Organisation:
    return Organisation.objects.create(slug="harbour", name="Harbour College", kind=Organisation.Kind.TRAINING)


def person(email: str, organisation: Organisation | None = None, *roles: str, **flags: bool) -> Person:
    made = Person.objects.create_user(email, "a good long password", name=email.partition("@")[0], **flags)
    for role in roles:
        Membership.objects.create(person=made, organisation=organisation, role=role)
    return made


def test_the_same_name_elsewhere_counts_without_anybodys_word(skills: dict[str, Skill]) -> None:
    found = equivalents_of([skills["maths"].pk, skills["ethics"].pk])
    assert set(found[skills["maths"].pk]) == {skills["mathematics"].pk}
    assert found[skills["ethics"].pk] == {}


def test_what_is_ambiguous_or_only_alike_does_not_count(skills: dict[str, Skill], esco: Framework) -> None:
    care = Skill.objects.create(
        framework=Framework.objects.get(slug="onet"), uri="urn:care", name="Desk care", kind="skill"
    )
    shown = matches_of([care.pk])[care.pk]
    assert {one.skill.name for one in shown if one.ambiguous} == {"triage", "sorting"}
    assert equivalents_of([care.pk])[care.pk] == {}


def test_what_is_rejected_no_longer_counts_and_what_is_confirmed_does(skills: dict[str, Skill]) -> None:
    me = person("me@example.org")
    maths, ethics = skills["maths"], skills["ethics"]
    services.decide_match(source=maths, target=skills["mathematics"], accepted=False, by=me, at=AT)
    services.decide_match(source=maths, target=ethics, accepted=True, by=me, at=AT)
    assert set(equivalents_of([maths.pk], person=me)[maths.pk]) == {ethics.pk}
    assert set(equivalents_of([maths.pk])[maths.pk]) == {skills["mathematics"].pk}
    assert set(equivalents_of([maths.pk], person=me, among=[skills["mathematics"].pk])[maths.pk]) == set()


def test_confirming_that_something_is_broader_does_not_make_it_the_same(skills: dict[str, Skill]) -> None:
    me = person("me@example.org")
    services.decide_match(
        source=skills["maths"], target=skills["ethics"], accepted=True, relation="broader", by=me, at=AT
    )
    match = next(
        one for one in matches_of([skills["maths"].pk], person=me)[skills["maths"].pk] if one.skill == skills["ethics"]
    )
    assert (match.accepted, match.relation, match.counts, match.kind) == (True, "broader", False, "decided")


def test_a_nearer_scope_goes_before_a_wider_one(skills: dict[str, Skill], school: Organisation) -> None:
    designer = person("designer@example.org", school, Role.DESIGNER)
    operator = person("operator@example.org", is_staff=True)
    maths, target = skills["maths"], skills["mathematics"]

    def counts(**scope: Any) -> bool:
        return target.pk in equivalents_of([maths.pk], **scope)[maths.pk]

    services.decide_match(source=maths, target=target, accepted=False, by=operator, at=AT, scope=Scope())
    assert not counts()
    services.decide_match(
        source=maths, target=target, accepted=True, by=designer, at=AT, scope=Scope(organisation=school)
    )
    assert counts(organisation=school)
    assert not counts()
    services.decide_match(source=maths, target=target, accepted=False, by=designer, at=AT)
    assert not counts(organisation=school, person=designer)


def test_everybody_decides_in_their_own_scope_only(skills: dict[str, Skill], school: Organisation) -> None:
    learner = person("learner@example.org")
    other = person("other@example.org")
    for scope in (Scope(), Scope(organisation=school), Scope(person=other)):
        with pytest.raises(NotAllowed):
            services.decide_match(
                source=skills["maths"], target=skills["ethics"], accepted=True, by=learner, at=AT, scope=scope
            )
    mine = services.decide_match(source=skills["maths"], target=skills["ethics"], accepted=True, by=learner, at=AT)
    with pytest.raises(NotFound):
        services.decision_of(other, mine.pk)


def test_deciding_again_changes_the_decision_and_leaves_one(skills: dict[str, Skill]) -> None:
    me = person("me@example.org")
    for accepted in (True, False, True):
        services.decide_match(source=skills["maths"], target=skills["ethics"], accepted=accepted, by=me, at=AT)
    assert MatchDecision.objects.get().accepted
    services.withdraw_decision(decision=MatchDecision.objects.get(), by=me, at=AT)
    assert not MatchDecision.objects.exists()


def test_what_an_organisation_decides_stands_on_its_trail_and_what_a_learner_does_on_none(
    skills: dict[str, Skill], school: Organisation
) -> None:
    designer = person("designer@example.org", school, Role.DESIGNER)
    services.decide_match(
        label="Staff work", target=skills["staff"], accepted=True, by=designer, at=AT, scope=Scope(organisation=school)
    )
    services.decide_match(label="Staff work", target=skills["staff"], accepted=True, by=designer, at=AT)
    event = AuditEvent.objects.get(action="skill_match.accepted")
    assert (event.organisation, event.details["label"], event.details["target"]) == (school, "staff work", "urn:staff")


@pytest.mark.parametrize(
    "wrong", [{}, {"label": "x", "with_source": True}, {"label": " … "}, {"label": "x", "relation": "equal"}]
)
def test_a_decision_needs_one_subject_and_a_known_relation(skills: dict[str, Skill], wrong: dict[str, Any]) -> None:
    me = person("me@example.org")
    given = dict(wrong)
    if given.pop("with_source", False):
        given["source"] = skills["maths"]
    with pytest.raises(Invalid):
        services.decide_match(target=skills["ethics"], accepted=True, by=me, at=AT, **given)


def test_a_skill_cannot_be_decided_against_itself(skills: dict[str, Skill]) -> None:
    with pytest.raises(Invalid):
        services.decide_match(
            source=skills["maths"], target=skills["maths"], accepted=True, by=person("me@example.org"), at=AT
        )


def test_the_words_of_a_label_may_be_written_in_any_way(skills: dict[str, Skill]) -> None:
    me = person("me@example.org")
    services.decide_match(label="The STAFF questions", target=skills["ethics"], accepted=True, by=me, at=AT)
    found = matches_of_label("staff question", person=me)
    assert (found[0].skill, found[0].accepted) == (skills["ethics"], True)


def test_links_of_crosswalks_and_new_skills_are_taken_up(skills: dict[str, Skill]) -> None:
    before = index()
    assert index() is before
    SkillLink.objects.create(source=skills["ethics"], target=skills["staff"], relation="broader", origin="A crosswalk")
    there = matches_of([skills["ethics"].pk])[skills["ethics"].pk]
    back = matches_of([skills["staff"].pk])[skills["staff"].pk]
    assert [(one.kind, one.relation) for one in there if one.skill == skills["staff"]] == [("crosswalk", "broader")]
    assert [one.relation for one in back if one.skill == skills["ethics"]] == ["narrower"]


def test_a_refused_tag_is_not_suggested_for_the_same_words_again(
    skills: dict[str, Skill], school: Organisation
) -> None:
    designer = person("designer@example.org", school, Role.DESIGNER)
    assert [one.skill.uri for one in suggest_skills("Ethics", organisation=school)] == ["urn:ethics"]
    services.decide_match(
        label="Ethics", target=skills["ethics"], accepted=False, by=designer, at=AT, scope=Scope(organisation=school)
    )
    assert suggest_skills("Ethics", organisation=school) == []
    assert suggest_skills("Ethics") != []
    assert suggest_skills("", "  ") == []


def test_what_somebody_decided_for_themselves_is_theirs_to_see_and_is_forgotten_with_them(
    skills: dict[str, Skill],
) -> None:
    me = person("me@example.org")
    services.decide_match(source=skills["maths"], target=skills["ethics"], accepted=True, by=me, at=AT)
    [told] = decisions_portion(me)
    assert (told["about"], told["target"], told["accepted"]) == ("urn:maths", "urn:ethics", True)
    services.forget_person(me, AT)
    assert decisions_portion(me) == []


# Pages


def test_the_page_shows_matches_with_kind_share_and_reason_to_anybody(client: Client, skills: dict[str, Skill]) -> None:
    text = client.get(reverse("skills:skill", args=[skills["maths"].pk])).content.decode()
    assert "counts as the same" in text
    assert "same name" in text
    assert "of such matches were right" in text
    assert "Confirm" not in text
    assert "Thanks." in client.get(reverse("skills:skill", args=[skills["ethics"].pk])).content.decode()


def test_words_find_skills(client: Client, skills: dict[str, Skill]) -> None:
    text = client.get(reverse("skills:skills"), {"q": "staff management"}).content.decode()
    assert "manage staff" in text
    assert "other form" in text
    assert (
        "No skill is called anything like that" in client.get(reverse("skills:skills"), {"q": "zzzz"}).content.decode()
    )
    assert client.get(reverse("skills:skills")).status_code == 200


def test_somebody_signed_in_rejects_and_takes_back(client: Client, skills: dict[str, Skill]) -> None:
    me = person("me@example.org")
    client.force_login(me)
    page = reverse("skills:decide", args=[skills["maths"].pk])
    given = {"target": skills["mathematics"].pk, "for": "me", "found_as": "exact", "relation": "same"}
    answer = client.post(page, {**given, "verdict": "reject"}, follow=True)
    assert "rejected" in answer.content.decode()
    assert equivalents_of([skills["maths"].pk], person=me)[skills["maths"].pk] == {}
    client.post(page, {**given, "withdraw": str(MatchDecision.objects.get().pk)})
    assert not MatchDecision.objects.exists()


def test_a_stranger_cannot_decide_and_nobody_decides_for_others(
    client: Client, skills: dict[str, Skill], school: Organisation
) -> None:
    page = reverse("skills:decide", args=[skills["maths"].pk])
    given = {"target": skills["ethics"].pk, "verdict": "accept", "for": school.slug}
    assert client.post(page, given).status_code == 302
    assert not MatchDecision.objects.exists()
    me = person("me@example.org")
    client.force_login(me)
    client.post(page, given)  # not theirs to decide for: it holds for themselves
    assert MatchDecision.objects.get().person == me
    assert client.post(page, {"verdict": "accept"}).status_code == 422


# API


def test_the_api_matches_tags_and_decides(client: Client, skills: dict[str, Skill], school: Organisation) -> None:
    designer = person("designer@example.org", school, Role.DESIGNER, Role.ADMIN)
    moment = clock.now()
    token, _ = people.issue_token(
        organisation=school, name="Authoring", scopes=["skills:read", "skills:decide"], by=designer, at=moment,
        expires_at=moment + timedelta(days=1),
    )  # fmt: skip
    headers = {"Authorization": f"Bearer {token}"}

    def post(path: str, body: Any) -> Any:
        answer = client.post(
            f"/api/v1/skills/{path}", json.dumps(body), content_type="application/json", headers=headers
        )
        assert answer.status_code == 200, answer.content
        return answer.json()

    found = client.get("/api/v1/skills/matches", {"uri": "urn:maths"}).json()
    assert (found[0]["skill"]["uri"], found[0]["kind"], found[0]["counts"]) == ("urn:mathematics", "exact", True)
    assert client.get("/api/v1/skills/matches").status_code == 422
    assert client.get("/api/v1/skills/matches", {"uri": "urn:none"}).status_code == 404
    [tags] = post("tags", {"texts": [{"title": "Ethics", "description": "No prior knowledge of mathematics."}]})
    assert [(one["skill"]["uri"], one["evidence"]["text"]) for one in tags] == [("urn:ethics", "Ethics")]
    post("decisions", {"label": "Ethics", "target": "urn:ethics", "accepted": False})
    assert post("tags", {"texts": [{"title": "Ethics"}]}) == [[]]
    assert MatchDecision.objects.get().organisation == school


def test_a_token_of_ones_own_decides_for_ones_goals_and_takes_back_only_that(
    client: Client, skills: dict[str, Skill], school: Organisation
) -> None:
    designer, moment = person("designer@example.org", school, Role.DESIGNER), clock.now()
    until = moment + timedelta(days=1)
    wide, _ = people.issue_token(
        organisation=school, name="A", scopes=["skills:decide"], by=designer, at=moment, expires_at=until
    )
    own, _ = people.issue_own_token(name="B", scopes=["skills:decide"], by=designer, at=moment, expires_at=until)

    def post(token: str, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return client.post(f"/api/v1/skills/{path}", json.dumps(body), content_type="application/json", headers=headers)

    said = {"source": "urn:maths", "target": "urn:mathematics", "accepted": False}
    numbers = [post(token, "decisions", said).json()["id"] for token in (own, wide)]
    rows = [MatchDecision.objects.get(pk=number) for number in numbers]
    assert [(row.person, row.organisation) for row in rows] == [(designer, None), (None, school)]
    assert post(own, f"decisions/{numbers[1]}/withdraw", {}).status_code == 404
    assert post(wide, f"decisions/{numbers[0]}/withdraw", {}).status_code == 404
    assert post(own, f"decisions/{numbers[0]}/withdraw", {}).status_code == 204
    assert MatchDecision.objects.get().organisation == school
