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
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import IO

import orjson
from django.conf import settings
from django.db import connection, connections
from django.db.models import Max, Min

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.search.documents import Document, Shared, documents
from cairn.catalog.search.marks import HEADING, LARGE, SAMPLED, Cuts, marks_of

MOST_READERS = 3
STRETCH = 20_000
"""So many numbers a reader takes at a time."""
BATCH = 500
_LENGTH = 8
_PIPE = 1 << 20

type Fed = tuple[str, int]
type Stretches = list[tuple[int, int]]


def fed(written: Iterable[Document], cuts: Cuts) -> Iterator[Fed]:
    """Return documents as texts of JSON with their marks, each with what says where else it belongs."""
    for one in written:
        also = SAMPLED * cuts.sampled(one["version"]) | HEADING * cuts.heads(one)
        yield orjson.dumps({**one, "mark": marks_of(one, cuts)}).decode(), also


def everything(cuts: Cuts, total: int) -> Iterator[Fed]:
    """Return everything that is published, about ``total`` versions, in no particular order."""
    readers = _readers(total)
    if not readers:
        yield from fed(documents(), cuts)
        return
    left: Stretches = []
    with _started(cuts, readers) as running:
        yield from _answers(running)
        for reader in running:
            left += reader.left()
    if left:
        shared = Shared.read()
        for within in left:
            yield from fed(documents(shared=shared, within=within), cuts)


def answer(job: bytes, to: IO[bytes]) -> None:
    """Do the work of a reader."""
    told = orjson.loads(job)
    connections.databases["default"]["NAME"] = told["database"]
    cuts = Cuts(told["share"], {name: tuple(at) for name, at in told["at"].items()})
    shared = Shared.read() if told["stretches"] else Shared()
    with uncollected():
        for first, last in told["stretches"]:
            written = documents(shared=shared, within=(first, last))
            for batch in batched(written, BATCH):
                texts = list(fed(batch, cuts))
                flags = "".join([str(also) for _, also in texts])
                body = "\n".join([f"{batch[-1]['version']} {flags}", *[text for text, _ in texts]]).encode()
                to.write(len(body).to_bytes(_LENGTH) + body)
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
    stretches: Stretches
    reached: int = 0
    done: bool = False

    def left(self) -> Stretches:
        """Return what it has not read."""
        if self.done:
            return []
        return [(max(first, self.reached + 1), last) for first, last in self.stretches if last > self.reached]

    def batch(self) -> list[Fed]:
        """Return the next batch; none where it has ended, in whichever way."""
        body = self._whole(int.from_bytes(head)) if len(head := self._whole(_LENGTH)) == _LENGTH else b""
        if not body:
            self.done = len(head) == _LENGTH and not any(head)
            return []
        first, *texts = body.decode().split("\n")
        reached, _, flags = first.partition(" ")
        self.reached = int(reached)
        return list(zip(texts, map(int, flags), strict=True))

    def _whole(self, size: int) -> bytes:
        """Read so many bytes; none where it breaks off before."""
        if self.process.stdout is None:
            return b""
        found = bytearray()
        while len(found) < size and (more := self.process.stdout.read(size - len(found))):
            found += more
        return bytes(found) if len(found) == size else b""


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
def _started(cuts: Cuts, many: int) -> Iterator[list[Reader]]:
    module = getattr(settings, "SETTINGS_MODULE", None) or os.environ["DJANGO_SETTINGS_MODULE"]
    running: list[Reader] = []
    try:
        for stretches in _parts(many):
            process = subprocess.Popen(
                [sys.executable, "-m", "cairn.catalog.indexing", "read"], env={**os.environ, "DJANGO_SETTINGS_MODULE": module},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
            )  # fmt: skip
            running.append(Reader(process, stretches))
            job = {
                "database": str(connection.settings_dict["NAME"]), "share": cuts.share, "at": cuts.at, "stretches": stretches,
            }  # fmt: skip
            if process.stdin is not None:
                with suppress(BrokenPipeError), process.stdin:
                    process.stdin.write(orjson.dumps(job))
        yield running
    finally:
        for reader in running:
            if reader.process.stdout is not None:
                reader.process.stdout.close()
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
