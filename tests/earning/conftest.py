from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hash made-up people's passwords quickly; nobody attacks them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def static_folder(settings: Any) -> None:
    """Pages are asked for; the folder of collected static files exists as on a site that was set up."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
