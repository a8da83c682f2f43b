"""What is said of a problem that cannot be posed."""

from __future__ import annotations


class PlanningError(ValueError):
    """A problem that cannot be posed as it stands, with what is wrong and what to give instead."""
