"""``cairn issue``: a batch of signed credentials from files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import click

from cairn.entry.cli.children import script_left_alone
from cairn.entry.cli.files import read_json, read_key
from cairn.entry.cli.recipients import Recipients
from cairn.entry.cli.site import progress_line
from cairn.errors import Invalid


@click.command()
@click.argument("achievement", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("recipients", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--issuer", "issuer_file", required=True, type=click.Path(path_type=Path), help="JSON: the issuer's Profile."
)
@click.option(
    "--key", "key_file", required=True, type=click.Path(path_type=Path), help="The signing key (`cairn keys new`)."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to write, one a line.")
@click.option(
    "--bake",
    "image",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A picture (PNG or SVG) to put each one into.",
)
@click.option(
    "--out-folder", type=click.Path(path_type=Path, file_okay=False), help="Where the pictures go, one for each row."
)
@click.option(
    "--format", "form", type=click.Choice(["json", "vc-jwt"]), default="json", show_default=True,
    help="JSON with a proof in it, or a token (JWT).",
)  # fmt: skip
@click.option(
    "--suite", help="The cryptosuite. Left out: eddsa-rdfc-2022, or ecdsa-rdfc-2019 for a key on P-256 or P-384."
)
@click.option(
    "--data-model", type=click.Choice(["2.0", "1.1"]), default="2.0", show_default=True,
    help="Version of Verifiable Credentials; 1.1 is for older wallets.",
)  # fmt: skip
@click.option(
    "--ob-context", help="Version of the Open Badges vocabulary. Default: the latest that fits the data model."
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many processes share the signing.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(
    achievement: Path,
    recipients: Path,
    issuer_file: Path,
    key_file: Path,
    out: Path | None,
    image: Path | None,
    out_folder: Path | None,
    form: str,
    suite: str | None,
    data_model: Literal["2.0", "1.1"],
    ob_context: str | None,
    processes: int,
    as_json: bool,
) -> int:
    """Sign one credential for each row of RECIPIENTS.csv, all for the achievement in ACHIEVEMENT.json. No database is needed.

    \b
    ACHIEVEMENT.json   an Open Badges 3.0 Achievement: at least id, name, description, criteria
    ISSUER.json        a Profile: at least name; id is a DID (left out: the did:key of the key)
    RECIPIENTS.csv     a header and a row for each person; email or did is needed:
                       email, did, id, valid_from, valid_until, awarded_date, credits, result,
                       evidence_url, licence_number

    E-mail addresses are written as salted hashes. A row that cannot be used is refused with its reason and the rest is signed; files
    and folders appear only when they are complete.

    \b
    Exit code: 0 every row was signed, 1 some rows were refused, other: nothing was written.

    \b
      cairn keys new key.json
      cairn issue achievement.json people.csv --issuer issuer.json --key key.json --out awards.jsonl
    """
    from cairn.credentials import KeySigner, did_key, did_key_verification_method
    from cairn.credentials.errors import CredentialError
    from cairn.entry.cli.making import Making, Pictures

    if (image is None) != (out_folder is None) or (out is None and image is None):
        raise Invalid(
            "It is not clear where the credentials should go.",
            remedy="Give --out awards.jsonl, or --bake badge.png with --out-folder badges, or both.",
        )
    key, controller, method = read_key(key_file)
    issuer = read_json(issuer_file, "the issuer's Profile")
    issuer.setdefault("id", controller or did_key(key))
    if issuer["id"] == did_key(key):
        method = did_key_verification_method(key)
    elif method is None or controller != issuer["id"]:
        method = f"{issuer['id']}#{key.public_multibase}"
    template = read_json(achievement, "the Achievement")
    if "credentialSubject" in template:
        raise Invalid(
            f"{achievement} is a whole credential, not an Achievement.",
            remedy="Give what stands in its credentialSubject.achievement.",
        )
    now = datetime.now(UTC).replace(microsecond=0)
    pictures: Pictures | None = None
    try:
        rows = Recipients(
            recipients, achievement=template, issuer=issuer, now=now, data_model=data_model, ob_context=ob_context
        )
        making = Making(KeySigner(key, method), now, form, suite, processes)
        pictures = Pictures(image, out_folder) if image is not None and out_folder is not None else None
        with script_left_alone():
            count = _write(out, _lines(making, rows, pictures), progress_line("signed"))
        if pictures is not None and count:
            pictures.keep()
    except CredentialError as error:
        raise Invalid(error.message, remedy=error.remedy, code=error.code) from error
    finally:
        if pictures is not None:
            pictures.drop()
    places = {"out": str(out)} if out is not None else {}
    if out_folder is not None:
        places["out_folder"] = str(out_folder)
    _say({"signed": count, "refused": len(rows.refused), **places, "rows": rows.refused}, as_json)
    return 1 if rows.refused else 0


def _lines(making: Any, rows: Recipients, pictures: Any) -> Iterator[str]:
    for row, credential in making.signed(rows):
        if pictures is not None:
            pictures.add(row, credential)
        yield credential.text


def _write(out: Path | None, lines: Iterator[str], progress: Any) -> int:
    """Write lines to a file that appears only when it is complete. Returns their number; without ``out`` they are only counted."""
    count = 0
    if out is None:
        for count, _ in enumerate(lines, start=1):
            if count % 1000 == 0:
                progress(count)
        return count
    part = out.with_name(out.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            for count, line in enumerate(lines, start=1):
                file.write(line + "\n")
                if count % 1000 == 0:
                    progress(count)
        if count:
            part.replace(out)
    except OSError as error:
        raise Invalid(
            f"{out} cannot be written: {error.strerror}.", remedy="Choose another place with --out."
        ) from error
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return count


def _say(report: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for refused in report["rows"]:
        click.echo(f"  row {refused['row']}: {refused['message']} {refused['remedy']}".rstrip(), err=True)
    where = " and ".join(str(report[name]) for name in ("out", "out_folder") if name in report)
    if report["signed"]:
        click.echo(f"Signed {report['signed']:,} credentials into {where}; refused {report['refused']:,} rows.")
    else:
        click.echo("Nothing was signed, and no file was written.")
