"""Awards that must have been earned near each other, wherever that time lies.

A window is so many years, months or days long and counts whole days in UTC: the one on which its first award was earned, and as a last
one the same day so much later (the last of that month, where it has no such day). `windowing` finds the best one.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Self

from cairn.stacking.families import Around, Names, Requirement
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.reading import Fields

LONGEST = {"years": 100, "months": 1_200, "days": 36_525}
"""The units in which a window is measured, and how long it may be at most."""


@dataclass(frozen=True)
class EarnedTogether(Around):
    """Inside, only awards earned within so many `years`, `months` or `days` of each other count.

    Of all windows of that length the one counts in which the whole rule comes furthest, as far as is found out (`windowing`); of several
    a late one. Exactly one of the three units is given. A negation inside is weighed by itself, and so without the window; an award
    that an authorised person accepted for a requirement counts there whenever it was earned.
    """

    kind: ClassVar[str] = "earned_together"
    years: int | None = None
    months: int | None = None
    days: int | None = None

    def __post_init__(self) -> None:
        given = [unit for unit in LONGEST if getattr(self, unit) is not None]
        if len(given) != 1:
            wrong = "It says no time." if not given else f"It says {' and '.join(given)}, which are two times."
            raise RuleError(Problem("$", wrong, f"Write one of {', '.join(LONGEST)}, for example years 2."))
        unit, count = self._length
        if not 1 <= count <= LONGEST[unit]:
            wrong = f"{count} {unit} leave no time." if count < 1 else f"{count} {unit} are longer than anybody learns."
            raise RuleError(Problem(f"$.{unit}", wrong, f"Write a whole number from 1 to {LONGEST[unit]}."))

    @property
    def _length(self) -> tuple[str, int]:
        return next((unit, count) for unit in LONGEST if (count := getattr(self, unit)) is not None)

    @property
    def span(self) -> str:
        """How long the window is, in words."""
        unit, count = self._length
        return f"{count} {unit if count != 1 else unit[:-1]}"

    def last(self, first: date) -> date:
        """The last day of the window that begins on a day. A later beginning never ends sooner."""
        unit, count = self._length
        if unit == "days":
            return first + timedelta(days=count) if (date.max - first).days >= count else date.max
        return _later(first, count * (12 if unit == "years" else 1))

    def first(self, last: date) -> date:
        """The first day of the earliest window that still holds a day."""
        unit, count = self._length
        if unit == "days":
            return last - timedelta(days=count) if (last - date.min).days >= count else date.min
        found = _later(last, -count * (12 if unit == "years" else 1))
        while self.last(found) < last:
            found += timedelta(days=1)
        return found

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        fields.seen |= set(LONGEST)
        write = "Write a whole number, for example 2."
        years, months, days = (fields.integer(unit, write) if unit in fields.values else None for unit in LONGEST)
        return cls(parts[0], years=years, months=months, days=days)

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        unit, count = self._length
        return {unit: count}

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return f"Counting only awards earned within {self.span} of each other:"


def _later(day: date, months: int) -> date:
    """The same day so many months later, or earlier; the month's last one where it has no such day, within the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_of(moment: datetime) -> date:
    """The day in UTC on which something was earned; at the ends of time, the day as it was written."""
    try:
        return moment.astimezone(UTC).date()
    except OverflowError:
        return moment.date()
