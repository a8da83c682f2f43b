"""The tags that draw (docs/reference/look.md): ``{% load drawings %}``. Beside each drawing stands its content as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from cairn.look.drawings import (
    GraphStone,
    StackNode,
    TimelineStep,
    TornadoBar,
    graph_lines,
    interval,
    meter,
    plan_graph,
    plan_timeline,
    small_timeline,
    stack,
    tornado,
    tornado_lines,
    wage_range,
    wage_text,
)
from cairn.look.drawings.timeline import step_text

register = template.Library()

# Widths of the two variants of a drawing; the stylesheet shows one of them.
_WIDE, _NARROW = 760, 340


@register.inclusion_tag("look/drawing.html")
def stack_drawing(node: StackNode, caption: Any = "") -> dict[str, Any]:
    """Draw a credential and its parts as a cairn, with the same as a list underneath."""
    return {
        "wide": stack(node, width=_WIDE),
        "narrow": stack(node, width=_NARROW),
        "caption": caption,
        "outline": [node],
    }


@register.inclusion_tag("look/drawing.html")
def plan_drawing(steps: Sequence[TimelineStep], weeks: float, caption: Any = "") -> dict[str, Any]:
    """Draw a plan on a line of weeks, with the same as a list underneath."""
    return {
        "wide": plan_timeline(steps, weeks, width=_WIDE),
        "narrow": plan_timeline(steps, weeks, width=_NARROW),
        "caption": caption,
        "told": [step_text(step) for step in steps],
    }


@register.inclusion_tag("look/drawing.html")
def graph_drawing(stones: Sequence[GraphStone], caption: Any = "", key: str = "graph") -> dict[str, Any]:
    """Draw a plan as a graph of what needs what, with the same as a list underneath."""
    return {
        "wide": plan_graph(stones, width=_WIDE, key=key),
        "narrow": plan_graph(stones, width=_NARROW, key=key),
        "caption": caption,
        "told": graph_lines(stones),
    }


@register.simple_tag
def small_plan_drawing(steps: Sequence[TimelineStep], span: float, key: str = "small") -> str:
    """Draw a plan as bars without words, for plans side by side; ``span`` is the longest of them in weeks."""
    return small_timeline(steps, span, key=key)


@register.inclusion_tag("look/drawing.html")
def wage_drawing(
    wages: Any,
    marker: Any = None,
    marker_label: str = "this one",
    currency: str = "USD",
    caption: Any = "",
    key: str = "wages",
) -> dict[str, Any]:
    """Draw what an occupation pays: ``wages`` has p10, p25, median, p75 and p90, in whole units, ``None`` where not published."""
    p10, p25, median, p75, p90 = (_figure(wages, name) for name in ("p10", "p25", "median", "p75", "p90"))

    def drawn(width: float) -> str:
        return wage_range(p10, p25, median, p75, p90, marker, currency, marker_label=marker_label, width=width, key=key)

    return {
        "wide": drawn(_WIDE),
        "narrow": drawn(_NARROW),
        "caption": caption,
        "told": [wage_text(p10, p25, median, p75, p90, marker, currency, marker_label=marker_label)],
    }


@register.inclusion_tag("look/drawing.html")
def tornado_drawing(
    bars: Sequence[TornadoBar], base: Any, result: str = "the result", currency: str = "USD", caption: Any = "", key: str = "tornado"
) -> dict[str, Any]:  # fmt: skip
    """Draw how far each input moves a result, in whole units of money."""
    return {
        "wide": tornado(bars, base, result=result, currency=currency, width=_WIDE, key=key),
        "narrow": tornado(bars, base, result=result, currency=currency, width=_NARROW, key=key),
        "caption": caption,
        "told": tornado_lines(bars, base, result=result, currency=currency),
    }


@register.simple_tag
def interval_drawing(low: float, high: float, known: float, key: str = "interval") -> str:
    """Draw a score between a lower and an upper bound of 100; ``known`` is the share that is published."""
    return interval(low, high, known, key=key)


@register.simple_tag
def meter_drawing(
    have: float, need: float, label: str = "", have_text: str = "", need_text: str = "", key: str = "meter"
) -> str:
    """Draw the level one has of a skill against the level needed."""
    return meter(have, need, label, have_text=have_text, need_text=need_text, key=key)


def _figure(wages: Any, name: str) -> Any:
    found = wages.get(name) if isinstance(wages, Mapping) else getattr(wages, name, None)
    return None if found == "" else found
