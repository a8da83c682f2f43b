"""The operator's page for files of any format: upload, see what they are taken for, try it, import it, watch how far it is."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cairn.catalog.importing import IMPORTERS, uploaded_files
from cairn.catalog.importing.recognising import TABLE, recognised
from cairn.errors import CairnError, NotFound
from cairn.outside.uploads import safe_name
from cairn.people.models import Person
from cairn.people.pages.signed_in import person_of

LARGEST = 32 * 1024 * 1024
"""Bytes of the files of one upload; larger ones go through the command line."""
MOST_FILES = 20
KEPT = "files_to_import"
OTHERWISE = frozenset({TABLE, "register"})
"""Importers that need a mapping of columns: a table is asked for it on a page of its own, a register on the command line."""


@dataclass(frozen=True)
class Kept:
    """Uploaded files of one operator, in a folder of their own; ``importer`` is what they seem to be for."""

    folder: Path
    names: tuple[str, ...]
    importer: str

    @property
    def paths(self) -> list[Path]:
        """Where the files lie."""
        return [self.folder / name for name in self.names]

    @property
    def said(self) -> str:
        """The names, for people."""
        return ", ".join(self.names)


@login_required
@require_http_methods(["GET", "POST"])
def import_upload(request: HttpRequest) -> HttpResponse:
    """Take files; one upload at a time for each operator."""
    operator_of(request)
    if request.method == "POST":
        files = [file for file in request.FILES.getlist("file") if isinstance(file, UploadedFile)]
        trouble = _trouble(files)
        if trouble:
            messages.error(request, trouble)
        else:
            forget(request)
            kept = _keep(request, files)
            return redirect("catalog:mapping_columns" if kept.importer == TABLE else "catalog:import_file")
    return render(request, "catalog/import_upload.html", {"formats": _offered()})


@login_required
@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Say what the files are taken for; try the import, or make it, in a process of its own."""
    person = operator_of(request)
    kept = kept_files(request)
    if request.method == "POST":
        importer = request.POST.get("importer", "")
        if importer == TABLE:
            return redirect("catalog:mapping_columns")
        if importer not in IMPORTERS or importer in OTHERWISE:
            raise NotFound(f"There is no importer “{importer}” for this page.", remedy="Choose one from the list.")
        feed = request.POST.get("source", "").strip()[:300]
        try:
            uploaded_files.start(
                importer=importer, folder=kept.folder, names=list(kept.names), feed=feed,
                dry_run=request.POST.get("step") != "import", by=person,
            )  # fmt: skip
        except CairnError as error:
            messages.error(request, f"{error.message} {error.remedy}")
        return redirect("catalog:import_file")
    job = _job_of(kept)
    context = {
        "kept": kept, "formats": _offered(), "job": job, "chosen": (job or {}).get("importer", kept.importer),
        "source": (job or {}).get("feed", ""), "known": kept.importer != TABLE,
    }  # fmt: skip
    return render(request, "catalog/import_file.html", context)


@login_required
@require_GET
def import_file_progress(request: HttpRequest) -> HttpResponse:
    """Say how far the import is, as a part of the page."""
    operator_of(request)
    return render(request, "catalog/_import_progress.html", {"job": _job_of(kept_files(request)), "part": True})


def kept_files(request: HttpRequest) -> Kept:
    """Return what the operator uploaded last. Raises NotFound where it is gone."""
    said = request.session.get(KEPT)
    if isinstance(said, dict) and re.fullmatch(r"[0-9a-f]{32}", str(said.get("folder"))):
        kept = Kept(
            _folder() / said["folder"], tuple(map(str, said.get("names", ()))), str(said.get("importer", TABLE))
        )
        if kept.names and all(path.is_file() for path in kept.paths):
            return kept
    raise NotFound("There is no file to look at any more.", remedy="Upload it again.")


def forget(request: HttpRequest) -> None:
    """Take away what the operator uploaded last."""
    said = request.session.pop(KEPT, None)
    if isinstance(said, dict) and re.fullmatch(r"[0-9a-f]{32}", str(said.get("folder"))):
        shutil.rmtree(_folder() / said["folder"], ignore_errors=True)


def operator_of(request: HttpRequest) -> Person:
    """Return who is signed in, if it is the operator; for others there is no such page."""
    person = person_of(request)
    if not person.is_staff:
        raise NotFound("There is no such page.", remedy="Go back to the catalogue.")
    return person


def _trouble(files: Sequence[UploadedFile[Any]]) -> str:
    if not files:
        return "No file was chosen. Choose one and try again."
    if len(files) > MOST_FILES:
        return f"These are more than {MOST_FILES} files. Pack them into one zip, or import them on the command line."
    if sum(file.size or 0 for file in files) > LARGEST:
        return f"That is more than {LARGEST // 2**20} MB. Import it on the command line."
    return ""


def _keep(request: HttpRequest, files: Sequence[UploadedFile[Any]]) -> Kept:
    token = secrets.token_hex(16)
    folder = _folder() / token
    folder.mkdir(mode=0o700)
    names: list[str] = []
    for number, file in enumerate(files, 1):
        name = safe_name(file.name or "file")
        name = name if name not in names else f"{number}-{name}"
        with (folder / name).open("wb") as out:
            out.writelines(file.chunks())
        names.append(name)
    importer = next((found for name in names if (found := recognised(folder / name)) != TABLE), TABLE)
    request.session[KEPT] = {"folder": token, "names": names, "importer": importer}
    return Kept(folder, tuple(names), importer)


def _job_of(kept: Kept) -> dict[str, Any] | None:
    """Return how far the last import is, if it is one of these files."""
    said = uploaded_files.JOB.state()
    return said if said is not None and said["folder"] == str(kept.folder) else None


def _offered() -> list[tuple[str, str]]:
    return [(name, one.title) for name, one in IMPORTERS.items() if name not in OTHERWISE]


def _folder() -> Path:
    folder = Path(settings.HOME) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
