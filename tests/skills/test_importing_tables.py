"""Reading tables as people have them, and telling what is wrong with them."""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from cairn.errors import Invalid, NotFound
from cairn.skills.importing.report import Report
from cairn.skills.importing.sheets import first_sheet
from cairn.skills.importing.tabular import Source
from cairn.skills.importing.values import cents, cip, number, tidy

AT = datetime(2026, 5, 1, tzinfo=UTC)
TEXT = 'code,name\n1,"Ada, the first"\n2,"two\nlines"\n3,"says ""yes"""\n'
ROWS = [("1", "Ada, the first"), ("2", "two\nlines"), ("3", 'says "yes"')]


def report() -> Report:
    return Report(importer="test", source_name="test", at=AT)


def read(path: Path, told: Report | None = None) -> list[tuple[str, str]]:
    table = Source([path]).table("things", "things.csv", needed=("code", "name"), single=True)
    return [(row["code"], row["name"]) for row in table.rows("things", told or report())]


def test_commas_line_breaks_and_quotes_inside_quotes_are_kept(tmp_path: Path) -> None:
    (tmp_path / "things.csv").write_text(TEXT, encoding="utf-8", newline="")
    assert read(tmp_path / "things.csv") == ROWS


@pytest.mark.parametrize("squeeze", [gzip.compress, lzma.compress])
def test_a_compressed_table_reads_like_a_plain_one(tmp_path: Path, squeeze: object) -> None:
    suffix = {"gzip": "gz", "lzma": "xz"}[squeeze.__module__]
    (tmp_path / f"things.csv.{suffix}").write_bytes(squeeze(TEXT.encode()))  # type: ignore[operator]  # either of two functions
    assert read(tmp_path) == ROWS


def test_a_table_is_found_inside_a_zip_inside_a_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
        archive.writestr("deep/things.csv", TEXT)
        archive.writestr("deep/read me.md", "no table")
    assert read(tmp_path) == ROWS


def test_a_spreadsheet_reads_like_a_text_table_and_whole_numbers_stay_whole(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["code", "name"], [1.0, "Ada"], [None, None], ["2", 3.5]):
        book.active.append(row)
    book.save(tmp_path / "things.xlsx")
    assert read(tmp_path / "things.xlsx") == [("1", "Ada"), ("2", "3.5")]


def test_a_spreadsheet_with_dates_gives_days_and_not_serial_numbers(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["code", "name"])
    book.active.append(["1", datetime(2022, 3, 31)])  # noqa: DTZ001 - a spreadsheet's dates have no zone
    book.save(tmp_path / "things.xlsx")
    assert read(tmp_path / "things.xlsx") == [("1", "2022-03-31 00:00:00")]


def test_empty_cells_at_the_end_of_a_spreadsheets_row_are_empty_and_empty_rows_still_count(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"], book.active["B1"] = "code", "name"
    book.active["A2"] = "1"
    book.active["B9"] = "Bea"
    book.save(tmp_path / "things.xlsx")
    table = Source([tmp_path]).table("things", "things.csv", needed=("code", "name"))
    rows = [(row.number, row["code"], row["name"]) for row in table.rows("things", report())]
    assert rows == [(2, "1", ""), (9, "", "Bea")]


def test_a_spreadsheet_that_declares_entities_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["code", "name"])
    book.save(tmp_path / "plain.xlsx")
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(tmp_path / "things.xlsx", "w") as evil:
        for name in plain.namelist():
            content = plain.read(name)
            if name.startswith("xl/worksheets/"):
                content = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + content
            evil.writestr(name, content)
    with pytest.raises(Invalid, match="declares entities"):
        read(tmp_path / "things.xlsx")


@pytest.mark.parametrize("name", ["Skills.xlsx", "Job Zones.xlsx"])
def test_the_fast_reader_and_openpyxl_agree_on_official_spreadsheets(shared_data: Path, name: str) -> None:
    content = (shared_data / "onet_29.2" / name).read_bytes()
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    for (place, cells), values in zip(
        first_sheet(content, 10**9), book.worksheets[0].iter_rows(values_only=True, max_row=3000), strict=False
    ):
        assert cells == ["" if value is None else str(value) for value in values], place


def test_semicolons_and_tabs_separate_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code;name\n1;Ada\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("code\tname\n1\tAda\n", encoding="utf-16")
    assert read(tmp_path / "a.csv") == read(tmp_path / "b.txt") == [("1", "Ada")]


def test_a_mark_at_the_start_of_the_file_does_not_hide_the_first_column(tmp_path: Path) -> None:
    (tmp_path / "things.csv").write_text("code,name\n1,Ada\n", encoding="utf-8-sig")
    assert read(tmp_path / "things.csv") == [("1", "Ada")]


def test_a_quotation_mark_that_is_never_closed_costs_one_row_and_not_the_rest(tmp_path: Path) -> None:
    (tmp_path / "things.csv").write_text('code,name\n1,Ada\n2,"Bea\n3,Cleo\n4,Dora\n', encoding="utf-8")
    told = report()
    assert read(tmp_path / "things.csv", told) == [("1", "Ada"), ("3", "Cleo"), ("4", "Dora")]
    (remark,) = told.remarks
    assert (remark.kind, remark.code, remark.row) == ("refused", "broken_row", 3)
    assert told.counts("things").as_dict()["refused"] == 1


def test_a_row_that_was_cut_off_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "things.csv").write_text("code,name\n1\n2,Bea\n", encoding="utf-8")
    told = report()
    assert read(tmp_path / "things.csv", told) == [("2", "Bea")]
    assert (
        told.remarks[0].sentence().startswith("things.csv, row 2: The row has 1 columns, the heading has 2 (line 2).")
    )


def test_letters_that_are_not_utf_8_are_read_line_by_line_as_windows_wrote_them(tmp_path: Path) -> None:
    (tmp_path / "things.csv").write_bytes("code,name\n1,Zoë\n".encode() + "2,Café\n".encode("cp1252"))
    told = report()
    assert read(tmp_path / "things.csv", told) == [("1", "Zoë"), ("2", "Café")]
    assert [(each.row, each.code) for each in told.remarks] == [(3, "encoding")]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("things.csv", b"", "empty_file"),
        ("things.csv", b"  \n\n", "empty_file"),
        ("things.csv", b"%PDF-1.7 and so on", "binary_file"),
        ("things.csv", b"code,name\n\x00\x01\x02", "binary_file"),
        ("things.xlsx", b"PK\x03\x04 cut off", "broken_file"),
        ("things.zip", b"PK\x03\x04 cut off", "broken_file"),
        ("things.csv.gz", gzip.compress(TEXT.encode(), mtime=0)[:20], "broken_file"),
        ("things.csv", b"kode,name\n1,Ada\n", "wrong_column"),
    ],
)
def test_a_file_that_cannot_be_used_says_so_with_its_name_and_what_to_do(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Invalid) as caught:
        read(tmp_path / name)
    assert caught.value.specific_code == code
    assert name in caught.value.message
    assert caught.value.remedy


def test_a_wrong_column_name_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "things.csv").write_text("code,nmae\n1,Ada\n", encoding="utf-8")
    with pytest.raises(Invalid, match="no column “name” \\(did you mean “nmae”\\?\\)"):
        read(tmp_path / "things.csv")


def test_a_missing_file_is_answered_with_what_was_found_instead(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code,name\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("code,name\n", encoding="utf-8")
    with pytest.raises(NotFound, match=r"“things\.csv” is not among the files given; found: a\.csv, b\.csv"):
        read(tmp_path)
    with pytest.raises(NotFound, match="There is no file or folder"):
        read(tmp_path / "nowhere")


def test_a_row_counts_once_as_repaired_however_much_was_repaired_in_it(tmp_path: Path) -> None:
    (tmp_path / "things.csv").write_text("code,name\n1,Ada\n", encoding="utf-8")
    told = report()
    (row,) = Source([tmp_path]).table("things", "things.csv", needed=("code",)).rows("things", told)
    told.remark("things", row.repaired("a", "One."))
    told.remark("things", row.repaired("b", "Two."))
    assert (told.total().repaired, len(told.as_dict()["remarks"])) == (1, 2)


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ('"La Casa de Don Pedro, Inc.', "La Casa de Don Pedro, Inc."),
        ('"Microsoft, CompTIA"', "Microsoft, CompTIA"),
        ('The "Big Five" course', 'The "Big Five" course'),
        ("RÃ©sumÃ© writing", "Résumé writing"),
        ("Peopleâ€™s skills", "People\u2019s skills"),
        ("AWS Certified DevOps Engineer ¿ Professional", "AWS Certified DevOps Engineer \u2013 Professional"),
        ("PMP® \x07 course\x9d ", "PMP® course"),
        ("São Paulo, Ângela", "São Paulo, Ângela"),
    ],
)
def test_mangled_words_are_put_right_and_sound_ones_left_alone(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


@given(st.text())
def test_tidying_twice_changes_nothing_more_than_blanks_and_quotes(text: str) -> None:
    once = tidy(text)
    assert "\n" not in once
    assert once == once.strip()


def test_money_is_read_exactly_and_never_guessed() -> None:
    assert cents("1,234.50") == 123450
    assert cents("$ 99") == 9900
    assert cents("") is None
    for wrong in ("12O", "-5", "NaN", "1e999999", "inf", "4 198 or so"):
        with pytest.raises(ValueError, match="“"):
            cents(wrong)


@given(st.decimals(min_value=0, max_value=10**7, places=2))
def test_every_amount_with_two_places_comes_back_as_its_cents(amount: object) -> None:
    assert cents(str(amount)) == int(str(amount).replace(".", ""))
    assert number(str(amount)) == amount


def test_a_cip_code_that_lost_its_leading_zero_gets_it_back() -> None:
    assert [cip(text) for text in ("520201", "10308", "52.0201", "1.0308", "1.03")] == [
        "52.0201", "01.0308", "52.0201", "01.0308", "01.0300",
    ]  # fmt: skip
    for wrong in ("", "nursing", "1234567", "52-0201"):
        with pytest.raises(ValueError, match="not a CIP code"):
            cip(wrong)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234", "1234"), ("12,345,678.5", "12345678.5"), ("1.234,56", "1234.56"), ("4,12", "4.12"), ("0,123", "0.123"),
        ("0,1234", "0.1234"), ("-5,5", "-5.5"), ("$1,200", "1200"), ("1,00,000", "100000"),
    ],
)  # fmt: skip
def test_a_number_with_a_comma_has_one_meaning(text: str, value: str) -> None:
    assert str(number(text)) == value


@pytest.mark.parametrize("text", ["1,,2", ",5", "1,2345,6", "1.23,456.7", "1,23.4"])
def test_a_comma_where_none_can_be_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        number(text)


def test_a_row_without_end_is_refused_before_it_is_cut_into_cells(tmp_path: Path) -> None:
    (tmp_path / "things.csv").write_text("code,name\n1,one\n" + "0," * 600_000 + "\n3,three\n", encoding="utf-8")
    told = report()
    assert read(tmp_path / "things.csv", told) == [("1", "one"), ("3", "three")]
    (remark,) = told.remarks
    assert (remark.row, remark.kind) == (3, "refused")
    assert "more than 1,048,576 letters" in remark.message


def test_of_two_files_that_say_different_things_none_is_guessed(tmp_path: Path) -> None:
    for name, title in (("things_de.csv", "eins"), ("things_en.csv", "one")):
        (tmp_path / name).write_text(f"code,name\n1,{title}\n", encoding="utf-8")
    with pytest.raises(
        Invalid, match=r"Several of the files given could be “things\.csv”: things_de\.csv, things_en\.csv"
    ):
        Source([tmp_path]).table("things_..", "things.csv", needed=("code", "name"))


def test_a_table_in_another_sheet_is_named(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Read this first"])
    book.create_sheet("Codes & names").append(["code", "name"])
    book.save(tmp_path / "things.xlsx")
    with pytest.raises(Invalid) as caught:
        read(tmp_path / "things.xlsx")
    assert "if the table is “Codes & names”, move that to the front" in caught.value.remedy
