"""One cache for all processes of a site: what one counts, the others know, and no name is written to the disk."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

import pytest
from django.conf import settings

from cairn.outside.shared_cache import SharedCache


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.sqlite3"


def opened(path: Path) -> SharedCache:
    return SharedCache(str(path), {})


def test_what_one_process_keeps_another_one_reads(path: Path) -> None:
    here = opened(path)
    here.set("attempts", [1.5, 2.5], 60)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - it runs in the other process
        os.write(write, repr(here.get("attempts")).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 100) == b"[1.5, 2.5]"
    assert opened(path).get("attempts") == [1.5, 2.5]


def test_counts_are_raised_in_one_step_by_many_at_once(path: Path) -> None:
    caches = [opened(path) for _ in range(4)]
    assert caches[0].add("count", 0, 60)
    assert not caches[1].add("count", 0, 60)

    def raise_often(cache: SharedCache) -> None:
        for _ in range(25):
            cache.incr("count")

    threads = [threading.Thread(target=raise_often, args=(cache,)) for cache in caches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert caches[2].get("count") == 100


def test_what_has_expired_is_gone_and_can_be_added_again(path: Path) -> None:
    cache = opened(path)
    cache.set("old", "x", -1)
    assert cache.get("old", "nothing") == "nothing"
    assert not cache.touch("old", 60)
    with pytest.raises(ValueError, match="no count"):
        cache.incr("old")
    assert cache.add("old", 5, 60)
    assert cache.incr("old", 2) == 7
    assert cache.touch("old", None)
    assert cache.delete("old")
    assert not cache.delete("old")
    cache.set("a", 1)
    cache.clear()
    assert cache.get("a") is None


def test_no_name_is_written_to_the_disk(path: Path) -> None:
    cache = opened(path)
    cache.set("login:ip:192.0.2.7", 1, 60)
    cache.close()
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA wal_checkpoint")
    assert b"192.0.2.7" not in b"".join(one.read_bytes() for one in path.parent.iterdir())


def test_a_file_that_cannot_be_reached_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = opened(tmp_path / "no such folder" / "cache.sqlite3")
    cache.set("a", 1)
    assert cache.get("a", "nothing") == "nothing"
    assert cache.add("count", 0)
    assert cache.incr("count") == 1
    assert not cache.delete("a")
    assert "limits on attempts do not hold" in caplog.text


def test_each_process_of_these_tests_has_a_cache_of_its_own() -> None:
    """Tests begin with an empty one: in a shared one they would forget each other's counts."""
    assert Path(settings.CACHES["default"]["LOCATION"]).parent == Path(os.environ["CAIRN_HOME"]).resolve()
