"""Annex I: eleven mandatory and five optional elements."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.appraisal import ELEMENTS, Description, completeness

FULL = Description(
    title="Reading weld drawings", countries=("US",), awarding_bodies=("Harbour College",), identifies_learner=True, states_date=True,
    outcomes=("Name the symbols of a weld drawing",), workload_hours=Decimal(12), level="EQF 3", assessment="Observed task",
    participation="onsite", quality_assurance="External review", prerequisites="None", supervision="Supervised, identity checked",
    grade="Meets", stackability="Counts towards Practical welding", further_information="https://example.org",
)  # fmt: skip


def test_annex_i_has_eleven_mandatory_and_five_optional_elements() -> None:
    assert [element.key for element in ELEMENTS] == [*map(str, range(1, 12)), "a", "b", "c", "d", "e"]
    assert [element.mandatory for element in ELEMENTS] == [True] * 11 + [False] * 5


def test_a_full_description_lacks_nothing() -> None:
    found = completeness(FULL)
    assert (found.score, found.of, found.missing) == (11, 11, ())


def test_an_empty_description_lacks_everything_and_is_told_what_to_write() -> None:
    found = completeness(Description())
    assert found.score == 0
    assert len(found.missing_mandatory) == 11
    assert len(found.missing_optional) == 5
    assert all(element.write.endswith(".") for element in found.missing)


def test_blank_text_and_empty_names_are_not_statements() -> None:
    found = completeness(Description(title="  ", countries=("",), awarding_bodies=("",), outcomes=(" ",), level=" "))
    assert found.score == 0


def test_no_hours_is_a_statement_and_credits_alone_are_enough() -> None:
    assert completeness(Description(credits=Decimal(2))).stated[0].key == "7"


@pytest.mark.parametrize("place", range(11))
def test_each_mandatory_element_can_be_the_only_one_missing(place: int) -> None:
    empty = Description()
    fields = ("identifies_learner", "title", "countries", "awarding_bodies", "states_date", "outcomes", "workload_hours", "level",
              "assessment", "participation", "quality_assurance")  # fmt: skip
    given_all = {name: getattr(FULL, name) for name in FULL.__dataclass_fields__}
    found = completeness(Description(**given_all | {fields[place]: getattr(empty, fields[place])}))
    assert [element.key for element in found.missing] == [str(place + 1)]
    assert found.score == 10


@given(st.sets(st.sampled_from(sorted(FULL.__dataclass_fields__))), st.sampled_from(sorted(FULL.__dataclass_fields__)))
def test_saying_more_never_lowers_the_score(said: set[str], more: str) -> None:
    values = {name: getattr(FULL, name) for name in said}
    before = completeness(Description(**values))
    after = completeness(Description(**values | {more: getattr(FULL, more)}))
    assert after.score >= before.score
    assert len(after.stated) + len(after.missing) == 16
