"""A plan as a graph: its steps as stones, and an arrow from each step to those that need it. Read from the top down.

Each stone stands in a row below everything it needs. What a person brings stands on top, the goal at the bottom. A step that a stack
grants by itself is a flat slab, as in the drawing of a stack.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cairn.look.drawings.stones import stone_path
from cairn.look.svg import BOLD, Svg, element, identifier, join, picture, wrap

Kind = Literal["start", "step", "granted", "goal"]

_LABEL, _SMALL = 14.0, 12.5
_LINE, _SMALL_LINE = 18.0, 16.0
_LEAST, _WIDEST = 150.0, 250.0
_ACROSS, _DOWN = 16.0, 42.0  # between stones beside and below each other
_PAD = 13.0
_LANE = 16.0  # at either edge, where an arrow goes past a row


@dataclass(frozen=True, slots=True)
class GraphStone:
    """One stone: ``needs`` are the ids of the stones it builds on; ``detail`` is a short line such as what it brings."""

    id: str
    label: str
    detail: str = ""
    kind: Kind = "step"
    needs: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Placed:
    stone: GraphStone
    row: int
    x: float
    y: float
    width: float
    height: float
    label: list[str]
    detail: list[str]


def plan_graph(stones: Sequence[GraphStone], *, width: float = 760, key: str = "graph") -> Svg:
    """Draw the stones ``width`` units wide.

    Raises :class:`ValueError` for no stones, two of one id, a need that no stone has, and stones that need each other in a circle.
    """
    rows = _rows(stones, width)
    at = {stone.id: number for number, row in enumerate(rows) for stone in row}
    skips = any(at[stone.id] - at[need] > 1 for stone in stones for need in stone.needs)
    within = width - 4 - (2 * _LANE if skips else 0)
    placed: dict[str, _Placed] = {}
    y = 8.0
    for number, row in enumerate(rows):
        room = min(_WIDEST, (within - _ACROSS * (len(row) - 1)) / len(row))
        measured = [(stone, *_words(stone, room - 2 * _PAD)) for stone in row]
        height = max(_height(label, detail) for _, label, detail in measured)
        x = (width - room * len(row) - _ACROSS * (len(row) - 1)) / 2
        for stone, label, detail in measured:
            placed[stone.id] = _Placed(stone, number, x, y, room, height, label, detail)
            x += room + _ACROSS
        y += height + _DOWN
    arrows = [_arrow(placed[need], one, width) for one in placed.values() for need in one.stone.needs]
    return picture(
        *arrows,
        *[_drawn(one) for one in placed.values()],
        title="The plan as a graph: what needs what",
        description=" ".join(f"{line}." for line in graph_lines(stones)),
        key=identifier(f"{key}-{width:g}"),
        width=width,
        height=y - _DOWN + 12,
        class_="drawing-graph",
    )


def graph_lines(stones: Sequence[GraphStone]) -> list[str]:
    """Tell the graph in words, a line for each stone."""
    labels = {stone.id: stone.label for stone in stones}
    told = []
    for stone in stones:
        after = [labels[need] for need in stone.needs if need in labels]
        line = stone.label
        if stone.kind == "granted":
            line += ": granted by itself"
        if after:
            line += f"{',' if stone.kind == 'granted' else ':'} after {_listed(after)}"
        if stone.detail:
            line += f"; {stone.detail[0].lower()}{stone.detail[1:]}"
        told.append(line)
    return told


def _rows(stones: Sequence[GraphStone], width: float) -> list[list[GraphStone]]:
    """Put each stone below all that it needs, as many beside each other as can be read."""
    if not stones:
        raise ValueError("a plan without steps has no graph: say in words that nothing is needed")
    if len({stone.id for stone in stones}) < len(stones):
        raise ValueError("two stones of a graph have one id")
    depth: dict[str, int] = {}
    waiting = list(stones)
    known = {stone.id for stone in stones}
    for stone in stones:
        if missing := [need for need in stone.needs if need not in known]:
            raise ValueError(f"{stone.label!r} needs {missing[0]!r}, which is not in the graph")
    while waiting:
        ready = [stone for stone in waiting if all(need in depth for need in stone.needs)]
        if not ready:
            raise ValueError(f"{waiting[0].label!r} needs itself in the end")
        for stone in ready:
            depth[stone.id] = 1 + max((depth[need] for need in stone.needs), default=-1)
        waiting = [stone for stone in waiting if stone.id not in depth]
    most = max(1, int((width + _ACROSS) // (_LEAST + _ACROSS)))
    rows: list[list[GraphStone]] = []
    for level in range(max(depth.values()) + 1):
        beside = [stone for stone in stones if depth[stone.id] == level]
        count = -(-len(beside) // most)
        share = -(-len(beside) // count)
        rows += [beside[at : at + share] for at in range(0, len(beside), share)]
    return rows


def _words(stone: GraphStone, room: float) -> tuple[list[str], list[str]]:
    detail = wrap(stone.detail, room, _SMALL, 3) if stone.detail else []
    return wrap(stone.label, room, _LABEL * BOLD, 4), detail


def _height(label: list[str], detail: list[str]) -> float:
    return len(label) * _LINE + len(detail) * _SMALL_LINE + 2 * _PAD


def _drawn(one: _Placed) -> Svg:
    middle = one.x + one.width / 2
    line = one.y + (one.height - len(one.label) * _LINE - len(one.detail) * _SMALL_LINE) / 2 + 14
    on = one.stone.kind == "goal"
    shape: Svg
    if one.stone.kind == "granted":
        shape = element(
            "rect", x=one.x, y=one.y, width=one.width, height=one.height, rx=min(one.height / 2, 20), class_="slab"
        )
    else:
        fill = {"start": "track", "step": "bar-soft", "goal": "bar"}[one.stone.kind]
        outline = stone_path(one.x, one.y, one.width, one.height, one.stone.id)
        shape = element("path", d=outline, class_=fill)
    strong, soft = ("t-strong t-on", "t-on") if on else ("t-strong", None)
    return join(
        shape,
        *[_text(text, middle, line + at * _LINE, _LABEL, strong) for at, text in enumerate(one.label)],
        *[
            _text(text, middle, line + len(one.label) * _LINE + at * _SMALL_LINE, _SMALL, soft)
            for at, text in enumerate(one.detail)
        ],
    )


def _text(text: str, x: float, y: float, size: float, class_: str | None) -> Svg:
    return element("text", text, x=x, y=y, font_size=size, text_anchor="middle", class_=class_)


def _arrow(start: _Placed, end: _Placed, width: float) -> Svg:
    """An arrow from one stone down to another; past the rows between them it goes along the edge, so that it touches no other stone."""
    x1, y1 = start.x + start.width / 2, start.y + start.height
    x2, y2 = end.x + end.width / 2, end.y - 4
    if end.row - start.row > 1:
        lane = _LANE / 2 if x1 + x2 < width else width - _LANE / 2
        aside, back = y1 + _DOWN / 2, y2 - _DOWN / 2
        line = (
            f"M{x1:.1f} {y1:.1f}C{x1:.1f} {aside:.1f} {lane:.1f} {y1:.1f} {lane:.1f} {y1 + _DOWN:.1f}V{y2 - _DOWN:.1f}"
            f"C{lane:.1f} {y2:.1f} {x2:.1f} {back:.1f} {x2:.1f} {y2:.1f}"
        )
    else:
        bend = max(18.0, (y2 - y1) / 2)
        line = f"M{x1:.1f} {y1:.1f}C{x1:.1f} {y1 + bend:.1f} {x2:.1f} {y2 - bend:.1f} {x2:.1f} {y2:.1f}"
    head = f"M{x2 - 5:.1f} {y2 - 8:.1f}L{x2:.1f} {y2:.1f}L{x2 + 5:.1f} {y2 - 8:.1f}"
    return element("path", d=f"{line}{head}", class_="line-strong", stroke_width=1.75)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
