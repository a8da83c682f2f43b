"""A picture for a credential that has none of its own: a cairn in a landscape, framed by the shape of its type.

It stands alone (own colours, no style sheet, no link, no script), is well-formed XML, and so can be shown anywhere and baked
(Open Badges 3.0, section 5.3.2.1: the credential goes into the ``<svg>`` element).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from cairn.look.drawings.stones import stone_path
from cairn.look.svg import BOLD, Svg, clean, digest, element, text_width, wrap

_SIZE = 512
_MIDDLE = _SIZE / 2


@dataclass(frozen=True, slots=True)
class _Palette:
    """Colours of one landscape, each readable where it is used: ``words`` on ``deep`` at 7:1 or better."""

    deep: str
    middle: str
    hill: str
    sky: str
    sun: str
    words: str = "#ffffff"


_PALETTES = (
    _Palette("#0b4a52", "#2f7c82", "#a9cfca", "#e8f1ec", "#d99a2b"),  # lake
    _Palette("#2a4a2f", "#55804f", "#b9cfa4", "#f1f3e3", "#d7a23c"),  # moss
    _Palette("#5a2b23", "#a65a43", "#e2b394", "#faeee2", "#d98b2b"),  # clay
    _Palette("#2b3a66", "#5a70a8", "#b4c1e2", "#eef0f8", "#e0a33a"),  # dusk
    _Palette("#512a55", "#8a5a90", "#d3b5d6", "#f6eef5", "#dd9f3c"),  # heather
    _Palette("#54400f", "#96772f", "#dcc78c", "#f9f3df", "#c8622f"),  # lichen
    _Palette("#2f3c44", "#64757f", "#b9c4c8", "#eff2f1", "#d7913a"),  # slate
    _Palette("#5c2440", "#a1527a", "#e0b3c8", "#faedf2", "#dda03f"),  # rowan
)
_SERIF = "Georgia, 'Libertinus Serif', 'Noto Serif', 'DejaVu Serif', serif"
_SANS = "'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"
_KINDS = {"badge": "Badge", "certificate": "Certificate", "programme": "Programme", "industry": "Industry credential"}


def badge_image(title: str, issuer: str, kind: str, seed: str) -> Svg:
    """Draw a badge of 512 by 512 units for ``title`` by ``issuer``.

    ``kind`` chooses the outline (badge: hexagon, certificate: seal, programme: shield, industry: octagon; anything else a hexagon),
    ``seed`` (the definition's id) the colours and the stones: the same four values always give the same picture.
    """
    bytes_ = digest(seed)
    palette = _PALETTES[bytes_[0] % len(_PALETTES)]
    key = f"b{bytes_.hex()[:8]}"
    outline = _outline(kind, 244)
    inner = _outline(kind, 228)
    name = clean(f"{title}, {_KINDS.get(kind, 'credential').lower()} by {issuer}")
    return element(
        "svg",
        element("title", name, id=f"{key}-title"),
        element("defs", element("clipPath", element("path", d=inner), id=f"{key}-shape")),
        element("path", d=outline, fill=palette.deep),
        element("path", d=_outline(kind, 236), fill="none", stroke=palette.sun, stroke_width=3.5),
        element(
            "g",
            element("rect", width=_SIZE, height=330, fill=palette.sky),
            element(
                "circle",
                cx=118 + bytes_[1] * 276 / 255,
                cy=120 + bytes_[2] * 40 / 255,
                r=32 + bytes_[3] * 14 / 255,
                fill=palette.sun,
                fill_opacity=0.5,
            ),
            element("path", d=_hill(232, 34, bytes_[4]), fill=palette.hill),
            element("path", d=_hill(262, 22, bytes_[5]), fill=palette.middle, fill_opacity=0.55),
            *_cairn(palette, seed, bytes_),
            element("path", d=_hill(303, 9, bytes_[6]), fill=palette.deep),
            clip_path=f"url(#{key}-shape)",
        ),
        *_words(title, issuer, palette),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_SIZE} {_SIZE}",
        width=_SIZE,
        height=_SIZE,
        role="img",
        aria_labelledby=f"{key}-title",
    )


def _words(title: str, issuer: str, palette: _Palette) -> list[Svg]:
    """Set the title as large as three lines allow, and the issuer below where the shape grows narrow."""
    for size in (36, 33, 30, 27, 24):
        lines = wrap(title, 330, size * BOLD, 9)
        if len(lines) * size * 1.16 <= 96 and len(lines) <= 3:
            break
    else:
        size = 23
        lines = wrap(title, 340, size * BOLD, 3)
    step = size * 1.16
    first = 362 - (len(lines) - 1) * step / 2 + size * 0.28
    one_line = text_width(issuer, 17) <= 230
    issuer_size = 17 if one_line else 15
    issuers = wrap(issuer, 230 if one_line else 205, issuer_size, 2)
    return [
        *[
            element("text", line, x=_MIDDLE, y=first + index * step, fill=palette.words, font_family=_SERIF, font_size=size,
                    font_weight=700, text_anchor="middle")
            for index, line in enumerate(lines)
        ],
        *[
            element("text", line, x=_MIDDLE, y=434 + index * 18, fill=palette.words, fill_opacity=0.88, font_family=_SANS,
                    font_size=issuer_size, text_anchor="middle")
            for index, line in enumerate(issuers)
        ],
    ]  # fmt: skip


def _cairn(palette: _Palette, seed: str, bytes_: bytes) -> list[Svg]:
    """Pile three to five stones, each a little narrower and never quite straight."""
    count = 3 + bytes_[7] % 3
    height = {3: 53.0, 4: 46.0, 5: 38.0}[count]
    foot = 308.0
    shades = [palette.middle, palette.deep, palette.middle, palette.deep, palette.middle]
    stones = []
    for index in range(count):
        width = 214 - index * (136 / (count - 1)) + (bytes_[8 + index] - 128) / 14
        tall = height * (1.16 - 0.1 * index)
        lean = (bytes_[14 + index] - 128) / 12
        foot -= tall - 4
        top = index == count - 1
        stones.append(
            element(
                "path",
                d=stone_path(_MIDDLE - width / 2 + lean, foot, width, tall, f"{seed}-{index}"),
                fill=palette.sun if top else shades[index],
                stroke=palette.sky,
                stroke_width=3.5,
            )
        )
    return stones


def _hill(y: float, swing: float, byte: int) -> str:
    lift = (byte / 255 - 0.5) * 2 * swing
    return f"M0 {y + lift:.1f}C150 {y - swing - lift:.1f} 330 {y + swing + lift:.1f} 512 {y - lift:.1f}V512H0Z"


def _outline(kind: str, reach: float) -> str:
    """Return the frame of a type, ``reach`` units from the middle to its outermost point."""
    if kind == "certificate":
        return _seal(reach)
    if kind == "programme":
        return _shield(reach / 244)
    if kind == "industry":
        return _rounded([_point(reach, 22.5 + 45 * turn) for turn in range(8)], 26)
    return _rounded([_point(reach, 30 + 60 * turn) for turn in range(6)], 40)


def _seal(reach: float) -> str:
    """Return a ring of twenty-four scallops."""
    steps = 24
    valley = reach * 0.955
    corners = [_point(valley, 360 / steps * (turn + 0.5) - 90) for turn in range(steps)]
    peaks = [_point(reach * 1.045, 360 / steps * (turn + 1) - 90) for turn in range(steps)]
    path = f"M{corners[0][0]:.1f} {corners[0][1]:.1f}"
    for turn in range(steps):
        to = corners[(turn + 1) % steps]
        path += f"Q{peaks[turn][0]:.1f} {peaks[turn][1]:.1f} {to[0]:.1f} {to[1]:.1f}"
    return f"{path}Z"


def _shield(scale: float) -> str:
    def at(*pairs: tuple[float, float]) -> str:
        return " ".join(
            f"{_MIDDLE + (x - _MIDDLE) * scale:.1f} {_MIDDLE + (y - _MIDDLE) * scale:.1f}" for x, y in pairs
        )

    return (
        f"M{at((256, 14))}C{at((318, 40), (388, 52), (446, 54))}C{at((462, 55), (470, 66), (470, 80))}L{at((470, 300))}"
        f"C{at((470, 410), (352, 468), (256, 500))}C{at((160, 468), (42, 410), (42, 300))}L{at((42, 80))}"
        f"C{at((42, 66), (50, 55), (66, 54))}C{at((124, 52), (194, 40), (256, 14))}Z"
    )


def _point(reach: float, degrees: float) -> tuple[float, float]:
    return _MIDDLE + reach * math.cos(math.radians(degrees)), _MIDDLE + reach * math.sin(math.radians(degrees))


def _rounded(corners: list[tuple[float, float]], radius: float) -> str:
    """Join the corners, each cut by a curve that begins ``radius`` before it."""
    path = ""
    for index, corner in enumerate(corners):
        before, after = corners[index - 1], corners[(index + 1) % len(corners)]
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        path += f"{'L' if path else 'M'}{start[0]:.1f} {start[1]:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    return f"{path}Z"


def _towards(start: tuple[float, float], end: tuple[float, float], distance: float) -> tuple[float, float]:
    share = distance / math.dist(start, end)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
