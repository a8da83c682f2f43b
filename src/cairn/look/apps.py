"""Tells Django where the look lives: templates, static files and template tags."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    """The app that every page leans on; it has no models and no addresses of its own."""

    name = "cairn.look"
    label = "look"
    verbose_name = "Look"
