"""Tells Django about this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room's entry in the list of installed apps."""

    name = "cairn.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
