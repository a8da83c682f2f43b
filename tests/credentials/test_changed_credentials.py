"""Whatever is changed in a genuine credential, verification answers, and never calls a changed one verified.

The same changes are driven by coverage in tests/fuzz (`make fuzz`); here by Hypothesis, in every run of the suite.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.oracle import SEEDS, check, said, try_one
from tests.fuzz.seeds import Seed


class Drawn:
    """Choices made by Hypothesis."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def ConsumeIntInRange(self, low: int, high: int) -> int:  # noqa: N802 - the fuzzer's own name
        return self._data.draw(st.integers(low, high))

    def ConsumeUnicodeNoSurrogates(self, count: int) -> str:  # noqa: N802 - the fuzzer's own name
        return self._data.draw(st.text(max_size=count))

    def ConsumeBytes(self, count: int) -> bytes:  # noqa: N802 - the fuzzer's own name
        return self._data.draw(st.binary(max_size=min(count, 64)))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_every_seed_is_verified_to_begin_with(seed: Seed) -> None:
    assert check(seed.data).verdict == "verified"


@settings(max_examples=400)
@given(st.data())
def test_no_change_is_ever_called_verified(data: st.DataObject) -> None:
    try_one(Drawn(data))


def test_what_a_document_says_notices_a_moved_word() -> None:
    document = json.loads(SEEDS[0].data)
    other = json.loads(SEEDS[0].data)
    subject = other["credentialSubject"]
    subject["achievement"]["name"], subject["achievement"]["description"] = (
        subject["achievement"]["description"],
        subject["achievement"]["name"],
    )
    assert said(other) != said(document)
