"""The time a plan may take."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic


@dataclass
class Allowance:
    """Seconds left for all questions of one plan together."""

    seconds: float
    began: float = field(default_factory=monotonic)

    @property
    def left(self) -> float:
        """Seconds left, never below a blink."""
        return max(0.05, self.over)

    @property
    def over(self) -> float:
        """Seconds left, below zero where more than those were taken."""
        return self.seconds - (monotonic() - self.began)
