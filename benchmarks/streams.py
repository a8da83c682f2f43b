"""Many awards: over several processes, and from a CSV file to a JSONL file in memory that does not grow."""

from __future__ import annotations

import csv
import os
import resource
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import badge
from badge import AWARDED, NOW, World
from measuring import Figure

from cairn.credentials import issue_batch, verify_many


def scaled(world: World, texts: list[bytes], number: int) -> Iterator[Figure]:
    """Awards a second by the clock on the wall, with one process and with one for each core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    alone: dict[str, float] = {}
    for processes in sorted({1, cores}):
        people = badge.recipients(number)
        sources = (texts[one % len(texts)] for one in range(number))
        works: dict[str, Iterator[object]] = {
            "issue": issue_batch(badge.badge(), people, world.signer, created=AWARDED, processes=processes),
            "verify": verify_many(sources, at=NOW, resolve=world.pages, processes=processes),
        }
        for what, results in works.items():
            value = _by_the_clock(results)
            name = f"{what}, {processes} process{'es' if processes > 1 else ''}"
            yield Figure(name, value, "a second", f"{what}, 1 process", alone.setdefault(what, value))


def _by_the_clock(results: Iterator[object]) -> float:
    """Results a second, once all processes are up and know their work."""
    for _ in range(1500):
        next(results)
    began, done = time.monotonic(), sum(1 for _ in results)
    return done / (time.monotonic() - began)


def memory() -> float:
    """MiB this process holds now (where the system tells; its peak elsewhere)."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def streamed(world: World, awards: int) -> Iterator[Figure]:
    """Sign every row of a CSV file into a line of a JSONL file, and look at memory on the way."""
    with TemporaryDirectory() as folder:
        people, signed = Path(folder, "people.csv"), Path(folder, "awards.jsonl")
        with people.open("w", newline="") as file:
            csv.writer(file).writerows((number, f"learner{number}@example.com") for number in range(awards))
        start, began = 0.0, time.process_time()
        with people.open(newline="") as file, signed.open("w") as out:
            made = issue_batch(badge.badge(), _rows(file), world.signer, created=AWARDED)
            for done, credential in enumerate(made, start=1):
                out.write(credential.text)
                out.write("\n")
                if done == 1000:
                    start = memory()
                if done in (1000, awards // 10, awards // 2, awards):
                    yield Figure(f"memory after {done:,} awards", memory(), "MiB", "memory after 1,000 awards", start)
        rate = awards / (time.process_time() - began)
        yield Figure("CSV to JSONL, reading and writing included", rate, "a CPU-second", "itself", rate)


def _rows(file: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    for number, _ in csv.reader(file):
        yield next(badge.recipients(1, int(number)))
