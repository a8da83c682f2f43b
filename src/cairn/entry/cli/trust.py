"""Who is known: registers of issuers in files, for ``cairn verify --trust``.

Two forms are read. The one of the Digital Credentials Consortium says who::

    {"registry": {"did:web:college.example": {"name": "Example College", "url": "https://college.example"}}}

The fuller one says since when, until when and for what as well; all but ``id`` and ``name`` may be left out::

    {"name": "Board of Example", "url": "https://board.example",
     "issuers": [{"id": "did:web:college.example", "name": "Example College", "since": "2020-01-01", "until": "2027-12-31",
                  "for": ["MicroCredential", "Certificate"]}]}

``for`` names types: of the credential, or of its achievement. One issuer may stand in it several times, for several times or things.

Either may also name whose certificates seal European credentials, as PEM files beside the register, or as PEM text::

    {"issuers": […], "authorities": ["qualified-seals-2026.pem"]}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from cairn.credentials import KnownIssuer
from cairn.entry.cli.files import read_json
from cairn.errors import Invalid

REMEDY = (
    'Give a file of the form {"issuers": [{"id": "did:…", "name": …, "since": "2020-01-01", "until": …, "for": […]}]}, '
    'or {"registry": {DID: {"name": …}}}.'
)

_CERTIFICATES = (
    'Name PEM files beside the register, such as {"authorities": ["seals.pem"]}, or write the PEM text itself.'
)


class Listed:
    """A :class:`cairn.credentials.TrustRegistry` over files."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._known: dict[str, list[KnownIssuer]] = {}
        self._authorities: list[bytes] = []
        for path in paths:
            listed = read_json(path, "a register of issuers")
            authorities = list(_authorities(listed, path))
            entries = list(_entries(listed, path))
            if not entries and not authorities:
                raise Invalid(f"{path} lists no issuer.", remedy=REMEDY)
            for issuer_id, entry in entries:
                self._known.setdefault(issuer_id, []).append(entry)
            self._authorities += authorities

    def authorities(self, at: datetime) -> Sequence[bytes]:
        """Return the certificates (DER) of those who may seal European credentials."""
        return self._authorities

    def known(self, issuer_id: str, at: datetime) -> KnownIssuer | None:
        """Return the entry that held at the moment, or else one that held at another; None for nobody.

        Of several that held, the first gives its name, and together they say for what.
        """
        entries = self._known.get(issuer_id, [])
        holding = [entry for entry in entries if entry.held(at)]
        if not holding:
            return entries[0] if entries else None
        anything = any(not entry.recognised_for for entry in holding)
        types = () if anything else tuple(name for entry in holding for name in entry.recognised_for)
        return replace(holding[0], recognised_for=types)


def _authorities(listed: Mapping[str, Any], path: Path) -> Iterator[bytes]:
    names = listed.get("authorities", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Invalid(f"{path} names its authorities in a way that cannot be read.", remedy=_CERTIFICATES)
    for name in names:
        try:
            data = name.encode() if name.startswith("-----BEGIN") else (path.parent / name).read_bytes()
            found = load_pem_x509_certificates(data)
        except (OSError, ValueError) as error:
            raise Invalid(f"{path}: no certificates can be read from “{name[:80]}”.", remedy=_CERTIFICATES) from error
        yield from (one.public_bytes(Encoding.DER) for one in found)


def _entries(listed: Mapping[str, Any], path: Path) -> Iterator[tuple[str, KnownIssuer]]:
    source, url = _text(listed.get("name")) or path.name, _text(listed.get("url"))
    for issuer_id, facts in _pairs(listed, path):
        name = _text(facts.get("name")) or issuer_id
        page = _text(facts.get("url")) or url
        recognised = _types(facts.get("for"), path, issuer_id)
        since, until = _moment(facts, "since", path, issuer_id), _moment(facts, "until", path, issuer_id, end=True)
        yield issuer_id, KnownIssuer(name, source, page, since=since, until=until, recognised_for=recognised)


def _pairs(listed: Mapping[str, Any], path: Path) -> Iterable[tuple[str, Mapping[str, Any]]]:
    issuers = listed.get("issuers", listed.get("registry", [] if "authorities" in listed else None))
    if isinstance(issuers, Mapping):
        for issuer_id, facts in issuers.items():
            for one in facts if isinstance(facts, list) else [facts]:
                yield issuer_id, one if isinstance(one, Mapping) else {"name": one}
    elif isinstance(issuers, list):
        for facts in issuers:
            issuer_id = facts.get("id", facts.get("did")) if isinstance(facts, Mapping) else facts
            if not isinstance(issuer_id, str):
                raise Invalid(f"{path} lists an issuer without an id.", remedy=REMEDY)
            yield issuer_id, facts if isinstance(facts, Mapping) else {}
    else:
        raise Invalid(f"{path} is no register of issuers.", remedy=REMEDY)


def _types(value: object, path: Path, issuer_id: str) -> tuple[str, ...]:
    if value is None:
        return ()
    names = value if isinstance(value, list) else [value]
    # Nothing in the list would read as "for anything", which is the opposite of what it says.
    if not names or not all(isinstance(name, str) and name for name in names):
        raise Invalid(f"{path} says of {issuer_id} for what it is known in a way that cannot be read.", remedy=REMEDY)
    return tuple(names)


def _moment(facts: Mapping[str, Any], name: str, path: Path, issuer_id: str, *, end: bool = False) -> datetime | None:
    text = facts.get(name)
    if text is None:
        return None
    try:
        return read_moment(str(text), end=end)
    except ValueError as error:
        raise Invalid(
            f"{path} says of {issuer_id} “{name}”: “{text}”, which is no day.", remedy="Write 2026-03-01."
        ) from error


def read_moment(text: str, *, end: bool = False) -> datetime:
    """Read a moment with a time zone, or a day: its first instant in UTC, or its last with ``end``. Raises ValueError."""
    if "T" not in text and " " not in text:
        return datetime.combine(date.fromisoformat(text), time.max if end else time.min, UTC)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
