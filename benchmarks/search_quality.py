"""How good the answers of search are, beside plain keyword search in the same run: python benchmarks/search_quality.py

The judged questions are those of tests/catalog/search/judged.csv over the bundled New Jersey sample. Plain keyword search is SQLite's FTS5
over titles, providers, places and what they lead to: stemmed, any of the words, ranked by BM25. Both halves are printed; only the one
that was held out says how good it is. MISSES=1 names the questions of the development half that are answered worst.

Then the questions that were judged apart from the builders (judged_apart.csv), over a wider catalogue: courses of MIT, Microsoft and
freeCodeCamp, brought in beside by mappings as a person would, and both frameworks whole. Those lists and the frameworks are read from
CAIRN_SHARED_DATA (default ../shared/data); without it this part is left out.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="cairn-search-"))
os.environ["CAIRN_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.entry.settings")
os.environ.pop("DATABASE_URL", None)
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "catalog" / "search"))

import django

django.setup()

from click.testing import CliRunner
from django.core.management import call_command
from measuring import Figure
from quality import APART, DEVELOPMENT, HELD_OUT, interval, judged, quality

from cairn.catalog import search
from cairn.catalog.importing.sample import load_sample
from cairn.catalog.models import DefinitionVersion
from cairn.entry.cli.importing import command
from cairn.outside.clock import now

DATA = Path(os.environ.get("CAIRN_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
AS_JSON = os.environ.get("JSON") == "1"


WIDER: dict[str, dict[str, object]] = {
    "freecodecamp/curriculum_structure.json": {
        "source": "freecodecamp", "language": "en", "hours": "hours",
        "fields": {"key": "file", "title": "name", "workload_hours": "time", "tags": "superBlock", "outcomes": "challenges.title",
                   "provider": "=freeCodeCamp"},
    },
    "ms_learn_de/catalog.json#modules": {
        "source": "ms-learn-de", "rows": "modules", "language": "de",
        "fields": {"key": "uid", "title": "title", "description": "summary", "prerequisites": "prerequisites", "level_text": "levels",
                   "tags": "products", "provider": "=Microsoft Learn"},
    },
    "ms_learn_de/catalog.json#paths": {
        "source": "ms-learn-de-paths", "rows": "learningPaths", "language": "de",
        "fields": {"key": "uid", "title": "title", "description": "summary", "level_text": "levels", "tags": "products",
                   "provider": "=Microsoft Learn"},
    },
    "mit_learn/oll_metadata.csv": {
        "source": "oll", "language": "en",
        "fields": {"key": "readable_id", "title": "title", "description": "description", "level_text": "Level", "tags": "edX Subject 1",
                   "provider": "=MIT Open Learning Library"},
    },
    "mit_learn/test_sloan_courses.json": {
        "source": "sloan", "language": "en",
        "fields": {"key": "Course_Id", "title": "Title", "description": "Description", "tags": "Topics",
                   "provider": "=MIT Sloan Executive Education"},
    },
}  # fmt: skip
"""The other lists by their files, each with the mapping that reads it."""


def widen() -> None:
    """Bring the other lists and the whole frameworks in."""
    for name, folder in (("onet", "onet_29.2"), ("esco", "esco_1.1.1")):
        _import([name, str(DATA / folder)])
    for number, (name, mapping) in enumerate(WIDER.items()):
        path = HOME / f"mapping-{number}.json"
        path.write_text(json.dumps({"mapping": 1, **mapping}), encoding="utf-8")
        _import(["csv", str(DATA / name.partition("#")[0]), "--map", str(path)])


def _import(arguments: list[str]) -> None:
    answer = CliRunner().invoke(command, arguments)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception


def ours(question: str) -> list[str]:
    """Ask the catalogue."""
    return [version.source_key for version in search.search(question, size=50).versions]


class Plain:
    """Plain keyword search over the same rows."""

    def __init__(self) -> None:
        self.base = sqlite3.connect(":memory:")
        self.base.execute("CREATE VIRTUAL TABLE rows USING fts5(key UNINDEXED, text, tokenize='porter unicode61')")
        rows = DefinitionVersion.objects.filter(state="published").select_related("definition__provider")
        for row in rows.order_by("pk"):
            provider = row.definition.provider
            text = f"{row.title} {provider.name} {provider.city} {provider.county} {row.leads_to} {row.description}"
            self.base.execute("INSERT INTO rows VALUES (?, ?)", (row.definition.source_key, text))

    def __call__(self, question: str) -> list[str]:
        """Ask for any of the words."""
        match = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        asked = "SELECT key FROM rows WHERE rows MATCH ? ORDER BY bm25(rows), key LIMIT 50"
        return [str(key) for (key,) in self.base.execute(asked, (match,))]


def measured(*halves: str) -> None:
    """Build the index of what there is now, and print how good the answers to these halves are."""
    search.rebuild()
    plain = Plain()
    for half in halves:
        questions = judged(half)
        here, there = quality(questions, ours), quality(questions, plain)
        if not AS_JSON:
            low, high = interval(questions, ours)
            print(
                f"\n{half}: {here.questions} questions; in 95 of 100 draws of as many ndcg is {100 * low:.0f} to {100 * high:.0f}"
            )
        for name in ("ndcg", "mrr", "recall"):
            Figure(
                f"{half}, {name}", 100 * getattr(here, name), "of 100", "plain keyword search", 100 * getattr(there, name)
            ).print(as_json=AS_JSON)  # fmt: skip


def main() -> None:
    """Measure and print."""
    try:
        call_command("migrate", verbosity=0)
        load_sample(at=now())
        measured(DEVELOPMENT, HELD_OUT)
        if os.environ.get("MISSES") == "1":
            each = {question: quality({question: grades}, ours) for question, grades in judged(DEVELOPMENT).items()}
            for question, found in sorted(each.items(), key=lambda one: one[1].ndcg)[:12]:
                print(f"  {question:45} ndcg {found.ndcg:.2f} rank {found.mrr:.2f} recall {found.recall:.2f}")
        if (DATA / "esco_1.1.1").is_dir():
            widen()
            measured(*APART)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    main()
