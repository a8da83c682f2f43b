"""Larger credentials as people live with them: a first badge, a newer rule, a part that falls; recognition from desk to desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.browser.conftest import violations
from tests.browser.test_journeys import sign_up
from tools.screenshots import Visitor

type Window = Callable[..., Any]
DESK = "/desk/provider/harbourview-college"
DEFINITIONS = "/desk/provider/definitions/"


def award(window: Window, title: str, who: str) -> None:
    """The registrar awards something directly."""
    page = window("registrar", f"{DESK}/direct/")
    page.get_by_label("Credential", exact=True).select_option(label=page_option(page, title))
    page.get_by_label("E-mail address").fill(who)
    page.get_by_role("button", name="See what would happen").click()
    page.get_by_role("button", name="Award it now").click()
    page.get_by_role("status").get_by_text(re.compile("award", re.IGNORECASE)).first.wait_for()


def page_option(page: Any, title: str) -> str:
    found: str = page.locator("option").filter(has_text=title).first.inner_text()
    return found


@contextmanager
def without_scripts(page: Any) -> Iterator[Any]:
    """The same person at the same address in a browser that runs no scripts."""
    plain = page.context.browser.new_context(
        storage_state=page.context.storage_state(), java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    bare = plain.new_page()
    bare.set_default_timeout(15_000)
    bare.goto(page.url)
    yield bare
    plain.close()


def test_a_learner_goes_from_a_first_badge_to_the_choice_of_a_newer_rule(window: Window, visitor: Visitor) -> None:
    learner = sign_up(window, "Amal Haddad")
    award(window, "Rebuilding an Office Network", "amal@newcomer.example")
    stack = f"{visitor.base}/path/stacks/network-technician-programme/"
    learner.goto(stack)
    learner.get_by_text("What counts where").first.wait_for()
    assert violations(learner) == []

    designer = window("designer", DEFINITIONS)
    designer.get_by_role("link", name="Network Technician Programme").first.click()
    designer.get_by_role("button", name="New version").click()
    designer.get_by_label("What must be shown to earn it").fill(
        "Hold the certificate and pass the project, twice reviewed."
    )
    designer.get_by_role("button", name="Save", exact=True).click()
    designer.get_by_role("button", name="Submit for review").click()
    draft = designer.url.removeprefix(visitor.base)
    window("reviewer", draft).get_by_role("button", name="Approve").click()
    publisher = window("publisher", draft)
    publisher.get_by_role("button", name="Publish for good").click()
    publisher.get_by_text("It stands in the catalogue now").wait_for()

    learner.goto(stack)
    learner.get_by_role("link", name="Compare it with the new one").click()
    learner.get_by_role("heading", name="What is different").wait_for()
    assert violations(learner) == []
    with without_scripts(learner) as bare:
        bare.get_by_role("button", name="Choose the new version").click()
        assert "You follow the new version" in bare.inner_text("#messages")
    learner.goto(stack)
    assert learner.get_by_role("link", name="Compare it with the new one").count() == 0


def test_a_part_falls_and_a_registrar_says_what_follows(window: Window, visitor: Visitor) -> None:
    sign_up(window, "Bela Kovacs")
    badges = ("Network Foundations", "Diagnosing and Repairing Networks", "Supporting People Who Use Networks")
    for title in badges:
        award(window, title, "bela@newcomer.example")
    registrar = window("registrar", f"{DESK}/awards/?q=Bela")
    registrar.locator("main table a").filter(has_text=badges[0]).or_(
        registrar.locator("main table tr").filter(has_text=badges[0]).locator("a")
    ).first.click()
    registrar.get_by_role("link", name=re.compile("Revoke")).click()
    registrar.get_by_label("Awarded in error").check()
    registrar.get_by_label("Explanation").fill("Another person's work was handed in by mistake.")
    registrar.get_by_label("I know that this cannot be undone").check()
    registrar.get_by_role("button", name="Revoke for good").click()
    registrar.get_by_text("Revoked").first.wait_for()

    registrar.goto(f"{visitor.base}{DESK}/questions/")
    assert violations(registrar) == []
    registrar.locator("tr").filter(has_text="Bela Kovacs").get_by_role("link").click()
    assert "The parts that stand are not enough." in registrar.inner_text("main")
    assert violations(registrar) == []
    with without_scripts(registrar) as bare:
        bare.get_by_label("It is awarded again with the parts that stand").check()
        bare.get_by_label("Why", exact=True).fill("The rest was shown.")
        bare.get_by_role("button", name="Decide").click()
        assert "Decided." not in bare.inner_text("#messages")  # what is left is not enough
        bare.get_by_label("It is revoked, for good").check()
        bare.get_by_label("Why", exact=True).fill("Without the first badge the certificate says too much.")
        bare.get_by_role("button", name="Decide").click()
        assert "Decided." in bare.inner_text("#messages")
        assert "Bela Kovacs" not in bare.inner_text("section[aria-labelledby=open]")

    award(window, badges[0], "bela@newcomer.example")
    registrar.goto(f"{visitor.base}{DESK}/questions/")
    again = registrar.locator("article").filter(has_text="Bela Kovacs")
    again.get_by_label("Why it is awarded again").fill("The badge was earned anew.")
    again.get_by_role("button", name="Award again").click()
    registrar.get_by_text("The award is made again").wait_for()


def test_a_learner_asks_and_examiner_dean_and_registrar_recognise(window: Window, visitor: Visitor) -> None:
    learner = window("learner", "/recognition/new/")
    learner.get_by_label("Institution").select_option("northgate-university")
    learner.get_by_label("Credential", exact=True).select_option(
        label=page_option(learner, "Diagnosing and Repairing Networks")
    )
    learner.get_by_role("button", name="Next").click()
    assert violations(learner) == []
    learner.get_by_label("Why it fits").fill("I found, mended and explained three faults before an examiner.")
    learner.get_by_role("button", name="Ask", exact=True).click()
    learner.get_by_role("heading", name="What happened, and what comes").wait_for()
    request = learner.url.removeprefix(visitor.base)

    examiner = window("examiner", request)
    assert violations(examiner) == []
    said = examiner.locator("details").filter(has_text="What the credential says").inner_text()
    assert "Earned on" in said
    assert "Workload" in said  # the criteria, as they were signed
    with without_scripts(examiner) as bare:
        judge(bare, "examine", "Send to the dean", "It covers the first half of our course on networks.")
    dean = window("dean", request)
    judge(dean, "decide", "Decide", "As the examiner says.")
    registrar = window("university-registrar", request)
    registrar.get_by_role("button", name="Confirm and sign").click()
    registrar.locator("#messages").get_by_text("the recognition is signed").wait_for()
    assert violations(registrar) == []

    learner.reload()
    learner.get_by_role("link", name="The signed recognition is in your wallet.").click()
    assert "Northgate University" in learner.inner_text("main")


def test_a_degree_plan_shows_what_came_by_agreement_and_what_a_cap_took_away(window: Window, visitor: Visitor) -> None:
    """Network Support counts for 4 credits and the project for 3; the agreement gives 6 in all, so that one is cut."""
    learner = window("learner", "/recognition/degrees/first-year-in-networks-and-systems/", width=390)
    shown = learner.inner_text("main")
    assert "6 of at most 6 US semester credits count by the agreement" in shown
    assert "(1 US semester credit beyond its cap)" in shown
    assert "What does not count, and why" in shown
    assert learner.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(learner) == []


def judge(page: Any, act: str, button: str, reason: str) -> None:
    form = page.locator(f"form[action$='/{act}/']")
    form.get_by_label("For recognition").check()
    form.get_by_label("Credits", exact=False).first.fill("3")
    form.get_by_label("Credit scheme").select_option("ects")
    form.get_by_label("Reason").fill(reason)
    form.get_by_role("button", name=button).click()
    page.locator("#messages").get_by_text(re.compile(r"\w")).first.wait_for()
    assert page.locator(f"form[action$='/{act}/']").count() == 0


def test_a_designer_sells_offers_together_and_gives_a_discount_without_scripts(
    window: Window, visitor: Visitor
) -> None:
    page = window("designer", f"{DEFINITIONS}bundles/", width=390, theme="dark")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with without_scripts(page) as bare:
        bare.get_by_label("Name").fill("Badge and project")
        bare.get_by_role("checkbox", name=re.compile("Network Foundations")).check()
        bare.get_by_role("checkbox", name=re.compile("Rebuilding an Office Network")).check()
        bare.get_by_label("Price of all together").fill("430.50")
        bare.get_by_role("button", name="Sell it").click()
        assert "on sale" in bare.inner_text("#messages")
        assert "$430.50 instead of $480" in bare.inner_text("main")
    page.goto(f"{visitor.base}{DEFINITIONS}")
    page.get_by_role("link", name="Supporting People Who Use Networks").first.click()
    page.get_by_role("link", name=re.compile("^Discounts")).first.click()
    page.get_by_label("Name").fill("For those who began here")
    page.get_by_label("Per cent off").fill("15")
    page.get_by_label("For those who hold").fill(f"{visitor.base}/catalogue/network-foundations/")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Give it").press("Enter")
    page.get_by_text("$22.50 less (15%)").wait_for()
    assert violations(page) == []
    shown = window("", "/catalogue/supporting-people-who-use-networks/")
    assert "Less for some" in shown.inner_text("main")
    assert violations(shown) == []
