"""A document as its shape, and the texts that fill the slots of that shape.

Slots are the texts under keys whose values no vocabulary looks up; everything else, also the order of keys, is the shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Unfit(Exception):
    """This document, or its whole shape, is for the full algorithm. Never a judgement on the document."""


STATIC = frozenset({"type", "proofPurpose"})
"""Fields whose words are looked up in the vocabularies: their values are part of the shape. So is all behind an ``@`` key."""
# Structure is ints and keys are texts, so that neither can pass for the other; a key without a mark after it has a text for value.
_OBJECT, _ARRAY, _END, _TEXT, _FIXED = range(5)


def read_shape(document: Mapping[str, Any]) -> tuple[list[Any], list[str]]:
    """Return (tokens, slots): what makes the shape, hashable and unambiguous, and the texts that fill it, in order.

    Raises :class:`Unfit` for values that are not plain JSON values.
    """
    tokens: list[Any] = []
    slots: list[str] = []
    _walk(document, tokens, slots)
    return tokens, slots


def _walk(node: Mapping[str, Any], tokens: list[Any], slots: list[str]) -> None:
    for key, value in node.items():
        tokens.append(key)
        # Most keys are words in small letters: "A" is what comes right after "@".
        if key in STATIC or (key < "A" and key[:1] == "@" and key != "@value"):
            tokens.append(_FIXED)
            tokens.append(frozen(value))
            continue
        kind = type(value)
        if kind is str:
            slots.append(value)
        elif kind is dict:
            tokens.append(_OBJECT)
            _walk(value, tokens, slots)
        elif kind is list:
            tokens.append(_ARRAY)
            _walk_list(value, tokens, slots)
        else:
            tokens.append(_FIXED)
            tokens.append(frozen(value))
    tokens.append(_END)


def _walk_list(values: list[Any], tokens: list[Any], slots: list[str]) -> None:
    for value in values:
        kind = type(value)
        if kind is str:
            tokens.append(_TEXT)
            slots.append(value)
        elif kind is dict:
            tokens.append(_OBJECT)
            _walk(value, tokens, slots)
        elif kind is list:
            tokens.append(_ARRAY)
            _walk_list(value, tokens, slots)
        else:
            tokens.append(_FIXED)
            tokens.append(frozen(value))
    tokens.append(_END)


def frozen(value: Any) -> Any:
    """Return a hashable stand-in for a JSON value; equal stand-ins mean equal values of equal types (1, 1.0 and true differ)."""
    kind = type(value)
    if kind is str:
        return value
    if kind is list:
        return (list, *[frozen(one) for one in value])
    if kind is dict:
        return (dict, *[(key, frozen(one)) for key, one in value.items()])
    if value is None or kind is bool or kind is int or kind is float:
        return (kind, repr(value))
    raise Unfit


def filled(document: Any, texts: Iterator[str], key: str = "") -> Any:
    """Return a copy of ``document`` with its slots filled from ``texts``, in the order of :func:`read_shape`."""
    if key in STATIC or (key[:1] == "@" and key != "@value"):
        return document
    if isinstance(document, Mapping):
        return {name: filled(one, texts, name) for name, one in document.items()}
    if isinstance(document, list):
        return [filled(one, texts) for one in document]
    return next(texts) if isinstance(document, str) else document
