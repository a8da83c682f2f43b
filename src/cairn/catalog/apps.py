"""Tells Django about this room."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The room's entry in the list of installed apps."""

    name = "cairn.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"
