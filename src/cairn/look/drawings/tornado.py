"""What a result hangs on: one bar for each input, from the result at its low end to the result at its high end, the widest on top."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cairn.look.formatting import money_text
from cairn.look.svg import BOLD, Svg, element, identifier, join, picture, text_width, wrap

type Amount = int | float | Decimal

_LABEL, _SMALL = 14.5, 12.5
_BAR, _ROW = 22.0, 74.0


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
    rows = [_row(bar, head + index * _ROW, at, width, currency) for index, bar in enumerate(bars)]
    bottom = head + _ROW * len(bars)
    words = f"{money_text(Decimal(str(base)), currency)} as assumed"
    half = text_width(words, _LABEL * BOLD) / 2
    place = max(half, min(width - half, middle))
    return picture(
        element("line", x1=middle, y1=head - 6, x2=middle, y2=bottom - 4, class_="line-strong", stroke_width=2, stroke_dasharray="4 4"),
        *rows,
        element("text", words, x=place, y=16, font_size=_LABEL, text_anchor="middle", class_="t-strong"),
        title=f"What {result} hangs on", description=" ".join(tornado_lines(bars, base, result=result, currency=currency)), key=unique,
        width=width, height=bottom, class_="drawing-wages",
    )  # fmt: skip


def tornado_lines(
    bars: Sequence[TornadoBar], base: Amount, *, result: str = "the result", currency: str = "USD"
) -> list[str]:
    """Tell the same in words, one line for each input."""

    def said(amount: Amount) -> str:
        return money_text(Decimal(str(amount)), currency)

    first = f"As assumed, {result} is {said(base)}."
    return [
        first,
        *(
            f"{bar.name}: {said(bar.at_low)} with {bar.low_end}, {said(bar.at_high)} with {bar.high_end}."
            for bar in bars
        ),
    ]


def _row(bar: TornadoBar, top: float, at: Callable[[Amount], float], width: float, currency: str) -> Svg:
    x1, x2 = sorted((at(bar.at_low), at(bar.at_high)))
    rising = float(bar.at_high) >= float(bar.at_low)
    ends = [(bar.low_end, bar.at_low), (bar.high_end, bar.at_high)]
    smaller, larger = ends if rising else ends[::-1]
    named = wrap(bar.name, width, _LABEL * BOLD, 1)
    left, right = (f"{money_text(Decimal(str(amount)), currency)}: {words}" for words, amount in (smaller, larger))
    bar_top = top + 20
    return join(
        element("text", named[0] if named else "", x=10, y=top + 13, font_size=_LABEL, class_="t-strong"),
        element("rect", x=x1, y=bar_top, width=max(3.0, x2 - x1), height=_BAR, rx=5, class_="bar-soft", stroke_width=2),
        element("text", left, x=10, y=bar_top + _BAR + 15, font_size=_SMALL, class_="t-soft"),
        element(
            "text", right, x=width - 10, y=bar_top + _BAR + 15, font_size=_SMALL, text_anchor="end", class_="t-soft"
        ),
    )
