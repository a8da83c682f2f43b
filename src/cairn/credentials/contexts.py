"""JSON-LD contexts, pinned by digest and read from the disk; nothing is ever fetched.

A context decides what each word of a credential means, hence what its signature covers. Whoever could change a context could
change the meaning of signed text, so every context here is one known text, found as plain data inside an installed package and
checked against its SHA-256 before use. A credential that names any other context is not judged (``unknown_context``).

The packages are read, not imported: importing openbadgeslib costs a quarter of a second and we need only its files.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cairn.credentials.errors import CredentialError, NotSupported

VC_V2 = "https://www.w3.org/ns/credentials/v2"
VC_V1 = "https://www.w3.org/2018/credentials/v1"
OB_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR_2 = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
MULTIKEY_V1 = "https://w3id.org/security/multikey/v1"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
DID_V1 = "https://www.w3.org/ns/did/v1"
STATUS_LIST_2021 = "https://w3id.org/vc/status-list/2021/v1"
REVOCATION_LIST_2020 = "https://w3id.org/vc-revocation-list-2020/v1"


@dataclass(frozen=True, slots=True)
class Pin:
    """Where a context's text lies (installed package, path inside it) and which text it must be."""

    package: str
    path: str
    sha256: str


_OB = "ob3/contexts/"
_FROZEN = "documentloader/frozen/bundled/"
_OWN = "vocabularies/"
PINS: Mapping[str, Pin] = {
    VC_V2: Pin(
        "openbadgeslib",
        _OB + "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": Pin(
        "openbadgeslib",
        _OB + "ob-v3p0-context-3.0.1.json",
        "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": Pin(
        "openbadgeslib",
        _OB + "ob-v3p0-context-3.0.2.json",
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
    ),
    # Published twice under this address; this is the later text, which adds endorsementJwt and jti.
    OB_3: Pin(
        "openbadgeslib",
        _OB + "ob-v3p0-context-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    OB_EXTENSIONS: Pin(
        "openbadgeslib",
        _OB + "ob-v3p0-extensions.json",
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
    ),
    CLR_2: Pin(
        "openbadgeslib",
        _OB + "clr_context_2.0.1.json",
        "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
    ),
    DATA_INTEGRITY_V2: Pin(
        "openbadgeslib",
        _OB + "security-data-integrity-v2.json",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    MULTIKEY_V1: Pin(
        "openbadgeslib",
        _OB + "security-multikey-v1.json",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
    VC_V1: Pin(
        "pyld",
        _FROZEN + "credentials-v1.jsonld",
        "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8",
    ),
    DID_V1: Pin(
        "pyld",
        _FROZEN + "did-v1.jsonld",
        "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f",
    ),
    ED25519_2020: Pin(
        "pyld",
        _FROZEN + "security-ed25519-2020-v1.jsonld",
        "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
    ),
    # No package carries these two tables of terms, so they lie here. The first is, byte for byte, the published text.
    STATUS_LIST_2021: Pin(
        "cairn.credentials",
        _OWN + "status-list-2021-v1.jsonld",
        "634d71c159289f068c96012e4511c657fdf82ac4231900081bda3ba24e2e1160",
    ),
    REVOCATION_LIST_2020: Pin(
        "cairn.credentials",
        _OWN + "revocation-list-2020-v1.jsonld",
        "f576df1066cba54ebf08c76465dce4e09a2cee7f6a02d381b62eb07f038a9358",
    ),
}


def read_pinned(pin: Pin) -> bytes:
    """Return the bytes a pin speaks of; raises ``context_missing`` or ``context_changed``."""
    spec = importlib.util.find_spec(pin.package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        path = Path(folder) / pin.path
        if path.is_file():
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != pin.sha256:
                raise CredentialError(
                    "context_changed",
                    f"The installed {pin.package} carries another text of {pin.path} than the one this version was tested with.",
                    remedy="Install the locked versions of the dependencies again.",
                )
            return data
    raise CredentialError(
        "context_missing",
        f"The vocabulary file {pin.path} of the package {pin.package} is not installed.",
        remedy="Install the locked versions of the dependencies again.",
    )


@cache
def context(url: str) -> Mapping[str, Any]:
    """Return the value of ``@context`` published at ``url``, from the pinned texts; raises ``unknown_context``."""
    pin = PINS.get(url)
    if pin is None:
        raise unknown_context(url)
    value: Mapping[str, Any] = json.loads(read_pinned(pin))["@context"]
    return value


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

    def __getitem__(self, url: str) -> Mapping[str, Any]:
        if url in self._extra:
            return self._extra[url]
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


PINNED = Contexts()
"""The default: pinned contexts and nothing else."""
