"""Documents rewritten into words that mean the same everywhere say what the vocabularies make of them; names are the engine's."""

from __future__ import annotations

import copy
import json
from typing import Any

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.test_canonical import badges
from tests.credentials.world import Issuer, MemoryResolver

from cairn.credentials import PINNED, CredentialError
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.canonical import _line, _named_by_surroundings, canonical_lines, rdf_canonical
from cairn.credentials.linkeddata.coverage import check_coverage

BADGE = Issuer(MemoryResolver()).document()


def by_the_engine(document: dict[str, Any]) -> bytes:
    """The engine reads the whole vocabularies, as they are published."""
    whole = {
        **document,
        "@context": [PINNED[one] if isinstance(one, str) else one for one in as_list(document["@context"])],
    }
    parsed = pyoxigraph.parse(json.dumps(whole), format=pyoxigraph.RdfFormat.JSON_LD, rename_blank_nodes=False)
    return canonical_lines(list(parsed))


def _nodes(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(found for one in value.values() for found in _nodes(one))]
    return [found for one in value for found in _nodes(one)] if isinstance(value, list) else []


@given(badges())
@settings(max_examples=60, deadline=None)
def test_made_up_badges_as_the_vocabularies_have_them(document: dict[str, Any]) -> None:
    # The engine applies only one context of several types (JSON-LD 1.1 section 5.1.2 step 11 wants all): such are PyLD's to judge.
    if any(len(as_list(node.get("type"))) > 1 for node in _nodes(document) if node is not document):
        return
    try:
        ours = rdf_canonical(document, PINNED)
    except CredentialError:
        return
    assert ours == by_the_engine(document)


def test_a_whole_badge_as_the_vocabularies_have_it() -> None:
    assert rdf_canonical(BADGE, PINNED) == by_the_engine(BADGE)


def test_one_word_with_two_meanings_in_one_document() -> None:
    """``resultDescription`` is a set of objects in an achievement, and an address in a result."""
    plain = check_coverage(BADGE, PINNED).plain
    meanings = [one for one in plain["@context"].values() if one["@id"].endswith("#resultDescription")]
    assert len(meanings) == 2
    assert rdf_canonical(BADGE, PINNED).count(b"#resultDescription>") == 2


@pytest.mark.parametrize(
    "own",
    [
        {"": "https://a.example/k"},
        {"a:b": "https://a.example/k"},
        {"a/b": "https://a.example/k"},
        {"@version": 2, "k": "https://a.example/k"},
        {"@protected": "yes", "k": "https://a.example/k"},
        {"k": {"@id": "https://a.example/k", "@container": ["@set", "@list", "@graph"]}},
        {"k": {"@id": "https://a.example/k", "@type": "no address"}},
    ],
)
def test_vocabularies_that_json_ld_forbids_are_refused(own: dict[str, Any]) -> None:
    document = copy.deepcopy(BADGE)
    document["@context"].append(own)
    document[next((key for key in own if not key.startswith("@")), "k")] = "x"
    with pytest.raises(CredentialError):
        rdf_canonical(document, PINNED)


def test_two_ids_are_refused() -> None:
    document = copy.deepcopy(BADGE)
    document["@context"].append({"ident": "@id"})
    document["ident"] = "https://a.example/other"
    with pytest.raises(CredentialError) as refused:
        rdf_canonical(document, PINNED)
    assert refused.value.code in ("unsupported_json_ld", "disguised_term", "not_compact")


terms = st.sampled_from(["<https://a.example/1>", "<https://a.example/2>", "_:x", "_:y", "_:z", "_:w"])
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=5)
objects = st.one_of(
    terms,
    st.builds(
        lambda text, tail: str(pyoxigraph.Literal(text)) + tail,
        texts,
        st.sampled_from(["", "@en", "^^<https://a.example/type>"]),
    ),
)


@given(st.sets(st.tuples(terms, st.sampled_from(["<https://a.example/p>", "<https://a.example/q>"]), objects)))
@settings(max_examples=400)
def test_blank_nodes_are_named_as_the_engine_names_them(statements: set[tuple[str, str, str]]) -> None:
    data = "".join(f"{' '.join(statement)} .\n" for statement in statements)
    quads = list(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_QUADS, rename_blank_nodes=False))
    written = (pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS) or b"").decode()
    ours = {
        hashed: _named_by_surroundings([_line(line) for line in set(written.split("\n")) if line], hashed)
        for hashed in ("sha256", "sha384")
    }
    for hashed, made in ours.items():
        assert made is None or made == canonical_lines(quads, hash_name=hashed)


def test_named_graphs_and_twins_are_left_to_the_engine() -> None:
    assert _named_by_surroundings([("<a:1>", "<a:p>", '"x y"', " <a:g> .")], "sha256") is None
    twins = [("_:x", "<a:p>", '"1"', " ."), ("_:y", "<a:p>", '"1"', " .")]
    assert _named_by_surroundings(twins, "sha256") is None
    assert _line('<a:s> <a:p> "a \\" <b> ." <a:g> .') == ("<a:s>", "<a:p>", '"a \\" <b> ."', " <a:g> .")
    assert _line('_:b <a:p> "x"@en .') == ("_:b", "<a:p>", '"x"@en', " .")
    assert _line("_:b <a:p> _:c .") == ("_:b", "<a:p>", "_:c", " .")
