"""A plan on a line of weeks: what is learnt when, how much work and money it takes, and which gaps it closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cairn.look.drawings.stones import stone_path
from cairn.look.formatting import hours_text
from cairn.look.svg import BOLD, Svg, element, identifier, join, picture, text_width, wrap

_LABEL, _SMALL = 14.5, 12.75
_TICKS = (1, 2, 4, 8, 13, 26, 52, 104)


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One part of a plan.

    ``start_week`` and ``end_week`` count weeks from the plan's beginning: 0 to 3 are its first three weeks. ``hours`` is the workload,
    ``None`` where it is not stated; ``closes`` names the skills the step brings.
    """

    label: str
    start_week: float
    end_week: float
    hours: float | None
    cost_text: str
    closes: Sequence[str] = ()


def plan_timeline(steps: Sequence[TimelineStep], weeks: float, *, width: float = 760, key: str = "plan") -> Svg:
    """Draw the steps of a plan ``weeks`` long, one row each. Below 560 units of width the words stand above the bars.

    Raises :class:`ValueError` for an empty plan, a plan without length, or a step that ends before it starts or after the plan.
    """
    _check(steps, weeks)
    unique = identifier(f"{key}-{width:g}")
    beside = width >= 560
    left = 250.0 if beside else 8.0
    right = width - 14
    scale = (right - left) / weeks
    top = 30.0
    y = top + 8
    rows: list[Svg] = []
    for step in steps:
        row, height = _row(step, left, y, scale, right, beside)
        rows.append(row)
        y += height
    height = y + 4
    return picture(
        _weeks(weeks, left, scale, top, height),
        *rows,
        title=f"A plan of {_weeks_text(weeks)}",
        description=timeline_text(steps, weeks),
        key=unique,
        width=width,
        height=height,
        class_="drawing-plan",
    )


def small_timeline(steps: Sequence[TimelineStep], span: float, *, width: float = 168, key: str = "small") -> Svg:
    """Draw the steps as bars without words on a line of ``span`` weeks, for plans side by side: a row for each step.

    Raises :class:`ValueError` where a step ends after ``span``, and as :func:`plan_timeline`.
    """
    _check(steps, span)
    row = 11.0 if len(steps) <= 6 else max(4.0, 66 / len(steps))
    height = row * len(steps) + 6
    scale = (width - 4) / span
    bars = [
        element(
            "rect",
            x=2 + step.start_week * scale,
            y=3 + place * row,
            width=max(3.0, (step.end_week - step.start_week) * scale),
            height=max(2.5, row - 3),
            rx=3,
            class_="bar",
        )
        for place, step in enumerate(steps)
    ]
    ends = max(step.end_week for step in steps)
    return picture(
        element("line", x1=2, y1=height - 1, x2=width - 2, y2=height - 1, class_="line", stroke_width=1),
        *bars,
        title=f"{len(steps)} {'step' if len(steps) == 1 else 'steps'} over {_weeks_text(ends)}",
        description=" ".join(f"{step_text(step)}." for step in steps),
        key=identifier(f"{key}-{width:g}"),
        width=width,
        height=height,
        class_="drawing-small-plan",
    )


def timeline_text(steps: Sequence[TimelineStep], weeks: float) -> str:
    """Tell the plan in words."""
    return f"{_weeks_text(weeks)} in all. " + " ".join(f"{step_text(step)}." for step in steps)


def step_text(step: TimelineStep) -> str:
    """Tell one step in words."""
    closes = f"; brings {', '.join(step.closes)}" if step.closes else ""
    return f"{_when(step)}: {step.label}, {_amounts(step)}{closes}"


def _check(steps: Sequence[TimelineStep], weeks: float) -> None:
    if not steps:
        raise ValueError(
            "a plan without steps cannot be drawn: say in words that nothing is needed, or that no plan was found"
        )
    if weeks <= 0:
        raise ValueError(f"a plan must last some weeks, not {weeks}")
    for step in steps:
        if not 0 <= step.start_week <= step.end_week <= weeks:
            raise ValueError(
                f"{step.label!r} runs from week {step.start_week} to {step.end_week}, outside the plan of {weeks} weeks"
            )


def _row(step: TimelineStep, left: float, y: float, scale: float, right: float, beside: bool) -> tuple[Svg, float]:
    words = left - 20 if beside else right - left
    label = wrap(step.label, words, _LABEL * BOLD, 3)
    amounts = _amounts(step)
    text_x = 2.0 if beside else left
    drawn = [
        element("text", line, x=text_x, y=y + 16 + index * 18, font_size=_LABEL, class_="t-strong")
        for index, line in enumerate(label)
    ]
    below = y + 16 + len(label) * 18
    drawn.append(element("text", amounts, x=text_x, y=below, font_size=_SMALL, class_="t-soft"))
    bar_y = y + 5 if beside else below + 9
    start = left + step.start_week * scale
    length = max(10.0, (step.end_week - step.start_week) * scale)
    start = min(start, right - length)
    drawn.append(element("path", d=stone_path(start, bar_y, length, 24, step.label), class_="bar"))
    when = _when(step)
    if text_width(when, _SMALL) + 20 <= length:
        drawn.append(
            element(
                "text",
                when,
                x=start + length / 2,
                y=bar_y + 16.5,
                font_size=_SMALL,
                text_anchor="middle",
                class_="t-on",
            )
        )
    closes = wrap("Brings " + ", ".join(step.closes), right - left, _SMALL, 2) if step.closes else []
    widest = max((text_width(line, _SMALL) for line in closes), default=0.0)
    closes_x = max(left, min(start, right - widest))
    drawn += [
        element("text", line, x=closes_x, y=bar_y + 41 + index * 16.5, font_size=_SMALL)
        for index, line in enumerate(closes)
    ]
    bottom = max(below, bar_y + 24 + len(closes) * 16.5)
    return join(*drawn), bottom - y + 20


def _weeks(weeks: float, left: float, scale: float, top: float, height: float) -> Svg:
    """Draw the line of weeks with as many marks as stay apart."""
    every = next((tick for tick in _TICKS if tick * scale >= 66), _TICKS[-1])
    marks: list[Svg] = []
    week = 0
    while week <= weeks:
        x = left + week * scale
        marks.append(element("line", x1=x, y1=top, x2=x, y2=height, class_="line", stroke_width=1))
        if week * scale + 50 <= weeks * scale + 14:
            name = f"week {week}" if week else "start"
            marks.append(element("text", name, x=x, y=top - 10, font_size=_SMALL, class_="t-soft"))
        week += every
    return join(*marks)


def _when(step: TimelineStep) -> str:
    first, last = int(step.start_week) + 1, max(int(step.start_week) + 1, -(-int(step.end_week * 100) // 100))
    return f"week {first}" if first == last else f"weeks {first} to {last}"


def _amounts(step: TimelineStep) -> str:
    hours = "hours not stated" if step.hours is None else hours_text(step.hours)
    return f"{hours} · {step.cost_text or 'cost not stated'}"


def _weeks_text(weeks: float) -> str:
    whole = round(weeks)
    return "1 week" if whole == 1 else f"{whole} weeks"
