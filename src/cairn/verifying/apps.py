"""Tells Django about this room."""

from django.apps import AppConfig


class VerifyingConfig(AppConfig):
    """The room's entry in the list of installed apps."""

    name = "cairn.verifying"
    label = "verifying"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the registers that were read in vouch for issuers, wherever on the site a credential is checked."""
        from cairn.verifying.registers import ListedIssuers
        from cairn.wallet.checking import REGISTERS

        if not any(isinstance(register, ListedIssuers) for register in REGISTERS):
            REGISTERS.append(ListedIssuers())
