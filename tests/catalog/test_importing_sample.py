"""The bundled sample: what it holds, that it loads whole, and that it says the same as the official files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from cairn.catalog.importing import IMPORTERS
from cairn.catalog.importing.sample import SAMPLE, load_sample
from cairn.catalog.importing.taught import likely_skills
from cairn.catalog.models import Definition, DefinitionVersion, ImportRun, Offer, Outcome, SkillTaught
from cairn.skills.importing.report import Report
from cairn.skills.models import Framework, Occupation, OccupationLink, OccupationNeed, Skill, Wage
from cairn.skills.queries import occupations_of_field, wage_of

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
MOST_SKILLS = 8


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Report]:
    """The sample in the database, once for all tests here, which only read; taken out again at the end."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]  # pytest-django names no type for it
        yield load_sample(at=AT)
        transaction.set_rollback(True)


def test_every_programme_is_there_with_an_offer_and_none_with_prose(loaded: Report) -> None:
    assert Definition.objects.filter(source="nj-etpl").count() == 1110
    assert Offer.objects.count() == 1110
    assert not DefinitionVersion.objects.exclude(description="").exists()
    assert loaded.tables["nj-etpl: programmes"].refused == 0


def test_occupations_come_with_needs_from_both_frameworks_and_with_pay(loaded: Report) -> None:
    assert Occupation.objects.filter(framework__slug="onet").count() == 519
    assert OccupationNeed.objects.filter(importance__gte=3, level__isnull=False).exists()
    assert OccupationNeed.objects.filter(essential=True, occupation__links_out__isnull=False).exists()
    assert OccupationLink.objects.count() == 615
    assert all(wage_of(occupation) for occupation in Occupation.objects.filter(framework__slug="onet"))
    assert Occupation.objects.filter(in_demand=True).count() == 89


def test_a_field_of_study_leads_to_its_occupations_with_teachers_last(loaded: Report) -> None:
    titles = [occupation.title for occupation in occupations_of_field("11.0201")]
    assert titles[:3] == ["Computer Network Support Specialists", "Computer Programmers", "Software Developers"]
    assert titles[-1] == "Computer Science Teachers, Postsecondary"


def test_no_programme_claims_more_than_a_handful_of_skills_and_each_says_where_from(loaded: Report) -> None:
    assert set(SkillTaught.objects.values_list("origin", flat=True)) == {"crosswalk"}
    per_version: dict[int, int] = {}
    for version in SkillTaught.objects.values_list("version", flat=True):
        per_version[version] = per_version.get(version, 0) + 1
    assert max(per_version.values()) <= MOST_SKILLS
    assert not SkillTaught.objects.filter(level__gt=7).exists()


def test_no_suppressed_figure_became_a_number(loaded: Report) -> None:
    assert not Outcome.objects.filter(mean_quarterly_wage__lt=0).exists()
    assert Outcome.objects.filter(mean_quarterly_wage=None).exists()
    assert Wage.objects.filter(median=None, top_coded=[]).exists()


def test_every_source_is_named_with_its_licence(loaded: Report) -> None:
    for framework in Framework.objects.all():
        assert framework.version
        assert framework.licence
        assert framework.version in framework.attribution
    sources = (SAMPLE / "SOURCES.md").read_text(encoding="utf-8")
    for name in ("CC BY 4.0", "It has been changed", "European Union", "public domain", "MIT"):
        assert name in sources


def test_each_importer_left_a_record_of_its_run(loaded: Report) -> None:
    assert list(ImportRun.objects.order_by("pk").values_list("importer", flat=True)) == [
        "onet", "esco", "oews", "crosswalk-esco-onet", "crosswalk-cip-soc", "in-demand", "nj-etpl",
    ]  # fmt: skip


def test_what_was_repaired_and_refused_is_what_the_counts_beside_the_sample_say(loaded: Report) -> None:
    counts = json.loads((SAMPLE / "COUNTS.json").read_text(encoding="utf-8"))["loading"]
    assert loaded.total().as_dict() == counts["rows"]
    assert sum(counts["repaired"].values()) == sum(1 for remark in loaded.remarks if remark.kind == "repaired")
    assert loaded.skipped == counts["skipped"]


def test_loading_it_again_changes_nothing(loaded: Report) -> None:
    again = load_sample(at=datetime(2026, 6, 1, tzinfo=UTC)).total()
    assert (again.created, again.updated) == (0, 0)
    assert Definition.objects.filter(source="nj-etpl").count() == 1110


def test_the_sample_is_small_and_holds_no_prose_column() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 1_500_000
    with (SAMPLE / "nj_etpl" / "nj_etpl_2021.csv").open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    assert not {"standardized_description", "description", "prerequisites", "featuresdescription"} & set(columns)


@pytest.mark.django_db
def test_the_official_onet_adds_what_the_sample_leaves_out_and_changes_no_likely_skill(shared_data: Path) -> None:
    def likely() -> dict[str, list[tuple[str, object]]]:
        names = dict(Skill.objects.values_list("pk", "uri"))
        fields = set(DefinitionVersion.objects.values_list("field_of_study", flat=True))
        return {
            field: [(names[skill], level) for skill, level in found] for field, found in likely_skills(fields).items()
        }

    load_sample(at=AT)
    sample = likely()
    onet = IMPORTERS["onet"].run([shared_data / "onet_29.2"], at=AT)
    IMPORTERS["crosswalk-cip-soc"].run([shared_data / "crosswalks" / "soc2018_cip2020_crosswalk.csv"], at=AT)
    assert likely() == sample
    assert (onet.total().read, onet.total().refused) == (210670, 0)
    assert onet.skipped == {
        "estimates that O*NET recommends to suppress": 4921,
        "levels of what most people asked called not relevant": 5508,
    }
    assert Occupation.objects.filter(framework__slug="onet").count() == 1016
    assert OccupationNeed.objects.filter(occupation__framework__slug="onet").count() == 92381
