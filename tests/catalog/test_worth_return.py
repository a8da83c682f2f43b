"""What a credential may bring: on real kinds of rows, with a person's own inputs, and what must not be told."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from tests.catalog.factories import AT, imported, occupation, outcome, provider

from cairn.appraisal import Rung
from cairn.catalog import queries
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import Inputs, returning
from cairn.entry.api.tokens import PerAddress
from cairn.errors import Invalid

pytestmark = pytest.mark.django_db
D = Decimal


def page(response: Any) -> str:
    return " ".join(response.content.decode().split())


def address(version: DefinitionVersion) -> str:
    return reverse("catalog:credential_return", args=[version.definition.slug])


FORM = {"hourly_value": "20", "displaced": "50", "years": "5", "discount": "3", "fade": "90"}


def test_without_outcome_data_only_the_break_even_is_told_exactly() -> None:
    version = imported(offer={"price_total": 1950_00, "hours": D(180)}, workload_hours=D(180))
    found = queries.return_for(version, Inputs(completion=D("0.7")), AT)
    assert found.weighed is not None
    assert found.weighed.cost.total == 3750
    assert found.weighed.only_break_even
    assert found.weighed.cases[0].break_even == D("1419.43")
    assert found.weighed.sentences[0] == "No outcome data published for this credential."
    assert found.drawn is None
    assert found == queries.return_for(version, Inputs(completion=D("0.7")), AT)


def test_a_price_that_nobody_states_is_not_taken_for_free() -> None:
    version = imported(offer={"price_total": None})
    assert queries.return_for(version, Inputs(), AT).weighed is None
    told = queries.return_for(version, Inputs(price=D(100)), AT).weighed
    assert told is not None
    assert told.cost.price == 100


def test_small_and_suppressed_figures_are_drawn_to_the_field_and_never_enter_a_mean() -> None:
    few, many, silent = provider("Few"), provider("Many"), provider("Silent")
    outcome(few, 4, completers=10, employed_percent=D(100), mean_quarterly_wage=None, earners=None)
    outcome(many, 4, completers=200, employed_percent=D(60), mean_quarterly_wage=D(9000), earners=150)
    before = queries.published_outcomes(imported(by=few))
    outcome(silent, 4, completers=None, employed_percent=D(1), mean_quarterly_wage=D(1), earners=None)
    employed, earnings, quarter, _ = queries.published_outcomes(imported(by=few))
    assert employed is not None
    assert earnings is not None
    assert quarter == 4
    assert 60 < employed.estimate < 80
    assert (earnings.estimate, earnings.people, earnings.own_share) == (9000, 0, 0)
    assert before[0] is not None
    assert employed.estimate == before[0].estimate
    assert employed.suppressed == 1


def test_what_is_published_of_schools_in_another_state_gives_no_share_here() -> None:
    here, there = provider("Camden Welding", state="NJ"), provider("Hartford Welding", state="CT", county="Hartford")
    outcome(there, 4, completers=304, employed_percent=D(5), mean_quarterly_wage=D(1000), earners=200)
    assert queries.published_outcomes(imported(by=here)) == (None, None, None, "")
    outcome(here, 4, completers=40, employed_percent=D(70), mean_quarterly_wage=D(9000), earners=30)
    employed, earnings, _, _ = queries.published_outcomes(imported(by=here))
    assert employed is not None
    assert earnings is not None
    assert (employed.estimate, employed.people) == (70, 40)
    assert earnings.estimate == 9000
    theirs, *_ = queries.published_outcomes(imported(by=there))
    assert theirs is not None
    assert (theirs.estimate, theirs.people) == (5, 304), "its own share is shown as published"


def test_a_school_that_does_not_say_where_it_is_takes_part_in_the_state_most_figures_are_of() -> None:
    unplaced = provider("Somewhere Welding", state="", county="")
    for number, (state, share) in enumerate((("NJ", 70), ("NJ", 70), ("CT", 5))):
        outcome(provider(f"School {number}", state=state), 4, completers=100, employed_percent=D(share))
    employed, *_ = queries.published_outcomes(imported(by=unplaced))
    assert employed is not None
    assert employed.estimate == 70
    outcome(unplaced, 4, completers=100, employed_percent=D(40))
    in_state, *_ = queries.published_outcomes(imported(by=provider("Camden Welding", state="NJ")))
    assert in_state is not None
    assert 40 < in_state.estimate < 70, "one that says nowhere is kept"


def test_fewer_than_sixteen_people_in_the_whole_field_give_no_figure(client: Client) -> None:
    school = provider()
    outcome(school, 2, completers=12, earners=9)
    version = imported(by=school)
    assert queries.published_outcomes(version) == (None, None, None, "")
    assert "Fewer than 16 people" in page(client.get(address(version)))


def test_completers_earnings_are_told_as_what_they_are_and_are_no_gain(client: Client) -> None:
    school = provider()
    outcome(school, 4, completers=64)
    version = imported(by=school)
    found = queries.return_for(version, Inputs(), AT)
    assert found.weighed is not None
    assert found.weighed.premium.rung == Rung.COMPLETERS_ONLY
    assert found.weighed.only_break_even
    shown = page(client.get(address(version)))
    assert (
        "This isn't the effect of the credential." in shown or "This isn&#x27;t the effect of the credential." in shown
    )
    assert "$8,150" in shown


def test_an_occupation_s_wages_are_an_upper_bound_that_says_so() -> None:
    occupation("Welders")
    version = imported()
    found = queries.return_for(version, Inputs(occupation="51-4121", wage_now=D(38000)), AT)
    assert found.drawn is not None
    assert found.weighed is not None
    assert (found.drawn.low, found.drawn.high) == (4000, 22000)
    assert found.weighed.premium.rung == Rung.OCCUPATION_WAGES
    assert "This isn't the effect of the credential." in found.drawn.sentence
    assert found.drawn.found.p10 < found.drawn.found.p50 < found.drawn.found.p90


def test_who_earns_more_already_is_told_that_wages_show_no_gain() -> None:
    occupation("Welders")
    found = queries.return_for(imported(), Inputs(occupation="51-4121", wage_now=D(90000)), AT)
    assert found.drawn is None
    assert "show no gain" in found.no_gain


def test_a_gain_that_the_person_supposes_is_theirs_and_moves_no_rung() -> None:
    found = queries.return_for(imported(), Inputs(premium_low=D(800), premium_high=D(3000)), AT)
    assert found.drawn is not None
    assert found.weighed is not None
    assert found.drawn.rests_on == "own"
    assert found.weighed.premium.rung == Rung.NOTHING
    assert 0 <= found.drawn.found.chance_of_loss <= 1
    assert "premium" in {swing.name for swing in found.drawn.swings}
    with pytest.raises(Invalid):
        queries.return_for(imported(), Inputs(premium_low=D(3000), premium_high=D(800)), AT)


def test_what_learners_of_this_site_complete_is_believed_unless_the_person_guesses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "cairn.catalog.queries.gathering.COMPLETIONS", [lambda versions, _: {one.pk: (60, 80) for one in versions}]
    )
    version = imported()
    known, guessed = (queries.return_for(version, inputs, AT) for inputs in (Inputs(), Inputs(completion=D("0.5"))))
    assert known.weighed is not None
    assert guessed.weighed is not None
    assert known.spread is not None
    assert [case.completion for case in known.weighed.cases] == [D("0.7439")]
    assert [case.completion for case in guessed.weighed.cases] == [D("0.5")]
    assert "from 60 of 80" in known.spread.priors[0]


def test_every_swing_has_its_two_ends_for_the_drawing() -> None:
    found = queries.return_for(imported(), Inputs(), AT)
    assert {swing.name for swing in found.swings} <= set(queries.ends_of(found))
    assert queries.ends_of(queries.return_for(imported(offer={"price_total": None}), Inputs(), AT)) == {}


def test_the_page_takes_a_person_s_inputs_and_says_what_is_wrong_with_them(client: Client) -> None:
    version = imported()
    plain = page(client.get(address(version)))
    assert "Nothing you write here is stored." in plain
    assert "What the break-even a year hangs on" in plain
    asked = page(
        client.post(address(version), {**FORM, "premium_low": "800", "premium_high": "3000", "grants": "1000"})
    )
    assert "Chance of a loss" in asked
    assert "Nobody measured" in asked
    wrong = page(client.post(address(version), {**FORM, "premium_low": "3000", "premium_high": "800", "years": "400"}))
    assert "the lower one first" in wrong
    assert "Chance of a loss" not in wrong
    half = page(client.post(address(version), {**FORM, "premium_low": "3000"}))
    assert "Give both ends" in half


def test_a_credential_without_price_or_field_says_what_is_missing(client: Client) -> None:
    version = imported(offer={"price_total": None}, field_of_study="")
    shown = page(client.get(address(version)))
    assert "Price not stated" in shown
    assert "No outcome data published for this credential." in shown
    assert "Break-even" not in shown


# --- completeness of a provider ----------------------------------------------------------------------------------------------


def test_a_provider_sees_what_is_stated_element_by_element_and_can_take_it_away(client: Client) -> None:
    school = provider("Camden Welding School", website="https://school.example")
    imported("=cmd|' /C calc'!A0", by=school)
    imported("Pipe welding", by=school, prerequisites="None")
    shown = page(client.get(reverse("catalog:provider_completeness", args=[school.slug])))
    assert "0 of 2 credentials state all eleven" in shown
    assert "Write how it is assessed" in shown
    table = client.get(reverse("catalog:provider_completeness_csv", args=[school.slug])).content.decode().splitlines()
    assert len(table) == 3
    assert "a Prerequisites to enrol" in table[0]
    assert any("'=cmd" in line for line in table)


# --- over HTTP ---------------------------------------------------------------------------------------------------------------


def test_the_same_is_given_to_programs(client: Client) -> None:
    school = provider()
    outcome(school, 4, completers=64)
    occupation("Welders")
    version = imported(by=school)
    base = f"/api/v1/catalogue/credentials/{version.definition.slug}"
    complete = client.get(f"{base}/completeness").json()
    assert (complete["of"], len(complete["elements"]), complete["elements"][0]["key"]) == (11, 16, "1")
    credible = client.get(f"{base}/credibility").json()
    assert credible["low"] <= credible["high"]
    assert len(credible["criteria"]) == 28
    given = {"premium_low": 800, "premium_high": "3000", "completion": 0.7}
    weighed = client.post(f"{base}/return", given, content_type="application/json").json()
    assert weighed["rung"] == 4
    assert weighed["cost"]["price"] == "4200.00"
    assert weighed["simulated"]["rests_on"] == "own"
    assert weighed["completers"]["employed_percent"]["people"] == 64
    assert weighed["occupations"][0]["soc"] == "51-4121"
    assert weighed == client.post(f"{base}/return", given, content_type="application/json").json()
    for wrong in ({"years": 0}, {"premium_low": 5}, {"hours": "NaN"}, {"displaced": 2}):
        assert client.post(f"{base}/return", wrong, content_type="application/json").status_code in {400, 422}
    assert client.get("/api/v1/catalogue/credentials/no-such/credibility").status_code == 404


def test_nobody_keeps_the_calculator_busy_and_what_a_caller_writes_of_itself_changes_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = time.time() // 60 * 60  # all within one minute, however long they take
    monkeypatch.setattr("cairn.entry.api.tokens.time.time", lambda: begun)
    path = f"/api/v1/catalogue/credentials/{imported(offer={'price_total': None}).definition.slug}/return"

    def asked(**come_from: str) -> Any:
        return client.post(path, {}, content_type="application/json", **come_from)  # type: ignore[arg-type]  # WSGI names

    answers = [asked(HTTP_X_FORWARDED_FOR=f"10.0.0.{number}") for number in range(61)]
    assert {one.status_code for one in answers[:60]} == {200}
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
    assert answers[-1].json()["code"] == "too_many_requests"
    assert asked(REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_count_that_the_cache_has_forgotten_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    limit, request = PerAddress("10/m"), RequestFactory().get("/")
    monkeypatch.setattr("cairn.entry.api.tokens.default_cache.add", lambda *_: False)
    assert limit.allow_request(request)
    assert limit.allow_request(request)


def test_a_limit_holds_for_all_processes_together_and_at_the_turn_of_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [6_000.0]
    monkeypatch.setattr("cairn.entry.api.tokens.time.time", lambda: moment[0])
    one, another, request = PerAddress("10/m"), PerAddress("10/m"), RequestFactory().get("/")
    assert [(one, another)[number % 2].allow_request(request) for number in range(11)] == [True] * 10 + [False]
    assert one.wait() == 60
    moment[0] += 60
    assert not another.allow_request(request)
    moment[0] += 30
    assert [another.allow_request(request) for _ in range(6)] == [True] * 5 + [False]
    moment[0] += 300
    assert one.allow_request(request)


def test_what_everybody_sees_first_is_drawn_once_and_what_a_person_writes_is_kept_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    version, kept = imported(offer={"price_total": 420_000}, workload_hours=D(240)), returning._kept
    first = queries.return_for(version, Inputs(), AT)
    known = kept.cache_info().currsize
    assert queries.return_for(version, Inputs(), AT).spread is first.spread
    own = queries.return_for(version, Inputs(hourly_value=D(31)), AT)
    assert own.spread != first.spread
    assert kept.cache_info().currsize == known


def test_behind_our_own_proxy_the_address_that_it_wrote_counts(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    throttle, factory = PerAddress("60/m"), RequestFactory()

    def key(*forwarded: str) -> str:
        request = factory.get("/", headers={"X-Forwarded-For": ", ".join(forwarded)}, REMOTE_ADDR="127.0.0.1")
        return throttle.get_cache_key(request)

    assert key("198.51.100.1", "192.0.2.7") == key("198.51.100.2", "192.0.2.7") == key("192.0.2.7")
    assert key("192.0.2.7") != key("192.0.2.8")
    assert "192.0.2.7" not in key("192.0.2.7")
