"""What a broken official table leaves behind: nothing after a dry run or a refusal, its sound rows after a run, nothing once undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from tests.catalog.importing.test_broken_tables import AT, BROKEN, TABLES, made, occupations, workbook, written, zipped

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.importing.undoing import run_of, undo_run
from cairn.errors import CairnError

pytestmark = pytest.mark.django_db
OFFICIAL = ("crosswalk-cip-soc", "crosswalk-esco-onet", "in-demand", "va-caution", "nj-etpl")
KEPT = {"importrun", "importchange", "importremark", "searchchange"}
GARBLED = {
    "windows letters": "Windows letters",
    "a row cut off": "a row cut off",
    "a NUL": "a NUL",
    "a quotation mark never closed": "a quotation mark never closed",
    "a workbook": "a workbook called csv",
}


def everything() -> dict[str, list[Any]]:
    """Return every row of the catalogue and the skills, but for those in which imports are kept."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for app in ("catalog", "skills")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if model._meta.model_name not in KEPT
    }


@pytest.mark.parametrize("name", OFFICIAL)
def test_a_broken_official_table_is_taken_back_whole(name: str, tmp_path: Path) -> None:
    occupations()
    one, before = TABLES[name], everything()
    for at, kind in enumerate(GARBLED.values()):
        content = made(BROKEN[kind].make, one)
        path = tmp_path / str(at) / one.file
        path.parent.mkdir()
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        IMPORTERS[name].run([path], at=AT, dry_run=True)
        assert everything() == before, kind
        report = IMPORTERS[name].run([path], at=AT)
        after = everything()
        assert after != before, kind
        again = IMPORTERS[name].run([path], at=AT)
        assert (again.total().created, again.total().updated) == (0, 0), kind
        assert everything() == after, kind
        for run in (again.run, report.run):
            undo_run(run=run_of(int(run or 0)), by=None, at=AT)
        assert everything() == before, kind


@pytest.mark.parametrize("name", [name for name in OFFICIAL if name != "va-caution"])
def test_of_two_tables_that_say_different_things_none_is_chosen(name: str, tmp_path: Path) -> None:
    occupations()
    one, before = TABLES[name], everything()
    other = one.file.replace(".csv", "_older.csv")
    path = tmp_path / "both.zip"
    path.write_bytes(zipped({one.file: written(one.rows).encode(), other: workbook(one.rows[:3])}))
    with pytest.raises(CairnError) as refused:
        IMPORTERS[name].run([path], at=AT)
    assert refused.value.specific_code == "several_files"
    assert other in refused.value.message
    assert everything() == before
    path.write_bytes(zipped({one.file: written(one.rows).encode(), other: written(one.rows).encode()}))
    assert IMPORTERS[name].run([path], at=AT, dry_run=True).total().read == len(one.rows) - 1
