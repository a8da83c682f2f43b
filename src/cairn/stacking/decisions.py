"""What an authorised person decided about a requirement, as an input that stays visible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cairn.stacking.problems import AwardError


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A substitution: the requirement with this id is served by `award`, whatever its criteria; without an award it is waived.

    `by` says who decided, `at` when, `reason` why. The award must still be valid, and serves once. Raises `AwardError`.
    """

    requirement: str
    by: str
    at: datetime
    reason: str
    award: str | None = None

    def __post_init__(self) -> None:
        if not self.requirement or not self.by or not self.reason.strip():
            raise AwardError("A decision names the requirement, who decided, and the reason.")
        if self.at.utcoffset() is None:
            raise AwardError(f"The decision about {self.requirement} has a moment without a time zone.")

    def __str__(self) -> str:
        what = "waived" if self.award is None else f"{self.award} accepted instead"
        return f"{what} by {self.by} on {self.at:%Y-%m-%d}: {self.reason}"
