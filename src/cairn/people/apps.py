"""Tells Django about this room."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from cairn.people import append_only


class PeopleConfig(AppConfig):
    """The room's entry in the list of installed apps."""

    name = "cairn.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Guard the audit trail after every migrate."""
        post_migrate.connect(guard_the_trail, sender=self)


def guard_the_trail(using: str, **_: Any) -> None:
    """Lay the triggers of the audit trail on the database that was just migrated."""
    append_only.lay_down(using)
