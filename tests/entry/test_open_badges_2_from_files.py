"""Old badges checked from an archive: an award, its badge and its issuer as files, and no network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.credentials.badges2 import documents
from tests.credentials.world import NOW

from cairn.credentials import verify
from cairn.entry.cli.documents import Documents


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_archive_of_an_old_badge_is_checked_by_its_addresses(tmp_path: Path, scheme: str) -> None:
    found = documents("validator")["documents"]
    places = {}
    for name in ("assertion", "badge", "issuer"):
        (tmp_path / f"{name}.json").write_text(json.dumps(found[f"1.0 {name}"]))
    for address, name in (("instance", "assertion"), ("badgeclass", "badge"), ("issuer", "issuer")):
        places[f"{scheme}://a.com/{address}"] = f"{name}.json"
    (tmp_path / "map.json").write_text(json.dumps(places))
    archive = Documents.read(tmp_path / "map.json")
    verdict = verify(found["1.0 assertion"], at=NOW, resolve=archive)
    assert verdict.verdict == "verified", [finding.message for finding in verdict.findings]
    assert verdict.has("unprotected_address")
    assert verify({**found["1.0 assertion"], "issuedOn": "2016-04-30"}, at=NOW, resolve=archive).has(
        "differs_from_hosted"
    )
