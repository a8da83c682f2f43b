"""Reading a file that somebody uploads: how large, what it really is, a harmless name, its digest.

What a file is, its first bytes say; its name and what the browser claims are not believed. Files that can run code in a browser
(HTML, SVG with scripts) or on a machine are not taken unless a caller asks for the type by name, and whoever serves an upload serves
it as a download.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from cairn.errors import Invalid

MEBIBYTE = 1024 * 1024

EXTENSIONS: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/svg+xml": (".svg",),
    "video/mp4": (".mp4", ".m4v", ".mov"),
    "audio/mpeg": (".mp3",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/zip": (".zip",),
    "application/json": (".json", ".jsonld"),
    "text/html": (".html", ".htm"),
    "text/csv": (".csv",),
    "text/plain": (".txt", ".md", ".csv", ".tsv", ".jwt", ".log", ".py"),
}
"""The types that are recognised, each with the endings it goes by, the usual one first."""

NAMES: dict[str, str] = {
    "image/svg+xml": "SVG",
    "text/html": "a web page",
    "text/plain": "text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "application/vnd.oasis.opendocument.text": "OpenDocument",
}

EVIDENCE = frozenset(EXTENSIONS) - {"text/html", "image/svg+xml"}
"""What a learner may hand in as evidence."""

CREDENTIALS = frozenset(
    {"application/json", "image/png", "image/svg+xml", "application/pdf", "text/plain", "application/zip"}
)
"""In what a credential may come; a plain text may be a compact JWT."""

_OFFICE = {
    "word/": "wordprocessingml.document",
    "xl/": "spreadsheetml.sheet",
    "ppt/": "presentationml.presentation",
}
_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')


class FileLike(Protocol):
    """What Django's UploadedFile offers and this module uses."""

    @property
    def name(self) -> str | None:
        """What the sender calls it."""
        ...

    @property
    def size(self) -> int | None:
        """Its bytes, as far as they are known."""
        ...

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was taken in. ``digest`` is the SHA-256 of ``body`` in hex, ``media_type`` what the bytes say."""

    name: str
    media_type: str
    body: bytes = field(repr=False)
    digest: str

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.body)


def read_upload(file: FileLike, *, allowed: Collection[str] = EVIDENCE, max_bytes: int = 10 * MEBIBYTE) -> Upload:
    """Take in one uploaded file; raises Invalid (``too_large``, ``empty_file``, ``type_unknown``, ``type_not_allowed``)."""
    name = safe_name(file.name or "")
    if (file.size or 0) > max_bytes:
        raise _too_large(name, max_bytes)
    body = file.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise _too_large(name, max_bytes)
    if not body:
        raise Invalid(
            f"The file “{name}” is empty.", remedy="Check that it was saved, and choose it again.", code="empty_file"
        )
    media_type = media_type_of(body)
    choices = ", ".join(sorted({_spoken(each) for each in allowed}))
    if media_type is None:
        raise Invalid(
            f"“{name}” is of a kind we do not know.", remedy=f"Save it as one of these: {choices}.", code="type_unknown"
        )
    if media_type == "text/plain" and name.lower().endswith(".csv") and "text/csv" in allowed:
        media_type = "text/csv"
    if media_type not in allowed:
        raise Invalid(
            f"“{name}” is {_spoken(media_type)}, which is not taken here.",
            remedy=f"Choose one of these: {choices}.",
            code="type_not_allowed",
            found=media_type,
        )
    return Upload(_with_ending(name, media_type), media_type, body, hashlib.sha256(body).hexdigest())


def media_type_of(body: bytes) -> str | None:
    """Return the media type that the bytes themselves show, or None when it is none of :data:`EXTENSIONS`."""
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "image/webp"
    if body[4:8] == b"ftyp":
        return "video/mp4"
    if body.startswith((b"ID3", b"\xff\xfb")):
        return "audio/mpeg"
    if body.startswith(b"PK\x03\x04"):
        return _kind_of_zip(body)
    if b"%PDF-" in body[:1024]:
        return "application/pdf"
    return _kind_of_text(body)


def safe_name(name: str) -> str:
    """Return the file's own name without folders, control or direction characters, at most 120 letters long."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(letter for letter in name if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    name = " ".join(_UNSAFE.sub(" ", name).split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: 119 - len(ending)]}.{ending}" if stem else f"file.{ending}"
    return name[:120] or "file"


def _kind_of_zip(body: bytes) -> str:
    """Tell office documents from other archives by the names inside; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()[:2000]
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        NotImplementedError,
    ):  # the last: zipfile's word for a format it does not know
        return "application/zip"
    if "[Content_Types].xml" in names:
        for folder, kind in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return f"application/vnd.openxmlformats-officedocument.{kind}"
    if "mimetype" in names[:1] and "content.xml" in names:
        return "application/vnd.oasis.opendocument.text"
    return "application/zip"


def _kind_of_text(body: bytes) -> str | None:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in text):
        return None
    start = text.lstrip()[:1024].lower()
    if start.startswith(("{", "[")):
        try:
            json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            return "text/plain"
        return "application/json"
    if start.startswith("<"):
        markup = re.sub(r"<\?.*?\?>|<!--.*?-->|<!doctype[^>]*>|\s+", " ", start, flags=re.DOTALL).lstrip()
        if re.match(r"<([a-z]+:)?svg[\s>]", markup):
            return "image/svg+xml"
        return "text/html"  # or other markup: a browser might run it, so it is treated as the worst it can be
    return "text/plain"


def _with_ending(name: str, media_type: str) -> str:
    endings = EXTENSIONS[media_type]
    return name if name.lower().endswith(endings) or media_type == "text/plain" else name + endings[0]


def _spoken(media_type: str) -> str:
    return NAMES.get(media_type) or media_type.rpartition("/")[2].upper()


def _too_large(name: str, max_bytes: int) -> Invalid:
    return Invalid(
        f"“{name}” is larger than {max_bytes / MEBIBYTE:g} MiB.",
        remedy="Choose a smaller file: save pictures at a lower resolution, or hand in a link to a video.",
        code="too_large",
        max_bytes=max_bytes,
    )
