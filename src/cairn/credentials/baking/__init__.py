"""Credentials inside pictures and certificates: PNG, SVG (Open Badges 3.0 section 5.3, Open Badges Baking 1), and reading out of PDF.

One record per kind of file in :data:`BAKERS`. What :func:`unbake` returns may be

* JSON: a credential of any form, or a sealed European one (``payload`` and ``signatures``);
* a compact token: VC-JWT, SD-JWT, or the signed assertion of Open Badges 1 and 2;
* an address, alone: where a badge of Open Badges 1 or 2 is hosted.

Nothing about it is believed or even looked at: that is for whoever asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cairn.credentials.baking import europass, pdf, png, svg
from cairn.credentials.baking.carried import Carried
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
    bake: Callable[[bytes, Carried], bytes] | None


BAKERS: tuple[Baker, ...] = (
    Baker("PNG", png.is_png, png.unbake, png.bake),
    Baker("European credential in XML", europass.is_xml_credential, europass.unbake, None),
    Baker("SVG", svg.is_svg, svg.unbake, svg.bake),
    Baker("PDF", pdf.is_pdf, pdf.unbake, None),
)


def bake(image: bytes, credential: Credential | str) -> bytes:
    """Return ``image`` (PNG or SVG) with the credential inside, in place of any older one.

    The form of the credential decides how it is written: badges of Open Badges 1 and 2 under their own keyword and element, all
    others as Open Badges 3.0 says. Raises :class:`CredentialError`: ``unknown_format``, ``bad_image``, ``too_large``, ``active_image``;
    and ``not_a_credential`` and its like for a text that is none.
    """
    baker = _baker(image)
    if baker.bake is None:
        raise CredentialError(
            "unknown_format", f"A credential cannot be put into a {baker.name} here.", remedy="Give a PNG or an SVG."
        )
    carried = Carried.of(credential if isinstance(credential, Credential) else Credential.parse(credential))
    return baker.bake(image, carried)


def unbake(data: bytes) -> str:
    """Return the credential's text inside a PNG, SVG or PDF: JSON, a compact token, or an address (see above).

    Raises :class:`NoCredentialInside` if there is none, :class:`CredentialError` (``unknown_format``, ``bad_image``, ``too_large``,
    ``several_credentials``) if the file cannot be read, :class:`~cairn.credentials.errors.NotSupported` (``active_image``,
    ``locked_pdf``, ``unsupported_version``) if it may be sound but cannot be judged here.
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
