"""Other people's programs, installed on first use and asked without a network."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "interop"

type Ask = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="session")
def node() -> Callable[[str], Ask]:
    """Return a function that gives one of the scripts in interop/ as something to ask."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("no Node here: other people's programs run on it (Debian: apt-get install nodejs npm)")
    with (FOLDER / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers come here at once
        if _outdated():
            done = subprocess.run([npm, "ci", "--no-progress"], cwd=FOLDER, capture_output=True, text=True, check=False)  # noqa: S603 - a tool of ours
            if done.returncode:
                pytest.fail(f"the peers could not be installed: {done.stderr[-500:]}")

    def script(name: str) -> Ask:
        def ask(question: dict[str, Any]) -> dict[str, Any]:
            done = subprocess.run(  # noqa: S603 - our own script
                [node, str(FOLDER / name)],
                input=json.dumps(question),
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            assert done.returncode == 0, done.stderr[-2000:]
            answer: dict[str, Any] = json.loads(done.stdout)
            return answer

        return ask

    return script


def _outdated() -> bool:
    """Whether what is installed is something else than what is locked."""
    installed = FOLDER / "node_modules" / ".package-lock.json"
    if not installed.is_file():
        return True
    locked = json.loads((FOLDER / "package-lock.json").read_text())["packages"]
    found = json.loads(installed.read_text())["packages"]
    return any(
        found.get(name, {}).get("version") != one["version"]
        for name, one in locked.items()
        if name and not one.get("optional")
    )


@pytest.fixture(scope="session")
def ask(node: Callable[[str], Ask]) -> Ask:
    """Ask the verifiers."""
    return node("ask.mjs")


@pytest.fixture(scope="session")
def make(node: Callable[[str], Ask]) -> Ask:
    """Let the others issue."""
    return node("make.mjs")
