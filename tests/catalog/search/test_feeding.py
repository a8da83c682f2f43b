"""A build that is fed by processes of their own: the same documents, whatever becomes of a process."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from typing import Any

import orjson
import pytest
from django.db import connection
from tests.catalog.factories import imported, occupation, skill, taught

from cairn.catalog import search
from cairn.catalog.models import DefinitionVersion, Provider
from cairn.catalog.search import feeding
from cairn.catalog.search.documents import documents
from cairn.catalog.search.feeding import Reader, answer, everything, fed
from cairn.catalog.search.marks import HEADING, SAMPLED, Cuts
from cairn.catalog.search.shared import Shared

CUTS = Cuts(2, {"brief": (30, 13)})


class Process:
    """What a reader has to say, without a process."""

    def __init__(self, said: bytes) -> None:
        self.stdout = BytesIO(said)
        self.stdin = None

    def kill(self) -> None:
        """Nothing to end."""

    wait = kill


def said(stretches: list[tuple[int, int]]) -> bytes:
    """What a reader answers for these stretches."""
    to = BytesIO()
    job = {"database": connection.settings_dict["NAME"], "share": CUTS.share, "at": CUTS.at, "stretches": stretches}
    answer(orjson.dumps(job), to)
    return to.getvalue()


def catalogue() -> list[int]:
    occupation("Welders")
    found = [
        imported(title).pk for title in ("Welding", "A long title about welding", "Nurse aide", "Émigré bookkeeping")
    ]
    taught(DefinitionVersion.objects.get(pk=found[0]), skill("Reading drawings"), origin="stated")
    return found


def versions(texts: Any) -> list[tuple[int, int]]:
    return sorted((orjson.loads(text)["version"], also) for text, also in texts)


@pytest.mark.django_db
def test_readers_give_what_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = catalogue()
    monkeypatch.setattr(feeding, "BATCH", 2)
    reader = Reader(Process(said([(1, numbers[1]), (numbers[1] + 1, numbers[-1])])), [(1, numbers[-1])])
    batches = []
    while batch := reader.batch():
        batches.append(batch)
    assert [len(batch) for batch in batches] == [2, 2]
    assert (reader.done, reader.left()) == (True, [])
    assert [one for batch in batches for one in batch] == list(fed(documents(), CUTS))
    told = dict(versions(one for batch in batches for one in batch))
    assert [bool(told[number] & HEADING) for number in numbers] == [True, False, True, False]
    assert [bool(told[number] & SAMPLED) for number in numbers] == [CUTS.sampled(number) for number in numbers]


@pytest.mark.django_db
@pytest.mark.parametrize("kept", [0, 5, 400, -8])
def test_what_a_reader_that_broke_off_leaves_over_is_read_here(monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    numbers = catalogue()
    monkeypatch.setattr(feeding, "BATCH", 1)
    monkeypatch.setattr(feeding, "_readers", lambda _: 1)
    whole = said([(numbers[0], numbers[-1])])
    monkeypatch.setattr(feeding.subprocess, "Popen", lambda *_, **__: Process(whole[:kept]))
    monkeypatch.setattr(feeding, "_answers", lambda running: (one for each in running for one in batches_of(each)))
    with feeding.started(4) as readers:
        assert versions(everything(CUTS, readers)) == versions(fed(documents(), CUTS))


def batches_of(reader: Reader) -> Any:
    while batch := reader.batch():
        yield from batch


def test_a_process_starts_and_answers() -> None:
    job = orjson.dumps({"database": "none", "share": 16, "at": {}, "stretches": []})
    done = subprocess.run(
        [sys.executable, "-m", "cairn.catalog.indexing", "read"], input=job, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, bytes(8), b"")


@pytest.mark.django_db
def test_no_processes_read_what_they_could_not_see(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "LARGE", 1)
    monkeypatch.setattr(feeding.os, "cpu_count", lambda: 8)
    assert feeding._readers(10) == 0  # this test writes in a transaction
    catalogue()
    assert search.rebuild() == 4


@pytest.mark.django_db
def test_a_provider_that_comes_during_a_build_is_read_then() -> None:
    shared = Shared.read()
    number = imported("Welding", Provider.objects.create(slug="late", name="Late School")).pk
    [one] = [one for one in documents(shared=shared) if one["version"] == number]
    assert (one["provider"], "late school" in one["words"]) == ("late", True)
