"""Published data sets that lie beside the project: they are read where they are, and tests that need them skip where they are not."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("CAIRN_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")


def folder() -> Path:
    """Where they lie."""
    if not FOLDER.is_dir():
        pytest.skip("no shared data here: set CAIRN_SHARED_DATA to its folder")
    return FOLDER


def shared(name: str) -> bytes:
    """One of their files."""
    return (folder() / name).read_bytes()
