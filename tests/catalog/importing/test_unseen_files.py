"""Files as others send them, broken in ways that no format foresees: one clear sentence, and whatever is sound is kept."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.importing.catalogues import ctdl
from tests.catalog.importing.test_mapping import load as load_csv
from tests.catalog.importing.test_peers import BADGE, ISSUER, MOODLE
from tests.skills.test_case import package
from tests.skills.test_rsd import skill

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.importing.mapping_values import currency_in, read_money
from cairn.catalog.models import Definition, DefinitionVersion, Offer
from cairn.errors import Invalid, RequirementsUnmet
from cairn.skills.importing.report import Report
from cairn.skills.models import Skill

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
MAPPING = {
    "mapping": 1, "source": "courses", "language": "en", "dates": "ymd", "hours": "hours", "decimal": ".", "currency": "USD",
    "fields": {"key": "code", "title": "title", "provider": "provider", "price_total": "price", "workload_hours": "hours",
               "starts_on": "start"},
}  # fmt: skip
HEAD = "code,title,provider,price,hours,start\n"
ROW = "A1,Welding,Harbour College,100,10,2026-05-01\n"


def run(name: str, folder: Path, **files: Any) -> Report:
    for file, content in files.items():
        path = folder / file.replace("__", ".")
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return IMPORTERS[name].run([folder], at=NOW)


@pytest.mark.parametrize(
    ("text", "currency", "why"),
    [
        ("0.001", "USD", "smaller part"),
        ("1.999", "USD", "smaller part"),
        ("100.5", "JPY", "smaller part"),
        ("100 XYZ", "USD", "not in USD"),
        ("¥500", "USD", "not in USD"),
        ("$99", "EUR", "not in EUR"),
        ("TBD", "USD", "not a number"),
        ("30000000000", "USD", "more than a price"),
    ],
)
def test_a_price_that_is_not_exact_or_not_in_the_currency_is_left_open(text: str, currency: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as raised:
        read_money(text, currency, ".")
    assert f"“{text}”" in str(raised.value), "the message says the price as it was written"


@pytest.mark.parametrize(
    ("text", "currency", "mark", "minor"),
    [
        ("450 Euro", "EUR", ",", 45000), ("1.250,- EUR", "EUR", ",", 125000), ("kr. 500", "SEK", ",", 50000),
        ("1 200 Kč", "CZK", ",", 120000),
        ("US$ 1,200", "USD", ".", 120000), ("R$ 1.200,00", "BRL", ",", 120000), ("CHF 1'200.00", "CHF", ".", 120000),
        ("99.99000000000001", "USD", ".", 9999), ("¥500", "JPY", ".", 500),
    ],
)  # fmt: skip
def test_prices_are_read_as_people_write_them(text: str, currency: str, mark: str, minor: int) -> None:
    assert read_money(text, currency, mark) == minor


def test_a_sign_names_a_currency_only_where_one_has_it() -> None:
    assert [currency_in(text) for text in ("US$5", "5 Euro", "5 zł", "£5", "$5", "5 kr", "R$ 5")] == [
        "USD", "EUR", "PLN", "GBP", "", "", "BRL",
    ]  # fmt: skip


def test_rows_that_tell_runs_of_one_course_become_its_offers(tmp_path: Path) -> None:
    rows = (
        HEAD + ROW + "A1,Welding,Harbour College,120,10,2026-09-01\nA1,Something else,Harbour College,1,10,2026-12-01\n"
    )
    report = load_csv(tmp_path, rows, MAPPING)
    assert [(remark.row, remark.code) for remark in report.remarks] == [(3, "another_offer"), (4, "duplicate")]
    assert Definition.objects.count() == 1
    assert sorted(Offer.objects.values_list("starts_on", "price_total")) == [
        (date(2026, 5, 1), 10000),
        (date(2026, 9, 1), 12000),
    ]
    again = load_csv(tmp_path, rows, MAPPING)
    assert (again.total().created, again.total().updated) == (0, 0)


TABLES = {
    "a mark and nothing else": (b"\xef\xbb\xbf", "empty_file"),
    "a web page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "not_a_table"),
    "a heading alone": (HEAD.encode(), "no_rows"),
}


@pytest.mark.parametrize("case", sorted(TABLES))
def test_a_table_that_is_none_is_called_what_it_is(tmp_path: Path, case: str) -> None:
    content, code = TABLES[case]
    with pytest.raises(Invalid) as raised:
        load_csv(tmp_path, content.decode(), MAPPING)
    assert raised.value.specific_code == code


def test_where_no_row_can_be_used_the_first_reason_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="The row has 2 columns") as raised:
        load_csv(tmp_path, HEAD + "A1,Wel\n", MAPPING)
    assert raised.value.specific_code == "broken_row"


def test_bars_separate_and_a_row_with_a_nul_costs_only_itself(tmp_path: Path) -> None:
    report = load_csv(tmp_path, (HEAD + ROW + "A2,We\0ld,H,1,1,2026-05-01\n").replace(",", "|"), MAPPING)
    (remark,) = report.remarks
    assert (remark.row, remark.code) == (3, "broken_row")
    assert Definition.objects.count() == 1


def test_utf_16_without_its_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "in_demand_socs.csv"
    path.write_bytes("SOC,OCCUPATIONTITLE\n29-1141,Nurses\n".encode("utf-16-le"))
    with pytest.raises(RequirementsUnmet, match="no occupations to mark"):
        IMPORTERS["in-demand"].run([path], at=NOW)


def test_a_workload_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    report = load_csv(tmp_path, HEAD + ROW.replace(",10,", ",ten,"), MAPPING)
    assert [remark.column for remark in report.remarks] == ["/hours"]


def badge(number: int) -> dict[str, Any]:
    return {
        **BADGE,
        "entityId": f"b{number}",
        "openBadgeId": f"{BADGE['openBadgeId']}{number}",
        "name": f"Badge {number}",
    }


EXPORTS: dict[str, tuple[Any, str]] = {
    "badgr": ({"status": {"success": True}, "result": [ISSUER, badge(1), badge(2)]}, "Badge 2"),
    "moodle": ({"badges": [MOODLE, {**MOODLE, "id": 8, "name": "Badge 2"}]}, "Badge 2"),
    "rsd": ([skill("Plan a route"), skill("Badge 2")], "Badge 2"),
    "case": (package(), "Know the hazards"),
}


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_an_export_that_breaks_off_is_read_up_to_there(name: str, tmp_path: Path) -> None:
    document, last = EXPORTS[name]
    whole = json.dumps(document)
    report = run(name, tmp_path, export__json=whole[: whole.index(last)].encode())
    (remark,) = [one for one in report.remarks if one.code == "not_json"]
    assert "it breaks at line 1, column" in remark.message
    assert Definition.objects.count() == 1 if name in {"badgr", "moodle"} else Skill.objects.exists()


def test_an_entry_that_breaks_off_inside_is_never_taken_for_whole(tmp_path: Path) -> None:
    whole = json.dumps({"id": 7, "name": "Half", "alignment": [{"targetName": "A"}, {"targetName": "B"}]})
    with pytest.raises(Invalid, match="is not JSON"):
        run("moodle", tmp_path, export__json=whole[:-6].encode())


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_of_several_exports_a_broken_one_is_told_and_the_others_are_kept(name: str, tmp_path: Path) -> None:
    report = run(name, tmp_path, a__json=b"<html>Sign in</html>", b__json=EXPORTS[name][0])
    (remark,) = [one for one in report.remarks if one.kind == "refused"]
    assert (remark.file, "web page" in remark.message) == ("a.json", True)
    assert Definition.objects.exists() or Skill.objects.exists()


@pytest.mark.parametrize("name", ["badgr", "credly", "moodle", "canvas"])
@pytest.mark.parametrize("content", [b"null", b'"x"', b"17", b"<html></html>", b"\x89PNG\x00\x01", b"[" * 5000])
def test_a_file_that_holds_no_entries_never_breaks_an_importer(name: str, content: bytes, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as raised:
        run(name, tmp_path, export__json=content)
    assert raised.value.remedy


def page(markup: Any, lang: str = "") -> bytes:
    return f'<html{lang}><script type="application/ld+json">{json.dumps(markup)}</script></html>'.encode()


def course(**more: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": "Brot &amp; Salz",
        "provider": {"name": "Example"},
        **more,
    }


def test_a_page_says_the_language_its_markup_leaves_out_and_entities_are_letters(tmp_path: Path) -> None:
    run(
        "schema-org",
        tmp_path,
        a__html=page(course(), ' lang="de-AT"'),
        b__html=page(course(url="https://b.example/b", name="B")),
    )
    assert dict(DefinitionVersion.objects.values_list("title", "language")) == {"Brot & Salz": "de-AT", "B": "und"}


def test_only_what_is_free_as_a_whole_is_free(tmp_path: Path) -> None:
    offers = {
        "partly": {"offers": {"category": "Partially Free", "price": 0, "priceCurrency": "USD"}},
        "by the month": {"offers": {"category": "Subscription", "price": 49, "priceCurrency": "USD"}},
        "free": {"isAccessibleForFree": True},
        "paid": {"offers": {"category": "Paid", "price": 49, "priceCurrency": "USD"}},
    }
    instance = {
        "hasCourseInstance": {
            "courseMode": "online",
            "courseWorkload": "PT30H",
            "location": {"name": "X", "address": "Main St 1"},
        }
    }
    run("schema-org", tmp_path, a__json=[course(name=name, **one, **instance) for name, one in offers.items()])
    found = {one.version.title: one for one in Offer.objects.select_related("version")}
    assert {name: one.price_total for name, one in found.items()} == {
        "partly": None, "by the month": None, "free": 0, "paid": 4900,
    }  # fmt: skip
    assert found["by the month"].price_text == "USD 49, Subscription"
    assert {(one.version.workload_hours, one.address) for one in found.values()} == {(30, "Main St 1")}


def test_a_run_without_a_price_has_none_where_others_state_theirs(tmp_path: Path) -> None:
    price = {"price": 350, "priceCurrency": "USD"}
    runs = [
        {"courseMode": "onsite", "startDate": "2026-04-01", "offers": price},
        {"courseMode": "online", "startDate": "2026-09-01"},
    ]
    run("schema-org", tmp_path, a__json=course(offers=price, hasCourseInstance=runs))
    assert sorted(Offer.objects.values_list("mode", "price_total")) == [("online", None), ("onsite", 35000)]


def test_what_is_said_twice_is_kept_once_and_a_credential_does_not_lead_to_itself(tmp_path: Path) -> None:
    twice = {"teaches": ["Build a small neural network"] * 2, "keywords": "ai, ai"}
    awarded = {"educationalCredentialAwarded": {"name": "Baking", "credentialCategory": "MicroCredential"}}
    run("schema-org", tmp_path, a__json=course(name="Baking", **twice, **awarded))
    version = DefinitionVersion.objects.get()
    assert (len(version.outcomes), version.tags, version.leads_to) == (1, ["ai"], "")
    assert version.definition.type == "badge"


def test_ctdl_says_workload_and_worth_in_more_than_one_place(tmp_path: Path) -> None:
    more = {
        "ceterms:estimatedDuration": [{"ceterms:exactDuration": "P8W", "ceterms:timeRequired": "PT90H"}],
        "ceterms:requires": [{"@type": "ceterms:ConditionProfile", "ceterms:creditValue": [{"schema:value": 3}]}],
    }
    run("ctdl", tmp_path, a__json=ctdl(1, **more))
    version = DefinitionVersion.objects.get()
    assert (version.workload_hours, version.credits) == (90, 3)
    assert Offer.objects.get().weeks == 8
