"""Starting other processes from a command whose starting script they must not run again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def script_left_alone() -> Iterator[None]:
    """Keep the processes that are started meanwhile from running the script that started this one.

    A process that is started afresh first reads its parent's main script. The script that an installer writes for the ``cairn`` command
    calls it at once, so that every child would begin the whole command again; and nothing that children need is defined there.
    """
    script = sys.modules["__main__"]
    place = getattr(script, "__file__", None)
    if place is None or getattr(script, "__spec__", None) is not None:
        yield
        return
    script.__file__ = None
    try:
        yield
    finally:
        script.__file__ = place
