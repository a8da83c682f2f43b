"""Writing a compact token: header, payload, signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cairn.credentials.jsontext import serialise
from cairn.credentials.keys import Signer
from cairn.credentials.multibase import base64url


@dataclass(frozen=True, slots=True)
class Header:
    """The protected header of a token of ours: no more than verifiers need."""

    alg: str
    typ: str
    kid: str | None = None
    cty: str | None = None

    def as_dict(self) -> dict[str, str]:
        """Return its members, those that are there."""
        return {
            name: value
            for name, value in (("alg", self.alg), ("kid", self.kid), ("typ", self.typ), ("cty", self.cty))
            if value is not None
        }


def sealed(header: Header, claims: Mapping[str, Any], signer: Signer) -> str:
    """Return the compact token of ``claims``, signed."""
    signing_input = f"{_encoded(header)}.{base64url(serialise(claims).encode())}"
    return f"{signing_input}.{base64url(signer.sign(signing_input.encode('ascii')))}"


def seconds(moment: datetime) -> int | float:
    """Return a moment as NumericDate (RFC 7519 section 2): whole seconds as an integer."""
    stamp = moment.timestamp()
    return int(stamp) if stamp.is_integer() else stamp


@lru_cache(maxsize=256)
def _encoded(header: Header) -> str:
    return base64url(serialise(header.as_dict()).encode())
