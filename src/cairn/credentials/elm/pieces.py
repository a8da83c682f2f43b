"""Small objects of the European Learning Model that stand in many places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.credentials.elm.graph import said
from cairn.credentials.elm.words import concept, listed
from cairn.credentials.jsontext import serialise

_ECTS = ("education-credit", "6fcec5c5af", "European Credit Transfer System")


def with_ids(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with a name for every object in it, equal objects under one name.

    Linked data joins what is said of one organisation in several places: nameless parts of it would be counted once for each place.
    """
    names: dict[str, str] = {}
    numbers: dict[str, int] = {}

    def named(value: Any) -> Any:
        if isinstance(value, list):
            return [named(one) for one in value]
        if not isinstance(value, Mapping):
            return value
        made = {key: named(one) for key, one in value.items()}
        kind = made.get("type")
        if "id" in made or not isinstance(kind, str):
            return made
        text = serialise(made)
        if text not in names:
            numbers[kind] = numbers.get(kind, 0) + 1
            names[text] = f"urn:epass:{kind[0].lower()}{kind[1:]}:{numbers[kind]}"
        return {"id": names[text], **made}

    return {key: named(one) for key, one in document.items()}


def note(text: str, language: str) -> dict[str, Any]:
    """Return a free text as a Note."""
    return {"type": "Note", "noteLiteral": {language: text}}


def credit_point(points: object, scheme: str) -> dict[str, Any] | None:
    """Return credit points of ``scheme``; Open Badges does not say of which, so without one they are the issuer's own."""
    if isinstance(points, bool) or not isinstance(points, int | float):
        return None
    system = listed(*_ECTS) if scheme == "ECTS" else concept(None, None, {"en": scheme or "The issuer's own credits"})
    return {"type": "CreditPoint", "framework": system, "point": repr(points).removesuffix(".0")}


def identifier(value: str, scheme: str | None, country: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return an Identifier, or a LegalIdentifier where a country gave it."""
    kind = "Identifier" if country is None else "LegalIdentifier"
    return said({"type": kind, "notation": value, "schemeName": scheme, "spatial": dict(country) if country else None})


def mailbox(address: str) -> dict[str, Any]:
    """Return an e-mail address as a Mailbox."""
    return {"id": f"mailto:{address}", "type": "Mailbox"}


def web(address: str) -> dict[str, Any]:
    """Return a web address as a WebResource."""
    return {"type": "WebResource", "contentURL": address}
