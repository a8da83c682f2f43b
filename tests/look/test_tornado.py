"""The drawing of what a result hangs on: sizes as they are, words beside them, and nothing of a stranger's that is not escaped."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from cairn.look.drawings import TornadoBar, tornado, tornado_lines

BARS = [
    TornadoBar("How likely it is completed", "30%", "90%", Decimal("40650.33"), Decimal("13550.11")),
    TornadoBar("Interest", "1%", "8%", Decimal("19257.64"), Decimal("23085.24")),
]
BASE = Decimal("20325.16")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("width", [340.0, 760.0])
def test_bars_are_as_long_as_what_they_move(width: float) -> None:
    drawn = ET.fromstring(tornado(BARS, BASE, width=width))  # noqa: S314 - written by us just now
    wide, narrow = (float(bar.get("width", "0")) for bar in drawn.iter(f"{SVG}rect"))
    assert wide / narrow == pytest.approx((40650.33 - 13550.11) / (23085.24 - 19257.64), rel=0.01)
    for bar in drawn.iter(f"{SVG}rect"):
        assert 0 <= float(bar.get("x", "0")) <= float(bar.get("x", "0")) + float(bar.get("width", "0")) <= width


def test_the_smaller_result_stands_left_whichever_end_brings_it() -> None:
    texts = [text.text for text in ET.fromstring(tornado(BARS, BASE)).iter(f"{SVG}text")]  # noqa: S314 - as above
    assert texts.index("$13,550: 90%") < texts.index("$40,650: 30%")


def test_the_same_is_told_in_words() -> None:
    assert tornado_lines(BARS, BASE, result="the break-even") == [
        "As assumed, the break-even is $20,325.",
        "How likely it is completed: $40,650 with 30%, $13,550 with 90%.",
        "Interest: $19,258 with 1%, $23,085 with 8%.",
    ]
    assert tornado_lines(BARS, BASE)[1] in tornado(BARS, BASE)


def test_strange_names_are_escaped_and_stay_inside() -> None:
    strange = TornadoBar("<script>" * 40, "<b>", "&", 1, 2)
    drawn = tornado([strange], 1, width=340)
    assert "<script>" not in drawn
    ET.fromstring(drawn)  # noqa: S314 - as above


def test_inputs_that_move_nothing_are_still_drawn_and_none_at_all_is_refused() -> None:
    assert "<rect" in tornado([TornadoBar("Still", "a", "b", 5, 5)], 5)
    with pytest.raises(ValueError, match="at least one"):
        tornado([], 1)
