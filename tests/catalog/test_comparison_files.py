"""Five of different kinds side by side, with hostile words: the page, the table and the data say the same, and nothing runs."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.catalog.factories import Team, imported, outcome, provider, skill, taught

from cairn.catalog.models import DefinitionVersion

pytestmark = pytest.mark.django_db
D = Decimal
HOSTILE = (
    "<script>alert(1)</script>", '=HYPERLINK("http://x.example")', '"><img src=x onerror=alert(1)>', "Ελληνικά 日本語 العربية",
    '#let x = 1; #panic("x") $a$ `b` ]',
)  # fmt: skip
KINDS = ("badge", "certificate", "programme", "industry", "")
MONEY: tuple[tuple[int | None, str], ...] = ((100_00, "USD"), (None, "EUR"), (0, "JPY"), (9, "KWD"), (1, "CLP"))
LANGUAGES = (["de"], ["zz-x"], [], ["und"], ["pt-br"])


def five() -> list[DefinitionVersion]:
    found = []
    for number, words in enumerate(HOSTILE):
        school, (price, currency) = provider(words), MONEY[number]
        version = imported(
            words, by=school, type=KINDS[number], leads_to=words, prerequisites=words, assessment_type=words[:60], quality_assurance=words,
            outcomes=[{"text": words}], credits=D(number) if number else None, workload_hours=None,
            offer={
                "price_total": price, "currency": currency, "hours": [D(0), None, D("0.5"), D(3), D(7)][number],
                "languages": LANGUAGES[number], "duration_text": words[:40], "city": words[:60],
            },
        )  # fmt: skip
        taught(version, skill(f"Skill {number}"))
        found.append(version)
    outcome(found[1].definition.provider, 2, completers=0, employed_percent=D(0))
    outcome(
        found[3].definition.provider, 4, completers=None, employed_percent=None, mean_quarterly_wage=None, earners=None
    )
    return found


def cells_of(shown: str) -> dict[str, list[str]]:
    """The page's table: the words in each cell by the name of the row."""
    rows: dict[str, list[str]] = {}
    for name, cells in re.findall(
        r'<tr(?: class="(?:differs|same)")?><th scope="row">(.*?)</th>(.*?)</tr>', shown, re.DOTALL
    ):
        words = [re.sub(r"<[^>]+>", " ", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells, re.DOTALL)]
        rows.setdefault(unescape(name), [" ".join(unescape(one).split()) for one in words])
    return rows


def test_the_page_the_table_and_the_data_say_the_same_in_every_cell(client: Client) -> None:
    asked = {"c": [one.definition.slug for one in five()]}
    shown = client.get(reverse("catalog:compare"), asked).content.decode()
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    page = cells_of(shown)
    data: Any = client.get(reverse("catalog:compare_json"), asked).json()
    table = list(csv.reader(io.StringIO(client.get(reverse("catalog:compare_csv"), asked).content.decode())))
    assert not [cell for line in table for cell in line if cell[:1] in {"=", "+", "@"}], "no cell is a formula"
    assert [row["name"] for row in data["rows"]] == [line[0] for line in table[1:]] == list(page)
    for row, line in zip(data["rows"], table[1:], strict=True):
        for place, cell in enumerate(row["cells"]):
            assert line[1 + 3 * place].removeprefix("'") == "; ".join(cell["text"])
            assert line[3 + 3 * place] == cell["note"]
            told = page[row["name"]][place]
            figures = (
                ["of 100", "of what counts is known"] if row["key"] == "credibility" and cell["value"] else cell["text"]
            )
            assert all(" ".join(words.split()) in told for words in figures), (row["key"], told)
    said = {row["key"]: [cell["text"][0] for cell in row["cells"]] for row in data["rows"]}
    assert said["languages"] == ["German", "zz-x", "not stated", "not stated", "Brazilian Portuguese"]
    assert said["price_total"] == ["$100", "not stated", "free", "KWD 0.009", "CLP 1"]
    assert said["employed_2"] == ["not stated"] * 5, "a share of nobody is no share"
    assert said["employed_4"][3] == "suppressed"
    assert client.get(reverse("catalog:compare_pdf"), asked).status_code in {200, 400, 422}, (
        "set, or said that a font is missing"
    )


def test_rows_are_marked_the_same_only_where_every_word_and_note_is_and_groups_can_be_jumped_to(client: Client) -> None:
    found = five()
    shown = client.get(reverse("catalog:compare"), {"c": [one.definition.slug for one in found]}).content.decode()
    page = cells_of(shown)
    same = {unescape(name) for name in re.findall(r'<tr class="same"><th scope="row">(.*?)</th>', shown)}
    assert same == {name for name, cells in page.items() if len(set(cells)) == 1}
    assert "How long it holds" in same
    assert "Price" not in same
    for mark in re.findall(r'href="#(group-\d)"', shown):
        assert f'<tr class="group" id="{mark}">' in shown
    alone = client.get(reverse("catalog:compare"), {"c": found[0].definition.slug}).content.decode()
    assert 'class="same"' not in alone


def test_a_shared_address_shows_strangers_nothing_that_is_not_published(client: Client) -> None:
    team = Team()
    draft, public = team.draft(title="Not out yet"), imported()
    asked = {"c": [draft.definition.slug, public.definition.slug], "goal": "1"}
    client.force_login(team.designer)
    for name in ("compare", "compare_csv", "compare_json"):
        answer = client.get(reverse(f"catalog:{name}"), asked).content.decode()
        assert public.title in answer
        assert "Not out yet" not in answer, "not even for its author: what they see is what they share"
