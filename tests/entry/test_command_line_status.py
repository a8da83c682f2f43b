"""``cairn status`` and ``cairn issue --status``: every award has a place of its own, and what is marked is what a verifier finds."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from pathlib import Path

import pytest
from tests.entry.test_command_line import EXAMPLES

from cairn.credentials import Credential, CredentialError
from cairn.credentials.status.keeping import KeptList, Mark
from cairn.entry.cli import main, status
from cairn.entry.cli.ledger import Ledger, places_of
from cairn.errors import Conflict, Invalid, NotFound

BASE = "https://badges.example.org"
DID = "did:web:badges.example.org"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The issuer's files, and a map of what it publishes, its DID document first."""
    for file in EXAMPLES.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    main(["keys", "new", "key.json", "--did", DID, "--json"])
    published = {f"{BASE}/.well-known/did.json": "did.json", f"{BASE}/status/": "lists"}
    Path("did.json").write_text(json.dumps(json.loads(capsys.readouterr().out)["did_document"]), encoding="utf-8")
    Path("published.json").write_text(json.dumps(published), encoding="utf-8")
    Path("lists").mkdir()
    people(4)
    return tmp_path


def people(count: int, column: str = "", values: tuple[str, ...] = ()) -> None:
    rows = [f"person{n}@example.org" + (f",{values[n]}" if column else "") for n in range(count)]
    Path("some.csv").write_text("\n".join([f"email,{column}" if column else "email", *rows]) + "\n", encoding="utf-8")


def issue(*more: str) -> int:
    files = [
        "issue",
        "achievement.json",
        "some.csv",
        "--issuer",
        "issuer.json",
        "--key",
        "key.json",
        "--out",
        "out.jsonl",
    ]
    return main([*files, *more])


def new(name: str, *more: str) -> int:
    return main(["status", "new", f"{name}.ledger", "--url", f"{BASE}/status/{name}", *more])


def sign(name: str, *more: str) -> int:
    to = ["--issuer", "issuer.json", "--key", "key.json", "--out", f"lists/{name}.json"]
    return main(["status", "sign", f"{name}.ledger", *to, *more])


def awards(name: str = "out.jsonl") -> list[Credential]:
    return [Credential.parse(line) for line in Path(name).read_text(encoding="utf-8").splitlines()]


def verdicts(capsys: pytest.CaptureFixture[str], file: str = "out.jsonl") -> list[str]:
    capsys.readouterr()
    main(["verify", "--no-site", "--json", "--documents", "published.json", file])
    return [json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("more", [(), ("--format", "vc-jwt"), ("--format", "sd-jwt"), ("--suite", "eddsa-jcs-2022")])
@pytest.mark.usefixtures("folder")
def test_a_suspension_is_found_and_can_be_taken_back(more: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert new("revocation") == new("suspension", "--purpose", "suspension") == 0
    assert issue("--status", "revocation.ledger", "--status", "suspension.ledger", *more) == 0
    assert sign("revocation") == sign("suspension") == 0
    assert verdicts(capsys) == ["verified"] * 4
    second = str(awards()[1].id)
    assert main(["status", "set", "suspension.ledger", second]) == 0
    assert verdicts(capsys) == ["verified"] * 4, "nothing is known before the list is signed again"
    assert sign("suspension") == 0
    assert verdicts(capsys) == ["verified", "not_verified", "verified", "verified"]
    assert main(["status", "unset", "suspension.ledger", second]) == 0
    assert sign("suspension", "--format", "vc-jwt") == 0
    assert verdicts(capsys) == ["verified"] * 4


@pytest.mark.usefixtures("folder")
def test_a_revocation_is_final(capsys: pytest.CaptureFixture[str]) -> None:
    new("revocation")
    issue("--status", "revocation.ledger")
    first = str(awards()[0].id)
    assert main(["status", "set", "revocation.ledger", first]) == 0
    assert main(["status", "unset", "revocation.ledger", first]) == 73
    assert "final" in capsys.readouterr().err
    assert main(["status", "set", "revocation.ledger", "urn:uuid:0"]) == 66
    assert main(["status", "set", "revocation.ledger", first, "--value", "2"]) == 65
    assert main(["status", "set", "revocation.ledger", first, "--reason", "why not"]) == 65


@pytest.mark.usefixtures("folder")
def test_if_one_award_is_not_in_the_list_none_is_marked() -> None:
    new("revocation")
    issue("--status", "revocation.ledger")
    assert main(["status", "set", "revocation.ledger", str(awards()[0].id), "urn:uuid:unknown"]) == 66
    with Ledger(Path("revocation.ledger")) as ledger:
        assert ledger.counts() == {"given": 4, "marked": 0}


@pytest.mark.usefixtures("folder")
def test_words_of_the_issuers_own_stand_in_the_award_and_leave_the_question_open(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = [part for word in ("in order", "in review", "contested", "undefined") for part in ("--word", word)]
    assert new("message", "--purpose", "message", *words, "--reference", f"{BASE}/words", "--count-from", "7") == 0
    assert issue("--status", "message.ledger") == 0
    entry = awards()[0].status_entries[0]
    assert (entry["statusListIndex"], entry["statusSize"], entry["statusReference"]) == ("7", 2, f"{BASE}/words")
    main(["status", "set", "message.ledger", "8", "--value", "2"])
    sign("message", "--ttl", "10", "--valid-days", "2")
    capsys.readouterr()
    assert main(["verify", "--no-site", "--documents", "published.json", "out.jsonl"]) == 2
    assert "contested" in capsys.readouterr().out
    listed = Credential.parse(Path("lists/message.json").read_text(encoding="utf-8"))
    assert listed.subject["ttl"] == 600_000
    assert listed.valid_until is not None


@pytest.mark.parametrize("data_model", ["1.1", "2.0"])
@pytest.mark.usefixtures("folder")
def test_the_older_list_is_written_for_either_data_model(data_model: str, capsys: pytest.CaptureFixture[str]) -> None:
    new("revocation", "--kind", "statuslist2021")
    assert issue("--status", "revocation.ledger", "--data-model", data_model) == 0
    assert awards()[0].status_entries[0]["type"] == "StatusList2021Entry"
    main(["status", "set", "revocation.ledger", str(awards()[2].id)])
    assert sign("revocation") == 0
    assert verdicts(capsys) == ["verified", "verified", "not_verified", "verified"]


@pytest.mark.usefixtures("folder")
def test_a_bitstring_list_serves_the_older_data_model_too(capsys: pytest.CaptureFixture[str]) -> None:
    new("revocation")
    assert issue("--status", "revocation.ledger", "--data-model", "1.1") == 0
    sign("revocation")
    assert verdicts(capsys) == ["verified"] * 4


@pytest.mark.usefixtures("folder")
def test_1edtechs_list_names_awards_and_reasons_in_the_open(capsys: pytest.CaptureFixture[str]) -> None:
    new("revocation", "--kind", "1edtech")
    assert issue("--status", "revocation.ledger") == 0
    assert awards()[0].status_entries == ({"id": f"{BASE}/status/revocation", "type": "1EdTechRevocationList"},)
    main(["status", "set", "revocation.ledger", str(awards()[3].id), "--reason", "Awarded by mistake."])
    sign("revocation")
    assert verdicts(capsys) == ["verified", "verified", "verified", "not_verified"]
    listed = json.loads(Path("lists/revocation.json").read_text(encoding="utf-8"))
    assert listed["revokedCredential"][0]["revocationReason"] == "Awarded by mistake."


@pytest.mark.usefixtures("folder")
def test_no_two_awards_of_any_batch_share_a_place_even_when_the_list_is_nearly_full() -> None:
    new("revocation")
    with Ledger(Path("revocation.ledger")) as ledger:
        ledger.begin()
        for number in range(131_072 - 10):
            assert ledger.place_for(f"urn:earlier:{number}", number) == number
        ledger.keep()
    for _ in range(2):
        assert issue("--status", "revocation.ledger") == 0
        places = {int(one.status_entries[0]["statusListIndex"]) for one in awards()}
        assert len(places) == 4
        assert min(places) >= 131_072 - 10
    people(4)
    assert issue("--status", "revocation.ledger", "--json") == 1
    with Ledger(Path("revocation.ledger")) as ledger:
        assert ledger.counts()["given"] == 131_072
    assert len(awards()) == 2


@pytest.mark.usefixtures("folder")
def test_counting_goes_on_where_the_last_batch_ended_around_places_that_are_taken() -> None:
    new("revocation", "--count-from", "10")
    people(2, "status_index", ("12", ""))
    assert issue("--status", "revocation.ledger") == 0
    assert [one.status_entries[0]["statusListIndex"] for one in awards()] == ["12", "10"]
    people(3)
    assert issue("--status", "revocation.ledger") == 0
    assert [one.status_entries[0]["statusListIndex"] for one in awards()] == ["11", "13", "14"]


@pytest.mark.usefixtures("folder")
def test_a_row_that_is_refused_gives_its_place_back_and_a_batch_that_fails_takes_none() -> None:
    new("revocation")
    Path("some.csv").write_text(
        "email,id,status_index\na@example.org,not an address,5\nb@example.org,urn:uuid:7a1676b8-b51f-11ed-937b-d76685a20ff5,6\n",
        encoding="utf-8",
    )
    assert issue("--status", "revocation.ledger") == 1
    with Ledger(Path("revocation.ledger")) as ledger:
        assert ledger.counts()["given"] == 1
        assert ledger.find("6").award == "urn:uuid:7a1676b8-b51f-11ed-937b-d76685a20ff5"
    people(3)
    assert issue("--status", "revocation.ledger", "--suite", "ecdsa-rdfc-2019") == 65
    with Ledger(Path("revocation.ledger")) as ledger:
        assert ledger.counts()["given"] == 1


@pytest.mark.usefixtures("folder")
def test_an_award_that_is_signed_again_keeps_its_place_and_no_other_row_can_have_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    new("revocation")
    own = "urn:uuid:7a1676b8-b51f-11ed-937b-d76685a20ff5"
    Path("some.csv").write_text(f"email,id\na@example.org,{own}\n", encoding="utf-8")
    issue("--status", "revocation.ledger")
    place = awards()[0].status_entries[0]["statusListIndex"]
    issue("--status", "revocation.ledger")
    assert awards()[0].status_entries[0]["statusListIndex"] == place
    other = "3" if place != "3" else "4"
    rows = f"email,id,revocation_index\na@example.org,{own},{other}\nb@example.org,,{place}\nc@example.org,,131072\nd@example.org,,x\n"
    Path("some.csv").write_text(rows, encoding="utf-8")
    capsys.readouterr()
    assert issue("--status", "revocation.ledger", "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert [(one["row"], one["column"], one["code"]) for one in report["rows"]] == [
        (2, "revocation_index", "status_index_differs"),
        (3, "revocation_index", "status_index_taken"),
        (4, "revocation_index", "index_out_of_range"),
        (5, "revocation_index", "invalid"),
    ]


@pytest.mark.usefixtures("folder")
def test_several_processes_give_every_award_its_own_place(capsys: pytest.CaptureFixture[str]) -> None:
    new("revocation")
    people(300)
    assert issue("--status", "revocation.ledger", "--processes", "2") == 0
    made = awards()
    assert len({one.status_entries[0]["statusListIndex"] for one in made}) == 300
    with Ledger(Path("revocation.ledger")) as ledger:
        assert all(ledger.find(str(one.id)).place == int(one.status_entries[0]["statusListIndex"]) for one in made)
    capsys.readouterr()


@pytest.mark.usefixtures("folder")
def test_a_list_kept_elsewhere_is_counted_or_stands_in_a_column(capsys: pytest.CaptureFixture[str]) -> None:
    assert issue("--status", f"{BASE}/status/1#500", "--status", f"suspension={BASE}/status/2#0") == 0
    assert [[entry["statusListIndex"] for entry in one.status_entries] for one in awards()] == [
        ["500", "0"], ["501", "1"], ["502", "2"], ["503", "3"],
    ]  # fmt: skip
    people(4, "suspension_index", ("9", "9", "", "ten"))
    capsys.readouterr()
    assert issue("--status", f"suspension={BASE}/status/2", "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert report["signed"] == 1
    assert [one["code"] for one in report["rows"]] == ["status_index_taken", "no_status_index", "invalid"]
    assert issue("--status", f"1edtech={BASE}/status/3") == 65, "the column belongs to no list that was named"
    people(1)
    assert issue("--status", f"1edtech={BASE}/status/3") == 0
    assert issue("--status", f"revoked={BASE}/status/3") == 65
    assert issue("--status", "nowhere.ledger") == 66
    assert issue("--status", "achievement.json") == 65


@pytest.mark.usefixtures("folder")
def test_only_one_batch_at_a_time_writes_into_a_ledger() -> None:
    new("revocation")
    with Ledger(Path("revocation.ledger")) as held:
        held.begin()
        assert issue("--status", "revocation.ledger") == 73
        assert not Path("out.jsonl").exists()
    assert issue("--status", "revocation.ledger") == 0


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Ledger(tmp_path / "gone")
    for number, data in enumerate((b"", b"not a database at all", b"SQLite format 3\0" + bytes(4096))):
        file = tmp_path / f"{number}"
        file.write_bytes(data)
        with pytest.raises(Invalid):
            Ledger(file)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as made:
        made.execute("create table facts (facts text)")
        made.execute("insert into facts values ('{}')")
    made.close()
    with pytest.raises(Invalid):
        Ledger(other)
    ledger = tmp_path / "mine"
    Ledger.new(ledger, KeptList("https://e.example/s")).drop()
    with pytest.raises(Conflict):
        Ledger.new(ledger, KeptList("https://e.example/s"))
    with pytest.raises(Invalid):
        places_of("revocation=https://e.example/s#x")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"url": "status/1"}, "bad_status_entry"), ({"url": "https://e.example/s#1"}, "bad_status_entry"),
        ({"kind": "other"}, "unknown_status_kind"), ({"kind": "1edtech", "purpose": "suspension"}, "wrong_purpose"),
        ({"purpose": "message"}, "bad_status_entry"), ({"length": 1_000}, "status_list_size"),
        ({"kind": "statuslist2021", "size": 2, "messages": ("a", "b", "c", "d")}, "bad_status_entry"),
        ({"size": 2, "messages": ("a", "b", "c")}, "bad_status_entry"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)  # fmt: skip
def test_a_list_that_could_not_be_is_refused(facts: dict[str, object], code: str) -> None:
    with pytest.raises(CredentialError) as refused:
        KeptList(**{"url": "https://e.example/s", **facts})  # type: ignore[arg-type] # wrong on purpose
    assert refused.value.code == code


def test_the_bits_of_a_list_are_those_that_were_marked() -> None:
    kept = KeptList("https://e.example/s", size=2, messages=("a", "b", "c", "d"))
    bits = kept.bits()
    for mark in (Mark(0, "a", 3), Mark(131_071, "b", 1)):
        bits.set(mark.place, mark.value)
    assert list(bits.indexes()) == [0, 131_071]


@pytest.mark.usefixtures("folder")
def test_a_ledger_says_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    new("revocation")
    issue("--status", "revocation.ledger")
    capsys.readouterr()
    assert main(["status", "show", "revocation.ledger", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["url"], said["given"], said["marked"]) == (f"{BASE}/status/revocation", 4, 0)
    first = awards()[0]
    assert main(["status", "show", "revocation.ledger", str(first.id)]) == 0
    assert f"place {first.status_entries[0]['statusListIndex']}" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_a_row_that_one_list_refuses_takes_no_place_in_the_lists_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    new("revocation")
    new("suspension", "--purpose", "suspension")
    people(4, "suspension_index", ("1", "1", "", "2"))
    assert issue("--status", "revocation.ledger", "--status", "suspension.ledger") == 1
    assert len(awards()) == 3
    for name in ("revocation.ledger", "suspension.ledger"):
        capsys.readouterr()
        assert main(["status", "show", name, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["given"] == 3


@pytest.mark.usefixtures("folder")
def test_a_ledger_that_somebody_writes_is_still_a_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    new("revocation")
    other = sqlite3.connect("revocation.ledger", isolation_level=None)
    other.execute("begin exclusive")
    assert main(["status", "show", "revocation.ledger"]) == 73
    assert "being written to" in capsys.readouterr().err
    other.execute("rollback")
    assert main(["status", "show", "revocation.ledger"]) == 0
    other.close()


@pytest.mark.usefixtures("folder")
def test_a_glance_into_the_ledger_does_not_cost_a_batch() -> None:
    new("revocation")
    with Ledger(Path("revocation.ledger")) as ledger:
        place = ledger.place_for("urn:uuid:1", None)
        reader = sqlite3.connect("revocation.ledger", isolation_level=None, check_same_thread=False)
        reader.execute("begin")
        reader.execute("select * from given").fetchall()
        leaving = threading.Timer(0.5, lambda: reader.execute("rollback"))
        leaving.start()
        ledger.keep()
        leaving.join()
        reader.close()
        assert ledger.find("urn:uuid:1").place == place


@pytest.mark.usefixtures("folder")
def test_a_full_disk_is_said_and_nothing_is_signed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    new("revocation")

    def full(_self: Ledger, _place: int, _award: str) -> bool:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Ledger, "_give", full)
    assert issue("--status", "revocation.ledger") == 65
    assert "disk is full" in capsys.readouterr().err
    assert not Path("out.jsonl").exists()


@pytest.mark.usefixtures("folder")
def test_neither_a_ledger_nor_a_key_is_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    new("revocation")
    Path("same.ledger").symlink_to("revocation.ledger")
    ledger, key = Path("revocation.ledger").read_bytes(), Path("key.json").read_bytes()
    files = ["--issuer", "issuer.json", "--key", "key.json"]
    for out in ("revocation.ledger", "same.ledger", "./key.json"):
        assert main(["status", "sign", "revocation.ledger", *files, "--out", out]) == 65
        assert main(["issue", "achievement.json", "some.csv", *files, "--out", out, "--status", "same.ledger"]) == 65
        assert "would be overwritten" in capsys.readouterr().err
    assert (Path("revocation.ledger").read_bytes(), Path("key.json").read_bytes()) == (ledger, key)


@pytest.mark.skipif(os.name != "posix", reason="files have no such permissions here")
@pytest.mark.usefixtures("folder")
def test_a_ledger_is_its_owners_alone() -> None:
    new("revocation")
    assert Path("revocation.ledger").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("folder")
def test_no_status_is_left_to_the_holder_to_show(capsys: pytest.CaptureFixture[str]) -> None:
    new("revocation")
    new("suspension", "--purpose", "suspension")
    lists = ["--status", "revocation.ledger", "--status", "suspension.ledger"]
    for pointer in ("/credentialStatus/0", "/credentialStatus/1/statusListIndex", "/issuer/id"):
        assert issue(*lists, "--format", "sd-jwt", "--disclosable", pointer) == 65
        assert "must not be left" in capsys.readouterr().err
    assert not Path("out.jsonl").exists()


@pytest.mark.usefixtures("folder")
def test_a_list_is_never_replaced_by_one_that_knows_less(monkeypatch: pytest.MonkeyPatch) -> None:
    new("revocation")
    issue("--status", "revocation.ledger")
    tried: list[str] = []
    replace = status._replace

    def revoked_meanwhile(out: Path, text: str) -> None:
        other = sqlite3.connect("revocation.ledger", isolation_level=None, timeout=0)
        other.execute("begin immediate")
        other.execute("update given set value = 1")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("commit")
        other.close()
        tried.append(text)
        replace(out, text)

    monkeypatch.setattr(status, "_replace", revoked_meanwhile)
    assert sign("revocation") == 0
    assert len(tried) == 1
    assert [file.name for file in Path("lists").iterdir()] == ["revocation.json"]
    assert main(["status", "set", "revocation.ledger", str(awards()[0].id)]) == 0
