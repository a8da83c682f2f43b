"""Language tags, and the two ways in which RDF engines write them.

``en-GB`` and ``en-gb`` are one tag (RFC 5646 section 2.1.1), and RDF 1.1 Concepts (section 3.3) leaves it to an engine whether to write it
in small letters; RDFC-1.0 hashes whatever it is handed. So one document has two canonical forms. jsonld.js, PyLD and Oxigraph write small
letters; SpruceID's Rust code writes a tag as it stands in the document. What is signed here has small letters, and what others signed
holds in either form: both say the same (:mod:`cairn.credentials.integrity.proof`). The form with the capitals is that of
:meth:`cairn.credentials.linkeddata.contexts.Contexts.keeping_capitals`.

Since Oxigraph writes small letters only, a tag with capitals goes through it under a made-up name, a sentinel, and is put back after.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence

from pyoxigraph import Literal, Quad

from cairn.credentials.errors import NotSupported
from cairn.credentials.linkeddata.engineprocess import literals_as_written

_LANGUAGE = r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"
_SCRIPT_AND_REGION = r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
_VARIANTS = r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
_EXTENSIONS = r"(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*"
_PRIVATE = r"x(?:-[a-z0-9]{1,8})+"
_IRREGULAR = (
    *("en-gb-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux", "i-mingo", "i-navajo"),
    *("i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-be-fr", "sgn-be-nl", "sgn-ch-de"),
)
_TAG = re.compile(
    rf"(?:{_LANGUAGE}{_SCRIPT_AND_REGION}{_VARIANTS}{_EXTENSIONS}(?:-{_PRIVATE})?|{_PRIVATE}|{'|'.join(_IRREGULAR)})\Z",
    re.ASCII | re.IGNORECASE,
)
# Nobody outside can guess it, so no tag of a document can pass for a sentinel.
_SENTINEL = f"x-{secrets.token_hex(4)}-"


def is_language_tag(text: str) -> bool:
    """Tell whether ``text`` is a well-formed language tag (RFC 5646 section 2.1), such as ``en``, ``en-GB`` or ``zh-Hant``."""
    return _TAG.match(text) is not None


def well_formed(tag: object, where: str) -> str:
    """Return ``tag`` if it is a language tag; raises NotSupported ``bad_language_tag``.

    An odd tag is written as it is by some engines and refused by others, and some leave out its text.
    """
    if not isinstance(tag, str) or not is_language_tag(tag):
        raise NotSupported(
            "bad_language_tag",
            f"“{str(tag)[:40]}” is no language tag ({where}), so engines treat the text in different ways.",
            remedy="Write it as in en, en-GB or zh-Hant.",
            where=where,
        )
    return tag


def has_capital_tags(value: object) -> bool:
    """Tell whether any ``@language`` in a JSON value has capitals, so that engines write it in two ways."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, Mapping):
            tag = one.get("@language")
            if isinstance(tag, str) and tag != tag.lower():
                return True
            todo.extend(one.values())
        elif isinstance(one, list):
            todo.extend(one)
    return False


class Sentinels:
    """Made-up tags in small letters, one for each tag with capitals."""

    def __init__(self) -> None:
        self.tags: dict[str, str] = {}
        """What each stands for."""
        self._known: dict[str, str] = {}

    def of(self, tag: str) -> str:
        """Return what stands for ``tag``: itself, if it has no capitals."""
        if tag == tag.lower():
            return tag
        known = self._known.get(tag)
        if known is None:
            known = self._known[tag] = f"{_SENTINEL}{len(self._known)}"
            self.tags[known] = tag
        return known


def as_written(quads: list[Quad], tags: Mapping[str, str]) -> list[Quad]:
    """Return ``quads`` with the tags that sentinels stand for; raises NotSupported if the engine cannot write them."""
    if not tags:
        return quads
    spoken = [(one, _tag_of(one, tags)) for one in quads]
    wanted = {one.object: (one.object.value, tag) for one, tag in spoken if tag and isinstance(one.object, Literal)}
    try:
        made = dict(zip(wanted, literals_as_written(list(wanted.values())), strict=True))
    except ValueError as error:
        raise NotSupported(
            "unsupported_text",
            "This version cannot write language tags with capitals, as another engine may have done.",
        ) from error
    return [
        Quad(one.subject, one.predicate, made[one.object], one.graph_name)
        if tag and isinstance(one.object, Literal)
        else one
        for one, tag in spoken
    ]


def _tag_of(quad: Quad, tags: Mapping[str, str]) -> str | None:
    """Return the tag that a statement's language, a sentinel, stands for."""
    return tags.get(quad.object.language or "") if isinstance(quad.object, Literal) else None


def with_sentinels(quads: Sequence[Quad]) -> tuple[list[Quad], dict[str, str]]:
    """Return ``quads`` with sentinels in place of tags with capitals, and what these stand for: what :func:`as_written` undoes."""
    sentinels = Sentinels()
    made = []
    for one in quads:
        term = one.object
        if isinstance(term, Literal) and term.language and term.language != term.language.lower():
            term = Literal(term.value, language=sentinels.of(term.language))
            one = Quad(one.subject, one.predicate, term, one.graph_name)
        made.append(one)
    return made, sentinels.tags
