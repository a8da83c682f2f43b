"""``cairn issue`` in the forms whose holder may leave parts out, and for learner records around awards people have already."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.entry.test_command_line import EXAMPLES, verified

from cairn.credentials import Credential, EllipticKey, did_key
from cairn.entry.cli import main

NAME = "/credentialSubject/achievement/name"
RECORD = json.loads((EXAMPLES / "record.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for file in EXAMPLES.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    main(["keys", "new", "key.json"])
    main(["keys", "new", "p256.json", "--type", "P-256"])
    Path("some.csv").write_text(
        "email,result,evidence_url\nada@example.org,A,https://example.org/work\nnia@example.org,,\n", encoding="utf-8"
    )
    return tmp_path


def issue(
    *more: str, what: str = "achievement.json", rows: str = "some.csv", key: str = "key.json", out: str = "out.jsonl"
) -> int:
    return main(["issue", what, rows, "--issuer", "issuer.json", "--key", key, "--out", out, *more])


def lines(out: str = "out.jsonl") -> list[str]:
    return Path(out).read_text(encoding="utf-8").splitlines()


def derived(line: str, *reveal: str) -> Path:
    Path("held.txt").write_text(line, encoding="utf-8")
    Path("shown.txt").unlink(missing_ok=True)
    pointers = [part for one in reveal for part in ("--reveal", one)]
    assert main(["derive", "held.txt", *pointers, "--out", "shown.txt"]) == 0
    return Path("shown.txt")


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_base_proof_keeps_what_is_mandatory_in_every_copy(processes: str, capsys: pytest.CaptureFixture[str]) -> None:
    more = ["--suite", "ecdsa-sd-2023", "--mandatory", NAME, "--mandatory", "/evidence", "--processes", processes]
    assert issue(*more, key="p256.json") == 0
    first, second = lines()
    shown = derived(first, "/credentialSubject/result")
    assert [one["verdict"] for one in verified(capsys, str(shown))[1]] == ["verified"]
    document = json.loads(shown.read_text(encoding="utf-8"))
    assert document["credentialSubject"]["achievement"]["name"] == "Soldering for Repairs"
    assert "description" not in document["credentialSubject"]["achievement"]
    assert document["evidence"][0]["id"] == "https://example.org/work"
    assert "evidence" not in json.loads(
        derived(second, "/credentialSubject/achievement/description").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("key", ["key.json", "p256.json"])
def test_an_sd_jwt_hides_what_its_holder_does_not_show(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        issue("--format", "sd-jwt", "--disclosable", "/credentialSubject/result", "--disclosable", "/evidence", key=key)
        == 0
    )
    assert [one["verdict"] for one in verified(capsys, "out.jsonl")[1]] == ["verified", "verified"]
    shown = Credential.parse(derived(lines()[0], "/evidence").read_text(encoding="utf-8"))
    assert "evidence" in shown.document
    assert "result" not in shown.subject
    assert [one["verdict"] for one in verified(capsys, "shown.txt")[1]] == ["verified"]
    assert lines()[1].count("~") == 1, "the second row has nothing that could be hidden"


def test_an_sd_jwt_vc_says_the_same_in_the_words_of_tokens(capsys: pytest.CaptureFixture[str]) -> None:
    assert issue("--format", "sd-jwt-vc", "--vct", "https://example.org/soldering", "--disclosable", "/result") == 0
    said = verified(capsys, "out.jsonl")[1]
    assert [one["verdict"] for one in said] == ["verified", "verified"]
    whole = Credential.parse(lines()[0])
    assert whole.form.name == "sd-jwt-vc"
    assert whole.subject["achievement"]["name"] == "Soldering for Repairs"
    assert whole.subject["result"][0]["value"] == "A"
    assert "result" not in Credential.parse(derived(lines()[0]).read_text(encoding="utf-8")).subject


def test_a_token_can_be_tied_to_its_holders_key() -> None:
    holder = did_key(EllipticKey.generate("P-256"))
    Path("some.csv").write_text(f"did,email\n{holder},\ndid:web:nia.example,\n,ada@example.org\n", encoding="utf-8")
    assert issue("--format", "sd-jwt", "--bind") == 1
    (only,) = lines()
    envelope = Credential.parse(only).envelope
    assert envelope is not None
    assert envelope.claims["cnf"]["jwk"]["crv"] == "P-256"


@pytest.mark.parametrize(
    "more",
    [
        ("--mandatory", NAME), ("--disclosable", "/evidence"), ("--bind",), ("--format", "sd-jwt-vc"), ("--vct", "https://example.org/x"),
        ("--format", "sd-jwt", "--suite", "eddsa-rdfc-2022"), ("--format", "sd-jwt", "--disclosable", "/issuer"),
        ("--format", "sd-jwt", "--disclosable", "/credentialSubject/achievement/nme"), ("--format", "sd-jwt", "--disclosable", "evidence"),
        ("--suite", "ecdsa-sd-2023", "--mandatory", NAME), ("--format", "sd-jwt-vc", "--vct", "https://example.org/x", "--status", "https://example.org/s#0"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_does_not_go_together_signs_nothing(more: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert issue(*more) == 65
    assert not Path("out.jsonl").exists()
    assert "cairn: " in capsys.readouterr().err


# -- Learner records ----------------------------------------------------------------------------------------------------------------


def record(*rows: str, **changed: object) -> None:
    Path("record.json").write_text(json.dumps({**RECORD, **changed}), encoding="utf-8")
    Path("records.csv").write_text("\n".join(["email,awards", *rows]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("form", ["json", "vc-jwt"])
def test_a_record_wraps_awards_given_as_files_and_says_what_they_are_to_each_other(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    issue(out="awards.jsonl")
    issue("--format", "vc-jwt", out="tokens.jsonl")
    Path("own.json").write_text(lines("awards.jsonl")[0], encoding="utf-8")
    record("ada@example.org,own.json; tokens.jsonl:1", "nia@example.org,awards.jsonl:2")
    assert issue("--format", form, what="record.json", rows="records.csv") == 0
    assert [one["verdict"] for one in verified(capsys, "out.jsonl")[1]] == ["verified", "verified"]
    first = Credential.parse(lines()[0])
    assert [part.get("type") for part in first.subject["verifiableCredential"]][1] in (
        "EnvelopedVerifiableCredential", ["EnvelopedVerifiableCredential"],
    )  # fmt: skip
    assert first.subject["verifiableCredential"][0] == json.loads(lines("awards.jsonl")[0])
    assert first.subject["association"][0]["associationType"] == "isPartOf"
    assert first.subject["achievement"][0]["name"] == "Repairs"


def test_a_record_has_a_place_in_a_status_list_as_any_award() -> None:
    issue(out="awards.jsonl")
    record("ada@example.org,awards.jsonl:1")
    assert issue("--status", "https://example.org/s#4", what="record.json", rows="records.csv") == 0
    assert Credential.parse(lines()[0]).status_entries[0]["statusListIndex"] == "4"


def test_rows_whose_awards_cannot_be_wrapped_are_refused_and_the_rest_is_signed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    issue(out="awards.jsonl")
    unsigned = {name: one for name, one in json.loads(lines("awards.jsonl")[0]).items() if name != "proof"}
    Path("unsigned.json").write_text(json.dumps(unsigned), encoding="utf-8")
    Path("broken.json").write_text("{", encoding="utf-8")
    record(
        "a@example.org,gone.json", "b@example.org,awards.jsonl:9", "ada@example.org,unsigned.json", "d@example.org,broken.json",
        "e@example.org,awards.jsonl:1", "f@example.org,", "g@example.org," + ";".join(["own.json"] * 201), "nia@example.org,awards.jsonl:2",
        "h@example.org,awards.jsonl:0", "i@example.org,.",
    )  # fmt: skip
    capsys.readouterr()
    assert issue("--json", what="record.json", rows="records.csv") == 1
    report = json.loads(capsys.readouterr().out)
    assert report["signed"] == 1
    assert [(one["row"], one["column"], one["code"]) for one in report["rows"]] == [
        (2, "awards", "award_not_there"), (3, "awards", "award_not_there"), (4, "awards", "award_not_signed"), (5, "awards", "not_json"),
        (6, "awards", "award_of_another"), (7, "awards", "invalid"), (8, "awards", "invalid"), (10, "awards", "award_not_there"),
        (11, "awards", "award_not_there"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [{"name": None}, {"criteria": {}}, {"association": ["isPartOf"]}, {"association": [{"associationType": "isPartOf", "sourceId": "x"}]}],
    ids=["name", "unknown", "no_object", "half"],
)  # fmt: skip
def test_a_record_that_is_not_described_properly_stops_everything(changed: dict[str, object]) -> None:
    issue(out="awards.jsonl")
    record("ada@example.org,awards.jsonl:1", **changed)
    assert issue(what="record.json", rows="records.csv") == 65
    assert not Path("out.jsonl").exists()


@pytest.mark.parametrize("name", ["/dev/zero:1", "/dev/zero", "pipe", "pipe:3", "a\0b", "a\0b:1", "x" * 5000])
def test_what_is_no_file_of_awards_is_never_read(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("pipe")
    record(f"ada@example.org,{name}")
    assert issue("--json", what="record.json", rows="records.csv") == 1
    [refused] = json.loads(capsys.readouterr().out)["rows"]
    assert (refused["code"], refused["column"]) == ("award_not_there", "awards")
    assert len(refused["message"]) < 300


def test_a_pointer_that_misses_in_what_a_row_says_signs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    more = ["--format", "sd-jwt", "--disclosable", "/credentialSubject/result/0/valeu"]
    assert issue(*more) == 65
    assert "valeu" in capsys.readouterr().err
    assert not Path("out.jsonl").exists()


def test_a_table_that_breaks_off_is_said_and_nothing_is_signed(capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken.csv").write_text('email\nada@example.org\n"' + "nia@example.org\n" * 20_000, encoding="utf-8")
    assert issue(rows="broken.csv") == 65
    assert "quotation mark" in capsys.readouterr().err
    assert not Path("out.jsonl").exists()


def test_a_date_beyond_all_dates_is_refused_with_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    Path("odd.csv").write_text("email,valid_from\na@example.org,0001-01-01T00:00:00+23:59\n", encoding="utf-8")
    assert issue("--json", rows="odd.csv") == 1
    assert json.loads(capsys.readouterr().out)["rows"][0]["column"] == "valid_from"
