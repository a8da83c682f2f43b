"""What a kind of status entry is: its type, and how its question is answered. Gathered in :mod:`cairn.credentials.status`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from cairn.credentials.model import Credential
from cairn.credentials.question import Question
from cairn.credentials.verdict import Finding, Outcome

Check = Callable[[Credential, Mapping[str, Any], Question], Finding]
"""Answers one entry of ``credentialStatus`` of a credential that is authentic. Never raises."""

LATER = "Try again later, or ask the issuer. This does not mean that the credential was revoked."
ASK = "Ask the issuer whether the award still stands, and tell it that its status list is broken."


def unknown(code: str, message: str, remedy: str = ASK) -> Finding:
    """The question stays open: whatever is wrong with a status list says nothing about the award."""
    return Finding("status", Outcome.UNKNOWN, code, message, remedy)


_PAST = {"revocation": "revoked", "suspension": "suspended"}


@cache
def stands(purpose: str) -> Finding:
    """The issuer has not revoked, or suspended, the award."""
    return Finding("status", Outcome.PASS, f"not_{_PAST[purpose]}", f"The issuer has not {_PAST[purpose]} it.")


def revoked(reason: str = "") -> Finding:
    """The issuer has revoked the award, and perhaps says why."""
    why = f" It gives this reason: “{reason}”." if reason else ""
    return Finding(
        "status",
        Outcome.FAIL,
        "revoked",
        f"The issuer has revoked this award. It no longer counts.{why}",
        "If you hold it and do not know why, ask the issuer.",
    )


def suspended(reason: str = "") -> Finding:
    """The issuer has suspended the award, and perhaps says why."""
    why = f" It gives this reason: “{reason}”." if reason else ""
    return Finding(
        "status",
        Outcome.FAIL,
        "suspended",
        f"The issuer has suspended this award for now.{why}",
        "Ask the issuer, or check again later.",
    )
