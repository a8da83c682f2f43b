"""One provider in several sources: what speaks for it, who decides, and what follows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.importing.undoing import run_of, undo_run
from cairn.catalog.models import Provider, ProviderMatch
from cairn.catalog.queries.identity import same_institution
from cairn.catalog.register_models import Register, RegisterEntry
from cairn.catalog.services.identity import accept_match, reject_match, take_back_match
from cairn.errors import Conflict
from cairn.people.models import Person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
State = ProviderMatch.State


@pytest.fixture
def operator() -> Person:
    return Person.objects.create_user("operator@example.org", None, name="Operator", is_staff=True)


def schools(tmp_path: Path, importer: str, *named: tuple[str, str]) -> int:
    """Import a course of each of these schools (name, web address) from a source of its own; return the run."""
    path = tmp_path / f"{importer}.json"
    if importer == "schema-org":
        nodes: list[Any] = [
            {"@type": "Course", "name": f"Welding {number}", "url": f"https://list.example/{number}",
             "provider": {"@type": "Organization", "name": name, "url": site}}
            for number, (name, site) in enumerate(named)
        ]  # fmt: skip
        path.write_text(json.dumps({"@context": "https://schema.org", "@graph": nodes}))
    else:
        nodes = []
        for number, (name, site) in enumerate(named):
            owner = f"https://registry.example/{number}/owner"
            nodes += [
                {"@id": f"https://registry.example/{number}", "@type": "ceterms:Certificate", "ceterms:name": {"en": "Cutting"},
                 "ceterms:ownedBy": [owner]},
                {"@id": owner, "@type": "ceterms:CredentialOrganization", "ceterms:name": {"en": name}, "ceterms:subjectWebpage": site},
            ]  # fmt: skip
        path.write_text(json.dumps({"@context": "https://credreg.net/ctdl/schema/context/json", "@graph": nodes}))
    return IMPORTERS[importer].run([path], at=NOW).run or 0


SHORE = ("Shore Welding School", "https://www.shorewelding.org/")


def test_a_web_address_and_a_name_in_common_put_two_sources_together(
    tmp_path: Path, client: Client, operator: Person
) -> None:
    schools(tmp_path, "schema-org", SHORE)
    assert not RegisterEntry.objects.exists(), "one source needs no comparison"
    second = schools(tmp_path, "ctdl", (SHORE[0], "http://shorewelding.org/about"))
    older, younger = Provider.objects.order_by("pk")
    match = ProviderMatch.objects.get()
    assert (match.provider, match.entry.key, match.state, match.automatic) == (
        younger,
        older.slug,
        State.ACCEPTED,
        True,
    )
    assert "Web address: shorewelding.org." in match.agreed
    for one, other in ((older, younger), (younger, older)):
        assert same_institution(one) == [other]
        page = client.get(f"/providers/{one.slug}/").content.decode()
        assert "The same institution in other sources" in page
        assert "What registers say" not in page
    reject_match(match=match, by=operator, at=NOW)
    assert same_institution(older) == same_institution(younger) == []
    take_back_match(match=match, by=operator, at=NOW)
    assert same_institution(older) == [younger]
    schools(tmp_path, "ctdl", (SHORE[0], "http://shorewelding.org/about"))
    assert ProviderMatch.objects.count() == 1
    undo_run(run=run_of(second), by=operator, at=NOW)
    assert list(Provider.objects.all()) == [older]
    assert not ProviderMatch.objects.exists()
    assert not Register.objects.exists()


def test_a_name_alone_waits_for_a_person(tmp_path: Path, client: Client, operator: Person) -> None:
    schools(tmp_path, "schema-org", SHORE)
    schools(tmp_path, "ctdl", (SHORE[0], "https://another.example/"))
    older, younger = Provider.objects.order_by("pk")
    match = ProviderMatch.objects.get()
    assert (match.state, same_institution(older)) == (State.SUGGESTED, [])
    client.force_login(operator)
    page = client.get("/desk/operator/identity/").content.decode()
    assert "Web address: another.example and shorewelding.org." in page
    assert f'<a href="/providers/{older.slug}/">' in page
    accept_match(match=match, by=operator, at=NOW)
    assert same_institution(older) == [younger]
    schools(tmp_path, "ctdl", (SHORE[0], "https://another.example/"))
    assert ProviderMatch.objects.get().state == State.ACCEPTED, "what a person decided stays"


def test_two_of_one_source_are_two_and_of_several_none_is_chosen_without_a_person(tmp_path: Path) -> None:
    site = "https://www.shorewelding.org/"
    schools(
        tmp_path,
        "schema-org",
        ("Shore Welding School - Brick", f"{site}brick"),
        ("Shore Welding School - Salem", f"{site}salem"),
    )
    assert not ProviderMatch.objects.exists()
    schools(tmp_path, "ctdl", ("Shore Welding School", site))
    found = ProviderMatch.objects.all()
    assert {match.entry.name for match in found} == {"Shore Welding School - Brick", "Shore Welding School - Salem"}
    assert {match.state for match in found} == {State.SUGGESTED}


def test_the_older_of_two_sources_is_taken_back_with_what_stood_for_it_and_may_come_again(
    tmp_path: Path, operator: Person
) -> None:
    first = schools(tmp_path, "schema-org", SHORE)
    second = schools(tmp_path, "ctdl", (SHORE[0], "https://another.example/"))
    match = ProviderMatch.objects.get()
    reject_match(match=match, by=operator, at=NOW)
    with pytest.raises(Conflict, match="A person decided whether a provider of another source and one that it brought"):
        undo_run(run=run_of(first), by=operator, at=NOW)
    take_back_match(match=match, by=operator, at=NOW)
    undo_run(run=run_of(first), by=operator, at=NOW)
    younger = Provider.objects.get()
    assert not ProviderMatch.objects.exists()
    assert not RegisterEntry.objects.exists(), "nobody is compared with who is not there"
    third = schools(tmp_path, "schema-org", SHORE)
    again = Provider.objects.get(pk__gt=younger.pk)
    match = ProviderMatch.objects.get()
    assert (match.provider, match.entry.key) == (again, younger.slug), "who came again is the younger one now"
    undo_run(run=run_of(third), by=operator, at=NOW)
    undo_run(run=run_of(second), by=operator, at=NOW)
    assert not Provider.objects.exists()
    assert not Register.objects.exists()
