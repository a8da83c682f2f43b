"""What Open Badges 2.0 has no word for, named, so that nobody takes the older copy for the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cairn.credentials.jsontext import as_list, objects

_SAID: Mapping[str, frozenset[str]] = {
    "": frozenset(
        {
            *(
                "@context",
                "id",
                "type",
                "name",
                "issuer",
                "validFrom",
                "validUntil",
                "credentialSubject",
                "image",
                "evidence",
            ),
            # How it is secured, not what it says.
            *("proof", "credentialStatus", "credentialSchema", "refreshService", "termsOfUse"),
        }
    ),
    "issuer": frozenset({"id", "type", "name", "url", "email", "phone", "description", "image"}),
    "credentialSubject": frozenset({"type", "identifier", "achievement", "narrative"}),
    "credentialSubject.achievement": frozenset(
        {"id", "type", "name", "description", "criteria", "image", "alignment", "tag", "version", "inLanguage"}
    ),
    "evidence": frozenset({"id", "type", "narrative", "name", "description", "genre", "audience"}),
}


def left_out_of(reading: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the JSON paths of what a credential says and its Open Badges 2.0 copy cannot, in the order of the credential."""
    return tuple(dict.fromkeys(_paths(reading)))


def _paths(reading: Mapping[str, Any]) -> Iterator[str]:
    yield from _of(reading, "")
    yield from _of(reading.get("issuer"), "issuer")
    subjects = objects(as_list(reading.get("credentialSubject")))
    for subject in subjects[:1]:
        identifiers = as_list(subject.get("identifier"))
        for path in _of(subject, "credentialSubject"):
            # The one recipient of Open Badges 2.0 is the identifier, or else the id.
            if path != "credentialSubject.id" or identifiers:
                yield path
        if len(identifiers) > 1:
            yield "credentialSubject.identifier[1]"
        yield from _of(subject.get("achievement"), "credentialSubject.achievement")
    if len(subjects) > 1:
        yield "credentialSubject[1]"
    for entry in objects(as_list(reading.get("evidence"))):
        yield from _of(entry, "evidence")


def _of(node: Any, where: str) -> Iterator[str]:
    if isinstance(node, Mapping):
        for name in node:
            if name not in _SAID[where] and not (name == "awardedDate" and node[name] == node.get("validFrom")):
                yield f"{where}.{name}" if where else name
