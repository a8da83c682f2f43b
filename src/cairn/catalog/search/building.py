"""Making the index and keeping it up to date.

Whatever changes is noted by the database (``outbox.py``). A few changes are taken in by whoever notices first: the service that made
them, after its commit, or the next search. More than a search may wait for, and whole builds of large catalogues, are the work of a
process of their own, while the old index goes on serving.
"""

from __future__ import annotations

import os
import shutil
import subprocess  # our own module, with our own interpreter, without a shell
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import batched
from pathlib import Path

import tantivy
from django.conf import settings
from django.db import connection
from django.db.models import F

from cairn.catalog.models import DefinitionVersion, ImportRun, SearchChange
from cairn.catalog.search import labels, outbox, store
from cairn.catalog.search.counting import counted
from cairn.catalog.search.documents import documents
from cairn.catalog.search.feeding import Fed, everything, fed, started, uncollected
from cairn.catalog.search.fields import SHAPE, schema, writer
from cairn.catalog.search.marks import LARGE, Cuts, measured, step
from cairn.catalog.search.shared import Shared
from cairn.catalog.surroundings import surroundings
from cairn.skills.importing import IMPORTERS as FRAMEWORKS

SMALL = 5_000
"""Up to so many versions a search waits for the index to be made (about a second)."""
FEW = 300
"""Up to so many changes a search takes in itself."""
HEAP, THREADS = 1_000_000_000, 2
"""Bytes that a build may gather before it writes a part, over all its threads."""
UPDATE_HEAP = 32_000_000
BESIDE_HEAP = 300_000_000
"""So much at most for each of the small indexes beside a large one: in one part they are searched twice as fast as in four."""
PATIENCE = 10.0
"""Seconds before this process starts another one to build."""

PAUSE = 2.0
"""Seconds in which nobody is asked again after the database was busy."""
_BUSY = [0.0]

type Progress = Callable[[int, int], None]


def rebuild(progress: Progress | None = None) -> int:
    """Make the index from the database and put it in the place of the old one; return how many versions it holds.

    Waits for whoever writes now. ``progress`` hears (done, total) every few thousand versions; so does everybody who searches.
    """
    with store.writing(wait=True):
        return _rebuild(progress)


def refresh(progress: Progress | None = None) -> int:
    """Take in what changed since the last time, by changes where they are few, else by a new build; return how many were written."""
    with store.writing(wait=True):
        if not _sound(mine=True) or store.opened() is None:
            return _rebuild(progress)
        written = 0
        while changes := outbox.listed():
            if len(changes) == outbox.MOST and outbox.waiting(4 * outbox.MOST) * 5 > _total():
                return _rebuild(progress)
            if not _take_in(changes):
                time.sleep(0.5)  # somebody writes to the database
                continue
            written += len({version for _, version in changes})
        if store.taken():
            _take_in([])
        return written if _matches() else _rebuild(progress)


def update(version_ids: Iterable[int] = ()) -> bool:
    """Take in what has just changed; ``version_ids`` is what the caller knows of it, the database knows it all.

    Returns whether the index shows it now. Where it does not (somebody else writes, there is none yet), the next search sees to it.
    """
    del version_ids
    if store.current() is None or not _sound():
        return False
    with store.writing(wait=False) as mine:
        return mine and _take_in(outbox.listed(FEW))


def ready() -> store.Opened | None:
    """Return the index as it is now, up to date if that takes no longer than a search may; None where there is none yet."""
    seen, told = _seen(), store.told()
    if not _sound(seen, told) and not _sound():
        _make()
    elif time.monotonic() >= _BUSY[0] and (told.taken or seen.waiting or not _matches(seen, told)):
        with store.writing(wait=False) as mine:
            if mine:
                _catch_up()
    elif found := store.opened(told):
        return found
    found = store.opened()
    if found is None and _count_up_to(SMALL) <= SMALL:  # what current.json names is broken
        with store.writing(wait=False) as mine:
            if mine:
                _rebuild(None)
        found = store.opened()
    elif found is None:
        start()
    return found


def _catch_up() -> None:
    changes = outbox.listed(FEW + 1)
    if len(changes) > FEW:
        start()
    elif changes or store.taken():
        if not _take_in(changes):
            _BUSY[0] = time.monotonic() + PAUSE
    elif not _matches():  # a database from another place or time
        if _count_up_to(SMALL) <= SMALL:
            _rebuild(None)
        else:
            start()


def _make() -> None:
    if _count_up_to(SMALL) > SMALL:
        start()
        return
    with store.writing(wait=False) as mine:
        if mine and not _sound(mine=True):
            _rebuild(None)


_STARTED: list[tuple[float, subprocess.Popen[bytes]]] = []
_STARTING = threading.Lock()


def start() -> None:
    """Have a process of its own bring the index up to date, unless this process has just started one."""
    with _STARTING:
        now = time.monotonic()
        if _STARTED and (_STARTED[0][1].poll() is None or now - _STARTED[0][0] < PATIENCE):
            return
        module = getattr(settings, "SETTINGS_MODULE", None) or os.environ["DJANGO_SETTINGS_MODULE"]
        process = subprocess.Popen(
            [sys.executable, "-m", "cairn.catalog.indexing"], env=surroundings(module),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        _STARTED[:] = [(now, process)]


@dataclass(frozen=True)
class _Seen:
    """What the database says at one moment: in which state frameworks are, whether changes wait, which version is the newest."""

    frameworks: list[int]
    waiting: bool
    newest: int


def _seen() -> _Seen:
    """Ask all of it at once, as every search does."""
    names = list(FRAMEWORKS)
    among = f"importer IN ({', '.join(['%s'] * len(names))}) AND dry_run = %s AND undone_at IS"
    runs, changes, versions = (model._meta.db_table for model in (ImportRun, SearchChange, DefinitionVersion))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT max(id) FROM {runs} WHERE {among} NULL), (SELECT count(*) FROM {runs} WHERE {among} NOT NULL), "  # noqa: S608  names of tables
            f"(SELECT id FROM {changes} LIMIT 1), (SELECT id FROM {versions} WHERE state = %s ORDER BY id DESC LIMIT 1)",
            [*names, False, *names, False, DefinitionVersion.State.PUBLISHED.value],
        )
        standing, undone, waiting, newest = cursor.fetchone()
    return _Seen([standing or 0, undone], waiting is not None, newest or 0)


def _sound(seen: _Seen | None = None, told: store.Told | None = None, *, mine: bool = False) -> bool:
    """Whether there is an index of this shape, made with these frameworks, and no build was broken off; ``mine``: this process writes."""
    told = told or store.told()
    said = told.current
    return (
        said is not None
        and said["shape"] == SHAPE
        and said["frameworks"] == (seen or _seen()).frameworks
        and (told.building is None or (not mine and _somebody_writes()))
    )


def _somebody_writes() -> bool:
    with store.writing(wait=False) as mine:
        return not mine


def _matches(seen: _Seen | None = None, told: store.Told | None = None) -> bool:
    """Whether the newest version of the index is the newest of the database, as it must be when no change waits."""
    said = (told or store.told()).current
    return said is not None and said["newest"] == (seen or _seen()).newest


def _total() -> int:
    return DefinitionVersion.objects.filter(state=DefinitionVersion.State.PUBLISHED).count()


def _count_up_to(most: int) -> int:
    return len(DefinitionVersion.objects.filter(state=DefinitionVersion.State.PUBLISHED).values_list("pk")[: most + 1])


def _rebuild(progress: Progress | None) -> int:
    home = store.home()
    total = _total()
    store.tell_building(0, total)  # stands until the build is done: what is taken below would be lost otherwise
    outbox.take_all()
    seen = _seen()
    folder = home / f"index-{uuid.uuid4().hex}"
    folder.mkdir()

    def told(done: int) -> None:
        store.tell_building(done, max(total, done))
        if progress is not None:
            progress(done, max(total, done))

    threads = 1 if total <= SMALL else THREADS
    heap = UPDATE_HEAP if threads == 1 else HEAP
    with started(total) as readers:  # what comes before they are needed is done while they start
        labels.write(folder / "labels.sqlite3")
        cuts = _cuts(total)
        count = write(folder, everything(cuts, readers), cuts, threads=threads, heap=heap, told=told)
    store.point_at(folder.name, shape=SHAPE, frameworks=seen.frameworks, newest=seen.newest)
    store.tell_taken([])
    store.end_building()
    for old in home.glob("index-*"):
        if old.name != folder.name:
            shutil.rmtree(old, ignore_errors=True)
    return count


def _cuts(total: int) -> Cuts:
    """Measure where orders are cut on some thousand versions, drawn evenly, where there are very many."""
    if total < LARGE:
        return Cuts()
    rows = DefinitionVersion.objects.filter(state=DefinitionVersion.State.PUBLISHED).order_by("pk")
    some = list(rows.alias(turn=F("pk") % step(total)).filter(turn=0).values_list("pk", flat=True))
    return measured(documents(some, shared=Shared.read()), total)


def write(
    folder: Path, feed: Iterable[Fed], cuts: Cuts, *, threads: int = THREADS, heap: int = HEAP, told: Callable[[int], None] | None = None
) -> int:  # fmt: skip
    """Write what is fed into a new index in ``folder``, and some of it into the small ones beside it; return how many."""
    cuts.write(folder / store.CUTS)
    whole = writer(tantivy.Index(schema(), path=str(folder)), heap, threads)
    beside: dict[int, tantivy.IndexWriter] = {}
    if cuts.share > 1:
        for also, name in store.BESIDE.items():
            (folder / name).mkdir()
            beside[also] = writer(tantivy.Index(schema(), path=str(folder / name)), BESIDE_HEAP)
    count = 0
    with uncollected():
        for text, where in feed:
            whole.add_json(text)
            if where:
                for also, other in beside.items():
                    if where & also:
                        other.add_json(text)
            count += 1
            if told is not None and count % 5_000 == 0:
                told(count)
    with ThreadPoolExecutor() as ending:  # at once: each keeps one processor busy for a while
        list(ending.map(_ended, (whole, *beside.values())))
    return count


def _ended(writing: tantivy.IndexWriter) -> None:
    writing.commit()
    writing.wait_merging_threads()


def _take_in(changes: list[tuple[int, int]]) -> bool:
    """Bring these versions into the index, or out of it when they are not published any more; False where that cannot be now."""
    said = store.current()
    ids = sorted({*store.taken(), *(version for _, version in changes)})
    if said is None or not ids:
        return said is not None
    before = store.taken()
    store.tell_taken(ids)
    if not outbox.take(changes):
        store.tell_taken(before)
        return False
    newest = _seen().newest
    try:
        folder = store.home() / str(said["folder"])
        ids = sorted({*ids, *_made_of(ids, folder)})
        cuts = Cuts.read(folder / store.CUTS)
        fresh = list(fed(documents(ids), cuts))
        if cuts.share > 1:  # first, as the large index says when all are read again
            for also, name in store.BESIDE.items():
                _replace(folder / name, ids, [text for text, where in fresh if where & also])
        _replace(folder, ids, [text for text, _ in fresh])
    except (ValueError, OSError):  # tantivy's word for "gone" and "broken": a new build puts it right
        return False
    store.point_at(said["folder"], shape=said["shape"], frameworks=said["frameworks"], newest=newest)
    store.tell_taken([])
    return True


def _made_of(ids: list[int], folder: Path) -> list[int]:
    """Return what is made of these versions, as the index says, or of others of their definitions; they may be gone themselves."""
    terms = [str(number) for number in ids]
    for some in batched(ids, 900):
        uids = DefinitionVersion.objects.filter(pk__in=some).values_list("definition__uid", flat=True)
        terms += [uid.hex for uid in uids]
    index = tantivy.Index.open(str(folder))
    searcher = index.searcher()
    made = tantivy.Query.term_set_query(index.schema, "part", terms)
    many = counted(searcher, made)
    if not many:
        return []
    found = searcher.search(made, many, count=False)
    return [int(one) for one in searcher.fast_field_values("version", [at for _, at in found.hits]) if one is not None]


def _replace(folder: Path, ids: Iterable[int], fresh: Iterable[str]) -> None:
    index = tantivy.Index.open(str(folder))
    writing = writer(index, UPDATE_HEAP)
    for number in ids:
        writing.delete_documents_by_query(tantivy.Query.term_query(index.schema, "version", number))
    for text in fresh:
        writing.add_json(text)
    _ended(writing)
