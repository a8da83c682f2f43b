"""Amounts, times, shares and other people's Markdown, written for readers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from cairn.look.formatting import credits_text, hours_text, money_text, percent_text
from cairn.look.prose import markdown_html


def shown(source: str, **values: object) -> str:
    return Template("{% load look %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (125000, "USD", "$1,250"),
        (125050, "USD", "$1,250.50"),
        (5, "USD", "$0.05"),
        (0, "USD", "$0"),
        (-2500, "USD", "\N{MINUS SIGN}$25"),
        (1250, "JPY", "¥1,250"),
        (1250500, "KWD", "KWD 1,250.500"),
        (Decimal("1250"), "EUR", "€1,250"),
        (Decimal("19.999"), "GBP", "£20"),
        (1250.5, "usd", "$1,250.50"),
        (Decimal("99"), "CHF", "CHF 99"),
    ],
)
def test_money_is_written_as_people_write_it(amount: int | Decimal, currency: str, written: str) -> None:
    assert money_text(amount, currency) == written


@given(st.integers(-(10**12), 10**12))
def test_no_cent_is_lost(cents: int) -> None:
    digits = money_text(cents).replace("$", "").replace(",", "").replace("\N{MINUS SIGN}", "-")
    assert Decimal(digits) * 100 == cents


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0, "0 hours"),
        (0.1, "under half an hour"),
        (0.5, "0.5 hours"),
        (1, "1 hour"),
        (Decimal("37.5"), "37.5 hours"),
        (1200, "1,200 hours"),
    ],
)
def test_workload_is_written_in_hours(amount: float, written: str) -> None:
    assert hours_text(amount) == written


@pytest.mark.parametrize(
    ("amount", "scheme", "written"),
    [
        (1, "us-semester", "1 US semester credit"),
        (Decimal("4.50"), "ECTS", "4.5 ECTS credits"),
        (10, "ects", "10 ECTS credits"),
        (3, "CPD hours", "3 CPD hours"),
        (2, "", "2 credits"),
    ],
)
def test_credits_are_written_with_the_name_of_their_scheme(amount: int | Decimal, scheme: str, written: str) -> None:
    assert credits_text(amount, scheme) == written
    assert shown("{{ amount|credit:scheme }}", amount=amount, scheme=scheme) == written
    assert "not stated" in shown("{{ amount|credit:scheme }}", amount=None, scheme=scheme)


def test_a_length_of_time_is_a_workload_too() -> None:
    assert hours_text(timedelta(days=1, minutes=30)) == "24.5 hours"


@pytest.mark.parametrize(
    ("share", "written"), [(0, "0%"), (0.004, "under 1%"), (0.5, "50%"), (0.996, "over 99%"), (1, "100%")]
)
def test_a_share_is_never_rounded_to_all_or_nothing(share: float, written: str) -> None:
    assert percent_text(share) == written


@pytest.mark.parametrize("filter_", ["unknown", "money", "hours", "percent"])
@pytest.mark.parametrize("value", [None, ""])
def test_what_nobody_said_is_not_stated(filter_: str, value: object) -> None:
    assert shown("{{ value|" + filter_ + " }}", value=value) == '<span class="unknown">not stated</span>'


def test_zero_and_no_are_statements() -> None:
    assert shown("{{ value|unknown }}", value=0) == "0"
    assert shown("{{ value|money }}", value=0) == "$0"
    assert shown("{{ value|unknown }}", value=False) == "False"


def test_a_stranger_s_value_stays_text() -> None:
    assert shown("{{ value|unknown }}", value="<b>") == "&lt;b&gt;"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://elsewhere.example/pixel.png)",
        "<a href='https://x.example' onclick='x'>y</a>",
        "<style>body{}</style>",
        "[x](vbscript:x)",
        "<iframe src='https://x.example'></iframe>",
    ],
)
def test_markdown_brings_in_no_code_and_no_pictures(hostile: str) -> None:
    html = markdown_html(hostile)
    for piece in (
        "<script",
        "<img",
        "<style",
        "<iframe",
        'javascript:"',
        'href="javascript',
        'href="data',
        'href="vbscript',
        "<a onclick",
    ):
        assert piece not in html


def test_links_in_markdown_lend_no_weight_and_no_window() -> None:
    assert markdown_html("[site](https://x.example)") == (
        '<p><a href="https://x.example" rel="nofollow noopener">site</a></p>\n'
    )


def test_headings_in_markdown_stay_below_those_of_the_page() -> None:
    assert markdown_html("# Big\n\n###### Small") == "<h3>Big</h3>\n<h6>Small</h6>\n"


def test_lists_and_tables_of_criteria_are_kept() -> None:
    html = markdown_html("1. Solder\n2. Test\n\n| a | b |\n|---|---|\n| c | d |\n")
    assert "<ol>" in html
    assert "<td>c</td>" in html
