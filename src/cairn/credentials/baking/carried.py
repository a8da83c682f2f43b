"""What goes into a picture: the credential's text, and by which version's rules it is written there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cairn.credentials.model import Credential

OLDER_FORMS = frozenset({"ob-2.0", "ob-1.x"})
"""Forms that have a keyword and a namespace of their own in pictures (Open Badges Baking, version 1)."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A text (JSON or a compact token). ``older``: written as Open Badges 1 and 2 say; ``address`` is then where it is hosted."""

    text: str
    older: bool = False
    address: str | None = None

    @property
    def is_token(self) -> bool:
        """Tell a compact token (JWS, SD-JWT) from JSON."""
        return not self.text.lstrip().startswith("{")

    @classmethod
    def of(cls, credential: Credential) -> Carried:
        """Return what a picture must carry of ``credential``."""
        older = credential.form.name in OLDER_FORMS
        return cls(credential.text.strip(), older, _hosted_at(credential.document) if older else None)


def _hosted_at(assertion: Mapping[str, Any]) -> str | None:
    """Where an assertion of Open Badges 1 or 2 says it is hosted: its ``verification`` or ``verify``, else its own id."""
    for name in ("verification", "verify"):
        told = assertion.get(name)
        if isinstance(told, Mapping) and isinstance(told.get("url"), str):
            return str(told["url"])
    named = assertion.get("id")
    return named if isinstance(named, str) and named.startswith("https://") else None
