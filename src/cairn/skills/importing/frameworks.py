"""The published lists that Cairn reads, each with its publisher, licence and the words by which its source is named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cairn.skills.importing.report import Report
from cairn.skills.importing.saving import save_all
from cairn.skills.models import Framework

ONET = "onet"
ESCO = "esco"

_KNOWN: dict[str, dict[str, str]] = {
    ONET: {
        "name": "O*NET",
        "publisher": "U.S. Department of Labor, Employment and Training Administration",
        "url": "https://www.onetcenter.org/database.html",
        "licence": "CC BY 4.0",
        "attribution": (
            "This page includes information from the O*NET {version} Database by the U.S. Department of Labor, Employment and Training "
            "Administration (USDOL/ETA), used under the CC BY 4.0 licence. O*NET® is a trademark of USDOL/ETA. Cairn has selected and "
            "rearranged it; USDOL/ETA has not approved, endorsed or tested these changes."
        ),
    },
    ESCO: {
        "name": "ESCO",
        "publisher": "European Commission",
        "url": "https://esco.ec.europa.eu/",
        "licence": "Reuse with attribution (Commission Decision 2011/833/EU)",
        "attribution": "This service uses the ESCO classification of the European Commission, version {version}. © European Union.",
    },
}


def framework(slug: str, version: str, report: Report) -> Framework:
    """Return the framework's row, in this version; made or brought up to date."""
    known = _KNOWN[slug]
    fields: dict[str, Any] = {
        **known,
        "version": version,
        "attribution": known["attribution"].format(version=version or "(not stated)"),
    }
    save_all(
        [Framework(slug=slug, **fields)], within=Framework.objects.filter(slug=slug), key=("slug",), fields=tuple(fields),
        table="frameworks", report=report,
    )  # fmt: skip
    return Framework.objects.get(slug=slug)


def version_of(paths: Sequence[Path], report: Report, *, stated: str = r"O\*NET (\d[\d.]*\d) Database") -> str:
    """Return the version that a "Read Me.txt" beside the files states, or the one in a file's or folder's name; "" where neither does."""
    for path in paths:
        read_me = (path if path.is_dir() else path.parent) / "Read Me.txt"
        if read_me.is_file():
            found = re.search(stated, read_me.read_text(encoding="utf-8", errors="replace"))
            if found:
                return found[1]
    for path in paths:
        named = re.search(
            r"(?<![\d.])v?(\d{1,2}[._]\d(?:[._]\d)?)(?![\d])", f"{path.resolve().parent.name}/{path.name}"
        )
        if named:
            return named[1].replace("_", ".")
    report.notes.append(
        "The files do not state their version: put “Read Me.txt” beside them, or the version into the folder's name."
    )
    return ""
