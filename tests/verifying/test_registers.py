"""Published registers of issuers, with all that is in them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.wallet.factories import NOW, STRANGER, strangers_credential

from cairn.catalog.importing.undoing import run_of, undo_run
from cairn.catalog.models import ImportRemark, ImportRun
from cairn.credentials import did_key
from cairn.errors import Invalid
from cairn.verifying.models import KnownIssuer
from cairn.verifying.registers import import_registry, trial_reason
from cairn.verifying.services import check

pytestmark = pytest.mark.django_db


def write(path: Path, entries: object) -> Path:
    folder = path / "community_register"
    folder.mkdir()
    file = folder / "registry.json"
    file.write_text(json.dumps({"meta": {}, "registry": entries}))
    return file


def test_an_issuer_in_a_register_is_known_by_its_name_there(tmp_path: Path) -> None:
    entry = {"name": "Elsewhere University", "url": "https://elsewhere.ac"}
    report = import_registry(write(tmp_path, {did_key(STRANGER): entry}), at=NOW)
    assert (report.register, report.read, report.created) == ("community_register", 1, 1)
    result = check(strangers_credential().text, at=NOW)
    assert result.explained.panel == "verified"
    assert result.explained.issuer == "Elsewhere University", "the register's name, not the one the credential claims"
    assert "community_register" in str(result.as_dict())


def test_an_entry_counts_only_on_the_days_it_holds(tmp_path: Path) -> None:
    import_registry(write(tmp_path, {did_key(STRANGER): {"name": "Elsewhere University"}}), at=NOW)
    KnownIssuer.objects.update(until_date=date(2026, 4, 6))  # the day before the award
    assert check(strangers_credential().text, at=NOW).explained.panel == "warning"
    KnownIssuer.objects.update(until_date=date(2026, 4, 7))
    assert check(strangers_credential().text, at=NOW).explained.panel == "verified"


def test_reading_it_again_changes_nothing_and_a_new_name_is_taken_over(tmp_path: Path) -> None:
    file = write(tmp_path, {"did:web:a.ac": {"name": "A"}, "did:web:b.ac": {"name": "B"}})
    import_registry(file, at=NOW)
    again = import_registry(file, at=NOW)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    file.write_text(json.dumps({"registry": {"did:web:a.ac": {"name": "A"}, "did:web:b.ac": {"name": "B University"}}}))
    third = import_registry(file, at=NOW)
    assert (third.updated, third.unchanged) == (1, 1)
    assert KnownIssuer.objects.count() == 2
    assert ImportRun.objects.filter(importer="issuers").count() == 3


def test_an_import_of_a_register_says_what_is_different_and_can_be_undone(tmp_path: Path) -> None:
    file = write(tmp_path, {"did:web:a.ac": {"name": "A"}, "did:web:b.ac": {"name": "B"}})
    import_registry(file, at=NOW)
    before = list(KnownIssuer.objects.order_by("pk").values())
    file.write_text(json.dumps({"registry": {"did:web:a.ac": {"name": "A College"}, "did:web:c.ac": {"name": "C"}}}))
    second = import_registry(file, at=NOW)
    assert {what: second.differences[what] for what in ("added", "changed", "gone")} == {
        "added": {"known issuers": 1}, "changed": {"known issuers": 1}, "gone": {"known issuers": 1},
    }  # fmt: skip
    undo_run(run=run_of(second.run or 0), by=None, at=NOW)
    assert list(KnownIssuer.objects.order_by("pk").values()) == before


def test_a_dry_run_of_a_register_writes_nothing(tmp_path: Path) -> None:
    report = import_registry(write(tmp_path, {"did:web:a.ac": {"name": "A"}}), at=NOW, dry_run=True)
    assert (report.created, report.run) == (1, None)
    assert not KnownIssuer.objects.exists()
    assert not ImportRun.objects.exists()


def test_an_identifier_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "registry.json"
    file.write_text('{"registry": {"did:web:a.ac": {"name": "A"}, "did:web:a.ac": {"name": "Somebody else"}}}')
    report = import_registry(file, at=NOW)
    assert report.created == 0
    assert len(report.refused) == 2
    assert "more than once" in report.refused[0][1]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"registry": {}}', '{"registry": []}', '{"registry": "x"}', "no json", "[1, 2]", "3"]
)
def test_a_file_that_is_no_register_changes_nothing(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    with pytest.raises(Invalid) as refusal:
        import_registry(file, at=NOW)
    assert refusal.value.remedy
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("name", "url", "trial"),
    [
        ("Educational Testing Service", "https://www.ets.org", False),
        ("Institute for Workforce Development", "https://iwd.org", False),
        ("RCSI University", "https://rcsi.com", False),
        ("Example University 1 (DCC test-only issuer)", "https://openlearning.mit.edu", True),
        ("MIT xPRO RC", "https://rc.xpro.mit.edu", True),
        ("openHPI", "https://staging.openhpi.de", True),
        ("JFFLabs VC-EDU PlugFest3", "https://w3c-ccg.github.io", True),
    ],
)
def test_issuers_for_trying_things_out_are_told_from_real_ones(name: str, url: str, trial: bool) -> None:
    assert bool(trial_reason("did:web:x.ac", {"name": name, "url": url})) is trial


def test_the_same_name_with_development_behind_it_is_a_trial() -> None:
    names = {"Digital Promise", "Digital Promise Development"}
    assert trial_reason("did:web:x.ac", {"name": "Digital Promise Development"}, names)
    assert not trial_reason("did:web:x.ac", {"name": "Digital Promise"}, names)


@pytest.mark.parametrize("name", ["dcc_issuer_registry", "dcc_community_registry"])
def test_the_real_registers_come_in_without_their_trial_issuers(shared_data: Path, name: str) -> None:
    report = import_registry(shared_data / "registries" / name / "registry.json", at=NOW)
    assert report.read == report.created + len(report.left_out) + len(report.refused)
    assert report.created
    assert report.left_out
    kept = set(KnownIssuer.objects.values_list("name", flat=True))
    assert "Digital Promise" in kept
    assert not {one for one in kept if "test" in one.lower() or "sandbox" in one.lower() or "demo" in one.lower()}
    assert ImportRemark.objects.count() == len(report.left_out) + len(report.refused)
