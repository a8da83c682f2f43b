"""Planning on the site as people do it: a stack and a list of skills as goals, what if, ruling out, side by side, taking a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.conftest import violations
from tests.browser.test_journeys import sign_up

type Window = Callable[..., Any]


def settled(page: Any) -> None:
    """Wait until the first good plan has made way for the last word."""
    page.get_by_role("button", name="Take this plan").first.wait_for()
    page.wait_for_selector(".htmx-request", state="detached")


def test_somebody_plans_toward_a_stack_and_asks_what_if(window: Window) -> None:
    page = sign_up(window, "Noemi Rivera")
    page.goto(
        page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/path/stacks/network-technician-programme/"
    )
    page.get_by_role("button", name="Make this my goal").click()
    page.get_by_label("Budget in US dollars").fill("2500")
    page.get_by_label("Hours a week").fill("10")
    page.get_by_role("button", name="Make it my goal").click()
    settled(page)
    plans = page.inner_text("main")
    assert "Awarded by itself as soon as its parts are there" in plans
    assert "Proven: no other plan within these limits costs less." in plans
    assert page.locator(".drawing-graph").count() >= 1
    assert page.locator(".drawing-plan").count() >= 1
    page.get_by_role("link", name="“Network Foundations” is not offered any more").click()
    page.get_by_text("Then not everything fits any more").wait_for()
    page.get_by_role("link", name="I had 2 more hours a week").click()
    page.get_by_text("Then the same plan is done").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Take this plan").first.click()
    page.get_by_role("heading", name="Your plan").wait_for()
    settled(page)
    assert violations(page) == []


def test_somebody_plans_toward_a_stack_with_a_skill_beside_it_and_changes_what_stands_beside(window: Window) -> None:
    page = sign_up(window, "Wanda Okafor")
    base = "/".join(page.url.split("/", 3)[:3])
    page.goto(f"{base}/path/stacks/network-support/")
    page.get_by_role("button", name="Make this my goal").click()
    assert violations(page) == []
    page.get_by_label("Skills you want beside it").fill("Sales and Marketing = 3")
    page.get_by_label("Hours a week").fill("12")
    page.get_by_role("button", name="Make it my goal").click()
    settled(page)
    assert "Proven: no other plan within these limits costs less." in page.inner_text("main")
    assert "Network Support and the skills beside it" in (page.locator(".drawing-graph").first.text_content() or "")
    page.get_by_role("heading", name="Skills beside it").wait_for()
    assert violations(page) == []
    page.get_by_role("link", name="Change the skills you want beside it").click()
    typed = page.get_by_label("Skills you want beside it")
    assert (typed.input_value(), page.get_by_label("Hours a week").input_value()) == ("Sales and Marketing = 3", "12")
    typed.fill("")
    page.get_by_role("button", name="Plan for this").click()
    settled(page)
    assert page.get_by_role("heading", name="Skills beside it").count() == 0
    page.get_by_role("link", name="Want skills beside it, by one plan").wait_for()


def test_somebody_types_skills_sees_choices_side_by_side_and_rules_one_out(window: Window) -> None:
    page = sign_up(window, "Tobias Winkler")
    page.get_by_role("link", name="My path").click()
    page.get_by_role("link", name="Name skills instead").click()
    page.get_by_label("What it is for").fill("The office of a small shop")
    page.get_by_label("Skills, one on each line").fill("Economics and Accounting = 4\nSales and Marketing = 3")
    page.get_by_role("button", name="Make it my goal").click()
    settled(page)
    rows = page.locator("section[aria-labelledby=side-by-side] tbody tr")
    assert rows.count() >= 2
    assert "Judging by its field of study" in page.inner_text("main")
    assert violations(page) == []
    first = page.locator("article .step-title").first.inner_text()
    page.get_by_role("button", name="Not this one").first.click()
    settled(page)
    assert first not in page.locator("article").first.inner_text()
    page.get_by_text("Ways, places, quality, and what to leave out").click()
    assert violations(page) == []
