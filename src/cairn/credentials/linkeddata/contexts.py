"""JSON-LD contexts, pinned by digest and read from the disk; nothing is ever fetched.

A context decides what each word of a credential means, hence what its signature covers. Whoever could change a context could
change the meaning of signed text, so every context here is one known text, found as plain data inside an installed package and
checked against its SHA-256 before use (:mod:`cairn.credentials.linkeddata.pins`). A credential that names any other context is not judged
(``unknown_context``).

The packages are read, not imported: importing openbadgeslib costs a quarter of a second and we need only its files.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cairn.credentials.errors import NotSupported
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.pins import (
    BITSTRING_STATUS,
    CLR_2,
    CLR_2_0_0,
    DATA_INTEGRITY_V1,
    DATA_INTEGRITY_V2,
    DID_V1,
    EARLIER,
    ED25519_2020,
    JWS_2020,
    MULTIKEY_V1,
    OB_3,
    OB_3_0_0,
    OB_3_0_1,
    OB_3_0_2,
    OB_EXTENSIONS,
    PINS,
    REVOCATION_LIST_2020,
    STATUS_LIST_2021,
    VC_V1,
    VC_V2,
    Pin,
)

__all__ = [
    "BITSTRING_STATUS",
    "CLR_2",
    "CLR_2_0_0",
    "DATA_INTEGRITY_V1",
    "DATA_INTEGRITY_V2",
    "DID_V1",
    "EARLIER",
    "ED25519_2020",
    "JWS_2020",
    "MULTIKEY_V1",
    "OB_3",
    "OB_3_0_0",
    "OB_3_0_1",
    "OB_3_0_2",
    "OB_EXTENSIONS",
    "PINNED",
    "PINS",
    "REVOCATION_LIST_2020",
    "STATUS_LIST_2021",
    "VC_V1",
    "VC_V2",
    "Contexts",
    "Pin",
    "context",
    "read_pinned",
    "unknown_context",
]


@cache
def _folder_of(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return next((Path(folder) for folder in (spec.submodule_search_locations or ())), None) if spec else None


def read_pinned(pin: Pin) -> bytes:
    """Return the bytes a pin speaks of; raises ``context_missing`` or ``context_changed``."""
    folder = _folder_of(pin.package)
    path = folder / pin.path if folder is not None else None
    if path is None or not path.is_file():
        raise NotSupported(
            "context_missing",
            f"The vocabulary file {pin.path} of the package {pin.package} is not installed.",
            remedy="Install the locked versions of the dependencies again.",
        )
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != pin.sha256:
        raise NotSupported(
            "context_changed",
            f"The installed {pin.package} carries another text of {pin.path} than the one this version was tested with.",
            remedy="Install the locked versions of the dependencies again.",
        )
    return data


@cache
def _text_of(pin: Pin) -> Mapping[str, Any]:
    value: Mapping[str, Any] = json.loads(read_pinned(pin))["@context"]
    return value


@cache
def context(url: str) -> Mapping[str, Any]:
    """Return the value of ``@context`` published at ``url``, from the pinned texts; raises ``unknown_context``."""
    pin = PINS.get(url)
    if pin is None:
        raise unknown_context(url)
    return _text_of(pin)


def unknown_context(url: str) -> NotSupported:
    """The refusal of a context that is not pinned."""
    return NotSupported(
        "unknown_context",
        f"This credential uses a vocabulary we do not hold a checked copy of: {url[:200]}",
        remedy="Ask the issuer for a credential with the standard vocabularies, or check it with the issuer's own verifier.",
    )


class Contexts(Mapping[str, Mapping[str, Any]]):
    """The contexts a document may name: the pinned ones and, where a caller vouches for them, ``extra`` ones.

    ``extra`` maps a URL to the value of ``@context`` at that URL. It can add URLs, never replace a pinned one.
    """

    def __init__(self, extra: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._extra = {url: value for url, value in (extra or {}).items() if url not in PINS}
        self._instead: dict[str, Mapping[str, Any]] = {}
        self._earlier: dict[Pin, Contexts] = {}
        self._keeping: Contexts | None = None
        self.keeps_capitals = False
        """Whether language tags are written as they stand in the document, instead of in small letters (:mod:`tags`)."""

    def __getitem__(self, url: str) -> Mapping[str, Any]:
        if url in self._extra:
            return self._extra[url]
        if url in self._instead:
            return self._instead[url]
        if url in PINS:
            return context(url)
        raise KeyError(url)

    def __iter__(self) -> Iterator[str]:
        yield from PINS
        yield from self._extra

    def __len__(self) -> int:
        return len(PINS) + len(self._extra)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def named(self, url: str) -> Mapping[str, Any]:
        """Return the context at ``url``; raises ``unknown_context``."""
        try:
            return self[url]
        except KeyError:
            raise unknown_context(url) from None

    def keeping_capitals(self) -> Contexts:
        """Return the same contexts, by which language tags keep their capitals, as with engines that do not write small letters."""
        if self._keeping is None:
            made = Contexts(self._extra)
            made._instead = self._instead
            made.keeps_capitals = True
            # Kept, since what is worked out for one set of contexts is remembered by it.
            self._keeping = made
        return self._keeping

    def earlier(self, document: Mapping[str, Any]) -> Iterator[Contexts]:
        """Return the same contexts with texts that stood under an address ``document`` names before, one after the other.

        A signature that holds under any text the publisher ever put there is one that the issuer made in good faith.
        """
        for url in as_list(document.get("@context")):
            for pin in EARLIER.get(url, ()) if isinstance(url, str) else ():
                if pin not in self._earlier:
                    made = Contexts(self._extra)
                    made._instead = {url: _text_of(pin)}
                    # Kept, since what is worked out for one set of contexts is remembered by it.
                    self._earlier[pin] = made
                yield self._earlier[pin]


PINNED = Contexts()
"""The default: pinned contexts and nothing else."""
