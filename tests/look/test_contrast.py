"""Both themes are readable: every pair of colours that meets on a page is computed from the stylesheet itself (WCAG 2.2, 1.4.3, 1.4.11)."""

from __future__ import annotations

import re

import pytest
from tests.look.styles import stylesheets

from cairn.look.drawings.badge import _PALETTES

STYLESHEET = stylesheets()
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", STYLESHEET)
}

GROUNDS = ["paper", "surface", "sunk"]
TEXT = (
    [(ink, ground) for ink in ("ink", "ink-soft", "accent", "accent-strong", "bad", "good") for ground in GROUNDS]
    + [("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-bad", "bad")]
    + [("ink", f"{tone}-soft") for tone in ("accent", "good", "warn", "bad", "unsure")]
    + [("ink-soft", "accent-soft")]
    + [("accent", "accent-soft"), ("accent-strong", "accent-soft")]
    + [
        (tone, f"{tone}-soft")
        for tone in ("good", "warn", "bad", "unsure", "badge", "certificate", "programme", "industry")
    ]
    + [(tone, "surface") for tone in ("warn", "unsure")]
)
EDGES = [("line-strong", ground) for ground in GROUNDS] + [("accent", ground) for ground in GROUNDS]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_reaches_four_and_a_half_to_one(ink: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[ink][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_and_focus_rings_reach_three_to_one(edge: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[edge][theme], COLOURS[ground][theme]) >= 3


@pytest.mark.parametrize("palette", _PALETTES, ids=lambda palette: palette.deep)
def test_words_on_a_badge_reach_seven_to_one(palette: object) -> None:
    assert contrast(palette.words, palette.deep) >= 7


def test_every_colour_used_is_defined() -> None:
    used = set(re.findall(r"var\(--([\w-]+)", STYLESHEET))
    defined = set(re.findall(r"--([\w-]+):", STYLESHEET))
    assert used <= defined
