"""A signature on what is imported is checked by the core or told as unchecked, never passed over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.importing.catalogues import run, write
from tests.wallet.factories import strangers_credential

from cairn.catalog.importing import signatures
from cairn.skills.importing.report import Report

pytestmark = pytest.mark.django_db


def imported(folder: Path, *documents: Any) -> Report:
    return run("open-badges", write(folder, "a.json", list(documents)))


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(strangers_credential().text)
    return found


def told(report: Report) -> str:
    return "\n".join(note for note in report.notes if note.startswith("Signatures"))


def test_a_signature_that_holds_is_said_to_be_verified(tmp_path: Path) -> None:
    report = imported(tmp_path, document())
    assert told(report) == "Signatures of awards: 1 verified with the issuer's key."


def test_a_changed_credential_is_told_with_its_place(tmp_path: Path) -> None:
    changed = document() | {"name": "More than it was"}
    report = imported(tmp_path, document(), changed)
    assert "1 not verified: the signature does not hold" in told(report)
    (remark,) = [one for one in report.remarks if one.code == "signature_not_verified"]
    assert remark.row == 2


def test_an_unsigned_award_is_told_as_unsigned(tmp_path: Path) -> None:
    plain = {name: value for name, value in document().items() if name != "proof"}
    assert "1 without any: unsigned" in told(imported(tmp_path, plain))


def test_a_key_at_a_web_address_stays_unchecked_and_nothing_is_fetched(tmp_path: Path) -> None:
    elsewhere = document()
    elsewhere["issuer"]["id"] = "did:web:elsewhere.example"
    elsewhere["proof"] = [
        one | {"verificationMethod": "did:web:elsewhere.example#key"}
        for one in (elsewhere["proof"] if isinstance(elsewhere["proof"], list) else [elsewhere["proof"]])
    ]
    assert "an import fetches nothing" in told(imported(tmp_path, elsewhere))


def test_more_than_an_import_checks_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signatures, "MOST", 1)
    report = imported(tmp_path, document(), document())
    assert "1 not checked, because there are more than 1" in told(report)


def test_a_token_is_checked_as_it_stands(tmp_path: Path) -> None:
    from tests.wallet.factories import MOMENT, STRANGER

    from cairn.credentials import KeySigner, did_key_verification_method, sign_vc_jwt

    plain = {name: value for name, value in document().items() if name != "proof"}
    token = sign_vc_jwt(plain, KeySigner(STRANGER, did_key_verification_method(STRANGER)), created=MOMENT)
    text = token if isinstance(token, str) else token.text
    report = run("open-badges", write(tmp_path, "a.jwt", text.encode()))
    assert told(report) == "Signatures of awards: 1 verified with the issuer's key."
