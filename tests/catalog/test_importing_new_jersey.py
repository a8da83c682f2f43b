"""New Jersey's list, row by row: what each trap of the official file becomes."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cairn.catalog.importing import IMPORTERS, Report
from cairn.catalog.models import (
    Approval,
    Definition,
    DefinitionVersion,
    ImportRemark,
    ImportRun,
    Offer,
    Outcome,
    Provider,
    SkillTaught,
)
from cairn.catalog.queries import published_outcomes
from cairn.skills.models import FieldOfStudyLink, Framework, Occupation, OccupationNeed, Skill

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 9, tzinfo=UTC)

PROGRAMME = {
    "programid": "6906", "providerid": "27", "name": '"Harbour College, Inc. - PCS"', "officialname": "Practical Nursing",
    "cipcode": "513901",
    "tuition": "2000", "fees": "63.50", "booksmaterialscost": "300", "suppliestoolscost": "100", "othercosts": "0", "totalcost": "2463.5",
    "leadtodegree": "True", "degreeawardedname": "Certificate of Completion", "leadtolicense": "f", "licenseawardedname": "",
    "leadtoindustrycredential": "True", "industrycredentialname": "", "standardized_description": "Prose that is never taken.",
    "credit": "0",
    "totalclockhours": "175", "calendarlengthid": "7", "city": "Trenton", "state": "NJ", "zip": "8608", "county": "Mercer",
    "website": "www.harbour.example", "nongovapproval": "", "certapprovalexp": "", "distancelearning": "2", "eveningcourses": "1",
    "statusname": "Approved", "providerstatusname": "Approved",
}  # fmt: skip
OUTCOME = {
    "providerid": "27", "cipcode": "513901", "PerEmployed2": "0.714285714285714", "PerEmployed4": "1", "PerEmployed8": "-99999",
    "AvgQuarterlyWage2": "5013", "AvgQuarterlyWage4": "5869", "AvgQuarterlyWage8": "-99999", "PerRetention4": "-99999",
    "PerRetention8": "-99999", "NumCompleted2": "7", "NumCompleted4": "6", "NumCompleted8": "4", "NumUsedWageCalc2": "5",
    "NumUsedWageCalc4": "6", "NumUsedWageCalc8": "2", "NumUsedRetentionCalc4": "3", "NumUsedRetentionCalc8": "2",
}  # fmt: skip


def write(path: Path, rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def load(folder: Path, *changes: dict[str, str], at: datetime = AT, **options: Any) -> Report:
    """Import programmes that differ from :data:`PROGRAMME` as said; each gets a number of its own unless it names one."""
    rows = [{**PROGRAMME, "programid": str(100 + number), **change} for number, change in enumerate(changes or ({},))]
    write(folder / "nj_etpl_2021.csv", rows)
    return IMPORTERS["nj-etpl"].run([folder], at=at, **options)


def the_offer() -> Offer:
    return Offer.objects.get()


def the_version() -> DefinitionVersion:
    return DefinitionVersion.objects.get()


def codes(report: Report) -> list[str]:
    return sorted(remark.code for remark in report.remarks)


def test_a_programme_becomes_a_published_definition_with_an_offer_and_no_prose(tmp_path: Path) -> None:
    report = load(tmp_path)
    version, offer = the_version(), the_offer()
    assert codes(report) == []
    assert (version.title, version.state, version.field_of_study, version.workload_hours) == (
        "Practical Nursing", "published", "51.3901", Decimal(175),
    )  # fmt: skip
    assert (version.description, version.criteria, version.published_at, version.credits) == ("", "", AT, None)
    assert "Prose" not in str(DefinitionVersion.objects.values().get())
    assert (offer.price_total, offer.price_tuition, offer.price_fees, offer.price_materials, offer.price_other) == (
        246350, 200000, 6350, 40000, 0,
    )  # fmt: skip
    assert (offer.duration_text, offer.mode, offer.evening, offer.city, offer.county, offer.state_code) == (
        "6 to 12 months", "onsite", True, "Trenton", "Mercer", "NJ",
    )  # fmt: skip


def test_the_provider_loses_stray_quotes_and_office_codes_and_keeps_its_words(tmp_path: Path) -> None:
    load(tmp_path)
    provider = Provider.objects.get()
    assert (provider.name, provider.slug, provider.source, provider.source_key) == (
        "Harbour College, Inc.", "harbour-college-inc", "nj-etpl", "27",
    )  # fmt: skip
    assert (provider.city, provider.website) == ("Trenton", "http://www.harbour.example")


@pytest.mark.parametrize(
    ("change", "kind", "leads_to"),
    [
        ({}, "certificate", ""),
        ({"degreeawardedname": ""}, "", ""),
        ({"degreeawardedname": "", "officialname": "Welding Certificate"}, "certificate", ""),
        ({"degreeawardedname": "", "officialname": "Uncertificated welding"}, "", ""),
        ({"degreeawardedname": "Associate's Degree"}, "", "Associate's Degree"),
        ({"licenseawardedname": "NURSE AIDE"}, "industry", "Licence: Nurse aide"),
        ({"licenseawardedname": "REGISTERED PROFESSIONAL NURSE (RN)"}, "industry", "Licence: Registered professional nurse (RN)"),
        ({"industrycredentialname": "CompTIA A+"}, "industry", "CompTIA A+"),
        ({"leadtolicense": "t"}, "", "A licence, which the list does not name"),
        (
            {"licenseawardedname": "TRUCK DRIVER", "industrycredentialname": "CDL School", "degreeawardedname": "Associate's Degree"},
            "industry",
            "Associate's Degree; Licence: Truck driver; CDL School",
        ),
    ],
)  # fmt: skip
def test_the_type_follows_clear_statements_only(
    tmp_path: Path, change: dict[str, str], kind: str, leads_to: str
) -> None:
    load(tmp_path, change)
    assert (Definition.objects.get().type, the_version().leads_to) == (kind, leads_to)


def test_a_total_that_is_not_the_sum_of_its_parts_gives_way_to_the_sum_and_both_are_told(tmp_path: Path) -> None:
    report = load(tmp_path, {"totalcost": "2643.5"})
    assert the_offer().price_total == 246350
    (remark,) = report.remarks
    assert (remark.kind, remark.code, remark.column, remark.row) == ("repaired", "total_not_sum", "totalcost", 2)
    assert "2,463.50" in remark.message
    assert "2,643.50" in remark.message


def test_the_total_of_forty_two_million_gives_way_to_the_parts(tmp_path: Path) -> None:
    parts = {"fees": "0", "booksmaterialscost": "0", "suppliestoolscost": "0"}
    report = load(tmp_path, {**parts, "tuition": "4198", "totalcost": "41984198"})
    assert the_offer().price_total == 419800
    assert codes(report) == ["impossible_amount", "total_not_sum"]
    assert report.total().repaired == 1


def test_costs_that_are_all_zero_are_not_stated_rather_than_free(tmp_path: Path) -> None:
    zero = dict.fromkeys(("tuition", "fees", "booksmaterialscost", "suppliestoolscost", "othercosts", "totalcost"), "0")
    report = load(tmp_path, zero)
    offer = the_offer()
    assert (offer.price_total, offer.price_tuition, offer.price_other) == (None, None, None)
    assert codes(report) == ["all_costs_zero"]


def test_a_total_without_parts_stands_by_itself(tmp_path: Path) -> None:
    parts = dict.fromkeys(("tuition", "fees", "booksmaterialscost", "suppliestoolscost", "othercosts"), "")
    load(tmp_path, {**parts, "totalcost": "900"})
    assert (the_offer().price_total, the_offer().price_tuition) == (90000, None)


def test_a_row_whose_provider_is_left_out_takes_the_name_its_number_has_elsewhere(tmp_path: Path) -> None:
    unnamed = dict.fromkeys(
        ("name", "city", "county", "state", "website", "providerstatusname", "distancelearning", "eveningcourses"), ""
    )
    report = load(tmp_path, unnamed, {}, {**unnamed, "providerid": "8744"})
    assert sorted(Provider.objects.values_list("source_key", "name", "city")) == [
        ("27", "Harbour College, Inc.", "Trenton"), ("8744", "Provider 8744 (name not published)", ""),
    ]  # fmt: skip
    assert codes(report) == ["provider_not_named", "provider_not_named"]
    assert not Approval.objects.filter(provider__source_key="8744").exists()
    assert Offer.objects.get(version__definition__source_key="102").evening is None


def test_two_names_under_one_number_are_two_providers_and_a_name_known_elsewhere_goes_there(tmp_path: Path) -> None:
    other, third = {"name": "Bay School - WIOA Title 2"}, {"name": "Cove Trust - APPRENTICESHIP"}
    report = load(tmp_path, {}, {}, other, third, {**third, "providerid": "9309"})
    named = dict(Definition.objects.values_list("source_key", "provider__source_key"))
    assert named == {"100": "27", "101": "27", "102": "27:bay-school", "103": "9309", "104": "9309"}
    assert codes(report) == ["two_names", "two_names"]


def test_what_the_list_says_of_a_providers_approval_is_kept_as_a_statement(tmp_path: Path) -> None:
    load(tmp_path, {"nongovapproval": '"Microsoft, CompTIA"', "certapprovalexp": "2022-03-31 00:00:00"})
    assert sorted(Approval.objects.values_list("authority", "status", "until")) == [
        ("Certificate of approval (the list does not say by whom)", "", date(2022, 3, 31)),
        ("Microsoft, CompTIA", "", None),
        ("New Jersey Eligible Training Provider List", "Approved", None),
    ]


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    first = load(tmp_path, {}, {"officialname": "Welding"}).total()
    again = load(tmp_path, {}, {"officialname": "Welding"}, at=LATER).total()
    assert (again.created, again.updated, again.unchanged) == (0, 0, first.created)
    assert DefinitionVersion.objects.count() == 2


def test_a_new_price_changes_the_offer_and_not_the_version(tmp_path: Path) -> None:
    load(tmp_path)
    load(tmp_path, {"fees": "73.50", "totalcost": "2473.5"}, at=LATER)
    assert (the_version().number, the_offer().price_total) == (1, 247350)


def test_a_new_title_supersedes_the_version_and_keeps_the_old_one(tmp_path: Path) -> None:
    load(tmp_path)
    load(tmp_path, {"officialname": "Nursing, practical"}, at=LATER)
    assert list(DefinitionVersion.objects.order_by("number").values_list("number", "state", "title")) == [
        (1, "superseded", "Practical Nursing"), (2, "published", "Nursing, practical"),
    ]  # fmt: skip
    assert list(Offer.objects.order_by("version__number").values_list("state", flat=True)) == ["closed", "open"]
    report = load(tmp_path, {"officialname": "Nursing, practical"}, at=LATER)
    assert report.tables["versions"].unchanged == 1


def test_a_programme_suspended_here_is_not_published_again_by_the_next_import(tmp_path: Path) -> None:
    load(tmp_path)
    DefinitionVersion.objects.update(state="suspended")
    load(tmp_path, {"officialname": "Nursing, practical"}, at=LATER)
    assert the_version().state == "suspended"


def test_a_dry_run_tells_everything_and_writes_nothing(tmp_path: Path) -> None:
    report = load(tmp_path, {"totalcost": "1"}, dry_run=True)
    assert report.tables["definitions"].created == 1
    assert codes(report) == ["total_not_sum"]
    for model in (Provider, Definition, Offer, Approval, ImportRun):
        assert not model.objects.exists()


def test_the_run_and_every_remark_are_kept_on_record(tmp_path: Path) -> None:
    report = load(tmp_path, {"totalcost": "1"})
    run = ImportRun.objects.get()
    assert (run.importer, run.started_at, run.repaired, run.read, len(run.source_digest)) == ("nj-etpl", AT, 1, 1, 64)
    remark = ImportRemark.objects.get(run=run)
    assert (remark.row, remark.column, remark.code) == (2, "totalcost", "total_not_sum")
    assert remark.message == report.remarks[0].sentence()


def test_suppressed_outcomes_are_none_and_shares_become_percent(tmp_path: Path) -> None:
    write(tmp_path / "outcomes_schcip.csv", [OUTCOME, {**OUTCOME, "cipcode": "999999"}])
    report = load(tmp_path)
    second, fourth, eighth = Outcome.objects.order_by("quarter")
    assert second.currency == "USD"
    assert (second.employed_percent, second.mean_quarterly_wage, second.completers, second.earners) == (
        Decimal("71.43"), Decimal(5013), 7, 5,
    )  # fmt: skip
    assert (fourth.employed_percent, fourth.retained_percent) == (Decimal(100), None)
    assert (eighth.employed_percent, eighth.mean_quarterly_wage, eighth.completers) == (None, None, 4)
    assert report.skipped["outcomes of providers and fields of study that are not in the list"] == 1


@pytest.mark.parametrize("mark", ["*", "< 10", "S", "\N{EM DASH}", "", "PrivacySuppressed"])
def test_a_cell_that_is_kept_back_is_no_figure_however_it_is_marked(tmp_path: Path, mark: str) -> None:
    kept_back = {name: mark for name in OUTCOME if name.startswith(("PerEmployed", "AvgQuarterly", "NumUsedWage"))}
    other = {"providerid": "28", "name": "Bay School, Inc."}
    write(
        tmp_path / "outcomes_schcip.csv",
        [{**OUTCOME, **kept_back}, {**OUTCOME, "providerid": "28", "NumCompleted4": "40"}],
    )
    report = load(tmp_path, {}, other)
    assert codes(report) == []
    small, large = (Outcome.objects.get(provider__source_key__contains=key, quarter=4) for key in ("27", "28"))
    assert (small.employed_percent, small.mean_quarterly_wage, small.earners, small.completers) == (None, None, None, 6)
    version = DefinitionVersion.objects.get(definition__provider=small.provider)
    employed, _, quarter, _ = published_outcomes(version)
    assert employed is not None
    assert (employed.estimate, employed.people, employed.suppressed, quarter) == (100, 0, 1, 4)
    assert (large.employed_percent, large.completers) == (100, 40)


def test_a_share_of_nobody_is_no_share(tmp_path: Path) -> None:
    nobody = {"NumCompleted2": "0", "PerEmployed2": "0", "AvgQuarterlyWage2": "0", "NumUsedWageCalc2": "0"}
    few = {"PerEmployed4": "0.5", "AvgQuarterlyWage4": "0", "NumUsedWageCalc4": "0"}
    write(tmp_path / "outcomes_schcip.csv", [{**OUTCOME, **nobody, **few}])
    load(tmp_path)
    fourth, eighth = Outcome.objects.order_by("quarter")
    assert (fourth.quarter, fourth.employed_percent, fourth.mean_quarterly_wage, fourth.earners) == (4, 50, None, 0)
    assert eighth.quarter == 8


def test_an_outcome_that_could_be_of_either_of_two_providers_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "outcomes_schcip.csv", [OUTCOME])
    report = load(tmp_path, {}, {"name": "Bay School"})
    assert not Outcome.objects.exists()
    assert codes(report) == ["two_names", "two_providers"]


def test_numbers_are_resolved_by_the_lookup_tables(tmp_path: Path) -> None:
    write(tmp_path / "TBLLICENSE_DATA_TABLE.csv", [{"ID": "816", "NAME": "NURSE AIDE"}])
    report = load(tmp_path, {"licenseawardedname": "816"}, {"licenseawardedname": "999"})
    assert Counter(DefinitionVersion.objects.values_list("leads_to", flat=True)) == {"Licence: Nurse aide": 1, "": 1}
    assert codes(report) == ["unknown_number"]


def need(occupation: Occupation, code: str, kind: str, importance: str, level: str | None = "4") -> None:
    framework = occupation.framework
    skill, _ = Skill.objects.get_or_create(
        framework=framework, uri=f"urn:{code}", defaults={"code": code, "name": code, "kind": kind}
    )
    if kind == "technology":
        OccupationNeed.objects.create(occupation=occupation, skill=skill, in_demand=importance == "yes")
    else:
        OccupationNeed.objects.create(
            occupation=occupation, skill=skill, importance=Decimal(importance), level=level and Decimal(level)
        )


def test_likely_skills_follow_the_documented_rule(tmp_path: Path) -> None:
    framework = Framework.objects.create(slug="onet", name="O*NET", version="29.2", publisher="x", licence="x")
    nurse, aide, teacher = (
        Occupation.objects.create(framework=framework, uri=soc, code=f"{soc}.00", soc=soc, title=soc)
        for soc in ("29-1141", "31-1131", "25-1072")
    )
    for soc in (nurse.soc, aide.soc, teacher.soc):
        FieldOfStudyLink.objects.create(cip="51.3901", cip_title="Nursing", soc=soc)
    need(nurse, "2.C.5.a", "knowledge", "4.5", "5")
    need(aide, "2.C.5.a", "knowledge", "3.5", "3")
    need(nurse, "2.C.3.a", "knowledge", "2.9")
    need(aide, "2.C.7.a", "knowledge", "5")
    need(aide, "2.A.1.b", "skill", "5")
    need(aide, "2.B.3.l", "skill", "3", "2.5")
    need(teacher, "2.C.6", "knowledge", "5")
    need(nurse, "43232401", "technology", "yes")
    need(aide, "43232402", "technology", "no")
    load(tmp_path)
    taught = {row.skill.code: (row.level, row.origin) for row in SkillTaught.objects.select_related("skill")}
    assert taught == {
        "2.C.5.a": (Decimal(4), "crosswalk"), "2.B.3.l": (Decimal("2.5"), "crosswalk"), "43232401": (None, "crosswalk"),
    }  # fmt: skip
    OccupationNeed.objects.filter(skill__code="2.B.3.l").delete()
    load(tmp_path, at=LATER)
    assert not SkillTaught.objects.filter(skill__code="2.B.3.l").exists()


def test_the_official_list_loads_with_the_counts_it_is_known_for(shared_data: Path) -> None:
    report = IMPORTERS["nj-etpl"].run([shared_data / "nj_etpl"], at=AT)
    assert (report.tables["programmes"].read, report.tables["definitions"].created) == (1110, 1110)
    assert Counter(remark.code for remark in report.remarks) == {
        "provider_not_named": 145, "all_costs_zero": 72, "total_not_sum": 14, "impossible_number": 4, "mangled_text": 4, "two_names": 3,
        "impossible_amount": 1, "two_providers": 1, "not_an_address": 1,
    }  # fmt: skip
    assert Counter(Definition.objects.values_list("type", flat=True)) == {"certificate": 481, "industry": 408, "": 221}
    assert Provider.objects.count() == 273
    assert Outcome.objects.values("provider", "field_of_study").distinct().count() == 212
    assert not Outcome.objects.filter(mean_quarterly_wage__lt=0).exists()
    assert Offer.objects.order_by("-price_total").exclude(price_total=None)[0].price_total == 11_400_000
    again = IMPORTERS["nj-etpl"].run([shared_data / "nj_etpl"], at=LATER).total()
    assert (again.created, again.updated) == (0, 0)
