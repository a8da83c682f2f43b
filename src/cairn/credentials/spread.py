"""Many items over several processes, in the order they came in, with little in memory at any time."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

CHUNK = 128
"""Items sent to a process at once."""


def in_order[Item, Result](
    work: Callable[[Item], Result], items: Iterable[Item], *, processes: int = 1, chunk: int = CHUNK
) -> Iterator[Result]:
    """Yield ``work(item)`` for each item, in order. With ``processes`` above one, so many processes share the work.

    ``work`` must then be something that can be pickled (a function of a module, or an object that is called); each process keeps its own
    copy for as long as it lives, and whatever cannot be sent is worked on here. No more than three chunks per process are on
    their way, so an endless stream is fine. What ``work`` or ``items`` raise is raised here, after the results that come before it.
    The processes are started afresh (not forked), so a program that uses them must keep its main part under
    ``if __name__ == "__main__"``.
    """
    packed = _packed(work) if processes > 1 else None
    if packed is None:
        yield from map(work, items)
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(packed,))
    waiting: deque[Future[tuple[list[Result], Exception | None]]] = deque()
    try:
        for part in _parts(items, chunk):
            waiting.append(pool.submit(_work, part))
            if len(waiting) >= 3 * processes:
                yield from _results(waiting.popleft())
        while waiting:
            yield from _results(waiting.popleft())
    except _Interrupted as interrupted:
        while waiting:
            yield from _results(waiting.popleft())
        raise interrupted.problem from None
    finally:
        pool.shutdown(cancel_futures=True)


class _Interrupted(Exception):
    """The items ended with an exception. What came before it is still to be done."""

    def __init__(self, problem: Exception) -> None:
        super().__init__()
        self.problem = problem


def _packed(work: object) -> bytes | None:
    """Return ``work`` as it travels to another process; None if it cannot."""
    try:
        return pickle.dumps(work)
    except (pickle.PicklingError, TypeError, AttributeError, NotImplementedError):
        return None


def _parts[Item](items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    part: list[Item] = []
    try:
        for item in items:
            part.append(item)
            if len(part) == size:
                yield part
                part = []
    except Exception as problem:  # whatever it is, it is raised again once what came before it has been handed on
        if part:
            yield part
        raise _Interrupted(problem) from problem
    if part:
        yield part


def _results[Result](future: Future[tuple[list[Result], Exception | None]]) -> Iterator[Result]:
    done, problem = future.result()
    yield from done
    if problem is not None:
        raise problem


# -- In the other process ---------------------------------------------------------------------------------------------------------

_own: list[Callable[[Any], Any]] = []


def _begin(packed: bytes) -> None:
    _own[:] = [pickle.loads(packed)]  # noqa: S301 - packed by our own parent process


def _work(part: list[Any]) -> tuple[list[Any], Exception | None]:
    done: list[Any] = []
    for item in part:
        try:
            done.append(_own[0](item))
        except Exception as problem:  # whatever it is, it is raised again in the other process, in its turn
            return done, problem
    return done, None
