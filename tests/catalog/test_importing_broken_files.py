"""Broken lists: each gets a clear sentence that names file, row and column, and the sound rows are kept."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cairn.catalog.importing import IMPORTERS, Report
from cairn.catalog.models import Definition, DefinitionVersion, Offer, Outcome
from cairn.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
COLUMNS = (
    "programid",
    "providerid",
    "name",
    "officialname",
    "cipcode",
    "tuition",
    "fees",
    "totalcost",
    "totalclockhours",
    "certapprovalexp",
)
FIRST = ("1", "27", "Harbour College", "Nursing", "513901", "900", "100", "1000", "175", "")
LAST = ("9", "27", "Harbour College", "Welding", "480508", "500", "0", "500", "80", "")


def row(**changes: str) -> tuple[str, ...]:
    return tuple({**dict(zip(COLUMNS, FIRST, strict=True)), "programid": "5", **changes}.values())


def text(*rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def load(folder: Path, content: bytes | str, name: str = "nj_etpl.csv") -> Report:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return IMPORTERS["nj-etpl"].run([folder / name], at=AT)


def titles() -> set[str]:
    return set(DefinitionVersion.objects.values_list("title", flat=True))


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("nj_etpl.csv", b"", "empty_file", "“nj_etpl.csv” is empty"),
        ("nj_etpl.csv", b"\x89PNG\r\n\x1a\n rest", "binary_file", "holds binary data"),
        ("nj_etpl.xlsx", b"PK\x03\x04 not whole", "broken_file", "not a spreadsheet that can be read"),
        ("nj_etpl.csv.gz", b"\x1f\x8b\x08 not whole", "broken_file", "“nj_etpl.csv.gz” is damaged"),
        (
            "nj_etpl.csv", text(FIRST, columns=(*COLUMNS[:7], "total_cost", *COLUMNS[8:])).encode(), "wrong_column",
            "no column “totalcost” \\(did you mean “total_cost”\\?\\)",
        ),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_changes_nothing_and_says_why(
    tmp_path: Path, name: str, content: bytes, code: str, said: str
) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        load(tmp_path, content, name)
    assert caught.value.specific_code == code
    assert caught.value.remedy
    assert not Definition.objects.exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere\.csv"):
        IMPORTERS["nj-etpl"].run([tmp_path / "nowhere.csv"], at=AT)
    with pytest.raises(Invalid, match="No file was given"):
        IMPORTERS["nj-etpl"].run([], at=AT)


@pytest.mark.parametrize(
    ("broken", "code", "column"),
    [
        (row(programid="1"), "duplicate", "programid"),
        (row(programid=""), "no_number", "programid"),
        (row(providerid=""), "no_number", "providerid"),
        (row(officialname=' " '), "no_title", "officialname"),
        (row()[:6], "broken_row", ""),
        ((*row(), "one", "too many"), "broken_row", ""),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_place_and_the_rest_kept(
    tmp_path: Path, broken: tuple[str, ...], code: str, column: str
) -> None:
    report = load(tmp_path, text(FIRST, broken, LAST))
    assert titles() == {"Nursing", "Welding"}
    (remark,) = report.remarks
    assert (remark.kind, remark.file, remark.row, remark.column, remark.code) == (
        "refused",
        "nj_etpl.csv",
        3,
        column,
        code,
    )
    assert report.total().refused == 1


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"tuition": "9OO", "totalcost": "1000"}, "not_money", "tuition"),
        ({"fees": "-100"}, "not_money", "fees"),
        ({"totalcost": "about 1000"}, "not_money", "totalcost"),
        ({"totalcost": "1e12"}, "impossible_amount", "totalcost"),
        ({"cipcode": "nursing"}, "not_a_cip", "cipcode"),
        ({"totalclockhours": "9999"}, "impossible_number", "totalclockhours"),
        ({"totalclockhours": "six weeks"}, "not_a_number", "totalclockhours"),
        ({"certapprovalexp": "31st of June"}, "not_a_date", "certapprovalexp"),
        ({"officialname": "RÃ©sumÃ© writing"}, "mangled_text", "officialname"),
    ],
)
def test_a_value_that_cannot_be_used_is_left_open_and_its_row_kept(
    tmp_path: Path, changes: dict[str, str], code: str, column: str
) -> None:
    report = load(tmp_path, text(FIRST, row(**changes), LAST))
    assert Definition.objects.count() == 3
    assert report.total().repaired == 1
    assert (code, column, 3) in {(each.code, each.column, each.row) for each in report.remarks}
    assert all(each.kind == "repaired" for each in report.remarks)


def test_no_price_is_made_up_where_a_part_cannot_be_read(tmp_path: Path) -> None:
    load(tmp_path, text(row(tuition="9OO", fees="100", totalcost="")))
    offer = Offer.objects.get()
    assert (offer.price_total, offer.price_tuition, offer.price_fees) == (None, None, 10000)


def test_a_quotation_mark_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    sound = text(FIRST, LAST).splitlines(keepends=True)
    report = load(tmp_path, sound[0] + sound[1] + '5,27,"Harbour,Baking,513901,1,0,1,1,\n' + sound[2])
    assert titles() == {"Nursing", "Welding"}
    assert [each.code for each in report.remarks] == ["broken_row"]


def test_letters_from_windows_are_understood(tmp_path: Path) -> None:
    report = load(tmp_path, text(FIRST, row(officialname="Café service")).encode("cp1252"))
    assert "Café service" in titles()
    assert [(each.row, each.code) for each in report.remarks] == [(3, "encoding")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_that_spreadsheets_put_at_the_start_do_no_harm(tmp_path: Path, encoding: str) -> None:
    load(tmp_path, text(FIRST).encode(encoding))
    assert titles() == {"Nursing"}


def test_semicolons_as_european_spreadsheets_write_them_are_understood(tmp_path: Path) -> None:
    load(tmp_path, text(FIRST).replace(",", ";"))
    assert Offer.objects.get().price_total == 100000


def test_a_list_without_outcomes_says_that_outcomes_stay_as_they_are(tmp_path: Path) -> None:
    report = load(tmp_path, text(FIRST))
    assert any("outcomes_schcip.csv" in note for note in report.notes)


def test_columns_that_may_be_missing_are_told_once(tmp_path: Path) -> None:
    report = load(tmp_path, text(FIRST))
    assert any("has no column" in note and "county" in note for note in report.notes)


def test_broken_outcomes_are_refused_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "outcomes_schcip.csv").write_text(
        "providerid,cipcode,PerEmployed2,AvgQuarterlyWage2,NumCompleted2,NumUsedWageCalc2\n"
        "27,513901,1.5,5000,7,5\n27,513901,0.5,5000,7,5\n27,513901,0.5,5000,7,5\n27,nursing,0.5,5000,7,5\n27,480508,0.5,-3,7,5\n",
        encoding="utf-8",
    )
    (tmp_path / "nj_etpl.csv").write_text(text(FIRST, LAST), encoding="utf-8")
    report = IMPORTERS["nj-etpl"].run([tmp_path], at=AT)
    told = [(each.row, each.code) for each in report.remarks]
    assert told == [(2, "not_a_figure"), (4, "duplicate"), (5, "not_a_cip"), (6, "not_a_figure")]
    assert Outcome.objects.count() == 1


def test_shares_of_a_provider_in_another_state_say_what_they_count(tmp_path: Path) -> None:
    columns = (*COLUMNS, "state")
    rows = [(*FIRST, "NJ"), (*LAST[:1], "28", "Far College", *LAST[3:], "CT")]
    (tmp_path / "nj_etpl.csv").write_text(text(*rows, columns=columns), encoding="utf-8")
    (tmp_path / "outcomes_schcip.csv").write_text(
        "providerid,cipcode,PerEmployed2,AvgQuarterlyWage2,NumCompleted2,NumUsedWageCalc2\n"
        "27,513901,0.7,5000,40,30\n28,480508,0.1,5000,400,30\n",
        encoding="utf-8",
    )
    report = IMPORTERS["nj-etpl"].run([tmp_path], at=AT)
    sources = dict(Outcome.objects.values_list("provider__state", "source"))
    assert sources["CT"].endswith("which seem to see jobs in New Jersey only; the provider is in CT")
    assert "CT" not in sources["NJ"]
    assert any(note.startswith("Outcomes of providers outside New Jersey: 1.") for note in report.notes)


@pytest.mark.parametrize("name", ["???", "12345", "---", "test", "Test.", "asdf", "N/A", "TBD", "#", "\u200b"])
def test_a_row_whose_name_is_none_is_refused_and_listed(tmp_path: Path, name: str) -> None:
    report = load(tmp_path, text(FIRST, row(officialname=name), LAST))
    assert titles() == {"Nursing", "Welding"}
    (refused,) = [one for one in report.remarks if one.kind == "refused"]
    assert (refused.row, refused.column, refused.code) == (3, "officialname", "no_title")
    assert report.tables["programmes"].refused == 1


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"tuition": "0.01", "fees": "0", "totalcost": "0.01"}, "totalcost", "impossible_amount"),
        ({"tuition": "-5"}, "tuition", "not_money"),
        ({"totalclockhours": "-40"}, "totalclockhours", "impossible_number"),
        ({"totalclockhours": "0.001"}, "totalclockhours", "impossible_number"),
        ({"totalclockhours": "1.2.3"}, "totalclockhours", "not_a_number"),
        ({"certapprovalexp": "2021-02-31 00:00:00"}, "certapprovalexp", "not_a_date"),
        ({"certapprovalexp": "8014-01-01"}, "certapprovalexp", "impossible_date"),
        ({"name": "???"}, "name", "provider_not_named"),
        ({"officialname": "Nursing " * 50}, "officialname", "too_long"),
    ],
)
def test_a_value_that_cannot_be_is_left_out_and_told_and_the_row_is_kept(
    tmp_path: Path, changes: dict[str, str], column: str, code: str
) -> None:
    report = load(tmp_path, text(row(**changes), LAST))
    assert Definition.objects.count() == 2
    assert (2, column, code) in {(one.row, one.column, one.code) for one in report.remarks}
    assert "all_costs_zero" not in {one.code for one in report.remarks}


def test_a_decimal_comma_is_no_thousands_separator(tmp_path: Path) -> None:
    load(tmp_path, text(row(tuition="1.234,50", fees="12,5", totalcost="1.247,00", totalclockhours="37,5")))
    offer = Offer.objects.get()
    assert (offer.price_total, str(offer.hours)) == (124_700, "37.50")
