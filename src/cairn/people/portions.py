"""What the higher rooms keep about a person, so that "my data" and "erase my account" reach everything without this room knowing them.

A room that keeps something about people adds a reader, and an eraser where something can go. ``cairn.entry.subscriptions`` calls
:func:`export_with` and :func:`erase_with` once when the site starts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from cairn.people.models import Person

Reader = Callable[[Person], Any]
"""Gives JSON-ready values: everything the room keeps about the person that is theirs to see."""

Eraser = Callable[[Person, datetime], None]
"""Deletes or unlinks what the room keeps about the person, inside the caller's transaction."""

READERS: dict[str, Reader] = {}
ERASERS: dict[str, Eraser] = {}


def export_with(name: str, reader: Reader) -> None:
    """Let ``reader`` add the section ``name`` to what a person can download about themselves."""
    READERS[name] = reader


def erase_with(name: str, eraser: Eraser) -> None:
    """Let ``eraser`` run when an account is erased."""
    ERASERS[name] = eraser
