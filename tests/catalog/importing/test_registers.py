"""Registers and who is who in them: entries, statements, evidence, what is accepted without a person, and what a person decides."""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.importing.catalogues import ctdl, run, write

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.importing.registers_evidence import Described, judge, likeness
from cairn.catalog.importing.registers_names import domain_of, place_in_us, words_of
from cairn.catalog.importing.undoing import run_of, undo_run
from cairn.catalog.models import Provider, ProviderMatch, RegisterEntry, RegisterStatement
from cairn.catalog.queries.identity import same_institution, stated_of
from cairn.catalog.services.identity import accept_match, match_all, reject_match, take_back_match
from cairn.errors import CairnError, Conflict, NotAllowed
from cairn.people.models import AuditEvent, Person
from cairn.skills.importing.report import Report

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SHARED = Path(os.environ.get("CAIRN_SHARED_DATA", "../shared/data"))
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here (CAIRN_SHARED_DATA)")
State = ProviderMatch.State

MAP = {
    "register": "example",
    "name": "Example Register",
    "key": "id",
    "label": "name",
    "aliases": ["also"],
    "domains": ["site"],
    "identifiers": {"opeid": "ope"},
    "city": "city",
    "state": "state",
    "country": "=US",
    "dates": "mdy",
    "as_of": "2026",
    "statements": [{"kind": "accredited", "authority": "agency", "since": "from", "until": "to", "when": "agency"}],
}
HEAD = "id,name,also,site,ope,city,state,agency,from,to\n"
ROW = "1,Harbour Community College,,www.harbour.example.org,00100,Newark,NJ,Example Agency,1/2/2010,3/4/2030\n"


def load(tmp_path: Path, rows: str = HEAD + ROW, mapping: Any = MAP, name: str = "register.csv") -> Report:
    (tmp_path / name).write_text(rows, encoding="utf-8")
    (tmp_path / "map.json").write_text(json.dumps(mapping), encoding="utf-8")
    return IMPORTERS["register"].run([tmp_path / name, tmp_path / "map.json"], at=NOW)


def provider(name: str = "Harbour Community Coll.", **more: Any) -> Provider:
    number = Provider.objects.count()
    return Provider.objects.create(
        slug=f"p{number}", name=name, source="test", source_key=str(number), **{"country": "US", **more}
    )


@pytest.fixture
def operator() -> Person:
    return Person.objects.create_superuser("operator@example.org", None, name="Op Erator")


def test_a_register_gives_entries_and_what_it_states_of_them(tmp_path: Path) -> None:
    load(tmp_path)
    entry = RegisterEntry.objects.get()
    assert (entry.domains, entry.identifiers) == (["example.org"], [{"scheme": "opeid", "value": "00100"}])
    statement = entry.statements.get()
    assert (statement.authority, statement.since, statement.until) == (
        "Example Agency",
        date(2010, 1, 2),
        date(2030, 3, 4),
    )


def test_a_web_address_and_a_name_are_accepted_without_a_person_and_show_on_the_page(
    tmp_path: Path, client: Client
) -> None:
    found = provider(website="https://www.example.org/courses", city="Newark", state="NJ")
    load(tmp_path)
    match = ProviderMatch.objects.get()
    assert (match.state, match.automatic, match.kind) == (State.ACCEPTED, True, "domain")
    assert any("example.org" in one for one in match.agreed)
    page = client.get(f"/providers/{found.slug}/").content.decode()
    assert "Example Agency" in page
    assert "Example Register, 2026" in page


def test_a_name_and_place_alone_wait_for_a_person(tmp_path: Path) -> None:
    provider(city="Newark", state="NJ")
    load(tmp_path)
    assert ProviderMatch.objects.get().state == State.SUGGESTED
    assert stated_of(Provider.objects.get(), NOW.date()) == []


def test_the_same_web_address_in_another_state_waits_for_a_person(tmp_path: Path) -> None:
    provider(website="https://example.org", city="Tulsa", state="OK")
    load(tmp_path)
    match = ProviderMatch.objects.get()
    assert (match.state, any(one.startswith("State") for one in match.disagreed)) == (State.SUGGESTED, True)


def test_an_accepted_entry_lends_its_identifier_to_find_the_entry_of_another_register(tmp_path: Path) -> None:
    provider(website="https://example.org", city="Newark", state="NJ")
    load(tmp_path)
    other = {**MAP, "register": "other", "name": "Other Register", "domains": []}
    load(tmp_path, HEAD + ROW.replace("1,Harbour", "77,Harbour"), other, "other.csv")
    match = ProviderMatch.objects.get(entry__register__slug="other")
    assert (match.state, match.kind) == (State.ACCEPTED, "identifier")
    assert "as the accepted entry of another register gives it" in match.agreed[0]


def test_two_providers_on_one_entry_are_the_same_institution(tmp_path: Path) -> None:
    one = provider(website="https://example.org", state="NJ")
    two = provider("Harbour Community College - Adult Division", website="https://example.org/adult", state="NJ")
    load(tmp_path)
    assert (same_institution(one), same_institution(two)) == ([two], [one])


def test_a_person_decides_and_takes_back_and_every_step_is_on_the_trail(tmp_path: Path, operator: Person) -> None:
    found = provider(city="Newark", state="NJ")
    load(tmp_path)
    match = ProviderMatch.objects.get()
    accept_match(match=match, by=operator, at=NOW)
    assert len(stated_of(found, NOW.date())) == 1
    with pytest.raises(Conflict):
        accept_match(match=match, by=operator, at=NOW)
    reject_match(match=match, by=operator, at=NOW)
    match_all(by=operator, at=NOW)
    match.refresh_from_db()
    assert match.state == State.REJECTED, "comparing again does not touch what a person decided"
    take_back_match(match=match, by=operator, at=NOW)
    assert ProviderMatch.objects.get().state == State.SUGGESTED
    actions = list(
        AuditEvent.objects.filter(object_type="provider_match").order_by("sequence").values_list("action", flat=True)
    )
    assert actions == ["provider_match.accepted", "provider_match.rejected", "provider_match.taken_back"]


def test_rejecting_an_accepted_match_takes_away_what_hung_on_it(tmp_path: Path, operator: Person) -> None:
    provider(website="https://example.org", state="NJ")
    load(tmp_path)
    load(tmp_path, HEAD + ROW, {**MAP, "register": "other", "name": "Other", "domains": []}, "other.csv")
    assert ProviderMatch.objects.filter(state=State.ACCEPTED).count() == 2
    reject_match(match=ProviderMatch.objects.get(entry__register__slug="example"), by=operator, at=NOW)
    assert not ProviderMatch.objects.filter(state=State.ACCEPTED).exists()


def test_only_the_operator_decides(tmp_path: Path, client: Client) -> None:
    provider(city="Newark", state="NJ")
    load(tmp_path)
    person = Person.objects.create_user("somebody@example.org", None, name="Some Body")
    with pytest.raises(NotAllowed):
        accept_match(match=ProviderMatch.objects.get(), by=person, at=NOW)
    client.force_login(person)
    assert client.get("/desk/operator/identity/").status_code == 404
    assert client.get("/desk/operator/import/").status_code == 404


def test_the_operators_page_shows_the_evidence_and_takes_a_decision(
    tmp_path: Path, client: Client, operator: Person
) -> None:
    provider(city="Newark", state="NJ")
    load(tmp_path)
    client.force_login(operator)
    page = client.get("/desk/operator/identity/").content.decode()
    assert "City: Newark." in page
    match = ProviderMatch.objects.get()
    answer = client.post(f"/desk/operator/identity/{match.pk}/", {"step": "accept"}, follow=True)
    assert "They are the same institution now." in answer.content.decode()
    assert client.post("/desk/operator/identity/again/", follow=True).status_code == 200


def test_a_table_is_corrected_tried_and_imported_on_the_operators_page(
    tmp_path: Path, client: Client, operator: Person
) -> None:
    client.force_login(operator)
    path = tmp_path / "kurse.csv"
    path.write_text("id,title,price\n1,Welding,100\n2,Cutting,80\n", encoding="utf-8")
    with path.open("rb") as file:
        page = client.post("/desk/operator/import/", {"file": file}, follow=True).content.decode()
    assert "In which currency are the prices?" in page
    told = {
        "source": "kurse",
        "column-0": "key",
        "column-1": "title",
        "column-2": "price_total",
        "step": "try",
        "language": "en",
    }
    refused = client.post("/desk/operator/import/columns/", told)
    assert (refused.status_code, "In which currency" in refused.content.decode()) == (422, True)
    told |= {"currency": "EUR", "provider_name": "Example College"}
    assert "Tried, nothing written" in client.post("/desk/operator/import/columns/", told).content.decode()
    assert not Provider.objects.exists()
    assert "Imported" in client.post("/desk/operator/import/columns/", told | {"step": "import"}).content.decode()
    assert Provider.objects.get().name == "Example College"
    assert client.get("/desk/operator/import/columns/").status_code == 404, "the upload is gone"


ROWS: dict[str, tuple[str, str]] = {
    "no number": (ROW.replace("1,Harbour", ",Harbour"), "no_number"),
    "no name": ("2,,,,,,,,,\n", "no_name"),
    "a date in the year 8014": (
        ROW.replace("1,Harbour", "2,Harbour").replace("3/4/2030", "3/4/8014"),
        "impossible_date",
    ),
    "a date before universities": (
        ROW.replace("1,Harbour", "2,Harbour").replace("1/2/2010", "1/2/0010"),
        "impossible_date",
    ),
    "no date": (ROW.replace("1,Harbour", "2,Harbour").replace("3/4/2030", "soon"), "bad_date"),
    "the thirteenth month": (ROW.replace("1,Harbour", "2,Harbour").replace("3/4/2030", "13/13/2030"), "bad_date"),
    "the same again": (ROW, "same_again"),
    "another name for one number": ("1,Port College,,,,,,,,\n", "two_names"),
    "too few columns": ("2,Cut\n", "broken_row"),
    "an open quotation mark": ('2,"Open,,,,,,,,\n3,Fine College,,,,,,,,\n', "broken_row"),
}


@pytest.mark.parametrize("case", sorted(ROWS))
def test_a_broken_row_of_a_register_is_told_and_the_rest_is_kept(tmp_path: Path, case: str) -> None:
    row, code = ROWS[case]
    report = load(tmp_path, HEAD + ROW + row)
    told = [remark for remark in report.remarks if remark.code == code]
    assert told
    assert RegisterEntry.objects.filter(key="1").exists()
    if case.endswith("8014"):
        assert "8014" in told[0].message
        assert RegisterStatement.objects.get(entry__key="2").until is None


FILES: dict[str, tuple[str, Any, str]] = {
    "empty": ("", MAP, "empty_file"),
    "another table": ("a,b\n1,2\n", MAP, "wrong_column"),
    "binary": ("\x89PNG\x00", MAP, "binary_file"),
    "a column twice": ("id,id,name\n1,1,x\n", MAP, "column_twice"),
    "an unknown setting": (HEAD, {**MAP, "colour": 1}, "bad_mapping"),
    "dates of unknown order": (HEAD, {**MAP, "dates": ""}, "bad_mapping"),
    "dates of no order": (HEAD, {**MAP, "dates": "xyz"}, "bad_mapping"),
    "no label": (HEAD, {**MAP, "label": ""}, "bad_mapping"),
    "an unknown kind of statement": (
        HEAD,
        {**MAP, "statements": [{"kind": "praised", "authority": "x"}]},
        "bad_mapping",
    ),
    "statements by nobody": (HEAD, {**MAP, "statements": [{"kind": "accredited"}]}, "bad_mapping"),
    "no mapping": (HEAD + ROW, {"a": 1}, "no_mapping"),
}


@pytest.mark.parametrize("case", sorted(FILES))
def test_a_register_that_cannot_be_used_says_what_to_do(tmp_path: Path, case: str) -> None:
    rows, mapping, code = FILES[case]
    with pytest.raises(CairnError) as raised:
        load(tmp_path, rows, mapping)
    assert (raised.value.specific_code, bool(raised.value.remedy)) == (code, True)
    assert not RegisterEntry.objects.exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Camden Cty Coll", "Camden County College"),
        ("St. Mary's Univ.", "Saint Marys University"),
        ("The Art Institute, Inc.", "Art Institute"),
        ("Fox Valley Tech", "FOX VALLEY TECHNICAL"),
        ("Academy of Hair & Beauty LLC", "Academy of Hair and Beauty"),
        ("Universität Köln", "UNIVERSITAT KOLN"),
    ],
)
def test_spellings_of_one_name_fall_together(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ho-Ho-Kus School of Trade", "HoHoKus School of Trade"),
        ("Ho-Ho-Kus School of Trade", "Ho Ho Kus School of Trade"),
        ("HoHoKus School of Trade", "Ho Ho Kus School of Trade"),
        ("A-B-C Driving Academy", "ABC Driving Academy"),
        ("A-B-C Driving Academy", "A.B.C. Driving Academy"),
    ],
)
def test_initials_and_syllables_with_and_without_hyphens_are_one_name(one: str, other: str) -> None:
    assert min(likeness(words_of(one), words_of(other), {}), likeness(words_of(other), words_of(one), {})) > 0.97


@pytest.mark.django_db
def test_a_provider_is_found_whichever_way_its_syllables_are_written(tmp_path: Path) -> None:
    from cairn.catalog.importing.registers_matching import match_providers
    from cairn.catalog.register_models import Register, RegisterEntry

    register = Register.objects.create(slug="r", name="Register")
    for number, name in enumerate(("Ho Ho Kus School of Trade", "Harbour School of Trade")):
        RegisterEntry.objects.create(register=register, key=str(number), name=name, city="Paterson", state="NJ")
    for number, name in enumerate(("Ho-Ho-Kus School of Trade", "HoHoKus School of Trade")):
        Provider.objects.create(
            slug=f"p{number}", name=name, city="Paterson", state="NJ", source="t", source_key=str(number)
        )
    match_providers(report=Report("t", "t", datetime(2026, 5, 1, tzinfo=UTC)))
    assert sorted(ProviderMatch.objects.values_list("provider__slug", "entry__name")) == [
        ("p0", "Ho Ho Kus School of Trade"),
        ("p1", "Ho Ho Kus School of Trade"),
    ]


def test_names_made_of_common_words_alone_are_never_alike() -> None:
    mine = Described(1, ("American Institute of Technology",), state="NJ", country="US")
    its = Described(2, ("American Technical Institute",), state="NJ", country="US")
    assert judge(mine, its, {}) is None


def test_shared_sites_and_public_suffixes_are_nobodys_domain() -> None:
    assert [
        domain_of(one) for one in ("https://facebook.com/school", "www.state.nj.us", "ac.uk", "nonsense", "https://")
    ] == [""] * 5
    assert (domain_of("http://www.cpe.rutgers.edu/x"), domain_of("www.ox.ac.uk")) == ("rutgers.edu", "ox.ac.uk")
    assert place_in_us("1971 Jagerson Ave, Kingman, AZ 86409-1238") == ("Kingman", "AZ")


@given(st.text(max_size=80), st.text(max_size=80))
def test_judging_is_bounded_and_never_breaks(one: str, other: str) -> None:
    found = judge(Described(1, (one,), city="Newark"), Described(2, (other,), city="Newark"), {})
    assert found is None or 0 <= found.score <= 1
    domain_of(one)


@shared
def test_new_jerseys_providers_are_found_in_the_registers_and_no_judged_match_was_wrong(tmp_path: Path) -> None:
    with (Path(__file__).parent / "judged_matches.csv").open(encoding="utf-8", newline="") as file:
        judged = {(row["register"], row["entry"], row["provider"]): row["verdict"] for row in csv.DictReader(file)}
    IMPORTERS["nj-etpl"].run([SHARED / "nj_etpl" / "nj_etpl_2021_deidentified.csv"], at=NOW)
    IMPORTERS["dapip"].run([SHARED / "accreditation" / "dapip_institutions_nopii.csv"], at=NOW)
    IMPORTERS["ipeds"].run([SHARED / "accreditation" / "ipeds_hd_min.csv"], at=NOW)
    columns = ("entry__register__slug", "entry__key", "provider__source_key", "state")
    found = {key: state for *key_of, state in ProviderMatch.objects.values_list(*columns) for key in [tuple(key_of)]}
    accepted = {key for key, state in found.items() if state == State.ACCEPTED}
    assert len(judged) >= 80
    assert accepted <= set(judged), "an accepted match that nobody has judged"
    assert [key for key in accepted if judged[key] != "same"] == []
    assert {key for key, verdict in judged.items() if verdict == "same"} <= set(found), (
        "a match judged right is no longer found"
    )
    dapip = {key[2] for key in found if key[0] == "dapip"}
    assert (len({key[2] for key in accepted if key[0] == "dapip"}), len(dapip)) == (48, 87)


def test_a_provider_that_comes_later_is_compared_with_the_registers_at_once(tmp_path: Path) -> None:
    load(tmp_path)
    owner = {"@type": "ceterms:CredentialOrganization", "ceterms:name": "Harbour Community College",
             "ceterms:subjectWebpage": "https://harbour.example.org"}  # fmt: skip
    report = run("ctdl", write(tmp_path, "a.json", ctdl(1, **{"ceterms:ownedBy": [owner]})))
    match = ProviderMatch.objects.get()
    assert (match.state, match.automatic) == (State.ACCEPTED, True)
    assert match.agreed
    assert report.tables["provider matches"].created == 1
    again = run("ctdl", write(tmp_path, "a.json", ctdl(1, **{"ceterms:ownedBy": [owner]})))
    assert (again.total().created, again.total().updated) == (0, 0)
    undo_run(run=run_of(report.run or 0), by=None, at=NOW)
    assert not ProviderMatch.objects.exists()
    assert not Provider.objects.exists()
