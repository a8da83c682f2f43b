"""What is needed beforehand, bundles and discounts: who may make them, exact money, pages, programs, and the planner's rows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.factories import AT, Team, imported, member, skill, taught

from cairn.catalog import queries, services, writing_prices
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import Bundle, DefinitionVersion, Discount, Offer
from cairn.catalog.prerequisites import CredentialBefore, SkillBefore, read_requires, written
from cairn.catalog.queries import offers_for_planning
from cairn.catalog.queries.prices import planned_discounts
from cairn.errors import Conflict, Invalid, NotAllowed, RequirementsUnmet
from cairn.people.models import AuditEvent, Role
from cairn.planning import SkillLevel

pytestmark = pytest.mark.django_db
ON = AT.date()


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def two(team: Team) -> tuple[Offer, Offer]:
    """Two open offers of the team's, of 95 and 200 dollars."""
    return team.offered()[1], team.offered(200_00, title="Reading maps of ships")[1]


def bundle(team: Team, offers: Any, **fields: Any) -> Bundle:
    given: dict[str, Any] = {"title": "Both together", "price": 250_00, "currency": "USD"} | fields
    return services.create_bundle(organisation=team.organisation, by=team.designer, at=AT, offers=offers, **given)


def discount(team: Team, offer: Offer, held: DefinitionVersion, **fields: Any) -> Discount:
    terms = {"title": "For our own", "credentials": [[achievement_id(held)]]} | (fields or {"percent": 10})
    return services.create_discount(offer=offer, by=team.designer, at=AT, **terms)


# --- what is needed beforehand -------------------------------------------------------------------------------------------------


def test_lines_are_read_as_skills_and_credentials_and_written_back(team: Team) -> None:
    welding, sales = skill("Welding"), skill("Sales or marketing")
    badge = team.published()
    text = f"Welding = 2.5 or {badge.definition.slug}\nSales or marketing = 1\nhttps://elsewhere.example/achievements/9"
    groups = writing_prices.read_requires_text(text)
    assert groups == (
        (SkillBefore(welding.uri, 3), CredentialBefore(achievement_id(badge))),
        (SkillBefore(sales.uri, 1),),
        (CredentialBefore("https://elsewhere.example/achievements/9"),),
    )
    assert writing_prices.read_requires_text(writing_prices.requires_text(groups)) == groups
    assert read_requires(written(groups)) == groups


@pytest.mark.parametrize(
    "document",
    [
        None, {}, [[]], [["x"]], [[{}]], [[{"skill": ""}]], [[{"skill": "u", "level": 0}]], [[{"skill": "u", "level": 8}]],
        [[{"skill": "u", "level": True}]], [[{"skill": "u", "level": 1.5}]], [[{"achievement": 3}]], [[{"achievement": "a" * 501}]],
        [[{"achievement": "a", "more": 1}]], [[{"achievement": "a"}] * 21], [[{"achievement": "a"}]] * 13,
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_what_cannot_be_weighed_is_not_stored(document: Any) -> None:
    with pytest.raises(Invalid):
        read_requires(document)


BEFORE = st.one_of(
    st.builds(SkillBefore, st.text("abc:/", min_size=1), st.integers(1, 7)),
    st.builds(CredentialBefore, st.text("abc:/", min_size=1)),
)


@given(st.lists(st.lists(BEFORE, min_size=1, max_size=5, unique=True).map(tuple), max_size=5).map(tuple))
def test_what_is_written_is_read_again(groups: Any) -> None:
    assert read_requires(written(groups)) == groups


def test_a_published_version_keeps_what_it_asks_for_and_a_new_one_takes_it_along(team: Team) -> None:
    asked = [[{"skill": skill().uri, "level": 2}]]
    version = team.published(requires=asked)
    version.requires = []
    with pytest.raises(Conflict, match="never changes"):
        version.save()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_definitionversion SET requires = '[]' WHERE id = %s", [version.pk])
    fresh = DefinitionVersion.objects.get(pk=version.pk)
    assert services.new_version(version=fresh, by=team.designer, at=AT).requires == asked


def test_a_stack_asks_in_its_rule_and_nothing_asks_for_itself(team: Team) -> None:
    part = team.published()
    rule = {"kind": "all_of", "of": [{"kind": "award_of", "achievement": achievement_id(part)}]}
    asked = [[{"achievement": achievement_id(part)}]]
    stack = team.draft(title="Welding put together", type="certificate", requirement=rule, rubric=None, requires=asked)
    with pytest.raises(RequirementsUnmet) as refused:
        services.submit_for_review(version=stack, by=team.designer, at=AT)
    assert any("nobody enrols in a stack" in one for one in refused.value.facts["missing"])
    draft = team.draft(title="Round and round")
    own = [[{"achievement": achievement_id(draft)}]]
    services.revise_draft(version=draft, by=team.designer, at=AT, requires=own)
    draft.refresh_from_db()
    assert any("asks for itself" in one for one in services.problems_of(draft))


# --- bundles and discounts -----------------------------------------------------------------------------------------------------


def test_a_bundle_is_offers_of_one_provider_in_one_currency_for_less(team: Team, two: tuple[Offer, Offer]) -> None:
    made = bundle(team, two)
    assert (made.price, made.currency, set(made.offers.all())) == (250_00, "USD", set(two))
    assert AuditEvent.objects.filter(action="bundle.created", object_id=str(made.pk)).exists()
    other = Team("Other College").offered()[1]
    euro = services.create_offer(version=two[0].version, by=team.designer, at=AT, price_tuition=50_00, currency="EUR")
    unpriced = services.create_offer(version=two[0].version, by=team.designer, at=AT)
    for offers, price, why in [
        ([two[0]], 10_00, "two offers"),
        ([two[0], two[0]], 10_00, "two offers"),
        (two, 295_00, "saves nothing"),
        ([two[0], other], 100_00, "no offer of"),
        ([two[0], euro], 100_00, "EUR"),
        ([two[0], unpriced], 50_00, "no price"),
    ]:
        with pytest.raises(Invalid, match=why):
            bundle(team, offers, price=price)
    with pytest.raises(Invalid, match="before it begins"):
        bundle(team, two, from_on=ON, until_on=ON - timedelta(1))
    for nobody in (team.reviewer, member(Team("Third College").organisation, Role.DESIGNER)):
        with pytest.raises(NotAllowed):
            services.create_bundle(
                organisation=team.organisation, by=nobody, at=AT, title="x", offers=two, price=1, currency="USD"
            )
        with pytest.raises(NotAllowed):
            services.end_bundle(bundle=made, by=nobody, at=AT)
    services.end_bundle(bundle=made, by=team.publisher, at=AT)
    with pytest.raises(Conflict):
        services.end_bundle(bundle=made, by=team.publisher, at=AT)


def test_a_discount_is_a_percentage_or_an_amount_and_never_more_than_the_price(
    team: Team, two: tuple[Offer, Offer]
) -> None:
    held = two[1].version
    tenth = discount(team, two[0], held)
    assert tenth.taken_off(95_00) == 9_50
    assert tenth.taken_off(99) == 9
    assert discount(team, two[0], held, amount=85_00).taken_off(95_00) == 85_00
    with pytest.raises(Invalid, match="more than its price"):
        discount(team, two[0], held, amount=51)
    refused: list[tuple[dict[str, Any], str]] = [
        ({"percent": 10, "amount": 5}, "one of the two"),
        ({"title": "x"}, "one of the two"),
        ({"percent": 101}, "more than everything"),
        ({"amount": 0}, "takes nothing off"),
        ({"percent": 1, "credentials": []}, "Name the credentials"),
        ({"percent": 1, "credentials": [[]]}, "Group 1"),
    ]
    for terms, why in refused:
        with pytest.raises(Invalid, match=why):
            discount(team, two[0], held, **terms)
    for nobody in (team.reviewer, member(Team("Third College").organisation, Role.DESIGNER)):
        with pytest.raises(NotAllowed):
            services.end_discount(discount=tenth, by=nobody, at=AT)
    services.end_discount(discount=tenth, by=team.designer, at=AT)
    discount(team, two[0], held, amount=51)
    with pytest.raises(IntegrityError), transaction.atomic():
        Discount.objects.filter(pk=tenth.pk).update(amount=5)


@given(price=st.integers(0, 10**9), percent=st.integers(1, 100))
def test_a_percentage_never_promises_a_part_of_a_cent(price: int, percent: int) -> None:
    off = Discount(percent=percent).taken_off(price)
    assert off * 100 <= price * percent < (off + 1) * 100


# --- pages and programs --------------------------------------------------------------------------------------------------------


def test_a_designer_makes_and_ends_bundles_and_discounts_on_pages(team: Team, two: tuple[Offer, Offer]) -> None:
    client = Client()
    client.force_login(team.designer)
    page = "/desk/provider/definitions/bundles/"
    assert "No bundles yet" in client.get(page).text
    chosen = {"title": "Both together", "offers": [offer.pk for offer in two], "price": "250"}
    assert "saves nothing" in client.post(page, {**chosen, "price": "295"}).text
    assert "no more" in client.post(page, {**chosen, "price": "9.999"}).text
    assert client.post(page, chosen).status_code == 302
    made = Bundle.objects.get()
    assert (made.price, "$250 instead of $295" in client.get(page).text) == (250_00, True)
    shown = Client().get(f"/catalogue/{two[0].version.definition.slug}/").text
    assert "the bundle saves $45" in " ".join(shown.split())

    page = f"/desk/provider/definitions/offers/{two[0].pk}/discounts/"
    assert page in client.get(f"/desk/provider/definitions/{two[0].version_id}/").text
    terms = {"title": "For our own", "percent": "10", "credentials": two[1].version.definition.slug}
    assert "no published credential" in client.post(page, {**terms, "credentials": "nothing-here"}).text
    assert client.post(page, terms).status_code == 302
    assert "$9.50 less (10%)" in client.get(page).text
    shown = Client().get(f"/catalogue/{two[0].version.definition.slug}/").text
    assert "$9.50 less (10% of $95) for whoever holds" in " ".join(shown.split())

    told = Client().get(f"/api/v1/catalogue/credentials/{two[0].version.definition.slug}").json()
    assert [(one["saves"], one["price"]) for one in told["bundles"]] == [(45_00, 250_00)]
    assert [(one["off"], one["percent"]) for one in told["discounts"]] == [(9_50, 10)]

    client.post(page, {"end": Discount.objects.get().pk})
    client.post("/desk/provider/definitions/bundles/", {"end": made.pk})
    assert Discount.objects.get().ended_at
    assert Bundle.objects.get().ended_at
    shown = Client().get(f"/catalogue/{two[0].version.definition.slug}/").text
    assert "Cheaper together" not in shown
    assert "Less for some" not in shown


def test_other_people_find_nothing_at_these_desks(team: Team, two: tuple[Offer, Offer]) -> None:
    client = Client()
    assert client.get("/desk/provider/definitions/bundles/").status_code == 302
    client.force_login(member(Team("Other College").organisation, Role.DESIGNER))
    assert client.get(f"/desk/provider/definitions/offers/{two[0].pk}/discounts/").status_code == 404
    made = bundle(team, two)
    assert client.post("/desk/provider/definitions/bundles/", {"end": made.pk}).status_code == 404
    client.force_login(team.reviewer)
    assert client.get("/desk/provider/definitions/bundles/").status_code == 403
    page = f"/desk/provider/definitions/offers/{two[0].pk}/discounts/"
    assert "A new discount" not in client.get(page).text
    terms = {"title": "x", "percent": 1, "credentials": two[1].version.definition.slug}
    assert client.post(page, terms).status_code == 403


def test_what_is_needed_beforehand_is_written_at_the_desk_and_shown_to_everybody(team: Team) -> None:
    skill()
    badge = team.published()
    draft = team.draft(title="Reading harder drawings")
    client = Client()
    client.force_login(team.designer)
    form = client.get(f"/desk/provider/definitions/{draft.pk}/edit/").context["form"]
    given = {name: value for name, value in form.initial.items() if value not in (None, False, "null")}
    page = f"/desk/provider/definitions/{draft.pk}/edit/"
    refused = client.post(page, {**given, "requires": "Wleding = 2"}).text
    assert "There is no skill “Wleding” here" in refused
    client.post(page, {**given, "requires": f"Welding = 2 or {badge.definition.slug}"})
    draft.refresh_from_db()
    assert [len(group) for group in draft.requires] == [2]
    draft = services.submit_for_review(version=draft, by=team.designer, at=AT)
    draft = services.approve(version=draft, by=team.reviewer, at=AT)
    services.publish(version=draft, by=team.publisher, at=AT)
    shown = " ".join(Client().get(f"/catalogue/{draft.definition.slug}/").text.split())
    assert "Welding at level 2 of 7 or <a" in shown
    told = Client().get(f"/api/v1/catalogue/credentials/{draft.definition.slug}").json()
    assert [one["name"] for one in told["requires"][0]] == ["Welding at level 2 of 7", "Reading weld drawings"]
    client.force_login(member(Team("Other College").organisation, Role.DESIGNER))
    asked = client.post(f"/learn/enrol/{draft.definition.slug}/").text
    assert "Welding at level 2 of 7" in asked
    assert "I have read this" in asked


# --- the planner's rows --------------------------------------------------------------------------------------------------------


def test_the_planner_is_told_what_must_be_there_and_what_is_cheaper(team: Team, two: tuple[Offer, Offer]) -> None:
    welding, first = skill(), two[0].version
    taught(two[0].version, welding, "2", origin="stated")
    _version, offer = team.offered(
        300_00, title="Welding harder things", skills={welding.uri: Decimal(4)},
        requires=[[{"skill": welding.uri, "level": 3}, {"achievement": achievement_id(first)}]],
    )  # fmt: skip
    both = bundle(team, [two[0], offer], price=350_00)
    less = discount(team, offer, first, percent=50)
    found = offers_for_planning(skills=[welding.uri], at=AT)
    planned = {one.id: one for one in found.offers}[f"offer:{offer.pk}"]
    assert planned.requires == ((SkillLevel(welding.uri, 3), achievement_id(first)),)
    assert found.facts[planned.id].needed == ("Welding at level 3 of 7 or Reading weld drawings",)
    assert [(one.title, one.cost.minor) for one in found.index.bundles] == [("Both together", 350_00)]
    assert [(one.off.minor, one.when) for one in found.index.discounts] == [(150_00, ((achievement_id(first),),))]
    assert found.titles[achievement_id(first)] == "Reading weld drawings"
    services.end_bundle(bundle=both, by=team.designer, at=AT)
    services.end_discount(discount=less, by=team.designer, at=AT)
    after = offers_for_planning(skills=[welding.uri], at=AT).index
    assert (after.bundles, after.discounts) == ((), ())


def test_only_what_can_be_had_on_the_day_is_planned_with(team: Team, two: tuple[Offer, Offer]) -> None:
    welding = skill()
    for offer in two:
        taught(offer.version, welding, "2", origin="stated")
    bundle(team, two, from_on=date(2026, 4, 1), until_on=date(2026, 4, 30))
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 1)]
    sold = [
        len(offers_for_planning(skills=[welding.uri], at=AT.replace(month=day.month, day=day.day)).index.bundles)
        for day in days
    ]
    assert sold == [0, 1, 1, 0]
    assert offers_for_planning(skills=[welding.uri], at=AT.replace(month=4), currency="EUR").index.bundles == ()


def test_a_price_that_fell_since_never_makes_a_plan_impossible(team: Team, two: tuple[Offer, Offer]) -> None:
    discount(team, two[0], two[1].version, amount=50_00)
    discount(team, two[0], two[1].version, amount=40_00)
    Offer.objects.filter(pk=two[0].pk).update(price_total=60_00)
    made, _ = planned_discounts(ON, queries.prices.Names())
    assert [one.off.minor for one in made] == [50_00, 10_00]


def test_half_an_hour_more_counts_as_an_hour(team: Team) -> None:
    welding = skill()
    team.offered(title="Welding in a morning", skills={welding.uri: None}, workload_hours=Decimal("12.5"))
    assert [one.hours for one in offers_for_planning(skills=[welding.uri], at=AT).offers] == [13]


def test_an_offer_that_only_makes_another_one_cheaper_is_looked_at(team: Team) -> None:
    welding = skill()
    dear = team.offered(500_00, title="Welding harder things", skills={welding.uri: Decimal(3)})[1]
    cheap = imported("A short course on safety", offer={"price_total": 10_00})
    taught(cheap, skill("Safety"), "1", origin="stated")
    discount(team, dear, cheap, percent=50)
    found = offers_for_planning(skills=[welding.uri], at=AT)
    assert {one.title for one in found.offers} == {"Welding harder things", "A short course on safety"}
