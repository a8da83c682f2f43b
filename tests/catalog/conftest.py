"""Each test has its own search index: rows of one test must not be found by another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_search_index(settings: Any, tmp_path: Path) -> None:
    settings.SEARCH_INDEX = tmp_path / "search"
