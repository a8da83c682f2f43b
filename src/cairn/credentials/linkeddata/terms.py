"""What each word of a JSON-LD document means: active contexts and term definitions.

A small, strict part of JSON-LD 1.1 (sections 4.1 to 4.3 of the API's context processing): terms, prefixes, ``@vocab``, type-scoped and
property-scoped contexts, protection. It does not expand documents, the RDF engine does that; it answers one question about a key:
is it a defined term, and which IRI does it stand for? Whatever it does not speak, it refuses as not supported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.linkeddata.contexts import Contexts, context
from cairn.credentials.linkeddata.pins import OLDER, STANDARD
from cairn.credentials.linkeddata.tags import well_formed

KEYWORDS = frozenset(
    "@" + word
    for word in (
        *(
            "base",
            "container",
            "context",
            "direction",
            "graph",
            "id",
            "import",
            "included",
            "index",
            "json",
            "language",
            "list",
        ),
        *("nest", "none", "prefix", "propagate", "protected", "reverse", "set", "type", "value", "version", "vocab"),
    )
)
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>"{}|\\^`\x7f\ufffe\uffff]+\Z')
_GEN_DELIMS = (":", "/", "?", "#", "[", "]", "@")
MAX_CONTEXTS = 16
"""No credential needs more contexts in one place."""
MAX_OWN_TERMS = 100
"""Words a document may define for itself in one place."""


def is_absolute_iri(text: object) -> bool:
    """Tell whether ``text`` is an IRI with a scheme and without characters that RDF forbids (RFC 3987; N-Quads IRIREF)."""
    return isinstance(text, str) and _IRI.match(text) is not None


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One definition: ``iri`` (or a keyword, or None: means nothing), type coercion, containers, the context it brings along."""

    iri: str | None
    coercion: str | None = None
    containers: frozenset[str] = frozenset()
    is_prefix: bool = False
    scoped: Any = None
    has_scoped: bool = False
    protected: bool = False
    refusal: str | None = None
    """Why this version does not judge documents that use the word, if it does not."""
    own: bool = False
    """Whether the document itself defines the word, and no registered vocabulary does."""

    def same_meaning(self, other: Term) -> bool:
        """Tell whether both say the same, protection aside."""
        return (self.iri, self.coercion, self.containers, self.is_prefix, self.has_scoped, self.scoped) == (
            (other.iri, other.coercion, other.containers, other.is_prefix, other.has_scoped, other.scoped)
        )


@dataclass(frozen=True, eq=False)
class Terms:
    """An active context. ``previous`` is where a type-scoped context is left again on the way down (JSON-LD 1.1 section 4.1.8)."""

    defined: Mapping[str, Term]
    vocabulary: str | None = None
    previous: Terms | None = None
    own_vocabulary: bool = False
    """Whether ``vocabulary`` is the document's own choice."""
    language: str | None = None
    """The language of plain texts, where a context names one (``@language``)."""
    sound: dict[str, Term] = field(default_factory=dict, repr=False)
    """Keys that were found fit for a document under these terms, for whoever looks next (:mod:`coverage`)."""

    def look_up(self, key: str) -> Term | None:
        """Return the definition of ``key``, through ``@vocab`` if there is one, or None for a word without meaning."""
        term = self.defined.get(key)
        if term is not None:
            if term.refusal is not None:
                raise NotSupported("unsupported_json_ld", term.refusal)
            return term
        if self.vocabulary is not None and ":" not in key and not key.startswith("@"):
            return Term(self.vocabulary + key, own=self.own_vocabulary)
        return None

    def type_iri(self, name: str) -> str | None:
        """Return the IRI a value of ``type`` stands for, or None if it stands for nothing."""
        term = self.look_up(name)
        if term is not None:
            return term.iri
        return self.full_iri(name)

    def full_iri(self, text: str) -> str | None:
        """Return ``text`` as an absolute IRI, with its prefix written out, or None."""
        prefix, colon, rest = text.partition(":")
        if colon and not rest.startswith("//"):
            term = self.defined.get(prefix)
            if term is not None and term.iri and term.is_prefix:
                text = term.iri + rest
        return text if is_absolute_iri(text) else None


NOTHING = Terms({})


def enter(active: Terms, local: object, contexts: Contexts, *, pinned: bool = False, override: bool = False) -> Terms:
    """Return ``active`` with the value of an ``@context`` (or of a scoped context) applied.

    ``pinned`` says that ``local`` comes from a registered context; one written into the document itself may add terms and do
    nothing else. Raises :class:`NotSupported` (``unknown_context``, ``unsupported_json_ld``) or :class:`CredentialError`
    (``redefined_term``).
    """
    many = local if isinstance(local, list) else [local]
    if len(many) > MAX_CONTEXTS:
        raise NotSupported("too_complex", f"This document names more than {MAX_CONTEXTS} vocabularies in one place.")
    for one in many:
        if isinstance(one, str):
            active = _apply(active, contexts.named(one), pinned=True, override=override)
        elif one is None and pinned:
            active = NOTHING
        elif isinstance(one, Mapping):
            if not pinned and len(one) > MAX_OWN_TERMS:
                raise NotSupported("too_complex", f"This document defines more than {MAX_OWN_TERMS} words of its own.")
            active = _apply(active, one, pinned=pinned, override=override)
        else:
            raise NotSupported(
                "unsupported_json_ld", "An @context in this document is neither an address nor a set of terms."
            )
    return active


@lru_cache(maxsize=64)
def enter_urls(urls: tuple[str, ...], contexts: Contexts) -> Terms:
    """The active context of a document whose ``@context`` holds only addresses; kept, since few combinations are in use."""
    return enter(NOTHING, list(urls), contexts)


@lru_cache(maxsize=1024)
def enter_types(active: Terms, names: tuple[str, ...], contexts: Contexts) -> Terms:
    """Apply the contexts that the types of a node bring along; they end where the node ends."""
    result = active
    for name in sorted(names):
        term = active.defined.get(name)
        if term is not None and term.has_scoped:
            entered = enter(result, term.scoped, contexts, pinned=not term.own)
            result = replace(entered, previous=result.previous or active, sound={})
    return result


@lru_cache(maxsize=256)
def enter_property(active: Terms, term: Term, contexts: Contexts) -> Terms:
    """Apply the context that a property brings along for its values."""
    return enter(active, term.scoped, contexts, pinned=not term.own, override=True)


_IN_DOCUMENT = frozenset({"@id", "@type", "@container", "@context", "@protected"})


def _apply(active: Terms, local: Mapping[str, Any], *, pinned: bool, override: bool) -> Terms:
    for keyword in ("@base", "@import", "@propagate", "@direction"):
        if keyword in local:
            raise NotSupported(
                "unsupported_json_ld", f"This document's vocabulary uses {keyword}, which we do not judge."
            )
    if local.get("@version", 1.1) != 1.1 or not isinstance(local.get("@protected", False), bool):
        raise NotSupported("unsupported_json_ld", "This document's vocabulary is not one of JSON-LD 1.1.")
    vocabulary = local.get("@vocab", active.vocabulary)
    if vocabulary is not None and not is_absolute_iri(vocabulary):
        raise NotSupported("unsupported_json_ld", "This document's vocabulary has an @vocab that is no full address.")
    language = local.get("@language", active.language)
    if language is not None and "@language" in local:
        language = well_formed(language, "@context")
    protect = bool(local.get("@protected", False))
    made: dict[str, Term | None] = {}
    fresh: dict[str, Term] = {}

    def resolve(name: str) -> str | None:
        """Expand an IRI inside this context, defining what it depends on first."""
        if name in KEYWORDS:
            return name
        if name in local and not name.startswith("@"):
            define(name)
        known = fresh.get(name) or active.defined.get(name)
        if known is not None:
            return known.iri
        prefix, colon, rest = name.partition(":")
        if colon:
            if not rest.startswith("//") and prefix in local and not prefix.startswith("@"):
                define(prefix)
            term = fresh.get(prefix) or active.defined.get(prefix)
            if not rest.startswith("//") and term is not None and term.iri and term.is_prefix:
                return term.iri + rest
            return name
        return vocabulary + name if vocabulary is not None else None

    def define(name: str) -> None:
        if name in made:
            if made[name] is None:
                raise NotSupported("unsupported_json_ld", f"The term “{name}” is defined in a circle.")
            return
        made[name] = None
        if not pinned and (not name or ":" in name or "/" in name):
            raise NotSupported(
                "unsupported_json_ld", f"This document defines “{name[:80]}”, which is not a plain word."
            )
        try:
            term = _definition(name, local[name], resolve, pinned=pinned, protect=protect)
        except NotSupported as unsupported:
            if not pinned:
                raise
            # One odd word among many: what matters is whether a document uses it.
            term = Term(None, refusal=unsupported.message)
        before = active.defined.get(name)
        if before is not None and before.protected and not override:
            if not term.same_meaning(before):
                raise CredentialError(
                    "redefined_term",
                    f"This document gives the word “{name}” another meaning than the standard does.",
                    remedy="Do not rely on it; ask the issuer for a clean copy.",
                    where=name,
                )
            term = before
        elif not pinned:
            term = replace(term, own=True)
        made[name] = fresh[name] = term

    for name in local:
        if name not in ("@version", "@vocab", "@protected", "@language"):
            if name.startswith("@"):
                raise NotSupported(
                    "unsupported_json_ld", f"This document's vocabulary uses {name}, which we do not judge."
                )
            define(name)
    own_vocabulary = not pinned if "@vocab" in local else active.own_vocabulary
    return Terms({**active.defined, **fresh}, vocabulary, active.previous, own_vocabulary, language)


def _definition(name: str, value: Any, resolve: Any, *, pinned: bool, protect: bool) -> Term:
    if value is None:
        return Term(None, protected=protect)
    simple = isinstance(value, str)
    given: Mapping[str, Any] = {"@id": value} if simple else value
    if not isinstance(given, Mapping):
        raise NotSupported("unsupported_json_ld", f"The term “{name}” is defined in a form we do not judge.")
    unsupported = set(given) - (_IN_DOCUMENT | ({"@prefix"} if pinned else set()))
    if unsupported:
        raise NotSupported(
            "unsupported_json_ld", f"The term “{name}” is defined with {sorted(unsupported)[0]}, which we do not judge."
        )
    containers = given.get("@container", [])
    listed = containers if isinstance(containers, list) else [containers]
    containers = frozenset(one if isinstance(one, str) else "" for one in listed)
    if containers - {"@set", "@list", "@graph"}:
        raise NotSupported("unsupported_json_ld", f"The term “{name}” is a map of a kind we do not judge.")
    if "@id" in given and given["@id"] is None:
        iri = None
    elif given.get("@id", name) == name:
        # A term that means itself: a compact or full IRI, or a word under @vocab.
        prefix, colon, _ = name.partition(":")
        iri = (
            resolve(prefix) + name[len(prefix) + 1 :]
            if colon and resolve(prefix)
            else name
            if colon
            else _under_vocab(resolve, name)
        )
    else:
        iri = resolve(given["@id"])
    if iri is not None and iri not in KEYWORDS and not is_absolute_iri(iri):
        raise NotSupported("unsupported_json_ld", f"The term “{name}” does not stand for a full address.")
    coercion = given.get("@type")
    if coercion is not None and coercion not in ("@id", "@vocab", "@json", "@none"):
        coercion = resolve(coercion) if isinstance(coercion, str) else ""
        if coercion not in ("@id", "@vocab", "@json", "@none") and not is_absolute_iri(coercion):
            raise NotSupported("unsupported_json_ld", f"The term “{name}” has a type that is no full address.")
    return Term(
        iri,
        coercion,
        containers,
        is_prefix=bool(given.get("@prefix", simple and iri is not None and iri.endswith(_GEN_DELIMS))),
        scoped=given.get("@context"),
        has_scoped="@context" in given,
        protected=bool(given.get("@protected", protect)),
    )


def _under_vocab(resolve: Any, name: str) -> str | None:
    vocabulary_probe: str | None = resolve("\0")
    return None if vocabulary_probe is None else vocabulary_probe[:-1] + name


@lru_cache(maxsize=1)
def standard_words() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """Return (IRI → its standard names, name → its standard IRIs), over the vocabularies credentials are read by.

    A signature over RDF covers IRIs, not words, and not the context that ties the two. So whoever holds a signed document
    could rename ``validUntil`` by a private term for the same IRI, and the signature would still match while the expiry had
    gone from view. A document is therefore only read if standard things carry their standard names, and the other way round.
    """
    names: dict[str, set[str]] = {}
    iris: dict[str, set[str]] = {}
    for url in (*STANDARD, *OLDER):
        for name, iri in _words_of(url):
            names.setdefault(iri, set()).add(name)
            # A word that only older vocabularies have is free to mean something else in a document that names none of them.
            if url in STANDARD or name in iris:
                iris.setdefault(name, set()).add(iri)
    return (
        {iri: frozenset(found) for iri, found in names.items()},
        {name: frozenset(found) for name, found in iris.items()},
    )


def _words_of(url: str) -> Iterator[tuple[str, str]]:
    """Every (word, IRI) that the vocabulary at ``url`` defines, at any depth."""
    todo: list[tuple[Terms, Any]] = [(NOTHING, context(url))]
    while todo:
        outer, local = todo.pop()
        inner = enter(outer, local, Contexts(), pinned=True, override=True)
        for name in local:
            if name.startswith("@"):
                continue
            term = inner.defined[name]
            if term.iri and term.iri not in KEYWORDS:
                yield name, term.iri
            if isinstance(term.scoped, Mapping):
                todo.append((inner, term.scoped))


def is_standard_name(name: str, iri: str, *, as_type: bool, own: bool) -> bool:
    """Tell whether ``name`` may stand for ``iri``: a standard word for what it always means, or a free word for something else.

    What another registered vocabulary means by the same word is its publisher's choice, and nobody who holds a document can use it to
    rename what was signed. ``own`` words are the document's: they must not look like standard ones.
    Some vocabularies call a property and the type of its values by one IRI (``result`` and ``Result``). Types are written with a capital,
    properties without, so the one cannot be hidden behind the name of the other.
    """
    names, iris = standard_words()
    ours = names.get(iri)
    if ours is not None and name not in ({one for one in ours if one[:1].isupper() is as_type} or ours):
        return False
    return not own or name not in iris or iri in iris[name]
