"""A demonstration, played once and served to a real Chromium: everything here is seen as people see it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from tools.screenshots import Visitor, chromium, launched

from cairn.entry.demo.cast import PASSWORD

CHROMIUM = chromium()
PATIENCE = 240  # seconds for the whole journey to be played on a busy machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands here, and say why where it is left out."""
    here = Path(__file__).parent
    for item in items:
        if here not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine, so no page was opened"))
        elif os.environ.get("CAIRN_TEST_DATABASE") == "postgresql":
            item.add_marker(
                pytest.mark.skip(reason="the served demonstration is the same: it keeps its data in SQLite")
            )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Play the demonstration in a folder of its own and serve it; the address where it is served."""
    home = tmp_path_factory.mktemp("demo")
    told = home / "told.txt"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CAIRN_", "DJANGO_"))}
    with told.open("w") as out:
        process = subprocess.Popen(  # noqa: S603 - the project's own command line
            [sys.executable, "-m", "cairn", "demo", "--port", str(_free_port())],
            stdout=out, stderr=subprocess.STDOUT, env=environment | {"CAIRN_HOME": str(home)}, start_new_session=True,
        )  # fmt: skip
    try:
        yield _served(process, told)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def _free_port() -> int:
    """A port nobody listens on; by chance, so that two runs beside each other do not choose the same."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _served(process: subprocess.Popen[bytes], told: Path) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = re.search(r"Cairn is at (\S+)", told.read_text())
        if found:
            return found[1]
        if process.poll() is not None:
            break
        time.sleep(0.2)
    pytest.fail(f"the demonstration was not served:\n{told.read_text()}", pytrace=False)


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """Who is signed in already, so that everybody signs in once."""
    return {}


@pytest.fixture(scope="module")  # not longer: while Playwright's loop runs, Django refuses its database to other tests
def visitor(demo: str, sessions: dict[str, Any]) -> Iterator[Visitor]:
    """Opens pages as one person or another."""
    assert CHROMIUM is not None
    with launched(CHROMIUM) as browser:
        yield Visitor(browser, demo, PASSWORD, sessions=sessions)


SUPERSEDED = (
    "htmx:afterRequest",
    "htmx:sendAbort",
)  # a search that somebody typed on; real failures have names of their own


def listen(page: Any) -> list[str]:
    """Note whatever a page complains of: errors on its console, in its scripts, answers with an error."""
    complaints: list[str] = []

    def heard(message: Any) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(SUPERSEDED):
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "response",
        lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
    )
    return complaints


RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page: Any) -> list[tuple[str, list[str]]]:
    """What axe finds wrong on a page: the rule, and where."""
    found = Axe().run(page, options=RULES).response
    assert found["passes"]
    return [(rule["id"], [node["html"][:300] for node in rule["nodes"]]) for rule in found["violations"]]


@pytest.fixture
def window(visitor: Visitor) -> Iterator[Callable[..., Any]]:
    """Open a window for a person at an address of the site. Complaints of its pages fail the test, unless ``may_fail``."""
    opened: list[tuple[Any, list[str]]] = []

    def open_window(who: str, address: str, *, may_fail: bool = False, **options: Any) -> Any:
        page = visitor.context(who, **options).new_page()
        page.set_default_timeout(15_000)
        opened.append((page, [] if may_fail else listen(page)))
        page.goto(visitor.base + address)
        return page

    yield open_window
    complaints = [complaint for _, heard in opened for complaint in heard]
    for page, _ in opened:
        page.context.close()
    assert complaints == []
