"""Writing SVG safely: elements that escape what they are given, and text that knows how wide it is.

Everything a drawing says may come from a stranger, so a plain ``str`` is always escaped and only an :class:`Svg` is taken as it
stands. Characters that XML 1.0 (section 2.2) does not allow are dropped, so what comes out is always well-formed.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from xml.sax.saxutils import escape, quoteattr

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IDENTIFIER = re.compile(r"[^A-Za-z0-9_-]+")

# Widths of a common humanist sans as shares of the type size; measured on Liberation Sans, rounded up a little so that text in a
# wider system font still fits.
_NARROW = frozenset("iljtfrI.,:;'|!()[]/ ")
_WIDE = frozenset("mwMWÆŒ@%—…")


class Svg(str):
    """Markup that is already safe. Template engines that honour ``__html__`` leave it alone."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the markup itself: it was escaped when it was written."""
        return str(self)


def clean(text: str) -> str:
    """Return ``text`` without the characters XML 1.0 forbids."""
    return _NOT_XML.sub("", text)


def element(name: str, *content: str, **attributes: str | float | None) -> Svg:
    """Write one element.

    ``content`` items are escaped unless they are :class:`Svg`. An attribute that is ``None`` is left out; a trailing underscore is
    dropped (``class_``), other underscores become hyphens (``stroke_width``). Numbers are rounded to two decimals.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_attribute(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(part if isinstance(part, Svg) else escape(clean(part)) for part in content)
    return Svg(f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>")


def join(*parts: str) -> Svg:
    """Put pieces one after another; plain strings are escaped."""
    return Svg("".join(part if isinstance(part, Svg) else escape(clean(part)) for part in parts))


def picture(
    *content: str,
    title: str,
    description: str,
    key: str,
    width: float,
    height: float,
    class_: str,
    has_links: bool = False,
) -> Svg:
    """Write the ``<svg>`` around a drawing, with its name and description for those who do not see it.

    A drawing without links is one image (``role="img"``). One with links is a group, because the children of an image are hidden
    from assistive technology and a link must not be (SVG-AAM 1.0, WAI-ARIA 1.2 "children presentational").
    """
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", description, id=f"{key}-desc"),
        *content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        width=width,
        height=height,
        class_=f"drawing {class_}",
        role="group" if has_links else "img",
        aria_labelledby=f"{key}-title",
        aria_describedby=f"{key}-desc",
    )


def identifier(text: str) -> str:
    """Return a valid, stable XML id made from any text: its readable letters and a short digest, so different texts stay apart."""
    readable = _NOT_IDENTIFIER.sub("-", text).strip("-")[:24]
    return f"d-{readable}-{digest(text).hex()[:6]}" if readable else f"d-{digest(text).hex()[:8]}"


def digest(text: str) -> bytes:
    """Return 32 stable bytes for a text: where drawings take their harmless variety from."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


BOLD = 1.13
"""How much wider a bold text runs: multiply its type size by this before asking how wide it is."""


def text_width(text: str, size: float) -> float:
    """Estimate how wide ``text`` runs at ``size`` in the unit of ``size``: as wide as in DejaVu Sans, which runs wider than most."""
    return sum(_share(character) for character in text) * size


def wrap(text: str, width: float, size: float, lines: int) -> list[str]:
    """Break ``text`` into at most ``lines`` lines no wider than ``width``; what does not fit ends in an ellipsis.

    A word longer than a line is broken inside, so no text ever leaves its box.
    """
    words = [piece for word in clean(text).split() for piece in _pieces(word, width, size)]
    broken: list[str] = []
    current = ""
    for word in words:
        longer = f"{current} {word}".strip()
        if not current or text_width(longer, size) <= width:
            current = longer
        else:
            broken.append(current)
            current = word
    if current:
        broken.append(current)
    if len(broken) <= lines:
        return broken
    return [*broken[: lines - 1], _shortened(f"{broken[lines - 1]} {broken[lines]}", width, size)]


def _shortened(text: str, width: float, size: float) -> str:
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip(' ,.;:-')}…"


def _pieces(word: str, width: float, size: float) -> list[str]:
    if text_width(word, size) <= width:
        return [word]
    pieces: list[str] = []
    current = ""
    for character in word:
        if current and text_width(current + character, size) > width:
            pieces.append(current)
            current = ""
        current += character
    return [*pieces, current]


def _share(character: str) -> float:
    if character in _NARROW:
        return 0.32
    if character in _WIDE:
        return 0.92
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    return 0.7 if character.isupper() else 0.64 if character.isdigit() else 0.62


def _attribute(value: str | float) -> str:
    return clean(value) if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
