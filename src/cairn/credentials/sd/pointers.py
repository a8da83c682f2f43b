"""Which parts of a document are shown: JSON Pointers (RFC 6901), and the selection of what they point at.

W3C Data Integrity ECDSA Cryptosuites 1.0, sections 3.4.10 to 3.4.13. What a pointer passes through keeps its ``id`` and ``type``, since the
words inside mean nothing without them, and its own ``@context``. Places come out in the order of the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

from cairn.credentials.errors import CredentialError

MAX_POINTERS = 1_000
MAX_LENGTH = 4_096
_ALWAYS = frozenset({"@context", "id", "type"})
_TOKEN = re.compile(r"(?:[^~]|~[01])*\Z")
_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,5})\Z", re.ASCII)

type Tree = dict[str, Tree] | None
"""What is selected below a place: by key or index, or None for everything."""


def tree_of(pointers: Sequence[str]) -> Tree:
    """Return what ``pointers`` select, as one tree; raises :class:`CredentialError` ``bad_pointer`` or ``too_many_pointers``."""
    if len(pointers) > MAX_POINTERS:
        raise CredentialError("too_many_pointers", f"More than {MAX_POINTERS} places are named one by one.")
    root: dict[str, Tree] = {}
    for pointer in pointers:
        tokens = tokens_of(pointer)
        if not tokens:
            return None
        here = root
        for token in tokens[:-1]:
            below = here.setdefault(token, {})
            if below is None:
                break
            here = below
        else:
            here[tokens[-1]] = None
    return root


def tokens_of(pointer: str) -> list[str]:
    """Return the keys and indexes that a JSON Pointer goes through; raises ``bad_pointer``."""
    if not isinstance(pointer, str) or len(pointer) > MAX_LENGTH:
        raise CredentialError(
            "bad_pointer", "A place in a document is named by a text such as /credentialSubject/achievement."
        )
    if not pointer:
        return []
    if not pointer.startswith("/") or not _TOKEN.match(pointer):
        raise CredentialError(
            "bad_pointer",
            f"“{pointer[:80]}” is no JSON Pointer.",
            remedy="It looks like /credentialSubject/achievement/name.",
        )
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


def selected(document: Mapping[str, Any], tree: Tree, whole: Set[int] = frozenset()) -> dict[str, Any]:
    """Return the part of ``document`` that ``tree`` selects.

    ``whole`` are the values, by ``id()``, of which no part can be shown alone. Raises :class:`CredentialError` ``no_such_place`` or
    ``only_whole``.
    """
    shown: dict[str, Any] = _shown(document, tree, "", whole)
    return shown


def _shown(value: Any, tree: Tree, where: str, whole: Set[int]) -> Any:
    if tree is None:
        return value
    if isinstance(value, Mapping | list) and id(value) in whole:
        raise CredentialError(
            "only_whole",
            f"The signature covers {where or 'this'} as one thing, so it can only be shown whole or not at all.",
            remedy="Point at the whole of it.",
            where=where,
        )
    if isinstance(value, Mapping):
        for token in tree:
            if token not in value:
                raise _no_such_place(f"{where}/{token}")
        return {
            key: one if key in _ALWAYS else _shown(one, tree[key], f"{where}/{key}", whole)
            for key, one in value.items()
            if key in _ALWAYS or key in tree
        }
    if isinstance(value, list):
        for token in tree:
            if not _INDEX.match(token) or int(token) >= len(value):
                raise _no_such_place(f"{where}/{token}")
        places = sorted(map(int, tree))
        return [_shown(value[place], tree[str(place)], f"{where}/{place}", whole) for place in places]
    raise _no_such_place(f"{where}/{next(iter(tree))}")


def _no_such_place(where: str) -> CredentialError:
    return CredentialError(
        "no_such_place",
        f"There is nothing at {where[:200]} in this document.",
        remedy="Name places that are there.",
        where=where[:200],
    )
