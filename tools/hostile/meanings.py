"""Linked data that means something else than it seems, or that takes for ever to put in order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

from tools.hostile.ground import (
    INWARD,
    OWN,
    Case,
    Document,
    award_document,
    compact,
    honest_copy,
    signed,
    signed_anyhow,
    small_document,
    written,
)

from cairn.credentials.linkeddata.contexts import OB_3, VC_V2

COVERED = "VC Data Model 2.0 section 4.2; cairn.credentials.linkeddata.coverage"
CONTEXTS = "VC Data Model 2.0 section 4.3; cairn.credentials.linkeddata.terms"
LANGUAGES = "RFC 5646 sections 2.1 and 2.1.1; RDF 1.1 Concepts section 3.3; cairn.credentials.linkeddata.tags"
POISON = "RDFC-1.0 section 7.1 (Dataset Poisoning); cairn.credentials.linkeddata.poison"


def _bent(
    name: str, document: Document, tries: str, code: str, verdict: str = "not_verified", rule: str = COVERED
) -> Case:
    return Case(f"json-ld/{name}.json", written(document), tries, verdict, code, OWN, rule)


def _with_context(*contexts: Any, **changes: Any) -> Document:
    return {**honest_copy(), "@context": [VC_V2, OB_3, *contexts], **changes}


def cases() -> Iterator[Case]:
    """Every file of this kind."""
    yield from _silent()
    yield from _contexts()
    yield from _languages()
    yield from _poison()


def _silent() -> Iterator[Case]:
    """Members and types that JSON-LD drops without a word, so that no signature over RDF covers them."""
    award, subject = honest_copy(), honest_copy()["credentialSubject"]
    drop = "which JSON-LD drops before anything is signed"
    yield _bent(
        "undefined-term",
        {**award, "grade": "Distinction"},
        f"Adds a grade after signing under a word that no context defines, {drop}.",
        "undefined_term",
    )
    yield _bent(
        "undefined-term-deep",
        {**award, "credentialSubject": {**subject, "gradePointAverage": 4.0}},
        f"The same, deep inside, {drop}.",
        "undefined_term",
    )
    yield _bent(
        "undefined-type",
        {**award, "type": [*award["type"], "DoctoralDegree"]},
        "Adds a type that no context defines.",
        "undefined_type",
    )
    yield _bent(
        "relative-id",
        {**award, "credentialSubject": {**subject, "id": "mira"}},
        "Names the recipient by a relative address, which becomes nothing.",
        "relative_id",
    )
    yield _bent(
        "null-term",
        {**award, "evidence": [{"type": ["Evidence"], "name": None}]},
        "Adds a member whose value is null.",
        "signature_invalid",
    )
    bent, open_ = ("not_compact", "not_verified"), ("unsupported_json_ld", "undetermined")
    for keyword, value, (code, verdict) in (
        ("@graph", [small_document()], bent),
        ("@included", [{"id": "urn:x:1", "type": "Profile"}], bent),
        ("@reverse", {"issuer": {"id": "urn:x:1"}}, bent),
        ("@nest", {"issuer": "did:web:mallory.example"}, bent),
        ("@index", "unseen", bent),
        ("@value", "unseen", open_),
    ):
        yield _bent(
            f"keyword-{keyword[1:]}",
            {**award, keyword: value},
            f"Uses JSON-LD's keyword {keyword}, which bends what the rest means.",
            code,
            verdict,
        )
    yield _bent(
        "aliased-id",
        {**award, "@id": "urn:uuid:00000000-0000-4000-8000-000000000000"},
        "Gives the award a second identifier under JSON-LD's own keyword.",
        "not_compact",
    )
    twin = {"id": award["id"], "type": ["Evidence"], "name": "Final report"}
    tries = "Describes the award a second time, elsewhere in the document."
    yield _bent("described-twice", {**award, "evidence": [twin]}, tries, "signature_invalid")


def _contexts() -> Iterator[Case]:
    own = "Brings a vocabulary of its own that"
    yield _bent(
        "context-redefines-term",
        _with_context({"name": "https://mallory.example/vocabulary#hidden"}),
        f"{own} gives a protected word another meaning.",
        "redefined_term",
        rule=CONTEXTS,
    )
    yield _bent(
        "context-removes-term",
        _with_context({"name": None}),
        f"{own} takes the meaning of the name away.",
        "redefined_term",
        rule=CONTEXTS,
    )
    yield _bent(
        "context-clears-all",
        {**honest_copy(), "@context": [VC_V2, OB_3, None]},
        "Clears all vocabularies with null.",
        "unsupported_json_ld",
        "undetermined",
        rule=CONTEXTS,
    )
    yield _bent(
        "context-catches-all",
        _with_context({"@vocab": "https://mallory.example/"}, grade="Distinction"),
        f"{own} gives every unknown word a meaning (@vocab).",
        "signature_invalid",
        rule=CONTEXTS,
    )
    yield _bent(
        "context-base",
        _with_context({"@base": "https://mallory.example/"}),
        f"{own} moves relative addresses (@base).",
        "unsupported_json_ld",
        "undetermined",
        rule=CONTEXTS,
    )
    yield _bent(
        "context-language",
        _with_context({"@language": "fr-FR"}),
        f"{own} gives all texts another language (@language).",
        "signature_invalid",
        rule=CONTEXTS,
    )
    yield _bent(
        "context-import",
        _with_context({"@import": "https://mallory.example/context"}),
        f"{own} imports another one.",
        "unsupported_json_ld",
        "undetermined",
        CONTEXTS,
    )
    yield _bent(
        "context-alias",
        _with_context({"prize": "https://schema.org/name"}, prize="Doctor of Medicine", name=None),
        f"{own} lets another word stand for a signed one.",
        "disguised_term",
        rule=CONTEXTS,
    )
    hidden = {"degree": {"@id": "https://mallory.example/degree", "@context": {"name": None}}}
    yield _bent(
        "context-scoped",
        _with_context(hidden, degree={"id": "urn:x:1", "name": "Doctor of Medicine"}),
        f"{own} holds another one for a single word.",
        "undefined_term",
        rule=CONTEXTS,
    )
    yield _bent(
        "context-json-literal",
        _with_context({"more": {"@id": "https://mallory.example/more", "@type": "@json"}}, more={"grade": "A"}),
        f"{own} hides anything inside a JSON literal.",
        "signature_invalid",
        rule=CONTEXTS,
    )
    yield _bent(
        "context-keyword-alias",
        _with_context({"kind": "@type"}, kind="DoctoralDegree"),
        f"{own} renames JSON-LD's keywords.",
        "undefined_type",
        rule=CONTEXTS,
    )
    yield _bent(
        "context-chain",
        _with_context({f"t{n}": f"t{n + 1}:x" for n in range(900)}),
        f"{own} defines nine hundred words, each through the next.",
        "too_complex",
        "undetermined",
        rule=CONTEXTS,
    )
    yield _bent(
        "context-circle",
        _with_context({"a": "b:x", "b": "a:x"}),
        f"{own} defines two words through each other.",
        "unsupported_json_ld",
        "undetermined",
        rule=CONTEXTS,
    )
    yield _bent(
        "context-in-subject",
        {
            **honest_copy(),
            "credentialSubject": {
                **honest_copy()["credentialSubject"],
                "@context": {"grade": "https://mallory.example/x"},
                "grade": "A",
            },
        },
        "Defines a word inside the subject only.",
        "signature_invalid",
        rule=CONTEXTS,
    )
    for name, address in (
        ("stranger", "https://mallory.example/context.json"),
        ("inward", INWARD),
        ("file", "file:///etc/passwd"),
    ):
        yield _bent(
            f"context-{name}",
            _with_context(address),
            f"Names a vocabulary at {address}, to be fetched.",
            "unknown_context",
            "undetermined",
            "No context is ever fetched; cairn.credentials.linkeddata.contexts",
        )
    yield _bent(
        "context-order",
        signed_anyhow({**award_document(), "@context": [OB_3, VC_V2]}),
        "Names the vocabularies in the wrong order, the first of which must be that of the data model.",
        "bad_context",
        rule=CONTEXTS,
    )
    yield _bent(
        "context-many",
        {**honest_copy(), "@context": [VC_V2] * 1000},
        "Names the same vocabulary a thousand times.",
        "too_complex",
        "undetermined",
        CONTEXTS,
    )


def _languages() -> Iterator[Case]:
    """Texts with a language, whose tag the issuer wrote with capitals."""
    text = "Data Analysis with Python"
    award = signed(award_document(name={"@value": text, "@language": "en-GB"}))
    for name, tag, tries, code, verdict in (
        ("exchanged", "fr-FR", "Exchanges the language of a text after signing.", "signature_invalid", "not_verified"),
        ("removed", None, "Takes the language of a text away.", "signature_invalid", "not_verified"),
        (
            "that-is-none",
            "en_GB",
            "Gives a text a language tag that is none: some engines leave such a text out without a word.",
            "bad_language_tag",
            "undetermined",
        ),
    ):
        spoken = {"@value": text, "@language": tag} if tag else {"@value": text}
        yield _bent(f"language-{name}", {**award, "name": spoken}, tries, code, verdict, LANGUAGES)
    twice = [{"@value": text, "@language": tag} for tag in ("en-GB", "e n")]
    yield _bent(
        "language-unseen",
        {**award, "name": twice},
        "Says the same a second time under a tag that is none, so that all that is left out is also said elsewhere.",
        "bad_language_tag",
        "undetermined",
        LANGUAGES,
    )
    knots = [
        {"type": ["Evidence"], "name": {"@value": text, "@language": tag}} for tag in ("en-GB", "EN-gb", "En-Gb") * 20
    ]
    yield _bent(
        "language-in-many-letters",
        {**award, "evidence": knots},
        "Adds sixty parts that only the letters of their language tags tell apart, or nothing does.",
        "signature_invalid",
        rule=LANGUAGES,
    )


def _poison() -> Iterator[Case]:
    def nodes(pairs: Any, size: int) -> list[Document]:
        found: list[Document] = [{"id": f"_:n{number}", "type": ["Profile"], "parentOrg": []} for number in range(size)]
        for one, other in pairs:
            found[one]["parentOrg"].append({"id": f"_:n{other}"})
        return found

    def record(evidence: list[Document]) -> Document:
        achievement = {**award_document()["credentialSubject"]["achievement"], "creator": evidence[0]}
        return {
            **honest_copy(),
            "credentialSubject": {**honest_copy()["credentialSubject"], "achievement": achievement},
        }

    clique = nodes(permutations(range(9), 2), 9)
    first = {**clique[0], "parentOrg": clique[1:]}
    yield _bent(
        "poison-clique",
        record([first]),
        "Holds nine nameless nodes that all point at each other: every known engine works on it for ever.",
        "relative_id",
        rule=POISON,
    )
    alike = {
        "type": ["Result"],
        "alignment": [{"type": ["Alignment"], "targetName": "x", "targetUrl": "https://a.example/"}] * 8,
    }
    subject = {**honest_copy()["credentialSubject"], "result": [alike] * 8}
    yield _bent(
        "poison-alike-parts",
        {**honest_copy(), "credentialSubject": subject},
        "Holds eight parts that look alike, each with eight parts that look alike.",
        "too_complex",
        "undetermined",
        POISON,
    )
    many = {**award_document(), "evidence": [{"type": ["Evidence"]}] * 2000, "proof": honest_copy()["proof"]}
    tries = "Holds two thousand nameless nodes that look alike."
    yield Case("json-ld/poison-many-nodes.json", compact(many), tries, "not_verified", "signature_invalid", OWN, POISON)
