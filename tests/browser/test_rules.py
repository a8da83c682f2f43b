"""A designer builds a rule in a real browser, with the keyboard as well as the mouse, tries it, and saves it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.browser.conftest import violations

type Window = Callable[..., Any]


def active(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id"))


def heard(page: Any, words: str) -> None:
    page.locator("#announcements").get_by_text(words).wait_for(state="attached")


def begun(window: Window, title: str, **options: Any) -> Any:
    """A new definition of the designer's, with the builder open."""
    page = window("designer", "/desk/provider/definitions/new/", **options)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Type", exact=True).select_option("certificate")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Build a rule").click()
    assert violations(page) == []
    return page


def test_a_designer_builds_a_rule_and_sees_at_each_step_what_it_says(window: Window) -> None:
    page = begun(window, "Networks Put Together")
    page.get_by_role("button", name="Begin with it").press("Enter")
    page.locator("#editor-title:focus").wait_for()
    page.locator("#tool-add").press("Enter")
    page.get_by_label("Search for: Credential", exact=True).wait_for()
    page.get_by_label("Search for: Credential", exact=True).fill("foundations")
    found = page.get_by_role("button", name="Network Foundations", exact=True)
    found.wait_for()
    assert violations(page) == []
    found.press("Enter")
    heard(page, "Nothing to mend")
    assert "Earn Network Foundations" in page.inner_text("#rule-side")

    page.locator("#editor").get_by_role("button", name="Duplicate").press("Enter")
    heard(page, "Duplicated")
    page.locator("#mend").get_by_text("To mend").wait_for()  # nobody earns the same one twice
    assert "more than once" in page.inner_text("#rule-side")
    page.locator("#bar-undo").press("Enter")
    heard(page, "Undone")
    assert active(page) == "bar-undo"

    page.locator("#node-k1 > .rule-row > a").press("Enter")
    page.get_by_label("Add inside").select_option("credits_at_least")
    page.locator("#tool-add").press("Enter")
    page.get_by_label("How many credits").fill("3")
    page.keyboard.press("Tab")  # what was typed shows at once, and nobody is thrown out of the form
    heard(page, "to mend")
    assert active(page) == "f-scheme"
    page.keyboard.type("ECTS")
    page.keyboard.press("Tab")
    heard(page, "Nothing to mend")
    assert "Collect at least 3 ECTS credits" in page.inner_text("#rule-side")
    page.locator("#tool-up").press("Enter")
    heard(page, "place 1 of 2")
    assert active(page) == "tool-up"
    page.locator("#tool-remove").press("Enter")
    heard(page, "Removed")
    assert violations(page) == []

    page.locator("#bar-try").press("Enter")
    page.get_by_role("button", name="Try it on their records").press("Enter")
    page.get_by_text(re.compile(r"\d+ learners? (was|were) weighed")).wait_for()
    assert "Complete" in page.inner_text("#records")
    assert violations(page) == []
    page.get_by_label("Find a credential").fill("foundations")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Add Network Foundations").press("Enter")
    page.locator("#made-up").get_by_text("What counts where").wait_for()
    page.locator("#records table a").first.press("Enter")
    page.get_by_role("heading", name=re.compile("^Learner ")).wait_for()
    assert violations(page) == []

    page.get_by_role("link", name="Back to all learners").click()
    page.get_by_role("link", name="Back to building").click()
    page.locator("#bar-keep").press("Enter")
    heard(page, "Saved")
    page.reload()
    assert "not saved yet" not in page.inner_text("#rule-bar")


def test_on_a_phone_and_without_scripts_the_same_steps_work(window: Window) -> None:
    page = begun(window, "Networks by Phone", width=390, theme="dark")
    page.get_by_role("button", name="Begin with it").click()
    page.locator("#add-kind").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
    plain = page.context.browser.new_context(
        storage_state=page.context.storage_state(), java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    bare = plain.new_page()
    bare.goto(page.url)
    bare.locator("#add-kind").select_option("award_of")
    bare.locator("#tool-add").click()
    bare.get_by_label("Search for: Credential", exact=True).fill("foundations")
    bare.locator("#s-f-achievement").click()
    bare.get_by_role("button", name="Network Foundations", exact=True).click()
    assert "Nothing to mend" in bare.inner_text("#rule-side")
    bare.locator("#bar-keep").click()
    assert "Saved in the definition" in bare.inner_text("#messages")
    plain.close()
