"""How much work one verification may cause, counted and not timed, so that the same document always gets the same answer.

A document that is as large as it may be takes half a second to be read as linked data. It can ask for that dozens of times: for each link
of a chain of proofs, for each of the texts that a vocabulary had, for each credential inside another, for each status list. All of
these draw from one allowance; a document for which it does not suffice is ``too_complex``, an open question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from cairn.credentials.errors import NotSupported

ALLOWANCE = 1_000_000
"""Units for one verification. A badge takes some hundred of them, the largest learner record that is read at all some hundred thousand."""
NODE = 5
"""What an object or a list costs that is read as linked data; any other value costs one. A unit takes two to four microseconds."""
LETTERS = 64
"""Letters of text that cost one."""
ALIKE, BRANCHING = 10, 150
"""What a blank node costs that has no name of its own, and one with neighbours that look alike (:mod:`poison`)."""
SIGNATURE = 30
"""What checking one signature of many costs."""

_LEFT: ContextVar[list[int] | None] = ContextVar("_LEFT", default=None)


@contextmanager
def bounded(allowance: int = ALLOWANCE) -> Iterator[None]:
    """Bound the work done within the block, unless it is part of something bounded already."""
    if _LEFT.get() is not None:
        yield
        return
    token = _LEFT.set([allowance])
    try:
        yield
    finally:
        _LEFT.reset(token)


@contextmanager
def uncounted() -> Iterator[None]:
    """Count nothing within the block: what is worked out for the documents to come is not this one's doing."""
    token = _LEFT.set(None)
    try:
        yield
    finally:
        _LEFT.reset(token)


def spend(units: int) -> None:
    """Take note of work about to be done; raises NotSupported ``too_complex`` if there is no allowance left for it."""
    left = _LEFT.get()
    if left is None:
        return
    if units > left[0]:
        raise NotSupported(
            "too_complex",
            "Checking this document would take more work than any honest credential causes.",
            remedy="Ask the issuer for a credential with fewer parts and signatures.",
        )
    left[0] -= units


def is_bounded() -> bool:
    """Tell whether anybody counts."""
    return _LEFT.get() is not None


def size_of(document: object, *, node: int = NODE) -> int:
    """Return what reading a JSON value costs, each object or list at ``node``."""
    units = letters = 0
    todo: list[object] = [document]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            letters += len(one)
            units += 1
        elif isinstance(one, dict):
            units += node
            todo.extend(one.values())
        elif isinstance(one, list):
            units += node
            todo.extend(one)
        elif isinstance(one, Mapping):
            todo.append(dict(one))
        else:
            units += 1
    return units + letters // LETTERS
