"""What is known about each criterion of MCQ-100 without anybody having judged it: what rows show, and what higher rooms know.

Rooms above this one know more (keys and awards, agreements, learners, reviews). They add a gatherer, by :func:`gather_with`;
``cairn.entry.subscriptions`` does so once when the site starts. Everything is asked for many versions at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from cairn.appraisal import Evidence
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries.beside import beside
from cairn.catalog.queries.evident import RULES

Gatherer = Callable[[Sequence[DefinitionVersion], datetime], Iterable[tuple[int, Evidence]]]
"""Gives what a room knows about criteria of versions, by the version's key, in the points of MCQ-100; with few questions."""

Completions = Callable[[Sequence[DefinitionVersion], datetime], Mapping[int, tuple[int, int]]]
"""Gives how many completed of how many who started and came to an end, by the version's key; left out where too few did."""

GATHERERS: dict[str, Gatherer] = {}
COMPLETIONS: list[Completions] = []


def gather_with(name: str, gatherer: Gatherer) -> None:
    """Let ``gatherer`` add what its room knows to every credibility interval."""
    GATHERERS[name] = gatherer


def completions_with(counter: Completions) -> None:
    """Let ``counter`` say how many learners complete; the first that knows is believed."""
    COMPLETIONS.append(counter)


def completions_of(version: DefinitionVersion, at: datetime) -> tuple[int, int] | None:
    """Return how many completed of how many; None where too few did, or nobody knows."""
    return completions_of_each([version], at).get(version.pk)


def completions_of_each(versions: Sequence[DefinitionVersion], at: datetime) -> dict[int, tuple[int, int]]:
    """Return for versions how many completed of how many, by the version's key."""
    found: dict[int, tuple[int, int]] = {}
    for counter in COMPLETIONS:
        found = {**counter(versions, at), **found}
    return found


def gathered(versions: Sequence[DefinitionVersion], at: datetime) -> dict[int, list[Evidence]]:
    """Collect what this room and those above it know about versions as of ``at``, by the version's key."""
    known = beside(versions)
    found = {
        version.pk: [piece for rule in RULES for piece in rule(version, known[version.pk], at.date())]
        for version in versions
    }
    for name in sorted(GATHERERS):
        for number, piece in GATHERERS[name](versions, at):
            found[number].append(piece)
    return found
