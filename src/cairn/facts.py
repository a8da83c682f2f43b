"""Small frozen facts by which a lower room tells a higher one that something happened.

``announce`` calls the listeners in the order in which they subscribed, inside the announcer's transaction: either the fact and
everything that follows from it stand, or nothing does. A listener that has slow work starts a job after commit.
``cairn.entry.subscriptions`` is the one place that says who listens to what.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DefinitionPublished:
    """A version of a definition became public and can no longer change."""

    version_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class EnrolmentPassed:
    """An assessor decided that an enrolment meets its rubric; an award may follow."""

    enrolment_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CredentialAwarded:
    """An award was signed and given to its holder."""

    award_id: UUID
    holder_id: int
    version_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CredentialRevoked:
    """An award was revoked for good. Whoever counted it in a stack must look again; nothing is revoked in its wake."""

    award_id: UUID
    holder_id: int
    version_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HoldingsChanged:
    """What a person holds from elsewhere, or what it counts for here, changed. Whoever weighs it must look again."""

    person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RecognitionGiven:
    """An institution recognised what a person holds, and signed that."""

    request_id: UUID
    person_id: int
    at: datetime


Fact = (
    DefinitionPublished | EnrolmentPassed | CredentialAwarded | CredentialRevoked | HoldingsChanged | RecognitionGiven
)

_listeners: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def listen[F](kind: type[F], listener: Callable[[F], None]) -> None:
    """Subscribe ``listener`` to facts of ``kind``; subscribing the same listener twice counts once."""
    if listener not in _listeners[kind]:
        _listeners[kind].append(listener)


def announce(fact: Fact) -> None:
    """Tell every listener of the fact's kind, in order; an error of a listener is the announcer's error too."""
    for listener in tuple(_listeners[type(fact)]):
        listener(fact)
