"""Credentials inside pictures and certificates: PNG and SVG (Open Badges 3.0 section 5.3), and reading out of PDF.

One record per kind of file in :data:`BAKERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cairn.credentials.baking import pdf, png, svg
from cairn.credentials.baking.missing import NoCredentialInside
from cairn.credentials.errors import CredentialError
from cairn.credentials.model import Credential

__all__ = ["BAKERS", "Baker", "NoCredentialInside", "bake", "unbake"]

MAX_IMAGE = 20 * 1024 * 1024
"""Bytes: no badge image is larger."""


@dataclass(frozen=True, slots=True)
class Baker:
    """One kind of file: how to recognise it, how to put a credential in (None: we only read it), and how to take it out."""

    name: str
    recognises: Callable[[bytes], bool]
    unbake: Callable[[bytes], str]
    bake: Callable[[bytes, str], bytes] | None


BAKERS: tuple[Baker, ...] = (
    Baker("PNG", png.is_png, png.unbake, png.bake),
    Baker("SVG", svg.is_svg, svg.unbake, svg.bake),
    Baker("PDF", pdf.is_pdf, pdf.unbake, None),
)


def bake(image: bytes, credential: Credential | str) -> bytes:
    """Return ``image`` (PNG or SVG) with the credential inside, in place of any older one.

    Raises :class:`CredentialError`: ``unknown_format``, ``bad_image``, ``too_large``; and ``not_a_credential`` and its like for a
    text that is none.
    """
    baker = _baker(image)
    if baker.bake is None:
        raise CredentialError(
            "unknown_format", f"A credential cannot be put into a {baker.name} here.", remedy="Give a PNG or an SVG."
        )
    text = credential.text if isinstance(credential, Credential) else Credential.parse(credential).text
    return baker.bake(image, text)


def unbake(data: bytes) -> str:
    """Return the credential's text inside a PNG, SVG or PDF.

    Raises :class:`NoCredentialInside` if there is none, :class:`CredentialError` (``unknown_format``, ``bad_image``,
    ``too_large``) if the file cannot be read.
    """
    return _baker(data).unbake(data)


def _baker(data: bytes) -> Baker:
    if len(data) > MAX_IMAGE:
        raise CredentialError("too_large", f"This file has more than {MAX_IMAGE // 1024**2} MiB, which no badge needs.")
    for baker in BAKERS:
        if baker.recognises(data):
            return baker
    raise CredentialError(
        "unknown_format",
        "This is neither a credential (JSON) nor a picture or certificate that can hold one (PNG, SVG, PDF).",
        remedy="Choose the badge file as it was sent to you. A photograph or a screenshot of a badge holds no credential.",
    )
