"""The Credential Registry's envelopes: a resource inside a signed token, with the key beside it.

What is checked: that the token's RS256 signature is of the key that the envelope carries, and that the readable copy says what the signed
one says. What is not: whose key that is. The registry vouches for it, the envelope alone cannot. The report says both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cairn.catalog.importing.documents import Tell, Value, clean
from cairn.catalog.importing.words import as_list
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jose.compact import read_token
from cairn.credentials.openbadges2.pem import key_of_pem
from cairn.skills.importing.report import Report

CHECKED = "envelopes whose signature is of the key inside them; whose key that is was not checked"
UNSIGNED = "envelopes without a signed resource: their readable copy is taken, nothing of them was checked"


def opened(values: list[Value], report: Report, tell: Tell) -> Iterator[Value]:
    """Return values with envelopes replaced by the resources inside; a broken one is told and left out."""
    checked = unsigned = 0
    for value in values:
        for one in _single(value):
            if not _is_envelope(one.value):
                yield one
                continue
            envelope = one.value
            if _text(envelope.get("node_headers"), "deleted_at") or envelope.get("deleted_at"):
                report.skip("envelopes that the registry marks as deleted")
                continue
            token, key = envelope.get("resource"), envelope.get("resource_public_key")
            if not isinstance(token, str):
                if isinstance(envelope.get("decoded_resource"), dict):
                    unsigned += 1
                    yield Value(one.place.at("decoded_resource"), envelope["decoded_resource"])
                else:
                    tell(one.place.refused("empty_envelope", "The envelope holds no resource."))
                continue
            resource = _resource(one, token, key, tell)
            if resource is None:
                continue
            checked += 1
            copy = envelope.get("decoded_resource")
            if isinstance(copy, dict) and copy != resource:
                tell(
                    one.place.at("decoded_resource").repaired(
                        "copy_differs", "The readable copy is not what was signed; the signed resource is taken."
                    )
                )
            yield clean(Value(one.place.at("resource"), resource))
    for number, what in ((checked, CHECKED), (unsigned, UNSIGNED)):
        if number:
            report.notes.append(f"{number:,} {what}.")


def _single(value: Value) -> Iterator[Value]:
    """Return envelopes of a list one by one; other values as they are."""
    if isinstance(value.value, list) and any(_is_envelope(one) for one in value.value):
        for number, one in enumerate(value.value):
            yield Value(value.place.at(number), one)
    else:
        yield value


def _is_envelope(value: Any) -> bool:
    return isinstance(value, dict) and (
        "envelope_type" in value or "envelope_community" in value or "resource_public_key" in value
    )


def _text(value: Any, name: str) -> str:
    return str(value.get(name) or "") if isinstance(value, dict) else ""


def _resource(value: Value, token: str, key: Any, tell: Tell) -> dict[str, Any] | None:
    """Return what was signed, where its signature is of the key beside it."""
    place = value.place.at("resource")
    try:
        read = read_token(token.strip())
    except CredentialError:
        tell(
            place.refused(
                "broken_envelope", "The signed resource cannot be read.", "Fetch the envelope again from the registry."
            )
        )
        return None
    algorithm = read.header.get("alg")
    if algorithm != "RS256":
        tell(
            place.refused(
                "unknown_signature", f"It is signed with “{str(algorithm)[:40]}”; the registry signs with RS256."
            )
        )
        return None
    try:
        public = key_of_pem("\n".join(one for one in as_list(key) if isinstance(one, str)))
    except (CredentialError, NotSupported) as error:
        tell(place.refused("no_key", f"Its signature cannot be checked with the key beside it. {error}"))
        return None
    if public.key_type != "RSA" or not public.matches(read.signing_input, read.signature):
        tell(
            place.refused(
                "bad_signature",
                "The signature is not of the key that the envelope carries: it was changed on the way, or is no registry's.",
                "Fetch the envelope again from the registry.",
            )
        )
        return None
    return read.claims
