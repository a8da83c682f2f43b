"""Feeding a build: every version as the text that the index takes, made here or, for a large catalogue, by processes of their own.

Reading the database and writing texts keeps a processor as busy as indexing does. So a large build starts readers. Each is told on its
standard input which database to read, where orders are cut and which stretches of numbers are its part, and answers on its standard
output with batches, each behind its length; an empty one says that it is done. What a reader that broke off leaves over is read here.
"""

from __future__ import annotations

import fcntl
import gc
import os
import subprocess  # our own module, with our own interpreter, without a shell
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import RawIOBase
from itertools import batched
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import IO, cast

import orjson
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import Max, Min

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.search.documents import Document, documents
from cairn.catalog.search.marks import HEADING, LARGE, SAMPLED, Cuts, marks_of
from cairn.catalog.search.shared import Shared
from cairn.catalog.surroundings import surroundings

MOST_READERS = 3
STRETCH = 20_000
"""So many numbers a reader takes at a time."""
BATCH = 500
_LENGTH = 8
_PIPE = 1 << 20

type Fed = tuple[str, int]
type Stretches = list[tuple[int, int]]


def fed(written: Iterable[Document], cuts: Cuts) -> Iterator[Fed]:
    """Return documents as texts of JSON with their marks, which they are given here, each with what says where else it belongs."""
    for body, also in _written(written, cuts):
        yield body.decode(), also


def _written(documents: Iterable[Document], cuts: Cuts) -> Iterator[tuple[bytes, int]]:
    for one in documents:
        one["mark"] = f"{one['mark']} {marks_of(one, cuts)}"
        yield orjson.dumps(one), SAMPLED * cuts.sampled(one["version"]) | HEADING * cuts.heads(one)


def everything(cuts: Cuts, readers: Sequence[Reader] = ()) -> Iterator[Fed]:
    """Return everything that is published, in no particular order; read by these processes, if any."""
    if not readers:
        yield from fed(documents(), cuts)
        return
    for reader, stretches in zip(readers, _parts(len(readers)), strict=True):
        reader.read(stretches, cuts)
    yield from _answers(readers)
    left: Stretches = []
    for reader in readers:
        left += reader.left()
    if left:
        shared = Shared.read()
        for within in left:
            yield from fed(documents(shared=shared, within=within), cuts)


_LOOK_UP = ("enable_hashjoin = off", "enable_mergejoin = off", "max_parallel_workers_per_gather = 0", "jit = off")


@contextmanager
def _looking_up() -> Iterator[None]:
    """Have PostgreSQL look up the definition of each version: it would go through all of them for some thousand, with two processes more.

    That holds within a transaction only, so that a connection which others use afterwards is as it was.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for setting in _LOOK_UP:
            cursor.execute(f"SET LOCAL {setting}")
        yield


def _bodies(stretches: Stretches, cuts: Cuts) -> Iterator[bytes]:
    shared = Shared.read()
    for first, last in stretches:
        for batch in batched(documents(shared=shared, within=(first, last)), BATCH):
            bodies, flags = zip(*_written(batch, cuts), strict=True)
            yield b"\n".join((f"{batch[-1]['version']} {''.join(map(str, flags))}".encode(), *bodies))


def answer(job: bytes, to: IO[bytes]) -> None:
    """Do the work of a reader."""
    told = orjson.loads(job)
    connections.databases["default"]["NAME"] = told["database"]
    cuts = Cuts(told["share"], {name: tuple(at) for name, at in told["at"].items()})
    if told["stretches"]:
        with uncollected(), _looking_up():
            for body in _bodies(told["stretches"], cuts):
                to.write(len(body).to_bytes(_LENGTH))
                to.write(body)
                to.flush()
    to.write(bytes(_LENGTH))
    to.flush()


@contextmanager
def uncollected() -> Iterator[None]:
    """Have Python not look for rings among millions of short-lived lists: documents hold none."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@dataclass
class Reader:
    """A process that reads, its part, and how far it has come."""

    process: subprocess.Popen[bytes]
    stretches: Stretches = field(default_factory=list)
    reached: int = 0
    done: bool = False
    room: bytearray = field(default_factory=lambda: bytearray(_PIPE))

    def read(self, stretches: Stretches, cuts: Cuts) -> None:
        """Tell the process, which may still be starting, what its part is."""
        self.stretches = stretches
        job = {
            "database": str(connection.settings_dict["NAME"]), "share": cuts.share, "at": cuts.at, "stretches": stretches,
        }  # fmt: skip
        if self.process.stdin is not None:
            with suppress(BrokenPipeError), self.process.stdin as told:
                told.write(orjson.dumps(job))

    def left(self) -> Stretches:
        """Return what it has not read."""
        if self.done:
            return []
        return [(max(first, self.reached + 1), last) for first, last in self.stretches if last > self.reached]

    def batch(self) -> list[Fed]:
        """Return the next batch; none where it has ended, in whichever way."""
        head = self._whole(_LENGTH)
        body = self._whole(int.from_bytes(head)) if len(head) == _LENGTH else b""
        if not body:
            self.done = len(head) == _LENGTH and not any(head)
            return []
        first, *texts = body.decode().split("\n")  # all at once: half as long as each by itself
        reached, _, flags = first.partition(" ")
        self.reached = int(reached)
        return list(zip(texts, map(int, flags), strict=True))

    def _whole(self, size: int) -> bytes:
        """Read so many bytes; none where it breaks off before. What comes in parts comes into the same room every time."""
        if size > len(self.room):
            self.room = bytearray(size)
        reached, room, said = 0, memoryview(self.room), cast("RawIOBase", self.process.stdout)  # as it has no buffer
        while reached < size and (more := said.readinto(room[reached:size])):
            reached += more
        return bytes(room[:size]) if reached == size else b""


def _readers(total: int) -> int:
    """Return how many processes read: none for a small catalogue, on one processor, and where others do not see this database."""
    processors = os.cpu_count() or 1
    name = str(connection.settings_dict["NAME"])
    hidden = connection.in_atomic_block or (connection.vendor == "sqlite" and not Path(name).is_file())
    return 0 if total < LARGE or processors < 2 or hidden else min(MOST_READERS, processors)


def _parts(many: int) -> list[Stretches]:
    """Deal the numbers of published versions out in stretches."""
    published = DefinitionVersion.objects.filter(state=DefinitionVersion.State.PUBLISHED)
    ends = published.aggregate(first=Min("pk"), last=Max("pk"))
    stretches = [(at, at + STRETCH - 1) for at in range(ends["first"] or 1, (ends["last"] or 0) + 1, STRETCH)]
    return [stretches[number::many] for number in range(many)]


@contextmanager
def started(total: int) -> Iterator[list[Reader]]:
    """Start the processes that read for a build of about ``total`` versions, if any; end them afterwards."""
    module = getattr(settings, "SETTINGS_MODULE", None) or os.environ["DJANGO_SETTINGS_MODULE"]
    running: list[Reader] = []
    try:
        for _ in range(_readers(total)):
            process = subprocess.Popen(
                [sys.executable, "-m", "cairn.catalog.indexing", "read"], env=surroundings(module),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
            )  # fmt: skip
            running.append(Reader(process))
        yield running
    finally:
        for reader in running:
            for pipe in (reader.process.stdin, reader.process.stdout):
                if pipe is not None:
                    pipe.close()
            reader.process.kill()
            reader.process.wait()


def _answers(running: Iterable[Reader]) -> Iterator[Fed]:
    with DefaultSelector() as waiting:
        for reader in running:
            if reader.process.stdout is not None:
                with suppress(OSError, AttributeError):  # a larger pipe only saves waiting
                    fcntl.fcntl(reader.process.stdout, fcntl.F_SETPIPE_SZ, _PIPE)
                waiting.register(reader.process.stdout, EVENT_READ, reader)
        while waiting.get_map():
            for key, _ in waiting.select():
                batch = key.data.batch()
                if not batch:
                    waiting.unregister(key.fileobj)
                yield from batch
