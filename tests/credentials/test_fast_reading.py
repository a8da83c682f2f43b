"""Reading compact text fast gives what careful reading gives, and leaves all else to it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st
from tests.credentials.test_parsing import json_values, whole_text

from cairn.credentials import CredentialError, jsontext
from cairn.credentials.jsontext import checked_copy, parse_object, serialise, serialise_plain
from cairn.credentials.linkeddata.canonical import jcs_canonical
from cairn.credentials.multibase import base58, from_base58

any_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=10,
)


def outcome(text: str) -> tuple[str, str]:
    try:
        return "read", repr(parse_object(text))
    except CredentialError as refused:
        return refused.code, refused.message


def carefully(text: str) -> tuple[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsontext, "_read_compact", lambda _: None)
        return outcome(text)


@given(st.dictionaries(st.text(max_size=4), any_values, max_size=4))
def test_any_document_is_read_alike(document: dict[str, Any]) -> None:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    assert outcome(text) == carefully(text)


NUMBERS = (
    "0", "-0", "-0.0", "1.0", "1e2", "1E2", "1e300", "1e-7", "0.1", "0.10", "1e15", "1e16", "999999999999999", "9007199254740991",
    "9007199254740993", "-9007199254740993", "18446744073709551616", "1e999", "5e-324", "01", "+1", ".5", "NaN", "1000000000000000.5",
)  # fmt: skip
SNIPPETS = (
    *NUMBERS,
    '"x"',
    '"\\u0041"',
    '"\\/"',
    '"\\ud800"',
    '"\x7f"',
    '"\x01"',
    "[]",
    "{}",
    '{"a":1,"a":1}',
    "[1, 2]",
    " 1",
)


@given(st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=4))
@example(["-0"])
@example(['{"a":1,"a":1}'])
def test_odd_texts_are_read_alike(snippets: list[str]) -> None:
    text = '{"k":[' + ",".join(snippets) + "]}"
    assert outcome(text) == carefully(text)


@pytest.mark.parametrize("levels", range(55, 70))
@pytest.mark.parametrize("inner", ["1", "[]", '"x"'])
def test_nesting_is_counted_alike(levels: int, inner: str) -> None:
    text = '{"k":' + "[" * levels + inner + "]" * levels + "}"
    assert outcome(text) == carefully(text)
    text = '{"k":' * levels + inner + "}" * levels
    assert outcome(text) == carefully(text)


def test_compact_text_is_really_read_fast_and_nothing_else_is() -> None:
    assert jsontext._read_compact('{"a":[1,2.5,"é",null]}') == {"a": [1, 2.5, "é", None]}
    for text in ('{"a": 1}', '{"a":1,"a":1}', '{"a":1e300}', "[]", "", '{"a":9007199254740993}', '{"a":"\ud800"}'):
        assert jsontext._read_compact(text) is None


@given(st.dictionaries(whole_text, json_values))
def test_plain_values_are_written_alike(document: dict[str, Any]) -> None:
    assert serialise_plain(document, floats=True) == serialise(document)
    text = json.dumps(document, default=str)
    if not any(isinstance(one, float) for one in _scalars(json.loads(text))):
        assert serialise_plain(document, floats=False) == serialise(document)


def _scalars(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        return [found for one in (value.values() if isinstance(value, dict) else value) for found in _scalars(one)]
    return [value]


@given(st.binary(max_size=100))
def test_base58_is_what_dividing_letter_by_letter_gives(data: bytes) -> None:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, letters = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        letters = alphabet[digit] + letters
    expected = "1" * (len(data) - len(data.lstrip(b"\0"))) + letters
    assert base58(data) == expected
    assert from_base58(expected) == data


@given(st.dictionaries(st.text(max_size=4), any_values, max_size=4))
@example({"a": '\x00\x1f\x7f\b\f\n\r\t"\\/é\u2028😀'})
@example({"a": 9007199254740993})
@example({"é": 1, "b": [True, None, {"z": 1, "a": 2}]})
@example({"\U0001f600": 1, "\ufb33": 2})
def test_canonical_json_is_that_of_the_careful_writer(document: dict[str, Any]) -> None:
    try:
        careful: bytes | None = rfc8785.dumps(document)
    except rfc8785.CanonicalizationError:
        careful = None
    try:
        ours: bytes | None = jcs_canonical(document)
    except CredentialError:
        ours = None
    assert ours == careful


class Word(StrEnum):
    ONE = "one"


@given(
    st.dictionaries(
        st.text(max_size=3),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=3)
            | st.sampled_from(
                [UUID(int=1), Word.ONE, date(2026, 3, 1), b"x", (1, 2), orjson.Fragment("1"), Decimal(1)]
            ),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
            max_leaves=6,
        ),
        max_size=3,
    )
)
@example({"a": (1, 2)})
@example({"a": UUID(int=1)})
@example({"a": Word.ONE, "b": [1, 1.0, True, -0.0]})
def test_values_are_copied_alike(document: dict[str, Any]) -> None:
    def copied() -> tuple[str, str]:
        try:
            return "copied", repr(checked_copy(document))
        except CredentialError as refused:
            return refused.code, ""

    short = copied()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsontext, "_read_compact", lambda _: None)
        assert copied() == short
