"""Canonicalisation in a process that can be killed: the last bound on work that a document may cause.

RDFC-1.0 takes factorial time on graphs built for that, and the engine cannot be interrupted while it works. Without an :class:`Isolated`
process, such graphs are told by their shape and refused (:mod:`poison`), the harmless among them too. With one, those are tried, for as
long as a verification is given; whatever takes longer is ``too_complex``: an open question, never a judgement.

    with Isolated(seconds=2) as engine:
        verdict = verify(source, at=moment, resolve=resolver, isolated=engine)

The process is started when it is first needed, and again after it had to be killed. Threads may share it, one after the other.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from threading import Lock, Timer
from time import monotonic
from types import TracebackType
from typing import Self

from cairn.credentials.effort import bounded
from cairn.credentials.errors import NotSupported

PROGRAM = Path(__file__).with_name("engineprocess.py")


class Isolated:
    """An engine of one's own, for ``seconds`` a verification. Close it, or use it as a context manager."""

    def __init__(self, seconds: float = 2.0) -> None:
        self.seconds = seconds
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if one was started. Another one is started should it be needed again."""
        with self._lock:
            self._end()

    def canonical(
        self, statements: bytes, hash_name: str, seconds: float, tags: Mapping[str, str] | None = None
    ) -> bytes:
        """Return N-Quads in canonical form, not yet in order; raises NotSupported ``too_complex`` if that takes longer.

        ``tags``: language tags with capitals, by the sentinels that stand for them (:mod:`tags`).
        """
        began = monotonic()
        if not self._lock.acquire(timeout=max(seconds, 0)):
            raise too_complex()
        try:
            return self._asked(statements, hash_name, seconds - (monotonic() - began), tags or {})
        finally:
            self._lock.release()

    def _asked(self, statements: bytes, hash_name: str, seconds: float, tags: Mapping[str, str]) -> bytes:
        if seconds <= 0:
            raise too_complex()
        try:
            process = self._started()
        except OSError as error:
            raise too_complex() from error
        killer = Timer(seconds, process.kill)
        killer.daemon = True
        killer.start()
        try:
            if process.stdin is None or process.stdout is None:
                raise too_complex()
            listed = ",".join(f"{sentinel}={tag}" for sentinel, tag in tags.items())
            process.stdin.write(f"{hash_name} {len(statements)} {listed}\n".encode() + statements)
            process.stdin.flush()
            length = process.stdout.readline()
            made = process.stdout.read(int(length)) if length else b""
            if not length or len(made) < int(length):
                self._end()
                raise too_complex()
        except (OSError, ValueError) as broken:
            self._end()
            raise too_complex() from broken
        finally:
            killer.cancel()
        return made

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(  # noqa: S603 - our own program, with our own Python
                [sys.executable, "-P", str(PROGRAM), *(folder for folder in sys.path if folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:  # what was still to be written can no longer be
                        continue


@cache
def shared() -> Isolated:
    """Return the one engine of this process, for those who check what strangers send."""
    return Isolated()


def too_complex() -> NotSupported:
    """The refusal of what takes too long."""
    return NotSupported(
        "too_complex",
        "This document holds many parts that look exactly alike and refer to each other, as in an attack on verifiers.",
        remedy="Ask the issuer to give the parts ids of their own.",
    )


# -- Within one verification ------------------------------------------------------------------------------------------------------


class Allowance:
    """What is left of one verification's time: a document with many parts gets no more than one with one."""

    def __init__(self, engine: Isolated) -> None:
        self._engine = engine
        self._left = engine.seconds

    def canonical(self, statements: bytes, hash_name: str, tags: Mapping[str, str] | None = None) -> bytes:
        """Return N-Quads in canonical form, not yet in order; raises ``too_complex`` once the time is used up."""
        began = monotonic()
        try:
            return self._engine.canonical(statements, hash_name, self._left, tags)
        finally:
            self._left -= monotonic() - began


ALLOWED: ContextVar[Allowance | None] = ContextVar("ALLOWED", default=None)
"""The isolated engine that canonicalisation may use here and now."""


@contextmanager
def allowed(engine: Isolated | None) -> Iterator[None]:
    """Bound the work done within the block (:mod:`effort`), and let canonicalisation use ``engine`` for what could take forever."""
    with bounded():
        token = None if engine is None else ALLOWED.set(Allowance(engine))
        try:
            yield
        finally:
            if token is not None:
                ALLOWED.reset(token)
