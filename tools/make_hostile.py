"""Make the hostile files of the credential core anew: `python -m tools.make_hostile`.

They lie in tests/credentials/hostile, with a manifest (hostile.json) that says what each tries and what must come of it, and with the
documents of the world they point into (documents.json, world/), so that any verifier can be run against them. Every key comes from a
fixed seed and every moment is fixed: running it again gives the same bytes. What the files are made of: tools/hostile, a module each.
The table in docs/reference/hostile-input.md is written along.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.hostile import (
    addresses,
    fetches,
    ground,
    lists,
    meanings,
    older,
    pictures,
    proofs,
    seals,
    texts,
    tokens,
    wholes,
)
from tools.hostile.ground import NOW, Case, written

from cairn.credentials.moments import format_moment

ROOT = Path(__file__).parents[1]
HOSTILE = ROOT / "tests" / "credentials" / "hostile"
PAGE = ROOT / "docs" / "reference" / "hostile-input.md"
MODULES: tuple[Any, ...] = (texts, meanings, proofs, tokens, pictures, lists, older, seals, wholes, addresses)
TABLES_BEGIN = "<!-- from here on made by tools/make_hostile.py -->\n"
TITLES = {
    "json": "JSON", "json-ld": "Linked data", "proof": "Proofs", "key": "Documents about keys", "token": "Tokens (JWT)",
    "sd-jwt": "Tokens with disclosures (SD-JWT)", "png": "Pictures (PNG)", "svg": "Drawings (SVG)", "pdf": "Certificates (PDF)",
    "status": "Status", "open-badges-2": "Open Badges 2.0", "seal": "Seals (European digital credentials)",
    "record": "Learner records (CLR)", "presentation": "Presentations", "address": "Addresses that lead inward",
    "fetch": "Fetching",
}  # fmt: skip


def cases() -> Iterator[Case]:
    """Every file that is checked, by kind."""
    for module in MODULES:
        yield from module.cases()


def pages() -> dict[str, bytes]:
    """Return address → what is published there."""
    found = dict(ground.issuer_pages())
    for module in MODULES:
        found.update(module.pages() if hasattr(module, "pages") else {})
    return {address: page if isinstance(page, bytes) else written(page) for address, page in found.items()}


def manifest() -> dict[str, Any]:
    """Return what each file tries and what must come of it."""
    recipes = {one.name: {"tries": one.tries, "reason": one.reason, "rule": one.rule} for one in fetches.fetches()}
    return {"at": format_moment(NOW), "files": {case.name: _entry(case) for case in cases()}, "fetches": recipes}


def files() -> dict[str, bytes]:
    """Return name → content of everything in the folder."""
    published = pages()
    places = {address: f"world/{_file_name(address, page)}" for address, page in published.items()}
    return {
        **{case.name: case.content for case in cases()},
        **{one.name: written(one.recipe) for one in fetches.fetches()},
        **{places[address]: page for address, page in published.items()},
        "hostile.json": written(manifest()),
        "documents.json": written(places),
        # Not one byte of theirs may be put right by Git.
        ".gitattributes": b"* -text\n",
    }


def _entry(case: Case) -> dict[str, Any]:
    asked = {"tries": case.tries, "verdict": case.verdict, "code": case.code, "may_ask": list(case.may_ask)}
    return {**asked, "rule": case.rule, **case.more}


def _file_name(address: str, page: bytes) -> str:
    ending = "html" if page.startswith(b"<!doctype") else "txt" if page.startswith(b"h") else "json"
    plain = re.sub(r"[^a-z0-9]+", "-", address.removeprefix("https://").lower()).strip("-").removesuffix("-json")
    return f"{plain}.{ending}"


def tables(listed: Mapping[str, Any]) -> str:
    """Return the tables of the page, from a manifest."""
    kinds: dict[str, list[str]] = {}
    for name, entry in listed["files"].items():
        kind, _, file = name.partition("/")
        answer = f"{entry['verdict'].replace('_', ' ')}, `{entry['code']}`"
        kinds.setdefault(kind, []).append(f"| `{file}` | {_cell(entry['tries'])} | {answer} | {_cell(entry['rule'])} |")
    for name, entry in listed["fetches"].items():
        kind, _, file = name.partition("/")
        answer = f"not fetched: “{entry['reason']}”" if entry["reason"] else "fetched"
        kinds.setdefault(kind, []).append(f"| `{file}` | {_cell(entry['tries'])} | {answer} | {_cell(entry['rule'])} |")
    parts = []
    for kind, rows in kinds.items():
        head = f"## {TITLES[kind]}\n\n`{kind}/`\n\n| file | what it tries | Cairn's answer | where the rule stands |\n|---|---|---|---|\n"
        parts.append(head + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def main() -> None:
    """Write every file, those that are no longer made go; then the tables."""
    if HOSTILE.exists():
        shutil.rmtree(HOSTILE)
    for name, content in files().items():
        path = HOSTILE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    prose = PAGE.read_text(encoding="utf-8").partition(TABLES_BEGIN)[0]
    PAGE.write_text(prose + TABLES_BEGIN + "\n" + tables(manifest()), encoding="utf-8")
    print(
        f"{sum(1 for _ in cases())} files to check and {sum(1 for _ in fetches.fetches())} recipes for fetching in {HOSTILE.name}"
    )


if __name__ == "__main__":
    main()
