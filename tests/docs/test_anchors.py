"""Links to a section of a page lead to a section that is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
CODE = re.compile(r"^```.*?^```\s*$", re.MULTILINE | re.DOTALL)
TO_A_SECTION = re.compile(r"\]\((?P<page>[^)#\s]*)#(?P<section>[^)]+)\)")


def name_of(heading: str) -> str:
    """The name that the usual renderers give to a heading: its words in small letters, joined by dashes."""
    shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip().lower())
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", shown))


@cache
def sections_of(page: Path) -> frozenset[str]:
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    return frozenset(name_of(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE))


def test_the_names_of_headings_are_those_of_renderers() -> None:
    assert name_of("`bake` and `unbake`") == "bake-and-unbake"
    assert name_of("How fast it is, and why") == "how-fast-it-is-and-why"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_sections_lead_to_one(page: Path) -> None:
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    for found in TO_A_SECTION.finditer(text):
        target = (page.parent / found["page"]).resolve() if found["page"] else page
        if not re.match(r"[a-z]+:", found["page"]) and target.suffix == ".md":
            assert found["section"] in sections_of(target), f"{page.name}: {found[0]}"
