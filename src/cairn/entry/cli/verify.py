"""``cairn verify``: what a credential is worth trusting, told to a person or a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from cairn.credentials import CouldNotFetch, Fetched, KnownIssuer, Recipient, Resolver, verify
from cairn.entry.cli.files import read_json
from cairn.entry.cli.site import open_site, site_exists
from cairn.errors import Invalid

MAX_FILE = 20 * 1024 * 1024
EXIT_CODES = {"verified": 0, "not_verified": 1, "undetermined": 2}
COLOURS = {"verified": "green", "not_verified": "red", "undetermined": "yellow"}
MARKS = {"pass": "✓", "warn": "!", "fail": "✗", "unknown": "?", "not_asked": "·", "skip": "·"}
HEADLINES = {
    "verified": "Verified",
    "not_verified": "Not verified",
    "undetermined": "Could not find out",
}


class Nobody:
    """A resolver for ``--offline``: asks nobody."""

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Refuse to ask."""
        raise CouldNotFetch("this check was asked to stay offline")


class Listed:
    """A trust registry over files of the form ``{"registry": {DID: {"name", "url"}}}``, as the DCC publishes them."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._known: dict[str, KnownIssuer] = {}
        for path in paths:
            listed = read_json(path, "a register of issuers").get("registry")
            if not isinstance(listed, dict):
                raise Invalid(
                    f"{path} is no register of issuers.",
                    remedy='Give a file of the form {"registry": {DID: {"name": …}}}.',
                )
            for did, entry in listed.items():
                name = entry.get("name") if isinstance(entry, dict) else None
                self._known.setdefault(did, KnownIssuer(str(name or did), path.name, None))

    def known(self, issuer_id: str, at: datetime) -> KnownIssuer | None:
        """Return the register's entry."""
        return self._known.get(issuer_id)


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="FILE_OR_URL...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, one for each input.")
@click.option("--email", help="Ask too whether the credential is about the person with this e-mail address.")
@click.option(
    "--register", "registers", multiple=True, type=click.Path(path_type=Path), help="JSON file of known issuers."
)
@click.option("--offline", is_flag=True, help="Ask nobody: what cannot be found out without a network stays open.")
@click.option(
    "--site/--no-site", default=None, help="Also use what the site of CAIRN_HOME knows. Default: if there is one."
)
def command(
    inputs: Sequence[str], as_json: bool, email: str | None, registers: Sequence[Path], offline: bool, site: bool | None
) -> int:
    """Check credentials: JSON (or JSON lines), baked PNG or SVG, a PDF of ours, or the https address of one; - is standard input.

    Each input gets a verdict (verified, not_verified, undetermined) and four separate answers: is it authentic, is it current,
    is its issuer known, is it about the person asked about. An unknown issuer is a warning. What could not be found out is never
    called wrong. Nothing is kept, and the issuer learns nothing about the credential: only public lists are fetched.

    \b
    Exit code: 0 all verified, 1 some not verified, 2 none wrong but some undetermined.

    \b
      cairn verify badge.png
      cairn verify --json --register registry.json *.json | jq .verdict
    """
    from cairn.outside.clock import now

    use_site = site_exists() if site is None else site
    trust = Listed(registers)
    resolver = _world(offline)
    recipient = Recipient(email=email) if email else None
    worst = 0
    for name, data in _given(inputs, resolver):
        if isinstance(data, CouldNotFetch):
            said = _unreadable(name, data.reason)
        elif use_site and not registers:
            said = _on_site(name, data, email, resolver)
        else:
            said = verify(data, at=now(), resolve=resolver, trust=trust, recipient=recipient).as_dict()
        verdict = str(said["verdict"])
        code = EXIT_CODES[verdict]
        worst = 1 if 1 in (worst, code) else max(worst, code)
        if as_json:
            click.echo(json.dumps({"input": name, **said}, ensure_ascii=False))
        else:
            _tell(name, said)
    return worst


def _given(inputs: Sequence[str], resolver: Resolver) -> Iterator[tuple[str, bytes | CouldNotFetch]]:
    """Read the inputs one after the other. A file of JSON lines, as `cairn issue` writes, is an input for each line."""
    for name in inputs:
        try:
            if name.endswith((".jsonl", ".ndjson")) and not _is_address(name):
                with Path(name).open("rb") as file:
                    for number, line in enumerate(file, start=1):
                        if line.strip():
                            yield f"{name}:{number}", line
            else:
                yield name, _read(name, resolver)
        except CouldNotFetch as error:
            yield name, error
        except OSError as error:
            yield name, _not_read(error)


def _on_site(name: str, data: bytes, email: str | None, resolver: Resolver) -> dict[str, Any]:
    open_site(migrate=False)
    from cairn.outside.clock import now
    from cairn.verifying.services import check

    return check(data, at=now(), recipient=email, name=name, world=resolver).verdict.as_dict()


def _world(offline: bool) -> Resolver:
    if offline:
        return Nobody()
    from cairn.outside.fetching import GuardedResolver

    return GuardedResolver()


def _is_address(name: str) -> bool:
    return name.startswith(("https://", "http://"))


def _read(name: str, resolver: Resolver) -> bytes:
    """Return the bytes of an input; raises CouldNotFetch with the reason."""
    if _is_address(name):
        return resolver.fetch(
            name, accept="application/vc, application/json, image/png, image/svg+xml, application/pdf"
        ).body
    try:
        if name == "-":
            return sys.stdin.buffer.read(MAX_FILE + 1)
        path = Path(name)
        if path.stat().st_size > MAX_FILE:
            raise CouldNotFetch(f"it is larger than {MAX_FILE // 1024 // 1024} MiB, which no credential is")
        return path.read_bytes()
    except OSError as error:
        raise _not_read(error) from error


def _not_read(error: OSError) -> CouldNotFetch:
    return CouldNotFetch(f"it cannot be read: {(error.strerror or 'unknown reason').lower()}")


def _unreadable(name: str, reason: str) -> dict[str, Any]:
    finding = {
        "check": "container",
        "outcome": "unknown",
        "code": "could_not_read",
        "message": f"“{name}” was not checked: {reason}.",
        "remedy": "Check the name or the address and try again.",
    }
    answers = dict.fromkeys(("authentic", "current", "trusted"), "unknown")
    return {"verdict": "undetermined", **answers, "about_person": "not_asked", "findings": [finding]}


def _tell(name: str, said: Mapping[str, Any]) -> None:
    verdict = str(said["verdict"])
    headline = HEADLINES[verdict]
    if verdict == "verified" and said["trusted"] != "pass":
        headline += ", but the issuer is not known"
    click.secho(f"{name}: {headline}", fg=COLOURS[verdict], bold=True)
    if said.get("name"):
        issuer = said["issuer"]["name"] or said["issuer"]["id"]
        click.echo(
            f"  {said['name']}, by {issuer}" + (f", from {said['valid_from'][:10]}" if said.get("valid_from") else "")
        )
    for finding in said["findings"]:
        line = f"  {MARKS.get(finding['outcome'], '·')} {finding['message']}"
        click.echo(
            line
            + (f" {finding['remedy']}" if finding["outcome"] not in {"pass", "not_asked"} and finding["remedy"] else "")
        )
