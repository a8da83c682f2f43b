"""Pixels from drawings: badge images as PNG, and the card a link shows where it is shared. Typst sets and renders both."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from cairn.look.drawings.badge import badge_image
from cairn.look.svg import clean

# Words and pictures come in through sys.inputs: they are data there, and can never be read as markup or as a file to open.
_BADGE = """
#set page(width: 512pt, height: 512pt, margin: 0pt, fill: none)
#image(bytes(sys.inputs.badge), format: "svg", width: 512pt, height: 512pt, fit: "contain")
"""

_CARD = """
#let said = sys.inputs
#set page(width: 1200pt, height: 630pt, margin: 0pt, fill: rgb("#f8f5ef"))
#set text(font: ("Libertinus Serif", "Noto Serif", "DejaVu Serif"), fill: rgb("#1e2427"), hyphenate: false)
#set par(leading: 0.42em, spacing: 0pt)
#place(bottom + left, rect(width: 1200pt, height: 14pt, fill: rgb("#0b5a63")))
#place(top + left, dx: 72pt, dy: 60pt, stack(dir: ltr, spacing: 14pt,
  image(bytes(said.mark), format: "svg", height: 44pt), move(dy: 6pt, text(size: 40pt, weight: "semibold")[Cairn])))
#place(top + right, dx: -64pt, dy: 94pt, image(bytes(said.badge), format: "svg", height: 430pt))
#let size = if said.title.clusters().len() > 90 { 44pt } else if said.title.clusters().len() > 44 { 56pt } else { 70pt }
#place(left + horizon, dx: 72pt, dy: 14pt, box(width: 590pt, {
  set par(spacing: 0.42em)
  text(size: 28pt, fill: rgb("#0b5a63"), weight: "semibold", said.kind)
  v(14pt)
  text(size: size, weight: "semibold", said.title)
  v(20pt)
  if said.holder != "" { text(size: 34pt, said.holder); v(10pt) }
  text(size: 30pt, fill: rgb("#555a58"), said.issuer)
}))
"""

_MARK = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<path fill="#1e2427" d="M2.5 25.3c.4-3.6 5.2-4.8 13.3-4.8s13.3.9 13.7 4.6c.3 3.4-5 4.5-13.6 4.500S2.2 28.8 2.5 25.300z"/>
<path fill="#0b5a63" d="M6.3 15.900c.2-3 3.9-4.2 10-4.200s9.3 1.1 9.5 4c.2 2.8-3.5 3.9-9.7 3.900s-10-.9-9.8-3.700z"/>
<path fill="#c58a1b" d="M10.9 6.900c.1-2.7 2.2-4.2 5.3-4.200s5 1.4 5.1 4.100c.1 2.5-2 3.9-5.2 3.900s-5.3-1.2-5.2-3.800z"/></svg>"""

_LONG_RUN = re.compile(r"\S{18}")

_KINDS = {"badge": "Badge", "certificate": "Certificate", "programme": "Programme", "industry": "Industry credential"}


def badge_png(svg: str, size: int = 512) -> bytes:
    """Render a badge's SVG as a square PNG with a transparent ground, ``size`` pixels wide (16 to 2048).

    Nothing the SVG refers to is read or fetched. Raises :class:`ValueError` if ``size`` is out of bounds, the SVG cannot be read, or it
    refers to a file or an address.
    """
    if not 16 <= size <= 2048:
        raise ValueError(f"a badge can be 16 to 2048 pixels wide, not {size}")
    return _render(_BADGE, ppi=72 * size / 512, said={"badge": svg})


def preview_card(title: str, issuer: str, kind: str, holder: str = "", *, badge_svg: str = "", seed: str = "") -> bytes:
    """Draw the card of 1200 by 630 pixels that sites show for a shared link (``og:image``), as PNG.

    ``holder`` is on it only if given: say it only where its owner made the page public. ``badge_svg`` is the credential's own
    artwork; without it one is drawn from ``seed`` (the definition's id, or the title).
    """
    artwork = badge_svg or badge_image(title, issuer, kind, seed or title)
    said = {
        "title": _short(title, 150),
        "issuer": _short(issuer, 90),
        "kind": _KINDS.get(kind, "Credential"),
        "holder": _short(holder, 60),
        "badge": artwork,
        "mark": _MARK,
    }
    return _render(_CARD, ppi=72, said=said)


def _render(source: str, *, ppi: float, said: dict[str, str]) -> bytes:
    """Compile in a folder that holds nothing else: an SVG may name files beside it, and there must be none to find."""
    with TemporaryDirectory() as folder:
        main = Path(folder) / "main.typ"
        main.write_text(source, encoding="utf-8")
        try:
            return typst.compile(main, root=Path(folder), format="png", ppi=ppi, sys_inputs=said)
        except typst.TypstError as error:
            raise ValueError(f"the picture cannot be drawn: {error}") from error


def _short(text: str, length: int) -> str:
    plain = " ".join(clean(text).split())
    kept = plain if len(plain) <= length else f"{plain[: length - 1].rstrip()}…"
    return _LONG_RUN.sub("\\g<0>\u200b", kept)  # a zero-width space lets an endless word break
