"""``cairn issue``: a batch of signed credentials from files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

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
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Where to write, one a line."
)
@click.option(
    "--suite", help="The cryptosuite. Left out: eddsa-rdfc-2022, or ecdsa-rdfc-2019 for a key on P-256 or P-384."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(
    achievement: Path, recipients: Path, issuer_file: Path, key_file: Path, out: Path, suite: str | None, as_json: bool
) -> int:
    """Sign one credential for each row of RECIPIENTS.csv, all for the achievement in ACHIEVEMENT.json. No database is needed.

    \b
    ACHIEVEMENT.json   an Open Badges 3.0 Achievement: at least id, name, description, criteria
    ISSUER.json        a Profile: at least name; id is a DID (left out: the did:key of the key)
    RECIPIENTS.csv     a header and a row for each person; email or did is needed:
                       email, did, id, valid_from, valid_until, awarded_date, credits, result,
                       evidence_url, licence_number

    E-mail addresses are written as salted hashes. A row that cannot be used is refused with its reason and the rest is signed; the file
    appears only when it is complete.

    \b
    Exit code: 0 every row was signed, 1 some rows were refused, other: nothing was written.

    \b
      cairn keys new key.json
      cairn issue achievement.json people.csv --issuer issuer.json --key key.json --out awards.jsonl
    """
    from cairn.credentials import KeySigner, did_key, did_key_verification_method, issue

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
    rows = Recipients(recipients, achievement=template, issuer=issuer, now=now)
    signer = KeySigner(key, method)

    def signed() -> Iterator[str]:
        for row, document in rows:
            try:
                yield issue(document, signer, created=now, cryptosuite=suite).text
            except ValueError as error:
                rows.refuse(row, error)

    count = _write(out, signed(), progress_line("signed"))
    report = {"signed": count, "refused": len(rows.refused), "out": str(out), "rows": rows.refused}
    _say(report, as_json)
    return 1 if rows.refused else 0


def _write(out: Path, lines: Iterator[str], progress: Any) -> int:
    """Write lines to a file that appears only when it is complete. Returns their number; raises Invalid when there is none."""
    part = out.with_name(out.name + ".part")
    count = 0
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
    if report["signed"]:
        click.echo(f"Signed {report['signed']:,} credentials into {report['out']}; refused {report['refused']:,} rows.")
    else:
        click.echo("Nothing was signed, and no file was written.")
