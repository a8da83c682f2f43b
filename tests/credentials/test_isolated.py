"""An engine that can be killed: it does what the engine here does, and what takes too long becomes an open question, not a hang."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import pyoxigraph
import pytest
from tests.credentials.test_families import signed
from tests.credentials.world import NOW, Issuer, MemoryResolver

from cairn.credentials import PINNED, verify
from cairn.credentials.errors import NotSupported
from cairn.credentials.linkeddata.canonical import canonical_lines, rdf_canonical
from cairn.credentials.linkeddata.isolated import Allowance, Isolated, allowed


@pytest.fixture
def engine() -> Iterator[Isolated]:
    with Isolated(seconds=60) as started:
        yield started


def clique(size: int) -> list[pyoxigraph.Quad]:
    nodes = [pyoxigraph.BlankNode(f"n{number}") for number in range(size)]
    knows = pyoxigraph.NamedNode("https://example.org/knows")
    return [pyoxigraph.Quad(one, knows, other) for one in nodes for other in nodes if one != other]


def by_the_engine_here(quads: list[pyoxigraph.Quad], kind: pyoxigraph.CanonicalizationAlgorithm) -> bytes:
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(kind)
    return b"".join(
        sorted((pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
    )


@pytest.mark.parametrize(
    ("hash_name", "kind"),
    [
        ("sha256", pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_256),
        ("sha384", pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_384),
    ],
)
def test_it_names_as_the_engine_here_does(
    engine: Isolated, hash_name: str, kind: pyoxigraph.CanonicalizationAlgorithm
) -> None:
    quads = clique(7)
    with pytest.raises(NotSupported):
        canonical_lines(quads, hash_name=hash_name)
    with allowed(engine):
        assert canonical_lines(quads, hash_name=hash_name) == by_the_engine_here(quads, kind)


def test_nine_that_all_know_each_other_end_as_too_complex_and_the_next_is_done() -> None:
    with Isolated(seconds=1) as engine:
        for _ in range(2):
            with allowed(engine), pytest.raises(NotSupported) as refused:
                canonical_lines(clique(9))
            assert refused.value.code == "too_complex"
        engine.seconds = 60
        with allowed(engine):
            assert canonical_lines(clique(7)).count(b"\n") == 42


def test_a_verification_has_one_allowance_for_all_of_it(engine: Isolated) -> None:
    allowance = Allowance(engine)
    statements = pyoxigraph.serialize(clique(3), format=pyoxigraph.RdfFormat.N_QUADS) or b""
    assert allowance.canonical(statements, "sha256").count(b"c14n") == 12
    allowance._left = 0
    with pytest.raises(NotSupported):
        allowance.canonical(statements, "sha256")


def test_a_process_that_dies_or_talks_nonsense_is_replaced(
    engine: Isolated, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    statements = pyoxigraph.serialize(clique(3), format=pyoxigraph.RdfFormat.N_QUADS) or b""
    with pytest.raises(NotSupported):
        engine.canonical(b"this is no N-Quads", "sha256", 60)
    assert engine.canonical(statements, "sha256", 60)
    process = engine._process
    assert process is not None
    process.kill()
    process.wait()
    assert engine.canonical(statements, "sha256", 60)
    engine.close()
    assert engine.canonical(statements, "sha256", 60)
    engine.close()
    for nonsense in ("print('x', flush=True)", "print(10**9, flush=True)", "pass", "import time; time.sleep(600)"):
        program = tmp_path / "nonsense.py"
        program.write_text(f"import sys; sys.stdin.buffer.readline()\n{nonsense}\n")
        monkeypatch.setattr("cairn.credentials.linkeddata.isolated.PROGRAM", program)
        with pytest.raises(NotSupported):
            engine.canonical(statements, "sha256", 2)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no such python"))
    with pytest.raises(NotSupported):
        engine.canonical(statements, "sha256", 2)


def alike(document: dict[str, Any], many: int) -> dict[str, Any]:
    """Two parts that are alike, with ``many`` parts in each that are alike as well: told by their shape, this is poison."""
    part = {"type": ["Evidence"], "name": "x"}
    document["@context"] = [*document["@context"], {"holds": {"@id": "https://example.org/holds", "@type": "@id"}}]
    document["evidence"] = [{**part, "holds": [dict(part) for _ in range(many)]} for _ in range(2)]
    return document


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not copied on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_copied_process_starts_an_engine_of_its_own(engine: Isolated) -> None:
    """Two that spoke through the same pipes could get each other's answers."""
    asked = b"<urn:a> <urn:p> _:x .\n"
    before = engine.canonical(asked, "sha256", 60)
    own = engine._process
    copy = os.fork()
    if copy == 0:
        made = engine.canonical(b"<urn:b> <urn:p> _:x .\n", "sha256", 60)
        os._exit(0 if b"<urn:b>" in made and engine._process is not own else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]) == 0
    assert engine.canonical(asked, "sha256", 60) == before
    assert engine._process is own


def test_what_only_looks_like_poison_is_verified_where_an_engine_is_given(engine: Isolated) -> None:
    world = MemoryResolver()
    issuer = Issuer(world)
    document = alike(issuer.document(), 6)
    with pytest.raises(NotSupported):
        rdf_canonical(document, PINNED)
    with allowed(engine):
        text = signed(document)
    without = verify(text, at=NOW, resolve=world)
    assert (without.verdict, without.has("too_complex")) == ("undetermined", True)
    assert verify(text, at=NOW, resolve=world, isolated=engine).verdict == "verified"
    changed = text.replace("Example Institute", "Example institute")
    assert verify(changed, at=NOW, resolve=world, isolated=engine).verdict == "not_verified"


def test_what_takes_too_long_stays_open() -> None:
    world = MemoryResolver()
    text = signed(alike(Issuer(world).document(), 12))
    with Isolated(seconds=0.5) as engine:
        verdict = verify(text, at=NOW, resolve=world, isolated=engine)
    assert (verdict.verdict, verdict.has("too_complex")) == ("undetermined", True)
