"""Tells Django about the entry: where the rooms are wired together."""

from django.apps import AppConfig


class EntryConfig(AppConfig):
    """Connects facts to their listeners once every room is there."""

    name = "cairn.entry"
    label = "entry"

    def ready(self) -> None:
        """Subscribe the listeners."""
        from cairn.entry import subscriptions

        subscriptions.connect()
