from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.credentials.world import Issuer, MemoryResolver

from cairn.credentials.repeating import shapes

WITH_WARM_SHAPES = ("test_tampering", "test_hostile_input", "test_bad_credentials", "test_records_and_identity")
"""These run twice: every document going the long way, and every document going the short way that can, at first sight."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.module.__name__.rpartition(".")[2] in WITH_WARM_SHAPES:
        metafunc.fixturenames.append("_shapes")
        metafunc.parametrize("_shapes", ["long way", "short way"], indirect=True, scope="module")


@pytest.fixture(scope="module")
def _shapes(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapes.Shapes, "_worth_compiling", lambda *_: request.param == "short way")
        shapes.SHAPES.clear()
        yield
        # The tests would prove nothing if no document had gone the way they speak of.
        assert bool(len(shapes.SHAPES)) is (request.param == "short way")
        shapes.SHAPES.clear()


@pytest.fixture
def world() -> MemoryResolver:
    return MemoryResolver()


@pytest.fixture
def issuer(world: MemoryResolver) -> Issuer:
    return Issuer(world)
