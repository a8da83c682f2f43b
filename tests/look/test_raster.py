"""Badges and link previews as pixels."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from cairn.look.drawings import badge_image
from cairn.look.raster import badge_png, preview_card


def test_a_badge_becomes_a_square_png_with_a_transparent_ground() -> None:
    image = Image.open(io.BytesIO(badge_png(badge_image("Soldering", "Camden", "badge", "a"), 300)))
    assert image.format == "PNG"
    assert image.size == (300, 300)
    assert image.getpixel((0, 0))[3] == 0
    assert image.getpixel((150, 150))[3] == 255


@pytest.mark.parametrize("size", [0, 15, 2049])
def test_a_size_out_of_bounds_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="16 to 2048"):
        badge_png(badge_image("Soldering", "Camden", "badge", "a"), size)


def test_what_is_no_svg_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        badge_png("<html>")


def test_an_svg_cannot_pull_in_a_file_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "secret.png")
    monkeypatch.chdir(tmp_path)
    for address in (
        "secret.png",
        "../secret.png",
        "/secret.png",
        f"{tmp_path}/secret.png",
        (tmp_path / "secret.png").as_uri(),
    ):
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" width="8" height="8">'
            f'<image href="{address}" width="8" height="8"/></svg>'
        )
        with pytest.raises(ValueError, match="cannot be drawn"):
            badge_png(svg, 16)


def test_a_preview_card_has_the_size_link_previews_ask_for() -> None:
    card = Image.open(io.BytesIO(preview_card("Soldering", "Camden", "badge")))
    assert card.size == (1200, 630)


def test_a_preview_card_names_the_holder_only_if_told_to() -> None:
    assert preview_card("Soldering", "Camden", "badge") != preview_card("Soldering", "Camden", "badge", "Ada Brook")


def test_hostile_words_are_words_on_a_card() -> None:
    plain = preview_card("#panic()", "Camden", "badge", '$ x #read("main")', seed="a")
    assert Image.open(io.BytesIO(plain)).size == (1200, 630)
    assert Image.open(io.BytesIO(preview_card("x" * 4000 + "\x00", "y" * 900, "other"))).size == (1200, 630)
