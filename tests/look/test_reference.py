"""The page that describes the look names only tags, filters, icons and classes that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Template
from tests.look.styles import stylesheets

from cairn.look.icons import SHAPES

REFERENCE = (Path(__file__).parents[2] / "docs" / "reference" / "look.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_compiles(example: str) -> None:
    source = example.strip()
    Template(source if source.startswith("{% extends") else "{% load look drawings %}" + source)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 10


def test_every_tag_and_filter_has_its_place_in_the_reference() -> None:
    from cairn.look.templatetags.look import register

    for name in [*register.tags, *register.filters]:
        assert re.search(rf"\b{name}\b", REFERENCE), name


def test_icons_and_classes_in_the_reference_exist() -> None:
    style = stylesheets()
    assert set(re.findall(r'{% icon "([\w-]+)"', REFERENCE)) <= set(SHAPES)
    for classes in re.findall(r'class="([\w -]+)"', REFERENCE):
        for name in classes.split():
            assert f".{name}" in style, name
