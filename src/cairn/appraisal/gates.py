"""Gates: what no points can outweigh. They are labels beside the interval, never points (rubric MCQ-100, gates)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Gate:
    """A label with its reason. ``weight``: "bad", "warn" or "unsure", for how it is drawn."""

    key: str
    label: str
    sentence: str
    weight: str


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What decides on the gates. None means that nobody knows, and opens no gate but "unsure" ones."""

    assessed: bool | None = None
    issuer_key_bound: bool | None = None
    approval_ended_on: date | None = None
    cautions: tuple[str, ...] = ()
    open_cases: int = 0


def gates(given: Circumstances) -> tuple[Gate, ...]:
    """Return the labels that apply, the gravest first."""
    found = []
    if given.open_cases:
        cases = "One question is" if given.open_cases == 1 else f"{given.open_cases} questions are"
        found.append(Gate("open_case", "Contested", f"{cases} open about what is said of it here.", "warn"))
    found += [Gate("caution", "Caution", sentence, "bad") for sentence in given.cautions]
    if given.approval_ended_on is not None:
        ended = f"The last approval known here ended on {given.approval_ended_on:%Y-%m-%d}."
        found.append(Gate("approval_ended", "Approval ended", ended, "warn"))
    if given.issuer_key_bound is False:
        told = "No signing key of the issuer is known here, so nobody can check an award by it."
        found.append(Gate("unverified_issuer", "Unverified issuer", told, "warn"))
    if given.assessed is False:
        told = "Nothing is assessed, so it recognises taking part and is no micro-credential."
        found.append(Gate("recognition", "Recognition", told, "unsure"))
    return tuple(found)
