"""What this core refuses."""

from __future__ import annotations


class AppraisalError(ValueError):
    """What was given cannot be appraised: ``where`` names the value, ``remedy`` says what to give instead."""

    def __init__(self, where: str, message: str, remedy: str) -> None:
        super().__init__(f"{where}: {message} {remedy}")
        self.where = where
        self.message = message
        self.remedy = remedy
