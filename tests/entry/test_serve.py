"""What `cairn serve` says once somebody answers: the address to open, and where it listens if that is another."""

from __future__ import annotations

import pytest

from cairn.entry.cli.serve import where


@pytest.mark.parametrize(
    ("host", "port", "public", "first", "also"),
    [
        ("127.0.0.1", 8000, "http://localhost:8000", "Cairn is at http://localhost:8000 ", ""),
        ("127.0.0.1", 8123, "http://localhost:8000", "Cairn listens at http://127.0.0.1:8123 ", "http://localhost:8000"),
        ("::1", 8000, "https://credentials.example.org", "Cairn listens at http://[::1]:8000 ", "https://credentials.example.org"),
    ],
)  # fmt: skip
def test_the_port_that_is_listened_on_is_said(host: str, port: int, public: str, first: str, also: str) -> None:
    told = where(host, port, public).split("\n")
    assert told[0].startswith(first)
    assert len(told) == (2 if also else 1)
    assert also in told[-1]
