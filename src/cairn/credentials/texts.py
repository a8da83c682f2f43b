"""Words for people, out of values that may be texts, texts with a language, or lists of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.jsontext import as_list


def plain_text(value: Any) -> str | None:
    """Return the first text of ``value``, which may be a text, a ``{"@value", "@language"}`` object, or a list of these.

    For people to read, so letters that cannot be seen are left out: they turn words round, hide them, or make two names look alike.
    """
    for one in as_list(value):
        if isinstance(one, str):
            return visible(one)
        if isinstance(one, Mapping) and isinstance(one.get("@value"), str):
            return visible(one["@value"])
    return None


def visible(text: str) -> str:
    """Return ``text`` on one line, without letters that cannot be seen (controls, direction marks, zero-width)."""
    if text.isascii() and text.isprintable():
        return text
    kept = "".join(letter for letter in text if letter.isprintable() or letter.isspace())
    return " ".join(kept.split())
