"""Who listens to what. The only place where a lower room's fact meets a higher room's service."""

from __future__ import annotations


def connect() -> None:
    """Subscribe every listener; called once when Django is ready."""
