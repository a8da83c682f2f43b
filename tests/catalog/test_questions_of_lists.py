"""How many questions a list asks the database: as many for a hundred results as for two."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.catalog.factories import imported, provider

from cairn.catalog import queries
from cairn.catalog import search as index
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.pages.search import card_of
from cairn.entry.api.catalogue import summary_of
from cairn.entry.api.catalogue_answers import SearchOut

pytestmark = pytest.mark.django_db
API = "/api/v1/catalogue/search"


@pytest.fixture
def welding() -> list[DefinitionVersion]:
    school = provider()
    found = [imported(f"Welding {number}", by=school) for number in range(4)]
    found += [imported(f"Pipe fitting {number}", by=provider(f"School {number}")) for number in range(30)]
    index.rebuild()
    return found


def asked(client: Client, path: str, **parameters: Any) -> tuple[int, Any]:
    client.get(path, parameters)  # what is kept for the next question is kept now
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path, parameters)
    assert answer.status_code == 200, answer.content
    return len(seen), answer


def test_the_api_asks_as_few_questions_for_thirty_results_as_for_four(
    client: Client, welding: list[DefinitionVersion]
) -> None:
    few, first = asked(client, API, q="welding", size=100)
    many, second = asked(client, API, q="pipe fitting", size=100)
    assert (first.json()["total"], second.json()["total"]) == (4, 30)
    assert few == many <= 8


def test_the_page_asks_as_few_questions_as_the_api(client: Client, welding: list[DefinitionVersion]) -> None:
    few, _ = asked(client, "/catalogue/", q="welding")
    many, _ = asked(client, "/catalogue/", q="pipe fitting")
    assert few == many <= 8


def test_the_page_asks_once_more_for_what_is_ticked_to_compare(
    client: Client, welding: list[DefinitionVersion]
) -> None:
    without, _ = asked(client, "/catalogue/", q="welding")
    ticked, _ = asked(client, "/catalogue/", q="welding", c=[one.definition.slug for one in welding[:5]])
    assert ticked == without + 1


def test_what_the_search_answers_has_the_shape_that_its_description_promises(
    client: Client, welding: list[DefinitionVersion]
) -> None:
    answer = client.get(API, {"q": "weldig under 9000", "facet": "place:Camden"})
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert SearchOut.model_validate(body).model_dump(mode="json") == body
    assert body["results"]
    assert body["facets"]
    assert body["understood"]
    assert body["corrections"]


def test_lines_of_a_list_come_in_the_order_asked_for_and_leave_out_what_is_not_published(
    welding: list[DefinitionVersion],
) -> None:
    DefinitionVersion.objects.filter(pk=welding[1].pk).update(state="retired")
    numbers = [welding[2].pk, welding[1].pk, welding[0].pk, 999_999_999]
    assert [one.pk for one in queries.listed(numbers)] == [welding[2].pk, welding[0].pk]


def test_a_line_of_a_list_holds_all_that_a_card_shows(welding: list[DefinitionVersion]) -> None:
    lines = queries.listed([one.pk for one in welding])
    with CaptureQueriesContext(connection) as seen:
        for line in lines:
            card_of(line)
            summary_of(line)
    assert len(seen) == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite tells its plan in these words")
def test_what_is_read_in_steps_is_walked_by_key_and_the_latest_by_their_day() -> None:
    step = queries.published().filter(pk__gt=5).order_by("pk")[:500].explain()
    assert "USING INTEGER PRIMARY KEY (rowid>?)" in step
    assert "TEMP B-TREE" not in step
    newest = DefinitionVersion.objects.filter(state="published").order_by("-pk").values_list("pk")[:1].explain()
    assert "TEMP B-TREE" not in newest
    latest = queries.published().filter(published_at__isnull=False).order_by("-published_at", "-pk")[:100].explain()
    assert "versions_latest_first" in latest
    assert "TEMP B-TREE" not in latest
    stacks = queries.published().filter(requirement__isnull=False).order_by("title", "pk").explain()
    assert "versions_made_of_parts" in stacks
