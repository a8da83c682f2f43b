"""Official files are taken in and back without a trace: the small ones here, all of them by ``tools/import_and_undo.py``."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

SHARED = Path(os.environ.get("CAIRN_SHARED_DATA", "../shared/data"))
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here (CAIRN_SHARED_DATA)"),
]
SMALL = ("rsd", "ctdl", "csv bootcamps")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    path = Path(__file__).parents[3] / "tools" / "import_and_undo.py"
    spec = importlib.util.spec_from_file_location("import_and_undo", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look for it there
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", SMALL)
def test_an_official_file_comes_in_once_and_goes_without_a_trace(name: str, tool: ModuleType) -> None:
    empty = tool.everything()
    line, run, differing = tool.there_and_back(name, tool.PLAN[name], SHARED)
    assert differing == 0, line
    assert tool.everything() != empty
    tool._undo(run)
    assert tool.everything() == empty
