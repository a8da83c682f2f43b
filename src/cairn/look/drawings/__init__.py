"""Drawings: plain values in, SVG out, with a telling of the same in words.

Inline drawings take their colours from the stylesheet by class names, so they follow the theme; :func:`badge_image` stands alone and
carries its own. Everything that comes from outside is escaped (:mod:`cairn.look.svg`).
"""

from cairn.look.drawings.badge import badge_image
from cairn.look.drawings.bars import interval, interval_text, meter, meter_text
from cairn.look.drawings.graph import GraphStone, graph_lines, plan_graph
from cairn.look.drawings.stack import StackNode, stack, stack_text
from cairn.look.drawings.timeline import TimelineStep, plan_timeline, small_timeline, timeline_text
from cairn.look.drawings.tornado import TornadoBar, tornado, tornado_lines
from cairn.look.drawings.wages import wage_range, wage_text

__all__ = [
    "GraphStone",
    "StackNode",
    "TimelineStep",
    "TornadoBar",
    "badge_image",
    "graph_lines",
    "interval",
    "interval_text",
    "meter",
    "meter_text",
    "plan_graph",
    "plan_timeline",
    "small_timeline",
    "stack",
    "stack_text",
    "timeline_text",
    "tornado",
    "tornado_lines",
    "wage_range",
    "wage_text",
]
