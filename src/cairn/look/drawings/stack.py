"""A credential and what it is made of, drawn as a cairn: the goal on top, resting on its parts.

Three things tell each stone's state, so that none depends on seeing colour: its fill (full, hatched at the foot, hollow with a broken
outline), its sign (tick, half circle, empty circle) and its words. A flat slab between stones says how its parts count: all of them,
any two of three, so many credits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from cairn.look.drawings.stones import stone_path
from cairn.look.svg import BOLD, Svg, element, identifier, join, picture, text_width, wrap

State = Literal["met", "partly", "not"]

Mark = Literal["", "next", "questioned", "expired"]

STATE_WORDS: dict[State, str] = {"met": "done", "partly": "under way", "not": "missing"}
MARK_WORDS: dict[Mark, str] = {"": "", "next": "next", "questioned": "looked into", "expired": "ran out"}
"""What a mark says beside the state, for what is not done: it is the next step, a person looks at it, or it was done and ran out."""
GROUP_KINDS = frozenset({"all", "any", "credits", "group"})

_LABEL, _SMALL, _SLAB = 14.5, 12.75, 13.25  # type sizes
_LINE, _SMALL_LINE = 18.5, 16.5  # line heights
_PAD = 17.0  # between a stone's edge and its words
_GAP = 9.0  # between stones
_LEAST = 136.0  # the narrowest stone that still reads
_LEAST_WITH_PARTS = 230.0  # the narrowest a stone with parts of its own may get before it moves to a line for itself
_WIDEST_PART, _WIDEST_HEAD = 330.0, 400.0


@dataclass(frozen=True, slots=True)
class StackNode:
    """One stone or slab of a stack.

    ``kind`` is a credential type ("badge", "certificate", "programme", "industry"), a group ("all", "any", "credits", "group": drawn
    as a slab) or any other word ("project", "hours": drawn as a stone). ``detail`` is a short line such as "2 of 3". ``have`` and
    ``need``, when given, are drawn as a bar. ``href`` makes the node a link; anything but a path or a web address is refused. ``note``
    is a second short line: what counts there. ``mark`` says more of what is not done (:data:`MARK_WORDS`).
    """

    id: str
    label: str
    kind: str
    state: State
    detail: str = ""
    children: Sequence[StackNode] = ()
    href: str | None = None
    have: float | None = None
    need: float | None = None
    note: str = ""
    mark: Mark = ""

    def __post_init__(self) -> None:
        if self.href is not None and not self.href.startswith(("/", "#", "?", "https://", "http://")):
            raise ValueError(f"a stone can lead to a path or a web address, not to {self.href!r}")

    @property
    def is_group(self) -> bool:
        """Say whether this is a slab that counts its parts, and not a thing one earns."""
        return self.kind in GROUP_KINDS

    @property
    def state_word(self) -> str:
        """The state as the drawing words it, with its mark."""
        return f"{STATE_WORDS[self.state]}, {MARK_WORDS[self.mark]}" if self.mark else STATE_WORDS[self.state]


def stack(node: StackNode, *, width: float = 760, key: str = "") -> Svg:
    """Draw ``node`` and its parts as a cairn ``width`` units wide (340 reads well on a phone).

    ``key`` keeps the ids of several drawings on one page apart; by default it comes from the node's id and the width.
    """
    unique = identifier(f"{key or node.id}-{width:g}")
    margin, ground = 6.0, 16.0
    block = _measure(node, width - 2 * margin, depth=0)
    height = block.height + margin + ground
    drawn = block.draw(margin, margin, block.height, unique)
    return picture(
        element("defs", _hatching(unique)),
        element("ellipse", cx=width / 2, cy=height - 9, rx=width / 2 - 2, ry=8, class_="ground"),
        drawn,
        title=f"{node.label}: {node.state_word}",
        description=stack_text(node),
        key=unique,
        width=width,
        height=height,
        class_="drawing-stack",
        has_links=_has_links(node),
    )


def stack_text(node: StackNode) -> str:
    """Tell the whole stack in words, for those who do not see the picture."""
    said = f"{node.label}: {node.state_word}"
    if node.detail:
        said += f", {node.detail}"
    if node.note:
        said += f", {node.note}"
    if node.children:
        joint = " Made of: " if not node.is_group else " They are: "
        return f"{said}.{joint}" + " ".join(stack_text(child) for child in node.children)
    return f"{said}."


# --- measuring: each block knows its least height and how to draw itself at a place -------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Block:
    """Something with a size: ``draw(x, y, height, key)`` draws it at a place, stretched to ``height``."""

    height: float
    draw: Callable[[float, float, float, str], Svg]


def _measure(node: StackNode, width: float, depth: int) -> _Block:
    if node.is_group and node.children:
        head = _slab(node, width)
    else:
        head = _stone(node, min(width, _WIDEST_HEAD if node.children else _WIDEST_PART), width)
    if not node.children:
        return head
    body = _arrange(node.children, width, depth + 1)
    gap = 3.0 if not node.is_group else 6.0
    least = head.height + gap + body.height

    def draw(x: float, y: float, height: float, key: str) -> Svg:
        return join(
            head.draw(x, y, head.height, key),
            body.draw(x, y + head.height + gap, max(body.height, height - head.height - gap), key),
        )

    return _Block(least, draw)


def _arrange(nodes: Sequence[StackNode], width: float, depth: int) -> _Block:
    """Lay parts beside each other where each can still be read, else in rows, the shorter row on top as in any cairn."""
    per_row = max(1, int((width + _GAP) // (_LEAST + _GAP)))
    needed = sum(_LEAST_WITH_PARTS if node.children else _LEAST for node in nodes) + _GAP * (len(nodes) - 1)
    if len(nodes) == 1 or needed <= width:
        return _row(nodes, width, depth)
    if not any(node.children for node in nodes):
        rows = -(-len(nodes) // per_row)
        short, longer = divmod(len(nodes), rows)
        sizes = [short] * (rows - longer) + [short + 1] * longer
        starts = [sum(sizes[:index]) for index in range(rows)]
        blocks = [
            _row(nodes[start : start + size], width, depth, sizes[-1])
            for start, size in zip(starts, sizes, strict=True)
        ]
    else:
        blocks = [_boxed(node, width, depth) for node in nodes]
    return _column(blocks)


def _row(nodes: Sequence[StackNode], width: float, depth: int, among: int = 0) -> _Block:
    """Stones beside each other; where longer rows have ``among``, no wider than in these, so that one alone is not taken for a head."""
    alike = [(width - _GAP * (among - 1)) / among] * len(nodes) if among > len(nodes) else None
    shares = alike or _widths(nodes, width - _GAP * (len(nodes) - 1))
    aside = max(0.0, width - sum(shares) - _GAP * (len(nodes) - 1)) / 2
    blocks = [_measure(node, share, depth) for node, share in zip(nodes, shares, strict=True)]
    least = max(block.height for block in blocks)

    def draw(x: float, y: float, height: float, key: str) -> Svg:
        drawn = []
        x += aside
        for block, share in zip(blocks, shares, strict=True):
            drawn.append(block.draw(x, y, height, key))
            x += share + _GAP
        return join(*drawn)

    return _Block(least, draw)


def _widths(nodes: Sequence[StackNode], room: float) -> list[float]:
    """Give each its least, and share out what is left by the number of stones underneath."""
    least = [_LEAST_WITH_PARTS if node.children else _LEAST for node in nodes]
    if sum(least) > room:
        return [room / len(nodes)] * len(nodes)
    weights = [_leaves(node) ** 1.5 for node in nodes]
    spare = room - sum(least)
    return [least_one + spare * weight / sum(weights) for least_one, weight in zip(least, weights, strict=True)]


def _column(blocks: Sequence[_Block]) -> _Block:
    least = sum(block.height for block in blocks) + _GAP * (len(blocks) - 1)

    def draw(x: float, y: float, height: float, key: str) -> Svg:
        drawn = []
        extra = max(0.0, height - least) / len(blocks)
        for block in blocks:
            drawn.append(block.draw(x, y, block.height + extra, key))
            y += block.height + extra + _GAP
        return join(*drawn)

    return _Block(least, draw)


def _boxed(node: StackNode, width: float, depth: int) -> _Block:
    """In a column, put a part that has parts of its own into a tray, so that one sees what belongs to it."""
    if not node.children:
        return _measure(node, width, depth)
    inset = 8.0 if width > _LEAST + 30 else 3.0
    inner = _measure(node, width - 2 * inset, depth)

    def draw(x: float, y: float, height: float, key: str) -> Svg:
        tray = element("rect", x=x, y=y, width=width, height=height, rx=16, class_="ground line")
        return join(tray, inner.draw(x + inset, y + inset, height - 2 * inset, key))

    return _Block(inner.height + 2 * inset, draw)


# --- drawing one stone, one slab ----------------------------------------------------------------------------------------------------


def _stone(node: StackNode, width: float, room: float) -> _Block:
    words = width - 2 * _PAD
    label = wrap(node.label, words, _LABEL * BOLD, 4)
    detail = [*wrap(node.detail, words, _SMALL, 2), *wrap(node.note, words, _SMALL, 2)]
    bar = 15.0 if node.need else 0.0
    inside = len(label) * _LINE + (len(detail) + 1) * _SMALL_LINE + bar
    least = inside + 27

    def draw(x: float, y: float, height: float, key: str) -> Svg:
        x += (room - width) / 2
        outline = stone_path(x, y, width, height, node.id)
        own = identifier(f"{key}-{node.id}-{x:g}-{y:g}")
        text_class = "stone-met-text" if node.state == "met" else None
        middle = x + width / 2
        line = y + (height - inside) / 2 + _LABEL
        parts: list[Svg] = [element("path", d=outline, class_=f"stone stone-{node.state}")]
        if node.state == "partly":
            parts.append(element("clipPath", element("path", d=outline), id=own))
            parts.append(
                element(
                    "rect",
                    x=x,
                    y=y + height - 11,
                    width=width,
                    height=14,
                    fill=f"url(#{key}-hatch)",
                    clip_path=f"url(#{own})",
                )
            )
        lines = [_words(text, middle, line + index * _LINE, _LABEL, "t-strong") for index, text in enumerate(label)]
        line += len(label) * _LINE
        lines.append(_state_line(node, middle, line))
        lines += [
            _words(text, middle, line + (index + 1) * _SMALL_LINE, _SMALL, None if node.state == "met" else "t-soft")
            for index, text in enumerate(detail)
        ]
        line += (len(detail) + 1) * _SMALL_LINE
        parts.append(element("g", *lines, class_=text_class))
        if node.need:
            parts.append(_bar(node, x + _PAD + 8, line - 9, width - 2 * _PAD - 16))
        return _linked(node, join(*parts))

    return _Block(least, draw)


def _slab(node: StackNode, width: float) -> _Block:
    words = width - 2 * _PAD - 22
    said = f"{node.label} · {node.detail}" if node.detail else node.label
    label = [said]
    if text_width(said, _SLAB * BOLD) > words:
        label = [*wrap(node.label, words, _SLAB * BOLD, 2), *wrap(node.detail, words, _SLAB * BOLD, 2)]
    bar = 14.0 if node.need else 0.0
    least = len(label) * _SMALL_LINE + 15 + bar

    def draw(x: float, y: float, height: float, key: str) -> Svg:
        widest = max(text_width(text, _SLAB * BOLD) for text in label) if label else 0.0
        left = x + (width - widest - 22) / 2
        first = y + 8 + _SMALL
        parts = [
            element("rect", x=x + 1, y=y, width=width - 2, height=height, rx=min(height / 2, 15), class_="slab"),
            _sign(node.state, left, first - 12, "", node.mark),
            *[
                element("text", text, x=left + 22, y=first + index * _SMALL_LINE, font_size=_SLAB, class_="t-strong")
                for index, text in enumerate(label)
            ],
        ]
        if node.need:
            parts.append(_bar(node, x + _PAD, y + height - 17, width - 2 * _PAD))
        return _linked(node, join(*parts))

    return _Block(least, draw)


def _words(text: str, x: float, y: float, size: float, class_: str | None) -> Svg:
    return element("text", text, x=x, y=y, font_size=size, text_anchor="middle", class_=class_)


def _state_line(node: StackNode, middle: float, y: float) -> Svg:
    said = MARK_WORDS[node.mark] or node.state_word  # the outline and the words below say that it is missing
    length = text_width(said, _SMALL) + 19
    left = middle - length / 2
    return join(
        _sign(node.state, left, y - 12, "sign-met" if node.state == "met" else "", node.mark),
        element("text", said, x=left + 19, y=y, font_size=_SMALL),
    )


def _sign(state: State, x: float, y: float, extra: str, mark: Mark = "") -> Svg:
    """Draw a tick, a half circle or an empty circle in a square of fourteen; an arrow, a question or a clock where there is a mark."""
    class_ = f"sign {extra}".strip()
    if mark == "next":
        return element("path", d=f"M{x + 1:.1f} {y + 7.5:.1f}h11m-4.6-4.6l4.6 4.6l-4.6 4.6", class_=class_)
    if mark == "questioned":
        curve = f"M{x + 3.6:.1f} {y + 5:.1f}a3.4 3.4 0 1 1 4.6 3.2q-1.2 .6 -1.2 2.2m0 3v.2"
        return element("path", d=curve, class_=class_)
    if mark == "expired":
        return join(
            element("circle", cx=x + 7, cy=y + 7.5, r=5.4, class_=class_),
            element("path", d=f"M{x + 7:.1f} {y + 4.4:.1f}v3.2l2.4 1.6", class_=class_),
        )
    if state == "met":
        return element("path", d=f"M{x + 1.5:.1f} {y + 7.8:.1f}l3.8 3.9l7.2-8.6", class_=class_)
    circle = element("circle", cx=x + 7, cy=y + 7.5, r=5.4, class_=class_)
    if state == "not":
        return circle
    return join(
        circle, element("path", d=f"M{x + 7:.1f} {y + 2.1:.1f}a5.4 5.4 0 0 1 0 10.8z", class_=f"{class_} sign-full")
    )


def _bar(node: StackNode, x: float, y: float, width: float) -> Svg:
    share = max(0.0, min(1.0, (node.have or 0.0) / node.need)) if node.need else 0.0
    return join(
        element("rect", x=x, y=y, width=width, height=8, rx=4, class_="track"),
        element("rect", x=x, y=y, width=max(8.0, width * share), height=8, rx=4, class_="bar") if share else Svg(),
    )


def _hatching(key: str) -> Svg:
    return element(
        "pattern",
        element("path", d="M-2 8L8 -2M2 12L12 2", stroke_width=2, class_="hatch"),
        id=f"{key}-hatch",
        width=7,
        height=7,
        patternUnits="userSpaceOnUse",
    )


def _linked(node: StackNode, drawn: Svg) -> Svg:
    if not node.href:
        return element("g", drawn)
    return element("a", drawn, href=node.href, aria_label=f"{node.label}: {node.state_word}")


def _leaves(node: StackNode) -> int:
    return sum(_leaves(child) for child in node.children) if node.children else 1


def _has_links(node: StackNode) -> bool:
    return bool(node.href) or any(_has_links(child) for child in node.children)
