"""The token a credential came in, where the signature is around it and not inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Envelope:
    """A JOSE envelope, decoded and not yet believed.

    ``kind`` is ``vc-jwt``, ``vc-jwt-1.1``, ``sd-jwt-vc``, ``vc+sd-jwt``, ``signed-badge`` (Open Badges 2.0), or ``jades`` (the seal of a
    European credential). ``header`` is the protected header, ``claims`` the payload as it stands, ``signing_input`` the bytes under the
    signature. ``disclosures`` (SD-JWT) are the texts behind the token, ``key_binding`` the holder's own token at its end.
    """

    kind: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signing_input: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    disclosures: tuple[str, ...] = ()
    key_binding: str | None = None
