"""What somebody brings from elsewhere counts while it is genuine, in force and theirs, and never otherwise."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.issuing.factories import MOMENT, College
from tests.people.factories import make_person
from tests.wallet.factories import NOW, STRANGER, strangers_credential

from cairn import facts
from cairn.credentials import did_key, status_entry
from cairn.issuing.queries import issuer_id_of
from cairn.people.models import Person
from cairn.people.services import erase_account, export_account
from cairn.recognition.models import ExternalAward
from cairn.recognition.queries import brought_by, held_elsewhere
from cairn.recognition.reading import UNSTATED
from cairn.wallet import services as wallet

ACHIEVEMENT: dict[str, Any] = {
    "id": "https://elsewhere.example/everything",
    "type": ["Achievement"],
    "name": "Advanced Everything",
    "description": "Everything, advanced.",
    "criteria": {"narrative": "Be good."},
    "achievementType": "Certificate",
    "creditsAvailable": 5,
    "tag": ["everything"],
    "alignment": [
        {
            "type": ["Alignment"], "targetName": "EQF level 6", "targetUrl": "https://elsewhere.example/eqf", "targetCode": "6",
            "targetFramework": "European Qualifications Framework", "targetType": "ext:EQFLevel",
        },
        {
            "type": ["Alignment"], "targetName": "Thinking", "targetUrl": "https://skills.example/thinking",
            "targetFramework": "Made-up Skills", "targetType": "ceasn:Competency",
        },
    ],
}  # fmt: skip


def bring(learner: Person, **change: Any) -> ExternalAward:
    wallet.import_credential(holder=learner, source=strangers_credential(**change).text, at=NOW)
    return ExternalAward.objects.get(person=learner)


def test_a_genuine_credential_in_force_counts_with_what_it_says(learner: Person) -> None:
    row = bring(learner, achievement=ACHIEVEMENT, valid_until=NOW + timedelta(days=300))
    assert row.standing == "verified"
    [value] = held_elsewhere(learner)
    assert (value.id, value.achievement, value.issuer) == (
        f"external:{row.pk}", "https://elsewhere.example/everything", did_key(STRANGER),
    )  # fmt: skip
    assert value.valid_from == MOMENT
    assert value.valid_until == NOW + timedelta(days=300)
    assert value.credits == {UNSTATED: Decimal(5)}  # the document does not say of which scheme
    assert str(value.level) == "eqf level 6"
    assert value.type == "certificate"
    assert value.tags == {"everything"}
    assert [one.skill for one in value.skills] == ["https://skills.example/thinking"]


def test_somebody_elses_credential_does_not_count(learner: Person) -> None:
    row = bring(learner, email="somebody-else@example.org")
    assert row.standing == "not_theirs"
    assert "does not name the e-mail address" in row.finding
    assert held_elsewhere(learner) == []


def test_an_expired_credential_does_not_count(learner: Person) -> None:
    row = bring(learner, valid_until=NOW - timedelta(days=1))
    assert row.standing == "failed"
    assert row.finding
    assert held_elsewhere(learner) == []


def test_what_could_not_be_found_out_is_shown_and_does_not_count(learner: Person) -> None:
    entry = status_entry("https://elsewhere.example/status/1", 7, "revocation")
    row = bring(learner, status=[entry])
    assert row.standing == "unknown"
    assert held_elsewhere(learner) == []
    assert [one.name for one in brought_by(learner)] == ["Advanced Everything"]


def test_a_forged_credential_does_not_count(learner: Person) -> None:
    text = strangers_credential().text.replace("Advanced", "Very Advanced")
    wallet.import_credential(holder=learner, source=text, at=NOW)
    assert [one.standing for one in brought_by(learner)] == ["failed"]
    assert held_elsewhere(learner) == []


def test_what_is_taken_out_of_the_wallet_counts_no_longer_and_listeners_hear_of_it(
    learner: Person, monkeypatch: Any
) -> None:
    heard: list[int] = []
    monkeypatch.setitem(facts._listeners, facts.HoldingsChanged, [lambda fact: heard.append(fact.person_id)])
    held = wallet.import_credential(holder=learner, source=strangers_credential().text, at=NOW)
    assert len(held_elsewhere(learner)) == 1
    wallet.remove_imported(held=held, by=learner, at=NOW)
    assert held_elsewhere(learner) == []
    assert heard == [learner.pk, learner.pk]


def test_a_newer_edition_takes_the_place_of_the_older_one(learner: Person) -> None:
    bring(learner)
    row = bring(learner, valid_from=MOMENT + timedelta(days=10), name="Advanced Everything, again")
    assert row.name == "Advanced Everything, again"
    assert len(held_elsewhere(learner)) == 1


def test_an_award_of_an_organisation_of_this_site_stands_under_its_short_name(
    learner: Person, college: College
) -> None:
    row = bring(learner)
    row.issuer_id = issuer_id_of(college.organisation)
    row.save()
    assert [value.issuer for value in held_elsewhere(learner)] == [college.organisation.slug]


def test_hostile_values_are_left_out(learner: Person) -> None:
    hostile = {
        **ACHIEVEMENT, "creditsAvailable": 1e9, "tag": ["x" * 5000, "\u202eover"] + [str(n) for n in range(5000)],
        "alignment": [{**ACHIEVEMENT["alignment"][0], "targetCode": "9" * 4000}] * 500,
    }  # fmt: skip
    row = bring(learner, achievement=hostile)
    assert row.credits == {}
    assert row.level is None
    assert len(row.tags) <= 200
    assert max(len(tag) for tag in row.tags) == 100
    assert "\u202e" not in "".join(row.tags)


def test_it_stands_in_ones_data_and_goes_with_the_account(learner: Person) -> None:
    bring(learner)
    [told] = export_account(learner, at=NOW)["held_elsewhere"]
    assert told["standing"] == "verified"
    other = make_person("Otto Other")
    bring(other, email="otto-other@example.org")
    erase_account(person=learner, at=NOW)
    assert [row.person for row in ExternalAward.objects.all()] == [other]
