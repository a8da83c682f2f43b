"""Tells Django about this room."""

from django.apps import AppConfig


class SkillsConfig(AppConfig):
    """The room's entry in the list of installed apps."""

    name = "cairn.skills"
    label = "skills"
    default_auto_field = "django.db.models.BigAutoField"
