"""A cache that all processes of the site on one machine share, so that limits on attempts hold however many processes answer.

It lies in a small SQLite file beside the database. Names are kept as keyed hashes: what is slowed down is often an address, and none of
them is written to a disk. Whoever cannot reach the file in time goes on without it, as after a restart.
"""

from __future__ import annotations

import logging
import os
import pickle  # our own values, in a folder that nobody else may enter
import random
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.utils.crypto import salted_hmac

PATIENCE = 1.0
"""Seconds that a request waits for the file at most."""
_TIDIED = 200
"""Every so many writes what has expired is taken out."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS kept (name BLOB PRIMARY KEY, value BLOB NOT NULL, expires REAL NOT NULL) WITHOUT ROWID"
)
_LOG = logging.getLogger(__name__)


class SharedCache(BaseCache):
    """Django's cache in a file: ``LOCATION`` is its path. A count is raised in one step, also by two processes at once."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._path = Path(location)
        self._mine = threading.local()

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept under a name."""
        rows = self._asked(
            "SELECT value FROM kept WHERE name = ? AND expires > ?", self._name(key, version), time.time()
        )
        return _read(rows[0][0]) if rows else default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value."""
        self._tidy()
        self._asked("REPLACE INTO kept VALUES (?, ?, ?)", self._name(key, version), _written(value), self._end(timeout))

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value where none is; return whether there was none."""
        self._tidy()
        rows = self._asked(
            "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value, expires = excluded.expires "
            "WHERE kept.expires <= ? RETURNING 1",
            self._name(key, version), _written(value), self._end(timeout), time.time(),
        )  # fmt: skip
        return rows is None or bool(rows)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raise a count in one step; raises ValueError where there is none."""
        rows = self._asked(
            "UPDATE kept SET value = value + ? WHERE name = ? AND expires > ? AND typeof(value) = 'integer' RETURNING value",
            delta, self._name(key, version), time.time(),
        )  # fmt: skip
        if rows is None:
            return delta
        if not rows:
            raise ValueError(f"There is no count called {key!r}.")
        return int(rows[0][0])

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep what is there for longer."""
        statement = "UPDATE kept SET expires = ? WHERE name = ? AND expires > ? RETURNING 1"
        return bool(self._asked(statement, self._end(timeout), self._name(key, version), time.time()))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a name; return whether anything was kept under it."""
        return bool(self._asked("DELETE FROM kept WHERE name = ? RETURNING 1", self._name(key, version)))

    def clear(self) -> None:
        """Forget everything."""
        self._asked("DELETE FROM kept")

    def _name(self, key: str, version: int | None) -> bytes:
        whole = self.make_and_validate_key(key, version)
        return salted_hmac("cairn.outside.shared_cache", whole, algorithm="sha256").digest()[:16]

    def _end(self, timeout: Any) -> float:
        end = self.get_backend_timeout(timeout)
        return 1e12 if end is None else float(end)

    def _tidy(self) -> None:
        if random.randrange(_TIDIED) == 0:  # noqa: S311 - when to tidy up is no secret
            self._asked("DELETE FROM kept WHERE expires <= ?", time.time())

    def _asked(self, statement: str, *values: Any) -> list[Any] | None:
        """Return the rows that a statement answers with; None where the file could not be reached."""
        try:
            return self._connection().execute(statement, values).fetchall()
        except (sqlite3.Error, OSError):
            _LOG.exception("The shared cache was not reached. Until it is, limits on attempts do not hold.")
            return None

    def _connection(self) -> sqlite3.Connection:
        """Return the connection of this thread of this process."""
        held: tuple[int, sqlite3.Connection] | None = getattr(self._mine, "held", None)
        if held is not None and held[0] == os.getpid():
            return held[1]
        base = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = OFF")
        base.execute(_TABLE)
        self._mine.held = (os.getpid(), base)
        return base


def _written(value: Any) -> Any:
    """Counts stay numbers, so that the file itself can raise them."""
    return value if type(value) is int and abs(value) < 2**62 else pickle.dumps(value)


def _read(kept: Any) -> Any:
    return kept if isinstance(kept, int) else pickle.loads(kept)  # noqa: S301 - our own values, in a folder that nobody else may enter
