from __future__ import annotations

import pytest
from tests.credentials.world import Issuer, MemoryResolver


@pytest.fixture
def world() -> MemoryResolver:
    return MemoryResolver()


@pytest.fixture
def issuer(world: MemoryResolver) -> Issuer:
    return Issuer(world)
