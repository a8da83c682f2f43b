"""Many awards of one achievement: what the template decides is decided once.

A recipient's own fields are laid over the template. Which fields these are, and all that is no text in them, makes the *kind* of an
award; all awards of a kind have one shape, and differ in the recipient's texts alone. The first of a kind go the long way, through
:func:`cairn.credentials.issue`, and so does every award about which anything is to be said: whatever is in doubt here is answered
with None, and judged there, in the same words as ever.

What the rules of :mod:`rules` ask of a type (:func:`gaps_of`) depends on the shape, and on whether texts are empty; so it is asked
once per kind, and recipients with an empty text go the long way. The data model's own rules (:func:`faults_of`) are asked each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from cairn.credentials.canonical import content_hash
from cairn.credentials.contexts import Contexts
from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import MAX_BYTES, checked_copy, serialise_plain
from cairn.credentials.model import Credential
from cairn.credentials.rules import faults_of, gaps_of
from cairn.credentials.shape import Unfit, filled, read_shape
from cairn.credentials.shape_template import ShapeTemplate
from cairn.credentials.shapes import MAX_TOKENS, SHAPES, options_hash

MAX_KINDS = 32
"""Kinds of award kept for one batch. More of them, and the batch is no batch."""
MAX_TRIES = 4
"""A kind is compiled from its second award, or one soon after it if that one's texts are odd."""


def laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``under`` with what ``over`` says instead: objects are laid into objects, anything else replaces."""
    made = dict(under)
    for key, value in over.items():
        below = made.get(key)
        made[key] = laid_over(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return made


@dataclass(frozen=True, slots=True)
class Award:
    """One award of a batch, ready to be signed."""

    document: dict[str, Any]
    content_hash: bytes
    floats: bool

    def signed(self, proof: dict[str, Any]) -> Credential | None:
        """Return the credential with its proof; None if it came out larger than a credential may be."""
        document = {**self.document, "proof": proof}
        text = serialise_plain(document, floats=self.floats)
        return Credential(text, MappingProxyType(document)) if len(text) <= MAX_BYTES else None


@dataclass(frozen=True, slots=True)
class _Kind:
    template: ShapeTemplate
    floats: bool


class Batch:
    """A template, and what is known of the kinds of award made of it. Awards share the template's values: look, do not change."""

    def __init__(self, template: dict[str, Any], contexts: Contexts) -> None:
        self.template = template
        self._contexts = contexts
        self._kinds: dict[tuple[Any, ...], _Kind | int] = {}

    @classmethod
    def of(cls, template: Mapping[str, Any], contexts: Contexts) -> Batch | None:
        """Return the batch of a template that is plain JSON by itself, else None."""
        try:
            copy = checked_copy(template)
        except CredentialError:
            return None
        # Equal means: no tuples and no keys that only became text on the way.
        return cls(copy, contexts) if copy == template and "proof" not in copy else None

    def award(self, recipient: Mapping[str, Any]) -> Award | None:
        """Return the award for ``recipient`` if it is beyond doubt, else None."""
        try:
            own = checked_copy(recipient)
            tokens, texts = read_shape(own)
        except (CredentialError, Unfit):
            return None
        if own != recipient or "proof" in own or "" in texts:
            return None
        key = tuple(tokens)
        document = laid_over(self.template, own)
        kind = self._kinds.get(key, 0)
        if isinstance(kind, int):
            if kind == 0 and (len(self._kinds) >= MAX_KINDS or len(tokens) > MAX_TOKENS):
                return None
            found = self._kind(own, texts, document) if 0 < kind < MAX_TRIES else None
            self._kinds[key] = found or min(kind + 1, MAX_TRIES)
            if found is None:
                return None
            kind = found
        if faults_of(document):
            return None
        try:
            return Award(document, content_hash(kind.template.canonical(texts)), kind.floats)
        except Unfit:
            return None

    def options_hash(self, options: Mapping[str, Any], award: Award) -> bytes:
        """Return the hash of proof options, which are read with the vocabularies of the award."""
        return options_hash({**options, "@context": award.document["@context"]}, self._contexts)

    def _kind(self, own: dict[str, Any], texts: list[str], document: dict[str, Any]) -> _Kind | None:
        """Compile what one award of a kind has in common with all others; None if that cannot be said for certain."""
        try:
            Credential.parse(document)
        except CredentialError:
            return None
        if faults_of(document) or gaps_of(document):
            return None
        # Where each of the recipient's texts lands in the whole: seen by texts that stand nowhere else.
        marks = [f"\0{number}\0" for number in range(len(texts))]
        marked = read_shape(laid_over(self.template, filled(own, iter(marks))))[1]
        if any(marked.count(mark) != 1 for mark in marks):
            return None
        places = [marked.index(mark) for mark in marks]
        tokens, whole = read_shape(document)
        try:
            shape = SHAPES.shape_of(document, tokens, whole, self._contexts, again=True)
            return _Kind(ShapeTemplate(shape, whole, places), _has_floats(document))
        except Unfit:
            return None


def _has_floats(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_floats(one) for one in value.values())
    if isinstance(value, list):
        return any(_has_floats(one) for one in value)
    return isinstance(value, float)
