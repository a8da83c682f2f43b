"""Reading what is sent to the VC-API: strictly, as the credential core reads, since a document in it may be about to be signed.

A name that stands twice, or nesting without end, is refused before anything else looks at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from cairn.credentials.jose import looks_like_token
from cairn.credentials.jsontext import parse_object
from cairn.errors import Invalid
from cairn.verifying.services import MAX_SOURCE

REMEDY = "Compare the request with docs/reference/api.md."


def body_of(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that was sent; raises CredentialError with what is wrong with it."""
    return parse_object(request.body, max_bytes=MAX_SOURCE)


def an_object(body: Mapping[str, Any], name: str, *, optional: bool = False) -> dict[str, Any]:
    """Return the object at ``name``, or an empty one if it is ``optional`` and absent; raises Invalid."""
    value = body.get(name)
    if value is None and optional:
        return {}
    if not isinstance(value, dict):
        raise Invalid(f"“{name}” must be an object.", remedy=REMEDY, code="malformed_request", where=name)
    return value


def sent(body: Mapping[str, Any], name: str) -> dict[str, Any] | str:
    """Return the credential or presentation at ``name``: an object, or a token; raises Invalid."""
    value = body.get(name)
    if isinstance(value, dict) or (isinstance(value, str) and looks_like_token(value)):
        return value
    raise Invalid(f"“{name}” must be an object or a token.", remedy=REMEDY, code="malformed_request", where=name)


def a_text(body: Mapping[str, Any], name: str) -> str:
    """Return the text at ``name``; raises Invalid."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Invalid(f"“{name}” must be a text.", remedy=REMEDY, code="malformed_request", where=name)
    return value


def optional_text(options: Mapping[str, Any], name: str) -> str | None:
    """Return the text at ``name``, None if it is absent; raises Invalid."""
    return None if options.get(name) is None else a_text(options, name)


def a_list_of_texts(options: Mapping[str, Any], name: str) -> list[str]:
    """Return the texts at ``name``, none if it is absent; raises Invalid."""
    value = options.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Invalid(f"“{name}” must be a list of texts.", remedy=REMEDY, code="malformed_request", where=name)
    return value


def described(*names: str) -> dict[str, Any]:
    """Return what OpenAPI says of a body with these members and ``options``."""
    members: dict[str, Any] = {name: {} if name.startswith("verifiable") else {"type": "object"} for name in names}
    members = {name: {"type": "string"} if name == "credentialId" else one for name, one in members.items()}
    schema = {"type": "object", "properties": {**members, "options": {"type": "object"}}, "required": [names[0]]}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
