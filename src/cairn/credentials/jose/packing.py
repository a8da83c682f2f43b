"""Making disclosures: the issuer's side of :mod:`disclosures` (RFC 9901 sections 4.2 and 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from cairn.credentials.errors import CredentialError
from cairn.credentials.jose.disclosures import digest_of
from cairn.credentials.multibase import base64url

HASH = "sha-256"
MUST_BE_SHOWN = frozenset(
    {"@context", "type", "issuer", "validFrom", "validUntil", "credentialStatus", "credentialSchema"}
    | {"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", "_sd", "_sd_alg", "..."}
)
"""Members of the whole credential that a verifier cannot do without (VC-JOSE-COSE section 3.2.1, SD-JWT VC, “Registered JWT Claims”)."""

WHOLE = frozenset({"credentialStatus", "status", "cnf", "credentialSchema"})
"""Of these, and of the issuer's identifier, no part either: who leaves out one status of two has left out the one that was revoked."""


def pack(
    document: dict[str, Any], pointers: Sequence[str], salt: Callable[[], str]
) -> tuple[dict[str, Any], list[str]]:
    """Return the payload with digests where the ``pointers`` lead, and the disclosures. ``document`` is changed.

    What lies inside another is hidden first, so that it can be left out even where the other is shown. Raises ``bad_pointer``,
    ``must_be_shown``.
    """
    if not pointers:
        return document, []
    disclosures: list[str] = []
    for steps in sorted({_steps(pointer) for pointer in pointers}, key=lambda steps: (-len(steps), steps)):
        if (len(steps) == 1 and steps[0] in MUST_BE_SHOWN) or steps[0] in WHOLE or steps == ("issuer", "id"):
            where = "/".join(steps)
            raise CredentialError(
                "must_be_shown", f"“{where}” must not be left to the holder to show.", where=f"/{where}"
            )
        disclosures.append(_hide(document, steps, salt()))
    return {**document, "_sd_alg": HASH}, disclosures


def _hide(document: dict[str, Any], steps: tuple[str, ...], salt: str) -> str:
    node: Any = document
    for step in steps[:-1]:
        node = _child(node, step, steps)
    last = steps[-1]
    value = _child(node, last, steps)
    parts = [salt, value] if isinstance(node, list) else [salt, last, value]
    disclosure = base64url(orjson.dumps(parts))
    digest = digest_of(disclosure, HASH)
    if isinstance(node, list):
        node[int(last)] = {"...": digest}
    else:
        del node[last]
        # In alphabetical order, so that the order of the document's members does not show (RFC 9901 section 4.2.4.1).
        node["_sd"] = sorted([*node.get("_sd", []), digest])
    return disclosure


def _child(node: Any, step: str, steps: tuple[str, ...]) -> Any:
    if isinstance(node, dict) and step in node and step != "_sd":
        return node[step]
    if isinstance(node, list) and step.isdecimal() and step == str(int(step)) and int(step) < len(node):
        return node[int(step)]
    pointer = "/" + "/".join(steps)
    raise CredentialError(
        "bad_pointer", f"There is nothing at “{pointer[:80]}” that could be disclosed.", where=pointer
    )


def _steps(pointer: str) -> tuple[str, ...]:
    if not pointer.startswith("/") or pointer == "/":
        raise CredentialError("bad_pointer", f"“{pointer[:80]}” is no JSON pointer to a member.", where=pointer)
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/"))
