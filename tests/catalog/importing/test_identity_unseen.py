"""Who is who, with cases like those that registers hold: a name that two schools share, sites of groups, other languages, closed ones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.catalog.importing.test_registers import HEAD, MAP, NOW, ROW, load, operator, provider

from cairn.catalog.importing.undoing import run_of, undo_run
from cairn.catalog.models import Provider, ProviderMatch, RegisterEntry
from cairn.catalog.queries.identity import same_institution, stated_of
from cairn.catalog.services.identity import accept_match, match_all, reject_match, take_back_match
from cairn.people.models import Person

__all__ = ["operator"]
pytestmark = pytest.mark.django_db
State = ProviderMatch.State


def row(
    number: int,
    name: str,
    *,
    also: str = "",
    site: str = "",
    ope: str = "",
    city: str = "",
    state: str = "",
    until: str = "",
) -> str:
    return f"{number},{name},{also},{site},{ope},{city},{state},Example Agency,1/2/2010,{until}\n"


def states() -> dict[tuple[str, str], str]:
    return {
        (one.provider.name, f"{one.entry.name}, {one.entry.state}"): one.state
        for one in ProviderMatch.objects.select_related("provider", "entry")
    }


def test_the_same_name_in_another_state_is_never_taken_for_the_same_school(tmp_path: Path) -> None:
    provider("Union County College", city="Cranford", state="NJ")
    rows = row(1, "Union County College", city="El Dorado", state="AR")
    load(tmp_path, HEAD + rows + row(2, "Union County College", city="Cranford", state="New Jersey"))
    assert states().get(("Union County College", "Union County College, New Jersey")) == State.SUGGESTED
    assert State.ACCEPTED not in states().values()
    found = ProviderMatch.objects.filter(entry__state="AR").first()
    assert found is None or any(one.startswith("State") for one in found.disagreed)
    assert stated_of(Provider.objects.get(), NOW.date()) == []


def test_two_schools_on_the_site_of_their_group_get_their_own_entries(tmp_path: Path) -> None:
    welding = provider("Brightwater Welding Institute", website="https://brightwater.org/welding", state="NJ")
    beauty = provider("Brightwater Academy of Cosmetology", website="https://www.brightwater.org/beauty", state="NJ")
    load(tmp_path, HEAD + row(1, "Brightwater Welding Institute", site="brightwater.org", state="NJ", until="3/4/2030")
         + row(2, "Brightwater Academy of Cosmetology", site="brightwater.org", state="NJ"))  # fmt: skip
    accepted = {(one.provider, one.entry.name) for one in ProviderMatch.objects.filter(state=State.ACCEPTED)}
    assert accepted == {(welding, "Brightwater Welding Institute"), (beauty, "Brightwater Academy of Cosmetology")}
    assert same_institution(welding) == []


def test_one_entry_of_a_group_whose_site_two_schools_share_does_not_make_them_one(tmp_path: Path) -> None:
    welding = provider("Brightwater Welding Institute", website="https://brightwater.org/welding", state="NJ")
    beauty = provider("Brightwater Academy of Cosmetology", website="https://brightwater.org/beauty", state="NJ")
    load(tmp_path, HEAD + row(1, "Brightwater Education Group", site="brightwater.org", state="NJ"))
    assert State.ACCEPTED not in states().values()
    assert (same_institution(welding), same_institution(beauty)) == ([], [])


def test_a_name_in_another_language_is_found_by_its_alias_and_waits_where_only_the_site_agrees(tmp_path: Path) -> None:
    aliased = provider("Technical University of Munich", website="https://tum.de", country="DE")
    foreign = provider("University of Applied Sciences Upper Austria", website="https://fh-ooe.at", country="AT")
    mapping = {**MAP, "country": "state"}
    load(tmp_path, HEAD + row(1, "Technische Universität München", also="Technical University of Munich", site="tum.de", state="DE")
         + row(2, "FH Oberösterreich", site="www.fh-ooe.at", state="AT"), {**mapping, "state": ""})  # fmt: skip
    assert ProviderMatch.objects.get(provider=aliased).state == State.ACCEPTED
    match = ProviderMatch.objects.get(provider=foreign)
    assert (match.state, match.kind) == (State.SUGGESTED, "site")


def test_what_a_register_says_of_a_closed_school_is_told_as_ended(tmp_path: Path, client: Client) -> None:
    found = provider(website="https://example.org", city="Newark", state="NJ")
    load(tmp_path, HEAD + ROW.replace("3/4/2030", "6/30/2019"))
    assert ProviderMatch.objects.get().state == State.ACCEPTED
    stated = stated_of(found, NOW.date())
    page = " ".join(client.get(f"/providers/{found.slug}/").content.decode().split())
    assert [one.statement.until.isoformat() for one in stated if one.statement.until] == ["2019-06-30"]
    assert "ended" in page
    assert "30 June 2019" in page


def test_a_decision_outlives_the_next_edition_and_taking_it_back_splits_what_was_one(
    tmp_path: Path, operator: Person
) -> None:
    one = provider("Harbor Trades School", city="Newark", state="NJ")
    two = provider("Harbor Trade School", city="Newark", state="NJ")
    rows = HEAD + row(1, "Harbor Trades School", city="Newark", state="NJ", ope="00100")
    load(tmp_path, rows)
    for match in ProviderMatch.objects.all():
        assert match.state == State.SUGGESTED
        accept_match(match=match, by=operator, at=NOW)
    assert same_institution(one) == [two]
    load(
        tmp_path, rows.replace("Newark", "Elizabeth") + row(2, "Other School"), {**MAP, "as_of": "2027"}, "register.csv"
    )
    match_all(by=operator, at=NOW)
    assert same_institution(one) == [two]
    assert RegisterEntry.objects.get(key="1").city == "Elizabeth"
    wrong = ProviderMatch.objects.get(provider=two)
    take_back_match(match=wrong, by=operator, at=NOW + timedelta(hours=1))
    assert (same_institution(one), same_institution(two)) == ([], [])
    assert ProviderMatch.objects.get(provider=one).state == State.ACCEPTED
    left = ProviderMatch.objects.filter(provider=two).first()
    if left is not None:
        reject_match(match=left, by=operator, at=NOW)
        match_all(by=operator, at=NOW)
        assert ProviderMatch.objects.get(provider=two).state == State.REJECTED


def test_undoing_a_second_edition_gives_back_the_matches_of_the_first(tmp_path: Path, operator: Person) -> None:
    found = provider(website="https://example.org", city="Newark", state="NJ")
    load(tmp_path)
    before = list(ProviderMatch.objects.values_list("provider", "entry__key", "state", "kind"))
    second = load(tmp_path, HEAD + row(2, "Somebody Else", state="NJ"))
    undo_run(run=run_of(second.run or 0), by=operator, at=NOW)
    assert list(ProviderMatch.objects.values_list("provider", "entry__key", "state", "kind")) == before
    assert [one.statement.authority for one in stated_of(found, NOW.date())] == ["Example Agency"]


def test_a_name_in_british_or_american_spelling_or_the_plural_waits_for_a_person(tmp_path: Path) -> None:
    given = ["Old Harbour Trade School", "Meridian Theatre Institute", "Eastgate Career Academy"]
    for name in given:
        provider(name, city="Newark", state="NJ")
    names = ["Old Harbor Trades School", "Meridian Theater Institute", "Eastgate Careers Academy"]
    load(tmp_path, HEAD + "".join(row(number, name, city="Newark", state="NJ") for number, name in enumerate(names, 1)))
    assert states() == {(mine, f"{its}, NJ"): State.SUGGESTED for mine, its in zip(given, names, strict=True)}
