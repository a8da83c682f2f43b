"""What the header of a token may say, and what is refused before anything else is looked at.

A header is written by whoever made the token, so nothing in it is followed: no address of keys or certificates (``jku``, ``x5u``),
no certificate (``x5c``), and a key of its own (``jwk``) counts only as a hint which of the issuer's published keys is meant.
``typ`` keeps one sort of token from being taken for another (RFC 8725 section 3.11): a sign-in token or a presentation is no
credential, however well it is signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.errors import CredentialError

_CREDENTIAL = ("vc+jwt", "vc-ld+jwt", "vc+ld+jwt", "vc+ld+json+jwt")
TYPES: Mapping[str, tuple[str, ...]] = {
    "vc-jwt": ("jwt", *_CREDENTIAL),
    "vc-jwt-1.1": ("jwt",),
    "signed-badge": ("jwt", "jws", "jose"),
    "sd-jwt-vc": ("dc+sd-jwt", "vc+sd-jwt"),
    "vc+sd-jwt": ("vc+sd-jwt", "vc-ld+sd-jwt", "vc+ld+sd-jwt", "vc+ld+json+sd-jwt"),
}
"""Kind of envelope → the ``typ`` values it goes by, past and present, in small letters and without ``application/``."""
_MUST_SAY = frozenset({"sd-jwt-vc"})
"""Kinds whose standard requires ``typ`` (SD-JWT VC, “JOSE Header”)."""


def check_header(header: Mapping[str, Any], kind: str) -> None:
    """Refuse what a header must not say.

    Raises CredentialError ``critical_header`` for extensions that must be understood, ``unencoded_payload``, ``wrong_token_type`` for a
    token of another sort, ``bad_token`` for values of the wrong form.
    """
    for name in ("alg", "kid", "typ", "cty"):
        if name in header and not isinstance(header[name], str):
            raise CredentialError("bad_token", f"The header of this token says “{name}”, but not as a text.")
    # RFC 7515 section 4.1.11: whoever does not understand an extension marked so must refuse the token. We understand none.
    if "crit" in header:
        raise CredentialError(
            "critical_header",
            "This token asks for an extension that must be understood, and it is none that credentials use.",
            remedy="Do not rely on it. Ask the issuer for a copy in the usual form.",
        )
    if header.get("b64", True) is not True:
        raise CredentialError(
            "unencoded_payload", "The payload of this token is not encoded as a credential's must be."
        )
    content = media_type(header.get("cty", ""))
    if content == "jwt" or content.startswith("vp"):
        raise _wrong_type(content)
    stated = media_type(header.get("typ", ""))
    if (stated or kind in _MUST_SAY) and stated not in TYPES[kind]:
        raise _wrong_type(stated)


def media_type(value: str) -> str:
    """Return a media type as headers abbreviate it: small letters, without ``application/`` (RFC 7515 section 4.1.9)."""
    return value.lower().removeprefix("application/")


def _wrong_type(stated: str) -> CredentialError:
    said = f"it says that it is “{stated[:60]}”" if stated else "it does not say of what sort it is"
    return CredentialError(
        "wrong_token_type",
        f"This token is of another sort than its content: {said}.",
        remedy="Choose the credential itself. A presentation or a sign-in token is none.",
    )
