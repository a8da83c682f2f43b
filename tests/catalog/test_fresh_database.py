"""What one site exports another one imports: read into an empty database and written there it says the same, and twice adds nothing."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.test_exporting_and_importing import AT
from tests.catalog.test_round_trips import RECORD

from cairn.catalog.exporting import FORMATS, entries
from cairn.catalog.importing import ctdl, elm, mapping_import, open_badges, schema_org
from cairn.catalog.importing.record_rows import save_records
from cairn.catalog.models import Definition, DefinitionVersion, Offer, Provider
from cairn.skills.importing.report import Report

pytestmark = pytest.mark.django_db
LOADERS: dict[str, Any] = {"ctdl": ctdl, "schema-org": schema_org, "elm": elm, "open-badges": open_badges}
OWN_WORDS = {
    "id", "@id", "url", "identifier", "page", "version", "published_at", "offer_id", "ceterms:ctid", "ceterms:identifier", "datePublished",
    "ceterms:subjectWebpage", "ceterms:ownedBy", "ceterms:offeredBy", "ceterms:assertedBy", "ceterms:availabilityListing", "homepage",
    "ceterms:costDetails", "otherIdentifier", "awardingOpportunity", "providedBy", "issuer", "creator", "provider", "publisher",
    "schema:about", "qdata:relevantDataSet",
}  # fmt: skip
"""Where a document says whose it is and where it stands: another site says itself there, and the first one as an identifier."""
LOST: dict[str, set[str]] = {
    "ctdl": set(),
    "schema-org": {"competencyRequired", "validFor", "teaches"},  # outcomes of three words and fewer are taken for skills
    "elm": set(),
    "csv": {
        "taught_in", "credit_scheme", "level_framework", "level", "supervision", "grading", "valid_months", "skill_urls",
    },
    # what they say in the criteria of fields that achievements do not have stays there; the address of the criteria is one line more
    "open-badges": {"criteria", "humanCode", "tag"},
}  # fmt: skip
"""Terms that carry something that this reader does not take whole; which fields these are: test_round_trips."""


def load(name: str, path: Path) -> None:
    report = Report(name, path.name, AT)
    if name == "csv":
        mapping_import.load_rows(path, mapping_import.guess_file(path, at=AT).mapping, report, lambda *_: None)
    else:
        LOADERS[name].load([path], report, lambda *_: None)


def export(name: str) -> bytes:
    return b"".join(FORMATS[name].write(entries()))


def said(name: str, written: bytes) -> Any:
    """A catalogue without what names the site that wrote it, and without what this format does not bring back."""
    left_out = OWN_WORDS | LOST[name]
    if name == "csv":
        return [
            {key: text for key, text in row.items() if key not in left_out}
            for row in csv.DictReader(io.StringIO(written.decode()))
        ]

    def without(value: Any) -> Any:
        if isinstance(value, list):
            return [without(one) for one in value]
        if isinstance(value, dict):
            return {key: without(below) for key, below in value.items() if key not in left_out}
        return value

    return without(json.loads(written))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_catalogue_read_into_an_empty_database_is_written_there_as_it_was(name: str, tmp_path: Path) -> None:
    save_records([RECORD], source="first", report=Report("first", "first", AT), progress=lambda *_: None)
    first = export(name)
    assert DefinitionVersion.objects.count() == 1
    Offer.objects.all().delete()
    DefinitionVersion.objects.all().delete()
    Definition.objects.all().delete()
    Provider.objects.all().delete()
    path = tmp_path / f"catalogue.{FORMATS[name].suffix}"
    path.write_bytes(first)
    load(name, path)
    again = export(name)
    assert said(name, again) == said(name, first)
    rows = (
        Definition.objects.count(),
        DefinitionVersion.objects.count(),
        Offer.objects.count(),
        Provider.objects.count(),
    )
    load(name, path)
    assert rows == (
        Definition.objects.count(), DefinitionVersion.objects.count(), Offer.objects.count(), Provider.objects.count(),
    )  # fmt: skip
    assert rows[:2] == (1, 1)
    assert rows[2] == (0 if name == "open-badges" else 1)


def test_an_only_opportunity_is_the_same_offer_where_its_address_changed(tmp_path: Path) -> None:
    save_records([RECORD], source="first", report=Report("first", "first", AT), progress=lambda *_: None)
    document = json.loads(export("elm"))
    for number in (1, 2):
        for node in document["@graph"]:
            node["id"] = f"https://college.example.org/opportunities/{number}"
        path = tmp_path / f"catalogue-{number}.jsonld"
        path.write_text(json.dumps(document))
        load("elm", path)
    read = Definition.objects.exclude(source="first")
    assert read.count() == 1
    assert Offer.objects.filter(version__definition__in=read).count() == 1
