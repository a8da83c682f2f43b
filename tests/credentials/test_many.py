"""Many at once give what one after the other gives, in order, over one process or several, and no id passes twice."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.test_batches import ISSUER, TEMPLATE, WORLD, recipient
from tests.credentials.world import AWARDED, NOW

from cairn.credentials import (
    Credential,
    CredentialError,
    issue_batch,
    issue_each,
    verify,
    verify_many,
)
from cairn.credentials.errors import NotSupported
from cairn.credentials.seen import Seen
from cairn.credentials.spread import in_order


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, Credential) or isinstance(other, Credential):
        return one == other and dict(one.document) == dict(other.document)
    return (type(one), one.code, one.message, one.where) == (type(other), other.code, other.message, other.where)


def test_two_processes_sign_what_one_signs_and_refuse_what_one_refuses() -> None:
    recipients = [recipient(number) for number in range(300)]
    recipients[7] = recipient(7, madeUp="x")
    recipients[150] = recipient(149)
    recipients[200] = {"credentialSubject": {}}
    recipients[299] = recipient(299, validUntil="2020-01-01T00:00:00Z")
    here = list(issue_each(TEMPLATE, recipients, ISSUER.signer, created=AWARDED))
    spread = list(issue_each(TEMPLATE, iter(recipients), ISSUER.signer, created=AWARDED, processes=2))
    assert len(here) == len(spread) == 300
    assert all(alike(one, other) for one, other in zip(here, spread, strict=True))
    refused = [number for number, one in enumerate(spread) if isinstance(one, CredentialError)]
    assert refused == [7, 150, 200, 299]
    texts = [one.text for one in spread if isinstance(one, Credential)]
    # Verifying them likewise: an in-memory world travels to other processes as it is.
    verdicts = list(verify_many(texts[:150], at=NOW, resolve=WORLD, processes=2))
    assert verdicts == [verify(text, at=NOW, resolve=WORLD).as_dict() for text in texts[:150]]


def test_a_batch_over_processes_stops_at_the_first_refusal() -> None:
    recipients = [recipient(number) for number in range(140)]
    recipients[130] = recipient(130, madeUp="x")
    signed: list[str] = []
    with pytest.raises(CredentialError) as refused:
        signed.extend(
            one.text for one in issue_batch(TEMPLATE, recipients, ISSUER.signer, created=AWARDED, processes=2)
        )
    assert (len(signed), refused.value.code, refused.value.where) == (130, "undefined_term", "madeUp")


def half(number: int) -> int:
    if number % 10 == 7:
        raise NotSupported("too_odd", f"{number} is odd.", remedy="Take another.", where="x")
    return number // 2


def twice(number: int) -> int:
    return number * 2


def numbers(end: int) -> Iterator[int]:
    yield from range(end)
    raise OSError("the file ends here")


@pytest.mark.parametrize("processes", [1, 2])
def test_what_came_before_a_problem_is_still_given(processes: int) -> None:
    found: list[int] = []
    with pytest.raises(OSError, match="the file ends here"):
        found.extend(in_order(twice, numbers(25), processes=processes, chunk=4))
    assert found == [2 * number for number in range(25)]
    found.clear()
    with pytest.raises(NotSupported) as raised:
        found.extend(in_order(half, range(100), processes=processes, chunk=4))
    assert found == [number // 2 for number in range(7)]
    assert (raised.value.code, raised.value.remedy, raised.value.where) == ("too_odd", "Take another.", "x")


def test_work_that_cannot_travel_is_done_here() -> None:
    assert list(in_order(lambda number: number + 1, range(5), processes=2)) == [1, 2, 3, 4, 5]


def test_a_stream_without_end_is_taken_a_little_at_a_time() -> None:
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    stream = in_order(twice, endless(), processes=2, chunk=10)
    assert [next(stream) for _ in range(25)] == [2 * number for number in range(1, 26)]
    assert taken <= 10 * (3 * 2 + 3)


def test_errors_travel_whole() -> None:
    error = NotSupported("code", "Message.", remedy="Do.", where="a.b")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(again), again.code, again.message, again.remedy, again.where, str(again)) == (
        NotSupported, "code", "Message.", "Do.", "a.b", "Message.",
    )  # fmt: skip


@given(st.lists(st.text(max_size=3), max_size=80), st.integers(1, 10))
@settings(max_examples=150)
def test_ids_are_new_once(names: list[str], recent: int) -> None:
    known: set[str] = set()
    with Seen(recent) as seen:
        for name in names:
            assert seen.add(name) is (name not in known)
            known.add(name)


def test_ids_put_away_are_found_again() -> None:
    with Seen(recent=5_000) as seen:
        assert all(seen.add(f"urn:uuid:{number:032x}") for number in range(160_000))
        assert any(seen._full), "drawers have been written to the file"
        assert not any(seen.add(f"urn:uuid:{number:032x}") for number in range(0, 160_000, 97))
        assert len(seen._recent) <= 5_000


def test_a_duplicate_far_back_in_a_batch_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from cairn.credentials import seen

    monkeypatch.setattr(seen.Seen.__init__, "__defaults__", (10,))
    recipients = [recipient(number) for number in range(60)] + [recipient(3)]
    made = list(issue_each(TEMPLATE, recipients, ISSUER.signer, created=AWARDED))
    assert [isinstance(one, Credential) for one in made] == [True] * 60 + [False]
    last = made[-1]
    assert isinstance(last, CredentialError)
    assert last.code == "duplicate_id"


def test_documents_are_read_when_somebody_looks() -> None:
    made = list(issue_batch(TEMPLATE, [recipient(number) for number in range(5)], ISSUER.signer, created=AWARDED))
    assert json.loads(made[4].text) == dict(made[4].document)
    assert made[4].document["id"] == recipient(4)["id"]
    assert "proof" in made[4].document
    assert len(made[4].document) == len(json.loads(made[4].text))
    assert repr(made[4].document) == repr(json.loads(made[4].text))
