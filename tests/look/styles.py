"""What the tests of the look read: both stylesheets as the browser gets them, one after the other."""

from __future__ import annotations

from importlib.resources import files


def stylesheets() -> str:
    """The text of ``cairn.css`` and ``components.css``."""
    folder = files("cairn.look").joinpath("static/look")
    return "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in ("cairn.css", "components.css"))
