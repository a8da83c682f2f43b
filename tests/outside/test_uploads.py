from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cairn.errors import Invalid
from cairn.outside.uploads import CREDENTIALS, EVIDENCE, EXTENSIONS, NAMES, media_type_of, read_upload, safe_name

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"GIF89a....", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b'<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "text/html"),
        (b"<html><svg></svg></html>", "text/html"),
        (b'\xef\xbb\xbf {"a": 1}', "application/json"),
        (b'{"a": ', "text/plain"),
        (b"eyJhbGciOiJFZERTQSJ9.e30.sig", "text/plain"),
        ("Grüße".encode(), "text/plain"),
        (archive("a.txt"), "application/zip"),
        (
            archive("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            archive("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (archive("mimetype", "content.xml"), "application/vnd.oasis.opendocument.text"),
        (b"PK\x03\x04 broken", "application/zip"),
        (b"MZ\x90\0\x03", None),
        (b"\x7fELF\x02\x01", None),
        (b"\xff\xfe\x00\x41", None),
    ],
)
def test_the_bytes_say_what_a_file_is(body: bytes, media_type: str | None) -> None:
    assert media_type_of(body) == media_type


def test_a_file_is_taken_with_its_digest() -> None:
    upload = read_upload(SimpleUploadedFile("essay.pdf", b"%PDF-1.7 text", content_type="text/html"))
    assert (upload.name, upload.media_type, upload.size) == ("essay.pdf", "application/pdf", 13)
    assert upload.digest == hashlib.sha256(b"%PDF-1.7 text").hexdigest()
    assert "text" not in repr(upload).replace("text/", "")


def test_a_table_keeps_its_type() -> None:
    assert read_upload(SimpleUploadedFile("a.csv", b"name,mail\n"), allowed={"text/csv"}).media_type == "text/csv"


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("big.pdf", b"%PDF-" + b"x" * 100, "too_large"),
        ("empty.pdf", b"", "empty_file"),
        ("setup.exe", b"MZ\x90\0\x03", "type_unknown"),
        ("photo.png", b"<html></html>", "type_not_allowed"),
        ("badge.svg", b"<svg onload='x()'/>", "type_not_allowed"),
    ],
)
def test_what_should_not_come_in_is_refused_with_a_way_on(name: str, body: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_upload(SimpleUploadedFile(name, body), max_bytes=100)
    assert caught.value.specific_code == code
    assert name in caught.value.message
    assert caught.value.remedy


def test_the_size_is_counted_and_not_believed() -> None:
    file = SimpleUploadedFile("a.txt", b"x" * 101)
    file.size = 5
    with pytest.raises(Invalid, match="larger"):
        read_upload(file, max_bytes=100)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\work.pdf", "work.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a"<b>:c?.txt', "a b c .txt"),
        ("line\r\nbreak.txt", "linebreak.txt"),
        ("", "file"),
        ("...", "file"),
        (".bashrc", "bashrc"),
        ("Lösung.pdf", "Lösung.pdf"),
    ],
)
def test_a_name_is_made_harmless(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_name_is_kept_short_and_keeps_its_ending() -> None:
    name = safe_name("x" * 500 + ".pdf")
    assert len(name) == 120
    assert name.endswith(".pdf")


def test_a_name_that_lies_about_the_type_gets_the_true_ending() -> None:
    assert read_upload(SimpleUploadedFile("photo.exe", PNG)).name == "photo.exe.png"


def test_every_type_in_the_tables_is_one_that_can_be_recognised() -> None:
    assert set(NAMES) | EVIDENCE | CREDENTIALS <= set(EXTENSIONS)
