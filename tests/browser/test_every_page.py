"""Every kind of page: nothing for axe to find, nothing cut off on a small phone, nothing that the browser complains of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.browser.conftest import listen, violations
from tools.screenshots import KINDS, Kind, Visitor

SMALL = 360
NOT_OURS = {"operator"}  # Django's own admin, for the operator only
TABS = 25
DRAWN = """new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    .then(() => Promise.allSettled(document.getAnimations().map((one) => one.finished))).then(() => null)"""
"""Waits until colours and boxes that are on their way have arrived."""


@pytest.fixture(scope="module")
def windows(visitor: Visitor) -> Iterator[dict[str, tuple[Any, list[str]]]]:
    opened: dict[str, tuple[Any, list[str]]] = {}
    yield opened
    for page, _ in opened.values():
        page.context.close()


def shown(visitor: Visitor, windows: dict[str, tuple[Any, list[str]]], kind: Kind) -> tuple[Any, list[str]]:
    """Open a kind of page in its person's window; what the browser complained of since."""
    if kind.who not in windows:
        page = visitor.context(kind.who).new_page()
        windows[kind.who] = page, listen(page)
    page, complaints = windows[kind.who]
    look(page, 1280, "light")
    visitor.address(page, kind)
    complaints.clear()
    visitor.open(page, kind)
    return page, complaints


def look(page: Any, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.evaluate(DRAWN)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_page_can_be_used_by_everybody(
    visitor: Visitor, windows: dict[str, tuple[Any, list[str]]], kind: Kind
) -> None:
    page, complaints = shown(visitor, windows, kind)
    if kind.status == 200:
        assert complaints == []
    if kind.name in NOT_OURS:
        return
    assert page.locator("h1").count() == 1
    assert violations(page) == []
    look(page, SMALL, "dark")  # colours go with the theme and layout with the width, so two looks of the four show both
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL


@pytest.mark.parametrize(
    "name", ["home", "catalogue", "credential-badge", "goal", "desk-submission", "desk-role", "verify"]
)
def test_a_page_is_walked_through_with_the_keyboard(
    visitor: Visitor, windows: dict[str, tuple[Any, list[str]]], name: str
) -> None:
    page, _ = shown(visitor, windows, next(kind for kind in KINDS if kind.name == name))
    page.keyboard.press("Tab")
    page.evaluate(DRAWN)
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    seen = []
    for _ in range(TABS):
        here = page.evaluate(
            """() => {
                const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
                return [one.outerHTML.slice(0, 120), box.bottom > 0 && box.top < innerHeight,
                        style.outlineStyle !== "none" || style.boxShadow !== "none" || one.matches("[type=date]")
                        || getComputedStyle(one.closest(".card, .search, .drop") ?? one).outlineStyle !== "none"];
            }"""
        )
        if "skip-link" in here[0] or "<body" in here[0]:
            break  # once around
        seen.append(here[0])
        assert here[1], f"out of sight: {here[0]}"
        assert here[2], f"nothing shows that this has the focus: {here[0]}"
        page.keyboard.press("Tab")
    assert len(set(seen)) > 3


def test_the_menu_of_a_phone_opens_with_the_keyboard(visitor: Visitor) -> None:
    page = visitor.context("learner", width=SMALL).new_page()
    page.goto(visitor.base + "/")
    page.focus("[data-menu-toggle]")
    page.keyboard.press("Enter")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="My credentials").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/credentials/")
    page.context.close()
