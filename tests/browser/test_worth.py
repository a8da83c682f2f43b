"""What a credential is worth, as both sides live with it: judged, answered, appealed, decided by somebody else, and all of it readable."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.browser.conftest import violations

type Window = Callable[..., Any]
PAGE = "/catalogue/rebuilding-an-office-network/credibility/"
CRITERION = "#C6"


def opened(page: Any, words: str) -> Any:
    """Open what stands behind these words beside the criterion, and return the criterion's panel."""
    panel = page.locator(CRITERION)
    panel.locator("summary", has_text=words).click()
    return panel


def find(panel: Any, points: str, sentence: str) -> None:
    """Fill in a finding."""
    panel.get_by_label("Points").fill(points)
    panel.get_by_label("How it was checked").select_option("reviewed")
    panel.get_by_label("What was found, in one sentence").fill(sentence)
    panel.get_by_label("Source").fill("Report on reliability, 2026")


def test_a_finding_is_answered_appealed_and_decided_by_somebody_else_and_everybody_can_read_it(window: Window) -> None:
    judge = window("accreditor", PAGE)
    before = judge.locator(".panel svg title").first.text_content()
    panel = opened(judge, "Record evidence on C6")
    find(panel, "0", "No report on reliability was found")
    assert violations(judge) == []
    panel.get_by_role("button", name="Record", exact=True).click()
    judge.get_by_text("It is on record.").wait_for()
    assert judge.url.endswith(CRITERION)

    provider = window("designer", PAGE)
    panel = opened(provider, "Answer or appeal on C6")
    panel.get_by_label("Your answer on C6, shown beside it").fill("The report is on our website since May.")
    panel.get_by_role("button", name="Answer").click()
    provider.get_by_text("Your answer stands beside the criterion.").wait_for()
    panel = opened(provider, "Answer or appeal on C6")
    panel.get_by_label("Why C6 is judged wrongly").fill("The report of 2026 was not read.")
    assert violations(provider) == []
    panel.get_by_role("button", name="Appeal").click()
    provider.get_by_text("Somebody who had no part in it decides.").wait_for()

    reader = window("", PAGE, width=390, theme="dark")
    assert "One question is open" in reader.inner_text("main"), "while it is open, everybody is told"

    judge.goto(judge.url.split("#")[0])
    panel = opened(judge, "Decide the appeal on C6")
    panel.get_by_label("Reasons to dismiss it").fill("I have looked already.")
    panel.get_by_role("button", name="Dismiss").click()
    judge.get_by_text("whoever recorded what is contested does not decide the appeal", exact=False).wait_for()

    other = window("second-accreditor", PAGE)
    panel = opened(other, "Decide the appeal on C6")
    panel.get_by_label("Reasons to uphold it").fill("The report is there, and says how the tasks were tried out.")
    find(panel, "2", "A report says how the tasks were tried out")
    assert violations(other) == []
    panel.get_by_role("button", name="Uphold").click()
    other.get_by_text("The new finding holds from now on.").wait_for()

    reader.reload()
    told = re.sub(r"\s+", " ", reader.locator(CRITERION).inner_text())
    for words in (
        "1.4 of 2", "A report says how the tasks were tried out", "The report is on our website since May.", "Harbourview College answers",
        "Upheld", "The report of 2026 was not read.", "Tidewater Accreditation Board decided on", "says how the tasks were tried out.",
    ):  # fmt: skip
        assert words in told, words
    assert reader.locator(CRITERION).locator("form").count() == 0
    assert "is open about" not in reader.inner_text("main")
    reader.locator(CRITERION).get_by_text("Everything on record (2)").click()
    record = reader.locator(CRITERION).inner_text()
    assert "No report on reliability was found" in record, "what was contested stays readable"
    assert "It settles an appeal." in record
    changes = reader.locator("section", has=reader.get_by_role("heading", name="How it changed")).inner_text()
    assert changes.index("appeal on C6 upheld") < changes.index("evidence on C6 recorded"), "the newest first"
    assert reader.locator(".panel svg title").first.text_content() != before
    assert violations(reader) == []


def test_whoever_made_it_too_does_not_judge_it(window: Window) -> None:
    page = window("endorser", PAGE)
    assert page.locator("summary", has_text="Record evidence").count() == 0
