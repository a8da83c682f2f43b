from __future__ import annotations

from typing import Any

import pytest
from tests.wallet.factories import NoWorld

from cairn.outside import fetching


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hash made-up people's passwords quickly; nobody attacks them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> NoWorld:
    """The world outside: it answers nothing unless a test says so, and remembers what was asked."""
    nobody = NoWorld()
    monkeypatch.setattr(fetching, "site_resolver", lambda: nobody)
    return nobody
