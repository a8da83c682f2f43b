"""What a build writes for millions is written in the quickest form, and says what the plain form says."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.catalog.factories import imported

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.search.documents import _rows
from cairn.catalog.search.facets import (
    FACETS,
    HOURS,
    PRICES,
    TOGETHER,
    apart,
    as_terms,
    as_values,
    combined,
    hours_band,
    looked_up,
    price_band,
)
from cairn.catalog.search.fields import LAST, TIES, order_of_title, ordered
from cairn.catalog.search.marks import ALL, BANDS, BRIEF, LIMITS, Cuts, beginning, marks_of, within
from cairn.catalog.search.words import LONGEST_WORD, fold, stem, stemmed, words_of

CURRENCIES = ("USD", "EUR", "JPY", "unstated")
prices = st.none() | st.integers(0, 2_000_000) | st.sampled_from([0, 1, 499_99, 500_00, 5000_00, LAST - 1])
falling = st.lists(st.integers(0, 2_000_000 << TIES), max_size=4).map(lambda cuts: tuple(sorted(cuts, reverse=True)))


@given(st.text(max_size=60) | st.text("abcXYZ09 -_./#+'é²ßǅ", max_size=60))
def test_stems_are_those_of_the_words(text: str) -> None:
    folded = fold(text)
    assume(not re.search("[\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]", folded))
    words = re.findall(r"[^\W_]+", folded)
    assert words_of(folded) == words
    assert stemmed(folded) == " ".join(stem(word) if len(word) <= LONGEST_WORD else "" for word in words)


def test_of_chinese_and_japanese_every_two_letters_in_a_row_are_a_word() -> None:
    assert words_of(fold("微积分 II 「上」")) == ["微积", "积分", "ii", "上"]
    assert words_of(fold("Python入門コース")) == ["python", "入門", "門コ", "コー", "ース"]


@given(st.text(max_size=150) | st.text("abcXYZ09 -_./#+'é²ßǅ", max_size=150))
def test_a_title_is_sorted_by_its_small_letters_digits_and_blanks(title: str) -> None:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    assert (
        order_of_title(title)
        == "".join(each for each in plain if each in "abcdefghijklmnopqrstuvwxyz0123456789 ").strip()[:120]
    )


@given(st.integers(-5, LAST + 5), st.integers(1, 2**31))
def test_a_place_in_an_order_says_the_number_that_stands_there(value: int, version: int) -> None:
    assert ordered(value, version) >> TIES == min(max(value, 0), LAST)
    assert ordered(None, version) >> TIES == LAST


@given(prices, prices, st.text("ab 9", max_size=9), st.integers(1, 2**31), st.data())
def test_marks_say_what_an_order_begins_with(
    price: int | None, hours: int | None, title: str, version: int, data: Any
) -> None:
    names = [*ALL, *(within("price", band) for band in PRICES), *(within("hours", band) for band in HOURS)]
    at: dict[str, tuple[Any, ...]] = {}
    for name in data.draw(st.lists(st.sampled_from(names), unique=True)):
        lengths = st.lists(st.integers(0, 9), max_size=3).map(lambda cuts: tuple(sorted(cuts, reverse=True)))
        titles = st.lists(st.text("ab 9", max_size=9), max_size=3).map(lambda cuts: tuple(sorted(cuts, reverse=True)))
        at[name] = data.draw(titles if name == "title" else lengths if name == BRIEF else falling)
    one: dict[str, Any] = {
        "version": version, "title": title, "title_order": title,
        "price_order": ordered(price, version), "hours_order": ordered(hours, version),
        "bands": combined("bands", (price_band(price),), (hours_band(None if hours is None else hours / 100),), ("USD",))[0],
    }  # fmt: skip
    bands = dict(zip(TOGETHER["bands"], one["bands"].split("|"), strict=True))
    expected = set()
    for order in ALL:
        place: Any = len(title) if order == BRIEF else one[f"{order}_order"]
        for name in (order, within(order, bands[order])) if order in BANDS else (order,):
            expected |= {beginning(name, depth) for depth, cut in enumerate(at.get(name, ()), 1) if place <= cut}
        limits = LIMITS.get(order, ())
        expected |= {f"{order}-upto-{limit}" for limit in limits[bisect_left(limits, place >> TIES) if limits else 0 :]}
    cuts = Cuts(1, at)
    marked = [mark for mark in marks_of(one, cuts).split() if not mark.startswith("part-")]
    assert set(marked) == expected
    assert len(marked) == len(expected)
    assert cuts.heads(one) == (beginning(BRIEF, 2) in expected)


@given(st.lists(st.text("ab \t|,é", min_size=1).filter(str.strip), max_size=4), st.data())
def test_values_of_facets_come_back_from_their_terms(values: list[str], data: Any) -> None:
    assert as_values(as_terms(values)) == [" ".join(value.split()) for value in values]
    given_to = [
        {kind.name: tuple(data.draw(st.lists(st.sampled_from(sorted(kind.values or CURRENCIES)), min_size=1, unique=True)))
         for kind in FACETS if kind.values or kind.name == "currency"}
        for _ in range(3)
    ]  # fmt: skip
    for field, names in TOGETHER.items():
        terms = [combined(field, *(one[name] for name in names)) for one in given_to]
        counted = apart(field, Counter(term for term, _ in terms))
        for name in names:
            assert counted[name] == Counter(value for one in given_to for value in one[name])
            for one, (_, marks) in zip(given_to, terms, strict=True):
                assert {looked_up(name, value) for value in one[name]} <= {("mark", mark) for mark in marks.split()}


@pytest.mark.django_db
def test_plain_columns_are_what_the_models_say() -> None:
    for title in ("Welding", "Émigré bookkeeping"):
        imported(title)
    asked = DefinitionVersion.objects.order_by("pk").values_list("pk", "title", "definition__provider_id", "number")
    assert connection.in_atomic_block
    assert _rows(asked) == list(asked)
    assert len(_rows(asked)) == 2
