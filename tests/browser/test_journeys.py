"""What people come for, done as they do it: by clicking, typing and dropping files into a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

from tests.browser.conftest import violations
from tools.screenshots import Visitor

from cairn.credentials import unbake

type Window = Callable[..., Any]
BADGE = "supporting-people-who-use-networks"


def sign_up(window: Window, name: str) -> Any:
    page = window("", "/sign-up/")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(f"{name.split()[0].lower()}@newcomer.example")
    page.get_by_label("Password").fill("a path of many stones")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/sign-up" not in address)
    return page


def check(page: Any, base: str, *files: Any) -> str:
    """Drop files on the verify page and return what it says."""
    page.goto(base + "/verify/")
    page.locator("input[type=file]").set_input_files(*files)
    page.get_by_role("button", name="Check it").click()
    page.wait_for_selector("#result .verdict")
    assert violations(page) == []
    return str(page.inner_text("#result"))


def buffer(name: str, kind: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": content}


def test_a_newcomer_signs_up_sets_a_goal_and_takes_a_plan(window: Window) -> None:
    page = sign_up(window, "Dalia Moreno")
    page.get_by_role("link", name="My path").click()
    page.get_by_role("link", name="Choose an occupation").first.click()
    page.get_by_role("searchbox").fill("network support")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Computer Network Support Specialists").first.click()
    page.get_by_role("button", name="Make this my goal").click()
    page.get_by_label("Budget in US dollars").fill("2500")
    page.get_by_label("Hours a week").fill("10")
    page.get_by_role("button", name="Make it my goal").click()
    page.get_by_role("heading", name="The gap, skill by skill").wait_for()
    page.get_by_label("Level I bring in Customer and Personal Service").fill("4")
    page.get_by_role("button", name="Note what I bring").click()
    page.get_by_text("Noted one skill.").wait_for()
    page.get_by_role("button", name="Take this plan").first.click()
    page.get_by_role("heading", name="Your plan").wait_for()
    assert "Network Foundations" in page.inner_text("main")
    page.get_by_role("link", name="My path").click()
    assert "Your plan: " in page.inner_text("main")


def test_three_programmes_ticked_in_the_catalogue_are_laid_side_by_side(window: Window) -> None:
    page = window("", "/catalogue/")
    page.get_by_role("searchbox").fill("netwrok suport")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=netwrok**")
    names = []
    for _ in range(3):
        names.append(page.locator("article input[name=c]").first.evaluate("one => one.value"))
        page.locator(
            f"article input[value='{names[-1]}']"
        ).click()  # the list is drawn anew, and the box goes to the tray
        page.locator(f"#compare-tray input[value='{names[-1]}']").wait_for()
    page.get_by_role("link", name="Compare these 3").click()
    page.wait_for_url("**/compare/**")
    table = page.locator("table.compare")
    assert table.locator("thead th").count() >= 3
    assert "Price" in table.inner_text()
    assert "not stated" in table.inner_text()


def test_evidence_becomes_an_award_which_is_shared_checked_and_at_last_revoked(
    window: Window, visitor: Visitor, tmp_path: Path
) -> None:
    base = visitor.base
    learner = sign_up(window, "Ruben Castellanos")
    learner.goto(f"{base}/catalogue/{BADGE}/")
    learner.get_by_role("button", name="Enrol").dblclick()  # as impatient people do
    learner.get_by_role("button", name="Hand in").wait_for()
    enrolment = learner.url
    learner.get_by_label("In your own words").fill("I wrote the guide and tried it on two colleagues.")
    learner.get_by_label("A file").set_input_files(
        buffer("guide.txt", "text/plain", b"Turn it off. Turn it on again.\n")
    )
    learner.get_by_role("button", name="Hand in").click()
    learner.get_by_text("guide.txt").first.wait_for()

    assessor = window("assessor", "/desk/assessor/")
    assessor.get_by_role("link", name="Ruben Castellanos").first.click()
    assert "I wrote the guide" in assessor.inner_text("main")
    groups = assessor.get_by_role("group").filter(has=assessor.get_by_role("radio"))
    assert groups.count() >= 1
    for group in groups.all():
        group.get_by_role("radio").first.focus()
        assessor.keyboard.press("ArrowDown")
        assessor.keyboard.press("ArrowDown")
        assert group.get_by_role("radio").nth(2).is_checked()
    assessor.get_by_label("Feedback for the learner").fill("Clear, and kind to its readers.")
    assessor.get_by_role("button", name="Decide").press("Enter")
    assessor.get_by_text("Meets the rubric").first.wait_for()

    learner.goto(enrolment)
    assert "Clear, and kind to its readers." in learner.inner_text("main")
    learner.goto(base + "/credentials/")
    learner.locator("main a.card-link").first.click()
    with learner.expect_download() as taken:
        learner.get_by_role("link", name="Signed credential").click()
    signed = Path(taken.value.path()).read_text(encoding="utf-8")
    assert json.loads(signed)["name"] == "Supporting People Who Use Networks"
    with learner.expect_download() as taken:
        learner.get_by_role("link", name="Badge image (PNG)").click()
    picture = Path(taken.value.path()).read_bytes()
    assert unbake(picture) == signed

    held = learner.url.split("#")[0]
    learner.get_by_label("Who is it for?").fill("Pinewood Logistics")
    learner.get_by_role("button", name="Make the link").click()
    shared = learner.locator("input[id^=share-link]").first.input_value()
    linkedin = learner.get_by_role("link", name="Add to my profile").get_attribute("href")
    asked = parse_qs(urlparse(linkedin).query)
    assert urlparse(linkedin).hostname == "www.linkedin.com"
    assert asked["startTask"] == ["CERTIFICATION_NAME"]
    assert asked["certUrl"] == [shared]
    assert asked["organizationName"] == ["Harbourview College"]

    stranger = window("", urlparse(shared).path)
    assert stranger.inner_text("h1") == "Supporting People Who Use Networks"
    assert "Verified" in stranger.inner_text("#check")
    hidden = window("", urlparse(held).path, may_fail=True)
    assert "Supporting People" not in hidden.inner_text("main")

    employer = window("employer", "/verify/")
    json_file = buffer("credential.json", "application/json", signed.encode())
    said = check(employer, base, json_file)
    assert "Verified" in said
    assert "Harbourview College" in said
    assert "Verified" in check(employer, base, buffer("badge.png", "image/png", picture))
    changed = signed.replace("Supporting People", "Supporting Peopla", 1)
    assert "Not verified" in check(employer, base, buffer("c.json", "application/json", changed.encode()))

    registrar = window("registrar", "/desk/provider/harbourview-college/awards/?q=Ruben")
    registrar.locator("main table a").first.click()
    registrar.get_by_role("link", name=re.compile("Revoke")).click()
    registrar.get_by_label("Awarded in error").check()
    registrar.get_by_label("Explanation").fill("Another person's work was handed in by mistake.")
    registrar.get_by_label("I know that this cannot be undone").check()
    registrar.get_by_role("button", name="Revoke for good").click()
    registrar.get_by_text("Revoked").first.wait_for()
    said = check(employer, base, json_file)
    assert "Not verified" in said
    assert "revoked" in said.lower()
    stranger.reload()
    assert "Not verified" in stranger.inner_text("#check")


def test_what_a_designer_writes_is_reviewed_and_published_by_others(window: Window, visitor: Visitor) -> None:
    designer = window("designer", "/desk/provider/definitions/new/")
    for label, words in {
        "Title": "Cable Testing",
        "Description": "Test a cable and say what is wrong with it.",
        "Learning outcomes": "Find the fault in a cable with a tester -> 1",
        "Rubric": "Finding the fault\n- Not yet: guesses\n* Works: finds it with the tester",
        "What must be shown to earn it": "Three faulty cables, each fault found.",
        "Type of assessment": "Observed task",
        "Workload in hours": "8",
        "EQF level": "3",
        "Quality assurance": "Reviewed by somebody other than the author.",
    }.items():
        designer.get_by_label(re.compile(rf"^{label}( \(optional\))?$")).fill(words)
    designer.get_by_label("Form of participation").select_option("onsite")
    designer.get_by_label("Supervision and identity check").select_option(index=3)
    designer.get_by_role("button", name="Save", exact=True).click()
    designer.get_by_role("button", name="Submit for review").click()
    designer.get_by_text("In review").first.wait_for()
    assert designer.get_by_role("button", name="Approve").count() == 0
    draft = urlparse(designer.url).path
    reviewer = window("reviewer", draft)
    reviewer.get_by_role("button", name="Approve").click()
    reviewer.get_by_text("Approved").first.wait_for()
    publisher = window("publisher", draft)
    publisher.get_by_role("button", name="Publish for good").click()
    publisher.get_by_role("link", name="See it in the catalogue").click()
    assert publisher.inner_text("h1") == "Cable Testing"
    anybody = window("", "/catalogue/?q=cable+testing")
    anybody.get_by_role("link", name="Cable Testing").first.wait_for()


def test_an_employer_describes_a_role_and_lays_a_candidate_beside_it(window: Window, visitor: Visitor) -> None:
    mira = window("learner", "/credentials/")
    mira.get_by_role("link", name="Network Foundations").first.click()
    with mira.expect_download() as taken:
        mira.get_by_role("link", name="Badge image (SVG)").click()
    badge = buffer("badge.svg", "image/svg+xml", Path(taken.value.path()).read_bytes())
    employer = window("employer", "/desk/employer/roles/new/")
    employer.get_by_label("What do you call the role?").fill("Office network, day shift")
    employer.get_by_label("Like which occupation?").fill("15-1231.00")
    employer.get_by_role("button", name="Propose what it needs").click()
    employer.wait_for_url(re.compile(r"/desk/employer/roles/(\d+/|new/)$"))
    keep = employer.get_by_role("button", name="Keep")
    keep.click()
    employer.wait_for_url(re.compile(r"/desk/employer/roles/\d+/$"))
    employer.get_by_label("Credential files").first.set_input_files(badge)
    employer.get_by_role("button", name="Check and compare").click()
    employer.wait_for_url("**/compare/")
    said = employer.inner_text("main")
    assert violations(employer) == []
    assert "Network Foundations" in said
    assert "Telecommunications" in said


def test_a_broken_image_is_answered_with_what_to_do(window: Window, visitor: Visitor) -> None:
    page = window("", "/verify/", may_fail=True)
    page.locator("input[type=file]").set_input_files(buffer("b.png", "image/png", b"\x89PNG\r\n\x1a\n broken"))
    page.get_by_role("button", name="Check it").click()
    page.locator("#result .verdict, #messages .notice, .error-summary").first.wait_for()
    said = page.inner_text("main")
    assert "Traceback" not in said
    assert re.search(r"broken|damaged|not verifiable|cannot be read|no credential", said, re.IGNORECASE)


def test_a_withdrawn_link_says_that_it_works_no_more(window: Window, visitor: Visitor) -> None:
    mira = window("learner", "/credentials/")
    mira.get_by_role("link", name="Diagnosing and Repairing Networks").first.click()
    mira.get_by_role("button", name="Make the link").click()
    link = mira.locator("input[id^=share-link]").first.input_value()
    mira.get_by_role("button", name="Withdraw").first.click()
    mira.wait_for_load_state()
    page = visitor.context("").new_page()
    answer = page.goto(link)
    assert answer.status == 410
    assert "withdrawn" in page.inner_text("main").lower() or "ended" in page.inner_text("main").lower()
    assert "Diagnosing" not in page.inner_text("main")
    page.context.close()


def test_a_stack_is_drawn_for_anybody(window: Window) -> None:
    page = window("", "/path/stacks/network-support/")
    drawing = page.locator(".drawing-wide")
    assert drawing.is_visible()
    assert "Network Foundations" in drawing.text_content()


def test_an_unknown_occupation_says_where_to_look(window: Window) -> None:
    page = window("", "/occupations/99-9999.99/", may_fail=True)
    assert "99-9999.99" in page.inner_text("main")
    assert "Search the occupations by name" in page.inner_text("main")


def test_a_wrong_password_is_refused_and_the_focus_goes_to_the_reason(window: Window) -> None:
    page = window("", "/sign-in/")
    page.get_by_label("E-mail address").fill("mira@learner.example")
    page.get_by_label("Password", exact=True).fill("not this one")
    page.keyboard.press("Enter")
    page.locator("[data-error-summary]").wait_for()
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")


def test_without_javascript_one_can_search_and_compare(window: Window) -> None:
    page = window("", "/catalogue/", java_script_enabled=False)
    page.locator("#q").fill("network")
    page.locator("input[name=type][value=certificate]").check()
    page.get_by_role("button", name="Search").click()
    assert "type=certificate" in page.url
    for box in page.locator("input[name=c]").all()[:2]:
        box.check()
    page.get_by_role("button", name="Compare what is ticked").click()
    page.locator("table.compare tbody").first.wait_for()
    assert page.locator("table.compare thead th").count() >= 2


def test_without_javascript_one_can_check_a_credential(window: Window) -> None:
    page = window("", "/verify/", java_script_enabled=False)
    page.locator("textarea").fill('{"name": "no credential"}')
    page.get_by_role("button", name="Check it").click()
    assert page.locator("#result .verdict").is_visible()


def test_without_javascript_one_can_enrol_and_set_a_goal(window: Window, visitor: Visitor) -> None:
    page = window("instructor", "/learn/enrol/network-foundations/", java_script_enabled=False)
    page.get_by_role("button", name="Enrol").click()
    page.get_by_role("button", name="Hand in").wait_for()
    page.goto(visitor.base + "/path/goals/new/?occupation=15-1231.00")
    page.get_by_role("button", name="Make it my goal").click()
    page.get_by_role("link", name="Look for plans").click()
    assert page.get_by_role("heading", name="Plans to choose from").is_visible()
    assert page.get_by_role("button", name="Take this plan").first.is_visible()
