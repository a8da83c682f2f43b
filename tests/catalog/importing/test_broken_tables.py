"""Broken tables, the same for every importer that reads one: a clear sentence that names file and row, and every sound row is kept.

``TABLES`` has an importer a row, with three sound rows; ``BROKEN`` has a kind of broken file a row. Each is tried with each.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cairn.catalog.importing import IMPORTERS, Report
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.errors import CairnError
from cairn.skills.importing import table_records
from cairn.skills.models import Framework, Occupation

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
type Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Tabled:
    """The table of an importer: its file, heading and three rows; ``text`` is a column of free words, ``beside`` are further files."""

    file: str
    rows: Rows
    table: str
    text: int = 1
    beside: dict[str, str] | None = None


_NJ = ("programid", "providerid", "name", "officialname", "cipcode", "tuition", "fees", "totalcost", "totalclockhours")
_OEWS = (
    "AREA_TITLE",
    "OCC_CODE",
    "OCC_TITLE",
    "O_GROUP",
    "TOT_EMP",
    "A_MEAN",
    "A_PCT10",
    "A_PCT25",
    "A_MEDIAN",
    "A_PCT75",
    "A_PCT90",
)
_WAGES = ("100", "1000", "500", "600", "900", "1200", "1500")
_ESCO = "http://data.europa.eu/esco/"
_MAPPING = {
    "mapping": 1, "source": "courses", "language": "en", "currency": "USD", "decimal": ".",
    "fields": {
        "key": "code", "title": "title", "provider": "provider", "price_total": "price", "credits": "credits", "credit_scheme": "scheme",
        "level": "level", "level_framework": "framework", "supervision": "supervised", "identity_check": "identity", "grading": "grading",
        "valid_months": "valid", "taught_in": "taught", "skills": "skills", "skill_urls": "urls",
    },
}  # fmt: skip
_REGISTER = {"register": "example", "name": "Example Register", "key": "id", "label": "name", "domains": ["website"]}
TABLES = {
    "onet": Tabled("Occupation Data.csv", [
        ("O*NET-SOC Code", "Title", "Description"), ("11-1011.00", "Chief Executives", "x"), ("11-1021.00", "Managers", "y"),
        ("11-2011.00", "Advertisers", "z"),
    ], "occupations"),
    "esco": Tabled("skills_en.csv", [
        ("conceptUri", "preferredLabel", "skillType", "altLabels", "hiddenLabels", "description", "status"),
        *[(f"{_ESCO}skill/{one}", f"weld {one}", "skill/competence", "", "", "", "released") for one in (1, 2, 3)],
    ], "skills", beside={
        "occupations_en.csv": f"conceptUri,preferredLabel,code\n{_ESCO}occupation/1,welder,7212.1\n",
        "occupationSkillRelations.csv": f"occupationUri,relationType,skillUri\n{_ESCO}occupation/1,essential,{_ESCO}skill/2\n",
    }),
    "oews": Tabled("national_M2024_dl.csv", [
        _OEWS, *[("U.S.", code, "Somebody", "detailed", *_WAGES) for code in ("11-1011", "11-1021", "11-2011")],
    ], "wages", text=2),
    "crosswalk-cip-soc": Tabled("soc2018_cip2020_crosswalk.csv", [
        ("SOC2018Code", "SOC2018Title", "CIP2020Code", "CIP2020Title"), ("11-1011", "Chief", "52.0101", "Business"),
        ("11-1021", "Managers", "52.0201", "Administration"), ("11-2011", "Advertisers", "09.0903", "Advertising"),
    ], "links"),
    "crosswalk-esco-onet": Tabled("esco_onet_crosswalk_Nov2020.csv", [
        ("onet_code", "onet_occupation", "confidence", "concept_uri"),
        *[(f"11-101{one}.00", "Somebody", "2", f"{_ESCO}occupation/{one}") for one in (1, 2, 3)],
    ], "links"),
    "crosswalk": Tabled("my-crosswalk.csv", [
        ("source", "note", "target"), *[(f"{_ESCO}occupation/{one}", "n", f"11-101{one}.00") for one in (1, 2, 3)],
    ], "occupation links"),
    "in-demand": Tabled("in_demand_socs.csv", [
        ("SOC", "OCCUPATIONTITLE"), ("11-1011", "One"), ("11-1012", "Two"), ("11-1013", "Three"),
    ], "occupations"),
    "rsd": Tabled("skills.csv", [
        ("Canonical URL", "Skill Name", "Keywords", "Contextualized Skill Statement"),
        *[(f"https://skills.example.org/{one}", f"Weld {one}", "metal", f"Weld the seam number {one}.") for one in (1, 2, 3)],
    ], "skills"),
    "nj-etpl": Tabled("nj_etpl.csv", [
        _NJ, ("1", "27", "Harbour College", "Nursing", "513901", "900", "100", "1000", "175"),
        ("2", "27", "Harbour College", "Baking", "120501", "900", "100", "1000", "175"),
        ("9", "27", "Harbour College", "Welding", "480508", "500", "0", "500", "80"),
    ], "definitions", text=3),
    "csv": Tabled("courses.csv", [
        ("code", "title", "provider", "price", "credits", "scheme", "level", "framework", "supervised", "identity", "grading", "valid",
         "taught", "skills", "urls"),
        *[(code, title, "Harbour College", "100", "5", "ECTS", "5", "EQF", "yes", "no", "Pass or fail", "2 years", "English", "weld",
           f"{_ESCO}skill/1") for code, title in (("A1", "Welding"), ("A2", "Baking"), ("A3", "Nursing"))],
    ], "definitions", beside={"mapping.json": json.dumps(_MAPPING)}),
    "dapip": Tabled("dapip_institutions.csv", [
        ("DapipId", "LocationName", "OpeId", "IpedsUnitIds", "ParentName", "Address"),
        *[(str(one), f"College {one}", "", "", "", "1 Main St, Trenton, NJ 08601") for one in (1, 2, 3)],
    ], "register entries"),
    "ipeds": Tabled("ipeds_hd.csv", [
        ("unitid", "instnm", "city", "stabbr", "opeid", "webaddr", "closedat"),
        *[(str(one), f"College {one}", "Trenton", "NJ", f"0010{one}00", f"www.c{one}.edu", "-2") for one in (1, 2, 3)],
    ], "register entries"),
    "va-caution": Tabled("va_caution_flag.csv", [
        ("id", "instnm", "settlement title", "settlement description", "settlement date", "settlement link"),
        *[(str(one), f"College {one}", "Flag", "Why", "1/2/2020", "https://x.example") for one in (1, 2, 3)],
    ], "register entries"),
    "university-domains": Tabled("world_universities_and_domains.csv", [
        ("domains", "name", "web_pages", "alpha_two_code", "state-province"),
        *[(f"c{one}.example", f"College {one}", f"https://www.c{one}.example", "GB", "") for one in (1, 2, 3)],
    ], "register entries"),
    "register": Tabled("deqar.csv", [
        ("id", "name", "website"), *[(str(one), f"College {one}", f"www.c{one}.example") for one in (1, 2, 3)],
    ], "register entries", beside={"mapping.json": json.dumps(_REGISTER)}),
}  # fmt: skip
JSON_TOO = {"csv", "register", "dapip", "ipeds", "va-caution", "university-domains"}
"""Importers for which a list of objects in JSON is a table too."""


def written(rows: Rows, separator: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    return out.getvalue()


def workbook(rows: Rows) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(out)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def second(rows: Rows, change: Callable[[list[str]], Sequence[str]]) -> Rows:
    return [rows[0], change(list(rows[1])), *rows[2:]]


def with_text(one: Tabled, text: str) -> Rows:
    return second(one.rows, lambda row: [text if at == one.text else value for at, value in enumerate(row)])


@dataclass(frozen=True)
class Kind:
    """A kind of broken file: how it is made, and what must come of it.

    ``whole`` is the code with which the file is refused, "" where its rows are read; then ``row`` is the code of the one remark
    ("" for none) of ``how``, and ``kept`` of the three rows are kept. ``said`` stands in the sentence.
    """

    make: Callable[[Tabled], str | bytes] | str | bytes
    whole: str = ""
    row: str = ""
    how: str = "refused"
    kept: int = 3
    said: str = ""
    ending: str = ""


def made(make: Callable[[Tabled], str | bytes] | str | bytes, one: Tabled) -> str | bytes:
    return make(one) if callable(make) else make


def ends(one: Tabled) -> bytes:
    lines = written(one.rows).splitlines()
    return "".join(f"{line}{end}" for line, end in zip(lines, ("\r\n", "\r", "\n", ""), strict=True)).encode()


BROKEN: dict[str, Kind] = {
    "empty": Kind("", "empty_file", said="is empty"),
    "blanks": Kind(b"\xef\xbb\xbf\r\n  \r\n", "empty_file", said="is empty"),
    "a heading alone": Kind(lambda one: written(one.rows[:1]), "no_rows", said="a heading and no rows"),
    "a picture": Kind(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary_file", said="holds binary data"),
    "a PDF": Kind(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "binary_file", said="holds binary data"),
    "noise": Kind(bytes(range(1, 256)) * 40, "binary_file", said="holds binary data"),
    "a sign-in page": Kind("<!DOCTYPE html><html>Sign in</html>", "not_a_table", said="a web page or XML"),
    "a zip called csv": Kind(lambda one: zipped({one.file: written(one.rows).encode()}), "not_a_table", said="is a zip file"),
    "a zip without a table": Kind(zipped({"a.exe": b"x"}), "missing_file", said="is not among the files given", ending=".zip"),
    "a damaged zip": Kind(b"PK\x03\x04" + bytes(40), "broken_file", said="not a whole zip file", ending=".zip"),
    "a workbook that breaks off": Kind(lambda one: workbook(one.rows)[:-200], "broken_file", said="damaged or breaks off", ending=".xlsx"),
    "a gz that breaks off": Kind(
        lambda one: gzip.compress(written(one.rows).encode())[:-12], "broken_file", said="is damaged", ending=".csv.gz"
    ),
    "a bomb in gz": Kind(gzip.compress(b"a" * 300_000), "too_large", said="unpacks to more", ending=".csv.gz"),
    "a bomb in a zip": Kind(lambda one: zipped({one.file: b"a" * 300_000}), "too_large", said="unpacks to more", ending=".zip"),
    "a bomb in a workbook": Kind(
        zipped({"xl/workbook.xml": b"<a/>", "xl/styles.xml": b" " * 300_000}), "too_large", said="unpacks to more", ending=".xlsx"
    ),
    "a column missing": Kind(lambda one: written([row[1:-1] or row[:1] for row in one.rows]), "wrong_column", said="has no column"),
    "a row cut off": Kind(lambda one: written(one.rows)[: -len(written(one.rows[-1:])) + 2], row="broken_row", kept=2, said="columns"),
    "a row longer than the heading": Kind(
        lambda one: written(second(one.rows, lambda row: [*row, "one", "more"])), row="broken_row", kept=2, said="a separator inside a text"
    ),
    "a quotation mark never closed": Kind(
        lambda one: written(one.rows[:2]) + '"' + written(one.rows[2:]), row="broken_row", kept=2, said="quotation mark"
    ),
    "a NUL": Kind(lambda one: written(with_text(one, "a\0b")), row="broken_row", kept=2, said="NUL"),
    "half a letter of UTF-16": Kind(
        lambda one: written(one.rows, "\t").encode("utf-16")[:-3], row="broken_row", kept=2, said="breaks off"
    ),
    "Windows letters": Kind(lambda one: written(with_text(one, "Caf\xe9")).encode("cp1252"), row="encoding", how="repaired"),
    "UTF-16": Kind(lambda one: written(one.rows, "\t").encode("utf-16")),
    "a mark": Kind(lambda one: written(one.rows).encode("utf-8-sig")),
    "mixed line ends": Kind(ends),
    "a workbook called csv": Kind(lambda one: workbook(one.rows)),
    "a table called xlsx": Kind(lambda one: written(one.rows, ";"), ending=".xlsx"),
    "empty lines above": Kind(lambda one: "\n\n" + written(one.rows)),
    "a title above": Kind(lambda one: "List of 2026, as of autumn\n\n" + written(one.rows, ";")),
    "Excel's line": Kind(lambda one: "sep=|\n" + written(one.rows, "|")),
}  # fmt: skip

NAMED_AS_THEY_LIKE = {"rsd", "dapip", "ipeds", "va-caution", "university-domains", "register"}
"""Importers that read every table in a zip, whatever it is called."""
ANY_TABLE = {
    "a zip without a table": replace(BROKEN["a zip without a table"], whole="nothing_in_zip", said="holds no file that ends in"),
    "a damaged zip": replace(BROKEN["a damaged zip"], said="cannot be unpacked"),
}  # fmt: skip


def occupations() -> None:
    esco, onet = (
        Framework.objects.create(slug=slug, name=slug, version="1", publisher="P", licence="CC0")
        for slug in ("esco", "onet")
    )
    for one in (1, 2, 3):
        Occupation.objects.create(framework=esco, uri=f"{_ESCO}occupation/{one}", code=str(one), title=f"e{one}")
        Occupation.objects.create(
            framework=onet, uri=f"https://o.example/{one}", code=f"11-101{one}.00", soc=f"11-101{one}", title=f"o{one}"
        )


def load(name: str, folder: Path, content: str | bytes, ending: str = "") -> Report:
    one = TABLES[name]
    file = folder / (one.file.removesuffix(".csv") + (ending or ".csv"))
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    paths = [file]
    for beside, text in (one.beside or {}).items():
        paths.append(folder / beside)
        paths[-1].write_text(text, encoding="utf-8")
    return IMPORTERS[name].run(paths, at=AT, dry_run=True)


@pytest.mark.parametrize("name", list(TABLES))
def test_a_broken_table_gets_a_clear_sentence_and_its_sound_rows_are_kept(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_records, "LARGEST_FILE", 200_000)
    monkeypatch.setattr("cairn.skills.importing.tabular.LARGEST_FILE", 200_000)
    monkeypatch.setattr("cairn.skills.importing.unpacking.LARGEST_MEMBER", 200_000)
    if "crosswalk" in name or name == "in-demand":
        occupations()
    for kind, expected in {**BROKEN, **(ANY_TABLE if name in NAMED_AS_THEY_LIKE else {})}.items():
        folder = tmp_path / kind.replace(" ", "-")
        folder.mkdir()
        stem, refusal = TABLES[name].file.removesuffix(".csv"), None
        try:
            report = load(name, folder, made(expected.make, TABLES[name]), expected.ending)
        except CairnError as error:
            refusal = error
        if expected.whole:
            assert refusal is not None, f"{kind} was read"
            assert refusal.specific_code == expected.whole, f"{kind}: {refusal.message}"
            assert expected.said in refusal.message, kind
            assert refusal.remedy, kind
            assert stem in refusal.message or expected.whole == "missing_file", kind
            continue
        assert refusal is None, f"{kind}: {refusal and refusal.message}"
        told = [one for one in report.remarks if one.kind == expected.how and one.file.startswith(stem)]
        assert [remark.code for remark in told] == [expected.row] * bool(expected.row), f"{kind}: {told}"
        assert all(remark.row and expected.said in remark.sentence() for remark in told), kind
        counts = report.counts(TABLES[name].table)
        assert counts.created + counts.updated == expected.kept, f"{kind}: {counts}"


@pytest.mark.parametrize("name", [name for name in TABLES if name not in JSON_TOO])
def test_json_under_the_name_of_a_table_is_called_json(name: str, tmp_path: Path) -> None:
    rows = TABLES[name].rows
    if "crosswalk" in name or name == "in-demand":
        occupations()
    with pytest.raises(CairnError, match="is JSON, not a table") as refusal:
        load(name, tmp_path, json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]))
    assert refusal.value.specific_code == "not_a_table"


@pytest.mark.parametrize("name", list(TABLES))
def test_which_of_two_columns_of_one_name_is_meant_is_never_guessed(name: str, tmp_path: Path) -> None:
    one = TABLES[name]
    if "crosswalk" in name or name == "in-demand":
        occupations()
    needed = {"crosswalk": 2, "esco": 2, "rsd": 3}.get(name, 0)
    rows = [[*one.rows[0], one.rows[0][needed]], *[[*row, "else"] for row in one.rows[1:]]]
    with pytest.raises(CairnError, match="twice") as refusal:
        load(name, tmp_path, written(rows))
    assert refusal.value.specific_code == "column_twice"


FORMULAS = ("=1+1", '=HYPERLINK("http://evil.example","Pay here")', "+SUM(A1:A9)", "@cmd", "=cmd|' /C calc'!A0")


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_formula_is_text_that_is_never_calculated(formula: str, ending: str, tmp_path: Path) -> None:
    rows = with_text(TABLES["csv"], formula)
    file = tmp_path / f"courses{ending}"
    file.write_bytes(written(rows).encode() if ending == ".csv" else workbook(rows))
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps(_MAPPING), encoding="utf-8")
    IMPORTERS["csv"].run([file, mapping], at=AT)
    assert set(DefinitionVersion.objects.values_list("title", flat=True)) == {formula, "Baking", "Nursing"}


def test_a_formula_for_a_price_is_no_price_and_a_kept_result_is_one(tmp_path: Path) -> None:
    rows = second(TABLES["csv"].rows, lambda row: [*row[:3], "=50*2"])
    content = workbook(rows)
    load("csv", tmp_path, content, ".xlsx")
    report = load("csv", tmp_path, content, ".xlsx")
    (remark,) = report.remarks
    assert (remark.row, remark.column, remark.code) == (2, "/price", "unread_value")
    assert "=50*2" in remark.message
    calculated = workbook(TABLES["csv"].rows)
    with zipfile.ZipFile(io.BytesIO(calculated)) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b'<c r="A2"' in members[sheet]
    members[sheet] = members[sheet].replace(
        b'<c r="D2" t="s"><v>', b'<c r="D2"><f>50*2</f><v>100</v></c><c r="E2" t="s"><v>', 1
    )
    file, mapping = tmp_path / "kept.xlsx", tmp_path / "mapping.json"
    file.write_bytes(zipped(members))
    IMPORTERS["csv"].run([file, mapping], at=AT)
    assert Offer.objects.get(version__title="Welding").price_total == 100_00


def test_a_formula_beside_dates_is_read_by_the_general_reader_too(tmp_path: Path) -> None:
    book, out = Workbook(), io.BytesIO()
    for row in TABLES["csv"].rows:
        book.active.append(list(row))
    book.active["B2"] = "=A2&A3"
    book.active["F2"] = datetime(2026, 5, 1)  # noqa: DTZ001 (a spreadsheet's day has no zone)
    book.save(out)
    file, mapping = tmp_path / "courses.xlsx", tmp_path / "mapping.json"
    file.write_bytes(out.getvalue())
    mapping.write_text(json.dumps(_MAPPING), encoding="utf-8")
    IMPORTERS["csv"].run([file, mapping], at=AT)
    assert "=A2&A3" in set(DefinitionVersion.objects.values_list("title", flat=True))


ABSURD: dict[str, tuple[dict[str, Any], str]] = {
    "a price below nothing": ({"price": "-50"}, "less than nothing"),
    "a price beyond all": ({"price": "9" * 25}, "more than a price here can be"),
    "hours beyond a life": ({"hours": "900000"}, "is no workload"),
    "hours below nothing": ({"hours": "-3"}, "is no workload"),
    "a year to come": ({"start": "8014-05-01"}, "The year 8014 cannot be right"),
    "a day that is none": ({"start": "2026-02-30"}, "is not a date"),
    "an end before the start": ({"start": "2026-05-01", "end": "2025-05-01"}, "ends before it starts"),
    "credits below nothing": ({"credits": "-1"}, "not possible here"),
    "words for a number": ({"hours": "six weeks"}, "is not a number"),
}


@pytest.mark.parametrize("kind", list(ABSURD))
def test_a_figure_that_cannot_be_is_left_open_and_told_and_its_row_kept(kind: str, tmp_path: Path) -> None:
    changes, said = ABSURD[kind]
    columns = ("code", "title", "provider", "price", "hours", "start", "end", "credits")
    sound = dict(
        zip(columns, ("A1", "Welding", "Harbour College", "100", "10", "2026-05-01", "2026-06-01", "3"), strict=True)
    )
    names = {"key": "code", "workload_hours": "hours", "starts_on": "start", "ends_on": "end", "price_total": "price"}
    fields = {"title": "title", "provider": "provider", "credits": "credits", **names}
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({**_MAPPING, "dates": "ymd", "hours": "hours", "fields": fields}), encoding="utf-8")
    file = tmp_path / "courses.csv"
    file.write_text(
        written([columns, list({**sound, **changes}.values()), ["A2", *list(sound.values())[1:]]]), encoding="utf-8"
    )
    report = IMPORTERS["csv"].run([file, mapping], at=AT)
    (remark,) = report.remarks
    assert (remark.kind, remark.row) == ("repaired", 2)
    assert said in remark.message
    assert DefinitionVersion.objects.count() == 2
