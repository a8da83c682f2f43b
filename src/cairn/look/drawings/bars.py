"""Two small bars: what a credential is worth, between a lower and an upper bound, and a skill one has against the level asked for."""

from __future__ import annotations

from cairn.look.formatting import percent_text
from cairn.look.svg import BOLD, Svg, element, identifier, join, picture, wrap

_SMALL = 13.0


def interval(
    low: float, high: float, known: float, *, out_of: float = 100, width: float = 340, key: str = "interval"
) -> Svg:
    """Draw a score that lies between ``low`` and ``high`` of ``out_of``: certain up to ``low``, hatched up to ``high``.

    ``known`` is the share (0 to 1) of what counts of which anything is known. Raises :class:`ValueError` for bounds out of order.
    """
    if not 0 <= low <= high <= out_of or not 0 <= known <= 1:
        raise ValueError(
            f"0 ≤ low ≤ high ≤ {out_of:g} and 0 ≤ known ≤ 1 are needed, not low={low}, high={high}, known={known}"
        )
    unique = identifier(f"{key}-{low}-{high}-{width:g}")
    scale = (width - 2) / out_of
    told = interval_text(low, high, known, out_of=out_of)
    hatch = element(
        "pattern",
        element("path", d="M-2 8L8 -2M2 12L12 2", stroke_width=2, class_="hatch"),
        id=f"{unique}-hatch", width=7, height=7, patternUnits="userSpaceOnUse",
    )  # fmt: skip
    sure = element("rect", x=1, y=5, width=max(2.0, low * scale), height=18, rx=min(9.0, low * scale / 2), class_="bar")
    open_part = element(
        "rect", x=1 + low * scale, y=5, width=(high - low) * scale, height=18, fill=f"url(#{unique}-hatch)"
    )
    end = 1 + high * scale
    bar = join(
        element("rect", x=1, y=5, width=width - 2, height=18, rx=9, class_="track"),
        open_part if high > low else Svg(),
        sure if low else Svg(),
        element("line", x1=end, y1=1, x2=end, y2=27, class_="line-strong", stroke_width=2.5),
    )
    first = _score(low, high, out_of)
    second = f"{percent_text(known)} of what counts is known"
    return picture(
        element("defs", hatch),
        bar,
        element("text", first, x=1, y=44, font_size=14.5, class_="t-strong"),
        element("text", second, x=1, y=63, font_size=_SMALL, class_="t-soft"),
        title=f"Score: {first}", description=told, key=unique, width=width, height=69, class_="drawing-interval",
    )  # fmt: skip


def interval_text(low: float, high: float, known: float, *, out_of: float = 100) -> str:
    """Tell the score and how sure it is in words."""
    sure = "everything that counts is known" if known == 1 else f"{percent_text(known)} of what counts is known"
    return f"{_score(low, high, out_of)}; {sure}."


def meter(
    have: float,
    need: float,
    label: str = "",
    *,
    have_text: str = "",
    need_text: str = "",
    width: float = 340,
    key: str = "meter",
) -> Svg:
    """Draw what one has of a skill against what is needed; both on the same scale, ``need`` above 0.

    ``have_text`` and ``need_text`` name the levels in words ("some practice", "independent"); numbers stand in for them.
    """
    if need <= 0 or have < 0:
        raise ValueError(f"need must be above 0 and have not below it, not need={need}, have={have}")
    unique = identifier(f"{key}-{label}-{have}-{need}-{width:g}")
    top = max(have, need)
    reach = 1 + (width - 2) * have / top
    goal = 1 + (width - 2) * need / top
    enough = have >= need
    told = meter_text(have, need, label, have_text=have_text, need_text=need_text)
    words = _levels(have, need, have_text, need_text)
    sign = "M2 9l4 4.5l8-9.5" if enough else "M8 3.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11"
    named = wrap(label, width, 14.5 * BOLD, 2)
    top_edge = 19.0 * len(named) + 3
    return picture(
        *[
            element("text", line, x=1, y=14 + 19 * index, font_size=14.5, class_="t-strong")
            for index, line in enumerate(named)
        ],
        element(
            "g",
            element("rect", x=1, y=4, width=width - 2, height=14, rx=7, class_="track"),
            element("rect", x=1, y=4, width=max(7.0, reach - 1), height=14, rx=7, class_="bar") if have else Svg(),
            element(
                "line", x1=min(goal, width - 2), y1=0, x2=min(goal, width - 2), y2=22, class_="tick", stroke_width=3
            ),
            element("path", d=sign, class_="sign", transform="translate(1 22)"),
            element("text", words, x=22, y=36, font_size=_SMALL),
            transform=f"translate(0 {top_edge:g})",
        ),
        title=label or "Level of a skill",
        description=told,
        key=unique,
        width=width,
        height=top_edge + 42,
        class_="drawing-meter",
    )


def meter_text(have: float, need: float, label: str = "", *, have_text: str = "", need_text: str = "") -> str:
    """Tell the level one has and the level needed in words."""
    lead = f"{label}: " if label else ""
    return f"{lead}{_levels(have, need, have_text, need_text)}."


def _levels(have: float, need: float, have_text: str, need_text: str) -> str:
    has = have_text or (f"{have:g}" if have else "nothing yet")
    return f"have {has}, need {need_text or f'{need:g}'}: {'enough' if have >= need else 'a gap'}"


def _score(low: float, high: float, out_of: float) -> str:
    return (
        f"{round(low)} of {out_of:g}" if round(low) == round(high) else f"{round(low)} to {round(high)} of {out_of:g}"
    )
