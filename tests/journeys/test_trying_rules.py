"""A rule is tried before it is published: on the organisation's own records under pseudonyms, and on records made up by hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_stack, make_version
from tests.people.factories import give_role, make_person

from cairn.catalog import services as catalog
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.errors import Invalid, NotAllowed
from cairn.issuing.services import award_credential, revoke
from cairn.journeys import trying
from cairn.journeys.services import trials
from cairn.people.models import AuditEvent, Person
from cairn.people.services import verify_chain

pytestmark = pytest.mark.django_db


def award(college: College, version: DefinitionVersion, *learners: Person) -> None:
    for learner in learners:
        award_credential(
            version=version, holder=learner, by=college.registrar, at=MOMENT, origin=f"direct:{learner.pk}:{version.pk}"
        )


def asking_for(*versions: DefinitionVersion, n: int = 0) -> dict[str, Any]:
    of = [{"kind": "award_of", "achievement": achievement_id(version)} for version in versions]
    return {"kind": "any_n", "n": n, "of": of} if n else {"kind": "all_of", "of": of}


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def badges(college: College) -> list[DefinitionVersion]:
    return [make_version(college, title=title) for title in ("Reading Tables", "Drawing Charts", "Telling Stories")]


@pytest.fixture
def draft(college: College, badges: list[DefinitionVersion]) -> DefinitionVersion:
    """The second version of a stack of two badges, as a draft."""
    return catalog.new_version(version=make_stack(college, badges[:2]), by=college.designer, at=MOMENT)


@pytest.fixture
def learners(college: College, badges: list[DefinitionVersion]) -> dict[str, Person]:
    people = {name: make_learner(name) for name in ("Uma Held-One", "Viktor Held-Two", "Wanda Held-Three")}
    one, two, three = people.values()
    award(college, badges[0], one, two, three)
    award(college, badges[1], two)
    award(college, badges[2], three)
    return people


def run(version: DefinitionVersion, college: College, rule: dict[str, Any]) -> trying.Trial:
    trial = trials.begin_trial(version=version, rule=rule, by=college.designer, at=MOMENT)
    while not trial.done:
        trying.go_on(trial, version, college.organisation, MOMENT)
    return trial


def test_a_trial_counts_who_would_be_complete_and_who_differs_from_the_published_rule(
    college: College, badges: list[DefinitionVersion], draft: DefinitionVersion, learners: dict[str, Person]
) -> None:
    trial = run(draft, college, asking_for(badges[0], badges[2]))
    assert trial.counts == {"met": 1, "partly": 2, "not": 0, "compared": 3, "gained": 1, "lost": 1}
    why = {row[0]: row[5] for row in trial.rows}
    assert why[learners["Uma Held-One"].pk] == ""
    assert why[learners["Viktor Held-Two"].pk] == "Newly missing: Earn Telling Stories"
    assert why[learners["Wanda Held-Three"].pk] == "No longer asked: Earn Drawing Charts"


def test_a_trial_changes_nothing_of_the_learners(
    college: College, badges: list[DefinitionVersion], draft: DefinitionVersion, learners: dict[str, Person]
) -> None:
    before = {person.pk: person.awards.count() for person in learners.values()}
    run(draft, college, asking_for(badges[0]))
    assert {person.pk: person.awards.count() for person in learners.values()} == before


def test_what_others_awarded_is_not_looked_at_and_neither_are_their_learners(
    college: College, badges: list[DefinitionVersion], draft: DefinitionVersion, learners: dict[str, Person]
) -> None:
    other = make_college("Inland School", website="https://inland.example.org", email="office@inland.example.org")
    foreign = make_version(other, title="Sailing")
    stranger = make_learner("Xenia Elsewhere")
    award(other, foreign, learners["Uma Held-One"], stranger)
    trial = run(draft, college, asking_for(foreign))
    assert {row[0] for row in trial.rows} == {person.pk for person in learners.values()}
    assert trial.counts["met"] == 0
    assert trial.counts["not"] == 3


def test_a_revoked_award_does_not_count_in_a_trial(
    college: College, badges: list[DefinitionVersion], draft: DefinitionVersion, learners: dict[str, Person]
) -> None:
    held = learners["Viktor Held-Two"].awards.get(version=badges[1])
    revoke(award=held, by=college.registrar, at=MOMENT, reason="error", explanation="A mistake.")
    assert run(draft, college, asking_for(*badges[:2])).counts["met"] == 0


def test_learners_are_weighed_some_at_a_time_and_never_more_than_stated(
    monkeypatch: pytest.MonkeyPatch, college: College, badges: list[DefinitionVersion], draft: DefinitionVersion,
    learners: dict[str, Person],
) -> None:  # fmt: skip
    monkeypatch.setattr(trying, "AT_ONCE", 1)
    monkeypatch.setattr(trying, "MOST_LEARNERS", 2)
    trial = trials.begin_trial(version=draft, rule=asking_for(badges[0]), by=college.designer, at=MOMENT)
    seen = []
    while not trial.done:
        trying.go_on(trial, draft, college.organisation, MOMENT)
        seen.append(len(trial.rows))
    assert seen == [1, 2]


def test_only_a_designer_of_the_awarding_body_tries_a_rule(
    college: College, badges: list[DefinitionVersion], draft: DefinitionVersion
) -> None:
    for person in (college.reviewer, college.registrar, make_person("Nobody")):
        with pytest.raises(NotAllowed):
            trials.begin_trial(version=draft, rule=asking_for(badges[0]), by=person, at=MOMENT)


def test_an_unfinished_rule_is_not_tried(college: College, draft: DefinitionVersion) -> None:
    for rule in ({}, {"kind": "all_of", "of": []}):
        with pytest.raises(Invalid):
            trials.begin_trial(version=draft, rule=rule, by=college.designer, at=MOMENT)
    assert not AuditEvent.objects.filter(action="rule.tried").exists()


# --- the pages ---------------------------------------------------------------------------------------------------------------


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=site.AUTHENTICATION_BACKENDS[0])
    return client


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_designer_sees_pseudonyms_and_the_trail_tells_of_each_record_opened(
    college: College, draft: DefinitionVersion, learners: dict[str, Person]
) -> None:
    client = signed_in(college.designer)
    address = reverse("journeys:try_rule", args=[draft.pk])
    assert "You will see pseudonyms" in text(client.get(address))
    shown = text(client.post(address, {"step": "begin"}, follow=True))
    assert "3 learners were weighed" in shown
    assert "0 more complete, 0 fewer" in shown
    mark = trying.pseudonym(draft, learners["Viktor Held-Two"].pk)
    assert f"Learner {mark}" in shown
    record = text(client.get(reverse("journeys:try_record", args=[draft.pk, mark])))
    assert "Reading Tables" in record
    assert "<svg" in record
    for name in learners:
        assert name not in shown
        assert name not in record
    tried, opened = AuditEvent.objects.filter(action__startswith="rule.").order_by("sequence")
    assert (tried.action, tried.actor, tried.details["learners"]) == ("rule.tried", college.designer.uid, 3)
    assert (opened.action, opened.object_id) == ("rule.record_opened", str(learners["Viktor Held-Two"].uid))
    assert verify_chain(college.organisation) == []


def test_whoever_awards_too_sees_the_names(
    college: College, draft: DefinitionVersion, learners: dict[str, Person]
) -> None:
    give_role(college.designer, college.organisation, "registrar")
    client = signed_in(college.designer)
    shown = text(client.post(reverse("journeys:try_rule", args=[draft.pk]), {"step": "begin"}, follow=True))
    assert "Viktor Held-Two" in shown


def test_to_strangers_there_is_no_such_page_and_other_members_are_told_which_role_it_takes(
    college: College, draft: DefinitionVersion, learners: dict[str, Person]
) -> None:
    address = reverse("journeys:try_rule", args=[draft.pk])
    mark = trying.pseudonym(draft, learners["Uma Held-One"].pk)
    assert signed_in(make_person("Nobody")).get(address).status_code == 404
    assert signed_in(college.registrar).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    other = signed_in(college.designer)
    assert other.get(reverse("journeys:try_record", args=[draft.pk, mark])).status_code == 404  # nothing tried yet


def test_with_htmx_a_long_trial_goes_on_by_itself_and_shows_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, college: College, draft: DefinitionVersion, learners: dict[str, Person]
) -> None:
    monkeypatch.setattr(trying, "AT_ONCE", 2)
    client, address = signed_in(college.designer), reverse("journeys:try_rule", args=[draft.pk])
    first = text(client.post(address, {"step": "begin"}, headers={"HX-Request": "true"}))
    assert "<html" not in first
    assert 'hx-trigger="load' in first
    assert "<progress" in first
    last = text(client.post(address, {"step": "more"}, headers={"HX-Request": "true"}))
    assert 'hx-trigger="load' not in last
    assert "3 learners were weighed" in last


def test_a_record_made_up_by_hand_is_weighed_and_nothing_of_it_is_kept(
    college: College, badges: list[DefinitionVersion], draft: DefinitionVersion
) -> None:
    client, address = signed_in(college.designer), reverse("journeys:try_rule", args=[draft.pk])
    names = [achievement_id(version) for version in badges]
    found = text(client.get(address, {"q": "charts"}))
    assert "Add Drawing Charts" in found
    half = text(client.get(address, {"hold": names[:1], "on": "2026-01-05"}))
    assert "50% complete" in half
    assert "Earn Drawing Charts" in half
    whole = text(client.get(address, {"hold": [*names[:2], "https://elsewhere.example/achievements/1"]}))
    assert "Complete" in whole
    assert "https://elsewhere.example/achievements/1" in whole
    assert "What does not count, and why" in whole
    assert not AuditEvent.objects.filter(action="rule.tried").exists()


@pytest.mark.parametrize(
    "asked", ["hold=&hold=%00", "on=2026-99-99", "q=" + "x" * 5000, "hold=" + "y" * 5000, "hold=a" * 200]
)
def test_whatever_stands_in_the_address_the_page_answers(
    college: College, draft: DefinitionVersion, asked: str
) -> None:
    client = signed_in(college.designer)
    response = client.get(f"{reverse('journeys:try_rule', args=[draft.pk])}?{asked}")
    assert response.status_code in {200, 404}  # 404: the null letter, anywhere on the site
