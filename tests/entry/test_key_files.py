"""Key files on the command line: made, read and refused, in every form and of every kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from cairn.credentials import Credential
from cairn.credentials.keys import EllipticKey, PublicKey
from cairn.credentials.multibase import base64url
from cairn.entry.cli import main
from cairn.entry.cli.files import read_key
from cairn.errors import Invalid

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for file in EXAMPLES.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pem(key: Any) -> str:
    text: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return text.decode()


@pytest.mark.parametrize(
    ("kind", "start", "suite"),
    [
        ("Ed25519", "z6Mk", "eddsa-rdfc-2022"),
        ("P-256", "zDna", "ecdsa-rdfc-2019"),
        ("p-384", "z82L", "ecdsa-rdfc-2019"),
    ],
)
def test_a_key_of_each_kind_is_made_and_signs(
    folder: Path, capsys: pytest.CaptureFixture[str], kind: str, start: str, suite: str
) -> None:
    assert main(["keys", "new", "key.json", "--type", kind]) == 0
    made = json.loads((folder / "key.json").read_text(encoding="utf-8"))
    assert made["publicKeyMultibase"].startswith(start)
    assert made["secretKeyMultibase"] not in capsys.readouterr().out
    arguments = ["achievement.json", "people.csv", "--issuer", "issuer.json", "--key", "key.json", "--out", "o.jsonl"]
    assert main(["issue", *arguments]) == 1, "one row of the example is meant to be refused"
    signed = [Credential.parse(line) for line in (folder / "o.jsonl").read_text(encoding="utf-8").splitlines()]
    assert signed
    assert {one.proofs[0]["cryptosuite"] for one in signed} == {suite}
    capsys.readouterr()
    assert main(["verify", "--no-site", "--offline", "--json", "o.jsonl"]) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["authentic"] for one in said} == {"pass"}


def test_an_unknown_kind_of_key_is_refused_before_anything_is_written(folder: Path) -> None:
    assert main(["keys", "new", "key.json", "--type", "RSA"]) != 0
    assert not (folder / "key.json").exists()


def test_a_suite_that_does_not_fit_the_key_is_refused_row_by_row(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["keys", "new", "key.json", "--type", "P-256"])
    arguments = ["achievement.json", "people.csv", "--issuer", "issuer.json", "--key", "key.json", "--out", "o.jsonl"]
    assert main(["issue", *arguments, "--suite", "eddsa-rdfc-2022"]) != 0
    assert "ecdsa-rdfc-2019" in capsys.readouterr().err
    assert not (folder / "o.jsonl").exists()


@pytest.mark.parametrize(
    ("pair", "kind"),
    [
        (ed25519.Ed25519PrivateKey.generate(), "Ed25519"),
        (ec.generate_private_key(ec.SECP256R1()), "P-256"),
        (ec.generate_private_key(ec.SECP384R1()), "P-384"),
    ],
)
def test_a_key_in_pem_is_read(tmp_path: Path, pair: Any, kind: str) -> None:
    path = tmp_path / "key.pem"
    path.write_text("\n" + pem(pair), encoding="utf-8")
    key, controller, method = read_key(path)
    assert (key.key_type, controller, method) == (kind, None, None)
    public = pair.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert PublicKey.from_der(public) == key.public


@pytest.mark.parametrize("curve", ["P-256", "P-384"])
def test_a_key_as_jwk_is_read(tmp_path: Path, curve: str) -> None:
    key = EllipticKey.generate(curve)
    path = tmp_path / "key.json"
    path.write_text(json.dumps({**key.public.jwk, "d": base64url(key.secret)}), encoding="utf-8")
    assert read_key(path)[0] == key
    other = EllipticKey.generate(curve)
    path.write_text(json.dumps({**other.public.jwk, "d": base64url(key.secret)}), encoding="utf-8")
    with pytest.raises(Invalid, match="do not belong together"):
        read_key(path)


def zeros(size: int) -> str:
    return base64url(bytes(size))


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{}",
        "null",
        "7",
        "",
        "-----BEGIN",
        pem(rsa.generate_private_key(65537, 2048)),
        pem(ec.generate_private_key(ec.SECP256K1())),
        json.dumps({"kty": "OKP", "crv": "Ed25519"}),
        json.dumps({"kty": "OKP", "crv": "Ed25519", "d": "short"}),
        json.dumps({"kty": "EC", "crv": "P-256", "d": zeros(32)}),
        json.dumps({"kty": "EC", "crv": "P-256", "d": zeros(31)}),
        json.dumps({"kty": "EC", "crv": "P-256", "d": base64url(b"\xff" * 32)}),
        json.dumps({"kty": "EC", "crv": "secp256k1", "d": base64url(b"\x01" * 32)}),
        json.dumps({"kty": "RSA", "d": "AQ"}),
        json.dumps({"kty": "EC", "d": 7}),
        json.dumps({"secretKeyMultibase": "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"}),
        json.dumps({"secretKeyMultibase": None}),
        json.dumps({"secretKeyMultibase": "z42t"}),
        json.dumps(
            {
                "secretKeyMultibase": EllipticKey("P-256", b"\x01" * 32).secret_multibase,
                "publicKeyMultibase": EllipticKey("P-256", b"\x02" * 32).public_multibase,
            }
        ),
    ],
    ids=lambda content: content[:27],
)
def test_what_cannot_sign_is_refused_and_says_how_to_make_a_key(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        read_key(path)
    assert "cairn keys new" in str(refused.value.remedy)
