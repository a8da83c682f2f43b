"""What a learner sees of a stack, the version they follow, and what counts from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.issuing.factories import MOMENT, College, make_college, make_learner, make_stack, make_version, publish
from tests.journeys.test_stacks import OUTCOMES, all_of, give

from cairn import facts
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.services import new_version, revise_draft
from cairn.errors import Conflict, NotFound
from cairn.issuing import holdings
from cairn.issuing.models import Award
from cairn.journeys import queries
from cairn.journeys.held import held_by
from cairn.journeys.models import StackPart, StackProgress, StackQuestion
from cairn.journeys.services.stacks import weigh
from cairn.journeys.services.versions import choose_version, compare_versions
from cairn.journeys.traces import doubt
from cairn.people.models import AuditEvent, Person
from cairn.recognition.models import ExternalAward
from cairn.skills.models import Framework, Skill

pytestmark = pytest.mark.django_db
LATER = MOMENT + timedelta(days=5)


@pytest.fixture
def college() -> College:
    return make_college()


@pytest.fixture
def badges(college: College) -> list[DefinitionVersion]:
    return [
        make_version(college, title=title, credits=Decimal("2.5"), credit_scheme="ects", tags=["data"])
        for title in ("Reading Tables", "Drawing Charts", "Telling Stories")
    ]


@pytest.fixture
def learner() -> Person:
    return make_learner()


def ruled(college: College, requirement: dict[str, Any], title: str = "Working with Data") -> DefinitionVersion:
    content = {"rubric": None, "assessment_type": "", "outcomes": OUTCOMES, "requirement": requirement}
    return make_version(college, title, kind="certificate", **content)


def revised(college: College, version: DefinitionVersion, requirement: dict[str, Any]) -> DefinitionVersion:
    draft = new_version(version=version, by=college.people["designer"], at=MOMENT)
    draft = revise_draft(version=draft, by=college.people["designer"], at=MOMENT, requirement=requirement)
    return publish(college, draft)


def external(person: Person, **values: Any) -> ExternalAward:
    return ExternalAward.objects.create(
        **{
            "person": person, "credential_id": "urn:uuid:1", "document": "{}", "digest": "0", "issuer_id": "did:web:elsewhere.example",
            "issuer_name": "Elsewhere University", "achievement_id": "https://elsewhere.example/statistics", "name": "Statistics",
            "type": "badge", "tags": ["data"], "credits": {"ects": "5"}, "valid_from": MOMENT, "standing": "verified",
            "checked_at": MOMENT, **values,
        }
    )  # fmt: skip


def test_the_page_says_what_counts_where_what_is_next_and_where_to_get_it(
    client: Client, college: College, badges: list[DefinitionVersion], learner: Person
) -> None:
    version = make_stack(college, badges, "Working with Data")
    give(college, badges[0], learner)
    client.force_login(learner)
    page = client.get(reverse("journeys:stack", args=[version.definition.slug])).text
    assert "Reading Tables, 7 April 2026 counts." in page
    assert "missing, next" in page  # in the drawing and in its words
    offered = reverse("catalog:credential", args=[badges[1].definition.slug])
    assert f'<a href="{offered}">Earn Drawing Charts</a>' in page


def test_the_page_says_why_nothing_completes_a_stack_any_more(
    client: Client, college: College, badges: list[DefinitionVersion], learner: Person
) -> None:
    """One part is retired, and something held is excluded: both are said, in the learner's words, and in the JSON for programs."""
    parts = [{"kind": "award_of", "achievement": achievement_id(badge)} for badge in badges]
    rule = {"kind": "all_of", "of": [parts[0], parts[1], {"kind": "not", "of": parts[2]}]}
    version = ruled(college, rule)
    give(college, badges[0], learner)
    give(college, badges[2], learner)
    DefinitionVersion.objects.filter(pk=badges[1].pk).update(state=DefinitionVersion.State.RETIRED)
    client.force_login(learner)
    page = client.get(reverse("journeys:stack", args=[version.definition.slug])).text
    assert "Nothing completes it any more, as things stand" in page
    assert "“Earn Drawing Charts”: Drawing Charts is no longer awarded." in page
    assert "“Earn Telling Stories” is excluded, and is so already: Telling Stories" in page
    found = weigh(version, learner, LATER)
    assert [(one["code"], one["certain"]) for one in found.document["obstacles"]] == [
        ("retired", True),
        ("excluded", True),
    ]
    assert found.document["missing"] == []


def test_the_page_tells_what_is_proven_from_what_is_not() -> None:
    assert doubt({"exact": True}) == ""
    assert "more may be possible" in doubt({"exact": False})  # as answers were kept before
    assert "more may be possible" in doubt({"exact": False, "decided": False})
    assert "It is certain that it is not complete" in doubt({"exact": False, "decided": True})


def test_both_numbers_of_a_conversion_and_what_a_limit_leaves_out_are_shown(
    client: Client, college: College, badges: list[DefinitionVersion], learner: Person
) -> None:
    rule = {
        "kind": "at_most", "amount": 3, "scheme": "ects", "filter": {"tags": ["data"]},
        "of": {"kind": "converting", "source": "unstated", "target": "ects", "factor": "1/2",
               "of": {"kind": "credits_at_least", "amount": 10, "scheme": "ects"}},
    }  # fmt: skip
    version = ruled(college, rule)
    give(college, badges[0], learner)
    external(learner, credits={"unstated": "8"}, tags=[])
    client.force_login(learner)
    page = client.get(reverse("journeys:stack", args=[version.definition.slug])).text
    assert "2.5 of at most 3 ECTS credits count" in page
    assert "Statistics, Elsewhere University counts for 4 ECTS credits (it states 8 unstated credits)" in page
    assert "each unstated credit counts as 1/2 ECTS credits" in page


def test_a_larger_part_that_is_missing_can_be_planned(
    client: Client, college: College, badges: list[DefinitionVersion], learner: Person
) -> None:
    certificate = make_stack(college, badges[:2], "Working with Data")
    programme = make_stack(college, [certificate, badges[2]], "Data Programme")
    give(college, badges[2], learner)
    client.force_login(learner)
    page = client.get(reverse("journeys:stack", args=[programme.definition.slug])).text
    assert f"{reverse('journeys:new_goal')}?stack={certificate.definition.slug}" in page


def test_issuers_and_skills_are_called_by_their_names(client: Client, college: College, learner: Person) -> None:
    skill = Skill.objects.create(
        framework=Framework.objects.create(name="ESCO", version="1.2"),
        uri="http://skills.example/solder",
        name="soldering",
    )
    other = make_college("Elm College")
    thesis = make_version(other, title="Thesis")
    own = {"kind": "counting_only", "filter": {"issuers": [college.organisation.slug]}}
    version = ruled(college, {"kind": "all_of", "of": [
        {**own, "of": {"kind": "award_of", "achievement": achievement_id(thesis)}},
        {"kind": "skills_covered", "framework": "ESCO", "skills": [skill.uri]},
    ]})  # fmt: skip
    stranger = client.get(reverse("journeys:stack", args=[version.definition.slug])).text
    give(other, thesis, learner)
    client.force_login(learner)
    for page in (stranger, client.get(reverse("journeys:stack", args=[version.definition.slug])).text):
        assert f"Counting only awards from {college.organisation}" in page
        assert "soldering" in page
        assert skill.uri not in page
    assert "comes from Elm College, so it does not serve “Earn Thesis”" in page


def test_whoever_holds_the_whole_is_told_so_and_not_offered_it_as_a_goal(
    client: Client, college: College, badges: list[DefinitionVersion], learner: Person
) -> None:
    version = make_stack(college, badges[:1], "Working with Data")
    client.force_login(learner)
    address = reverse("journeys:stack", args=[version.definition.slug])
    assert "Make this my goal" in client.get(address).text
    give(college, badges[0], learner)
    page = client.get(address).text
    assert "It was awarded to you on" in page
    assert "Make this my goal" not in page


def test_my_path_draws_the_stacks_that_are_under_way(
    client: Client, college: College, badges: list[DefinitionVersion], learner: Person
) -> None:
    make_stack(college, badges, "Working with Data")
    give(college, badges[0], learner)
    client.force_login(learner)
    page = client.get(reverse("journeys:path")).text
    assert "Working with Data" in page
    assert "missing, next" in page


def test_a_verified_credential_of_another_issuer_counts_and_one_that_failed_does_not(
    college: College, badges: list[DefinitionVersion], learner: Person
) -> None:
    version = ruled(
        college, {"kind": "credits_at_least", "amount": 7.5, "scheme": "ects", "filter": {"tags": ["data"]}}
    )
    own = give(college, badges[0], learner)
    elsewhere = external(learner)
    found = weigh(version, learner, LATER)
    assert found.met
    assert set(found.document["used"]) == {str(own.pk), f"external:{elsewhere.pk}"}
    elsewhere.standing = "failed"
    elsewhere.save()
    assert weigh(version, learner, LATER).document["used"] == [str(own.pk)]


def test_bringing_the_last_part_from_elsewhere_completes_a_stack_and_losing_it_asks_a_person(
    college: College, badges: list[DefinitionVersion], learner: Person
) -> None:
    rule = all_of(badges[0])
    rule["of"].append({"kind": "award_of", "achievement": "https://elsewhere.example/statistics"})
    version = ruled(college, rule)
    own = give(college, badges[0], learner)
    assert not Award.objects.filter(version=version).exists()
    brought = external(learner, checked_at=LATER)  # just now, so that nobody is asked again
    facts.announce(facts.HoldingsChanged(person_id=learner.pk, at=LATER))
    whole = Award.objects.get(version=version, holder=learner)
    assert list(whole.parts.all()) == [own]
    brought.delete()
    facts.announce(facts.HoldingsChanged(person_id=learner.pk, at=LATER))
    whole.refresh_from_db()
    assert whole.state == Award.State.AWARDED
    [question] = StackQuestion.objects.all()
    assert (question.stacked, question.component) == (whole, None)


def test_what_an_award_says_reaches_the_rule(college: College, learner: Person) -> None:
    version = make_version(
        college, title="Placement", tags=["Placement"], workload_hours=Decimal("120.5"), field_of_study="52.0201",
        credits=Decimal(3), credit_scheme="ects", level=5, level_framework="eqf",
    )  # fmt: skip
    award = give(college, version, learner)
    Award.objects.filter(pk=award.pk).update(results=[{"criterion": "reads", "level": "meets", "points": 2}] * 2)
    [value] = holdings.values_of(holdings.awards_of(learner))
    assert (value.source, value.grade, value.hours) == ("direct", "4", Decimal("120.50"))
    assert value.subjects == {"52", "52.02", "52.0201"}
    assert str(value.level) == "eqf level 5"


def test_only_the_stacks_that_an_award_can_touch_are_looked_at(
    college: College, badges: list[DefinitionVersion], learner: Person, django_assert_max_num_queries: Any
) -> None:
    mine = make_stack(college, badges[:2], "Working with Data")
    tagged = ruled(college, {"kind": "awards_at_least", "count": 2, "filter": {"tags": ["data"]}}, "Any Data")
    ruled(college, {"kind": "awards_at_least", "count": 2, "filter": {"tags": ["welding"]}}, "Any Welding")
    make_stack(college, [badges[2]], "Stories")
    award = give(college, badges[0], learner)
    assert [version.pk for version in queries.stacks_touched_by(award)] == [tagged.pk, mine.pk]
    keys = set(StackPart.objects.filter(version=mine).values_list("key", flat=True))
    assert keys == {str(badge.definition.uid) for badge in badges[:2]}
    for number in range(6):
        make_stack(college, [badges[2]], f"Stories {number}")
    with django_assert_max_num_queries(12):
        queries.stacks_touched_by(award)


def test_the_two_versions_are_compared_for_this_learner_and_choosing_is_on_the_trail(
    client: Client, college: College, badges: list[DefinitionVersion], learner: Person
) -> None:
    old = ruled(college, all_of(*badges[:2]))
    give(college, badges[0], learner)
    new = revised(college, old, {"kind": "any_n", "n": 1, "of": all_of(*badges)["of"]})
    slug = old.definition.slug
    found = compare_versions(person=learner, slug=slug, at=LATER)
    assert (found.mine, found.newer) == (old, new)
    assert (found.mine_document["percent"], found.newer_document["percent"]) == (50, 100)
    assert found.only_newer == ("One of these 3", "Earn Telling Stories")
    assert found.only_mine == ("All of these",)
    client.force_login(learner)
    assert reverse("journeys:choose_version", args=[slug]) in client.get(reverse("journeys:stack", args=[slug])).text
    page = client.get(reverse("journeys:choose_version", args=[slug])).text
    assert "Earn Telling Stories" in page
    answer = client.post(reverse("journeys:choose_version", args=[slug]), {"number": new.number})
    assert answer.status_code == 302
    assert queries.followed(learner) == {old.definition_id: new}
    assert Award.objects.filter(version=new, holder=learner).count() == 1  # it was complete under the new one
    event = AuditEvent.objects.get(action="stack.version_chosen")
    assert (event.actor, event.details) == (learner.uid, {"from": 1, "to": 2})
    with pytest.raises(NotFound):
        choose_version(person=learner, slug=slug, number=new.number, at=LATER)


def test_a_version_that_was_not_shown_is_not_chosen(
    college: College, badges: list[DefinitionVersion], learner: Person
) -> None:
    old = ruled(college, all_of(*badges[:2]))
    give(college, badges[0], learner)
    revised(college, old, all_of(*badges))
    with pytest.raises(Conflict, match="newer version than the one you were shown"):
        choose_version(person=learner, slug=old.definition.slug, number=7, at=LATER)
    assert queries.followed(learner) == {old.definition_id: old}


def test_after_choosing_awards_count_under_the_new_version_only(
    college: College, badges: list[DefinitionVersion], learner: Person
) -> None:
    old = ruled(college, all_of(*badges[:2]))
    give(college, badges[0], learner)
    new = revised(college, old, all_of(*badges))
    choose_version(person=learner, slug=old.definition.slug, number=new.number, at=LATER)
    give(college, badges[1], learner, days=6)
    assert not Award.objects.filter(version__definition=old.definition_id).exists()
    rows = dict(StackProgress.objects.values_list("version", "state"))
    assert rows == {old.pk: "partly", new.pk: "partly"}
    assert StackProgress.objects.get(version=new).percent == 66
    give(college, badges[2], learner, days=7)
    assert Award.objects.get(version__definition=old.definition_id).version == new


def test_agreements_give_awards_that_count_and_name_where_they_come_from(
    college: College, badges: list[DefinitionVersion], learner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cairn.journeys import held
    from cairn.stacking.articulation import Agreement, Term

    giver = make_college("Giver College")
    course = make_version(giver, title="Statistics One")
    version = make_stack(college, badges[:1], "Working with Data")
    agreement = Agreement(
        id="a1", version="1", giver=giver.organisation.slug, receiver=college.organisation.slug,
        terms=(Term(id="1", achievements=(achievement_id(course),), toward=achievement_id(badges[0]), credits=Decimal(3), scheme="ects"),),
    )  # fmt: skip

    class Rows(list[Any]):
        def filter(self, **_: Any) -> Rows:
            return self

    class Agreed:
        uid = "a1"

    monkeypatch.setattr(held, "rows_in_force", lambda *_, **__: Rows([Agreed()]))
    monkeypatch.setattr(held, "as_agreement", lambda _: agreement)
    award = give(giver, course, learner)
    [value] = [one for one in held_by(learner, version, LATER).awards if one.basis]
    assert value.achievement == achievement_id(badges[0])
    assert [found.pk for found in queries.stacks_touched_by(award)] == [version.pk]
    whole = Award.objects.get(version=version, holder=learner)
    assert list(whole.parts.all()) == [award]
