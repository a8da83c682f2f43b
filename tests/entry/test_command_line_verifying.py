"""``cairn verify`` with everything it can be handed: lines, tokens, standard input, other moments, registers, and documents from files."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from tests.credentials.sealers import LEGAL_ID, ROOT, sealed
from tests.credentials.world import AWARDED, EMAIL, NOW, Issuer, MemoryResolver

from cairn.credentials import (
    CouldNotFetch,
    Ed25519Key,
    KeySigner,
    bake,
    did_key,
    did_key_verification_method,
    european_credential,
    issue,
    present,
    verify,
)
from cairn.credentials.keys import EllipticKey
from cairn.entry.cli import main
from cairn.entry.cli.documents import Documents
from cairn.entry.cli.trust import Listed, read_moment
from cairn.errors import Invalid, NotFound

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><circle r="4"/></svg>'


@pytest.fixture
def issuer() -> Issuer:
    return Issuer(MemoryResolver())


@pytest.fixture
def archive(tmp_path: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an award, and a map that stands for the web of its issuer."""
    monkeypatch.chdir(tmp_path)
    site = tmp_path / "badges.example.org"
    for url, page in issuer.world.pages.items():
        place = site / url.removeprefix(issuer.site + "/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(page if isinstance(page, bytes) else json.dumps(page).encode())
    (tmp_path / "map.json").write_text(json.dumps({issuer.site + "/": "badges.example.org"}))
    (tmp_path / "award.json").write_text(issuer.award().text)
    return tmp_path


def run(
    capsys: pytest.CaptureFixture[str], *arguments: str, documents: bool = True
) -> tuple[int, list[dict[str, Any]]]:
    capsys.readouterr()
    where = ["--documents", "map.json"] if documents else ["--offline"]
    code = main(["verify", "--no-site", "--json", *where, *arguments])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def codes(said: dict[str, Any]) -> list[str]:
    return [finding["code"] for finding in said["findings"]]


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


# Documents from files


def test_documents_from_a_folder_stand_for_the_web(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, [said] = run(capsys, "award.json")
    assert (code, said["verdict"], said["current"]) == (0, "verified", "pass")


def test_what_the_documents_do_not_hold_is_not_found_out_and_never_asked(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (archive / "map.json").write_text(json.dumps({"https://elsewhere.example/": "badges.example.org"}))
    code, [said] = run(capsys, "award.json")
    assert (code, said["verdict"], said["authentic"]) == (2, "undetermined", "unknown")
    assert "nobody else is asked" in json.dumps(said)


def test_an_address_given_as_input_comes_from_the_documents_too(
    archive: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    (archive / "badges.example.org" / "award").write_text(issuer.award().text)
    code, [said] = (
        run(capsys, f"{issuer.site}/award", f"{issuer.site}/award")[0],
        run(capsys, f"{issuer.site}/award")[1],
    )
    assert (code, said["verdict"]) == (0, "verified")
    code, [said] = run(capsys, f"{issuer.site}/nothing")
    assert (code, said["verdict"]) == (2, "undetermined")


def test_a_file_stands_for_one_address_and_no_other(archive: Path) -> None:
    (archive / "one.json").write_text('{"is": "one"}')
    (archive / "map.json").write_text(
        json.dumps({"https://a.example/one": "one.json", "https://b.example": "badges.example.org"})
    )
    documents = Documents.read(archive / "map.json")
    assert documents.fetch("https://a.example/one", accept="").body == b'{"is": "one"}'
    assert documents.fetch("https://a.example/one#key-1", accept="").content_type == "application/json"
    for url in ("https://a.example/one/more", "https://a.example/on", "https://b.example.evil.example/status/1"):
        with pytest.raises(CouldNotFetch, match="nobody else is asked"):
            documents.fetch(url, accept="")
    assert documents.fetch("https://b.example/status/1", accept="").body


@pytest.mark.parametrize(
    "rest",
    ["../secret.json", "%2e%2e/secret.json", "a/../../secret.json", "..%2fsecret.json", "a%00b", "..\\secret.json"],
)
def test_no_address_leads_out_of_its_folder(archive: Path, rest: str) -> None:
    (archive / "secret.json").write_text("{}")
    documents = Documents.read(archive / "map.json")
    with pytest.raises(CouldNotFetch, match="leads out of the folder"):
        documents.fetch(f"https://badges.example.org/{rest}", accept="")


def test_a_link_in_the_folder_does_not_lead_out_of_it(archive: Path) -> None:
    (archive / "secret.json").write_text("{}")
    (archive / "badges.example.org" / "door.json").symlink_to(archive / "secret.json")
    with pytest.raises(CouldNotFetch, match="leads out of the folder"):
        Documents.read(archive / "map.json").fetch("https://badges.example.org/door.json", accept="")


def test_the_longest_address_that_fits_is_taken(archive: Path) -> None:
    for name in ("wide", "narrow"):
        (archive / name / "x").mkdir(parents=True)
        (archive / name / "x" / "f.json").write_text(f'"{name}"')
        (archive / name / "f.json").write_text(f'"{name}"')
    (archive / "map.json").write_text(json.dumps({"https://a.example/": "wide", "https://a.example/x/": "narrow"}))
    documents = Documents.read(archive / "map.json")
    assert documents.fetch("https://a.example/x/f.json", accept="").body == b'"narrow"'
    assert documents.fetch("https://a.example/f.json", accept="").body == b'"wide"'


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("a.json", b"{}", "application/json"),
        ("a.jsonld", b"{}", "application/ld+json"),
        ("a.jwt", b"eyJ", "application/jwt"),
        ("a.png", b"x", "image/png"),
        ("a.svg", b"x", "image/svg+xml"),
        ("a", b' \n{"a": 1}', "application/json"),
        ("a", b"binary", "application/octet-stream"),
    ],
)
def test_the_ending_says_what_kind_of_document_it_is(archive: Path, name: str, body: bytes, expected: str) -> None:
    (archive / "badges.example.org" / name).write_bytes(body)
    fetched = Documents.read(archive / "map.json").fetch(f"https://badges.example.org/{name}", accept="")
    assert (fetched.body, fetched.content_type) == (body, expected)


def test_a_map_that_is_none_is_refused_with_what_to_write(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text, error in (("[]", Invalid), ('{"here": "map.json"}', Invalid), ('{"https://a.example": 5}', Invalid)):
        (archive / "map.json").write_text(text)
        with pytest.raises(error):
            Documents.read(archive / "map.json")
    (archive / "map.json").write_text('{"https://a.example": "gone.json"}')
    with pytest.raises(NotFound, match=r"gone\.json"):
        Documents.read(archive / "map.json")
    assert main(["verify", "--documents", "map.json", "--offline", "award.json"]) == 65
    assert "do not go together" in capsys.readouterr().err


# Other moments


def test_the_moment_can_be_chosen(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (AWARDED - timedelta(days=1)).date().isoformat()
    assert run(capsys, "--at", before, "award.json")[0] == 1
    code, [said] = run(capsys, "--at", "2026-03-01T10:30:00+01:00", "award.json")
    assert (code, said["verdict"]) == (0, "verified")
    code, [said] = run(capsys, "--at", "2040-01-01", "award.json")
    assert code == 1
    assert "expired" in codes(said)


def test_the_same_moment_gives_the_same_answer(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--at", "2027-01-01", "award.json") == run(capsys, "--at", "2027-01-01", "award.json")


@pytest.mark.parametrize("text", ["soon", "2026-03-01T12:00:00", "2026-13-01", "12:00"])
def test_a_moment_without_zone_or_sense_is_refused(
    archive: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--at", text, "award.json"]) == 2
    assert "2026-03-01T12:00:00Z" in capsys.readouterr().err


def test_a_day_begins_and_ends_in_utc() -> None:
    assert read_moment("2026-03-01") == datetime(2026, 3, 1, tzinfo=UTC)
    assert read_moment("2026-03-01", end=True) == datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC)


# Who it is about


def test_the_recipient_is_an_address_or_an_identifier(
    archive: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    did = "did:key:z6MkhTNL7i2etLerDK8Acz5t528giE5KA4p75T6ka1E1D74r"
    subject = {**issuer.document()["credentialSubject"], "id": did}
    (archive / "held.json").write_text(
        issuer.award(subject={k: v for k, v in subject.items() if k != "achievement"}).text
    )
    assert run(capsys, "--recipient", EMAIL, "award.json")[1][0]["about_person"] == "pass"
    assert run(capsys, "--email", EMAIL, "award.json")[1][0]["about_person"] == "pass"
    assert run(capsys, "--recipient", "eve@example.com", "award.json")[1][0]["about_person"] == "fail"
    assert run(capsys, "--recipient", did, "held.json")[1][0]["about_person"] == "pass"
    assert run(capsys, "--recipient", did[:-1] + "s", "held.json")[1][0]["about_person"] == "fail"
    assert run(capsys, "--recipient", did, "award.json")[1][0]["about_person"] == "unknown"
    assert run(capsys, "--recipient", "https://people.example/7", "held.json")[1][0]["about_person"] == "unknown"


def test_who_is_asked_about_must_be_somebody(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--recipient", "Ada", "award.json"]) == 65
    assert "did:key" in capsys.readouterr().err


# Registers


def register(folder: Path, **facts: Any) -> str:
    (folder / "register.json").write_text(json.dumps(facts))
    return "register.json"


@pytest.mark.parametrize(
    ("entry", "trusted", "code"),
    [
        ({}, "pass", "issuer_known"),
        ({"since": "2026-03-01", "until": "2026-03-01"}, "pass", "issuer_known"),
        ({"since": "2026-03-02"}, "warn", "issuer_not_known_then"),
        ({"until": "2026-02-28"}, "warn", "issuer_not_known_then"),
        ({"for": ["MicroCredential"]}, "pass", "issuer_known"),
        ({"for": ["AchievementCredential"]}, "pass", "issuer_known"),
        ({"for": "ClrCredential"}, "warn", "issuer_not_known_for_this"),
    ],
)
def test_a_register_says_since_when_and_for_what(
    archive: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str], entry: dict[str, Any], trusted: str, code: str
) -> None:
    listed = {"id": issuer.did, "name": "Example Institute", **entry}
    for issuers in ([listed], {issuer.did: listed}):
        path = register(archive, name="Board of Examples", url="https://board.example", issuers=issuers)
        exit_code, [said] = run(capsys, "--trust", path, "award.json")
        assert (exit_code, said["verdict"], said["trusted"]) == (0, "verified", trusted)
        assert code in codes(said)
        known = {"name": "Example Institute", "source": "Board of Examples", "url": "https://board.example"}
        assert said["issuer"]["registry"] == (known if trusted == "pass" else None)


def test_the_form_of_the_digital_credentials_consortium_is_read(
    archive: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    path = register(archive, meta={}, registry={issuer.did: {"name": "Example Institute", "url": "https://i.example"}})
    assert run(capsys, "--register", path, "award.json")[1][0]["trusted"] == "pass"


def test_an_issuer_may_stand_in_a_register_for_several_times_and_things(archive: Path) -> None:
    entries = [
        {"id": "did:web:a.example", "name": "A", "until": "2020-12-31", "for": ["Old"]},
        {"id": "did:web:a.example", "name": "A", "since": "2026-01-01", "for": ["Badge"]},
        {"id": "did:web:a.example", "name": "A", "since": "2026-01-01", "for": ["Certificate"]},
    ]
    listed = Listed([archive / register(archive, issuers=entries)])
    known = listed.known("did:web:a.example", AWARDED)
    assert known is not None
    assert (known.held(AWARDED), known.recognised_for) == (True, ("Badge", "Certificate"))
    between = listed.known("did:web:a.example", datetime(2023, 1, 1, tzinfo=UTC))
    assert between is not None
    assert not between.held(datetime(2023, 1, 1, tzinfo=UTC))
    assert listed.known("did:web:b.example", AWARDED) is None


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"issuers": []},
        {"issuers": [{"name": "Nobody"}]},
        {"issuers": [{"id": "did:web:a.example", "for": []}]},
        {"issuers": [{"id": "did:web:a.example", "for": [5]}]},
        {"issuers": [{"id": "did:web:a.example", "since": "yesterday"}]},
    ],
)
def test_a_register_that_cannot_be_read_is_refused_whole(archive: Path, facts: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        Listed([archive / register(archive, **facts)])


# What is handed over


def test_answers_come_in_the_order_of_the_inputs(
    archive: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    award = issuer.award().text
    lines = [award, "", "\ufeff" + award, award.replace("Python", "Pithon", 1), "no credential"]
    (archive / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (archive / "badge.svg").write_bytes(bake(SVG, issuer.award()))
    code, said = run(capsys, "badge.svg", "many.jsonl", "gone.json", "award.json")
    assert code == 1
    assert [(one["input"], one["verdict"]) for one in said] == [
        ("badge.svg", "verified"),
        ("many.jsonl:1", "verified"),
        ("many.jsonl:3", "verified"),
        ("many.jsonl:4", "not_verified"),
        ("many.jsonl:5", "not_verified"),
        ("gone.json", "undetermined"),
        ("award.json", "verified"),
    ]


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (lambda one: one, ["-"]),
        (lambda one: one + "\n", ["-"]),
        (lambda one: json.dumps(json.loads(one), indent=2), ["-"]),
        (lambda one: f"{one}\n\n{one}\n", ["-:1", "-:3"]),
        (lambda one: f"{one}\n{one}\n{one}", ["-:1", "-:2", "-:3"]),
    ],
)
def test_standard_input_holds_one_credential_or_one_on_each_line(
    archive: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    make: Any, names: Sequence[str],
) -> None:  # fmt: skip
    feed(monkeypatch, make(issuer.award().text).encode())
    code, said = run(capsys, "-")
    assert code == 0
    assert [one["input"] for one in said] == list(names)


def test_a_picture_may_come_by_standard_input(
    archive: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, bake(SVG, issuer.award()))
    assert run(capsys, "-")[0] == 0


def test_a_line_too_long_is_passed_over_and_the_rest_is_read(
    archive: Path, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cairn.entry.cli.inputs.MAX_FILE", 10_000)
    (archive / "many.jsonl").write_text(f"{'x' * 30_000}\n{issuer.award().text}\n")
    code, said = run(capsys, "many.jsonl")
    assert (code, [one["verdict"] for one in said]) == (2, ["undetermined", "verified"])


def test_an_address_that_leads_to_a_page_says_so(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (archive / "badges.example.org" / "page.html").write_text("<p>A badge!</p>")
    code, [said] = run(capsys, "https://badges.example.org/page.html")
    assert (code, said["verdict"]) == (2, "undetermined")
    assert "web page" in said["findings"][0]["message"]


# Presentations


def presentation(issuer: Issuer, **asked: Any) -> str:
    key = Ed25519Key.from_seed(b"\x07" * 32)
    signer = KeySigner(key, did_key_verification_method(key))
    return json.dumps(present([issuer.award()], signer, holder=did_key(key), created=AWARDED, **asked))


def test_a_presentation_is_checked_with_what_its_presenter_was_asked(
    archive: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    (archive / "shown.json").write_text(presentation(issuer, challenge="c-1", domain="d.example"))
    code, [said] = run(capsys, "--challenge", "c-1", "--domain", "d.example", "shown.json")
    assert (code, said["verdict"], [one["verdict"] for one in said["credentials"]]) == (0, "verified", ["verified"])
    assert said["holder"].startswith("did:key:z6Mk")
    assert run(capsys, "--challenge", "c-2", "shown.json")[0] == 1
    code, [said] = run(capsys, "shown.json")
    assert (code, "no_challenge_asked" in codes(said)) == (0, True)
    assert main(["verify", "--no-site", "--documents", "map.json", "shown.json"]) == 0
    told = capsys.readouterr().out
    assert "Presented by did:key" in told
    assert "shown.json, credential 1: Verified" in told


def test_a_credential_alone_answers_no_challenge(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, [said] = run(capsys, "--challenge", "c-1", "award.json")
    assert (code, said["verdict"]) == (1, "not_verified")


# Showing less


def test_a_copy_that_shows_less_is_made_and_verifies(
    archive: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    key = EllipticKey.generate("P-256")
    document = {**issuer.document(issuer={"id": did_key(key), "name": "Example Institute"}), "credentialStatus": []}
    del document["credentialStatus"]
    signer = KeySigner(key, did_key_verification_method(key))
    base = issue(document, signer, created=AWARDED, cryptosuite="ecdsa-sd-2023", mandatory=["/issuer", "/validFrom"])
    (archive / "whole.json").write_text(base.text)
    name = "/credentialSubject/achievement/name"
    assert main(["derive", "whole.json", "--reveal", name, "--out", "shown.json"]) == 0
    shown = json.loads((archive / "shown.json").read_text())
    assert shown["credentialSubject"]["achievement"]["name"] == "Data Analysis with Python"
    assert "description" not in shown["credentialSubject"]["achievement"]
    assert run(capsys, "shown.json")[1][0]["authentic"] == "pass"
    assert main(["derive", "whole.json", "--reveal", name, "--out", "shown.json"]) == 73
    assert main(["derive", "whole.json", "--reveal", "/nothing"]) == 65
    assert main(["derive", "award.json", "--reveal", name]) == 65
    assert main(["derive", "gone.json", "--reveal", name]) == 66
    capsys.readouterr()
    assert main(["derive", "whole.json", "--reveal", name]) == 0
    assert json.loads(capsys.readouterr().out)["proof"]["cryptosuite"] == "ecdsa-sd-2023"


def test_several_processes_answer_in_the_same_order(
    archive: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    good = issuer.award().text
    lines = [good if number % 7 else good.replace("Python", "Pithon", 1) for number in range(200)]
    (archive / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    code, said = run(capsys, "--processes", "2", "many.jsonl", "gone.json")
    assert code == 1
    assert [one["input"] for one in said] == [*(f"many.jsonl:{number}" for number in range(1, 201)), "gone.json"]
    expected = ["verified" if number % 7 else "not_verified" for number in range(200)]
    assert [one["verdict"] for one in said] == [*expected, "undetermined"]
    assert said == run(capsys, "many.jsonl", "gone.json")[1]


def test_a_register_may_name_whose_seals_it_trusts(tmp_path: Path) -> None:
    document = european_credential(Issuer(MemoryResolver()).document(), country="IE", legal_identifier=LEGAL_ID)
    (tmp_path / "root.pem").write_bytes(ROOT.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "sealed.json").write_text(json.dumps(sealed(document)))
    verdicts = {}
    for name, facts in {"none": {"issuers": ["did:web:a.example"]}, "root": {"authorities": ["root.pem"]}}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(facts))
        trust = Listed([tmp_path / f"{name}.json"])
        verdicts[name] = verify((tmp_path / "sealed.json").read_bytes(), at=NOW, resolve=MemoryResolver(), trust=trust)
    assert verdicts["none"].has("seal_chain_not_checked")
    assert verdicts["none"].verdict == "undetermined"
    assert verdicts["root"].has("seal_of_issuer")
    assert verdicts["root"].authentic in ("pass", "warn")


@pytest.mark.parametrize("authorities", ["root.pem", [7], ["nowhere.pem"], ["-----BEGIN CERTIFICATE-----\nAAAA"]])
def test_authorities_that_cannot_be_read_are_refused_with_what_to_do(tmp_path: Path, authorities: object) -> None:
    (tmp_path / "register.json").write_text(json.dumps({"authorities": authorities}))
    with pytest.raises(Invalid) as refused:
        Listed([tmp_path / "register.json"])
    assert "PEM" in refused.value.remedy


def test_a_newer_copy_is_asked_for_only_if_wanted(
    archive: Path, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    def copy(**changes: Any) -> str:
        document = issuer.document(**changes)
        document["refreshService"] = {"id": f"{issuer.site}/newer.json", "type": "1EdTechCredentialRefresh"}
        return issue(document, issuer.signer, created=AWARDED).text

    (archive / "old.json").write_text(copy())
    (archive / "badges.example.org" / "newer.json").write_text(
        copy(valid_from=AWARDED + timedelta(days=1), name="Newer name")
    )
    names = []
    for more in ([], ["--refresh"]):
        main(["verify", "--no-site", "--json", "--at", "2026-06-01", "--documents", "map.json", *more, "old.json"])
        names.append(json.loads(capsys.readouterr().out)["name"])
    assert names == ["Data Analysis with Python", "Newer name"]
