"""What a result hangs on: one bar for each input, from the result at its low end to the result at its high end, the widest on top."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cairn.look.formatting import whole_money_text
from cairn.look.svg import BOLD, Svg, element, identifier, join, picture, text_width, wrap

type Amount = int | float | Decimal

_LABEL, _SMALL = 14.5, 12.5
_BAR = 22.0


@dataclass(frozen=True, slots=True)
class TornadoBar:
    """One input: its name, its two ends in words, and the result (whole units of money) at each of them."""

    name: str
    low_end: str
    high_end: str
    at_low: Amount
    at_high: Amount


def tornado(
    bars: Sequence[TornadoBar], base: Amount, *, result: str = "the result", currency: str = "USD", width: float = 760, key: str = "tornado"
) -> Svg:  # fmt: skip
    """Draw how far each input moves the result from ``base``, all others as assumed. Raises :class:`ValueError` without bars."""
    if not bars:
        raise ValueError("A drawing of what matters needs at least one input.")
    unique = identifier(f"{key}-{width:g}-{len(bars)}")
    amounts = [float(base), *(float(end) for bar in bars for end in (bar.at_low, bar.at_high))]
    lowest, highest = min(amounts), max(amounts)
    span = (highest - lowest) or 1.0
    left, right = 10.0, width - 10

    def at(amount: Amount) -> float:
        return left + (right - left) * (float(amount) - lowest) / span

    middle = at(base)
    head = 30.0
    drawn: list[Svg] = []
    bottom = head
    for bar in bars:
        row, height = _row(bar, bottom, at, middle, width, currency)
        drawn.append(row)
        bottom += height
    words = f"{_whole(base, currency)} as assumed"
    half = text_width(words, _LABEL * BOLD) / 2
    place = max(half, min(width - half, middle))
    return picture(
        *drawn,
        element("text", words, x=place, y=16, font_size=_LABEL, text_anchor="middle", class_="t-strong"),
        title=f"What {result} hangs on", description=" ".join(tornado_lines(bars, base, result=result, currency=currency)), key=unique,
        width=width, height=bottom, class_="drawing-wages",
    )  # fmt: skip


def tornado_lines(
    bars: Sequence[TornadoBar], base: Amount, *, result: str = "the result", currency: str = "USD"
) -> list[str]:
    """Tell the same in words, one line for each input."""

    def said(amount: Amount) -> str:
        return _whole(amount, currency)

    first = f"As assumed, {result} is {said(base)}."
    return [
        first,
        *(
            f"{bar.name}: {said(bar.at_low)} with {bar.low_end}, {said(bar.at_high)} with {bar.high_end}."
            for bar in bars
        ),
    ]


def _row(
    bar: TornadoBar, top: float, at: Callable[[Amount], float], middle: float, width: float, currency: str
) -> tuple[Svg, float]:
    """One input: its name, its bar with a line where the assumed result is, and both ends in words; and the height it takes."""
    x1, x2 = sorted((at(bar.at_low), at(bar.at_high)))
    ends = [(bar.at_low, bar.low_end), (bar.at_high, bar.high_end)]
    smaller, larger = sorted(ends, key=lambda end: float(end[0]))
    left, right = (f"{_whole(amount, currency)}: {words}" for amount, words in (smaller, larger))
    named = wrap(bar.name, width - 20, _LABEL * BOLD, 1)
    bar_top = top + 20
    line = bar_top + _BAR + 15
    apart = text_width(left, _SMALL) + text_width(right, _SMALL) > width - 36
    second = line + (16 if apart else 0)
    row = join(
        element("text", named[0] if named else "", x=10, y=top + 13, font_size=_LABEL, class_="t-strong"),
        element("rect", x=x1, y=bar_top, width=max(3.0, x2 - x1), height=_BAR, rx=5, class_="bar-soft", stroke_width=2),
        element(
            "line", x1=middle, y1=bar_top - 3, x2=middle, y2=bar_top + _BAR + 3, class_="line-strong", stroke_width=3
        ),
        element("text", left, x=10, y=line, font_size=_SMALL, class_="t-soft"),
        element("text", right, x=width - 10, y=second, font_size=_SMALL, text_anchor="end", class_="t-soft"),
    )
    return row, second + 16 - top


def _whole(amount: Amount, currency: str) -> str:
    """Write an amount without cents: nothing that rests on assumptions is known to the cent."""
    return whole_money_text(Decimal(str(amount)), currency)
