"""Tells Django about this room."""

from django.apps import AppConfig


class EarningConfig(AppConfig):
    """The room's entry in the list of installed apps."""

    name = "cairn.earning"
    label = "earning"
    default_auto_field = "django.db.models.BigAutoField"
