"""Is everything a reader sees really under the signature?

RDF engines drop silently what they cannot express: undefined words, unknown types, relative addresses. Such data would travel
inside a signed document without being signed. And one graph has many JSON forms: a holder could rename, hide or move a field
(an expiry, a status entry) without touching the signature. :func:`check_coverage` lets through only documents in the plain
compact form of the standards, in which each word is defined, stands under its own name and in its own place.

Having found out what each word means, it also writes the document down in words that mean the same everywhere (:class:`Coverage`,
``plain``). Reading the vocabularies again for every document would cost the RDF engine more than everything else together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cairn.credentials.errors import NotCovered, NotSupported
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.linkeddata.tags import Sentinels, well_formed
from cairn.credentials.linkeddata.terms import (
    Term,
    Terms,
    enter,
    enter_property,
    enter_types,
    enter_urls,
    is_absolute_iri,
    is_standard_name,
)

MAX_NODES = 10_000
MAX_EMBEDDED_CONTEXTS = 500
MAX_TYPES = 32
OF_CREDENTIALS = frozenset(
    {
        "issuer",
        "validFrom",
        "validUntil",
        "awardedDate",
        "credentialStatus",
        "credentialSubject",
        "credentialSchema",
        "proof",
    }
    | {"evidence", "refreshService", "termsOfUse", "partial", "verifiableCredential", "achievement", "identifier"}
)
"""What a reader looks for on the credential itself. Linked data lets any object with the same id carry it instead."""


@dataclass(slots=True)
class Coverage:
    """What the guard learnt on its way through a document.

    ``said``: every text, identifier, type and property (as IRIs) that its RDF form must contain. ``plain``: the same document as
    JSON-LD that needs no vocabulary but the few terms in its own ``@context``, one for each word and each meaning it was used with.
    ``nameless`` are the objects that linked data would call by no name of their own, ``whole`` the values of which no part can be
    spoken of alone (ordered lists, texts with a language, JSON literals); both by ``id()``. ``spoken``: each text that has a language,
    with its tag. ``tags``: where their capitals are kept, the tags with capitals by what stands for them in ``plain`` (:mod:`tags`).
    """

    said: set[str] = field(default_factory=set)
    spoken: set[tuple[str, str]] = field(default_factory=set)
    tags: dict[str, str] = field(default_factory=dict)
    plain: dict[str, Any] = field(default_factory=dict)
    nameless: set[int] = field(default_factory=set)
    whole: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Walk:
    contexts: Contexts
    own_ids: frozenset[str]
    found: Coverage
    terms: dict[tuple[Any, ...], str] = field(default_factory=dict)
    definitions: dict[str, dict[str, Any]] = field(default_factory=dict)
    sentinels: Sentinels = field(default_factory=Sentinels)
    nodes: int = 0
    embedded: int = 0

    def name(self, key: str, term: Term) -> str:
        """Return the name that stands for ``key`` with this meaning, and for nothing else."""
        meaning = (key, term.iri, term.coercion, term.containers)
        known = self.terms.get(meaning)
        if known is None:
            # No identifier's scheme looks like this.
            known = self.terms[meaning] = f"§{len(self.terms)}"
            self.definitions[known] = _definition(term)
        return known


def _definition(term: Term) -> dict[str, Any]:
    made: dict[str, Any] = {"@id": term.iri}
    if term.coercion is not None:
        # What a word stands for is written in its place already.
        made["@type"] = "@id" if term.coercion == "@vocab" else term.coercion
    if term.containers:
        made["@container"] = sorted(term.containers)
    return made


def check_coverage(document: Mapping[str, Any], contexts: Contexts) -> Coverage:
    """Refuse a document of which some part would stay outside its RDF form or could be moved unnoticed.

    Raises :class:`NotCovered` (``undefined_term``, ``undefined_type``, ``relative_id``, ``disguised_term``, ``not_compact``,
    ``split_node``), or :class:`NotSupported` where the engines are known to disagree, each with ``where``.
    """
    ids = _credential_ids(document)
    if len(set(ids)) != len(ids):
        raise NotCovered(
            "split_node",
            "Two credentials in this document have the same id, so what belongs to which could be exchanged.",
            remedy="Do not rely on this file; ask the issuer for a fresh copy.",
        )
    walk = _Walk(contexts, frozenset(ids), Coverage())
    made = _node(document, Terms({}), None, "", walk, top=True)
    walk.found.plain = {"@context": walk.definitions, **made}
    walk.found.tags = walk.sentinels.tags
    return walk.found


def _credential_ids(document: Mapping[str, Any]) -> list[str]:
    """The ids of every credential in the document: their validity and status must stand with them, nowhere else."""
    found: list[str] = []
    todo: list[Any] = [document]
    while todo:
        one = todo.pop()
        if isinstance(one, Mapping):
            if "VerifiableCredential" in as_list(one.get("type")) and isinstance(one.get("id"), str):
                found.append(one["id"])
            todo.extend(one.values())
        elif isinstance(one, list):
            todo.extend(one)
    return found


def _node(
    node: Mapping[str, Any], outer: Terms, by: Term | None, where: str, walk: _Walk, *, top: bool = False
) -> dict[str, Any]:
    walk.nodes += 1
    if walk.nodes > MAX_NODES:
        raise NotSupported("too_complex", f"This document has more than {MAX_NODES} parts.")
    active = outer
    if active.previous is not None and "@value" not in node and set(node) != {"id"}:
        active = active.previous
    if by is not None and by.has_scoped:
        active = enter_property(active, by, walk.contexts)
    if "@context" in node:
        active = _own_context(node["@context"], active, walk, top=top)
    if "@value" in node:
        walk.found.whole.add(id(node))
        return _value_object(node, active, where, walk)
    walk.found.nameless.add(id(node))
    made: dict[str, Any] = {}
    types = _types(node, active, where, walk, made)
    inner = enter_types(active, tuple(types), walk.contexts) if types else active
    if (
        str(node.get("id")) in walk.own_ids
        and "VerifiableCredential" not in types
        and not OF_CREDENTIALS.isdisjoint(node)
    ):
        raise NotCovered(
            "split_node",
            f"Facts about a credential stand in another place than the credential itself ({where}).",
            remedy="Do not rely on this file; ask the issuer for a fresh copy.",
            where=where,
        )
    for key, value in node.items():
        if key == "@context":
            continue
        place = f"{where}.{key}" if where else key
        term = inner.sound.get(key) or _sound_term(key, inner, place)
        if term.iri == "@id":
            if "@id" in made:
                raise NotSupported(
                    "unsupported_json_ld", f"One part of this document has two ids ({where}).", where=where
                )
            made["@id"] = _identifier(value, inner, place)
            walk.found.said.add(value)
            walk.found.nameless.discard(id(node))
        elif term.iri == "@type":
            continue
        elif term.coercion == "@json":
            walk.found.whole.add(id(value))
            walk.found.said.add(str(term.iri))
            made[walk.name(key, term)] = value
        else:
            if _says_something(value):
                walk.found.said.add(str(term.iri))
            if "@list" in term.containers:
                walk.found.whole.add(id(value))
            made[walk.name(key, term)] = _values(value, inner, term, place, walk)
    return made


def _own_context(local: object, active: Terms, walk: _Walk, *, top: bool) -> Terms:
    urls = as_list(local)
    if not top:
        walk.embedded += 1
        if walk.embedded > MAX_EMBEDDED_CONTEXTS:
            raise NotSupported(
                "too_complex", f"More than {MAX_EMBEDDED_CONTEXTS} parts of this document bring a vocabulary."
            )
    if all(isinstance(url, str) for url in urls) and not active.defined:
        return enter_urls(tuple(urls), walk.contexts)
    return enter(active, local, walk.contexts)


def _types(node: Mapping[str, Any], active: Terms, where: str, walk: _Walk, made: dict[str, Any]) -> list[str]:
    """Return the types of a node as it names them; into ``made`` goes what they stand for."""
    names: list[str] = []
    iris: list[str] = []
    if len(as_list(node.get("type"))) > MAX_TYPES:
        raise NotSupported("too_complex", f"One part of this document has more than {MAX_TYPES} types ({where}).")
    for key, value in node.items():
        if key == "type" or (key in active.defined and active.defined[key].iri == "@type"):
            for name in as_list(value):
                place = f"{where}.{key}" if where else key
                if not isinstance(name, str):
                    raise NotCovered("undefined_type", f"A type is not given as a word ({place}).", where=place)
                iri = active.type_iri(name)
                if iri is None:
                    raise NotCovered(
                        "undefined_type",
                        f"“{name[:80]}” is no type that the document's vocabularies know ({place}), so the signature cannot cover it.",
                        remedy="Name the vocabulary that defines it in @context, or leave it out.",
                        where=place,
                    )
                known = active.look_up(name)
                _standard_name(name, iri, place, as_type=True, own=known is None or known.own)
                walk.found.said.add(iri)
                names.append(name)
                iris.append(iri)
    if iris:
        made["@type"] = iris
    return names


MAX_SOUND = 1_000


def _sound_term(key: str, active: Terms, place: str) -> Term:
    """Return what ``key`` means, and remember that there is nothing wrong with it; raises what there is to say against it."""
    term = _term_of(key, active, place)
    if len(active.sound) < MAX_SOUND:
        active.sound[key] = term
    return term


def _term_of(key: str, active: Terms, place: str) -> Term:
    if key.startswith("@") or ":" in key:
        raise NotCovered(
            "not_compact",
            f"“{key[:80]}” is not a plain word of the standard ({place}).",
            remedy="Do not rely on this file; ask the issuer for a copy in the usual form.",
            where=place,
        )
    term = active.look_up(key)
    if term is None or term.iri is None:
        raise NotCovered(
            "undefined_term",
            f"“{key[:80]}” is no word that the document's vocabularies know ({place}), so the signature does not cover it.",
            remedy="Anyone could have added it. Ask the issuer for a copy without it, or name the vocabulary that defines it.",
            where=place,
        )
    if term.iri.startswith("@"):
        # Only under their usual names do all rules find them: an id of another name could be that of the credential.
        if _USUAL.get(key) != term.iri:
            raise NotCovered("not_compact", f"“{key[:80]}” stands for {term.iri} ({place}).", where=place)
    elif key in _USUAL:
        raise NotCovered(
            "disguised_term", f"“{key}” is used with another meaning than its usual one ({place}).", where=place
        )
    else:
        _standard_name(key, term.iri, place, as_type=False, own=term.own)
    return term


_USUAL = {"id": "@id", "type": "@type"}


def _standard_name(name: str, iri: str, place: str, *, as_type: bool, own: bool) -> None:
    if not is_standard_name(name, iri, as_type=as_type, own=own):
        raise NotCovered(
            "disguised_term",
            f"“{name[:80]}” is used with another meaning than the standard gives it, or hides a standard field ({place}).",
            remedy="Do not rely on this file; ask the issuer for a fresh copy.",
            where=place,
        )


def _identifier(value: object, active: Terms, place: str) -> str:
    if not isinstance(value, str) or not is_absolute_iri(value) or active.full_iri(value) != value:
        raise NotCovered(
            "relative_id",
            f"The identifier at {place} is no full address (such as https://…, did:… or urn:uuid:…), so the signature cannot cover it.",
            remedy="Use a full address.",
            where=place,
        )
    return value


def _says_something(value: object) -> bool:
    """Null and empty lists stand for nothing in linked data; nobody signs them and nobody should read anything into them."""
    return any(one is not None for one in value) if isinstance(value, list) else value is not None


def _values(value: object, active: Terms, term: Term, place: str, walk: _Walk) -> Any:
    own = enter_property(active, term, walk.contexts) if term.has_scoped else active
    if isinstance(value, list):
        return [_value(one, active, own, term, f"{place}[{index}]", walk) for index, one in enumerate(value)]
    return _value(value, active, own, term, place, walk)


def _value(one: object, active: Terms, own: Terms, term: Term, here: str, walk: _Walk) -> Any:
    if isinstance(one, str):
        _text(one, here)
        said: str | None = one
        if term.coercion == "@id":
            said = _identifier(one, own, here)
        elif term.coercion == "@vocab":
            said = own.type_iri(one)
        if said is None:
            raise NotCovered("relative_id", f"“{one[:80]}” at {here} stands for no full address.", where=here)
        walk.found.said.add(said)
        if own.language is not None and term.coercion in (None, "@none"):
            # The language of its @context is that of each text without a type (JSON-LD 1.1 API section 5.3.2, step 5).
            return {"@value": one, "@language": _spoken(one, own.language, here, walk)}
        return said
    if isinstance(one, Mapping):
        return _node(one, active, term, here, walk)
    if isinstance(one, list):
        raise NotSupported("unsupported_json_ld", f"A list inside a list is not judged ({here}).", where=here)
    if isinstance(one, float):
        _number(one, here)
    return one


def _text(text: str, place: str) -> None:
    if not text.isascii() and ("\ufffe" in text or "\uffff" in text):
        raise NotSupported(
            "unsupported_text",
            f"The text at {place} holds a code that is no character; readers treat it in different ways.",
            where=place,
        )


def _number(number: float, place: str) -> None:
    """JSON-LD writes a number with 16 digits (section 8.2.2, step 10), some engines with as many as it takes: refuse the difference."""
    if Decimal(f"{number:.15E}") != Decimal(repr(number)):
        raise NotSupported(
            "unsupported_number",
            f"The number at {place} has more digits than linked data keeps.",
            remedy="Write it with at most 15 digits.",
            where=place,
        )


_OF_VALUES = frozenset({"@value", "@language", "@direction", "@type"})


def _value_object(node: Mapping[str, Any], active: Terms, where: str, walk: _Walk) -> dict[str, Any]:
    """Texts with a language, as in ``{"@value": "Brücke", "@language": "de"}``.

    A ``@direction`` says how letters run on a page and nothing about what is said: linked data leaves it out (JSON-LD 1.1 API section
    8.6, without ``rdfDirection``), and nobody here shows it.
    """
    if set(node) - _OF_VALUES:
        odd = sorted(set(node) - _OF_VALUES)[0]
        raise NotSupported("unsupported_json_ld", f"{odd} beside @value is not judged ({where}).", where=where)
    value, language, kind = node["@value"], node.get("@language"), node.get("@type")
    if node.get("@direction", "ltr") not in ("ltr", "rtl"):
        raise NotSupported("unsupported_json_ld", f"A text runs in a direction that is none ({where}).", where=where)
    if isinstance(value, str):
        _text(value, where)
        walk.found.said.add(value)
    elif isinstance(value, float):
        _number(value, where)
    elif isinstance(value, Mapping | list):
        raise NotSupported("unsupported_json_ld", f"A structure as @value is not judged ({where}).", where=where)
    made = {name: one for name, one in node.items() if name != "@direction"}
    if language is not None:
        made["@language"] = _spoken(value, language, where, walk)
    if kind is not None:
        iri = active.type_iri(kind) if isinstance(kind, str) else None
        if iri is None:
            raise NotCovered("undefined_type", f"The type of the value at {where} is unknown.", where=where)
        made["@type"] = iri
    return made


def _spoken(value: object, language: object, where: str, walk: _Walk) -> str:
    """Return the tag of a text as it is to be handed to the engine."""
    if not isinstance(value, str):
        raise NotSupported("unsupported_json_ld", f"What has a language is not a text ({where}).", where=where)
    tag = well_formed(language, where)
    walk.found.spoken.add((value, tag))
    return walk.sentinels.of(tag) if walk.contexts.keeps_capitals else tag
