"""Documents of the index: what comes again and again is read once, and each says what it says when it is read by itself."""

from __future__ import annotations

from typing import Any

import pytest
from tests.catalog.factories import imported, skill, taught

from cairn.catalog import search
from cairn.catalog.models import Offer, Provider
from cairn.catalog.search import store
from cairn.catalog.search.documents import documents
from cairn.catalog.search.facets import PRICES, UNKNOWN
from cairn.catalog.search.kept import Kept
from cairn.catalog.search.words import LONGEST_WORD

pytestmark = pytest.mark.django_db


def catalogue() -> list[int]:
    """Versions that share a provider, a place or a field of study, and differ in the rest."""
    provider = Provider.objects.create(
        slug="harbour", name="Harbour College", city="Jersey City", county="Hudson", state="NJ"
    )
    told: list[dict[str, Any]] = [
        {},
        {"leads_to": "A licence", "tags": ["evening courses", "Évening courses"]},
        {"leads_to": "A licence", "offer": {"city": "Newark", "county": "Essex", "evening": True, "mode": "online"}},
        {"description": "Harbour College teaches sailing.", "outcomes": [{"text": "Ties knots"}], "participation": "blended"},
        {"skills_named": [{"name": "Harbour College"}, {"name": "Rope work"}], "quality_assurance": "Audited"},
        {"texts": {"de": {"title": "Segeln", "description": "Knoten", "outcomes": ["Kann knoten"]}, "fr": {"description": "Nœuds"}}},
        {"taught_in": ["de"], "offer": {"languages": ["fr-CA", "en"], "price_total": None, "hours": None}},
    ]  # fmt: skip
    found = [imported(f"C++ sailing {number}", provider, **one) for number, one in enumerate(told)]
    Offer.objects.create(version=found[2], state=Offer.State.OPEN, city="Hoboken", county="Hudson", price_total=100)
    taught(found[0], skill("Sailing"), origin="stated")
    found += [imported("Sailing"), imported("Welding", workload_hours=None)]
    return [one.pk for one in found]


def test_a_version_says_the_same_beside_others_and_by_itself() -> None:
    numbers = catalogue()
    together = list(documents())
    assert [one["version"] for one in together] == numbers
    assert [one for number in numbers for one in documents([number])] == together


def test_each_document_says_what_its_rows_say() -> None:
    catalogue()
    plain, licence, two, described, named, other, spoken, *_ = documents()
    assert (plain["words"], plain["located"]) == (
        "cplusplus sailing 0 harbour college jersey city hudson nj camden sailing",
        "jersey_city hudson hudson_county jersey_city@hudson_county camden camden_county",
    )
    assert plain["every"].split().count("sail") == 3
    assert (licence["aim"], licence["every"].split().count("cours")) == ("a licenc", 2)
    assert "evening" in two["traits"]
    assert ("online" in two["traits"], two["place"], two["bands"].partition("|")[0]) == (
        True,
        "Essex Hudson",
        list(PRICES)[1],
    )
    assert {"harbour", "teach", "tie", "knot"} <= set(described["every"].split())
    assert described["every"].split().count("harbour") == 2  # its provider's name, and its description
    assert named["words"].endswith(" rope work")
    assert named["words"].split().count("harbour") == 1  # a skill of the provider's name says nothing more
    assert (other["called"], other["title"]) == ("cplusplus_sailing_5 segeln", "cplusplus sail 5 segeln")
    assert "knoten" in other["words"].split()
    assert set(spoken["language"].split()) == {"de", "fr", "en"} | ({"en"} if plain["language"] == "en" else set())
    assert spoken["bands"].partition("|")[0] == UNKNOWN


def test_words_are_looked_up_as_they_are_written_and_too_long_ones_not_at_all() -> None:
    longest = "x" * LONGEST_WORD
    imported(f"Pre-press {longest} y{longest}", Provider.objects.create(slug="p", name="École Émile"))
    search.rebuild()
    opened = store.opened()
    assert opened is not None
    held = dict(opened.index.searcher().terms_with_prefix("words", "", limit=99))
    assert held == dict.fromkeys(("pre", "press", longest, "ecole", "emile", "camden"), 1)


def test_what_is_kept_is_made_once_until_there_is_too_much() -> None:
    made: list[int] = []

    def double(number: int) -> int:
        made.append(number)
        return 2 * number

    kept = Kept(double, most=2)
    assert [kept[number] for number in (1, 2, 1, 2, 3, 1)] == [2, 4, 2, 4, 6, 2]
    assert made == [1, 2, 3, 1]
