"""Contexts into the document: the RDF engine must load nothing, so it is handed what the addresses stand for.

Only the definitions that the document can possibly use are handed over: that is the same document to JSON-LD, and reading the
whole vocabularies again for every credential costs more than everything else together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from cairn.credentials.contexts import Contexts
from cairn.credentials.coverage import Coverage
from cairn.credentials.jsontext import as_list


def inlined(document: Mapping[str, Any], contexts: Contexts, coverage: Coverage) -> bytes:
    """Return ``document`` as JSON in which every context address is replaced by its (used) definitions; raises ``unknown_context``.

    Objects with several types that bring contexts get the joint term that ``coverage`` made up for them: another word for one of
    the types they have, so their RDF form stays the same.
    """
    urls: set[str] = set()
    words: set[str] = set()
    _collect(document, urls, words)
    for url in urls:
        contexts.named(url)
    addresses = tuple(sorted(urls))
    used = _closed(addresses, frozenset(words & _words_of(addresses, contexts)), contexts)
    more = {name: _joint(definition, used) for name, definition in coverage.definitions.items()}
    return orjson.dumps(_replaced(document, _Inlining(contexts, used, more, coverage.joined)))


def _collect(value: Any, urls: set[str], words: set[str]) -> None:
    """Gather the context addresses, and all that could name a term: keys, texts, and what stands before a colon."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            words.add(key)
            if key == "@context":
                many = one if isinstance(one, list) else [one]
                urls.update(entry for entry in many if isinstance(entry, str))
            _collect(one, urls, words)
    elif isinstance(value, list):
        for one in value:
            _collect(one, urls, words)
    elif isinstance(value, str):
        # No term is longer than this, so a picture written as a data address need not be copied.
        words.add(value[:256])
        words.add(value[:256].partition(":")[0])


@lru_cache(maxsize=64)
def _words_of(addresses: tuple[str, ...], contexts: Contexts) -> frozenset[str]:
    return frozenset(name for url in addresses for name, _ in _definitions(contexts.named(url)))


@lru_cache(maxsize=512)
def _closed(addresses: tuple[str, ...], used: frozenset[str], contexts: Contexts) -> frozenset[str]:
    """Add what used definitions are themselves written with: prefixes, and terms for datatypes."""
    every = _words_of(addresses, contexts)
    while True:
        more = set(used)
        for url in addresses:
            for name, value in _definitions(contexts.named(url)):
                if name not in used:
                    continue
                texts = (value,) if isinstance(value, str) else (value.get("@id"), value.get("@type")) if value else ()
                for text in texts:
                    if isinstance(text, str):
                        more.update((text, text.partition(":")[0]))
                more.add(name.partition(":")[0])
        grown = frozenset(more & every) | used
        if grown == used:
            return used
        used = grown


def _definitions(context: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every (name, definition) of a context, those of the contexts it brings along included."""
    for name, value in context.items():
        if name.startswith("@"):
            continue
        yield name, value
        if isinstance(value, Mapping) and isinstance(value.get("@context"), Mapping):
            yield from _definitions(value["@context"])


@lru_cache(maxsize=1024)
def _pruned_text(url: str, used: frozenset[str], contexts: Contexts) -> bytes:
    return orjson.dumps(_pruned(contexts.named(url), used))


def _pruned(context: Mapping[str, Any], used: frozenset[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in context.items():
        if name.startswith("@"):
            kept[name] = value
        elif name in used:
            scoped = isinstance(value, Mapping) and isinstance(value.get("@context"), Mapping)
            kept[name] = {**value, "@context": _pruned(value["@context"], used)} if scoped else value
    return kept


def _joint(definition: Mapping[str, Any], used: frozenset[str]) -> dict[str, Any]:
    scoped = [_pruned(one, used) if isinstance(one, Mapping) else one for one in definition["@context"]]
    return {**definition, "@context": scoped}


@dataclass(frozen=True, slots=True)
class _Inlining:
    contexts: Contexts
    used: frozenset[str]
    more: Mapping[str, Any]
    joined: Mapping[int, str]


def _replaced(value: Any, by: _Inlining) -> Any:
    if isinstance(value, Mapping):
        made = {key: _context(one, by) if key == "@context" else _replaced(one, by) for key, one in value.items()}
        joint = by.joined.get(id(value))
        if joint is not None:
            made["type"] = [*as_list(value["type"]), joint]
        return made
    if isinstance(value, list):
        return [_replaced(one, by) for one in value]
    return value


def _context(local: Any, by: _Inlining) -> list[Any]:
    inlined = [
        orjson.Fragment(_pruned_text(one, by.used, by.contexts)) if isinstance(one, str) else one
        for one in as_list(local)
    ]
    return [*inlined, by.more] if by.more else inlined
