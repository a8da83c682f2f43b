"""What a prover is: one way in which a credential can be secured, gathered in :mod:`cairn.credentials.proving`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cairn.credentials.model import Credential
from cairn.credentials.question import Question
from cairn.credentials.verdict import Finding


@dataclass(frozen=True, slots=True)
class Proven:
    """What a prover found, and the credential: the same one, or one with more in it where the form keeps parts elsewhere."""

    findings: list[Finding]
    credential: Credential


@dataclass(frozen=True, slots=True)
class Prover:
    """A way of securing: which credentials it is for, and how they are proven. ``prove`` answers with findings and never raises."""

    name: str
    takes: Callable[[Credential], bool]
    prove: Callable[[Credential, Question], Proven]
