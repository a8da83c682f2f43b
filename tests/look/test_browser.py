"""The look in a real browser: nothing for axe to find, nothing cut off on a small phone, and scripts that do what they say."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory, override_settings

from cairn.look.drawings import StackNode, TimelineStep

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

# What the settings allow, and nothing more: a style or script inside a page would show up as an error.
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'"
FLAGS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync"

GALLERY = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")
OUTCOMES = ("pass", "warn", "fail", "unknown")


class Form(forms.Form):
    """One of each."""

    email = forms.EmailField(label="E-mail address", help_text="For one message.")
    pace = forms.ChoiceField(label="Pace", choices=[("a", "My own"), ("b", "A group's")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I have read it")


class _Nowhere:
    urlpatterns: list[object] = []


def _gallery(form: forms.Form) -> str:
    parts = tuple(
        StackNode(f"b{state}", f"A badge that is {state}", "badge", state, "", (), "#b")
        for state in ("met", "partly", "not")
    )
    node = StackNode(
        "c",
        "Certificate",
        "certificate",
        "partly",
        "",
        (StackNode("g", "All of these", "all", "partly", "1 of 3", parts),),
    )
    context = {
        "form": form,
        "kinds": ["badge", "certificate", "programme", "industry"],
        "found": [
            {"outcome": outcome, "check": "Check", "message": "Said.", "code": "a.b"}
            for outcome in ("pass", "warn", "fail", "unknown")
        ],
        "node": node,
        "steps": [
            TimelineStep("Welding in the evening", 0, 20, 40, "$1", ("Welding",)),
            TimelineStep("Safety", 18, 26, None, ""),
        ],
        "wages": {"p10": 1, "p25": 2, "median": 3, "p75": 4, "p90": 5},
        "user": SimpleNamespace(is_authenticated=True),
        "request": RequestFactory().get("/"),
    }
    with override_settings(ROOT_URLCONF=_Nowhere):
        return Template(GALLERY).render(Context(context))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the gallery and the static files under the policy of the real site."""
    root = tmp_path_factory.mktemp("site")
    (root / "gallery.html").write_text(_gallery(Form()), encoding="utf-8")
    (root / "refused.html").write_text(_gallery(Form({"email": "no"})), encoding="utf-8")
    for package, folder in (("cairn.look", "look"), ("django_htmx", "django_htmx")):
        with as_file(files(package).joinpath("static", folder)) as source:
            shutil.copytree(source, root / "static" / folder)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield chromium
        chromium.close()


def opened(browser: Any, address: str, *, width: int = 1280, theme: str = "light") -> Any:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme).new_page()
    page.complaints = []
    page.on(
        "console",
        lambda message: page.complaints.append(message.text) if message.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(address)
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_the_policy_refuses_nothing(browser: Any, site: str, width: int, theme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, f"{site}/refused.html", width=width, theme=theme)
    found = Axe().run(page).response
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]] == []
    assert len(found["passes"]) > 20
    assert page.complaints == []


@pytest.mark.parametrize("width", [360, 390, 768, 1024, 1280])
def test_no_page_scrolls_sideways(browser: Any, site: str, width: int) -> None:
    page = opened(browser, f"{site}/refused.html", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_buttons_and_links_of_navigation_are_large_enough_to_touch(browser: Any, site: str) -> None:
    page = opened(browser, f"{site}/gallery.html", width=360)
    page.click("[data-menu-toggle]")
    heights = page.eval_on_selector_all(
        ".button, .nav-button, .site-nav a, input[type=email], .search input, .choice, .facets label",
        "nodes => nodes.filter(n => n.offsetParent).map(n => n.getBoundingClientRect().height)",
    )
    assert heights
    assert min(heights) >= 44


def test_the_theme_can_be_chosen_and_is_remembered(browser: Any, site: str) -> None:
    page = opened(browser, f"{site}/gallery.html")
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.click("[data-theme-toggle]")
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert dark != light
    assert page.get_attribute("[data-theme-toggle]", "aria-pressed") == "true"
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


def test_the_menu_opens_and_escape_closes_it(browser: Any, site: str) -> None:
    page = opened(browser, f"{site}/gallery.html", width=390)
    assert not page.is_visible("#site-nav")
    page.click("[data-menu-toggle]")
    assert page.is_visible("#site-nav")
    page.keyboard.press("Escape")
    assert not page.is_visible("#site-nav")


def test_a_dropped_file_lands_in_the_input(browser: Any, site: str) -> None:
    page = opened(browser, f"{site}/gallery.html")
    page.evaluate(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File(["{}"], "award.json"));
            const drop = new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
            document.querySelector("[data-drop]").dispatchEvent(drop);
        }"""
    )
    assert page.inner_text("[data-drop-chosen]") == "award.json"
    assert page.evaluate("document.querySelector('[data-drop] input').files[0].name") == "award.json"


def test_a_dialog_opens_and_closes(browser: Any, site: str) -> None:
    page = opened(browser, f"{site}/gallery.html")
    page.click("[data-dialog-open]")
    assert page.is_visible("#d")
    page.click("[data-dialog-close]")
    assert not page.is_visible("#d")


def test_a_refused_form_has_the_focus_on_what_to_mend(browser: Any, site: str) -> None:
    page = opened(browser, f"{site}/refused.html")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.click(".error-summary a[href='#id_pace_0']")
    assert page.evaluate("document.activeElement.id") == "id_pace_0"


def test_what_htmx_is_refused_is_said_among_the_messages(browser: Any, site: str) -> None:
    page = opened(browser, f"{site}/gallery.html")
    problem = "<p data-problem-message>It was <b>withdrawn</b>.</p><p data-problem-remedy>Ask for a new one.</p>"
    page.route("**/gone", lambda route: route.fulfill(status=410, content_type="text/html", body=problem))
    page.evaluate("htmx.ajax('GET', '/gone', '#announcements')")
    page.wait_for_selector("#messages .notice")
    assert page.inner_text("#messages").split("\n") == ["It was withdrawn.", "", "Ask for a new one."]


def test_print_leaves_out_what_cannot_be_pressed_on_paper(browser: Any, site: str, tmp_path: Path) -> None:
    page = opened(browser, f"{site}/gallery.html")
    page.emulate_media(media="print")
    for gone in (".site-header", ".page-actions", ".search", ".button"):
        assert not page.locator(gone).first.is_visible()
    assert page.locator(".compare").is_visible()
    assert page.pdf(path=tmp_path / "page.pdf").startswith(b"%PDF")
