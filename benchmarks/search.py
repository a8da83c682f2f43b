"""How fast the catalogue is searched, beside SQLite's FTS5 on the same rows: python benchmarks/search.py

ROWS=2000000 sets how many documents the engine is measured with, QUESTIONS=300 how many different questions are asked, all of them with
facets ticked and all facets counted. FTS_ROWS=0 leaves the yardstick out (default: as many as ROWS). JSON=1 prints one JSON object a line.
The documents are made of the bundled New Jersey sample and titles of the shared data (``search_rows.py``). The whole site is measured by
``search_site.py``.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="cairn-search-", dir=os.environ.get("BENCH_FOLDER")))
os.environ["CAIRN_HOME"] = str(HOME)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.entry.settings")
os.environ.pop("DATABASE_URL", None)

import django

django.setup()

from django.core.management import call_command
from measuring import Figure
from search_rows import made_documents, questions

from cairn.catalog.importing.sample import load_sample
from cairn.catalog.search import building, labels, store
from cairn.catalog.search.answering import ask
from cairn.catalog.search.feeding import fed
from cairn.catalog.search.fields import SHAPE
from cairn.catalog.search.marks import measured
from cairn.outside.clock import now

ROWS = int(os.environ.get("ROWS", "2000000"))
FTS_ROWS = int(os.environ.get("FTS_ROWS", str(ROWS)))
QUESTIONS = int(os.environ.get("QUESTIONS", "300"))
AS_JSON = os.environ.get("JSON") == "1"
YARDSTICK = "SQLite FTS5, best 20 and one facet"


def percentile(times: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the times lie."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def timed(work: Sequence[Callable[[], object]]) -> list[float]:
    """Milliseconds of each, one after the other."""
    found = []
    for each in work:
        began = time.perf_counter()
        each()
        found.append((time.perf_counter() - began) * 1e3)
    return found


def told(name: str, times: Sequence[float], beside: str, yardstick: Sequence[float]) -> None:
    """Print median, p95 and p99."""
    for label, share in (("median", 0.5), ("p95", 0.95), ("p99", 0.99)):
        other = percentile(yardstick, share) if yardstick else 0.0
        Figure(f"{name}, {label}", percentile(times, share), "ms", beside, other).print(as_json=AS_JSON)


def engine() -> None:
    """Build with documents that are made on the spot, and ask."""
    asked = questions(QUESTIONS)
    folder = store.home() / "index-bench"
    folder.mkdir(parents=True)
    labels.write(folder / "labels.sqlite3")
    began, worked = time.perf_counter(), time.process_time()
    cuts = measured(islice(made_documents(ROWS), 8_000), ROWS)
    building.write(folder, fed(made_documents(ROWS), cuts), cuts)
    spent, work = time.perf_counter() - began, time.process_time() - worked
    began = time.perf_counter()
    for _ in made_documents(min(ROWS, 100_000)):
        pass
    making = (time.perf_counter() - began) * ROWS / min(ROWS, 100_000)
    store.point_at(folder.name, shape=SHAPE, frameworks=[], newest=0)
    opened = store.opened()
    if opened is None:
        raise SystemExit("The index cannot be opened.")
    yard, yard_build = full_text([text for text, _, _ in asked]) if FTS_ROWS else ([], 0.0)
    line("Engine", f"{ROWS:,} documents in {opened.index.searcher().num_segments} segments, {size_of(folder):,} MB; making them took "
                   f"{making:.0f} s of the {spent:.0f} s ({work:.0f} s of processor time)")  # fmt: skip
    Figure(
        "Documents indexed a second", ROWS / spent, "/s", "SQLite FTS5", FTS_ROWS / yard_build if yard_build else 0
    ).print(as_json=AS_JSON)
    warm = questions(20, seed=9)
    timed([lambda each=each: ask(opened, each[0], each[1], each[2], 1, 20) for each in warm])
    words = [lambda each=each: ask(opened, each[0], each[1], each[2], 1, 20) for each in asked]
    told("Question with facets, best 20 and all facets counted", timed(words), YARDSTICK, yard)
    only = [lambda each=each: ask(opened, each[0] + " ", {}, "relevance", 1, 20) for each in asked]
    told("Question without facets, best 20 and all facets counted", timed(only), YARDSTICK, yard)
    for name, ticking in (("Rare words", False), ("Rare words, a facet ticked", True)):
        seldom = rare(opened, QUESTIONS, ticking=ticking)
        told(
            name,
            timed([lambda each=each: ask(opened, each[0], each[1], "relevance", 1, 20) for each in seldom]),
            YARDSTICK,
            yard,
        )
    browse = [lambda each=each: ask(opened, "", each[1], each[2], 1, 20) for each in asked]
    told("Facets alone, first 20 and all facets counted", timed(browse), YARDSTICK, yard)
    line(
        "Memory",
        f"{memory()} MB of our own, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB at most with mapped files",
    )
    shutil.rmtree(folder)


def rare(
    opened: store.Opened, count: int, *, ticking: bool, seed: int = 5
) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
    """Draw questions of two to four of the words that are in use seldom, which hardly occur together."""
    drawn = random.Random(seed + ticking)
    found = [one for one in opened.index.searcher().terms_with_prefix("words", "", limit=20_000) if one[0].isalpha()]
    words = [word for word, _ in sorted(found, key=lambda one: one[1]) if len(word) > 3]
    seldom = words[: max(4, len(words) * 6 // 10)]
    ticks = ({"mode": ("online",)}, {"price": ("under-500",)}, {"type": ("certificate",)})
    return [
        (" ".join(drawn.sample(seldom, drawn.choice([2, 2, 3, 3, 4]))), dict(drawn.choice(ticks)) if ticking else {})
        for _ in range(count)
    ]


def full_text(texts: Sequence[str]) -> tuple[list[float], float]:
    """The yardstick: FTS5 over the same words, the best 20 by BM25, and how often each type occurs."""
    base = sqlite3.connect(HOME / "fts.sqlite3")
    base.execute("PRAGMA journal_mode=OFF")
    base.execute("CREATE VIRTUAL TABLE rows USING fts5(title, every, type UNINDEXED, tokenize='porter unicode61')")
    began = time.perf_counter()
    base.executemany(
        "INSERT INTO rows VALUES (?, ?, ?)",
        ((one["title"], one["every"], str(one["type"])) for one in made_documents(FTS_ROWS)),
    )
    base.commit()
    spent = time.perf_counter() - began

    def ask_fts(text: str) -> None:
        match = " ".join(f'"{word}"' for word in text.split())
        base.execute("SELECT rowid FROM rows WHERE rows MATCH ? ORDER BY bm25(rows) LIMIT 20", (match,)).fetchall()
        base.execute("SELECT type, count(*) FROM rows WHERE rows MATCH ? GROUP BY type", (match,)).fetchall()

    times = timed([lambda text=text: ask_fts(text) for text in texts[:60]])
    base.close()
    (HOME / "fts.sqlite3").unlink()
    return times, spent


def size_of(folder: Path) -> int:
    """Megabytes in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1_000_000


def memory() -> int:
    """Megabytes that this process holds for itself, without mapped files."""
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(text.partition("RssAnon:")[2].split()[0]) // 1024


def line(name: str, text: str) -> None:
    """Print a line for people."""
    if not AS_JSON:
        print(f"\n{name}: {text}", flush=True)


def main() -> None:
    """Measure and print."""
    try:
        call_command("migrate", verbosity=0)
        load_sample(at=now())
        if ROWS:
            engine()
    finally:
        shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    main()
