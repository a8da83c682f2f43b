"""Tells Django about this room."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    """The room's entry in the list of installed apps."""

    name = "cairn.journeys"
    label = "journeys"
    default_auto_field = "django.db.models.BigAutoField"
