"""Tells Django about this room."""

from django.apps import AppConfig


class VerifyingConfig(AppConfig):
    """The room's entry in the list of installed apps."""

    name = "cairn.verifying"
    label = "verifying"
    default_auto_field = "django.db.models.BigAutoField"
