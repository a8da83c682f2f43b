"""Canonical forms against others: the W3C's published signatures, PyLD on made-up documents, and graphs built to take forever."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pyoxigraph
import pytest
import rfc8785
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyld import jsonld
from tests.credentials.world import NOW, Issuer, MemoryResolver

from cairn.credentials import PINNED, Contexts, CredentialError, Ed25519Key, KeySigner, issue, verify
from cairn.credentials.errors import NotSupported
from cairn.credentials.integrity.suites import SUITES
from cairn.credentials.linkeddata.canonical import jcs_canonical, rdf_canonical
from cairn.credentials.linkeddata.coverage import check_coverage
from cairn.credentials.linkeddata.poison import refuse_poison
from cairn.credentials.multibase import multibase58

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
WITH_EXAMPLES = Contexts({EXAMPLES: {"@vocab": "https://www.w3.org/ns/credentials/examples#"}})


def by_pyld(document: dict[str, Any], contexts: Contexts = PINNED) -> str:
    """The same canonical form, made by the reference implementation in Python."""

    def load(url: str, _options: object) -> dict[str, Any]:
        return {
            "contextUrl": None,
            "documentUrl": url,
            "document": {"@context": contexts[url]},
            "contentType": "application/ld+json",
        }

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    canonical: str = jsonld.normalize(document, options)
    return canonical


# -- W3C: Data Integrity EdDSA Cryptosuites v1.0, appendix B (test vectors) ---------------------------------------------

W3C_KEY = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
W3C_METHOD = "https://vc.example/issuers/5678#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
W3C_SIGNATURES = {
    "eddsa-rdfc-2022": "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9",
    "eddsa-jcs-2022": "z63t83Y53KfzJ5ZosfKTnqfMcKB2dmTrfjSaQjeNNjAD5srBowQfmWqeRb8rRjmeEuCBEsddF9LsVogtuTsijJKh4",
}


def w3c_document() -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", EXAMPLES],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    }


@pytest.mark.parametrize("name", list(W3C_SIGNATURES))
def test_the_signatures_published_by_the_w3c(name: str) -> None:
    key = Ed25519Key.from_secret_multibase(W3C_KEY)
    document = w3c_document()
    options = SUITES[name].options_for(
        document,
        {
            "type": "DataIntegrityProof",
            "cryptosuite": name,
            "created": "2023-02-24T23:36:38Z",
            "verificationMethod": W3C_METHOD,
            "proofPurpose": "assertionMethod",
        },
    )
    signature = key.sign(SUITES[name].signing_input(document, options, WITH_EXAMPLES))
    assert multibase58(signature) == W3C_SIGNATURES[name]
    assert key.public_multibase == W3C_METHOD.partition("#")[2]


@pytest.mark.parametrize("name", list(W3C_SIGNATURES))
def test_the_credentials_published_by_the_w3c_verify(name: str) -> None:
    key = Ed25519Key.from_secret_multibase(W3C_KEY)
    controller, _, fragment = W3C_METHOD.partition("#")
    method = {"id": W3C_METHOD, "type": "Multikey", "controller": controller, "publicKeyMultibase": fragment}
    world = MemoryResolver(
        {controller: {"id": controller, "verificationMethod": [method], "assertionMethod": [W3C_METHOD]}}
    )
    document = w3c_document()
    document["proof"] = {
        "type": "DataIntegrityProof",
        "cryptosuite": name,
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": W3C_METHOD,
        "proofPurpose": "assertionMethod",
        "proofValue": W3C_SIGNATURES[name],
    }
    if name == "eddsa-jcs-2022":
        document["proof"]["@context"] = document["@context"]
    assert key.public_multibase == fragment
    assert verify(document, at=NOW, resolve=world, contexts=WITH_EXAMPLES).verdict == "verified"
    assert verify(document, at=NOW, resolve=world).verdict == "verified"


def test_issue_reproduces_the_w3c_credential() -> None:
    signer = KeySigner(Ed25519Key.from_secret_multibase(W3C_KEY), W3C_METHOD)
    made = issue(w3c_document(), signer, created=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC), contexts=WITH_EXAMPLES)
    assert made.proofs[0]["proofValue"] == W3C_SIGNATURES["eddsa-rdfc-2022"]


# -- Against PyLD -------------------------------------------------------------------------------------------------------


def test_a_whole_badge_like_pyld(issuer: Issuer) -> None:
    document = issuer.document()
    assert rdf_canonical(document, PINNED).decode() == by_pyld(document)


def test_the_odd_datatype_of_awarded_date_is_kept(issuer: Issuer) -> None:
    assert b'"2026-03-01T09:30:00Z"^^<xsd:dateTime>' in rdf_canonical(issuer.document(), PINNED)


# Control characters apart: PyLD leaves some of them unescaped, against RDFC-1.0.
_left_out = "\ufffe\uffff\x7f" + "".join(chr(code) for code in range(32))
plain_text = st.text(st.characters(exclude_categories=["Cs", "Cn"], exclude_characters=_left_out), max_size=30)
hostile = st.sampled_from(
    [
        '"',
        "\\",
        "\u2028",
        "\x85",
        "é",
        "a\u0301",
        "\U0001d4b3",
        "]]>",
        "<b>",
        "%00",
        "_:b0",
        "_:c14n0",
        "https://x/",
        "ext:x",
        "name",
        "",
    ]
)
texts = st.one_of(plain_text, hostile)
iris = st.one_of(
    st.uuids().map(lambda u: f"urn:uuid:{u}"),
    st.from_regex(r"https://[a-z]{1,8}\.example/[a-z0-9/]{0,10}(#[a-z]{0,3})?", fullmatch=True),
    st.from_regex(r"did:(web|key):[a-zA-Z0-9.]{1,12}", fullmatch=True),
)


@st.composite
def alignments(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = {"type": ["Alignment"], "targetName": draw(texts), "targetUrl": draw(iris)}
    if draw(st.booleans()):
        made["targetCode"] = draw(texts)
    return made


@st.composite
def badges(draw: st.DrawFn) -> dict[str, Any]:
    def maybe(**fields: Any) -> dict[str, Any]:
        return {key: draw(value) for key, value in fields.items() if draw(st.booleans())}

    achievement = {
        "id": draw(iris),
        "type": ["Achievement"],
        "name": draw(texts),
        "description": draw(texts),
        "criteria": {"narrative": draw(texts)},
        **maybe(
            alignment=st.lists(alignments(), max_size=3),
            tag=st.lists(texts, max_size=4),
            humanCode=texts,
            creditsAvailable=st.one_of(st.integers(0, 400), st.floats(0, 400, allow_nan=False)),
            resultDescription=st.lists(
                st.fixed_dictionaries(
                    {
                        "id": iris,
                        "type": st.just(["ResultDescription"]),
                        "name": texts,
                        "resultType": st.just("LetterGrade"),
                    },
                    optional={"allowedValue": st.lists(texts, max_size=4)},
                ),
                max_size=2,
                unique_by=lambda one: one["id"],
            ),
        ),
    }
    subject = {
        "type": ["AchievementSubject"],
        "achievement": achievement,
        **maybe(id=iris, licenseNumber=texts, activityEndDate=st.just("2026-01-01T00:00:00Z")),
    }
    # Of the packaged texts only 3.0.3 gives awardedDate a meaning on an OpenBadgeCredential.
    version = draw(st.sampled_from([2, 3]))
    awarded = {"awardedDate": st.just("2026-03-01T00:00:00Z")} if version == 3 else {}
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            f"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.{version}.json",
        ],
        "type": ["VerifiableCredential", draw(st.sampled_from(["OpenBadgeCredential", "AchievementCredential"]))],
        "issuer": draw(
            st.one_of(iris, st.fixed_dictionaries({"id": iris, "type": st.just(["Profile"]), "name": texts}))
        ),
        "validFrom": "2026-03-01T00:00:00Z",
        "credentialSubject": subject,
        **maybe(
            id=iris,
            name=st.one_of(
                texts,
                st.fixed_dictionaries(
                    {"@value": texts, "@language": st.sampled_from(["de", "mi", "zh-Hans", "en-GB"])}
                ),
            ),
            description=texts,
            **awarded,
            evidence=st.lists(st.fixed_dictionaries({"type": st.just(["Evidence"]), "narrative": texts}), max_size=3),
        ),
    }


@given(badges())
@settings(max_examples=40, deadline=None)
def test_made_up_badges_like_pyld(document: dict[str, Any]) -> None:
    try:
        ours = rdf_canonical(document, PINNED).decode()
    except CredentialError as error:
        assume(error.code not in ("split_node", "too_complex", "unsupported_number"))
        raise
    assert ours == by_pyld(document)


@given(badges(), st.data())
@settings(max_examples=40, deadline=None)
def test_whatever_passes_the_guard_is_wholly_in_the_graph(document: dict[str, Any], data: st.DataObject) -> None:
    """A field is put anywhere at random; either it is refused, or taking it away changes the canonical form."""
    objects: list[dict[str, Any]] = []

    def collect(value: Any) -> None:
        if isinstance(value, dict) and "@value" not in value:
            objects.append(value)
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            collect(one)

    collect({key: one for key, one in document.items() if key != "@context"})
    objects[0] = document
    words = [
        "name",
        "alignment",
        "achievement",
        "validUntil",
        "caption",
        "points",
        "role",
        "foo",
        "image",
        "@type",
        "foo:bar",
    ]
    word = data.draw(
        st.sampled_from([*words, "credentialStatus", "criteria", "encodedList", "jsonSchema", "verifiableCredential"])
    )
    value = data.draw(
        st.sampled_from(
            ["x", 1, True, {"type": "Image", "id": "https://e.example/i"}, ["x"], {"id": "https://e.example/"}]
        )
    )
    target = data.draw(st.sampled_from(objects))
    assume(word not in target)
    try:
        before = rdf_canonical(document, PINNED)
        target[word] = value
        after = rdf_canonical(document, PINNED)
    except CredentialError:
        return
    assert before != after, (word, value)
    assert after.decode() == by_pyld(document)


@pytest.mark.parametrize(
    ("where", "key", "value", "code"),
    [
        ((), "madeUp", "x", "undefined_term"),
        ((), "type", ["VerifiableCredential", "MadeUp"], "undefined_type"),
        ((), "id", "42", "relative_id"),
        ((), "id", "_:b0", "relative_id"),
        (("issuer",), "id", "example.org", "relative_id"),
        (("credentialSubject", "achievement"), "image", {"id": "logo.png", "type": "Image"}, "relative_id"),
        (
            ("credentialSubject", "achievement"),
            "image",
            {"id": "https://e.example/a b", "type": "Image"},
            "relative_id",
        ),
        (("credentialSubject",), "validUntil", "2026-01-01T00:00:00Z", "undefined_term"),
        ((), "@id", "urn:uuid:1", "not_compact"),
        ((), "@graph", [], "not_compact"),
        ((), "schema:name", "x", "not_compact"),
        ((), "name", {"@value": "x", "@direction": "up"}, "unsupported_json_ld"),
        ((), "name", {"@value": "x", "@language": "en_NZ"}, "bad_language_tag"),
        ((), "name", "x\ufffe", "unsupported_text"),
        ((), "name", [["x"]], "unsupported_json_ld"),
        (("credentialSubject",), "creditsEarned", 1.0808482749517339, "unsupported_number"),
        (("credentialSubject",), "creditsEarned", 5e-324, "unsupported_number"),
        ((), "@context", ["https://www.w3.org/ns/credentials/v2", "https://x.example/"], "unknown_context"),
        ((), "@context", ["https://www.w3.org/ns/credentials/v2", {"name": "https://x.example/n"}], "redefined_term"),
        ((), "@context", ["https://www.w3.org/ns/credentials/v2", {"achievement": "https://x.example/n"}], None),
        ((), "@context", ["https://www.w3.org/ns/credentials/v2", None], "unsupported_json_ld"),
        (
            (),
            "@context",
            ["https://www.w3.org/ns/credentials/v2", {"@base": "https://x.example/"}],
            "unsupported_json_ld",
        ),
        (
            (),
            "@context",
            ["https://www.w3.org/ns/credentials/v2", {"a": {"@reverse": "https://x.example/"}}],
            "unsupported_json_ld",
        ),
        ((), "@context", ["https://www.w3.org/ns/credentials/v2"] * 17, "too_complex"),
    ],
)
def test_what_would_go_unsigned_is_refused(
    issuer: Issuer, where: tuple[str, ...], key: str, value: object, code: str | None
) -> None:
    document = copy.deepcopy(issuer.document())
    target: Any = document
    for step in where:
        target = target[step]
    target[key] = value
    with pytest.raises(CredentialError) as refused:
        rdf_canonical(document, PINNED)
    if code is not None:
        assert refused.value.code == code


def test_private_words_with_a_meaning_may_be_signed(issuer: Issuer, world: MemoryResolver) -> None:
    document = issuer.document()
    document["@context"].append({"shoeSize": "https://example.org/shoe-size"})
    document["credentialSubject"]["shoeSize"] = 43
    signed = issue(document, issuer.signer, created=NOW)
    assert verify(signed, at=NOW, resolve=world).verdict == "verified"
    changed = json.loads(signed.text)
    changed["credentialSubject"]["shoeSize"] = 44
    assert verify(changed, at=NOW, resolve=world).verdict == "not_verified"


# -- Graphs built to take forever ---------------------------------------------------------------------------------------


def _clique(size: int) -> dict[str, Any]:
    """Blank nodes that all refer to each other, written with a graph term of our own."""
    word = {"k": {"@id": "https://example.org/knows", "@type": "@id"}}
    nodes = [{"id": f"_:n{i}", "k": [f"_:n{j}" for j in range(size) if j != i]} for i in range(size)]
    return {"@context": [word], "k": nodes}


def test_blank_node_names_are_refused_so_no_clique_can_be_written() -> None:
    with pytest.raises(CredentialError):
        check_coverage(_clique(9), PINNED)


@pytest.mark.parametrize("size", [7, 8, 12, 60])
def test_a_clique_of_twins_is_refused_before_it_costs_anything(size: int) -> None:
    nodes = [pyoxigraph.BlankNode(f"n{i}") for i in range(size)]
    knows = pyoxigraph.NamedNode("https://example.org/knows")
    quads = [pyoxigraph.Quad(a, knows, b) for a in nodes for b in nodes if a != b]
    with pytest.raises(NotSupported) as refused:
        refuse_poison(quads)
    assert refused.value.code == "too_complex"


def test_many_alike_but_separate_parts_are_no_poison(issuer: Issuer) -> None:
    document = issuer.document()
    document["evidence"] = [{"type": ["Evidence"], "narrative": "The same."} for _ in range(200)]
    assert rdf_canonical(document, PINNED).count(b'"The same."') == 200


def test_a_long_list_that_occurs_twice_is_no_poison(issuer: Issuer) -> None:
    """Two credentials of one achievement in a record say its grades twice, in order: two chains of twins."""
    document = issuer.document()
    achievement = document["credentialSubject"]["achievement"]
    grades = {**achievement["resultDescription"][0], "allowedValue": [f"grade {number}" for number in range(100)]}
    achievement["resultDescription"] = [grades, copy.deepcopy(grades)]
    assert rdf_canonical(document, PINNED).count(b'"grade 99"') == 2


def test_rings_of_twins_are_as_cheap_as_they_look() -> None:
    """Two rings of 100: nobody in them sees two alike neighbours, so they are let through, and done at once."""
    knows = pyoxigraph.NamedNode("https://example.org/knows")
    quads = [
        pyoxigraph.Quad(
            pyoxigraph.BlankNode(f"{ring}{number}"), knows, pyoxigraph.BlankNode(f"{ring}{(number + 1) % 100}")
        )
        for ring in "ab"
        for number in range(100)
    ]
    refuse_poison(quads)
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    assert len(dataset) == 200


def test_deep_twins_are_refused_or_done_but_never_hang(issuer: Issuer) -> None:
    """Two alike trees, eight alike leaves at each level: the factorial case without any blank node names."""
    leaf = [{"type": ["Result"], "value": "A"} for _ in range(8)]
    document = issuer.document()
    document["credentialSubject"]["result"] = [
        {"type": ["Result"], "alignment": [], "value": "A"} for _ in range(30)
    ] + leaf
    assert rdf_canonical(document, PINNED)
    document["credentialSubject"]["achievement"]["resultDescription"][0]["alignment"] = [
        {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://e.example/"} for _ in range(40)
    ]
    assert rdf_canonical(document, PINNED)


# -- JCS ----------------------------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(st.text(max_size=8), json_values, max_size=5))
def test_jcs_is_read_back_as_the_same_value_and_is_stable(document: dict[str, Any]) -> None:
    try:
        once = jcs_canonical(document)
    except CredentialError:
        return
    assert jcs_canonical(json.loads(once)) == once
    assert once == rfc8785.dumps(document)


def test_the_example_of_rfc_8785() -> None:
    """Section 3.2.4 of the RFC, numbers and key order."""
    document = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "literals": [None, True, False],
    }
    assert (
        jcs_canonical(document) == b'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}'
    )
