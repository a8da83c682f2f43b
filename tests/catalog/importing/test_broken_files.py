"""Broken files, the same for every importer of documents: one clear sentence each, and the rest is kept."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.importing.catalogues import MAKERS, run, write

from cairn.catalog.importing import documents
from cairn.catalog.models import Definition, DefinitionVersion, ImportRun
from cairn.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db
every = pytest.mark.parametrize("name", list(MAKERS))


def zipped(members: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return kept.getvalue()


def text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)


type Made = Callable[[Callable[..., dict[str, Any]]], bytes]

WHOLE_FILE: dict[str, tuple[str, str, Made]] = {
    "truncated": ("broken.json", "not_json", lambda make: text(make(2)).encode()[:-20]),
    "empty": ("broken.json", "empty_file", lambda _: b""),
    "only blanks": ("broken.json", "empty_file", lambda _: b"\xef\xbb\xbf \r\n\t"),
    "a picture": ("broken.json", "not_text", lambda _: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)),
    "deep nesting": ("broken.json", "too_deep", lambda _: b'{"a":' * 300 + b"1" + b"}" * 300),
    "very deep nesting": ("broken.json", "too_deep", lambda _: b"[" * 100_000 + b"]" * 100_000),
    "a number for a document": ("broken.json", "not_an_object", lambda _: b"17"),
    "no number": ("broken.json", "not_json", lambda _: b'{"name": NaN}'),
    "a damaged zip": ("broken.zip", "broken_zip", lambda _: b"PK\x03\x04" + bytes(40)),
    "a damaged gz": ("broken.json.gz", "broken_file", lambda make: gzip.compress(text(make(2)).encode())[:-12]),
    "a half UTF-16": ("broken.json", "not_text", lambda make: text(make(2)).encode("utf-16")[:-1]),
}  # fmt: skip


@every
@pytest.mark.parametrize("kind", list(WHOLE_FILE))
def test_a_broken_file_is_told_and_the_sound_one_beside_it_is_kept(name: str, kind: str, tmp_path: Path) -> None:
    file, code, made = WHOLE_FILE[kind]
    if name == "open-badges" and kind == "a picture":
        code = "no_badge_inside"
    write(tmp_path, "a.json", MAKERS[name](1))
    write(tmp_path, file, made(MAKERS[name]))
    report = run(name, tmp_path)
    (remark,) = [one for one in report.remarks if one.kind == "refused"]
    assert (remark.file, remark.code) == (file, code)
    assert remark.message.endswith(".")
    assert DefinitionVersion.objects.get().title == "Welding 1"


@pytest.mark.parametrize("name", [name for name in MAKERS if name != "schema-org"])
def test_an_error_page_instead_of_json_is_called_a_web_page(name: str, tmp_path: Path) -> None:
    write(tmp_path, "a.json", MAKERS[name](1))
    write(tmp_path, "b.json", "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>")
    (remark,) = run(name, tmp_path).remarks
    assert (remark.file, remark.code) == ("b.json", "not_json")
    assert "a web page" in remark.message


@every
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_unicode_encoding_is_read_without_a_remark(name: str, encoding: str, tmp_path: Path) -> None:
    title = "Schweißen für Anfänger in Łódź"
    write(tmp_path, "a.json", text({**MAKERS[name](1), **titled(name, title)}).encode(encoding))
    assert run(name, tmp_path).remarks == []
    assert DefinitionVersion.objects.get().title == title


def titled(name: str, title: str) -> dict[str, Any]:
    return {"ctdl": {"ceterms:name": title}, "elm": {"title": {"de": title}}}.get(name, {"name": title})


@every
def test_windows_letters_are_read_and_told(name: str, tmp_path: Path) -> None:
    write(tmp_path, "a.json", text({**MAKERS[name](1), **titled(name, "Schweißen")}).encode("cp1252"))
    (remark,) = run(name, tmp_path).remarks
    assert (remark.kind, remark.code) == ("repaired", "not_utf8")
    assert DefinitionVersion.objects.get().title == "Schweißen"


@every
def test_lines_of_json_are_read_one_by_one_with_any_line_ending(name: str, tmp_path: Path) -> None:
    lines = [text(MAKERS[name](1)), "{broken", text(MAKERS[name](2))]
    write(tmp_path, "a.jsonl", (lines[0] + "\r\n" + lines[1] + "\r" + lines[2] + "\n").encode())
    (remark,) = run(name, tmp_path).remarks
    assert (remark.row, remark.code) == (2, "not_json")
    assert Definition.objects.count() == 2


@every
def test_of_a_list_that_breaks_off_what_stands_before_is_kept(name: str, tmp_path: Path) -> None:
    whole = text([MAKERS[name](1), MAKERS[name](2), MAKERS[name](3)])
    write(tmp_path, "a.json", whole[: whole.rindex("Welding 3")])
    (remark,) = run(name, tmp_path).remarks
    assert "the 2 before it are read" in remark.message
    assert Definition.objects.count() == 2


@every
def test_the_same_record_twice_is_merged_and_another_under_its_identifier_refused(name: str, tmp_path: Path) -> None:
    same, other = MAKERS[name](1), {**MAKERS[name](1), **titled(name, "Something else")}
    write(tmp_path, "a.json", [same, same, other])
    report = run(name, tmp_path)
    assert [(remark.kind, remark.code) for remark in report.remarks] == [
        ("merged", "same_again"),
        ("refused", "duplicate"),
    ]
    assert report.counts("records").merged == 1
    assert DefinitionVersion.objects.get().title == "Welding 1"


@every
@pytest.mark.parametrize(
    "wrong",
    [17, True, [], {}, [[["x"]]], {"a": {"b": 1}}, None],
    ids=["number", "truth", "list", "object", "lists", "objects", "null"],
)
def test_a_title_of_the_wrong_type_never_breaks_the_rest(name: str, wrong: Any, tmp_path: Path) -> None:
    key = {"ctdl": "ceterms:name", "elm": "title"}.get(name, "name")
    write(tmp_path, "a.json", [MAKERS[name](1), {**MAKERS[name](2), key: wrong}])
    run(name, tmp_path)
    assert DefinitionVersion.objects.filter(title="Welding 1").exists()


FIELDS = {
    "ctdl": ("ceterms:description", "ceterms:ownedBy", "ceterms:estimatedCost", "ceterms:estimatedDuration", "ceterms:requires",
             "ceterms:inLanguage", "ceterms:keyword", "ceterms:subjectWebpage", "ceterms:availableAt", "ceterms:creditValue",
             "ceterms:teaches", "ceterms:isPartOf", "@id", "ceterms:ctid"),
    "open-badges": ("description", "issuer", "criteria", "tags", "alignment", "image", "related", "inLanguage", "creditsAvailable", "id",
                    "resultDescription", "otherIdentifier", "achievementType", "creator"),
    "elm": ("description", "providedBy", "learningAchievementSpecification", "duration", "mode", "priceDetail", "temporal", "language",
            "homepage", "identifier", "id", "applicationDeadline", "learningOutcome", "location"),
    "schema-org": ("description", "provider", "offers", "hasCourseInstance", "inLanguage", "timeRequired", "keywords", "about", "teaches",
                   "numberOfCredits", "url", "@id", "coursePrerequisites", "educationalCredentialAwarded"),
}  # fmt: skip
WRONG = (
    17,
    -1,
    1e308,
    10**30,
    True,
    "",
    "x" * 5000,
    [],
    {},
    [[]],
    [None],
    {"a": [{"b": [1]}]},
    "\u0000nul",
    "javascript:alert(1)",
    "😀" * 400,
)


@every
def test_wrong_types_and_gigantic_values_anywhere_are_left_out_or_told_and_never_break_the_run(
    name: str, tmp_path: Path
) -> None:
    records = [MAKERS[name](1)]
    for field in FIELDS[name]:
        for wrong in WRONG:
            number = len(records) + 1
            records.append({**MAKERS[name](number), field: wrong})
    write(tmp_path, "a.json", records)
    report = run(name, tmp_path)
    assert report.counts("definitions").created > len(records) // 2
    for version in DefinitionVersion.objects.all():
        assert not version.homepage or version.homepage.startswith("http")
    again = run(name, tmp_path)
    assert again.counts("versions").updated == 0
    assert again.counts("definitions").created == 0


@every
def test_a_gigantic_number_is_no_figure(name: str, tmp_path: Path) -> None:
    fields: dict[str, dict[str, Any]] = {
        "ctdl": {"ceterms:estimatedCost": [{"ceterms:price": "9" * 400, "ceterms:currency": "USD"}]},
        "open-badges": {"creditsAvailable": "9" * 400},
        "elm": {"duration": "PT" + "9" * 50 + "H"},
        "schema-org": {"offers": {"price": "9" * 400, "priceCurrency": "USD"}},
    }
    write(tmp_path, "a.json", MAKERS[name](1, **fields[name]))
    (remark,) = run(name, tmp_path).remarks
    assert remark.kind == "repaired"
    assert "is not" in remark.message


@every
def test_a_zip_is_read_and_what_is_too_large_in_it_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "LARGEST_FILE", 100_000)
    bomb = b'{"a": "' + b" " * 5_000_000 + b'"}'
    write(
        tmp_path,
        "all.zip",
        zipped({"a/one.json": text(MAKERS[name](1)).encode(), "b/bomb.json": bomb, "note.md": b"no"}),
    )
    (remark,) = run(name, tmp_path / "all.zip").remarks
    assert (remark.file, remark.code) == ("all.zip/b/bomb.json", "too_large")
    assert Definition.objects.count() == 1


@every
def test_a_compressed_bomb_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LARGEST_FILE", 100_000)
    write(tmp_path, "a.json", MAKERS[name](1))
    write(tmp_path, "b.json.gz", gzip.compress(b" " * 5_000_000))
    (remark,) = run(name, tmp_path).remarks
    assert (remark.file, remark.code) == ("b.json.gz", "too_large")


@every
def test_all_files_together_are_bounded(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LARGEST_TOTAL", len(text(MAKERS[name](1))) + 10)
    write(tmp_path, "a.json", MAKERS[name](1))
    write(tmp_path, "b.json", MAKERS[name](2))
    (remark,) = run(name, tmp_path).remarks
    assert (remark.file, remark.code) == ("b.json", "too_large")


@every
def test_where_nothing_at_all_can_be_used_the_import_stops_and_keeps_nothing(name: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        run(name, write(tmp_path, "a.json", ""))
    assert "a.json: It is empty." in refusal.value.message
    assert not ImportRun.objects.exists()


@every
def test_a_file_that_is_not_there_and_a_folder_without_any_are_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        run(name, tmp_path / "none.json")
    with pytest.raises(Invalid):
        run(name, tmp_path)


@every
def test_an_unknown_vocabulary_is_told_by_its_name(name: str, tmp_path: Path) -> None:
    unknown = {"@context": "https://other.example", "@type": "Unicorn", "type": "Unicorn", "name": "X"}
    write(tmp_path, "a.json", MAKERS[name](1))
    write(tmp_path, "b.json", unknown)
    report = run(name, tmp_path)
    assert Definition.objects.count() == 1
    told = [remark for remark in report.remarks if remark.kind == "refused"]
    if name == "schema-org":
        assert report.skipped == {"JSON-LD of other things than courses, programmes and credentials": 1}
    else:
        assert [remark.file for remark in told] == ["b.json"]


def test_a_picture_without_a_badge_and_one_with_an_address_only_are_told(tmp_path: Path) -> None:
    pixel = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    write(tmp_path, "a.json", MAKERS["open-badges"](1))
    write(tmp_path, "b.png", pixel)
    svg = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org"><openbadges:assertion verify="https://b.example/1"/></svg>'
    write(tmp_path, "c.svg", svg)
    codes = {remark.file: remark.code for remark in run("open-badges", tmp_path).remarks}
    assert codes["b.png"] == "no_badge_inside"
    assert codes["c.svg"] in {"only_an_address", "no_badge_inside"}
