"""What a process of a pool does that weighs learners (:mod:`cairn.journeys.jobs`, :mod:`cairn.journeys.steps`).

A process that is started afresh imports this before Django is ready in it, so what needs Django is imported inside.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

_work: list[Any] = []


def begin(version: int, at: datetime, awards: bool) -> None:
    """Make the process ready to weigh learners of a version."""
    import django

    django.setup()
    from cairn.catalog.models import DefinitionVersion
    from cairn.journeys.steps import Work

    found = DefinitionVersion.objects.select_related("definition__owner", "definition__provider").get(pk=version)
    _work[:] = [Work(found, at, awards=awards)]


def do(step: tuple[int, int, int]) -> tuple[int, int, Any]:
    """Weigh the people above the first number up to the second; return the second, how many there are, and the counts."""
    low, high, people = step
    return high, people, _work[0].do(low, high)
