"""A question as it was read: its clauses, and the ways in which a version may meet each of them."""

from __future__ import annotations

from dataclasses import dataclass

import tantivy

from cairn.catalog.search.parts import Part
from cairn.catalog.search.understanding import Understood


@dataclass(frozen=True)
class Way:
    """One way to meet a clause: by stems, or by carrying an identifier. ``read_as`` says as what the words were read."""

    stems: tuple[str, ...] = ()
    kind: str = "words"
    identifiers: tuple[str, ...] = ()
    read_as: str = ""
    titled: bool = False
    """Only in a title: a label of several common words says little where its words stand apart."""


@dataclass(frozen=True)
class Clause:
    """Some words of the question, what is asked of the index for them, and the ways in which a version may meet it."""

    said: str
    ways: tuple[Way, ...]
    meets: Part
    weighed: Part
    foremost: Part
    """What meets it where it counts most: in the title, or by what it teaches or prepares for; names of places anywhere."""


@dataclass(frozen=True)
class Correction:
    """A word that stands nowhere, and the word it was read as."""

    said: str
    read_as: str


@dataclass(frozen=True)
class Asked:
    """A question as it was read. ``unknown`` words were left out; ``extras`` only help the order."""

    understood: Understood
    clauses: tuple[Clause, ...]
    extras: tuple[tantivy.Query, ...]
    corrections: tuple[Correction, ...]
    unknown: tuple[str, ...]
    called: Part | None = None
    """Having the whole question as its title; None where nothing has."""
