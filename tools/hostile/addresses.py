"""Addresses that lead a verifier into its own network (SSRF), in every place where a document can name one."""

# ruff: noqa: E501 - one row for each file, so that a table reads as a table

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.hostile.ground import (
    INWARD,
    KEYS_PAGE,
    MALLORY,
    OWN,
    SITE,
    Case,
    Document,
    award_document,
    honest,
    signed_anyhow,
    small_document,
    written,
)
from tools.hostile.lists import entry

from cairn.credentials import KeySigner
from cairn.credentials.multibase import base64url

DIDS = "did:web method, section Read; cairn.credentials.dids.addresses; cairn.outside.fetching"
GUARD = "cairn.outside.fetching; RFC 6890"
OPENING = "cairn.credentials.opening"


def cases() -> Iterator[Case]:
    """Every file of this kind."""
    yield from _issuers()
    yield from _elsewhere()
    yield from _sources()


def _by(did: str, fragment: str = "key-1") -> Document:
    return signed_anyhow(small_document(issuer=did), KeySigner(MALLORY, f"{did}#{fragment}"))


def _did_page(host: str) -> str:
    return f"https://{host}/.well-known/did.json"


def _issuers() -> Iterator[Case]:
    hosts: tuple[tuple[str, str, str], ...] = (
        ("localhost", "localhost", "the verifier's own machine"),
        ("loopback", "127.0.0.1", "the verifier's own machine by its number"),
        ("loopback-short", "127.1", "the same number, written short"),
        ("loopback-decimal", "2130706433", "the same number as one decimal"),
        ("loopback-hexadecimal", "0x7f000001", "the same number in hexadecimal"),
        ("loopback-octal", "0177.0.0.1", "the same number in octal"),
        ("zero", "0", "the address of any interface"),
        ("metadata", "169.254.169.254", "where clouds keep a machine's secrets"),
        ("private-10", "10.0.0.1", "a private network"),
        ("private-172", "172.16.0.1", "a private network"),
        ("private-192", "192.168.1.1", "a private network"),
        ("shared", "100.64.0.1", "a provider's inner network"),
    )  # fmt: skip
    for name, host, what in hosts:
        yield Case(
            f"address/did-web-{name}.json",
            written(_by(f"did:web:{host}")),
            f"Names an issuer at {host}: {what}.",
            "undetermined",
            "issuer_unreachable",
            (_did_page(host),),
            DIDS,
        )
    names: tuple[tuple[str, str, list[str], str], ...] = (
        ("name-private", "intranet.mallory.example", ["10.0.0.1"], "a name that leads to a private network"),
        ("name-loopback", "localtest.mallory.example", ["127.0.0.1"], "a name that leads to the verifier's own machine"),
        ("name-mixed", "mixed.mallory.example", ["93.184.216.34", "169.254.169.254"], "a name with a public and a private address, of which either may be taken (DNS rebinding)"),
        ("name-mapped", "mapped.mallory.example", ["::ffff:127.0.0.1"], "a name that leads to the own machine through an IPv6 address"),
        ("name-nat64", "nat64.mallory.example", ["64:ff9b::a9fe:a9fe"], "a name that leads to the metadata service through NAT64"),
        ("name-6to4", "tunnel.mallory.example", ["2002:7f00:1::1"], "a name that leads to the own machine through a tunnel (6to4)"),
        ("name-link-local", "link.mallory.example", ["fe80::1"], "a name that leads to a neighbour on the cable"),
        ("name-unique-local", "unique.mallory.example", ["fd00:ec2::254"], "a name that leads to the metadata service over IPv6"),
        ("name-multicast", "many.mallory.example", ["224.0.0.1"], "a name that leads to everybody on the cable"),
    )  # fmt: skip
    for name, host, answers, what in names:
        yield Case(
            f"address/did-web-{name}.json",
            written(_by(f"did:web:{host}")),
            f"Names an issuer at {what}.",
            "undetermined",
            "issuer_unreachable",
            (_did_page(host),),
            DIDS,
            {"names": {host: answers}},
        )
    yield Case(
        "address/did-web-port.json",
        written(_by("did:web:badges.example.org%3A22")),
        "Names an issuer at a port where another service listens.",
        "undetermined",
        "issuer_unreachable",
        ("https://badges.example.org:22/.well-known/did.json",),
        DIDS,
    )
    bad: tuple[tuple[str, str, str], ...] = (
        ("ipv6", "did:web:%5B%3A%3A1%5D", "the verifier's own machine by its IPv6 address"),
        ("user", "did:web:badges.example.org%40169.254.169.254", "a host that hides behind a user's name"),
        ("slash", "did:web:169.254.169.254%2Flatest%2Fmeta-data%3F", "a path that is written into the host"),
        ("dots", "did:web:badges.example.org:..:..:admin", "a path that climbs out of its folder"),
        ("dots-escaped", "did:web:badges.example.org:%2e%2e:admin", "a path that climbs, in percent signs"),
        ("backslash", "did:web:badges.example.org%5C%40169.254.169.254", "a host behind a backslash"),
        ("line-break", "did:web:badges.example.org%0D%0AHost%3A%20x", "a line break, to write into the request"),
        ("full-stop-wide", "did:web:169\u3002254\u3002169\u3002254", "an address with full stops of another script"),
        ("digits-circled", "did:web:\u2460\u2461\u2466.0.0.1", "an address in circled digits"),
        ("empty", "did:web:", "no host at all"),
        ("fragment", "did:web:169.254.169.254%23", "a host that ends in a fragment"),
    )  # fmt: skip
    for name, did, what in bad:
        yield Case(
            f"address/did-web-{name}.json",
            written(_by(did)),
            f"Names an issuer by {what}.",
            "not_verified",
            "bad_did",
            (),
            DIDS,
        )
    issuers: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
        ("https-inward", INWARD.rstrip("/"), "undetermined", "issuer_unreachable", (INWARD.rstrip("/"), "https://169.254.169.254/.well-known/jwks.json")),
        ("https-ipv6", "https://[::1]/issuer", "undetermined", "issuer_unreachable", ("https://[::1]/issuer",)),
        ("https-user", "https://badges.example.org@127.0.0.1/issuer", "undetermined", "issuer_unreachable", ("https://badges.example.org@127.0.0.1/issuer",)),
        ("http", "http://10.0.0.1/issuer", "undetermined", "unsupported_did", ()),
        ("file", "file:///etc/passwd", "undetermined", "unsupported_did", ()),
        ("gopher", "gopher://127.0.0.1:6379/_FLUSHALL", "undetermined", "unsupported_did", ()),
        ("did-unknown", "did:inward:169.254.169.254", "undetermined", "unsupported_did", ()),
    )  # fmt: skip
    for name, issuer, verdict, code, asks in issuers:
        yield Case(
            f"address/issuer-{name}.json",
            written(_by(issuer)),
            f"Names {issuer} as its issuer.",
            verdict,
            code,
            asks,
            DIDS,
        )
    jwk = base64url(b'{"kty":"OKP","crv":"Ed25519","x":"AA","x5u":"http://169.254.169.254/"}')
    yield Case(
        "address/did-jwk-x5u.json",
        written(_by(f"did:jwk:{jwk}", "0")),
        "Names an issuer by a key that says where to fetch its certificate.",
        "not_verified",
        "bad_key",
        (),
        DIDS,
    )


def _elsewhere() -> Iterator[Case]:
    """Places in an honest award that name addresses which no verification needs."""
    image = {"id": INWARD, "type": "Image"}
    achievement = {**award_document()["credentialSubject"]["achievement"], "image": image, "criteria": {"id": INWARD}}
    subject = {**award_document()["credentialSubject"], "achievement": achievement}
    document = award_document(
        image=image,
        credentialSubject=subject,
        evidence=[{"id": INWARD, "type": ["Evidence"]}],
        credentialSchema=[{"id": INWARD, "type": "JsonSchema"}],
        termsOfUse=[{"id": INWARD, "type": "Policy"}],
        issuer={"id": "did:web:badges.example.org", "name": "Example Institute", "image": image, "url": INWARD},
    )
    yield Case(
        "address/everywhere.json",
        written(signed_anyhow(document)),
        "Names an address in the verifier's network as picture, criteria, evidence, schema, terms and website: none is fetched.",
        "verified",
        "signature_valid",
        OWN,
        OPENING,
    )
    refresh = [{"id": INWARD, "type": "1EdTechCredentialRefresh"}]
    asking = signed_anyhow(award_document(refreshService=refresh))
    yield Case(
        "address/refresh.json",
        written(asking),
        "Offers a newer copy in the verifier's network; nobody is asked unless the caller wants it.",
        "verified",
        "signature_valid",
        OWN,
        "cairn.credentials.refreshing",
    )
    yield Case(
        "address/refresh-asked.json",
        written(asking),
        "The same, where the caller wants it.",
        "verified",
        "refresh_unreachable",
        (*OWN, INWARD),
        "cairn.credentials.refreshing",
        {"refresh": True},
    )
    redirected = signed_anyhow(award_document(credentialStatus=[entry("https://redirect.mallory.example/list")]))
    yield Case(
        "address/status-redirect.json",
        written(redirected),
        "Points at a list whose address redirects into the verifier's network.",
        "undetermined",
        "status_unreachable",
        (KEYS_PAGE, "https://redirect.mallory.example/list"),
        GUARD,
        {"names": {"redirect.mallory.example": ["127.0.0.1"]}},
    )


def _sources() -> Iterator[Case]:
    """Addresses in place of a credential: a share link, the text of a QR code."""
    rows: tuple[tuple[str, str, str, str, str, tuple[str, ...]], ...] = (
        ("honest", f"{SITE}/awards/7", "Nothing: the address of an honest award.", "verified", "signature_valid", (f"{SITE}/awards/7", *OWN)),
        ("inward", INWARD, "Is an address in the verifier's network.", "undetermined", "address_unreachable", (INWARD,)),
        ("plain-http", "http://127.0.0.1:8000/", "Is an unprotected address: only its protected twin is asked.", "undetermined", "address_unreachable", ("https://127.0.0.1:8000/",)),
        ("file", "file:///etc/passwd", "Is the address of a file of the verifier's machine.", "not_verified", "unknown_format", ()),
        ("user", "https://badges.example.org@169.254.169.254/", "Is an address that hides behind a user's name.", "undetermined", "address_unreachable", ("https://badges.example.org@169.254.169.254/",)),
        ("line-break", f"{SITE}/\r\nHost: x", "Is an address with a line break, to write into the request.", "not_verified", "unknown_format", ()),
        ("chain", f"{SITE}/chain", "Is an address where one more address lies, and so on.", "not_verified", "not_a_credential", (f"{SITE}/chain",)),
        ("web-page", f"{SITE}/page", "Is the address of a web page that says it is a credential.", "undetermined", "web_page", (f"{SITE}/page",)),
        ("long", f"{SITE}/{'a' * 5000}", "Is an address of five thousand letters.", "not_verified", "unknown_format", ()),
    )  # fmt: skip
    for name, text, tries, verdict, code, asks in rows:
        yield Case(f"address/source-{name}.txt", (text + "\n").encode(), tries, verdict, code, asks, OPENING)


def pages() -> dict[str, Any]:
    """What lies at the addresses that are asked."""
    return {
        f"{SITE}/awards/7": honest().text.encode() + b"\n",
        f"{SITE}/chain": f"{SITE}/chain\n".encode(),
        f"{SITE}/page": b"<!doctype html><title>A genuine credential</title>",
    }
