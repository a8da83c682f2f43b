"""``cairn issue`` in every form: suites, tokens, both data models, pictures; and what happens to rows that cannot be signed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.entry.test_command_line import EXAMPLES, verified

from cairn.credentials import Credential, matches_recipient, unbake
from cairn.entry.cli import main

PNG_OF_ONE_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000b49444154789c6360000200000500017a5eab3f0000000049454e44ae426082"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><circle r="4"/></svg>'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for file in EXAMPLES.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    people("ada@example.org", "nia@example.org")
    return tmp_path


def people(*emails: str, name: str = "some.csv") -> None:
    Path(name).write_text("email\n" + "\n".join(emails) + "\n", encoding="utf-8")


def issue(*more: str, key_type: str = "Ed25519", recipients: str = "some.csv", out: bool = True) -> int:
    Path("key.json").unlink(missing_ok=True)
    main(["keys", "new", "key.json", "--type", key_type])
    where = ["--out", "out.jsonl"] if out else []
    return main(
        ["issue", "achievement.json", recipients, "--issuer", "issuer.json", "--key", "key.json", *where, *more]
    )


def lines() -> list[str]:
    return Path("out.jsonl").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("key_type", "suite"),
    [
        ("Ed25519", None), ("Ed25519", "eddsa-rdfc-2022"), ("Ed25519", "eddsa-jcs-2022"), ("P-256", None), ("P-256", "ecdsa-rdfc-2019"),
        ("P-256", "ecdsa-jcs-2019"), ("P-384", "ecdsa-rdfc-2019"), ("P-384", "ecdsa-jcs-2019"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("folder")
def test_every_suite_signs_a_batch_that_verifies(
    key_type: str, suite: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert issue(*(["--suite", suite] if suite else []), key_type=key_type) == 0
    code, said = verified(capsys, "out.jsonl")
    assert (code, [one["verdict"] for one in said]) == (0, ["verified", "verified"])
    used = {json.loads(line)["proof"]["cryptosuite"] for line in lines()}
    assert used == {suite or {"Ed25519": "eddsa-rdfc-2022", "P-256": "ecdsa-rdfc-2019"}[key_type]}


@pytest.mark.parametrize("key_type", ["Ed25519", "P-256", "P-384"])
@pytest.mark.usefixtures("folder")
def test_tokens_stand_one_on_a_line_and_verify(key_type: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert issue("--format", "vc-jwt", key_type=key_type) == 0
    assert all(line.startswith("eyJ") for line in lines())
    code, said = verified(capsys, "out.jsonl")
    assert (code, [one["verdict"] for one in said]) == (0, ["verified", "verified"])
    assert [one["input"] for one in said] == ["out.jsonl:1", "out.jsonl:2"]


@pytest.mark.usefixtures("folder")
def test_the_older_data_model_and_vocabularies_are_written_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert issue("--data-model", "1.1") == 0
    document = json.loads(lines()[0])
    assert document["@context"][0] == "https://www.w3.org/2018/credentials/v1"
    assert "issuanceDate" in document
    assert [one["verdict"] for one in verified(capsys, "out.jsonl")[1]] == ["verified", "verified"]
    assert issue("--ob-context", "3.0.2") == 0
    assert "context-3.0.2" in lines()[0]
    assert issue("--data-model", "1.1", "--ob-context", "3.0.0") == 0
    assert issue("--ob-context", "3.0.1") == 65
    assert "does not go with" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "image"), [("badge.png", PNG_OF_ONE_DOT), ("badge.svg", SVG.encode())], ids=["png", "svg"]
)
def test_pictures_are_baked_one_for_each_row(
    folder: Path, name: str, image: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / name).write_bytes(image)
    people("ada@example.org", "nobody", "nia@example.org")
    assert issue("--bake", name, "--out-folder", "badges", "--json", out=False) == 1
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (report["signed"], report["refused"], report["out_folder"]) == (2, 1, "badges")
    made = sorted(path.name for path in (folder / "badges").iterdir())
    assert made == [f"award-2.{name[-3:]}", f"award-4.{name[-3:]}"]
    code, said = verified(capsys, *(f"badges/{one}" for one in made))
    assert (code, [one["verdict"] for one in said]) == (0, ["verified", "verified"])
    assert Credential.parse(unbake((folder / "badges" / made[0]).read_bytes())).issuer_id == said[0]["issuer"]["id"]  # type: ignore[index] # JSON


def test_a_folder_in_use_and_a_picture_that_is_none_stop_everything(folder: Path) -> None:
    (folder / "badge.svg").write_text(SVG)
    (folder / "badges").mkdir()
    (folder / "badges" / "mine.txt").write_text("keep")
    assert issue("--bake", "badge.svg", "--out-folder", "badges") == 73
    assert issue("--bake", "achievement.json", "--out-folder", "other") == 65
    assert issue("--bake", "gone.png", "--out-folder", "other") == 66
    assert not (folder / "out.jsonl").exists()
    assert not list(folder.glob("*.part"))
    assert not (folder / "other").exists()
    assert [path.name for path in (folder / "badges").iterdir()] == ["mine.txt"]


@pytest.mark.usefixtures("folder")
def test_where_they_go_must_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert issue(out=False) == 65
    assert issue("--bake", "badge.png") == 65
    assert "--out-folder" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_a_suite_that_does_not_fit_the_key_stops_the_batch(capsys: pytest.CaptureFixture[str]) -> None:
    assert issue("--suite", "ecdsa-rdfc-2019") == 65
    assert issue("--suite", "eddsa-1999") == 65
    assert not Path("out.jsonl").exists()


@pytest.mark.parametrize("form", ["json", "vc-jwt"])
@pytest.mark.usefixtures("folder")
def test_a_row_that_cannot_be_signed_is_refused_and_the_next_ones_are_signed(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        "email,id,valid_until",
        "a@example.org,,",
        "b@example.org,not an address,",
        "c@example.org,,2001-01-01",
        "d@example.org,,",
    ]
    rows += ["e@example.org,urn:uuid:7a1676b8-b51f-11ed-937b-d76685a20ff5,2090-01-01"] + [
        f"f{n}@example.org,," for n in range(8)
    ]
    Path("odd.csv").write_text("\n".join(rows), encoding="utf-8")
    assert issue("--format", form, "--json", recipients="odd.csv") == 1
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (report["signed"], [row["row"] for row in report["rows"]]) == (11, [3, 4])
    assert all(row["code"] and row["message"] for row in report["rows"])
    assert {one["verdict"] for one in verified(capsys, "out.jsonl")[1]} == {"verified"}
    assert len({Credential.parse(line).id for line in lines()}) == 11


@pytest.mark.parametrize("form", ["json", "vc-jwt"])
@pytest.mark.usefixtures("folder")
def test_several_processes_sign_the_same_rows_in_the_same_order(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    emails = [f"person{number}@example.org" if number % 50 else "nobody" for number in range(1, 301)]
    people(*emails, name="many.csv")
    assert issue("--format", form, "--processes", "2", "--json", recipients="many.csv") == 1
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (report["signed"], [row["row"] for row in report["rows"]]) == (294, [51, 101, 151, 201, 251, 301])
    signed = [Credential.parse(line) for line in lines()]
    for credential, email in zip(signed, [one for one in emails if one != "nobody"], strict=True):
        assert matches_recipient(credential, email=email)


def test_several_processes_serve_the_installed_command_too(folder: Path) -> None:
    people(*(f"person{number}@example.org" for number in range(1, 301)), name="many.csv")
    script = folder / "cairn-as-installed"
    script.write_text("import sys\nfrom cairn.entry.cli import main\nsys.exit(main())\n", encoding="utf-8")

    def run(*arguments: str) -> int:
        command = [sys.executable, str(script), *arguments, "--processes", "2"]
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode  # noqa: S603 - our own script

    main(["keys", "new", "key.json"])
    signing = ["--issuer", "issuer.json", "--key", "key.json", "--out", "out.jsonl"]
    assert run("issue", "achievement.json", "many.csv", *signing) == 0
    assert len(lines()) == 300
    assert run("verify", "--offline", "--no-site", "out.jsonl") == 0


@pytest.mark.usefixtures("folder")
def test_a_person_is_known_again_however_far_back_they_stood(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cairn.entry.cli.recipients.RECENT", 3)
    people(*(f"p{number}@example.org" for number in range(8)), "p0@example.org", "p7@example.org", name="again.csv")
    assert issue(recipients="again.csv") == 1
    told = capsys.readouterr().err
    assert "row 10: It repeats an earlier row." in told
    assert "row 11: It repeats row 9." in told
