"""Our own small icons: one stroke, drawn on a grid of 24, never the only carrier of a meaning.

To add an icon, add a line to :data:`SHAPES`: path data (several subpaths are fine), coordinates between 2 and 22.
"""

from __future__ import annotations

from functools import lru_cache

from cairn.look.svg import Svg, element

SHAPES: dict[str, str] = {
    # what happened
    "check": "M5 12.8l4.4 4.4L19 7.4",
    "cross": "M6.5 6.5l11 11M17.5 6.5l-11 11",
    "warning": "M12 3.8l9 16H3zM12 10v4.2M12 17.1v.1",
    "question": "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M9.3 9.4a2.8 2.8 0 1 1 4.3 2.3c-1 .7-1.6 1.2-1.6 2.3M12 16.9v.1",
    "info": "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 11v5.4M12 7.6v.1",
    "verified": "M12 2.8l7.4 2.8v5.6c0 4.6-3.1 8-7.4 10c-4.3-2-7.4-5.4-7.4-10V5.6zM8.4 12l2.6 2.6l4.8-5",
    "shield-warning": "M12 2.8l7.4 2.8v5.6c0 4.6-3.1 8-7.4 10c-4.3-2-7.4-5.4-7.4-10V5.6zM12 7.8v5M12 15.9v.1",
    "shield-cross": "M12 2.8l7.4 2.8v5.6c0 4.6-3.1 8-7.4 10c-4.3-2-7.4-5.4-7.4-10V5.6zM9.3 9.3l5.4 5.4M14.7 9.3l-5.4 5.4",
    "circle": "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16",
    "circle-half": "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16M12 4v16M14.5 8h3.6M14.5 12h5M14.5 16h3.6",
    "circle-check": "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M8 12.4l2.8 2.8l5.4-5.8",
    # the four types
    "badge": "M12 2.8l8 4.6v9.2l-8 4.6l-8-4.6V7.4zM8.8 15.4h6.4M9.6 12.4h4.8M10.6 9.4h2.8",
    "certificate": "M4 4.5h16v11h-5M4 15.5h5M4 4.5v11M7.5 8h9M7.5 11h4.5M12 12.9a2.9 2.9 0 1 0 0 5.8a2.9 2.9 0 0 0 0-5.8M10.4 18.4"
    "l-.9 3l2.5-1.2l2.5 1.2l-.9-3",
    "programme": "M6 19.5a2 2 0 1 0 0-4a2 2 0 0 0 0 4M18 8.5a2 2 0 1 0 0-4a2 2 0 0 0 0 4M8 17.5h7.2a3 3 0 0 0 0-6H9a3 3 0 0 1"
    " 0-6h7",
    "industry": "M3.5 20.5h17M5 20.5V11l5 3.2V11l5 3.2V4.5h4v16M8.5 17.5v.1M12 17.5v.1M15.5 17.5v.1",
    "project": "M4 6.5h6l2 2.5h8v10.5H4zM9 14.5l2 2l4-4.2",
    "stack": "M8.5 5.4c0-3 7-3 7 0s-7 3-7 0M6 11.4c0-3.6 12-3.6 12 0s-12 3.6-12 0M3.5 18c0-4.2 17-4.2 17 0s-17 4.2-17 0",
    # people and places
    "person": "M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8M4.5 20.5c.6-4.2 3.6-6 7.5-6s6.9 1.8 7.5 6",
    "people": "M9 5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7M2.5 19.5c.5-3.8 3-5.3 6.5-5.3s6 1.5 6.5 5.3M15.5 5.3a3.5 3.5 0 0 1 0 6.4"
    "M18 14.6c2 .7 3.2 2.2 3.5 4.9",
    "building": "M4.5 20.5v-11L12 4l7.5 5.5v11M3 20.5h18M9 20.5v-5h6v5M9 11.5h.1M15 11.5h.1",
    "home": "M4 11l8-7l8 7M6.5 9.5v10.5h11V9.5M10 20v-5.5h4V20",
    "globe": "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M3.4 12h17.2M12 3c-4.8 5-4.8 13 0 18c4.8-5 4.8-13 0-18",
    # doing
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M15.4 15.4L20.5 20.5",
    "filter": "M3.5 5.5h17M7 12h10M10.5 18.5h3",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "compare": "M4.5 4.5h6v15h-6zM13.5 4.5h6v15h-6zM13.5 9h6M4.5 13h6",
    "download": "M12 4v11M7.5 11l4.5 4.5l4.5-4.5M4.5 19.5h15",
    "upload": "M12 15.5v-11M7.5 9L12 4.5L16.5 9M4.5 19.5h15",
    "share": "M12 14.5V3.5M8 7l4-3.5L16 7M7 10.5H5v10h14v-10h-2",
    "link": "M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7L12 17.7",
    "external": "M13.5 4.5h6v6M19.5 4.5L11 13M17.5 14v5.5h-13v-13H10",
    "copy": "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4",
    "print": "M7 9V4h10v5M7 16.5H4V9h16v7.5h-3M7 13.5h10v7H7z",
    "edit": "M4.5 19.5l1-4.5L16 4.5l3.5 3.5L9 18.5zM13.5 7l3.5 3.5",
    "trash": "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.3 11v5M13.7 11v5",
    "plus": "M12 5v14M5 12h14",
    "minus": "M5 12h14",
    "arrow-right": "M4.5 12h15M13.5 6l6 6l-6 6",
    "arrow-left": "M19.5 12h-15M10.5 6l-6 6l6 6",
    "chevron-down": "M6 9.5l6 6l6-6",
    "chevron-right": "M9.5 6l6 6l-6 6",
    "sign-out": "M13.5 4.5h-9v15h9M9.5 12h11M16.5 8l4 4l-4 4",
    # things
    "clock": "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 7v5.2l3.4 2",
    "calendar": "M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4",
    "coins": "M4 7c0-3.2 11-3.2 11 0s-11 3.2-11 0v9c0 3.2 11 3.2 11 0V7M4 11.5c0 3.2 11 3.2 11 0M18 8.5c1.4.5 2 1.2 2 2v6.5c0 .8-.6"
    " 1.5-2 2",
    "lock": "M5.5 10.5h13v10h-13zM8.5 10.5V7a3.5 3.5 0 0 1 7 0v3.5M12 14.5v2.5",
    "key": "M8 10a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9M11.2 11.3L19.5 3M16 6.5l3 3M13.5 9l2 2",
    "eye": "M2.5 12c4.5-8 14.5-8 19 0c-4.5 8-14.5 8-19 0M12 9a3 3 0 1 0 0 6a3 3 0 0 0 0-6",
    "document": "M6 3h8l4.5 4.5V21H6zM14 3v4.5h4.5M9 12.5h6.5M9 16.5h6.5",
    "book": "M12 6.5c-2-1.7-5-2-8.5-2v13.5c3.5 0 6.5.3 8.5 2c2-1.7 5-2 8.5-2V4.5c-3.5 0-6.5.3-8.5 2M12 6.5V20",
    "briefcase": "M3.5 8h17v11.5h-17zM8.5 8V4.5h7V8M3.5 13h17M12 11.8v2.4",
    "flag": "M5.5 21V3.5M5.5 4.5c4-2 7 2 13 0v9c-6 2-9-2-13 0",
    "theme": "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 3v18M12 7h5.5M12 11h8.4M12 15h7.8M12 19h4",
    "inbox": "M3.5 13.5L7 4.5h10l3.5 9v6h-17zM3.5 13.5h5c.5 3 6.5 3 7 0h5",
    "qr": "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5M20 14v2M14 20h2M18 18h2v2",
}


@lru_cache(maxsize=512)
def icon(name: str, size: float = 20) -> Svg:
    """Draw the icon ``name``, ``size`` CSS pixels square, hidden from assistive technology: the words beside it carry the meaning.

    Raises :class:`KeyError` naming the icons there are, so that a typing slip shows on the first rendering.
    """
    if name not in SHAPES:
        known = ", ".join(sorted(SHAPES))
        raise KeyError(f"there is no icon called {name!r}; there are: {known}")
    return element(
        "svg",
        element("path", d=SHAPES[name]),
        class_=f"icon icon-{name}",
        viewBox="0 0 24 24",
        width=size,
        height=size,
        aria_hidden="true",
        focusable="false",
    )
