"""One field that a column of somebody's table may be mapped to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column may be mapped to. ``part`` is record, provider or offer."""

    name: str
    label: str
    part: str
    kind: str
    words: tuple[str, ...]


def target(name: str, label: str, part: str, kind: str, words: str) -> Target:
    """Return a row of the table; ``words`` are those of headings, parted by bars, the surest first."""
    return Target(name, label, part, kind, tuple(words.split("|")))
