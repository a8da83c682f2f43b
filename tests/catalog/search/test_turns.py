"""Whose turn it is to answer where several ask at once, and what that changes about work that another thread could do."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from cairn.catalog.search import beside
from cairn.catalog.search.beside import Turns


def waiting(turns: Turns, work: Callable[[], None]) -> threading.Thread:
    """Start a thread that wants its turn; return when it waits for it."""
    already = len(turns._waiting)
    thread = threading.Thread(target=work)
    thread.start()
    while len(turns._waiting) == already:
        assert thread.is_alive()
    return thread


def test_whoever_comes_first_is_answered_first() -> None:
    turns, answered = Turns(1), []

    def ask(name: int) -> None:
        with turns:
            answered.append(name)

    with turns:
        threads = [waiting(turns, lambda name=name: ask(name)) for name in range(5)]  # type: ignore[misc]  # a default that lambda keeps
        assert answered == []
    for thread in threads:
        thread.join()
    assert answered == [0, 1, 2, 3, 4]
    assert not turns._waiting
    assert turns._free == 1


def test_a_turn_is_given_back_whatever_happens() -> None:
    turns = Turns(1)
    with pytest.raises(ZeroDivisionError), turns:
        raise ZeroDivisionError
    with turns:
        assert turns._free == 0


def test_one_that_answers_alone_has_the_others_threads_and_several_have_not(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(2)
    monkeypatch.setattr(beside, "_TURNS", [turns])
    here = threading.get_ident()
    with turns:
        alone = (turns.shared, beside.beside(threading.get_ident).result() == here)
        with turns:
            together = (turns.shared, beside.beside(threading.get_ident).result() == here)
    assert (alone, together, turns.shared) == ((False, False), (True, True), False)


def test_what_goes_wrong_is_told_to_whoever_wants_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_TURNS", [turns := Turns(2)])
    with turns, turns:
        failed = beside.beside(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        failed.result()
