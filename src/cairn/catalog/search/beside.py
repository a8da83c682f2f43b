"""Threads beside the one that answers: the engine lets go of Python while it works, so a question keeps several processors busy."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

THREADS = 4
"""As many as work for all questions of a process at once; what finds none free waits for one."""


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="search")


_POOL = [_threads()]


def _again() -> None:
    """A process that was forked has none of the threads of the other one."""
    _POOL[0] = _threads()


os.register_at_fork(after_in_child=_again)


def beside[**Given, Found](work: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Future[Found]:
    """Have a thread do some work of the index alone, none of the database."""
    return _POOL[0].submit(work, *given, **named)
