"""Take a picture of every page of a served demonstration: wide and on a phone, light and dark.

    $ make demo                                        # in another terminal
    $ .venv/bin/python tools/screenshots.py http://localhost:8000 pictures/

Each page is opened as the person whose page it is. What has a number or a secret in its address is found by following links, as
people do. The browser tests walk over the same list.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

PASSWORD = "one stone upon another"  # noqa: S105 - what the demonstration prints when it starts
PEOPLE = {
    "learner": "mira@learner.example",
    "designer": "tomas@harbourview.example",
    "reviewer": "amara@harbourview.example",
    "publisher": "joan@harbourview.example",
    "instructor": "luis@harbourview.example",
    "assessor": "priya@harbourview.example",
    "registrar": "helen@harbourview.example",
    "endorser": "curtis@meridian-guild.example",
    "accreditor": "leonie@tidewater-board.example",
    "second-accreditor": "anton@tidewater-board.example",
    "employer": "noor@pinewood.example",
    "operator": "sam@operator.example",
    "examiner": "elias@northgate.example",
    "dean": "margit@northgate.example",
    "university-registrar": "iris@northgate.example",
}
FLAGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync"
WIDE, PHONE = 1280, 390
EVERY_PICTURE = """Promise.all([...document.images].map((one) => {
  one.loading = "eager";
  return one.complete || new Promise((done) => { one.onload = one.onerror = done; });
}))"""
LINKS = """text => [...new DOMParser().parseFromString(text, "text/html").querySelectorAll("main a[href]")].map(
  (one) => [one.getAttribute("href"), one.textContent.trim().replace(/\\s+/g, " ")])"""
"""The links of a page as the server sent it: what comes in by itself may take a link's place at any moment."""
LOOKS = [(WIDE, "light"), (PHONE, "dark"), (WIDE, "dark"), (PHONE, "light")]


@dataclass(frozen=True)
class Kind:
    """A kind of page: whose it is, where to begin, and which links to follow from there: patterns of their addresses or words."""

    name: str
    who: str
    start: str
    follow: tuple[str, ...] = ()
    status: int = 200


HELD = r"/credentials/\d+/$"
KINDS = [
    Kind("home", "", "/"),
    Kind("catalogue", "", "/catalogue/"),
    Kind("catalogue-found", "", "/catalogue/?q=network+support"),
    Kind("catalogue-nothing", "", "/catalogue/?q=zzzzqqqq"),
    Kind("credential-imported", "", "/catalogue/?q=network&type=certificate", (r"/catalogue/[\w-]+-nj-\d+/$",)),
    Kind("credential-badge", "", "/catalogue/network-foundations/"),
    Kind("credential-in-spanish", "", "/catalogue/network-foundations/?language=es"),
    Kind("credential-certificate", "", "/catalogue/network-support/"),
    Kind("credential-programme", "learner", "/catalogue/network-technician-programme/"),
    Kind("credential-industry", "", "/catalogue/registered-network-technician/"),
    Kind("credential-version", "", "/catalogue/network-foundations/versions/1/"),
    Kind("compare-nothing", "", "/compare/"),
    Kind("compare", "", "/compare/?c=network-foundations&c=network-nj-15745&c=comptia-network-certification-nj-36163"),
    Kind("provider", "", "/catalogue/network-foundations/", (r"/providers/[\w-]+/$",)),
    Kind("provider-imported", "", "/catalogue/?q=network", (r"/catalogue/[\w-]+-nj-\d+/$", r"/providers/[\w-]+/$")),
    Kind("occupations", "", "/occupations/"),
    Kind("occupation", "", "/occupations/15-1231.00/"),
    Kind("occupation-signed-in", "learner", "/occupations/15-1212.00/"),
    Kind("occupation-unknown", "", "/occupations/99-9999.99/", status=404),
    Kind("verify", "", "/verify/"),
    Kind("stack", "", "/path/stacks/network-support/"),
    Kind("stack-mine", "learner", "/path/stacks/network-technician-programme/"),
    Kind("api", "", "/api/"),
    Kind("sign-in", "", "/sign-in/"),
    Kind("sign-up", "", "/sign-up/"),
    Kind("sign-out", "learner", "/sign-out/"),
    Kind("password-forgotten", "", "/account/password/reset/"),
    Kind("password-forgotten-sent", "", "/account/password/reset/done/"),
    Kind("share-link-unknown", "", "/s/never-was-one/", status=404),
    Kind("nowhere", "", "/nowhere-at-all/", status=404),
    Kind("account", "learner", "/account/"),
    Kind("account-password", "learner", "/account/password/change/"),
    Kind("account-email", "learner", "/account/email/"),
    Kind("account-two-factors", "learner", "/account/2fa/"),
    Kind("account-tokens", "learner", "/account/tokens/"),
    Kind("account-erase", "learner", "/account/erase/"),
    Kind("path", "learner", "/path/"),
    Kind("goal", "learner", "/path/", (r"/path/goals/\d+/$",)),
    Kind("plans", "learner", "/path/", (r"/path/goals/\d+/$", r"/path/goals/\d+/plans/$")),
    Kind("goal-new", "learner", "/path/goals/new/?occupation=15-1244.00"),
    Kind("goal-new-skills", "learner", "/path/goals/new/?kind=skills"),
    Kind("skills", "learner", "/skills/"),
    Kind("skill", "learner", "/skills/?q=network", (r"/skills/\d+/$",)),
    Kind("learn", "learner", "/learn/"),
    Kind("learn-nothing", "instructor", "/learn/"),
    Kind("enrol", "operator", "/learn/enrol/network-foundations/"),
    Kind("enrolment", "learner", "/learn/", (r"/learn/\d+/$",)),
    Kind("credentials", "learner", "/credentials/"),
    Kind("credentials-nothing", "instructor", "/credentials/"),
    Kind("credential-held", "learner", "/credentials/", (HELD,)),
    Kind("credential-shared", "learner", "/credentials/", ("Network Support", "See what they see")),
    Kind("credential-import", "learner", "/credentials/import/"),
    Kind("desk-provider", "registrar", "/desk/provider/"),
    Kind("desk-provider-overview", "registrar", "/desk/provider/", (r"/desk/provider/harbour[\w-]*/$",)),
    Kind("desk-awards", "registrar", "/desk/provider/", (r"/desk/provider/harbour[\w-]*/$", r"/awards/$")),
    Kind("desk-award", "registrar", "/desk/provider/", (r"/desk/provider/harbour[\w-]*/$", r"/awards/$", r"/awards/[\w-]{36}/$")),
    Kind("desk-direct", "registrar", "/desk/provider/", (r"/desk/provider/harbour[\w-]*/$", r"/direct/$")),
    Kind("desk-keys", "registrar", "/desk/provider/", (r"/desk/provider/harbour[\w-]*/$", r"/keys/$")),
    Kind("desk-definitions", "designer", "/desk/provider/definitions/"),
    Kind("desk-definition-new", "designer", "/desk/provider/definitions/new/"),
    Kind("desk-definition", "reviewer", "/desk/provider/definitions/", (r"/desk/provider/definitions/\d+/$",)),
    Kind("desk-definition-published", "publisher", "/desk/provider/definitions/?state=published", (r"/desk/provider/definitions/\d+/$",)),
    Kind("desk-definition-edit", "designer", "/desk/provider/definitions/", ("Network Support", r"/edit/$")),
    Kind("desk-definition-language", "designer", "/desk/provider/definitions/", ("Network Support", r"/language/")),
    Kind("desk-rule", "designer", "/desk/provider/definitions/", ("Network Support", r"/rule/$")),
    Kind("desk-rule-try", "designer", "/desk/provider/definitions/", ("Network Support", r"/rule/$", r"/try/")),
    Kind("desk-bundles", "designer", "/desk/provider/definitions/bundles/"),
    Kind("desk-discounts", "designer", "/desk/provider/definitions/", ("Rebuilding an Office Network", r"/discounts/$")),
    Kind("desk-questions", "registrar", "/desk/provider/", (r"/desk/provider/harbour[\w-]*/$", r"/questions/$")),
    Kind("desk-question", "registrar", "/desk/provider/", (r"/desk/provider/harbour[\w-]*/$", r"/questions/$", r"/questions/\d+/$")),
    Kind("desk-assessor", "assessor", "/desk/assessor/"),
    Kind("desk-submission", "assessor", "/desk/assessor/", (r"/desk/assessor/\d+/$",)),
    Kind("desk-sessions", "instructor", "/desk/assessor/sessions/"),
    Kind("desk-session", "instructor", "/desk/assessor/sessions/", (r"/desk/assessor/sessions/\d+/$",)),
    Kind("desk-session-new", "instructor", "/desk/assessor/sessions/new/"),
    Kind("recognition", "learner", "/recognition/"),
    Kind("recognition-new", "learner", "/recognition/new/"),
    Kind("recognition-request", "learner", "/recognition/", (r"/recognition/requests/[\w-]{36}/$",)),
    Kind("recognition-done", "learner", "/recognition/", ("Network Support",)),
    Kind("degree-plan", "learner", "/recognition/degrees/first-year-in-networks-and-systems/"),
    Kind("degree-plan-nobody", "", "/recognition/degrees/first-year-in-networks-and-systems/"),
    Kind("recognition-desk", "examiner", "/recognition/desk/northgate-university/"),
    Kind("recognition-examine", "examiner", "/recognition/desk/northgate-university/", ("Soldering for Repairs",)),
    Kind("agreements", "university-registrar", "/recognition/desk/northgate-university/agreements/"),
    Kind("agreement", "university-registrar", "/recognition/desk/northgate-university/agreements/", (r"/agreements/[\w-]{36}/1/$",)),
    Kind("agreement-edit", "university-registrar", "/recognition/desk/northgate-university/agreements/",
         (r"/agreements/[\w-]{36}/1/$", r"/edit/$")),
    Kind("desk-employer", "employer", "/desk/employer/"),
    Kind("desk-role", "employer", "/desk/employer/", (r"/desk/employer/roles/\d+/$",)),
    Kind("desk-role-new", "employer", "/desk/employer/roles/new/"),
    Kind("desk-not-allowed", "learner", "/desk/provider/"),
    Kind("organisation", "publisher", "/account/", (r"/organisations/[\w-]+/$",)),
    Kind("organisation-tokens", "publisher", "/account/", (r"/organisations/[\w-]+/$", r"/tokens/$")),
    Kind("organisation-trail", "publisher", "/account/", (r"/organisations/[\w-]+/$", r"/trail/$")),
    Kind("operator", "operator", "/operator/"),
    Kind("imports", "operator", "/desk/operator/imports/"),
    Kind("import-run", "operator", "/desk/operator/imports/", (r"/desk/operator/imports/\d+/$",)),
    Kind("import-upload", "operator", "/desk/operator/import/"),
    Kind("identity", "operator", "/desk/operator/identity/"),
    Kind("likely-skills", "operator", "/desk/operator/likely-skills/"),
    Kind("reviews-reported", "operator", "/desk/operator/reviews/"),
    Kind("return", "", "/catalogue/?q=network&type=certificate", (r"/catalogue/[\w-]+-nj-\d+/$", r"/return/$")),
    Kind("credibility", "", "/catalogue/network-foundations/credibility/"),
    Kind("credibility-provider", "designer", "/catalogue/network-foundations/credibility/"),
    Kind("credibility-accreditor", "accreditor", "/catalogue/network-foundations/credibility/"),
    Kind("rubric", "", "/credibility/"),
    Kind("provider-completeness", "", "/catalogue/network-foundations/", (r"/providers/[\w-]+/$", r"/completeness/$")),
    Kind("exports", "", "/exports/"),
    Kind("reviews", "", "/catalogue/network-foundations/reviews/"),
    Kind("review-mine", "learner", "/credentials/", (HELD, r"/review/$")),
]  # fmt: skip


class Missing(Exception):
    """A page could not be reached; says where it went wrong."""


def chromium() -> str | None:
    """Where this machine has a Chromium, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@contextmanager
def launched(path: str) -> Iterator[Any]:
    """Run a browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        try:
            yield browser
        finally:
            browser.close()


class Visitor:
    """Opens kinds of pages in one browser, each person signed in once."""

    def __init__(
        self, browser: Any, base: str, password: str = PASSWORD, *, sessions: dict[str, Any] | None = None
    ) -> None:
        self.browser, self.base, self.password = browser, base.rstrip("/"), password
        self._states: dict[str, Any] = {} if sessions is None else sessions
        self._states.setdefault("", None)
        self._addresses: dict[str, str] = {}

    def context(self, who: str, *, width: int = WIDE, theme: str = "light", **options: Any) -> Any:
        """Return a fresh window in which ``who`` is signed in ("" for nobody)."""
        if who not in self._states:
            window = self.browser.new_context()
            page = window.new_page()
            page.goto(f"{self.base}/sign-in/")
            page.fill("input[name=login]", PEOPLE[who])
            page.fill("input[name=password]", self.password)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda address: "/sign-in" not in address)
            self._states[who] = window.storage_state()
            window.close()
        size = {"width": width, "height": 900 if width > 600 else 844}
        return self.browser.new_context(viewport=size, color_scheme=theme, storage_state=self._states[who], **options)

    def address(self, page: Any, kind: Kind) -> str:
        """Find where a kind of page is, following links from its start. Raises Missing where a link is not there."""
        if kind.name not in self._addresses:
            address = self.base + kind.start
            for pattern in kind.follow:
                answer = page.goto(address)
                links = page.evaluate(LINKS, answer.text())
                found = next(
                    (href for href, words in links if re.search(pattern, href.split("#")[0]) or pattern == words), None
                )
                if found is None:
                    raise Missing(f"{kind.name}: no link like {pattern} on {address}")
                address = urljoin(answer.url, found)
            self._addresses[kind.name] = address
        return self._addresses[kind.name]

    def open(self, page: Any, kind: Kind) -> None:
        """Open a kind of page and wait until what it loads by itself is there."""
        from playwright.sync_api import Error

        try:
            answer = page.goto(self.address(page, kind))
        except Error as error:
            raise Missing(f"{kind.name}: {error.message.splitlines()[0]}") from error
        if answer.status != kind.status:
            raise Missing(f"{kind.name}: {page.url} answers {answer.status}, not {kind.status}")
        page.wait_for_selector(".htmx-request, [aria-busy=true]", state="detached")


def main() -> int:
    """Take the pictures; exit code 1 if a page was missing."""
    words = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    words.add_argument("base", help="where the demonstration is served")
    words.add_argument("out", type=Path, help="a folder for the pictures")
    words.add_argument("--password", default=PASSWORD)
    words.add_argument("--only", default="", help="only pages whose name holds this pattern")
    words.add_argument(
        "--looks", type=int, default=len(LOOKS), help="1: wide and light only, 2: also phone and dark, …"
    )
    asked = words.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    path = chromium()
    if path is None:
        words.error("there is no Chromium on this machine")
    missing = []
    with launched(path) as browser:
        visitor = Visitor(browser, asked.base, asked.password)
        for width, theme in LOOKS[: asked.looks]:
            windows: dict[str, Any] = {}
            for kind in KINDS:
                if not re.search(asked.only, kind.name):
                    continue
                if kind.who not in windows:
                    windows[kind.who] = visitor.context(kind.who, width=width, theme=theme).new_page()
                try:
                    visitor.open(windows[kind.who], kind)
                except Missing as reason:
                    missing.append(str(reason))
                    continue
                windows[kind.who].evaluate(EVERY_PICTURE)
                windows[kind.who].screenshot(path=asked.out / f"{kind.name}-{width}-{theme}.png", full_page=True)
            for page in windows.values():
                page.context.close()
    for reason in dict.fromkeys(missing):
        sys.stderr.write(reason + "\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
