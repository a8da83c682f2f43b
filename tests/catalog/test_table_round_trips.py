"""The table that this site exports comes back whole: also what is said in other languages, and which credentials belong together."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.catalog.factories import AT, imported, provider, skill
from tests.catalog.test_exporting_and_importing import SITE
from tests.catalog.test_round_trips import RECORD, entry, table_read_back

from cairn.catalog.achievements import achievement_address
from cairn.catalog.exporting import FORMATS, entries
from cairn.catalog.exporting.published import Needed
from cairn.catalog.importing import IMPORTERS, Report, mapping_import
from cairn.catalog.importing.mapping_own_cells import LONGEST, read_texts_cell, texts_cell
from cairn.catalog.importing.records import CatalogRecord, RelatedRecord, RequiredRecord
from cairn.catalog.languages import LONGEST_OUTCOME
from cairn.catalog.models import Definition, DefinitionVersion

NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30)
ADDRESSES = st.sampled_from(["", "https://college.example.org/ii", "urn:uuid:1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"])
RELATED = st.builds(RelatedRecord, st.sampled_from(DefinitionVersion.Relation.values), NAMES, ADDRESSES)
UID = "6f4d1c1e-0f7e-4b29-9a5f-0d6a5f3f4c12"
WELDING = Needed("Welding 1 or 2", f"{SITE}/catalogue/w/", is_skill=False, achievement=f"{SITE}/achievements/{UID}/3")
SQL = Needed("SQL", "https://skills.example.org/sql", is_skill=True, level=3)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(RELATED, max_size=4),
    st.dictionaries(st.sampled_from(["de", "fr", "pt-BR"]), NAMES.filter(str.strip), max_size=3),
)
def test_related_credentials_and_titles_in_any_words_come_back(
    related: list[RelatedRecord], titles: dict[str, str]
) -> None:
    texts = {tag: {"title": title.strip(), "outcomes": [title.strip(), ""]} for tag, title in titles.items()}
    back = table_read_back(entry(replace(RECORD, related=tuple(related), texts=texts)))
    assert (back.related, back.texts) == (tuple(related), texts)


def test_what_is_needed_beforehand_comes_back_with_addresses_and_levels() -> None:
    back = table_read_back(replace(entry(), before=((WELDING, SQL), (SQL,))))
    (either, (certain,)) = back.requires
    assert either == (
        RequiredRecord(
            WELDING.achievement, (UID, WELDING.achievement)
        ),  # its name has “or” in it, so that the address stands for it
        RequiredRecord(SQL.address, skill=SQL.address, level=3),
    )
    assert certain == RequiredRecord("SQL", skill=SQL.address, level=3)


def test_languages_that_no_longer_fit_into_a_cell_are_left_out_whole() -> None:
    long = {"outcomes": ["ü" * LONGEST_OUTCOME] * 60}
    cell = texts_cell({"de": long, "fr": long, "it": {"title": "Saldatura"}})
    assert len(cell) <= LONGEST
    assert list(read_texts_cell(cell, "en", 60)) == ["de", "it"]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("further_texts", '{"de": {"title": "Schwei'), ("further_texts", "[" * 50_000), ("further_texts", '{"de": {"secret": "x"}}'),
        ("further_texts", '{"en": {"title": "The same language again"}}'), ("further_texts", '{"de": {"outcomes": ["a", "b", "c"]}}'),
        ("related_credentials", "Welder II"), ("related_credentials", "sold_to: Welder II <>"),
        ("needed_before_addresses", "Welding 1"), ("needed_before_addresses", "https://skills.example.org/sql level 9"),
    ],
    ids=range(9),
)  # fmt: skip
def test_a_broken_cell_is_left_out_with_its_column_and_the_rest_is_kept(
    column: str, cell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "catalogue.csv"
    heading, row = csv.reader(FORMATS["csv"].one(entry(replace(RECORD, texts={}))).decode().splitlines())
    row[heading.index(column)] = cell
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([heading, row])
    report, found = Report("csv", file.name, AT), list[CatalogRecord]()

    def keep(records: Iterable[CatalogRecord], **_: object) -> None:
        found.extend(records)
        report.counts("definitions").created += len(found)

    monkeypatch.setattr(mapping_import, "save_records", keep)
    mapping_import.load_rows(file, mapping_import.guess_file(file, at=AT).mapping, report, lambda *_: None)
    assert [(one.column, one.kind) for one in report.remarks] == [(f"/{column}", "repaired")]
    assert (found[0].texts, found[0].related, found[0].requires) == ({}, (), ())
    assert found[0].title == RECORD.title


@pytest.mark.django_db
def test_a_catalogue_taken_over_as_a_table_asks_for_its_own_credentials_beforehand(tmp_path: Path) -> None:
    school, sql = provider("Harbour College", county="Fingal"), skill("SQL")
    first = imported("Welding 1", by=school)
    imported(
        "Welding 2", by=school, texts={"de": {"title": "Schweißen 2"}}, outcomes=[{"id": "o1", "text": "Weld"}],
        related=[{"relation": "stacks_into", "name": "Welder", "url": "https://college.example.org/welder"}],
        requires=[[{"achievement": achievement_address(first.definition.uid, 1)}], [{"skill": sql.uri, "level": 3}]],
    )  # fmt: skip
    file, mapping = tmp_path / "catalogue.csv", tmp_path / "mapping.json"
    file.write_bytes(b"".join(FORMATS["csv"].write(entries())))
    mapping.write_text(mapping_import.guess_file(file, at=AT).mapping.as_json(), encoding="utf-8")
    report = IMPORTERS["csv"].run([file, mapping], at=AT)
    assert [one.message for one in report.remarks] == []
    taken = {one.title: one for one in DefinitionVersion.objects.filter(definition__source__startswith="csv")}
    again, before = taken["Welding 2"], Definition.objects.get(pk=taken["Welding 1"].definition_id)
    assert again.requires == [[{"achievement": achievement_address(before.uid, 1)}], [{"skill": sql.uri, "level": 3}]]
    assert (again.texts, again.related) == (
        {"de": {"title": "Schweißen 2"}},
        [{"relation": "stacks_into", "name": "Welder", "url": "https://college.example.org/welder"}],
    )
    assert again.definition.provider.county == "Fingal"
