"""Many awards of one achievement: what the template decides is decided once.

A recipient's own fields are laid over the template. Which fields these are, and all that is no text in them, makes the *kind* of an
award; all awards of a kind have one shape, and differ in the recipient's texts alone. So do their texts: what is signed is put together
from pieces (:mod:`mould`), and so is the canonical form (:mod:`shape_template`). The first of a kind go the long way, through
:func:`cairn.credentials.issue`, and so does every award about which anything is to be said: whatever is in doubt here is answered
with None, and judged there, in the same words as ever. In doubt is a text that is empty, or that JSON or N-Quads would not write
as it is, and one that the rules of the data model look at (:mod:`rulings`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from cairn.credentials.errors import CredentialError
from cairn.credentials.forms import VC_2, form_of
from cairn.credentials.integrity.binding import refuse_foreign_signer
from cairn.credentials.jsontext import MAX_BYTES, ONLY_JSON, checked_copy, serialise
from cairn.credentials.linkeddata.canonical import content_hash
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.model import Credential
from cairn.credentials.repeating.later import ReadLater
from cairn.credentials.repeating.mould import Mould, Writer, places_of
from cairn.credentials.repeating.rulings import Rulings, paths_of
from cairn.credentials.repeating.shape_template import ShapeTemplate
from cairn.credentials.repeating.shapes import MAX_TOKENS, SHAPES, options_hash
from cairn.credentials.repeating.slots import Unfit, filled, read_shape

_OF_ISSUER = frozenset({("issuer",), ("issuer", "id")})
"""Whose key signs is asked once for all awards of a kind, so their issuer is the same."""
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


@dataclass(slots=True)
class _Kind:
    """What all awards of a kind have in common. ``sealed``: the options they are signed with, and what depends on these."""

    recipient: Mould
    document: dict[str, Any]
    marked: dict[str, Any]
    marks: list[str]
    canonical: ShapeTemplate
    rulings: Rulings
    sealed: tuple[dict[str, Any], bytes, Writer] | None = None

    def sealing(self, options: dict[str, Any], contexts: Contexts) -> tuple[bytes, Writer]:
        """Return the hash of the proof options, and the writer of signed texts, which takes the varying texts and the proof value."""
        if self.sealed is None or self.sealed[0] != options:
            refuse_foreign_signer(self.document, str(options["verificationMethod"]))
            hashed = options_hash({**options, "@context": self.document["@context"]}, contexts)
            marks = [*self.marks, "\0proof\0"]
            marked = {**self.marked, "proof": {**options, "proofValue": marks[-1]}}
            whole = {**self.document, "proof": {**options, "proofValue": ""}}
            places = places_of(marked, marks) or []
            order = sorted(range(len(places)), key=places.__getitem__)
            self.sealed = options, hashed, Writer(Mould.around(serialise(whole), places), order)
        return self.sealed[1], self.sealed[2]


@dataclass(frozen=True, slots=True)
class Award:
    """One award of a batch, ready to be signed: the bytes to sign, and the text that a proof value makes whole."""

    signing_input: bytes
    _texts: list[str]
    _writer: Writer

    def signed(self, proof_value: str) -> Credential | None:
        """Return the credential with its proof; None if it came out larger than a credential may be."""
        text = self._writer.filled([*self._texts, proof_value])
        return Credential(text, ReadLater(text)) if len(text) <= MAX_BYTES else None


class Batch:
    """A template, and what is known of the kinds of award made of it."""

    def __init__(self, template: dict[str, Any], contexts: Contexts) -> None:
        self.template = template
        self._contexts = contexts
        self._met: dict[tuple[Any, ...], int] = {}
        self._kinds: list[_Kind] = []

    @classmethod
    def of(cls, template: Mapping[str, Any], contexts: Contexts) -> Batch | None:
        """Return the batch of a template that is plain JSON by itself, else None."""
        try:
            copy = checked_copy(template)
        except CredentialError:
            return None
        # Equal means: no tuples and no keys that only became text on the way.
        return cls(copy, contexts) if copy == template and "proof" not in copy else None

    def award(self, recipient: Mapping[str, Any], options: dict[str, Any]) -> Award | None:
        """Return the award for ``recipient`` to be signed with these proof options, if it is beyond doubt, else None."""
        try:
            raw = orjson.dumps(recipient, option=ONLY_JSON)
        except TypeError:
            return None
        text = raw.decode()
        for place, kind in enumerate(self._kinds):
            texts = kind.recipient.read(text)
            if texts is None:
                continue
            if place:
                self._kinds.insert(0, self._kinds.pop(place))
            # Equal means: nothing that only became JSON on the way.
            if (
                "" in texts
                or not kind.rulings.same(texts, partial(laid_over, self.template, recipient))
                or orjson.loads(raw) != recipient
            ):
                return None
            try:
                content = content_hash(kind.canonical.canonical(texts, plain=True))
            except Unfit:
                return None
            options_digest, writer = kind.sealing(options, self._contexts)
            return Award(options_digest + content, texts, writer)
        self._meet(recipient)
        return None

    def _meet(self, recipient: Mapping[str, Any]) -> None:
        """Take note of a recipient whose kind is not known yet, and compile the kind if it was met before."""
        try:
            own = checked_copy(recipient)
            tokens, texts = read_shape(own)
        except (CredentialError, Unfit):
            return
        if own != recipient or "proof" in own or "" in texts or len(tokens) > MAX_TOKENS:
            return
        key = tuple(tokens)
        met = self._met.get(key, 0)
        if met >= MAX_TRIES or (met == 0 and len(self._met) >= MAX_KINDS):
            return
        kind = self._kind(own, texts) if met else None
        self._met[key] = MAX_TRIES if kind else met + 1
        if kind is not None:
            self._kinds.insert(0, kind)

    def _kind(self, own: dict[str, Any], texts: list[str]) -> _Kind | None:
        """Compile what one award of a kind has in common with all others; None if that cannot be said for certain."""
        document = laid_over(self.template, own)
        # Where each of the recipient's texts lands in the whole: seen by texts that stand nowhere else.
        marks = [f"\0{number}\0" for number in range(len(texts))]
        marked_own = filled(own, iter(marks))
        marked = laid_over(self.template, marked_own)
        own_places, places = places_of(marked_own, marks), places_of(marked, marks)
        if not marks or own_places is None or places is None or not _OF_ISSUER.isdisjoint(paths_of(marked, marks)):
            return None
        try:
            form = form_of(document)
            rulings = Rulings(form, document, paths_of(marked, marks))
            if form is not VC_2 or rulings.faults or rulings.gaps:
                return None
            slots = read_shape(marked)[1]
            tokens, whole = read_shape(document)
            shape = SHAPES.shape_of(document, tokens, whole, self._contexts, again=True)
            template = ShapeTemplate(shape, whole, [slots.index(mark) for mark in marks])
        except (CredentialError, Unfit, ValueError):
            return None
        mould = Mould.around(orjson.dumps(own).decode(), own_places)
        return _Kind(mould, document, marked, marks, template, rulings)
