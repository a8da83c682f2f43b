"""``cairn status``: status lists in files: made, marked, signed again."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cairn.credentials.errors import CredentialError
from cairn.credentials.status.keeping import KINDS, KeptList
from cairn.credentials.statuslist import MINIMUM_SIZE
from cairn.entry.cli.files import issuer_and_signer, refuse_to_overwrite
from cairn.entry.cli.ledger import Ledger, facts_of
from cairn.errors import Invalid

LEDGER = click.argument("ledger", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def command() -> None:
    """Keep status lists: which award has which place, which are revoked or suspended, and the signed list to publish.

    \b
      cairn status new revoked.ledger --url https://badges.example.org/status/1
      cairn issue achievement.json people.csv … --status revoked.ledger --out awards.jsonl
      cairn status set revoked.ledger urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5
      cairn status sign revoked.ledger --issuer issuer.json --key key.json --out status-1.json
    """


@command.command()
@LEDGER
@click.option("--url", required=True, help="The address at which the list will be published.")
@click.option(
    "--kind", type=click.Choice(list(KINDS)), default="bitstring", show_default=True, help="The kind of list."
)
@click.option(
    "--purpose", type=click.Choice(KINDS["bitstring"].purposes), default="revocation", show_default=True,
    help="revocation is final, suspension can be taken back, refresh announces a newer copy, message is in your own words.",
)  # fmt: skip
@click.option("--length", type=int, default=MINIMUM_SIZE, show_default=True, help="How many places it has.")
@click.option(
    "--word", "words", multiple=True, help="bitstring: a word for each value, 0 first; 2, 4, 8 or more of them."
)
@click.option("--reference", help="bitstring: the address at which the words are explained.")
@click.option(
    "--count-from", type=int, help="Count places up from here. Left out: drawn at random, which tells nobody the order."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def new(
    ledger: Path,
    url: str,
    kind: str,
    purpose: str,
    length: int,
    words: Sequence[str],
    reference: str | None,
    count_from: int | None,
    as_json: bool,
) -> None:
    """Make the ledger of a new list. It holds who has which place: keep it, keep it to yourself, and use it for every batch."""
    size = max(len(words) - 1, 1).bit_length()
    try:
        kept = KeptList(url, kind, purpose, size, tuple(words) or None, reference, length)
    except CredentialError as error:
        raise Invalid(error.message, remedy=error.remedy or "Say it in another way.", code=error.code) from error
    with Ledger.new(ledger, kept, count_from=count_from):
        pass
    if as_json:
        click.echo(json.dumps({"ledger": str(ledger), **facts_of(kept)}, ensure_ascii=False))
        return
    click.echo(f"Wrote {ledger}, for a list at {url}. Keep a copy: only it knows which award has which place.")


@command.command("set")
@LEDGER
@click.argument("awards", nargs=-1, required=True, metavar="AWARD...")
@click.option(
    "--value",
    type=click.IntRange(0, 65_535),
    default=1,
    show_default=True,
    help="Which value, where there are several.",
)
@click.option("--reason", default="", help="1edtech: why, for everybody to read.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, one for each award.")
def set_(ledger: Path, awards: Sequence[str], value: int, reason: str, as_json: bool) -> None:
    """Mark awards, named by their ids or their places: revoked, suspended, or what the list is for. Sign the list afterwards.

    All of them, or none if one is not in the list.
    """
    _mark(ledger, awards, value, reason, as_json)


@command.command()
@LEDGER
@click.argument("awards", nargs=-1, required=True, metavar="AWARD...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, one for each award.")
def unset(ledger: Path, awards: Sequence[str], as_json: bool) -> None:
    """Take the mark off awards. A revocation is final and stays. Sign the list afterwards."""
    _mark(ledger, awards, 0, "", as_json)


def _mark(path: Path, awards: Sequence[str], value: int, reason: str, as_json: bool) -> None:
    with Ledger(path) as ledger:
        for award in awards:
            ledger.mark(award, value, reason)
        ledger.keep()
        for award in awards:
            found = ledger.find(award)
            facts = {"award": found.award, "place": found.place, "value": found.value}
            said = f"{found.award} has the value {found.value} (place {found.place})."
            click.echo(json.dumps(facts, ensure_ascii=False) if as_json else said)
        if not as_json:
            click.echo("Nobody knows until the list is signed again and published: cairn status sign")


@command.command()
@LEDGER
@click.option(
    "--issuer", "issuer_file", required=True, type=click.Path(path_type=Path), help="JSON: the issuer's Profile."
)
@click.option("--key", "key_file", required=True, type=click.Path(path_type=Path), help="The issuer's signing key.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write it; replaced if it is there.",
)
@click.option(
    "--format", "form", type=click.Choice(["json", "vc-jwt"]), default="json", show_default=True, help="JSON with a proof, or a token."
)  # fmt: skip
@click.option("--suite", help="The cryptosuite, as for `cairn issue`.")
@click.option(
    "--valid-days",
    type=click.IntRange(1, 3650),
    help="How long this copy counts. Left out: until there is a newer one.",
)
@click.option(
    "--ttl", type=click.IntRange(1, 10_000), help="bitstring: minutes for which a verifier may keep it. Left out: 5."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def sign(
    ledger: Path,
    issuer_file: Path,
    key_file: Path,
    out: Path,
    form: str,
    suite: str | None,
    valid_days: int | None,
    ttl: int | None,
    as_json: bool,
) -> None:
    """Write the list as it is to be published, signed where its kind is signed. Do so after every change."""
    from datetime import timedelta

    from cairn.credentials import issue, sign_vc_jwt
    from cairn.credentials.jsontext import serialise

    refuse_to_overwrite(out, ledger, issuer_file, key_file)
    issuer, signer = issuer_and_signer(issuer_file, key_file)
    now = datetime.now(UTC).replace(microsecond=0)
    with Ledger(ledger) as kept:
        kept.hold()
        try:
            document = kept.kept.document(
                kept.marks(),
                issuer=issuer["id"],
                valid_from=now,
                valid_until=now + timedelta(days=valid_days) if valid_days else None,
                ttl_ms=ttl * 60_000 if ttl else None,
            )
            if not kept.kept.signed:
                text = serialise(document)
            elif form == "vc-jwt":
                text = sign_vc_jwt(document, signer, created=now).text
            else:
                text = issue(document, signer, created=now, cryptosuite=suite).text
        except CredentialError as error:
            raise Invalid(error.message, remedy=error.remedy, code=error.code) from error
        counts = kept.counts()
        url = kept.kept.url
        _replace(out, text)
    if as_json:
        click.echo(json.dumps({"out": str(out), "url": url, **counts}, ensure_ascii=False))
        return
    click.echo(f"Wrote {out}: {counts['marked']:,} of {counts['given']:,} awards are marked. Publish it at\n  {url}")


@command.command()
@LEDGER
@click.argument("awards", nargs=-1, metavar="[AWARD...]")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, one object a line.")
def show(ledger: Path, awards: Sequence[str], as_json: bool) -> None:
    """Say what a list is and how full; with AWARD, what value and place each of these has."""
    with Ledger(ledger) as kept:
        if not awards:
            facts: dict[str, Any] = {**facts_of(kept.kept), **kept.counts()}
            _say(facts, as_json)
        for award in awards:
            found = kept.find(award)
            _say({"award": found.award, "place": found.place, "value": found.value, "reason": found.reason}, as_json)


def _say(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    shown = {name: ", ".join(one) if isinstance(one, tuple) else one for name, one in facts.items() if one != ""}
    click.echo("  ".join(f"{name} {one}" for name, one in shown.items()))


def _replace(out: Path, text: str) -> None:
    """Write a file that is whole at every moment: whoever serves it never hands out half a list."""
    # Two commands may write the same list at the same time: each its own part.
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(out)
    except OSError as error:
        raise Invalid(
            f"{out} cannot be written: {error.strerror}.", remedy="Choose another place with --out."
        ) from error
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
