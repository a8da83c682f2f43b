"""Tells Django about this room."""

from django.apps import AppConfig


class IssuingConfig(AppConfig):
    """The room's entry in the list of installed apps."""

    name = "cairn.issuing"
    label = "issuing"
    default_auto_field = "django.db.models.BigAutoField"
