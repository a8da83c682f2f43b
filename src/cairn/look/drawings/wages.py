"""What an occupation pays: the span from the lowest to the highest tenth, as published, with what is missing left open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cairn.look.formatting import money_text
from cairn.look.svg import BOLD, Svg, element, identifier, join, picture, text_width

type Amount = int | float | Decimal
type _Scale = Callable[[float], float]

_LABEL, _SMALL = 14.5, 12.5


@dataclass(frozen=True, slots=True)
class _Label:
    x: float
    amount: str
    words: str

    @property
    def width(self) -> float:
        return max(text_width(self.amount, _LABEL * BOLD), text_width(self.words, _SMALL)) + 12


def wage_range(
    p10: Amount | None,
    p25: Amount | None,
    median: Amount | None,
    p75: Amount | None,
    p90: Amount | None,
    marker: Amount | None = None,
    currency: str = "USD",
    *,
    marker_label: str = "this one",
    period: str = "a year",
    width: float = 760,
    key: str = "wages",
) -> Svg:
    """Draw yearly wages (whole units of ``currency``): a line from p10 to p90, a box from p25 to p75, a bar at the median.

    A figure that is ``None`` was not published and is neither drawn nor guessed; what is missing is said underneath. With nothing
    published at all the drawing says that. ``marker`` is one more amount to compare, named by ``marker_label``.
    """
    figures = [_whole(figure) for figure in (p10, p25, median, p75, p90)]
    mark = _whole(marker)
    known = [figure for figure in [*figures, mark] if figure is not None]
    told = wage_text(p10, p25, median, p75, p90, marker, currency, marker_label=marker_label, period=period)
    unique = identifier(f"{key}-{width:g}")
    title = f"Pay {period}"
    if not known:
        words = element(
            "text", "Pay was not published for this occupation.", x=2, y=24, font_size=_LABEL, class_="t-soft"
        )
        return picture(words, title=title, description=told, key=unique, width=width, height=36, class_="drawing-wages")

    left, right = 16.0, width - 16
    low, high = min(known), max(known)
    span = (high - low) or 1.0

    def at(figure: float) -> float:
        return (left + right) / 2 if high == low else left + (figure - low) / span * (right - left)

    above = []
    if figures[2] is not None:
        above.append(
            _Label(at(figures[2]), money_text(Decimal(str(figures[2])), currency), "half earn more, half less")
        )
    if mark is not None:
        above.append(_Label(at(mark), money_text(Decimal(str(mark)), currency), marker_label))
    below = [
        _Label(at(figure), money_text(Decimal(str(figure)), currency), words)
        for figure, words in zip(
            [figures[1], figures[3], figures[0], figures[4]],
            ["1 in 4 earns less", "1 in 4 earns more", "1 in 10 earns less", "1 in 10 earns more"],
            strict=True,
        )
        if figure is not None
    ]
    top_labels, top_height = _placed(above, width, 0, upward=True)
    axis = top_height + 30.0
    bottom_labels, bottom_height = _placed(below, width, axis + 24, upward=False)
    height = axis + 24 + bottom_height
    missing = _missing(figures)
    if missing:
        bottom_labels = join(
            bottom_labels, element("text", missing, x=2, y=height + 12, font_size=_SMALL, class_="t-soft")
        )
        height += 20
    return picture(
        *_span(figures, at, axis),
        _marker(at(mark), axis) if mark is not None else Svg(),
        top_labels,
        bottom_labels,
        title=title,
        description=told,
        key=unique,
        width=width,
        height=height + 4,
        class_="drawing-wages",
    )


def wage_text(
    p10: Amount | None,
    p25: Amount | None,
    median: Amount | None,
    p75: Amount | None,
    p90: Amount | None,
    marker: Amount | None = None,
    currency: str = "USD",
    *,
    marker_label: str = "this one",
    period: str = "a year",
) -> str:
    """Tell the same in words; a figure that was not published is named as such."""

    def said(figure: Amount | None) -> str:
        return "not published" if figure is None else money_text(Decimal(str(figure)), currency)

    if all(figure is None for figure in (p10, p25, median, p75, p90)):
        told = "Pay was not published for this occupation."
    else:
        told = (
            f"Pay {period}: half earn more than {said(median)}; the lowest tenth less than {said(p10)}, the lowest quarter less than "
            f"{said(p25)}, the highest quarter more than {said(p75)}, the highest tenth more than {said(p90)}."
        )
    return told if marker is None else f"{told} For comparison, {marker_label}: {said(marker)}."


def _whole(figure: Amount | None) -> float | None:
    return None if figure is None else float(figure)


def _span(figures: Sequence[float | None], at: _Scale, axis: float) -> list[Svg]:
    drawn: list[Svg] = []
    p10, p25, median, p75, p90 = figures
    outer = [figure for figure in figures if figure is not None]
    if len(outer) > 1:
        x1, x2 = at(min(outer)), at(max(outer))
        drawn.append(element("line", x1=x1, y1=axis, x2=x2, y2=axis, class_="line-strong", stroke_width=3))
    drawn += [
        element("line", x1=at(end), y1=axis - 9, x2=at(end), y2=axis + 9, class_="line-strong", stroke_width=3)
        for end in (p10, p90)
        if end is not None
    ]
    if p25 is not None and p75 is not None:
        drawn.append(
            element(
                "rect",
                x=at(p25),
                y=axis - 15,
                width=max(2.0, at(p75) - at(p25)),
                height=30,
                rx=9,
                class_="bar-soft",
                stroke_width=2,
            )
        )
    else:
        drawn += [
            element("circle", cx=at(figure), cy=axis, r=6, class_="bar-soft", stroke_width=2)
            for figure in (p25, p75)
            if figure is not None
        ]
    if median is not None:
        drawn.append(element("rect", x=at(median) - 3, y=axis - 21, width=6, height=42, rx=3, class_="bar"))
    return drawn


def _marker(x: float, axis: float) -> Svg:
    return element("path", d=f"M{x:.1f} {axis - 11:.1f}l9 11l-9 11l-9-11z", class_="mark", stroke_width=1.5)


def _placed(labels: Sequence[_Label], width: float, top: float, *, upward: bool) -> tuple[Svg, float]:
    """Give each label the first row in which it touches no other; return them drawn, and the height they take."""
    rows: list[list[tuple[float, float]]] = []
    homes: list[tuple[_Label, float, int]] = []
    for label in labels:
        x = max(label.width / 2, min(width - label.width / 2, label.x))
        start, end = x - label.width / 2, x + label.width / 2
        row = next(
            (index for index, taken in enumerate(rows) if all(end <= a or start >= b for a, b in taken)), len(rows)
        )
        if row == len(rows):
            rows.append([])
        rows[row].append((start, end))
        homes.append((label, x, row))
    row_height = 40.0
    height = row_height * len(rows)
    drawn: list[Svg] = []
    for label, x, row in homes:
        y = top + (len(rows) - 1 - row if upward else row) * row_height
        drawn.append(
            element("text", label.amount, x=x, y=y + 17, font_size=_LABEL, text_anchor="middle", class_="t-strong")
        )
        drawn.append(
            element("text", label.words, x=x, y=y + 33, font_size=_SMALL, text_anchor="middle", class_="t-soft")
        )
    return join(*drawn), height


def _missing(figures: Sequence[float | None]) -> str:
    names = ["lowest tenth", "lowest quarter", "middle", "highest quarter", "highest tenth"]
    absent = [name for name, figure in zip(names, figures, strict=True) if figure is None]
    return f"Not published: {', '.join(absent)}." if absent else ""
