"""Credentials signed by others: the Digital Credentials Consortium's published test fixtures. Their file names say what to expect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.credentials.test_canonical import by_pyld
from tests.credentials.world import NOW, MemoryResolver

from cairn.credentials import PINNED, Verdict, verify
from cairn.credentials.linkeddata.canonical import rdf_canonical

PAGES = "https://digitalcredentials.github.io/vc-test-fixtures/"
RAW = "https://raw.githubusercontent.com/digitalcredentials/verifier-core/refs/heads/main/src/test-fixtures/status/"


@pytest.fixture(scope="session")
def fixtures(shared_data: Path) -> Path:
    folder = shared_data / "badges" / "dcc_vc_fixtures"
    if not folder.is_dir():
        pytest.skip("the fixtures of the Digital Credentials Consortium are not there")
    return folder


@pytest.fixture(scope="session")
def dcc(fixtures: Path) -> MemoryResolver:
    world = MemoryResolver()
    for page in (fixtures / "dids").glob("*/did.json"):
        world.pages[f"{PAGES}dids/{page.parent.name}/did.json"] = page.read_bytes()
    for page in (fixtures / "statusLists").glob("*/*"):
        world.pages[f"{PAGES}statusLists/{page.parent.name}/{page.name}"] = page.read_bytes()
        world.pages[RAW + page.name] = page.read_bytes()
    return world


FOLDERS = ("dataIntegrityProof", "bothSignatureTypes", "ed25519")

OUTCOMES = (
    # What a file's name says of it → verdict, and the code of the finding that decides. The first that fits.
    ("noExpiry-tampered", "not_verified", "signature_invalid"),
    ("badDidWeb", "undetermined", "issuer_unreachable"),
    ("-expired.", "not_verified", "expired"),
    ("notExpired-notYetValid", "not_verified", "not_yet_valid"),
    ("expiredStatus", "undetermined", "status_list_expired"),
    ("notYetValidStatus", "undetermined", "status_list_not_yet_valid"),
    ("tamperedStatus", "undetermined", "status_list_not_authentic"),
    ("missingTypeStatus", "undetermined", "bad_status_list"),
    # All of these point at one list, which somebody else signed and which is shorter than the standard lets lists be; it marks them.
    ("evoked", "not_verified", "revoked"),
    ("", "verified", "signature_valid"),
)


def files(fixtures: Path, *folders: str) -> list[Path]:
    paths = sorted(path for folder in folders for path in (fixtures / "v2" / folder).glob("*/*.json"))
    assert paths, folders
    return paths


def verdicts(fixtures: Path, dcc: MemoryResolver, *folders: str) -> list[tuple[str, Verdict]]:
    return [(path.name, verify(path.read_bytes(), at=NOW, resolve=dcc)) for path in files(fixtures, *folders)]


def test_every_file_is_tried(fixtures: Path) -> None:
    assert len(files(fixtures, *FOLDERS)) == len(list((fixtures / "v2").rglob("*.json"))) == 46


def test_what_the_file_names_promise_is_what_we_find(fixtures: Path, dcc: MemoryResolver) -> None:
    seen: set[str] = set()
    for name, verdict in verdicts(fixtures, dcc, *FOLDERS):
        part, expected, code = next(one for one in OUTCOMES if one[0] in name)
        end = verdict.credential.valid_until if verdict.credential else None
        if part == "evoked" and end is not None and end < NOW:
            # Named noExpiry, and run out in 2010 all the same.
            expected, code = "not_verified", "expired"
        assert (verdict.verdict, verdict.has(code)) == (expected, True), (name, verdict.findings)
        seen.add(part)
    assert seen == {part for part, _, _ in OUTCOMES}


def test_every_signature_but_the_changed_one_is_authentic(fixtures: Path, dcc: MemoryResolver) -> None:
    for name, verdict in verdicts(fixtures, dcc, *FOLDERS):
        if name.startswith("badDidWeb"):
            assert verdict.authentic == "unknown"
        elif "Expiry-tampered" in name:
            assert verdict.authentic == "fail"
        else:
            assert verdict.authentic == "pass", (name, verdict.findings)


def test_each_of_two_signatures_is_checked(fixtures: Path, dcc: MemoryResolver) -> None:
    for path in files(fixtures, "bothSignatureTypes"):
        document = json.loads(path.read_text())
        assert [proof["type"] for proof in document["proof"]] == ["DataIntegrityProof", "Ed25519Signature2020"]
        for place in (0, 1):
            other = {**document, "proof": [dict(proof) for proof in document["proof"]]}
            other["proof"][place]["created"] = "2025-01-01T00:00:00Z"
            assert verify(other, at=NOW, resolve=dcc).has("signature_invalid"), (path.name, place)
            alone = {**document, "proof": document["proof"][place]}
            assert verify(alone, at=NOW, resolve=dcc).authentic == "pass", (path.name, place)


def test_their_canonical_forms_are_those_of_pyld(fixtures: Path) -> None:
    for path in sorted((fixtures / "v2").glob("*/*/*.json")):
        document = json.loads(path.read_text())
        proofs = document.pop("proof")
        assert rdf_canonical(document, PINNED).decode() == by_pyld(document), path.name
        for proof in proofs if isinstance(proofs, list) else [proofs]:
            options = {name: one for name, one in proof.items() if name not in ("proofValue", "@context")}
            config = {**options, "@context": document["@context"]}
            assert rdf_canonical(config, PINNED).decode() == by_pyld(config), path.name


def test_each_of_them_fails_once_its_name_is_changed(fixtures: Path, dcc: MemoryResolver) -> None:
    for path in files(fixtures, "dataIntegrityProof", "ed25519"):
        if path.name.startswith("badDidWeb"):
            continue  # nothing can be said of it either way
        changed = (
            path.read_text().replace('"narrative": "', '"narrative": "Not ', 1).replace('"name": "', '"name": "Not ', 1)
        )
        if changed != path.read_text():
            assert verify(changed, at=NOW, resolve=dcc).has("signature_invalid"), path.name


def test_their_pictures_have_lost_their_credentials(fixtures: Path, dcc: MemoryResolver) -> None:
    paths = sorted((fixtures / "v2").glob("*/*/*.png"))
    assert paths
    for path in paths:
        assert verify(path.read_bytes(), at=NOW, resolve=dcc).has("no_credential_inside"), path.name
