"""Errors that know their meaning; the edges (pages, API, command line) know their medium.

Every error a person can meet carries a ``code`` (stable, for programs), a ``message`` (one plain sentence that says what is wrong
and where) and a ``remedy`` (what to do next). One table, :data:`MEANINGS`, gives each kind its HTTP status and exit code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar


class CairnError(Exception):
    """Base of everything Cairn refuses on purpose. ``facts`` are JSON-ready details such as row, column or allowed values."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, remedy: str = "", code: str | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.specific_code = code or self.code
        self.facts = facts

    def as_dict(self) -> dict[str, Any]:
        """Return code, message, remedy and facts as plain JSON-ready values."""
        return {"code": self.specific_code, "message": self.message, "remedy": self.remedy, **self.facts}


class Invalid(CairnError):
    """What was given cannot be used: a wrong column, a broken image, an impossible date."""

    code = "invalid"


class NotFound(CairnError):
    """There is no such thing, or it is not for this person to know that there is."""

    code = "not_found"


class NotAllowed(CairnError):
    """The person may not do this: wrong role, or separation of duties forbids it (domain: lifecycle guards)."""

    code = "not_allowed"


class Conflict(CairnError):
    """It was done already, or the thing is no longer in a state that allows it (double submit, lost race)."""

    code = "conflict"


class Gone(CairnError):
    """It was there and has ended: an expired or withdrawn share link."""

    code = "gone"


class RequirementsUnmet(CairnError):
    """A rule is not fulfilled; ``missing`` says in sentences what is lacking."""

    code = "requirements_unmet"


class Unreachable(CairnError):
    """The world outside did not answer, or may not be asked. Never the same as "no"."""

    code = "unreachable"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a kind of error means at the edges: HTTP status, exit code of the command line, heading of its page."""

    status: int
    exit_code: int
    heading: str


MEANINGS: dict[type[CairnError], Meaning] = {
    Invalid: Meaning(422, 65, "That could not be used"),
    NotFound: Meaning(404, 66, "Not here"),
    NotAllowed: Meaning(403, 77, "Not yours to do"),
    Conflict: Meaning(409, 73, "Already done"),
    Gone: Meaning(410, 66, "No longer available"),
    RequirementsUnmet: Meaning(422, 65, "Something is still missing"),
    Unreachable: Meaning(503, 69, "Could not be reached"),
    CairnError: Meaning(400, 70, "That did not work"),
}


def meaning_of(error: CairnError) -> Meaning:
    """Return the :class:`Meaning` of the nearest kind in the error's family."""
    return next(MEANINGS[kind] for kind in type(error).__mro__ if kind in MEANINGS)
