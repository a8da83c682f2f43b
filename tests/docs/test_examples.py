"""What the documents show is run: Python blocks as they stand, `$ cairn …` lines with what they print, `make` lines by name.

Blocks of one page share a folder and, for Python, one namespace, in the order in which a reader meets them. In expected output a
line of dots (`...`) stands for anything. A block marked ``no-run`` after its language is prose in a box and is left alone.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"^\$ (?:[A-Z_]+=\S+ )*make ([a-z]+)", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the line where it starts."""

    language: str
    body: str
    line: int


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        info = match["info"].split()
        if info and "no-run" not in info:
            found.append(Block(info[0], match["body"], text.count("\n", 0, match.start()) + 1))
    return found


def commands_of(body: str) -> list[tuple[str, str]]:
    """Split a console block into (command, expected output)."""
    parts: list[tuple[str, list[str]]] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            parts.append((line[2:], []))
        elif parts:
            parts[-1][1].append(line)
    return [(command, "\n".join(lines).strip()) for command, lines in parts]


def as_pattern(expected: str) -> re.Pattern[str]:
    """Turn expected output into a pattern: `...` stands for anything, white space at line ends is ignored."""
    parts = [re.escape(part) for part in expected.split("...")]
    return re.compile(r"\A\s*" + r".*?".join(parts) + r"\s*\Z", re.DOTALL)


def with_examples(language: str) -> list[object]:
    return [
        pytest.param(page, id=str(page.relative_to(ROOT)))
        for page in PAGES
        if any(block.language == language for block in blocks_of(page))
    ]


@pytest.mark.parametrize("page", with_examples("python"))
def test_python_examples_of_the_page_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "example"}
    for block in blocks_of(page):
        if block.language == "python":
            code = compile("\n" * block.line + block.body, str(page), "exec")
            exec(code, namespace)  # noqa: S102 - running the project's own examples is what this test is for


@pytest.mark.parametrize("page", with_examples("console"))
def test_console_examples_of_the_page_print_what_they_show(page: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "CAIRN_HOME": str(tmp_path / "var"), "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100"}
    environment.pop("DATABASE_URL", None)
    for file in (ROOT / "docs" / "examples").glob("*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    ran = 0
    for block in blocks_of(page):
        if block.language != "console":
            continue
        for command, expected in commands_of(block.body):
            words = shlex.split(command)
            if words[0] != "cairn":
                continue
            ran += 1
            done = subprocess.run(  # noqa: S603 - the project's own command line
                [sys.executable, "-m", "cairn", *words[1:]],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path, env=environment, timeout=900, check=False,
            )  # fmt: skip
            said = done.stdout
            if expected:
                assert as_pattern(expected).match(said), f"{page.name} line {block.line}: $ {command}\nprinted:\n{said}"
            else:
                assert done.returncode == 0, f"{page.name} line {block.line}: $ {command}\n{said}"
    only_make = not ran and MAKE.search(page.read_text(encoding="utf-8"))
    assert ran or only_make, "a console block without a `$ cairn …` line: mark it no-run"


def test_every_make_command_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {name for page in PAGES for name in MAKE.findall(page.read_text(encoding="utf-8"))}
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    text = re.sub(FENCE, "", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"
