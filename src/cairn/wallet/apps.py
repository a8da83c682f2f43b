"""Tells Django about this room."""

from django.apps import AppConfig


class WalletConfig(AppConfig):
    """The room's entry in the list of installed apps."""

    name = "cairn.wallet"
    label = "wallet"
    default_auto_field = "django.db.models.BigAutoField"
