"""Small catalogues in every format, for tests: each maker gives a document of one credential."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cairn.catalog.importing import IMPORTERS
from cairn.skills.importing.report import Report

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)


def ctdl(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "@context": "https://credreg.net/ctdl/schema/context/json",
        "@id": f"https://credentialengineregistry.org/resources/ce-{number}",
        "@type": "ceterms:Certificate",
        "ceterms:ctid": f"ce-{number}",
        "ceterms:name": {"en-US": f"Welding {number}", "es": f"Soldadura {number}"},
        "ceterms:ownedBy": [{"@type": "ceterms:CredentialOrganization", "ceterms:name": "Harbour College"}],
        **fields,
    }


def open_badges(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "BadgeClass",
        "id": f"https://badges.example/badges/{number}",
        "name": f"Welding {number}",
        "description": "Can weld",
        "image": "https://badges.example/w.png",
        "criteria": {"narrative": "Weld a seam"},
        "issuer": {
            "type": "Issuer",
            "id": "https://badges.example/issuer",
            "name": "Harbour College",
            "url": "https://badges.example",
        },
        **fields,
    }


def elm(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"https://college.example/opportunity/{number}",
        "type": "LearningOpportunity",
        "title": {"en": f"Welding {number}", "de": f"Schweißen {number}"},
        "providedBy": {"type": "Organisation", "legalName": {"en": "Harbour College"}},
        **fields,
    }


def schema_org(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": f"https://college.example/courses/{number}",
        "name": f"Welding {number}",
        "provider": {"@type": "Organization", "name": "Harbour College", "url": "https://college.example"},
        **fields,
    }


MAKERS: dict[str, Callable[..., dict[str, Any]]] = {
    "ctdl": ctdl,
    "open-badges": open_badges,
    "elm": elm,
    "schema-org": schema_org,
}


def write(folder: Path, name: str, document: Any) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    content = document if isinstance(document, bytes) else (
        document.encode() if isinstance(document, str) else json.dumps(document, ensure_ascii=False).encode()
    )  # fmt: skip
    path.write_bytes(content)
    return path


def run(name: str, *paths: Path, at: datetime = AT, **options: Any) -> Report:
    return IMPORTERS[name].run(paths, at=at, **options)
