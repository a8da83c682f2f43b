"""Tells Django about this room."""

from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    """The room's entry in the list of installed apps."""

    name = "cairn.recognition"
    label = "recognition"
    default_auto_field = "django.db.models.BigAutoField"
