"""How good the answers of search are, beside plain keyword search in the same run: python benchmarks/search_quality.py

The judged questions are those of tests/catalog/search/judged.csv over the bundled New Jersey sample. Plain keyword search is SQLite's FTS5
over titles, providers, places and what they lead to: stemmed, any of the words, ranked by BM25. Both halves are printed; only the one
that was held out says how good it is. MISSES=1 names the questions of the development half that are answered worst.
"""

from __future__ import annotations

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

from django.core.management import call_command
from measuring import Figure
from quality import DEVELOPMENT, HELD_OUT, judged, quality

from cairn.catalog import search
from cairn.catalog.importing.sample import load_sample
from cairn.catalog.models import DefinitionVersion
from cairn.outside.clock import now

AS_JSON = os.environ.get("JSON") == "1"


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
            text = f"{row.title} {provider.name} {provider.city} {provider.county} {row.leads_to}"
            self.base.execute("INSERT INTO rows VALUES (?, ?)", (row.definition.source_key, text))

    def __call__(self, question: str) -> list[str]:
        """Ask for any of the words."""
        match = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        asked = "SELECT key FROM rows WHERE rows MATCH ? ORDER BY bm25(rows), key LIMIT 50"
        return [str(key) for (key,) in self.base.execute(asked, (match,))]


def main() -> None:
    """Measure and print."""
    try:
        call_command("migrate", verbosity=0)
        load_sample(at=now())
        search.rebuild()
        plain = Plain()
        for half in (DEVELOPMENT, HELD_OUT):
            questions = judged(half)
            here, there = quality(questions, ours), quality(questions, plain)
            if not AS_JSON:
                print(f"\n{half}: {here.questions} questions")
            for name in ("ndcg", "mrr", "recall"):
                Figure(
                    f"{half}, {name}", 100 * getattr(here, name), "of 100", "plain keyword search", 100 * getattr(there, name)
                ).print(as_json=AS_JSON)  # fmt: skip
        if os.environ.get("MISSES") == "1":
            each = {question: quality({question: grades}, ours) for question, grades in judged(DEVELOPMENT).items()}
            for question, found in sorted(each.items(), key=lambda one: one[1].ndcg)[:12]:
                print(f"  {question:45} ndcg {found.ndcg:.2f} rank {found.mrr:.2f} recall {found.recall:.2f}")
    finally:
        shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    main()
