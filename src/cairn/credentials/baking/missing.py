"""The answer of a file that holds no credential."""

from __future__ import annotations

from cairn.credentials.errors import CredentialError


class NoCredentialInside(CredentialError):
    """A sound file of a kind that can hold a credential, without one."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            "no_credential_inside",
            f"This {kind} holds no credential. It may be a copy or a screenshot of a badge: a picture alone proves nothing.",
            remedy="Ask for the original badge file, or for a link to the credential.",
        )
