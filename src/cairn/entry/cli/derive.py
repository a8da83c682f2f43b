"""``cairn derive``: a copy of a credential that shows less, for its holder to hand over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cairn.errors import Conflict, Invalid, NotFound

MAX_FILE = 20 * 1024 * 1024


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--reveal", "pointers", multiple=True, metavar="POINTER",
    help="What to show besides what its issuer made mandatory, like /credentialSubject/achievement/name; may be given several times.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to write it. Default: print it.")
def command(file: Path, pointers: Sequence[str], out: Path | None) -> int:
    """Make a copy of the credential in FILE that shows only parts of it, and still verifies.

    For credentials whose issuer signed them so: with an ecdsa-sd-2023 base proof, or as SD-JWT. No key is needed. POINTER is a JSON
    pointer (RFC 6901); with it all that is inside is shown. FILE itself is for its holder alone.

    \\b
      cairn derive transcript.json --reveal /credentialSubject/achievement/name --out shown.json
    """
    from cairn.credentials import Credential, derive
    from cairn.credentials.errors import CredentialError

    try:
        with file.open("rb") as source:
            credential = Credential.parse(source.read(MAX_FILE))
        shown = derive(credential, pointers)
    except FileNotFoundError as error:
        raise NotFound(f"{file} is not there.", remedy="Give the path of the credential.") from error
    except CredentialError as error:
        raise Invalid(error.message, remedy=error.remedy or "Choose another part.", code=error.code) from error
    if out is None:
        click.echo(shown.text)
        return 0
    try:
        with out.open("x", encoding="utf-8") as target:
            target.write(shown.text + "\n")
    except FileExistsError as error:
        raise Conflict(f"{out} exists.", remedy="Choose another name.") from error
    click.echo(f"Wrote {out}.")
    return 0
