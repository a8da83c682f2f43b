"""Where the index lies, and opening it.

``settings.SEARCH_INDEX`` holds one folder per build and ``current.json``, which names the one in use, its shape, which state of the
frameworks it was made with, and the newest version it holds. A build writes a new folder and then replaces ``current.json``, so a reader
sees the old index or the new one, never half of one. ``writer.lock`` lets one process write at a time; the operating system frees it when
that process ends, however it ends. The database stays the truth: hits are looked up there.
"""

from __future__ import annotations

import fcntl
import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy
from django.conf import settings

from cairn.catalog.search.labels import Labels
from cairn.catalog.search.marks import HEADING, SAMPLED, Cuts
from cairn.catalog.search.spelling import Spelling


@dataclass
class Opened:
    """An index that is ready to be asked. ``generation`` is another one whenever its content is."""

    index: tantivy.Index
    schema: tantivy.Schema
    labels: Labels
    folder: Path
    generation: tuple[str, int]
    spelling: Spelling
    cuts: Cuts
    sample: tantivy.Index | None
    """An even part of a large index, to count on; None beside a small one."""
    heads: tantivy.Index | None
    """Those of a large index that have the shortest titles, to look for the best among; None beside a small one."""


CUTS, SAMPLE, HEADS = "cuts.json", "sample", "heads"
"""Beside an index: where its orders are cut, and the folders of two small ones."""
BESIDE = {SAMPLED: SAMPLE, HEADING: HEADS}
_LOCK = threading.Lock()
_OPENED: dict[Path, Opened] = {}


def home() -> Path:
    """Return the folder of the indexes."""
    return Path(settings.SEARCH_INDEX)


@dataclass(frozen=True)
class Told:
    """What the small files beside the indexes say: :func:`current`, :func:`building` and :func:`taken`. Nobody may change what is in it."""

    current: dict[str, Any] | None
    building: dict[str, int] | None
    taken: tuple[int, ...]


_QUIET = 2_000_000_000
"""Nanoseconds for which the folder must have been left alone before what was read is kept: its time may have no finer steps."""
_TOLD: dict[Path, tuple[int, Told]] = {}


def told() -> Told:
    """Read the small files; while the folder does not change, one look at its time is enough.

    A file is put into its place whole, or taken away, and either changes the folder.
    """
    folder = home()
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        return Told(None, None, ())
    kept = _TOLD.get(folder)
    if kept is not None and kept[0] == changed:
        return kept[1]
    named, far, on_the_way = _read("current.json"), _read("building.json"), _read("taken.json")
    found = Told(
        named if named is not None and {"folder", "shape", "frameworks", "newest"} <= set(named) else None,
        far,
        tuple(int(number) for number in on_the_way["versions"]) if on_the_way is not None else (),
    )
    if time.time_ns() - changed > _QUIET:
        _TOLD[folder] = (changed, found)
    return found


def current() -> dict[str, Any] | None:
    """Return what ``current.json`` says; None where there is none that can be read."""
    return told().current


def point_at(folder: str, **said: Any) -> None:
    """Have everybody use this folder, in one step."""
    _write("current.json", {"folder": folder, **said})


def building() -> dict[str, int] | None:
    """Return how far a build is, ``{"done", "total"}``; None where none runs and none was broken off."""
    return told().building


def tell_building(done: int, total: int) -> None:
    """Write down how far a build is."""
    _write("building.json", {"done": done, "total": total})


def end_building() -> None:
    """Say that no build runs any more."""
    (home() / "building.json").unlink(missing_ok=True)


def taken() -> tuple[int, ...]:
    """Return the versions that were taken from the list of changes and may not have reached the index."""
    return told().taken


def tell_taken(versions: Sequence[int]) -> None:
    """Write down which versions are on their way into the index; none when they have arrived."""
    if versions:
        _write("taken.json", {"versions": list(versions)})
    else:
        (home() / "taken.json").unlink(missing_ok=True)


@contextmanager
def writing(*, wait: bool) -> Iterator[bool]:
    """Be the one that writes. Yields False at once where another one is, unless told to ``wait``."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "writer.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def opened(known: Told | None = None) -> Opened | None:
    """Open the index in use, or what is open already, as it is now; None where there is none. ``known`` has just been read."""
    said = (known or told()).current
    if said is None:
        return None
    folder = home() / str(said["folder"])
    try:
        stamp = (folder / "meta.json").stat().st_mtime_ns
        with _LOCK:
            found = _OPENED.get(folder)
            if found is None:
                found = opened_at(folder, stamp)
                _OPENED.clear()
                _OPENED[folder] = found
            elif found.generation[1] != stamp:
                for each in (found.index, found.sample, found.heads):
                    if each is not None:
                        each.reload()
                found.generation = (folder.name, stamp)
        return found
    except (ValueError, OSError, sqlite3.Error):
        with _LOCK:
            _OPENED.pop(folder, None)
        return None


def opened_at(folder: Path, stamp: int = 0) -> Opened:
    """Open the index in a folder. Raises ValueError, OSError or sqlite3.Error where it is broken."""
    index, cuts = _open(folder), Cuts.read(folder / CUTS)
    sample, heads = (_open(folder / SAMPLE), _open(folder / HEADS)) if cuts.share > 1 else (None, None)
    labels = Labels(folder / "labels.sqlite3")
    return Opened(index, index.schema, labels, folder, (folder.name, stamp), Spelling(), cuts, sample, heads)


def _open(folder: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")
    index.reload()
    return index


def _read(name: str) -> dict[str, Any] | None:
    try:
        found = json.loads((home() / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _write(name: str, said: dict[str, Any]) -> None:
    home().mkdir(parents=True, exist_ok=True)
    fresh = home() / f"{name}-{uuid.uuid4().hex}.tmp"
    fresh.write_text(json.dumps(said), encoding="utf-8")
    fresh.replace(home() / name)
