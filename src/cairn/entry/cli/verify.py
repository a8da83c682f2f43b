"""``cairn verify``: what a credential is worth trusting, told to a person or a program."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from cairn.credentials import CouldNotFetch, Recipient, Resolver, TrustRegistry, verify
from cairn.credentials.linkeddata.isolated import shared
from cairn.credentials.presentations import is_presentation, verify_presentation
from cairn.credentials.spread import in_order
from cairn.entry.cli.children import script_left_alone
from cairn.entry.cli.documents import Documents, Nobody
from cairn.entry.cli.inputs import Given, given
from cairn.entry.cli.site import open_site, site_exists
from cairn.entry.cli.trust import Listed, read_moment
from cairn.errors import Invalid

EXIT_CODES = {"verified": 0, "not_verified": 1, "undetermined": 2}
COLOURS = {"verified": "green", "not_verified": "red", "undetermined": "yellow"}
MARKS = {"pass": "✓", "warn": "!", "fail": "✗", "unknown": "?", "not_asked": "·", "skip": "·"}
HEADLINES = {
    "verified": "Verified",
    "not_verified": "Not verified",
    "undetermined": "Could not find out",
}


class Moment(click.ParamType[datetime]):
    """A moment with a time zone, or a day."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it, or say how to write it."""
        if isinstance(value, datetime):
            return value
        try:
            return read_moment(str(value))
        except ValueError:
            self.fail(
                f"“{value}” is no moment. Write 2026-03-01T12:00:00Z, or 2026-03-01 for its first instant in UTC."
            )


@dataclass(frozen=True, slots=True)
class Asked:
    """How every input of one call is checked. ``on_site``: with what the site of ``CAIRN_HOME`` knows."""

    at: datetime
    resolver: Resolver
    trust: TrustRegistry
    recipient: str | None
    challenge: str | None
    domain: str | None
    on_site: bool
    refresh: bool = False

    def __call__(self, one: Given) -> tuple[str, dict[str, Any]]:
        """Return the input's name and what is said of it; this is what travels to other processes."""
        name, data = one
        return name, _unreadable(name, data.reason) if isinstance(data, CouldNotFetch) else self.check(name, data)

    def check(self, name: str, data: bytes) -> dict[str, Any]:
        """Return the verdict as JSON-ready values."""
        if self.challenge or self.domain or is_presentation(data):
            return self._presented(data)
        if self.on_site:
            return _on_site(name, data, self)
        recipient = recipient_of(self.recipient) if self.recipient else None
        return verify(
            data,
            at=self.at,
            resolve=self.resolver,
            trust=self.trust,
            recipient=recipient,
            refresh=self.refresh,
            isolated=shared(),
        ).as_dict()

    def _presented(self, data: bytes) -> dict[str, Any]:
        return verify_presentation(
            data,
            at=self.at,
            resolve=self.resolver,
            trust=self.trust,
            challenge=self.challenge,
            domain=self.domain,
            isolated=shared(),
        ).as_dict()


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="FILE_OR_URL...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, one for each input.")
@click.option("--at", type=Moment(), help="Check as of this moment (2026-03-01T12:00:00Z) or day. Default: now.")
@click.option(
    "--recipient",
    "--email",
    "recipient",
    help="Ask too whether it is about this person: e-mail address, DID or other id.",
)
@click.option(
    "--trust", "--register", "registers", multiple=True, type=click.Path(path_type=Path),
    help="JSON file of known issuers: who, since when, for what.",
)  # fmt: skip
@click.option(
    "--refresh",
    is_flag=True,
    help="Ask the issuer for a newer copy, if the credential names where: that tells it of this check.",
)
@click.option("--challenge", help="For presentations: the challenge that the presenter was asked to answer.")
@click.option("--domain", help="For presentations: for whom the presenter should have answered it.")
@click.option("--offline", is_flag=True, help="Ask nobody: what cannot be found out without a network stays open.")
@click.option(
    "--documents", type=click.Path(path_type=Path), help="JSON map from addresses to files that stand for them; asks nobody else."
)  # fmt: skip
@click.option(
    "--processes", type=click.IntRange(1, 64), default=1, show_default=True,
    help="With --offline or --documents: how many processes share the work.",
)  # fmt: skip
@click.option(
    "--site/--no-site", default=None, help="Also use what the site of CAIRN_HOME knows. Default: if there is one."
)
def command(
    inputs: Sequence[str],
    as_json: bool,
    at: datetime | None,
    recipient: str | None,
    registers: Sequence[Path],
    refresh: bool,
    challenge: str | None,
    domain: str | None,
    offline: bool,
    documents: Path | None,
    processes: int,
    site: bool | None,
) -> int:
    """Check credentials and presentations: JSON, tokens (JWT), lines of either, baked PNG or SVG, a PDF of ours, or the address of one.

    - is standard input.

    Each input gets a verdict (verified, not_verified, undetermined) and four separate answers: is it authentic, is it current,
    is its issuer known, is it about the person asked about. An unknown issuer is a warning. What could not be found out is never
    called wrong. Nothing is kept, and the issuer learns nothing about the credential: only public lists are fetched.

    \b
    Exit code: 0 all verified, 1 some not verified, 2 none wrong but some undetermined.

    \b
      cairn verify badge.png
      cairn verify --json --trust registry.json *.json | jq .verdict
      cairn verify --at 2026-03-01 --documents archive/map.json archive/*.jsonl
    """
    from cairn.outside.clock import now

    if offline and documents is not None:
        raise Invalid(
            "--offline and --documents do not go together.",
            remedy="--documents asks nobody either; leave --offline out.",
        )
    # Who brings registers or documents of their own means these, and no others.
    use_site = site_exists() and not registers and documents is None if site is None else site and not registers
    asked = Asked(
        at or now(), _world(offline, documents), Listed(registers), recipient, challenge, domain, use_site, refresh
    )
    if recipient:
        recipient_of(recipient)
    worst = 0
    with script_left_alone():
        for name, said in in_order(asked, given(inputs, asked.resolver), processes=1 if use_site else processes):
            verdict = str(said["verdict"])
            code = EXIT_CODES[verdict]
            worst = 1 if 1 in (worst, code) else max(worst, code)
            if as_json:
                click.echo(json.dumps({"input": name, **said}, ensure_ascii=False))
            else:
                _tell(name, said)
    return worst


def recipient_of(text: str) -> Recipient:
    """Return whom a text means: an e-mail address, else a DID or another identifier that is a full address; raises Invalid."""
    plain = text.strip()
    scheme, colon, rest = plain.partition(":")
    if colon and rest and scheme.isalnum() and not plain.lower().startswith("mailto:"):
        return Recipient(did=plain)
    address = plain[7:] if plain.lower().startswith("mailto:") else plain
    if "@" not in address.strip("@"):
        raise Invalid(
            f"“{text}” is no e-mail address and no identifier.",
            remedy="Write ada@example.org, or a DID such as did:key:z6Mk….",
            code="bad_recipient",
        )
    return Recipient(email=address)


def _on_site(name: str, data: bytes, asked: Asked) -> dict[str, Any]:
    open_site(migrate=False)
    from cairn.verifying.services import check

    result = check(data, at=asked.at, recipient=asked.recipient, name=name, world=asked.resolver, refresh=asked.refresh)
    return result.verdict.as_dict()


def _world(offline: bool, documents: Path | None) -> Resolver:
    if documents is not None:
        return Documents.read(documents)
    if offline:
        return Nobody()
    from cairn.outside.fetching import GuardedResolver

    return GuardedResolver()


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
    if verdict == "verified" and said.get("trusted", "pass") != "pass":
        headline += ", but the issuer is not known"
    click.secho(f"{name}: {headline}", fg=COLOURS[verdict], bold=True)
    if said.get("holder"):
        click.echo(f"  Presented by {said['holder']}")
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
    for number, credential in enumerate(said.get("credentials", ()), start=1):
        _tell(f"{name}, credential {number}", credential)
