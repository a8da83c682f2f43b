"""The short way gives what the long way gives, byte for byte, or goes the long way."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.test_canonical import badges, hostile, plain_text
from tests.credentials.world import Issuer, MemoryResolver

from cairn.credentials import PINNED, Contexts, CredentialError
from cairn.credentials.linkeddata.canonical import rdf_canonical
from cairn.credentials.repeating.shape import Shape, check_iris, escaped
from cairn.credentials.repeating.shapes import Shapes
from cairn.credentials.repeating.slots import Unfit, filled, frozen, read_shape

Document = dict[str, Any]
any_text = st.one_of(
    plain_text,
    hostile,
    st.text(max_size=12),
    st.sampled_from(
        ["https://x.example/\n", "did:web:x", "%s %d %%", "\x00\x07\t\n\r\x1f\x7f", "\ufffe", "\uffff", "\ud800", "😀", "_:z", "z" * 300]
    ),
)  # fmt: skip
any_iri = st.one_of(
    st.sampled_from(
        [
            "urn:uuid:1", "https://a.example/x#y", "https://a.example/x?q=%41&r", "https://a.example:80", "did:key:z6Mk",
            "mailto:a@b.example",
            "data:image/png;base64,iVBORw0KGgo//+A==", "https://a.example/../x", "https://a.example/a/./b", "https://a.example/..?x",
            "https://a.example/%zz", "https://a.example/a b", "https://a.example/é", "https://a.example/x#y#z", "https://[::1]/", "ext:x",
            "schema:x",
            "mailto:", "did:x:", "urn:x:", "name", "", "_:b0", "@id", "type", "https:x", "HTTPS://a.example/", "ftp://a.example/",
            "https://user@a.example/", "https://a.example:999999/", "xsd:string", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Achievement",
        ]
    ),
    st.text(max_size=6).map(lambda text: "https://a.example/" + text),
)  # fmt: skip


def outcome(work: Any) -> bytes | str:
    """What came out: bytes, or the code and place of the refusal."""
    try:
        made: bytes = work()
    except CredentialError as refused:
        return f"{refused.code} {refused.where}"
    except (UnicodeEncodeError, TypeError):  # half characters, which never get past parsing
        return "surrogate"
    return made


def same(document: Document, shapes: Shapes, contexts: Contexts = PINNED) -> bytes | str:
    full = outcome(lambda: rdf_canonical(document, contexts))
    for _ in range(3):  # unknown, known by sight, compiled
        assert outcome(lambda: shapes.canonical(document, contexts)) == full
    return full


def compiled(document: Document, contexts: Contexts = PINNED) -> Shape:
    return Shape(document, read_shape(document)[1], contexts)


def shuffled(value: Any, dice: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(key, shuffled(one, dice)) for key, one in value.items()]
        dice.shuffle(items)
        return dict(items)
    return [shuffled(one, dice) for one in value] if isinstance(value, list) else value


@given(badges(), st.data())
@settings(max_examples=150, deadline=None)
def test_made_up_badges_and_other_texts_in_their_shape(document: Document, data: st.DataObject) -> None:
    shapes = Shapes()
    same(document, shapes)
    slots = read_shape(document)[1]
    for _ in range(4):
        drawn = list(slots)
        for number in data.draw(st.lists(st.integers(0, len(slots) - 1), max_size=6)):
            drawn[number] = data.draw(st.one_of(any_text, any_iri, st.sampled_from(slots)))
        same(filled(document, iter(drawn)), shapes)


@given(badges(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_fields_in_any_order(document: Document, dice: random.Random) -> None:
    shapes = Shapes()
    first = same(document, shapes)
    turned = shuffled(document, dice)
    assert same(turned, shapes) == first or isinstance(first, str)


def a_badge() -> Document:
    return copy.deepcopy(_BADGE)


_BADGE = Issuer(MemoryResolver()).document()
_WARM = Shapes()


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_hostile_texts_in_a_whole_badge(data: st.DataObject) -> None:
    slots = read_shape(_BADGE)[1]
    same(_BADGE, _WARM)
    drawn = list(slots)
    for number in data.draw(st.lists(st.integers(0, len(slots) - 1), min_size=1, max_size=5)):
        drawn[number] = data.draw(st.one_of(any_iri, any_text))
    same(filled(_BADGE, iter(drawn)), _WARM)


def test_the_short_way_is_really_taken() -> None:
    slots = read_shape(_BADGE)[1]
    shape = compiled(_BADGE)
    assert shape.canonical(slots) == rdf_canonical(_BADGE, PINNED)
    changed = [slot if number in shape.iris else f"{slot} “other” \\ text\x07" for number, slot in enumerate(slots)]
    assert shape.canonical(changed) == rdf_canonical(filled(_BADGE, iter(changed)), PINNED)


def test_a_shape_is_compiled_at_its_second_sighting() -> None:
    shapes = Shapes()
    for expected in (0, 1, 1):
        shapes.canonical(_BADGE, PINNED)
        assert len(shapes) == expected


# -- What goes the long way, one by one ---------------------------------------------------------------------------------


def _set(value: Any, *path: str | int) -> Document:
    document = a_badge()
    at: Any = document
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return document


ACHIEVEMENT = ("credentialSubject", "achievement")
TWIN = {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://a.example/"}


@pytest.mark.parametrize(
    "value",
    [
        "example.org", "ext:x", "a b", "mailto:", "https://a.example/\n", "https://a.example/../x", "https://a.example/x/..#y",
        "https://a.example/./x", "https://a.example/é", "https://a.example/%zz", "https://a.example/\ud800", "_:b0", "@id", "",
        "https:x", "//x.example",
        "https://a.example/x\ufffe", "https://u:p@a.example/", "https://[::1]/", "ipfs://x", "HTTPS://a.example/", "https://a.example/x#y#z",
    ],
)  # fmt: skip
def test_an_identifier_that_is_no_plain_iri(value: str) -> None:
    slots = read_shape(_BADGE)[1]
    shape = compiled(_BADGE)
    for number in shape.iris:
        with pytest.raises(Unfit):
            shape.canonical([*slots[:number], value, *slots[number + 1 :]])
    same(_set(value, *ACHIEVEMENT, "id"), Shapes())


def test_two_identifiers_cannot_pass_for_one() -> None:
    with pytest.raises(Unfit):
        check_iris(["urn:a:b\nurn:c:d"])
    check_iris(["urn:a:b", "urn:c:d"])
    check_iris([])


@pytest.mark.parametrize("value", ["\ufffe", "a\uffffb", "\ud800", "\udfff x"])
def test_a_text_with_a_code_that_is_no_character(value: str) -> None:
    with pytest.raises(Unfit):
        escaped(["x", value])
    same(_set(value, "name"), _WARM)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")))
def test_texts_are_escaped_as_n_quads_wants_them(text: str) -> None:
    document = _set(text, *ACHIEVEMENT, "description")
    assert f'"{escaped([text])[0]}" .\n'.encode() in rdf_canonical(document, PINNED)
    same(document, _WARM)


def test_blank_nodes_with_the_same_first_degree_hash() -> None:
    document = _set([{**TWIN, "targetName": name} for name in "xyz"], *ACHIEVEMENT, "alignment")
    shape = compiled(document)
    slots = read_shape(document)[1]
    assert shape.canonical(slots) == rdf_canonical(document, PINNED)
    document[ACHIEVEMENT[0]][ACHIEVEMENT[1]]["alignment"][2]["targetName"] = "x"
    with pytest.raises(Unfit):
        shape.canonical(read_shape(document)[1])
    same(document, Shapes())


def test_twins_whatever_the_texts_say() -> None:
    document = _set([{"type": ["Alignment"]}, {"type": ["Alignment"]}], *ACHIEVEMENT, "alignment")
    with pytest.raises(Unfit):
        compiled(document)
    same(document, Shapes())


def test_equal_statements_of_other_blank_nodes_all_count() -> None:
    """A subject without an id with several blank results: its hash has a line for each of them, equal as they look."""
    document = _set([{"type": ["Result"], "value": value} for value in "ABCA"], "credentialSubject", "result")
    same(document, Shapes())
    document["credentialSubject"]["result"].pop()
    shape = compiled(document)
    assert shape.canonical(read_shape(document)[1]) == rdf_canonical(document, PINNED)


def test_equal_texts_are_one_statement() -> None:
    document = _set(["python", "data", "python", "data", "x"], *ACHIEVEMENT, "tag")
    shape = compiled(document)
    assert shape.canonical(read_shape(document)[1]) == rdf_canonical(document, PINNED)
    document["credentialSubject"]["result"][0].update({"status": "A", "value": "A"})
    same(document, Shapes())


def test_the_same_id_in_two_places() -> None:
    document = _set("urn:uuid:f6ab24cd-86e8-4eaf-b8c6-ded74e8fd41c", *ACHIEVEMENT, "id")
    shape = compiled(a_badge())
    assert shape.canonical(read_shape(document)[1]) == rdf_canonical(document, PINNED)


def test_a_credentials_id_that_names_something_else() -> None:
    """The guard's rule of the split node depends on texts, so it is asked again each time."""
    document = a_badge()
    document["evidence"][0]["id"] = document["id"]
    assert isinstance(same(document, _WARM), bytes), "evidence carries nothing that credentials carry"
    document = a_badge()
    document["credentialSubject"]["id"] = "did:web:holder.example"
    shape = compiled(document)
    document["credentialSubject"]["id"] = document["id"]
    with pytest.raises(Unfit):
        shape.canonical(read_shape(document)[1])
    assert str(same(document, Shapes())).startswith("split_node")


def test_two_credentials_with_one_id() -> None:
    endorsement = {
        "id": "urn:uuid:9", "type": ["VerifiableCredential", "EndorsementCredential"], "name": "Fine", "issuer": "did:web:a.example",
        "validFrom": "2026-03-01T00:00:00Z", "credentialSubject": {"id": "urn:uuid:8", "type": ["EndorsementSubject"]},
    }  # fmt: skip
    document = _set([endorsement], "endorsement")
    assert isinstance(same(document, Shapes()), bytes)
    document["endorsement"][0]["id"] = document["id"]
    assert str(same(document, Shapes())).startswith("split_node")


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("x", ("madeUp",)),
        (["VerifiableCredential", "MadeUp"], ("type",)),
        (["VerifiableCredential", "https://a.example/T"], ("type",)),
        ("Achievement", (*ACHIEVEMENT, "type")),
        ("x", ("schema:name",)),
        ({"@value": "x", "@language": "en-NZ"}, ("name",)),
        ({"@value": "x", "@language": "en_NZ"}, ("name",)),
        ({"@value": "x", "@direction": "rtl"}, ("name",)),
        ([["x"]], ("name",)),
        (1.0808482749517339, ("credentialSubject", "creditsEarned")),
        ({"x": {}}, ("issuer",)),
        (7, ("issuer", "id")),
        (["https://www.w3.org/ns/credentials/v2", "https://x.example/"], ("@context",)),
        ([{"k": {"@id": "https://a.example/k", "@type": "@id"}}], ("credentialSubject", "@context")),
    ],
)
def test_a_shape_the_guard_refuses_is_refused_each_time(value: Any, path: tuple[str, ...]) -> None:
    same(_set(value, *path), Shapes())


def test_numbers_types_and_languages_are_part_of_the_shape() -> None:
    seen = set()
    for value in (1, 1.0, True, "1", None, [1], [True], {"@value": 1}, {"@value": "1"}):
        seen.add(tuple(read_shape({"x": value})[0]))
    for word in ("type", "proofPurpose", "@context", "@language", "@type"):
        for value in ("a", "b", ["a"], ["a", "b"], {"a": "b"}, [dict, "a"][1:], 1, True, [1], [True], [["a", "b"]]):
            seen.add(tuple(read_shape({word: value})[0]))
    assert len(seen) == 9 + 5 * 10
    assert frozen({"a": "b"}) != frozen([["a", "b"]]) != frozen({"a": ["b"]})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.0, 1.0]) | st.sampled_from(["", "a", "type"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["", "a", "type", "@value", "@type"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(
    st.dictionaries(st.sampled_from(["a", "type", "@context"]), json_values),
    st.dictionaries(st.sampled_from(["a", "type", "@context"]), json_values),
)
@settings(max_examples=300)
def test_documents_of_one_shape_and_texts_are_the_same_document(one: Document, other: Document) -> None:
    if read_shape(one) == read_shape(other):
        assert json.dumps(one) == json.dumps(other)
    assert json.dumps(filled(one, iter(read_shape(one)[1]))) == json.dumps(one)


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        ({"@id": "https://a.example/k", "@type": "@json"}, {"x": "y"}),
        ({"@id": "https://a.example/k", "@type": "@json"}, "y"),
        ({"@id": "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "@type": "@id"}, "https://a.example/T"),
        ({"@id": "https://a.example/k", "@container": "@graph"}, {"name": "y"}),
    ],
)
def test_a_slot_in_a_json_literal_as_a_type_or_in_a_named_graph(definition: dict[str, Any], value: Any) -> None:
    document = _set("x", "name")
    document["@context"].append({"k": definition})
    document["k"] = value
    same(document, Shapes())
    with pytest.raises(Unfit):
        compiled(document)


def test_a_word_where_an_identifier_may_stand() -> None:
    document = _set("x", "name")
    document["@context"].append({"k": {"@id": "https://a.example/k", "@type": "@vocab"}})
    for value in ("name", "https://a.example/v", "Achievement", "ext:x", "nothing known"):
        document["k"] = value
        same(document, _WARM)


@pytest.mark.parametrize("word", ["https", "did", "urn", "a:b"])
def test_a_vocabulary_with_a_word_that_looks_like_an_address(word: str) -> None:
    document = a_badge()
    document["@context"].append({word: "https://a.example/"})
    with pytest.raises(Unfit):
        compiled(document)
    same(document, Shapes())


def test_vocabularies_of_the_callers_own_do_not_mix() -> None:
    mine, yours = (Contexts({"https://v.example/": {"k": f"https://{who}.example/k"}}) for who in ("me", "you"))
    document = a_badge()
    document["@context"].append("https://v.example/")
    document["k"] = "x"
    shapes = Shapes()
    assert same(document, shapes, mine) != same(document, shapes, yours)
    assert str(same(document, shapes, PINNED)).startswith("unknown_context")


# -- Bounds -------------------------------------------------------------------------------------------------------------


def test_documents_all_different_fill_no_memory_and_are_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    from cairn.credentials.repeating import shapes as module

    tried: list[int] = []

    def no_shape(*_: Any) -> Shape:
        tried.append(1)
        raise Unfit

    monkeypatch.setattr(module, "Shape", no_shape)
    monkeypatch.setattr(module, "rdf_canonical", lambda *_: b"")
    shapes = Shapes()
    for number in range(12_000):
        for _ in range(2):
            shapes.canonical({"@context": [f"https://{number}.example/"], "type": "x"}, PINNED)
    assert len(shapes) == 0
    assert len(shapes._met) <= module.MAX_MET
    assert len(tried) <= 40 + 24_000 / 40 + 1


def test_the_least_used_shapes_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    from cairn.credentials.repeating import shapes as module

    monkeypatch.setattr(module, "MAX_SHAPES", 2)
    shapes = Shapes()
    documents = [_set(["t"] * size, *ACHIEVEMENT, "tag") for size in (1, 2, 3)]
    for document in documents:
        same(document, shapes)
    assert len(shapes) == 2
    monkeypatch.setattr(module, "MAX_WEIGHT", 1)
    same(_set(["t"] * 4, *ACHIEVEMENT, "tag"), shapes)
    assert (len(shapes), shapes.weight) == (0, 0)


def test_a_document_with_too_many_parts_is_not_compiled() -> None:
    document = _set([{"type": ["Evidence"], "name": str(n)} for n in range(1200)], "evidence")
    shapes = Shapes()
    for _ in range(2):
        assert shapes.canonical(document, PINNED).count(b"evidence") >= 1200
    assert len(shapes) == 0
