from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cairn.credentials.keys import PublicKey
from cairn.errors import Invalid, Unreachable
from cairn.outside import custody
from cairn.outside.custody import FileStore

METHOD = "did:web:example.org#key-1"


@pytest.fixture(autouse=True)
def cheap_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custody, "SCRYPT_COST", {"n": 2**4, "r": 8, "p": 1})


def code_of(caught: pytest.ExceptionInfo[Any]) -> str:
    assert caught.value.remedy
    return str(caught.value.specific_code)


@pytest.mark.parametrize("key_type", ["Ed25519", "P-256", "P-384"])
@pytest.mark.parametrize("passphrase", [None, "a long passphrase"])
def test_a_signature_made_by_a_kept_key_matches_its_public_half(
    tmp_path: Path, passphrase: str | None, key_type: str
) -> None:
    reference, public = FileStore(tmp_path / "keys", passphrase).create(key_type)
    signer = FileStore(tmp_path / "keys", passphrase).signer(reference, METHOD)
    assert (signer.verification_method, signer.key_type) == (METHOD, key_type)
    assert PublicKey.from_multibase(public).matches(b"award", signer.sign(b"award"))
    assert not PublicKey.from_multibase(public).matches(b"other", signer.sign(b"award"))


@pytest.mark.parametrize("key_type", ["RSA", "secp256k1", ""])
def test_a_kind_of_key_that_is_not_kept_is_refused_by_name(tmp_path: Path, settings: Any, key_type: str) -> None:
    settings.KEY_FOLDER = tmp_path
    with pytest.raises(Invalid) as caught:
        custody.create_key(key_type=key_type)
    assert code_of(caught) == "bad_key_type"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key_type", ["Ed25519", "P-256"])
def test_every_file_is_for_the_owner_alone_and_none_holds_the_secret(tmp_path: Path, key_type: str) -> None:
    store = FileStore(tmp_path / "keys", None)
    reference, _ = store.create(key_type)
    seed = store.signer(reference, METHOD).key.secret  # type: ignore[attr-defined]  # a file store's signer holds its key
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    files = sorted(path.name for path in (tmp_path / "keys").iterdir())
    assert files == sorted([reference.removeprefix("file:") + ".key", "custody.json", "master.key"])
    for path in (tmp_path / "keys").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert seed not in path.read_bytes()
        assert custody._text(seed).encode() not in path.read_bytes()


@pytest.mark.parametrize("key_type", ["Ed25519", "P-256"])
def test_nothing_secret_is_shown(tmp_path: Path, key_type: str) -> None:
    store = FileStore(tmp_path, "a long passphrase")
    reference, _ = store.create(key_type)
    signer = store.signer(reference, METHOD)
    shown = repr(store) + repr(signer) + str(signer)
    assert "a long passphrase" not in shown
    assert signer.key.secret_multibase not in shown  # type: ignore[attr-defined]  # a file store's signer holds its key
    assert repr(signer.key.secret) not in shown  # type: ignore[attr-defined]  # a file store's signer holds its key


def test_a_wrong_passphrase_is_refused(tmp_path: Path) -> None:
    reference, _ = FileStore(tmp_path, "a long passphrase").create()
    with pytest.raises(Unreachable, match="passphrase is wrong") as caught:
        FileStore(tmp_path, "another passphrase").signer(reference, METHOD)
    assert code_of(caught) == "key_locked"


def test_a_missing_passphrase_is_asked_for(tmp_path: Path) -> None:
    reference, _ = FileStore(tmp_path, "a long passphrase").create()
    with pytest.raises(Unreachable, match="none is set") as caught:
        FileStore(tmp_path, None).signer(reference, METHOD)
    assert code_of(caught) == "key_locked"


def test_a_passphrase_for_a_folder_without_one_is_not_silently_ignored(tmp_path: Path) -> None:
    reference, _ = FileStore(tmp_path, None).create()
    with pytest.raises(Unreachable, match=r"locked with its master\.key") as caught:
        FileStore(tmp_path, "a long passphrase").signer(reference, METHOD)
    assert code_of(caught) == "key_locked"


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    store = FileStore(tmp_path, None)
    reference, _ = store.create()
    (tmp_path / (reference.removeprefix("file:") + ".key")).unlink()
    with pytest.raises(Unreachable, match=reference) as caught:
        store.signer(reference, METHOD)
    assert code_of(caught) == "key_missing"


@pytest.mark.parametrize("mode", [0o640, 0o604])
@pytest.mark.parametrize("which", ["custody.json", "master.key", "*.key"])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, which: str, mode: int) -> None:
    reference, _ = FileStore(tmp_path, None).create()
    name = reference.removeprefix("file:") + ".key" if which == "*.key" else which
    (tmp_path / name).chmod(mode)
    with pytest.raises(Unreachable, match="Other accounts") as caught:
        FileStore(tmp_path, None).signer(reference, METHOD)
    assert code_of(caught) == "key_exposed"


def test_two_key_files_cannot_be_swapped(tmp_path: Path) -> None:
    store = FileStore(tmp_path, None)
    one, _ = store.create()
    other, _ = store.create()
    paths = [tmp_path / (reference.removeprefix("file:") + ".key") for reference in (one, other)]
    paths[0].write_bytes(paths[1].read_bytes())
    with pytest.raises(Unreachable) as caught:
        store.signer(one, METHOD)
    assert code_of(caught) == "key_damaged"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b'["cairn-custody/1"]'])
def test_a_damaged_key_file_is_refused(tmp_path: Path, content: bytes) -> None:
    store = FileStore(tmp_path, None)
    reference, _ = store.create()
    (tmp_path / (reference.removeprefix("file:") + ".key")).write_bytes(content)
    with pytest.raises(Unreachable) as caught:
        store.signer(reference, METHOD)
    assert code_of(caught) == "key_damaged"


@pytest.mark.parametrize("public", [None, "z6Mk", "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv"])
def test_a_key_file_with_another_public_half_is_refused(tmp_path: Path, public: str | None) -> None:
    store = FileStore(tmp_path, None)
    reference, _ = store.create()
    path = tmp_path / (reference.removeprefix("file:") + ".key")
    path.write_text(json.dumps({**json.loads(path.read_text()), "public": public}))
    with pytest.raises(Unreachable) as caught:
        store.signer(reference, METHOD)
    assert code_of(caught) == "key_damaged"


def test_a_lost_lock_is_not_replaced_by_a_new_one_that_opens_nothing(tmp_path: Path) -> None:
    store = FileStore(tmp_path, "a long passphrase")
    reference, _ = store.create()
    (tmp_path / "custody.json").unlink()
    with pytest.raises(Unreachable) as caught:
        FileStore(tmp_path, "a long passphrase").signer(reference, METHOD)
    assert code_of(caught) == "key_missing"
    with pytest.raises(Unreachable):
        FileStore(tmp_path, "a long passphrase").create()
    assert not (tmp_path / "custody.json").exists()


def test_relocking_changes_the_passphrase_and_keeps_the_keys(tmp_path: Path) -> None:
    store = FileStore(tmp_path, None)
    reference, public = store.create()
    store.relock("a long passphrase")
    assert not (tmp_path / "master.key").exists()
    signer = FileStore(tmp_path, "a long passphrase").signer(reference, METHOD)
    assert PublicKey.from_multibase(public).matches(b"award", signer.sign(b"award"))
    FileStore(tmp_path, "a long passphrase").relock(None)
    signer = FileStore(tmp_path, None).signer(reference, METHOD)
    assert PublicKey.from_multibase(public).matches(b"award", signer.sign(b"award"))


@pytest.mark.parametrize("reference", ["file:../../etc/passwd", "file:", "", "nothing", "vault:1"])
def test_a_malformed_reference_is_refused(tmp_path: Path, settings: Any, reference: str) -> None:
    settings.KEY_FOLDER = tmp_path
    with pytest.raises(Invalid) as caught:
        custody.signer(reference, METHOD)
    assert code_of(caught) == "bad_reference"


def test_the_site_keeps_its_keys_in_the_key_folder_of_its_settings(tmp_path: Path, settings: Any) -> None:
    settings.KEY_FOLDER = tmp_path / "keys"
    reference, public = custody.create_key()
    assert reference.startswith("file:")
    assert json.loads((tmp_path / "keys" / (reference[5:] + ".key")).read_text())["public"] == public
    assert len(custody.signer(reference, METHOD).sign(b"award")) == 64


def test_the_second_of_two_first_writers_uses_what_the_first_one_made(tmp_path: Path) -> None:
    first, second = FileStore(tmp_path, None), FileStore(tmp_path, None)
    reference, _ = first.create()
    second._found(tmp_path / "custody.json")
    assert FileStore(tmp_path, None).signer(reference, METHOD)
    assert list(tmp_path.glob(".new-*")) == []
