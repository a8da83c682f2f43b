"""European digital credentials through the same door as all others: the European Commission's own samples."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.credentials.world import MemoryResolver

from cairn.credentials import Credential, verify

SAMPLES = Path(os.environ.get("CAIRN_SHARED_DATA", Path(__file__).parents[3] / "shared/data")) / "badges/eu_elm"
FOUND = sorted(SAMPLES.glob("Credentials/**/*.json*")) if SAMPLES.is_dir() else []
NOW = datetime(2026, 6, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not FOUND, reason="the samples of the European Learning Model are not here (CAIRN_SHARED_DATA)"
)


def of_model_3() -> list[Path]:
    return [
        path for path in FOUND if b"EuropeanDigitalCredential" in path.read_bytes() or b'"payload"' in path.read_bytes()
    ]


@pytest.mark.parametrize("path", of_model_3(), ids=lambda path: path.stem)
def test_a_sample_is_read_and_never_called_verified_without_an_anchor(path: Path) -> None:
    data = path.read_bytes()
    sealed = b'"payload"' in data
    verdict = verify(data, at=NOW, resolve=MemoryResolver())
    assert verdict.credential is not None
    assert verdict.credential.form.name == "elm-3"
    assert verdict.credential.name
    assert verdict.verdict == ("undetermined" if sealed else "not_verified")
    assert verdict.has("seal_holds") if sealed else verdict.has("not_sealed")


@pytest.mark.parametrize(
    "path", [path for path in of_model_3() if b'"payload"' in path.read_bytes()], ids=lambda path: path.stem
)
def test_a_letter_changed_under_a_seal_is_wrong_and_not_open(path: Path) -> None:
    document = json.loads(path.read_bytes())
    payload = document["payload"]
    middle = len(payload) // 2
    document["payload"] = payload[:middle] + ("A" if payload[middle] != "A" else "B") + payload[middle + 1 :]
    assert verify(json.dumps(document), at=NOW, resolve=MemoryResolver()).verdict == "not_verified"


@pytest.mark.parametrize("path", of_model_3(), ids=lambda path: path.stem)
def test_the_text_is_kept_as_it_was_given(path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    assert Credential.parse(text).text == text
