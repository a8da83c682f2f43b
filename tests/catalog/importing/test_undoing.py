"""What an import wrote can be shown, compared and taken back, whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.importing.catalogues import AT, ctdl, run, write

from cairn.catalog.importing.differences import minus
from cairn.catalog.importing.undoing import run_of, undo_run
from cairn.catalog.models import Definition, DefinitionVersion, ImportChange, ImportRun, Offer, Provider, SkillTaught
from cairn.errors import Conflict, NotFound
from cairn.people.models import AuditEvent
from cairn.skills.importing import IMPORTERS as SKILLS
from cairn.skills.importing.journal import marks_of, ranges
from cairn.skills.models import Framework, Skill

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 6, 1, 9, tzinfo=UTC)
COST = {"ceterms:estimatedCost": [{"ceterms:price": 100, "ceterms:currency": "USD"}]}
TABLES = (Provider, Definition, DefinitionVersion, Offer, SkillTaught)


def everything() -> dict[str, list[Any]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


def undo(number: int | None) -> Any:
    assert number is not None
    return undo_run(run=run_of(number), by=None, at=LATER)


def test_undoing_the_first_import_takes_away_everything_it_brought(tmp_path: Path) -> None:
    report = run("ctdl", write(tmp_path, "a.json", [ctdl(1, **COST), ctdl(2)]))
    undone = undo(report.run)
    assert {name: len(rows) for name, rows in everything().items()} == {model.__name__: 0 for model in TABLES}
    assert undone.removed == {"definitions": 2, "definition versions": 2, "offers": 1, "providers": 1}
    run_row = ImportRun.objects.get()
    assert (run_row.undone_at, run_row.undone_by) == (LATER, None)
    assert AuditEvent.objects.get(action="import.undone").object_id == str(report.run)


def test_undoing_a_later_import_restores_every_column_as_it_was(tmp_path: Path) -> None:
    run("ctdl", write(tmp_path, "a.json", [ctdl(1, **COST), ctdl(2)]))
    before = everything()
    changed = ctdl(
        1, **{"ceterms:description": "Now with words", "ceterms:ownedBy": [{"ceterms:name": "Other College"}]}
    )
    report = run("ctdl", write(tmp_path, "a.json", [changed, ctdl(3)]), at=LATER)
    assert everything() != before
    undo(report.run)
    assert everything() == before


def test_an_undone_import_can_be_made_again_with_the_same_result(tmp_path: Path) -> None:
    file = write(tmp_path, "a.json", [ctdl(1, **COST)])
    first = run("ctdl", file)
    slugs = list(Definition.objects.values_list("slug", flat=True))
    undo(first.run)
    again = run("ctdl", file, at=LATER)
    assert again.total().created == first.total().created
    assert list(Definition.objects.values_list("slug", flat=True)) == slugs
    assert again.differences["compared_with"] is None


def test_a_run_is_undone_once(tmp_path: Path) -> None:
    report = run("ctdl", write(tmp_path, "a.json", ctdl()))
    undo(report.run)
    with pytest.raises(Conflict) as refusal:
        undo(report.run)
    assert refusal.value.specific_code == "undone_already"


def test_a_run_that_never_was_is_not_found() -> None:
    with pytest.raises(NotFound):
        run_of(4711)


def test_a_run_without_a_journal_is_not_undone() -> None:
    old = ImportRun.objects.create(importer="onet", source_name="x", source_digest="", started_at=AT)
    with pytest.raises(Conflict) as refusal:
        undo(old.pk)
    assert "not kept on record" in refusal.value.message


def refused(number: int | None) -> list[str]:
    before = everything()
    with pytest.raises(Conflict) as refusal:
        undo(number)
    assert refusal.value.specific_code == "cannot_be_undone"
    assert everything() == before
    assert ImportRun.objects.get(pk=number).undone_at is None
    return list(refusal.value.facts["reasons"])


def test_a_run_whose_rows_a_later_run_changed_waits_for_that_one(tmp_path: Path) -> None:
    first = run("ctdl", write(tmp_path, "a.json", ctdl(1)))
    second = run("ctdl", write(tmp_path, "a.json", ctdl(1, **{"ceterms:description": "Other"})), at=LATER)
    (reason, *_) = refused(first.run)
    assert f"Import {second.run} (ctdl, 1 June 2026)" in reason
    undo(second.run)
    undo(first.run)
    assert not Definition.objects.exists()


def test_a_run_that_a_later_one_only_confirmed_can_be_undone(tmp_path: Path) -> None:
    file = write(tmp_path, "a.json", ctdl(1))
    first = run("ctdl", file)
    run("ctdl", file, at=LATER)
    undo(first.run)
    assert not Definition.objects.exists()


def test_a_row_that_somebody_edited_since_is_not_lost(tmp_path: Path) -> None:
    report = run("ctdl", write(tmp_path, "a.json", ctdl(1)))
    Provider.objects.update(city="Trenton")
    assert refused(report.run) == ["“Harbour College” (providers) was changed since by hand."]


def test_a_version_that_was_suspended_since_is_not_brought_back(tmp_path: Path) -> None:
    report = run("ctdl", write(tmp_path, "a.json", ctdl(1)))
    DefinitionVersion.objects.update(state=DefinitionVersion.State.SUSPENDED)
    assert refused(report.run) == ["“Welding 1 (v1)” (definition versions) was changed since by hand."]


def test_a_price_that_somebody_mended_after_an_update_is_kept(tmp_path: Path) -> None:
    run("ctdl", write(tmp_path, "a.json", ctdl(1, **COST)))
    dearer = {"ceterms:estimatedCost": [{"ceterms:price": 200, "ceterms:currency": "USD"}]}
    report = run("ctdl", write(tmp_path, "a.json", ctdl(1, **dearer)), at=LATER)
    assert Offer.objects.get().price_total == 20000
    Offer.objects.update(price_total=15000)
    assert refused(report.run) == ["“Offer of Welding 1 (v1)” (offers) was changed since by hand."]


def test_work_that_builds_on_what_was_imported_keeps_it(tmp_path: Path) -> None:
    report = run("ctdl", write(tmp_path, "a.json", ctdl(1)))
    skill = Skill.objects.create(
        framework=Framework.objects.create(slug="f", name="F", version="1", publisher="P", licence="L"),
        uri="urn:skill:1", name="Welding", kind=Skill.Kind.SKILL,
    )  # fmt: skip
    SkillTaught.objects.create(version=DefinitionVersion.objects.get(), skill=skill, origin="stated")
    assert refused(report.run) == ["1 skill taught builds on the definition versions it brought."]


def test_a_stack_that_names_an_imported_credential_keeps_it(tmp_path: Path) -> None:
    report = run("ctdl", write(tmp_path, "a.json", ctdl(1)))
    imported = Definition.objects.get()
    other = Definition.objects.create(slug="own", provider=Provider.objects.create(slug="own", name="Own", source="cairn", source_key="1"),
                                      source="cairn", source_key="1")  # fmt: skip
    DefinitionVersion.objects.create(
        definition=other, number=1, title="Stack",
        requirement={"kind": "award_of", "achievement": f"https://site.example/achievements/{imported.uid}/1"},
    )  # fmt: skip
    assert refused(report.run) == ["The stacking rule of “Stack (v1)” names a credential that it brought."]


def test_rows_that_a_run_deleted_come_back(tmp_path: Path) -> None:
    run("ctdl", write(tmp_path, "a.json", ctdl(1, **COST)))
    from cairn.catalog.importing.runs import record_run
    from cairn.skills.importing.report import Report
    from cairn.skills.importing.saving import remove_all

    before = everything()
    report = Report(importer="ctdl", source_name="x", at=LATER, feed="x")
    assert remove_all(Offer.objects.all(), report=report) == 1
    record_run(report)
    assert not Offer.objects.exists()
    undone = undo(report.run)
    assert undone.brought_back == {"offers": 1}
    assert everything() == before


def test_a_dry_run_keeps_nothing_but_tells_the_differences(tmp_path: Path) -> None:
    run("ctdl", write(tmp_path, "a.json", [ctdl(1), ctdl(2)]), feed="registry")
    report = run("ctdl", write(tmp_path, "b.json", [ctdl(1), ctdl(3)]), feed="registry", dry_run=True)
    assert report.run is None
    assert report.differences["added"]["definitions"] == 1
    assert report.differences["gone"] == {"definitions": 1}
    assert ImportRun.objects.count() == 1


def test_a_run_tells_what_is_new_changed_and_gone_since_the_last_of_its_source(tmp_path: Path) -> None:
    first = run("ctdl", write(tmp_path, "a.json", [ctdl(1, **COST), ctdl(2)]), feed="registry")
    assert first.differences["compared_with"] is None
    dearer = {"ceterms:estimatedCost": [{"ceterms:price": 120, "ceterms:currency": "USD"}]}
    second = run(
        "ctdl",
        write(tmp_path, "b.json", [ctdl(1, **dearer, **{"ceterms:description": "Longer words"}), ctdl(3)]),
        at=LATER,
        feed="registry",
    )
    told = second.differences
    assert told["compared_with"] == first.run
    rows = {(row["what"], row["table"]): row for row in told["rows"]}
    assert rows["changed", "definition versions"]["changes"] == {"description": ["", "Longer words"]}
    assert rows["changed", "offers"]["changes"] == {"price_total": [10000, 12000], "price_other": [10000, 12000]}
    assert rows["gone", "definitions"]["name"].startswith("welding-2-")
    assert rows["added", "definitions"]["name"].startswith("welding-3-")
    third = run("ctdl", write(tmp_path, "b.json", (tmp_path / "b.json").read_bytes()), at=LATER, feed="registry")
    assert not any(third.differences[what] for what in ("added", "changed", "gone"))


def test_another_file_without_a_named_source_is_another_source(tmp_path: Path) -> None:
    run("ctdl", write(tmp_path, "a.json", ctdl(1)))
    assert run("ctdl", write(tmp_path, "b.json", ctdl(2))).differences["compared_with"] is None


def test_official_lists_are_undone_too(tmp_path: Path) -> None:
    write(tmp_path, "skills_en.csv", "conceptUri,skillType,preferredLabel\nurn:s:1,skill/competence,weld\n")
    write(tmp_path, "occupations_en.csv", "conceptUri,preferredLabel,code\nurn:o:1,welder,7212.1\n")
    write(tmp_path, "occupationSkillRelations.csv", "occupationUri,relationType,skillUri\nurn:o:1,essential,urn:s:1\n")
    from cairn.catalog.importing import IMPORTERS

    assert set(SKILLS) <= set(IMPORTERS)
    report = IMPORTERS["esco"].run([tmp_path], at=AT)
    assert Skill.objects.count() == 1
    undo(report.run)
    assert not Skill.objects.exists()
    assert not Framework.objects.exists()


@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)))
def test_ranges_subtract_as_sets_do(rows: set[int], others: set[int]) -> None:
    left = [key for first, last in minus(ranges(rows), ranges(others)) for key in range(first, last + 1)]
    assert left == sorted(rows - others)


@given(st.sets(st.integers(1, 10**6), max_size=40))
def test_ranges_hold_every_key_once_and_are_as_few_as_can_be(keys: set[int]) -> None:
    found = ranges(keys)
    assert [key for first, last in found for key in range(first, last + 1)] == sorted(keys)
    assert all(after[0] > before[1] + 1 for before, after in pairwise(found))


@pytest.mark.parametrize("hours", [Decimal("3"), Decimal("3.10"), Decimal("0.25")])
def test_a_mark_is_the_same_in_memory_and_read_back(tmp_path: Path, hours: Decimal) -> None:
    provider = Provider.objects.create(
        slug="p", name="P", source="x", source_key="1", identifiers=[{"scheme": "a", "value": "ä"}]
    )
    definition = Definition.objects.create(slug="d", provider=provider, source="x", source_key="1")
    version = DefinitionVersion(
        definition=definition, number=1, title="T", workload_hours=hours, published_at=AT, tags=["b", "a"]
    )
    version.save()
    for row in (provider, definition, version):
        assert marks_of([row]) == marks_of([type(row).objects.get(pk=row.pk)])
    before = marks_of([version])
    version.workload_hours = hours + 1
    assert marks_of([version]) != before


def test_created_rows_cost_eight_bytes_each_in_the_journal(tmp_path: Path) -> None:
    report = run("ctdl", write(tmp_path, "a.json", [ctdl(number) for number in range(1, 301)]))
    entry = ImportChange.objects.get(run=report.run, table="catalog.definition", kind="created")
    assert len(entry.rows) == 1
    assert len(bytes(entry.marks)) == 300 * 8
