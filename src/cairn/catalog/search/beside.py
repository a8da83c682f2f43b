"""Threads beside the one that answers, and whose turn it is to answer.

The engine lets go of Python while it works, so one question keeps several processors busy. Where several are asked at once, each does
its work alone, and no more of them at a time than there are processors: the others wait in the order in which they came. Otherwise all
would be answered at once and slowly, and whoever asks what takes longest would wait for everybody.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

THREADS = 4
"""As many as work for all questions of a process at once; what finds none free waits for one."""


class Turns:
    """Lets so many answer at the same time, and the others after them as they came: ``with turns:`` waits for one's turn."""

    def __init__(self, most: int) -> None:
        self._lock = Lock()
        self._most = self._free = most
        self._waiting: deque[Lock] = deque()

    @property
    def shared(self) -> bool:
        """Say whether more than one answers now."""
        return self._free < self._most - 1

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()  # until whoever is ready hands its turn over

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="search")


_POOL = [_threads()]
_TURNS = [Turns(_processors())]


def _again() -> None:
    """A process that was forked has none of the threads of the other one."""
    _POOL[0], _TURNS[0] = _threads(), Turns(_processors())


os.register_at_fork(after_in_child=_again)


def turns() -> Turns:
    """Return whose turn it is to answer in this process."""
    return _TURNS[0]


def beside[**Given, Found](work: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Future[Found]:
    """Have a thread do some work of the index alone, none of the database; where others answer too, it is done at once."""
    if not turns().shared:
        return _POOL[0].submit(work, *given, **named)
    done: Future[Found] = Future()
    try:
        done.set_result(work(*given, **named))
    except Exception as error:  # whoever asks for the result gets it, as from a thread
        done.set_exception(error)
    return done
