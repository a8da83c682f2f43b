"""Canonical forms: the bytes that are hashed and signed.

RDFC-1.0 (W3C RDF Dataset Canonicalization) by way of pyoxigraph, with every context inlined, since the engine must not load
anything; JCS (RFC 8785) by way of the rfc8785 package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pyoxigraph
import rfc8785

from cairn.credentials.contexts import Contexts
from cairn.credentials.coverage import check_coverage
from cairn.credentials.errors import CredentialError, NotCovered, NotSupported
from cairn.credentials.inlining import inlined
from cairn.credentials.poison import refuse_poison

MAX_QUADS = 50_000
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
    return canonical_lines(covered_quads(document, contexts), hash_name=hash_name)


def covered_quads(document: Mapping[str, Any], contexts: Contexts) -> list[pyoxigraph.Quad]:
    """Return the statements ``document`` makes, or refuse it as :func:`rdf_canonical` does; poison is not looked for yet."""
    coverage = check_coverage(document, contexts)
    quads = _quads(inlined(document, contexts, coverage))
    if not quads:
        raise CredentialError("nothing_to_sign", "This document says nothing that could be signed.")
    # The engine has the last word on what it kept.
    missing = coverage.said - _kept(quads)
    if missing:
        raise NotCovered("dropped", f"The signature would not cover “{min(missing)[:80]}”, which this document says.")
    return quads


def canonical_lines(quads: list[pyoxigraph.Quad], *, hash_name: str = "sha256") -> bytes:
    """Return the canonical N-Quads of statements; raises ``too_complex`` for graphs built to take forever."""
    refuse_poison(quads)
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(ENGINE[hash_name])
    return _sorted_lines(dataset)


def jcs_canonical(document: Mapping[str, Any]) -> bytes:
    """Return the RFC 8785 form of plain JSON values."""
    try:
        return rfc8785.dumps(dict(document))
    except rfc8785.CanonicalizationError as error:
        raise CredentialError("not_json", f"This document has no canonical JSON form: {error}.") from error


def _sorted_lines(dataset: pyoxigraph.Dataset) -> bytes:
    """N-Quads in code point order. Only a line feed ends a line: texts may hold U+2028 and the like."""
    data = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    return b"".join(line + b"\n" for line in sorted(data.split(b"\n")) if line)


def _quads(data: bytes) -> list[pyoxigraph.Quad]:
    try:
        quads = list(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.JSON_LD, rename_blank_nodes=False))
    except SyntaxError as error:
        raise NotSupported("unsupported_json_ld", f"This document cannot be read as linked data: {error}.") from error
    if len(quads) > MAX_QUADS:
        raise NotSupported("too_complex", f"This document makes more than {MAX_QUADS} statements.")
    return quads


def _kept(quads: list[pyoxigraph.Quad]) -> set[str]:
    kept: set[str] = set()
    for quad in quads:
        kept.add(quad.predicate.value)
        for term in (quad.subject, quad.object):
            if isinstance(term, pyoxigraph.NamedNode | pyoxigraph.Literal):
                kept.add(term.value)
    return kept


def content_hash(data: bytes) -> bytes:
    """Return the SHA-256 of canonical bytes."""
    return hashlib.sha256(data).digest()
