"""Awards of one family, recognised by their text: one achievement, one issuer, many recipients.

Verifiers meet the same badge again and again, with another name in it. When a few of a family have been verified with all care, the
texts in which they differ are known, and the next one is recognised if it fits the pieces between these, letter for letter
(:mod:`mould`). What was found out about the structure then holds for it as well; what depends on the texts in between is looked at
again: their signature through :mod:`shape_template`, the rules of the data model through :mod:`rulings`. Whatever does not fit, and
whatever any of these is in doubt about, is read and judged like a stranger.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import Any

import orjson

from cairn.credentials.errors import CredentialError
from cairn.credentials.forms import VC_2, form_of
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.canonical import content_hash
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.repeating.mould import Mould, places_of
from cairn.credentials.repeating.rulings import Rulings, looked_at, paths_of
from cairn.credentials.repeating.shape import check_iris
from cairn.credentials.repeating.shape_template import ShapeTemplate
from cairn.credentials.repeating.shapes import MAX_TOKENS, SHAPES
from cairn.credentials.repeating.slots import Unfit, filled, read_shape

MAX_TEXT = 64 * 1024
"""Letters of a text from which a family is learnt."""
MAX_FAMILIES = 48
MAX_MET = 256
"""Families met lately of which not enough has been seen."""
MAX_VARYING = 40
"""Texts in which members of a family may differ."""
ENOUGH = 3
"""Members seen before a family is compiled."""
MAX_LESSONS = 8
"""How often a family may turn out to vary in more than was thought."""
MAX_STRANGERS = 64
"""How often something of another structure may go by the same name before nothing more is learnt under it."""


class Family:
    """What is known of a family. ``slots``: the numbers of the texts that vary, as :func:`read_shape` counts them."""

    def __init__(self, text: str, document: dict[str, Any], slots: Sequence[int], contexts: Contexts) -> None:
        texts = read_shape(document)[1]
        marks = [f"\0{number}\0" for number in range(len(slots))]
        for slot, mark in zip(slots, marks, strict=True):
            texts[slot] = mark
        marked = filled(document, iter(texts))
        places = places_of(marked, marks)
        # The careful reader and the fast one agree on everything between the holes, to the kind of each number.
        if places is None or repr(orjson.loads(text)) != repr(document):
            raise Unfit
        self.mould = Mould.around(text, places)
        paths = paths_of(marked, marks)
        self.form = form_of(document)
        if self.form is not VC_2 or not looked_at(form_of, document).isdisjoint(paths):
            raise Unfit
        self.rulings = Rulings(self.form, document, paths)
        self._unsecured = {key: value for key, value in document.items() if key != "proof"}
        own = read_shape({key: value for key, value in marked.items() if key != "proof"})[1]
        self._own = [number for number, mark in enumerate(marks) if mark in own]
        self._slots = [own.index(marks[number]) for number in self._own]
        self._templates = {contexts: self._template(contexts)}
        if self.mould.read(text) is None:
            raise Unfit

    def _template(self, contexts: Contexts) -> ShapeTemplate:
        tokens, whole = read_shape(self._unsecured)
        shape = SHAPES.shape_of(self._unsecured, tokens, whole, contexts, again=True)
        return ShapeTemplate(shape, whole, self._slots)

    def content_hash(self, texts: Sequence[str], contexts: Contexts) -> bytes | None:
        """Return the SHA-256 of the canonical form of the member with these texts, its proof left out; None if that is in doubt."""
        template = self._templates.get(contexts)
        if template is None:
            return None
        try:
            return content_hash(template.canonical([texts[number] for number in self._own], plain=True))
        except Unfit:
            return None


class Member:
    """A document that was recognised: its family, and the texts that are its own."""

    __slots__ = ("_same", "document", "family", "texts")

    def __init__(self, family: Family, texts: list[str], document: Mapping[str, Any]) -> None:
        self.family = family
        self.texts = texts
        self.document = document
        self._same: bool | None = None

    @property
    def rulings(self) -> Rulings | None:
        """What the rules of the data model say of it, if that is known."""
        rulings = self.family.rulings
        if self._same is None:
            self._same = self._plain_ids() and rulings.same(self.texts, lambda: self.document)
        return rulings if self._same else None

    def _plain_ids(self) -> bool:
        try:
            check_iris([self.texts[number] for number in self.family.rulings.ids])
        except Unfit:
            return False
        return "" not in self.texts

    def content_hash(self, contexts: Contexts) -> bytes | None:
        """Return the SHA-256 of its canonical form, its proof left out, if that is known."""
        return self.family.content_hash(self.texts, contexts)


@dataclass(slots=True)
class _Met:
    text: str
    document: dict[str, Any]
    tokens: list[Any]
    texts: list[str]
    varying: set[int] = field(default_factory=set)
    seen: int = 1
    lessons: int = 0
    strangers: int = 0
    family: Family | None = None


class Families:
    """A bounded store of families, least recently met out first. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: tuple[Family, ...] = ()
        self._met: OrderedDict[tuple[Any, ...], _Met | None] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._known)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._known = ()
            self._met.clear()

    def recognise(self, data: bytes | str) -> tuple[str, Member] | None:
        """Return the text of ``data`` (UTF-8, if bytes) and the member of a known family that it is, if it is one."""
        known = self._known
        if not known or len(data) > 4 * MAX_TEXT:
            return None
        try:
            text = data.decode() if isinstance(data, bytes) else data
        except UnicodeDecodeError:
            return None
        for place, family in enumerate(known):
            texts = family.mould.read(text)
            if texts is not None:
                if place:
                    self._to_the_front(family)
                return text, Member(family, texts, MappingProxyType(orjson.loads(text)))
        return None

    def _to_the_front(self, family: Family) -> None:
        with self._lock:
            if family in self._known:
                self._known = (family, *(one for one in self._known if one is not family))

    def learn(self, text: str, document: Mapping[str, Any], contexts: Contexts) -> None:
        """Take note of a document that was read from ``text`` and verified with all care."""
        if len(text) > MAX_TEXT or not isinstance(document.get("proof"), Mapping):
            return
        # How many fields there are tells most structures apart without a walk.
        key = (contexts, *_name(document), text.count('":'))
        with self._lock:
            met = self._met.get(key)
            first = key not in self._met
            if met is None:
                # At the second sight of it, it is worth reading.
                self._met[key] = None if first else _read(text, document)
                if len(self._met) > MAX_MET:
                    self._met.popitem(last=False)
                return
            self._met.move_to_end(key)
            if not _compare(met, document):
                return
            try:
                family = Family(met.text, met.document, sorted(met.varying), contexts)
            except (CredentialError, Unfit):
                met.lessons = MAX_LESSONS
                return
            self._known = (family, *(one for one in self._known if one is not met.family))[:MAX_FAMILIES]
            met.family = family


def _name(document: Mapping[str, Any]) -> tuple[str, ...]:
    """What a family goes by: its issuer and its achievement, or else its types."""
    issuer, subject = document.get("issuer"), document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, Mapping) else None
    what = achievement.get("id") if isinstance(achievement, Mapping) else None
    return (
        str(issuer.get("id") if isinstance(issuer, Mapping) else issuer),
        str(what or as_list(document.get("type"))),
    )


def _read(text: str, document: Mapping[str, Any]) -> _Met | None:
    copy = dict(document)
    try:
        tokens, texts = read_shape(copy)
    except Unfit:
        return None
    return None if len(tokens) > MAX_TOKENS else _Met(text, copy, tokens, texts)


def _compare(met: _Met, document: Mapping[str, Any]) -> bool:
    """Learn from one more member in which texts they differ; tell whether the family is to be compiled (again)."""
    if met.lessons >= MAX_LESSONS or met.strangers >= MAX_STRANGERS:
        return False
    try:
        tokens, texts = read_shape(document)
    except Unfit:
        return False
    if tokens != met.tokens:
        met.strangers += 1
        return False
    differing = {number for number, (one, other) in enumerate(zip(texts, met.texts, strict=True)) if one != other}
    met.seen += 1
    more = not differing <= met.varying
    met.varying |= differing
    if len(met.varying) > MAX_VARYING:
        met.lessons = MAX_LESSONS
        return False
    if met.seen < ENOUGH or not (more or met.family is None):
        return False
    met.lessons += 1
    return True


FAMILIES = Families()
"""The one that everybody shares."""
