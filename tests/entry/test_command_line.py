"""The command line as a person or a program meets it; none of this needs a site."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from cairn.credentials import Credential
from cairn.entry.cli import VERBS, main

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for file in EXAMPLES.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def issue(*more: str, recipients: str = "people.csv") -> int:
    main(["keys", "new", "key.json"])
    return main(
        [
            "issue",
            "achievement.json",
            recipients,
            "--issuer",
            "issuer.json",
            "--key",
            "key.json",
            "--out",
            "out.jsonl",
            *more,
        ]
    )


def awards(folder: Path) -> list[Credential]:
    return [Credential.parse(line) for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]


def verified(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, object]]]:
    capsys.readouterr()
    code = main(["verify", "--no-site", "--offline", "--json", *arguments])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_teaches_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    assert "Usage: cairn" in capsys.readouterr().out


def test_a_batch_keeps_good_rows_and_names_bad_ones(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert issue("--json") == 1
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (report["signed"], report["refused"]) == (2, 2)
    assert [(row["row"], row["column"]) for row in report["rows"]] == [(4, "email"), (5, "result")]
    assert len(awards(folder)) == 2


def test_what_was_issued_verifies_with_a_warning_about_the_unknown_issuer(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issue()
    code, said = verified(capsys, "out.jsonl")
    assert code == 0
    assert [(one["verdict"], one["authentic"], one["current"], one["trusted"]) for one in said] == [
        ("verified", "pass", "pass", "warn")
    ] * 2


def test_a_register_makes_the_issuer_known(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    issue()
    register = {"registry": {awards(folder)[0].issuer_id: {"name": "Lantern Street"}}}
    Path("register.json").write_text(json.dumps(register), encoding="utf-8")
    code, said = verified(capsys, "--register", "register.json", "out.jsonl")
    assert code == 0
    assert said[0]["trusted"] == "pass"


def test_exit_codes_follow_the_verdicts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    issue()
    good = awards(folder)[0].text
    Path("good.json").write_text(good, encoding="utf-8")
    Path("bad.json").write_text(good.replace("Soldering", "Smoldering", 1), encoding="utf-8")
    assert verified(capsys, "good.json")[0] == 0
    code, said = verified(capsys, "bad.json")
    assert (code, said[0]["verdict"], said[0]["authentic"]) == (1, "not_verified", "fail")
    code, said = verified(capsys, "good.json", "not-there.json")
    assert (code, said[1]["verdict"]) == (2, "undetermined")
    assert verified(capsys, "bad.json", "not-there.json")[0] == 1


def test_every_finding_has_check_outcome_code_and_message(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    issue()
    _, said = verified(capsys, "out.jsonl")
    for finding in said[0]["findings"]:  # type: ignore[attr-defined] # JSON
        assert all(finding[part] for part in ("check", "outcome", "code", "message"))


def test_the_person_asked_about_is_recognised_without_an_address_in_clear(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issue()
    assert "ada@example.org" not in (folder / "out.jsonl").read_text(encoding="utf-8")
    Path("one.json").write_text(awards(folder)[0].text, encoding="utf-8")
    assert verified(capsys, "--email", "ada@example.org", "one.json")[1][0]["about_person"] == "pass"
    code, said = verified(capsys, "--email", "eve@example.org", "one.json")
    assert (code, said[0]["about_person"]) == (1, "fail")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("e-mail,result", "Did you mean “email”?"),
        ("email,award_date", "Did you mean “awarded_date”?"),
        ("result", "neither a column “email” nor “did”"),
        ("email,email", "a column twice"),
    ],
)
def test_a_wrong_column_is_named_and_nothing_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str], header: str, expected: str
) -> None:
    Path("wrong.csv").write_text(f"{header}\nada@example.org,A\n", encoding="utf-8")
    assert issue(recipients="wrong.csv") == 65
    assert expected in capsys.readouterr().err
    assert not (folder / "out.jsonl").exists()
    assert not (folder / "out.jsonl.part").exists()


def test_a_batch_of_only_bad_rows_writes_no_file(folder: Path) -> None:
    Path("bad.csv").write_text("email\nnobody\n", encoding="utf-8")
    assert issue(recipients="bad.csv") == 1
    assert not (folder / "out.jsonl").exists()


def test_the_same_person_twice_is_refused_with_the_row_it_repeats(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("twice.csv").write_text("email\nada@example.org\nADA@example.org\n", encoding="utf-8")
    assert issue(recipients="twice.csv") == 1
    assert "row 3: It repeats row 2." in capsys.readouterr().err


def test_a_key_file_is_private_and_never_replaced(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "new", "key.json"]) == 0
    before = (folder / "key.json").read_bytes()
    assert stat.S_IMODE((folder / "key.json").stat().st_mode) == 0o600
    assert json.loads(before)["secretKeyMultibase"] not in capsys.readouterr().out
    assert main(["keys", "new", "key.json"]) == 73
    assert (folder / "key.json").read_bytes() == before


def test_a_did_web_key_prints_the_document_to_publish(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "new", "web.json", "--did", "did:web:badges.example.org", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["did_document"]["id"] == "did:web:badges.example.org"
    assert told["verification_method"] in json.dumps(told["did_document"])


def test_a_broken_key_file_says_how_to_make_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("key.json").write_text("{}", encoding="utf-8")
    assert (
        main(["issue", "achievement.json", "people.csv", "--issuer", "issuer.json", "--key", "key.json", "--out", "o"])
        == 65
    )
    assert "cairn keys new" in capsys.readouterr().err


def test_a_picture_without_a_credential_is_not_verifiable(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("picture.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    code, said = verified(capsys, "picture.svg")
    assert code != 0
    assert [finding["code"] for finding in said[0]["findings"]] == ["no_credential_inside"]  # type: ignore[attr-defined] # JSON


def test_an_address_inside_a_private_network_is_not_fetched(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["verify", "--no-site", "--json", "https://127.0.0.1/credential.json"]) == 2
    assert json.loads(capsys.readouterr().out)["verdict"] == "undetermined"
