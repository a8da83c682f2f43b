"""What credits of a scheme are called in sentences: a scheme's identifier is for programs."""

from __future__ import annotations

_NAMES = {
    "ects": "ECTS",
    "us-semester": "US semester",
    "us-quarter": "US quarter",
    "cats": "CATS",
    "ceu": "CEU",
    "cpd": "CPD",
}
_UNITS = ("credits", "hours", "points", "units")


def credits_in(scheme: str, much: str = "") -> str:
    """The credits of a scheme, as many (or as `much` of them); a scheme not known here keeps its own name, and a name that says what
    it counts is enough.

    >>> credits_in("us-semester"), credits_in("CPD hours"), credits_in("Northgate")
    ('US semester credits', 'CPD hours', 'Northgate credits')
    >>> credits_in("ects", "1"), credits_in("ects", "0.5")
    ('ECTS credit', 'ECTS credits')
    """
    if much == "1":
        return credit_in(scheme)
    name = scheme_name(scheme)
    return name if name.lower().rpartition(" ")[2] in _UNITS else f"{name} credits"


def credit_in(scheme: str) -> str:
    """One credit of a scheme.

    >>> credit_in("ects"), credit_in("CPD hours")
    ('ECTS credit', 'CPD hour')
    """
    return credits_in(scheme).removesuffix("s")


def scheme_name(scheme: str) -> str:
    """The scheme itself, without saying what it counts."""
    return _NAMES.get(scheme.lower(), scheme)
