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

MAX_QUADS = 50_000
MAX_TWINS_TOGETHER = 6
"""Blank nodes that look alike and touch each other cost factorial time: six take 0.04 s, eight 3 s, nine 25 s."""
MAX_TWINS = 300
"""Blank nodes in such groups of three to six, over the whole document."""


def rdf_canonical(document: Mapping[str, Any], contexts: Contexts) -> bytes:
    """Return the canonical N-Quads of ``document``.

    Everything a reader sees is in it, or it raises: :class:`NotCovered` from :func:`check_coverage`, :class:`NotSupported` with code
    ``too_complex`` for graphs built to take forever, :class:`CredentialError` ``nothing_to_sign`` if the document says nothing.
    """
    coverage = check_coverage(document, contexts)
    quads = _quads(inlined(document, contexts, coverage))
    if not quads:
        raise CredentialError("nothing_to_sign", "This document says nothing that could be signed.")
    # The engine has the last word on what it kept.
    missing = coverage.said - _kept(quads)
    if missing:
        raise NotCovered("dropped", f"The signature would not cover “{min(missing)[:80]}”, which this document says.")
    _refuse_poison(quads)
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
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


def _refuse_poison(quads: list[pyoxigraph.Quad]) -> None:
    """Bound the factorial part of RDFC-1.0 before starting it.

    Blank nodes with a first-degree hash of their own are named in linear time. The others ("twins") are told apart by trying
    orders of their neighbours, and only neighbours that are twins themselves multiply the work (RDFC-1.0 section 4.8). So the
    graph of twins that touch each other is looked at: small islands pass, anything else is refused.
    """
    touching: dict[str, list[int]] = {}
    lines_of: list[tuple[str, list[str | None], list[str]]] = []
    for quad in quads:
        terms = (quad.subject, quad.object, quad.graph_name)
        names = [term.value if isinstance(term, pyoxigraph.BlankNode) else None for term in terms]
        if any(names):
            lines_of.append((quad.predicate.value, names, [str(term) for term in terms]))
            for name in {name for name in names if name is not None}:
                touching.setdefault(name, []).append(len(lines_of) - 1)
    by_hash: dict[bytes, list[str]] = {}
    for name, indexes in touching.items():
        lines = []
        for index in indexes:
            predicate, names, texts = lines_of[index]
            shown = [t if n is None else "_:a" if n == name else "_:z" for n, t in zip(names, texts, strict=True)]
            lines.append(f"{shown[0]} {predicate} {shown[1]} {shown[2]}")
        by_hash.setdefault(hashlib.sha256("\n".join(sorted(lines)).encode()).digest(), []).append(name)
    twins = {name for alike in by_hash.values() if len(alike) > 1 for name in alike}
    if not twins:
        return
    neighbours: dict[str, set[str]] = {name: set() for name in twins}
    for _, names, _ in lines_of:
        here = twins.intersection(name for name in names if name is not None)
        for name in here:
            neighbours[name] |= here - {name}
    left = set(twins)
    branching = 0
    while left:
        island = {left.pop()}
        edge = list(island)
        while edge:
            for other in neighbours[edge.pop()] & left:
                left.discard(other)
                island.add(other)
                edge.append(other)
        if len(island) <= 2:
            continue
        branching += len(island)
        if len(island) > MAX_TWINS_TOGETHER or branching > MAX_TWINS:
            raise NotSupported(
                "too_complex",
                "This document holds many parts that look exactly alike and refer to each other, as in an attack on verifiers.",
                remedy="Ask the issuer to give the parts ids of their own.",
            )


def content_hash(data: bytes) -> bytes:
    """Return the SHA-256 of canonical bytes."""
    return hashlib.sha256(data).digest()
