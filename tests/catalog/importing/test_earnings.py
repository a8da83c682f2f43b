"""Published earnings come in as what their sources say: kind, people, time and source; what is open stays open; undone without a trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.appraisal.test_earnings import statements
from tests.catalog.factories import imported, outcome, provider
from tests.catalog.importing.catalogues import AT, ctdl, run, schema_org, write

from cairn.appraisal import Basis, Earnings, Period, Rung
from cairn.catalog import queries
from cairn.catalog.importing.earnings import keyed, merged, period_in, period_of
from cairn.catalog.importing.earnings_cells import earnings_cell, read_earnings_cell
from cairn.catalog.importing.undoing import run_of, undo_run
from cairn.catalog.models import DefinitionVersion, ImportRun, PublishedEarnings
from cairn.catalog.queries import Inputs
from cairn.skills.importing.report import Report

D = Decimal
SET = "https://x.example/set"


def quantity(value: Any) -> list[dict[str, Any]]:
    return [{"@type": "schema:QuantitativeValue", "schema:value": value}]


def amount(value: Any, said: str = "", **more: Any) -> dict[str, Any]:
    told = {"@type": "schema:MonetaryAmount", "schema:currency": "USD", "schema:value": value, **more}
    return told | ({"schema:description": {"en": said}} if said else {})


def data_set(*data: dict[str, Any], **more: Any) -> dict[str, Any]:
    time = {
        "@type": "qdata:DataSetTimeFrame",
        "qdata:dataAttributes": [{"@type": "qdata:DataProfile", **one} for one in data],
    }
    return {"@id": SET, "@type": "qdata:DataSetProfile", "qdata:dataSetTimePeriod": [time], **more}


def read(folder: Path, *nodes: dict[str, Any], **profile: Any) -> tuple[Report, list[Earnings]]:
    told = {"ceterms:aggregateData": [{"@type": "ceterms:AggregateDataProfile", **profile}]} if profile else {}
    report = run("ctdl", write(folder, "a.json", {"@graph": [ctdl(1, **told), *nodes]}))
    return report, [row.value for row in PublishedEarnings.objects.order_by("pk")]


def codes(report: Report) -> list[str]:
    return [one.code for one in report.remarks]


@pytest.mark.django_db
def test_a_profile_of_ctdl_has_a_median_and_quartiles_and_no_period_that_nobody_states(tmp_path: Path) -> None:
    profile = {
        "ceterms:name": {"en": "Graduates"}, "ceterms:currency": "USD", "ceterms:medianEarnings": 34000, "ceterms:lowEarnings": 28000.5,
        "ceterms:highEarnings": "41,000", "ceterms:postReceiptMonths": 12, "ceterms:numberAwarded": 63, "ceterms:jobsObtained": 40,
        "ceterms:dateEffective": "2025-06-01", "ceterms:source": "https://data.example/x",
    }  # fmt: skip
    report, found = read(tmp_path, **profile)
    assert found == [
        Earnings(
            median=D(34000), p25=D("28000.5"), p75=D(41000), currency="USD", completers=63, employed=40, months_after=12,
            published_on=date(2025, 6, 1), name="Graduates", source="https://data.example/x",
        )
    ]  # fmt: skip
    assert found[0].period is Period.UNSAID
    assert report.counts("published earnings").created == 1


@pytest.mark.django_db
def test_amounts_are_means_or_medians_only_where_their_words_say_so(tmp_path: Path) -> None:
    """As Texas, Career Bridge and Kansas write them in the Credential Engine's published examples."""
    data = data_set(
        {"qdata:holdersInSet": quantity(66), "qdata:earningsAmount": [amount(33319, "The median earnings during the calendar year.")]},
        {"qdata:earningsAmount": [amount(19.35, "Average Wage")], "qdata:relatedEmployment": quantity(195)},
        {"qdata:earningsAmount": [amount(44439, "Upon Entry"), amount(49333, "After 5 years")]},
        **{"schema:about": "https://x.example/1", "ceterms:source": "https://texas.example/"},
    )  # fmt: skip
    _, found = read(tmp_path, data | {"schema:about": [ctdl(1)["@id"]]})
    assert [(one.figures, one.period, one.completers, one.name) for one in found] == [
        ((("median", D(33319)),), Period.YEAR, 66, "The median earnings during the calendar year."),
        ((("mean", D("19.35")),), Period.UNSAID, None, "Average Wage"),
        ((("amount", D(44439)),), Period.UNSAID, None, "Upon Entry"),
        ((("amount", D(49333)),), Period.UNSAID, None, "After 5 years"),
    ]


@pytest.mark.django_db
def test_a_series_over_years_keeps_its_months_and_its_people(tmp_path: Path) -> None:
    """As Indiana writes it: of 63 holders 16 counted after a year, 22 after two."""
    data = [
        {"ceterms:postReceiptMonths": months, "qdata:holdersInSet": quantity(63), "qdata:meetEmploymentCriteria": quantity(counted),
         "qdata:earningsAmount": [amount(value)]}
        for months, counted, value in ((12, 16, 42280.80), (24, 22, 45744.25))
    ]  # fmt: skip
    _, found = read(tmp_path, data_set(*data), **{"qdata:relevantDataSet": [SET]})
    assert [(one.months_after, one.earners, one.completers, one.amount) for one in found] == [
        (12, 16, 63, D("42280.80")),
        (24, 22, 63, D("45744.25")),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("profile", "figures", "kept_back", "code"),
    [
        ({"ceterms:medianEarnings": "suppressed", "ceterms:currency": "USD"}, (), True, ""),
        ({"ceterms:medianEarnings": "*"}, (), True, ""),
        ({"ceterms:medianEarnings": "<10"}, (), True, ""),
        ({"ceterms:medianEarnings": None, "ceterms:numberAwarded": 5}, (), False, ""),
        ({"ceterms:medianEarnings": 0, "ceterms:currency": "USD", "ceterms:numberAwarded": 5}, (), False, "no_earnings"),
        ({"ceterms:medianEarnings": -99999, "ceterms:currency": "USD", "ceterms:numberAwarded": 5}, (), False, "not_possible"),
        ({"ceterms:medianEarnings": 30000, "ceterms:numberAwarded": 5}, (), False, "no_currency"),
        ({"ceterms:medianEarnings": 3, "ceterms:highEarnings": 2, "ceterms:currency": "USD", "ceterms:numberAwarded": 5}, (), False,
         "earnings_not_possible"),
        ({"ceterms:medianEarnings": "plenty", "ceterms:numberAwarded": 5}, (), False, "unreadable"),
        ({"ceterms:medianEarnings": 1e14, "ceterms:currency": "USD", "ceterms:numberAwarded": 5}, (), False, "no_earnings"),
    ],
)  # fmt: skip
def test_what_is_kept_back_or_cannot_be_is_no_figure(
    profile: dict[str, Any], figures: tuple[Any, ...], kept_back: bool, code: str, tmp_path: Path
) -> None:
    report, (one,) = read(tmp_path, **profile)
    assert (one.figures, one.suppressed) == (figures, kept_back)
    assert codes(report) == ([code] if code else [])


@pytest.mark.django_db
def test_a_share_that_may_be_of_one_or_of_hundred_stays_open(tmp_path: Path) -> None:
    jobs = [{"@type": "schema:QuantitativeValue", "qdata:percentage": 0.74}]
    report, (one,) = read(tmp_path, **{"ceterms:jobsObtained": jobs, "ceterms:numberAwarded": 9})
    assert one.employed_percent is None
    assert codes(report) == ["share_or_percent"]


@pytest.mark.django_db
def test_schema_org_says_what_is_expected_and_what_occupations_pay(tmp_path: Path) -> None:
    salary = {
        "@type": "MonetaryAmountDistribution",
        "currency": "USD",
        "duration": "P1Y",
        "median": 45000,
        "percentile10": 31000,
    }
    pay = {
        "@type": "MonetaryAmount",
        "currency": "EUR",
        "value": {"minValue": 18, "maxValue": 24.5, "unitText": "HOUR"},
    }
    welder = {"@type": "Occupation", "name": "Welder", "estimatedSalary": [pay]}
    course = schema_org(1) | {"salaryUponCompletion": salary, "occupationalCategory": welder, "estimatedSalary": 52000}
    report = run("schema-org", write(tmp_path, "a.json", course))
    assert [row.value for row in PublishedEarnings.objects.order_by("pk")] == [
        Earnings(basis=Basis.EXPECTED, median=D(45000), p10=D(31000), currency="USD", period=Period.YEAR),
        Earnings(
            basis=Basis.OCCUPATION, lowest=D(18), highest=D("24.5"), currency="EUR", period=Period.HOUR, name="Welder"
        ),
    ]
    assert codes(report) == ["no_currency"]


@pytest.mark.django_db
def test_the_same_again_changes_nothing_a_correction_changes_one_and_undoing_brings_it_back(tmp_path: Path) -> None:
    told = {"ceterms:currency": "USD", "ceterms:medianEarnings": 30000, "ceterms:postReceiptMonths": 12}
    read(tmp_path, **told)
    again, _ = read(tmp_path, **told)
    assert (again.total().created, again.total().updated) == (0, 0)
    corrected, (one,) = read(tmp_path, **(told | {"ceterms:medianEarnings": 31000}))
    assert (one.median, corrected.counts("published earnings").updated) == (31000, 1)
    later, _ = read(tmp_path, **(told | {"ceterms:postReceiptMonths": 24}))
    assert [row.months_after for row in PublishedEarnings.objects.order_by("pk")] == [12, 24]
    assert later.counts("published earnings").created == 1
    for made in ImportRun.objects.order_by("-pk"):
        undo_run(run=run_of(made.pk), by=None, at=AT)
    assert not PublishedEarnings.objects.exists()
    assert not DefinitionVersion.objects.exists()


@pytest.mark.django_db
def test_pages_show_each_figure_as_what_it_is_and_none_of_them_becomes_a_gain(client: Client, tmp_path: Path) -> None:
    told = {
        "ceterms:currency": "USD",
        "ceterms:medianEarnings": 34000,
        "ceterms:postReceiptMonths": 12,
        "ceterms:numberAwarded": 63,
    }
    read(tmp_path, **told)
    version = DefinitionVersion.objects.get()
    for name in ("credential", "credential_return"):
        page = " ".join(client.get(reverse(f"catalog:{name}", args=[version.definition.slug])).content.decode().split())
        assert "<dt>Median</dt><dd><strong>$34,000</strong></dd>" in page
        assert "<dt>Awarded</dt><dd>63</dd>" in page
        for unsaid in ("Paid for", "Earners", "Source"):
            assert f'<dt>{unsaid}</dt><dd><span class="unknown">not stated</span>' in page
        assert "No outcome data published" not in page
    weighed = queries.return_for(version, Inputs(price=D(1000), hours=D(10)), AT).weighed
    assert weighed is not None
    assert (weighed.premium.rung, weighed.premium.amount) == (Rung.COMPLETERS_ONLY, None)
    (item,) = queries.facts_for_comparison([version], AT)
    (line,) = item.fact("earnings").value
    assert line.startswith(
        "What completers earned: median $34,000 for a time that its source does not say; 12 months after the award; "
    )
    assert line.endswith("how many people is not published, 63 awarded")
    answer = client.get(f"/api/v1/catalogue/credentials/{version.definition.slug}").json()
    assert [(one["median"], one["mean"], one["basis"]) for one in answer["published_earnings"]] == [
        (34000, None, "completers")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("basis", list(Basis))
def test_published_earnings_never_enter_the_mean_of_a_field(basis: Basis) -> None:
    college = provider()
    version = imported(by=college)
    outcome(college, 4)
    before = queries.return_for(version, Inputs(), AT)
    PublishedEarnings.objects.create(
        definition=version.definition,
        source_key="x",
        basis=basis,
        mean=D(99_999),
        currency="USD",
        earners=5_000,
        period="quarter",
    )
    after = queries.return_for(version, Inputs(), AT)
    assert after.earnings == before.earnings
    assert replace(after, published=()) == before


@given(st.lists(statements(), max_size=5))
def test_a_cell_of_the_table_gives_back_what_it_was_given(published: list[Earnings]) -> None:
    assert read_earnings_cell(earnings_cell(published)) == (tuple(published), ())


@given(
    st.text(max_size=60)
    | st.sampled_from(['[{"median": 1}]', '[{"first": 3}]', '[{"basis": "x"}]', "[1]", "[[", '[{"median":"9"}]'])
)
def test_a_cell_that_somebody_else_wrote_is_told_and_breaks_nothing(text: str) -> None:
    found, wrong = read_earnings_cell(text)
    assert not found
    assert wrong or not text or text.strip() == "[]"


@given(st.lists(statements(), max_size=6))
def test_every_statement_has_a_key_of_its_own(published: list[Earnings]) -> None:
    keys = [key for key, _ in keyed(published)]
    assert len(set(keys)) == len(keys) == len(set(published))


@given(statements(), statements())
def test_two_statements_are_one_only_where_they_contradict_each_other_in_nothing(
    one: Earnings, other: Earnings
) -> None:
    both = merged(one, other)
    if both is not None:
        for each in (one, other):
            assert set(each.figures) <= set(both.figures)
            assert each.basis is both.basis


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("YEAR", "year"),
        ("ANN", "year"),
        ("P1Y", "year"),
        ("P3M", "quarter"),
        ("MON", "month"),
        ("HUR", "hour"),
        ("PT1H", "hour"),
        ("x", ""),
    ],
)
def test_units_and_durations_name_a_period(said: str, period: str) -> None:
    assert period_of(said) == period


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("Median annual earnings", "year"),
        ("paid per hour", "hour"),
        ("quarterly wages in a year", ""),
        ("First-year wages", ""),
    ],
)
def test_a_sentence_names_a_period_only_where_it_names_one(said: str, period: str) -> None:
    assert period_in(said) == period
