"""Search among many: the short ways to a page and to counts give what going through everything gives, or say "about"."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.catalog.factories import imported

from cairn.catalog import search
from cairn.catalog.search import answering, building, conditions, counting, labels, marks, ranking, store
from cairn.catalog.search.facets import FACETS, combined, field_of, hours_band, price_band
from cairn.catalog.search.feeding import fed
from cairn.catalog.search.fields import TIES, order_of_title, ordered
from cairn.catalog.search.marks import HEAD, Cuts, beginning, marks_of, measured, within
from cairn.catalog.search.parts import Part, Query, together
from cairn.catalog.search.words import stemmed

COUNT = 3_000
WORDS = ("welding", "nursing", "office", "safety", "design", "aide", "truck", "basics", "advanced", "evening")


def made(count: int, seed: int = 5) -> Iterator[dict[str, Any]]:
    """Documents with titles of few words, skewed prices and many that are alike."""
    drawn = random.Random(seed)  # noqa: S311  the same documents every time
    for version in range(1, count + 1):
        title = " ".join(drawn.choices(WORDS, k=drawn.choice([1, 2, 2, 3, 5])))
        price = drawn.choice([None, 0, 0, 0, drawn.randrange(1_200_000), drawn.randrange(60_000)])
        hours = drawn.choice([None, 400, 400, drawn.randrange(80_000)])
        further, kind = drawn.choice(WORDS), drawn.choice(["badge", "certificate", "certificate"])
        traits, marks = combined("traits", (kind,), *[("unstated",)] * 4)
        bands, limits = combined(
            "bands",
            (price_band(price),),
            (hours_band(None if hours is None else Decimal(hours) / 100),),
            ("unstated" if price is None else ("USD", "USD", "EUR")[version % 3],),
        )
        facets = {each.name: "unstated" for each in FACETS if field_of(each.name) == each.name}
        yield facets | {
            "version": version, "title": stemmed(title), "words": title, "aim": "",
            "every": stemmed(f"{title} {title} {further} newark"),
            "traits": traits, "bands": bands, "mark": f"{marks} {limits}", "place": drawn.choice(["Essex", "Bergen", "Camden"]),
            "concept": "",
            "title_order": order_of_title(title), "price_order": ordered(price, version), "hours_order": ordered(hours, version),
        }  # fmt: skip


def opened_with(folder: Path, cuts: Cuts) -> store.Opened:
    """Write the documents into an index and open it."""
    base = sqlite3.connect(folder / "labels.sqlite3")
    base.execute(labels.TABLE)
    base.close()
    building.write(folder, fed(made(COUNT), cuts), cuts, threads=1, heap=building.UPDATE_HEAP)
    return store.opened_at(folder)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[store.Opened, store.Opened]:
    """The same catalogue twice: with a sample and cuts, as a large one has, and without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "LARGE", 100)
        cuts = measured(made(COUNT), COUNT)
    return opened_with(tmp_path_factory.mktemp("large"), cuts), opened_with(tmp_path_factory.mktemp("plain"), Cuts())


def answer(
    opened: store.Opened, text: str, ticked: dict[str, tuple[str, ...]], sort: str, page: int = 1
) -> answering.Answer:
    answering._REMEMBERED.clear()
    return answering.ask(opened, text, ticked, sort, page, 20)


TICKED: list[dict[str, tuple[str, ...]]] = [
    {}, {"type": ("badge",)}, {"price": ("500-2000",)}, {"price": ("2000-5000", "unstated"), "place": ("Essex",)}, {"hours": ("unstated",)},
    {"currency": ("EUR",)}, {"currency": ("EUR", "unstated"), "price": ("under-500",)},
]  # fmt: skip


@pytest.mark.parametrize("sort", ["price", "hours", "title"])
def test_an_order_that_is_looked_into_only_as_far_as_needed_is_the_whole_order(
    both: tuple[store.Opened, store.Opened], sort: str
) -> None:
    large, plain = both
    for text, ticked, page in product(["", "welding", "office safety"], TICKED, [1, 2, 30]):
        assert answer(large, text, ticked, sort, page).ids == answer(plain, text, ticked, sort, page).ids


def test_the_best_of_a_small_result_are_those_of_weighing_everything(both: tuple[store.Opened, store.Opened]) -> None:
    large, plain = both
    for text, ticked in product(["welding", "office safety", "nursing aide basics", "weldng newark"], TICKED):
        assert answer(large, text, ticked, "relevance").ids == answer(plain, text, ticked, "relevance").ids


def test_of_a_large_result_what_has_it_in_the_title_comes_first_and_everything_comes_once(
    both: tuple[store.Opened, store.Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    large, plain = both
    total = answer(plain, "welding", {}, "relevance").total
    monkeypatch.setattr(ranking, "WHOLE", 50)
    monkeypatch.setattr(ranking, "GROUP", 30)
    monkeypatch.setattr(ranking, "ENOUGH", 30)
    titles = {one["version"]: one["title_order"] for one in made(COUNT)}
    seen = [
        number for page in range(1, total // 20 + 2) for number in answer(large, "welding", {}, "relevance", page).ids
    ]
    assert len(seen) == len(set(seen)) == total
    titled = ["welding" in titles[number] for number in seen]
    assert titled == sorted(titled, reverse=True)
    assert titles[seen[0]] == "welding"


def test_what_has_more_of_a_question_comes_before_what_has_less(both: tuple[store.Opened, store.Opened]) -> None:
    titles = {one["version"]: one for one in made(COUNT)}
    for opened in both:
        found = answer(opened, "nursing truck welding under 3 dollars", {"price": ("over-10000",)}, "relevance")
        assert found.close
        words = [
            sum(stemmed(word) in titles[number]["every"] for word in ("nursing", "truck", "welding"))
            for number in found.ids
        ]
        assert words == sorted(words, reverse=True)
        assert words[0] == 3


def test_up_to_a_number_everything_is_counted_exactly_and_more_is_told_as_about(
    both: tuple[store.Opened, store.Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    large, plain = both
    monkeypatch.setattr(counting, "EXACT", COUNT)
    monkeypatch.setattr(counting, "EXACT_OTHERS", COUNT)
    for text, ticked in product(["", "welding", "office safety"], TICKED):
        exact, counted = answer(plain, text, ticked, "title"), answer(large, text, ticked, "title")
        assert (counted.total, counted.about, counted.facets) == (exact.total, False, exact.facets)
    monkeypatch.setattr(counting, "EXACT", 100)
    monkeypatch.setattr(counting, "EXACT_OTHERS", 100)
    exact, counted = (
        answer(plain, "welding", {"type": ("certificate",)}, "title"),
        answer(large, "welding", {"type": ("certificate",)}, "title"),
    )
    assert counted.about
    assert abs(counted.total - exact.total) < 0.35 * exact.total
    assert all(value.about for facet in counted.facets for value in facet.values)
    assert answer(large, "", {}, "title").total == COUNT


@pytest.mark.parametrize("ticked", [*TICKED, {"provider": ("nobody",), "type": ("badge", "none")}])
def test_that_nothing_is_found_is_what_counting_would_say(
    both: tuple[store.Opened, store.Opened], ticked: dict[str, tuple[str, ...]]
) -> None:
    for opened in both:
        counter, nothing = counting.Counter(opened), answering._Meant([[conditions.NEVER]], False, (), 0)
        counted = counter.count(nothing.choices, ticked, 0)
        counted.facets.update(counter.others(nothing.choices, ticked))
        assert answering._none(nothing, ticked).counted == counted


def test_pages_of_what_has_most_of_a_question_follow_each_other(both: tuple[store.Opened, store.Opened]) -> None:
    """The first page leaves out by number what came before, the others by asking."""
    for opened in both:
        at_once = answering.ask(opened, "nursing truck welding", {}, "relevance", 1, 60).ids
        pages = [
            number
            for page in (1, 2, 3)
            for number in answer(opened, "nursing truck welding", {}, "relevance", page).ids
        ]
        assert tuple(pages) == at_once
        assert len(set(pages)) == len(pages) > 40


def test_a_version_is_marked_exactly_where_its_place_is_not_after_a_cut() -> None:
    cuts = Cuts(4, {"price": (ordered(500, 0), ordered(100, 0)), "price/free": (ordered(0, 1) + 2**16,)})
    for one in made(300):
        marked = marks_of(one, cuts).split()
        for name, at in cuts.at.items():
            for depth, cut in enumerate(at, 1):
                counts = name == "price" or name == within("price", one["bands"].partition("|")[0])
                assert (beginning(name, depth) in marked) == (counts and one["price_order"] <= cut)


@pytest.mark.django_db
def test_broken_cuts_make_the_index_again() -> None:
    imported("Welding")
    search.rebuild()
    [cuts] = Path(settings.SEARCH_INDEX).glob("index-*/cuts.json")
    cuts.write_text('{"share": []}')
    store._OPENED.clear()
    assert search.search("welding").total == 1


@pytest.mark.django_db
def test_a_change_reaches_the_sample_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "LARGE", 5)
    monkeypatch.setattr(building, "LARGE", 5)
    monkeypatch.setattr(marks, "SHARE", 2)
    monkeypatch.setattr(counting, "EXACT", 0)
    for number in range(12):
        imported(f"Course {number}")
    search.rebuild()
    for number in range(12):
        imported(f"Lesson {number}")
    assert search.search("lesson", sort="title").versions[0].title == "Lesson 0"
    opened = store.opened()
    assert opened is not None
    assert opened.sample is not None
    assert 6 <= opened.sample.searcher().num_docs <= 18
    assert search.search("lesson").about


def test_a_part_that_few_meet_is_asked_for_within_each_way_of_a_larger_one(
    both: tuple[store.Opened, store.Opened],
) -> None:
    large, _ = both
    searcher, schema = large.index.searcher(), large.schema
    few = Part((Query.term_query(schema, "place", "Essex"),), 3)
    ways = tuple(Query.term_query(schema, "title", word) for word in ("weld", "nurs", "offic"))
    pushed, apart = together([Part(ways, 10_000), few]), together([Part(ways, 1), few])
    assert counting.counted(searcher, pushed) == counting.counted(searcher, apart) > 0
    assert str(pushed).count("Essex") > str(apart).count("Essex")


def test_what_is_weighed_is_weighed_the_same_within_what_fewer_meet(both: tuple[store.Opened, store.Opened]) -> None:
    large, _ = both
    searcher, schema = large.index.searcher(), large.schema
    few = Part((Query.const_score_query(Query.term_query(schema, "place", "Essex"), 0.0),), 3)
    ways = tuple(Query.term_query(schema, "title", word) for word in ("weld", "nurs", "offic"))
    within, apart = (together([Part(ways, walked, weighed=True), few]) for walked in (10_000, 1))
    assert str(within).count("Essex") > str(apart).count("Essex")
    weights = [[score for score, _ in searcher.search(query, 50, count=False).hits] for query in (within, apart)]
    assert weights[0] == pytest.approx(weights[1])
    assert weights[0]


@pytest.mark.django_db
def test_a_page_of_any_size_is_answered_within_bounds() -> None:
    imported("Welding")
    assert [len(search.search("welding", size=size).versions) for size in (-5, 0, 1, 10**9)] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "ticked", [{}, {"price": ("500-2000",)}, {"price": ("over-10000",)}, {"price": ("free", "2000-5000")}, {"price": ("unstated",)}]
)  # fmt: skip
@pytest.mark.parametrize("most", [0, 100, 1234, 2000, 50_000])
def test_a_limit_finds_what_costs_at_most_that_whatever_is_ticked(
    both: tuple[store.Opened, store.Opened], most: int, ticked: dict[str, tuple[str, ...]]
) -> None:
    expected = sorted(
        one["version"] for one in made(COUNT)
        if one["price_order"] >> TIES <= most * 100 and "weld" in one["every"].split()
        and (not ticked or one["bands"].partition("|")[0] in ticked["price"])
    )  # fmt: skip
    for opened in both:
        found = answer(opened, f"welding under {most} dollars", ticked, "price")
        assert found.close == (not expected)
        if expected:
            pages = range(1, len(expected) // 20 + 2)
            seen = [
                one
                for page in pages
                for one in answer(opened, f"welding under {most} dollars", ticked, "price", page).ids
            ]
            assert sorted(seen[: len(expected)]) == expected


def test_the_best_of_many_are_looked_for_among_short_titles_in_an_index_of_their_own(
    both: tuple[store.Opened, store.Opened], monkeypatch: pytest.MonkeyPatch
) -> None:
    large, plain = both
    assert large.heads is not None
    assert 0 < large.heads.searcher().num_docs < COUNT // 4
    assert plain.heads is None
    monkeypatch.setattr(ranking, "WHOLE", 50)
    monkeypatch.setattr(ranking, "GROUP", 10_000)
    monkeypatch.setattr(ranking, "ENOUGH", 20)
    briefest = sorted(len(one["title"]) for one in made(COUNT) if "weld" in one["title"].split())
    first = answer(large, "welding", {"type": ("certificate",)}, "relevance").ids
    lengths = {one["version"]: len(one["title"]) for one in made(COUNT)}
    assert max(lengths[number] for number in first) <= large.cuts.at["brief"][HEAD - 1]
    assert briefest[0] == lengths[first[0]]
