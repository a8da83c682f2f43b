from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from cairn.credentials import PINNED, Contexts, CredentialError, context
from cairn.credentials import contexts as module
from cairn.credentials.contexts import PINS, VC_V2, Pin, read_pinned
from cairn.credentials.terms import standard_words


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
