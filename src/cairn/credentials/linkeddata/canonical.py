"""Canonical forms: the bytes that are hashed and signed.

RDFC-1.0 (W3C RDF Dataset Canonicalization) over the statements that pyoxigraph reads out of a document in which each word says what it
means (:mod:`coverage`): nothing is ever loaded. Blank nodes whose surroundings all differ, as in nearly every credential, are named
here by these alone (section 4.4, steps 3 to 5); the engine names the others. JCS (RFC 8785) by way of the rfc8785 package.

Language tags are written in small letters, or as they stand in the document if ``contexts`` keep their capitals (:mod:`tags`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
import pyoxigraph
import rfc8785

from cairn.credentials.errors import CredentialError, NotCovered, NotSupported
from cairn.credentials.jsontext import MAX_DEPTH, MAX_EXACT_INTEGER
from cairn.credentials.linkeddata.contexts import Contexts
from cairn.credentials.linkeddata.coverage import check_coverage
from cairn.credentials.linkeddata.isolated import ALLOWED
from cairn.credentials.linkeddata.poison import refuse_poison
from cairn.credentials.linkeddata.tags import as_written, with_sentinels

MAX_QUADS = 50_000
ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
ESCAPES |= {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
"""How canonical N-Quads writes the letters that it does not write as they are (section 5)."""
ENGINE = {
    "sha256": pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_256,
    "sha384": pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_384,
}
"""RDFC-1.0 with each hash it is used with (section 4.2: the hash is a parameter, and decides how blank nodes are named)."""


def rdf_canonical(document: Mapping[str, Any], contexts: Contexts, *, hash_name: str = "sha256") -> bytes:
    """Return the canonical N-Quads of ``document``, whose blank nodes are named with the help of ``hash_name`` (a key of :data:`ENGINE`).

    Everything a reader sees is in it, or it raises: :class:`NotCovered` from :func:`check_coverage`, :class:`NotSupported` with code
    ``too_complex`` for graphs built to take forever, :class:`CredentialError` ``nothing_to_sign`` if the document says nothing.
    """
    quads, lines = _covered(document, contexts)
    return _named_by_surroundings(lines, hash_name) or canonical_lines(quads, hash_name=hash_name)


def covered_quads(document: Mapping[str, Any], contexts: Contexts) -> list[pyoxigraph.Quad]:
    """Return the statements ``document`` makes, or refuse it as :func:`rdf_canonical` does; poison is not looked for yet."""
    return _covered(document, contexts)[0]


def canonical_lines(quads: list[pyoxigraph.Quad], *, hash_name: str = "sha256") -> bytes:
    """Return the canonical N-Quads of statements; raises ``too_complex`` for graphs built to take forever.

    Those are told by their shape, or, where an isolated engine is allowed (:mod:`isolated`), by how long they take it.
    """
    try:
        refuse_poison(quads)
    except NotSupported:
        isolated = ALLOWED.get()
        if isolated is None:
            raise
        plain, tags = with_sentinels(quads)
        written = pyoxigraph.serialize(plain, format=pyoxigraph.RdfFormat.N_QUADS) or b""
        data = isolated.canonical(written, hash_name, tags)
    else:
        dataset = pyoxigraph.Dataset(quads)
        dataset.canonicalize(ENGINE[hash_name])
        data = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    # Only a line feed ends a line: texts may hold U+2028 and the like.
    return b"".join(line + b"\n" for line in sorted(data.split(b"\n")) if line)


def jcs_canonical(document: Mapping[str, Any]) -> bytes:
    """Return the RFC 8785 form of plain JSON values."""
    if _same_to_orjson(document):
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    try:
        return rfc8785.dumps(dict(document))
    except rfc8785.CanonicalizationError as error:
        raise CredentialError("not_json", f"This document has no canonical JSON form: {error}.") from error


def _same_to_orjson(document: Mapping[str, Any]) -> bool:
    """Tell whether orjson with sorted keys writes this as RFC 8785 does: it sorts by UTF-8, and writes some numbers in another way."""
    if type(document) is not dict:
        return False
    layer: list[Any] = [document]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for many in layer:
            if type(many) is dict:
                if not all(type(key) is str and key.isascii() for key in many):
                    return False
                values: Any = many.values()
            else:
                values = many
            for one in values:
                kind = type(one)
                if kind is dict or kind is list:
                    below.append(one)
                elif kind is str:
                    # Half a character is refused below, in words.
                    if not one.isascii() and not one.isprintable():
                        return False
                elif kind is int:
                    if not -MAX_EXACT_INTEGER <= one <= MAX_EXACT_INTEGER:
                        return False
                elif one is not None and kind is not bool:
                    return False
        if not below:
            return True
        layer = below
    return False


def _covered(document: Mapping[str, Any], contexts: Contexts) -> tuple[list[pyoxigraph.Quad], list[Line]]:
    coverage = check_coverage(document, contexts)
    quads = as_written(_quads(orjson.dumps(coverage.plain)), coverage.tags)
    if not quads:
        raise CredentialError("nothing_to_sign", "This document says nothing that could be signed.")
    written = pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    lines = [_line(text) for text in set(written.decode().split("\n")) if text]
    # The engine has the last word on what it kept.
    missing = _missing(coverage.said, lines) or _unspoken(coverage.spoken, lines, contexts)
    if missing:
        raise NotCovered("dropped", f"The signature would not cover “{min(missing)[:80]}”, which this document says.")
    return quads, lines


def _quads(data: bytes) -> list[pyoxigraph.Quad]:
    try:
        quads = list(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.JSON_LD, rename_blank_nodes=False))
    except SyntaxError as error:
        raise NotSupported("unsupported_json_ld", f"This document cannot be read as linked data: {error}.") from error
    if len(quads) > MAX_QUADS:
        raise NotSupported("too_complex", f"This document makes more than {MAX_QUADS} statements.")
    return quads


Line = tuple[str, str, str, str]
"""Subject, predicate, object, and what follows it: `` .``, or the name of a graph before that; all as N-Quads writes them."""


def _line(text: str) -> Line:
    subject, predicate, rest = text.split(" ", 2)
    # No name and no type of a text holds a quotation mark or a space, so the last one ends the text.
    end = rest.find(" ", rest.rfind('"') + 1)
    return subject, predicate, rest[:end], rest[end:]


def _missing(said: set[str], lines: list[Line]) -> set[str]:
    """Return what of ``said`` stands in no line, as an identifier or as a text."""
    kept = {one[1:-1] for line in lines for one in line[:3] if one[0] == "<"}
    texts = {one[1 : one.rfind('"')] for _, _, one, _ in lines if one[0] == '"'}
    plain = {text for text in texts if "\\" not in text}
    return {text for text in said - kept - plain if text.translate(ESCAPES) not in texts}


def _unspoken(spoken: set[tuple[str, str]], lines: list[Line], contexts: Contexts) -> set[str]:
    """Return the texts with a language that stand in no line under it."""
    if not spoken:
        return set()
    kept = {value for _, _, value, _ in lines}
    return {
        text
        for text, tag in spoken
        if f'"{text.translate(ESCAPES)}"@{tag if contexts.keeps_capitals else tag.lower()}' not in kept
    }


def _named_by_surroundings(lines: list[Line], hash_name: str) -> bytes | None:
    """Return the canonical N-Quads if each blank node's first-degree hash (section 4.6) is its own; None if not, or in named graphs."""
    around: dict[str, list[str]] = {}
    for subject, predicate, value, end in lines:
        if end != " .":
            return None
        from_blank, to_blank = subject[0] == "_", value[0] == "_"
        if from_blank:
            seen = "_:a" if value == subject else "_:z" if to_blank else value
            around.setdefault(subject, []).append(f"_:a {predicate} {seen} .\n")
        if to_blank and value != subject:
            around.setdefault(value, []).append(f"{'_:z' if from_blank else subject} {predicate} _:a .\n")
    hashes = {
        hashlib.new(hash_name, "".join(sorted(its)).encode(), usedforsecurity=False).digest(): name
        for name, its in around.items()
    }
    if len(hashes) != len(around):
        return None
    names = {hashes[digest]: f"_:c14n{number}" for number, digest in enumerate(sorted(hashes))}
    named = [f"{names.get(one, one)} {predicate} {names.get(value, value)} .\n" for one, predicate, value, _ in lines]
    named.sort()
    return "".join(named).encode()


def content_hash(data: bytes) -> bytes:
    """Return the SHA-256 of canonical bytes."""
    return hashlib.sha256(data).digest()
