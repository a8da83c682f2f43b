"""Recipes for whoever fetches: addresses, what name servers and web servers answer, and why nothing must come of it.

A recipe is JSON: ``address`` (``{server}`` stands for a web server on the own machine that the fetcher was told to trust), ``names`` (host
→ its addresses, for each time it is looked up), ``answers`` (path → status, headers, and a body of ``times`` zeros, packed or not).
"""

# ruff: noqa: E501 - one row for each file, so that a table reads as a table

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

RULE = "cairn.outside.fetching"


@dataclass(frozen=True)
class Fetch:
    """One recipe; ``reason`` is part of the words in which the fetcher says no, or empty where it must fetch."""

    name: str
    tries: str
    reason: str
    recipe: dict[str, Any]
    rule: str = RULE


def fetches() -> Iterator[Fetch]:
    """Every recipe."""
    yield from _addresses()
    yield from _names()
    yield from _answers()


_READ_AS = {
    "loopback-decimal": "2130706433",
    "loopback-hexadecimal": "0x7f000001",
    "loopback-short": "127.1",
    "localhost": "localhost",
    "localhost-full-stop": "localhost.",
    "zero": "0",
}
"""Spellings of the own machine that most systems, and not all, read as such."""


def _addresses() -> Iterator[Fetch]:
    inner, odd, scheme = "not on the public internet", "well-formed", "only https"
    rows: tuple[tuple[str, str, str], ...] = (
        ("loopback", "https://127.0.0.1/", inner),
        ("loopback-decimal", "https://2130706433/", inner),
        ("loopback-hexadecimal", "https://0x7f000001/", inner),
        ("loopback-octal", "https://0177.0.0.1/", odd),
        ("loopback-short", "https://127.1/", inner),
        ("loopback-ipv6", "https://[::1]/", inner),
        ("loopback-mapped", "https://[::ffff:127.0.0.1]/", inner),
        ("loopback-mapped-hexadecimal", "https://[::ffff:7f00:1]/", inner),
        ("localhost", "https://localhost/", inner),
        ("localhost-full-stop", "https://localhost./", inner),
        ("zero", "https://0/", inner),
        ("metadata", "https://169.254.169.254/latest/meta-data/", inner),
        ("metadata-ipv6", "https://[fd00:ec2::254]/latest/meta-data/", inner),
        ("private", "https://10.0.0.1/", inner),
        ("nat64", "https://[64:ff9b::a00:1]/", inner),
        ("user", "https://badges.example.org@127.0.0.1/", "user name"),
        ("password", "https://badges.example.org:x@127.0.0.1/", "user name"),
        ("port", "https://badges.example.org:22/", "port"),
        ("plain-http", "http://badges.example.org/", scheme),
        ("ftp", "ftp://badges.example.org/", scheme),
        ("gopher", "gopher://127.0.0.1:6379/_FLUSHALL", scheme),
        ("file", "file:///etc/passwd", "names no host"),
        ("data", "data:application/json,{}", "names no host"),
        ("no-scheme", "//127.0.0.1/", scheme),
        ("backslash", "https://badges.example.org\\@127.0.0.1/", odd),
        ("line-break", "https://badges.example.org/\r\nHost: 127.0.0.1", odd),
        ("half-bracket", "https://[::1/", odd),
        ("long", f"https://badges.example.org/{'a' * 5000}", odd),
    )  # fmt: skip
    for name, address, reason in rows:
        shown = address if len(address) < 80 else f"{address[:40]}…"
        recipe: dict[str, Any] = {"address": address}
        if name in _READ_AS:
            recipe["names"] = {_READ_AS[name]: [["127.0.0.1"]]}
        yield Fetch(f"fetch/address-{name}.json", f"Asks for `{json.dumps(shown)}`.", reason, recipe)


def _names() -> Iterator[Fetch]:
    rows: tuple[tuple[str, list[str], str], ...] = (
        ("private", ["10.0.0.1"], "a private address"),
        ("mixed", ["93.184.216.34", "127.0.0.1"], "a public and a private address, either of which may be taken"),
        ("mapped", ["::ffff:169.254.169.254"], "the metadata service, through IPv6"),
        ("6to4", ["2002:7f00:1::1"], "the own machine, through a tunnel"),
        ("unspecified", ["::"], "any interface of the own machine"),
        ("multicast", ["ff02::1"], "everybody on the cable"),
    )
    for name, addresses, what in rows:
        recipe = {"address": "https://mallory.example/", "names": {"mallory.example": [addresses]}}
        yield Fetch(
            f"fetch/name-{name}.json", f"Asks for a name that leads to {what}.", "not on the public internet", recipe
        )
    rebinding = {
        "address": "http://mallory.example:{port}/a",
        "names": {"mallory.example": [["127.0.0.1"], ["10.0.0.1"]]},
        "answers": {"/a": {"status": 200}},
    }
    yield Fetch(
        "fetch/name-rebinding.json",
        "Asks for a name that leads to another address when it is looked up again: it must be looked up once, and what was checked connected to.",
        "",
        rebinding,
    )


def _answers() -> Iterator[Fetch]:
    rows: tuple[tuple[str, str, str], ...] = (
        ("loopback", "https://127.0.0.1/", "not on the public internet"),
        ("metadata", "http://169.254.169.254/latest/meta-data/", "only https"),
        ("metadata-protected", "https://169.254.169.254/latest/meta-data/", "not on the public internet"),
        ("ipv6", "https://[::1]/", "not on the public internet"),
        ("other-port", "http://127.0.0.1:1/", "only https"),
        ("file", "file:///etc/passwd", "names no host"),
        ("user", "https://badges.example.org@10.0.0.1/", "user name"),
        ("itself", "/a", "redirects"),
        ("half-bracket", "https://[::1/", "well-formed"),
        ("nowhere", "", "nowhere"),
    )
    for name, target, reason in rows:
        answer = {"status": 302, "headers": {"Location": target} if target else {}}
        recipe = {"address": "{server}/a", "answers": {"/a": answer}}
        yield Fetch(f"fetch/redirect-{name}.json", f"Is redirected to {target or 'nowhere'}.", reason, recipe)
    to_name = {
        "address": "{server}/a",
        "answers": {"/a": {"status": 307, "headers": {"Location": "https://mallory.example/"}}},
        "names": {"mallory.example": [["10.0.0.1"]]},
    }
    yield Fetch(
        "fetch/redirect-name.json",
        "Is redirected to a name that leads to a private address.",
        "not on the public internet",
        to_name,
    )
    bodies: tuple[tuple[str, dict[str, Any], str, str], ...] = (
        (
            "gzip-bomb",
            {"headers": {"Content-Encoding": "gzip"}, "times": 50_000_000, "packed": True},
            "Is answered with fifty million zeros, packed small.",
            "larger than",
        ),
        ("large", {"times": 5_000_000}, "Is answered with five million zeros.", "larger than"),
        (
            "gzip-broken",
            {"headers": {"Content-Encoding": "gzip"}, "times": 100},
            "Is answered with what says it is packed, and is not.",
            "cannot be unpacked",
        ),
        (
            "unknown-packing",
            {"headers": {"Content-Encoding": "br"}, "times": 100},
            "Is answered in a packing that was not asked for.",
            "not asked for",
        ),
        ("not-found", {"status": 404, "times": 10}, "Is answered that there is nothing.", "404"),
    )
    for name, answer, tries, reason in bodies:
        recipe = {"address": "{server}/a", "answers": {"/a": {"status": 200, **answer}}}
        yield Fetch(f"fetch/answer-{name}.json", tries, reason, recipe)
