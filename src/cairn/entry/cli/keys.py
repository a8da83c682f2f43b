"""``cairn keys``: signing keys in files and of the site's organisations."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from cairn.entry.cli.files import key_document
from cairn.entry.cli.site import open_site
from cairn.errors import Conflict, Invalid

SHORTEST_PASSPHRASE = 12


@click.group()
def command() -> None:
    """Make, list, rotate and lock signing keys.

    \b
      cairn keys new key.json              a key for `cairn issue`
      cairn keys list                      the keys of this site's organisations
      cairn keys rotate rowan-college --by ada@example.org
      cairn keys relock                    put the site's keys under a passphrase
    """


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--did", help="The did:web identifier the key is for. Without it the key is its own did:key.")
@click.option(
    "--type",
    "key_type",
    type=click.Choice(["Ed25519", "P-256", "P-384"], case_sensitive=False),
    default="Ed25519",
    show_default=True,
    help="The kind of key. P-256 and P-384 are for partners who cannot check Ed25519.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON (never the secret).")
def new(file: Path, did: str | None, key_type: str, as_json: bool) -> None:
    """Make a key and write it to FILE, readable by you alone. An existing file is never replaced.

    With --did the DID document to publish is printed too: verifiers fetch it from the address that the DID names.
    """
    from cairn.credentials import did_document, did_web_url
    from cairn.credentials.keys import generate_key

    key = generate_key(key_type)
    made = key_document(key, did)
    document = did_document(did, [key.public_multibase]) if did else None
    address = did_web_url(did) if did else ""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Conflict(
            f"{file} exists, and a key that was used must not be lost.", remedy="Choose another name."
        ) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(made, stream, indent=2)
    told = {"file": str(file), "did": made["controller"], "verification_method": made["id"], "did_document": document}
    if as_json:
        click.echo(json.dumps(told))
        return
    click.echo(f"Wrote {file}. Keep it secret, and keep a copy: what it signs is signed by\n  {made['controller']}")
    if document:
        click.echo(f"Publish this at {address} before you issue:\n{json.dumps(document, indent=2)}")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, one key a line.")
def list_keys(as_json: bool) -> None:
    """List the keys of this site's organisations: active, retired and compromised ones."""
    open_site()
    from cairn.issuing.models import SigningKey

    rows = SigningKey.objects.select_related("organisation").order_by("organisation__name", "-created_at")
    for row in rows:
        facts = {
            "organisation": row.organisation.slug,
            "did": row.did,
            "verification_method": row.verification_method,
            "state": row.state,
            "created_at": row.created_at.isoformat(),
            "retired_at": row.retired_at.isoformat() if row.retired_at else None,
        }
        if as_json:
            click.echo(json.dumps(facts))
        else:
            click.echo(
                f"{row.organisation.name}  {row.state}  since {row.created_at:%Y-%m-%d}\n  {row.verification_method}"
            )
    if not rows and not as_json:
        click.echo(
            "No organisation has a key yet. One is made when a registrar first needs it, or with `cairn keys rotate`."
        )


@command.command()
@click.argument("organisation")
@click.option("--type", "key_type", required=True, type=click.Choice(["P-256", "P-384"]), help="Kind of key.")
@click.option("--by", "email", required=True, help="E-mail address of the registrar or administrator who decides this.")
@click.option("--json", "as_json", is_flag=True, help="Print the key as JSON.")
def add(organisation: str, key_type: str, email: str, as_json: bool) -> None:
    """Give ORGANISATION a key of a further kind, for documents that programs ask to have signed (W3C VC-API).

    Awards go on being signed with the Ed25519 key. Where there is such a key already, that one is told.
    """
    open_site()
    from cairn.issuing.services import ensure_signing_key
    from cairn.outside.clock import now
    from cairn.people import queries

    key = ensure_signing_key(
        organisation=queries.organisation(organisation), by=queries.person_by_email(email), at=now(), key_type=key_type
    )
    facts = {"organisation": organisation, "did": key.did, "verification_method": key.verification_method}
    click.echo(json.dumps(facts) if as_json else f"{organisation} also signs with\n  {key.verification_method}")


@command.command()
@click.argument("organisation")
@click.option("--by", "email", required=True, help="E-mail address of the registrar or administrator who decides this.")
@click.option("--compromised", is_flag=True, help="The old key was stolen: nothing it signed is accepted from now on.")
@click.option("--json", "as_json", is_flag=True, help="Print the new key as JSON.")
def rotate(organisation: str, email: str, compromised: bool, as_json: bool) -> None:
    """Give ORGANISATION (its short name, as in its address) a new key.

    Under did:web the old key stays in the DID document as retired, so that old awards keep verifying. A did:key cannot rotate: it is its
    key. The command says so and changes nothing.
    """
    open_site()
    from cairn.issuing.services import rotate_key
    from cairn.outside.clock import now
    from cairn.people import queries

    key = rotate_key(
        organisation=queries.organisation(organisation),
        by=queries.person_by_email(email),
        at=now(),
        compromised=compromised,
    )
    facts = {"organisation": organisation, "did": key.did, "verification_method": key.verification_method}
    click.echo(json.dumps(facts) if as_json else f"{organisation} now signs with\n  {key.verification_method}")


@command.command()
@click.option("--without-passphrase", is_flag=True, help="Lock with a key file inside the folder, as a new site does.")
def relock(without_passphrase: bool) -> None:
    """Put the folder with this site's signing keys under another passphrase. The keys stay as they are.

    The passphrase it has now, if it has one, is read from CAIRN_KEY_PASSPHRASE; the new one is asked for and not shown. Stop the site
    first, and start it with CAIRN_KEY_PASSPHRASE set to the new one.
    """
    open_site()
    from cairn.outside.custody import file_store

    passphrase = None
    if not without_passphrase:
        passphrase = click.prompt("New passphrase", hide_input=True, confirmation_prompt="The same once more")
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise Invalid(
                f"The passphrase has fewer than {SHORTEST_PASSPHRASE} characters. Nothing was changed.",
                remedy="Take four or five words that do not belong together.",
            )
    store = file_store()
    store.relock(passphrase)
    click.echo(f"The keys in {store.folder} are locked anew.")
    if passphrase:
        click.echo(
            "From now on start Cairn with CAIRN_KEY_PASSPHRASE set to it. Without it nobody can sign, you neither."
        )
    else:
        click.echo("From now on start Cairn without CAIRN_KEY_PASSPHRASE. master.key in that folder opens them.")
    click.echo("Back the folder up anew: older copies still open with what opened them before.")
