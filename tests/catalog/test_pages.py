"""The pages, for each kind of person: what they show, what they admit not to know, and whom they turn away."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.catalog.factories import (
    AT,
    Team,
    approval,
    imported,
    member,
    need,
    occupation,
    organisation,
    outcome,
    person,
    provider,
    skill,
    taught,
)

from cairn.catalog import services
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.templatetags.catalog import whole_money
from cairn.people.models import Role
from cairn.skills.models import Framework, Skill

pytestmark = pytest.mark.django_db


def page(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def programme() -> DefinitionVersion:
    school = provider()
    approval(school)
    outcome(school, 2, completers=12, earners=None, mean_quarterly_wage=None)
    occupation("Welders")
    version = imported(by=school)
    taught(version, skill("Reading drawings"))
    return version


# --- search ------------------------------------------------------------------------------------------------------------------


def test_search_finds_with_a_typo_and_says_what_is_not_stated(client: Client, programme: DefinitionVersion) -> None:
    imported("Silent welding", offer={"price_total": None})
    shown = page(client.get(reverse("catalog:search"), {"q": "weldng"}))
    assert "Combination welding" in shown
    assert "$4,200" in shown
    assert "not stated" in shown


def test_with_htmx_only_the_part_that_changes_is_sent(client: Client, programme: DefinitionVersion) -> None:
    whole = client.get(reverse("catalog:search"), {"q": "welding"})
    part = client.get(reverse("catalog:search"), {"q": "welding"}, headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert page(part).startswith('<div id="catalogue"')
    assert "HX-Request" in part["Vary"]
    back = client.get(reverse("catalog:search"), headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back.content.decode()


def test_an_empty_answer_says_what_to_do(client: Client, programme: DefinitionVersion) -> None:
    assert "Nothing matches" in page(client.get(reverse("catalog:search"), {"q": "xyzzy"}))


def test_what_is_ticked_for_comparing_stays_in_the_address(client: Client, programme: DefinitionVersion) -> None:
    slug = programme.definition.slug
    shown = page(client.get(reverse("catalog:search"), {"q": "xyzzy", "c": [slug, "gone"]}))
    assert f'href="/compare/?c={slug}"' in shown


@pytest.mark.parametrize(
    "question", ["?page=x", "?page=-1", "?sort=&type=&price=cheap", "?q=%27&c=%27", "?q=" + "x" * 5000]
)
def test_strange_questions_are_answered(client: Client, programme: DefinitionVersion, question: str) -> None:
    assert client.get(reverse("catalog:search") + question).status_code == 200


# --- one credential ----------------------------------------------------------------------------------------------------------


def test_an_imported_programme_shows_facts_and_unknowns_with_their_sources(
    client: Client, programme: DefinitionVersion
) -> None:
    shown = page(client.get(reverse("catalog:credential", args=[programme.definition.slug])))
    for told in (
        "$4,200", "240 hours", "Camden Welding School", "New Jersey Eligible Training Provider List", "71.9%", "suppressed",
        "Fewer than 30 people", "Wages shown are for all people in this occupation", "This isn't the effect of the credential",
        "Likely, judging by the field of study alone", "not stated", "of 11", "Unknown is not zero",
    ):  # fmt: skip
        assert told in shown, told
    assert "Enrol<" not in shown


def test_a_field_without_outcomes_says_so(client: Client) -> None:
    shown = page(client.get(reverse("catalog:credential", args=[imported().definition.slug])))
    assert "No outcome data published for this credential." in shown


def test_our_own_badge_shows_its_rubric_and_its_awarding_body(client: Client) -> None:
    version, _ = Team().offered(level=3, level_framework="eqf")
    shown = page(client.get(reverse("catalog:credential", args=[version.definition.slug])))
    for told in (
        "Name the symbols of a weld drawing",
        "Reading drawings",
        "required",
        "Harbour College",
        "Awarded here",
        "EQF 3",
        "11 of 11",
    ):
        assert told in shown, told


def test_recognition_is_labelled(client: Client) -> None:
    version = Team().published(rubric=None, assessment_type="", outcomes=[{"text": "Take part in a harbour clean-up"}])
    assert "Recognition, not assessed" in page(
        client.get(reverse("catalog:credential", args=[version.definition.slug]))
    )


def test_a_stack_is_drawn_with_its_parts_as_links(client: Client) -> None:
    team = Team()
    part = team.published(title="Fillet welds")
    rule = {"kind": "all_of", "of": [{"kind": "award_of", "achievement": achievement_id(part)},
                                     {"kind": "credits_at_least", "amount": 3, "scheme": "ECTS"}]}  # fmt: skip
    stack = team.published(type="certificate", title="Practical welding", requirement=rule, rubric=None, assessment_type="",
                           outcomes=[{"text": "Weld simple parts from a drawing"}])  # fmt: skip
    shown = page(client.get(reverse("catalog:credential", args=[stack.definition.slug])))
    assert "<svg" in shown
    assert reverse("catalog:credential", args=[part.definition.slug]) in shown
    assert "Practical welding" in page(client.get(reverse("catalog:credential", args=[part.definition.slug])))


def test_words_of_strangers_are_never_markup(client: Client) -> None:
    evil = "<script>alert(1)</script>"
    version = imported(
        f"Welding {evil}", provider(f"School {evil}"), leads_to=evil, criteria=f"[x](javascript:alert(1)) {evil}"
    )
    for address in (
        reverse("catalog:credential", args=[version.definition.slug]), reverse("catalog:provider", args=[version.definition.provider.slug]),
        reverse("catalog:search"), reverse("catalog:compare") + f"?c={version.definition.slug}",
    ):  # fmt: skip
        shown = page(client.get(address))
        assert evil not in shown
        assert 'href="javascript:' not in shown


@pytest.mark.parametrize("address", ["/catalogue/nothing/", "/providers/nothing/", "/catalogue/nothing/versions/3/"])
def test_what_is_not_there_says_so_with_a_next_step(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "search the catalogue" in page(answer)


def test_drafts_are_not_shown_to_anybody_in_the_catalogue(client: Client) -> None:
    team = Team()
    version = team.draft()
    client.force_login(team.designer)
    assert client.get(reverse("catalog:credential", args=[version.definition.slug])).status_code == 404


def test_a_suspended_credential_can_still_be_read(client: Client) -> None:
    team = Team()
    version = services.suspend(version=team.published(), by=team.publisher, at=AT, reason="An outcome is wrong.")
    assert "Suspended" in page(client.get(reverse("catalog:credential", args=[version.definition.slug])))


# --- side by side and providers ----------------------------------------------------------------------------------------------


def test_a_comparison_marks_differences_and_shows_every_unknown(client: Client, programme: DefinitionVersion) -> None:
    ours = Team().published()
    shown = page(client.get(reverse("catalog:compare"), {"c": [programme.definition.slug, ours.definition.slug]}))
    for told in (
        "suppressed",
        "not stated",
        'class="differs"',
        "What is not known",
        "Wages shown are for all people in this occupation",
        "$17.50",
    ):
        assert told in shown, told
    fewer = page(
        client.get(
            reverse("catalog:compare"), {"c": [programme.definition.slug, ours.definition.slug], "only": "differences"}
        )
    )
    assert len(fewer) < len(shown)


def test_skills_are_held_against_an_occupation(client: Client, programme: DefinitionVersion) -> None:
    welder = occupation("Welders")
    need(welder, skill("Reading drawings"), "2")
    need(welder, skill("Welding"), "3")
    shown = page(client.get(reverse("catalog:compare"), {"c": programme.definition.slug, "for": welder.code}))
    assert "Skills against your goal" in shown
    assert "1 of 2 reached" in shown
    assert "Skills against your goal" not in page(
        client.get(reverse("catalog:compare"), {"c": programme.definition.slug, "for": "nothing"})
    )


def test_a_comparison_of_nothing_of_too_many_and_of_what_is_gone(client: Client) -> None:
    assert "Nothing to compare yet" in page(client.get(reverse("catalog:compare")))
    slugs = [imported(f"Course {number}").definition.slug for number in range(6)]
    shown = page(client.get(reverse("catalog:compare"), {"c": slugs}))
    assert "At most five" in shown
    assert "Course 5" not in shown
    assert "not in the catalogue any more" in page(client.get(reverse("catalog:compare"), {"c": [slugs[0], "gone"]}))


def test_the_table_can_be_taken_along_and_holds_no_formulas(client: Client, programme: DefinitionVersion) -> None:
    formula = imported("=HYPERLINK(1)")
    answer = client.get(reverse("catalog:compare_csv"), {"c": [programme.definition.slug, formula.definition.slug]})
    rows = {row[0]: row for row in csv.reader(io.StringIO(answer.content.decode()))}
    assert rows["Price"][1:3] == ["$4,200", "New Jersey Eligible Training Provider List, 2021"]
    assert rows["Mean earnings a quarter, after half a year"][1] == "suppressed"
    assert rows[""][4] == "'=HYPERLINK(1)"
    assert rows[""][2:4] == [f"{rows[''][1]}: source", f"{rows[''][1]}: note"]
    assert rows["What it leads to"][4:6] == ["not stated", ""]  # nobody says that


def test_what_costs_nothing_is_free_and_no_card_says_a_place_twice(client: Client) -> None:
    for name in ("Shore School - Iselin", "Miselin", "Shore School"):
        imported(
            "Welding", provider(name, city="Iselin"), offer={"price_total": 0, "currency": "MXN", "city": "Iselin"}
        )
    shown = page(client.get(reverse("catalog:search")))
    assert "MXN 0" not in shown
    assert shown.count("free</span>") == 3
    assert [f"<p class=\"soft small\">{told}</p>" in shown for told in (
        "Shore School - Iselin", "Miselin · Iselin", "Shore School · Iselin")] == [True] * 3  # fmt: skip
    slug = DefinitionVersion.objects.latest("pk").definition.slug
    assert "<dt>Price</dt><dd>free</dd>" in page(client.get(reverse("catalog:credential", args=[slug])))


def test_what_was_worked_out_with_guesses_is_told_to_whole_units() -> None:
    assert [whole_money(Decimal(one)) for one in ("492.97", "-1236.48", "0.2")] == [
        "$493",
        "\N{MINUS SIGN}$1,236",
        "$0",
    ]
    assert whole_money(Decimal("9472.4"), "EUR") == "€9,472"
    assert "not stated" in whole_money(None)


def test_a_provider_shows_who_approves_it_and_what_became_of_learners(
    client: Client, programme: DefinitionVersion
) -> None:
    shown = page(client.get(reverse("catalog:provider", args=[programme.definition.provider.slug])))
    for told in (
        "New Jersey Eligible Training Provider List",
        "Combination welding",
        "Welding technology",
        "71.9%",
        "suppressed",
    ):
        assert told in shown, told


# --- the desk ----------------------------------------------------------------------------------------------------------------

FORM = {
    "title": "Grinding and finishing", "type": "badge", "description": "For welders.", "outcomes": "Grind a weld flush -> 1",
    "rubric": "Grinding\n- Not yet: leaves a ridge\n* Meets: flush", "assessment_type": "Observed task", "workload_hours": "8",
    "participation": "onsite",
}  # fmt: skip


def test_a_definition_is_written_reviewed_published_and_offered_at_the_desk(client: Client) -> None:
    team = Team()
    client.force_login(team.designer)
    answer = client.post(reverse("catalog:author_new"), FORM | {"organisation": team.organisation.slug})
    version = DefinitionVersion.objects.get()
    assert answer.url == reverse("catalog:author_definition", args=[version.pk])
    assert version.rubric["criteria"][0]["required"] == "meets"
    assert version.outcomes[0]["assessed_by"] == ["grinding"]
    edit = reverse("catalog:author_edit", args=[version.pk])
    assert "Grind a weld flush -&gt; 1" in page(client.get(edit))
    client.post(edit, FORM | {"title": "Grinding welds"})
    steps = reverse("catalog:author_step", args=[version.pk])
    client.post(steps, {"step": "submit"})
    client.post(steps, {"step": "approve"})
    version.refresh_from_db()
    assert (version.title, version.state) == ("Grinding welds", "in_review")
    client.force_login(team.reviewer)
    assert "Waiting for your review" in page(client.get(reverse("catalog:author_definitions")))
    client.post(steps, {"step": "approve"})
    client.force_login(team.publisher)
    assert "Ready to publish" in page(client.get(reverse("catalog:author_definitions")))
    client.post(steps, {"step": "publish"})
    client.post(reverse("catalog:author_offer", args=[version.pk]), {"currency": "usd", "price_tuition": "95.50"})
    version.refresh_from_db()
    offer = version.offers.get()
    assert (version.state, offer.state, offer.price_total, offer.currency) == ("published", "open", 95_50, "USD")
    client.post(reverse("catalog:author_offer", args=[version.pk]), {"close": str(offer.pk)})
    offer.refresh_from_db()
    assert offer.state == "closed"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rubric": "- Not yet: x"}, "Line 1 is a level before any criterion"),
        ({"rubric": "Grinding\n- Not yet: x\n- Meets: y"}, "no required level"),
        ({"outcomes": "Grind -> 7"}, "names criterion 7"),
        ({"skills": "Underwater basket weaving"}, "There is no skill"),
        ({"skills": "Welding = 9"}, "Levels run from 1 to 7"),
        ({"rule": "{"}, "This is not JSON"),
        ({"rule": '{"kind": "all_of", "of": []}'}, "nothing in this group"),
        ({"parts": "no-such-badge"}, "no published credential"),
        ({"title": ""}, "required"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_comes_back_with_the_reason_and_nothing_is_saved(
    client: Client, change: dict[str, str], told: str
) -> None:
    skill("Welding")
    client.force_login(Team().designer)
    answer = client.post(reverse("catalog:author_new"), FORM | change)
    assert answer.status_code == 200
    assert told in page(answer)
    assert not DefinitionVersion.objects.exists()


def test_a_stack_can_be_written_as_a_list_of_pages(client: Client) -> None:
    team = Team()
    parts = [team.published(title=title) for title in ("Fillet welds", "Safe hot work", "Grinding welds")]
    client.force_login(team.designer)
    listed = "\n".join(f"http://localhost:8000/catalogue/{part.definition.slug}/" for part in parts)
    client.post(reverse("catalog:author_new"), FORM | {"type": "certificate", "parts": listed, "parts_needed": "2"})
    version = DefinitionVersion.objects.get(title="Grinding and finishing")
    assert version.requirement == {
        "kind": "any_n",
        "n": 2,
        "of": [{"kind": "award_of", "achievement": achievement_id(part)} for part in parts],
    }
    assert "safe-hot-work" in page(client.get(reverse("catalog:author_edit", args=[version.pk])))


def test_completeness_is_shown_while_writing_and_nothing_is_written(client: Client) -> None:
    team = Team()
    client.force_login(team.designer)
    shown = page(client.post(reverse("catalog:author_completeness"), FORM | {"organisation": team.organisation.slug}))
    assert "Level of the learning experience" in shown
    assert "Write the level in a framework" in shown
    assert "Learning outcomes" not in shown
    assert not DefinitionVersion.objects.exists()


def test_the_desk_turns_away_whoever_has_nothing_to_do_there(client: Client) -> None:
    team = Team()
    version = team.draft()
    addresses = [
        reverse("catalog:author_definitions"),
        reverse("catalog:author_new"),
        reverse("catalog:author_definition", args=[version.pk]),
    ]
    for address in addresses:
        assert client.get(address).status_code == 302
    for stranger in (
        person(),
        member(organisation("Elsewhere"), Role.ASSESSOR),
        member(team.organisation, Role.ASSESSOR),
    ):
        client.force_login(stranger)
        assert [client.get(address).status_code for address in addresses] == [403, 403, 404]
    client.force_login(Team("Elsewhere too").designer)
    assert client.get(addresses[2]).status_code == 404
    assert client.post(reverse("catalog:author_step", args=[version.pk]), {"step": "submit"}).status_code == 404


def test_an_unready_definition_says_what_to_mend(client: Client) -> None:
    team = Team()
    version = team.draft(outcomes=[{"text": "Understand welding", "assessed_by": ["reading"]}])
    client.force_login(team.designer)
    assert "nobody can observe" in page(client.get(reverse("catalog:author_definition", args=[version.pk])))
    after = client.post(reverse("catalog:author_step", args=[version.pk]), {"step": "submit"}, follow=True)
    assert "not ready for review" in page(after)


def test_a_published_definition_cannot_be_edited_and_is_renewed_instead(client: Client) -> None:
    team = Team()
    version = team.published(workload_hours=Decimal(12))
    client.force_login(team.designer)
    assert client.get(reverse("catalog:author_edit", args=[version.pk])).status_code == 302
    answer = client.post(reverse("catalog:author_step", args=[version.pk]), {"step": "new_version"})
    copy = DefinitionVersion.objects.get(number=2)
    assert answer.url == reverse("catalog:author_edit", args=[copy.pk])


def test_the_operator_can_look_at_versions_but_not_change_them(admin_client: Client) -> None:
    version = Team().published()
    address = reverse("admin:catalog_definitionversion_change", args=[version.pk])
    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, {"title": "Else"}).status_code == 403
    assert admin_client.get(reverse("admin:catalog_definitionversion_add")).status_code == 403


def test_skills_are_suggested_while_writing_and_only_ticked_ones_are_added(client: Client) -> None:
    team = Team()
    client.force_login(team.designer)
    esco = Framework.objects.create(slug="esco", name="ESCO", version="1", publisher="x", licence="x")
    for name in ("welding techniques", "ethics"):
        Skill.objects.create(framework=esco, uri=f"urn:{name.split()[0]}", name=name, kind="knowledge")
    written = FORM | {"title": "Ethics and welding techniques", "description": "For all.", "rubric": "", "outcomes": ""}
    written |= {"organisation": team.organisation.slug}
    page = client.post(reverse("catalog:author_skills"), written)
    text = page.content.decode()
    assert 'name="suggested" value="urn:ethics"' in text
    assert 'name="suggested" value="urn:welding"' in text
    assert "Ethics and welding techniques" in text, "the form comes back as it was sent"
    assert not DefinitionVersion.objects.exists()
    client.post(
        reverse("catalog:author_new"), written | {"suggested": ["urn:welding"], "not_suggested": ["urn:ethics Ethics"]}
    )
    version = DefinitionVersion.objects.get()
    assert [one.skill.uri for one in version.skills.all()] == ["urn:welding"]
    again = client.post(reverse("catalog:author_skills"), written, headers={"HX-Request": "true"}).content.decode()
    assert "urn:ethics" not in again
    assert "<form" not in again
