from __future__ import annotations

from typing import Any

import pytest
from tests.issuing.factories import College, make_college
from tests.people.factories import make_person
from tests.wallet.factories import NoWorld

from cairn.outside import fetching
from cairn.people.models import Person


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> NoWorld:
    """The world outside: it answers nothing unless a test says so."""
    nobody = NoWorld()
    monkeypatch.setattr(fetching, "site_resolver", lambda: nobody)
    return nobody


@pytest.fixture
def college(db: Any) -> College:
    return make_college()


@pytest.fixture
def learner(db: Any) -> Person:
    return make_person("Lia Learner")
