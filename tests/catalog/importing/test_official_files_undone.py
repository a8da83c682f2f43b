"""Official files are taken in and back without a trace: the small ones here, all of them by ``tools/import_and_undo.py``."""

from __future__ import annotations

import pytest
from tests.shared import folder
from tools import import_and_undo as tool

pytestmark = pytest.mark.django_db
SMALL = ("rsd", "ctdl", "csv bootcamps")


@pytest.mark.parametrize("name", SMALL)
def test_an_official_file_comes_in_once_and_goes_without_a_trace(name: str) -> None:
    data = folder()
    empty = tool.everything()
    line, run, differing = tool.there_and_back(name, tool.PLAN[name], data)
    assert differing == 0, line
    assert tool.everything() != empty
    tool._undo(run)
    assert tool.everything() == empty
