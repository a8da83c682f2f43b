"""``cairn issue``: a batch of signed credentials from files."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import click

from cairn.credentials.status import MAX_ENTRIES
from cairn.entry.cli.children import script_left_alone
from cairn.entry.cli.files import issuer_and_signer, read_json, refuse_to_overwrite
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
    "--format", "form", type=click.Choice(["json", "vc-jwt", "sd-jwt", "sd-jwt-vc"]), default="json", show_default=True,
    help="JSON with a proof in it, or a token: JWT, SD-JWT (parts may be left out), or an SD-JWT VC.",
)  # fmt: skip
@click.option(
    "--suite", help="The cryptosuite. Left out: eddsa-rdfc-2022, or ecdsa-rdfc-2019 for a key on P-256 or P-384."
)
@click.option(
    "--mandatory", multiple=True, metavar="POINTER",
    help="With --suite ecdsa-sd-2023: what its holder can never leave out, like /credentialSubject/achievement/name; several times.",
)  # fmt: skip
@click.option(
    "--disclosable", multiple=True, metavar="POINTER",
    help="With --format sd-jwt or sd-jwt-vc: what its holder may leave out, like /credentialSubject/result; several times.",
)  # fmt: skip
@click.option("--vct", metavar="ADDRESS", help="With --format sd-jwt-vc: the type of the credential.")
@click.option(
    "--bind",
    is_flag=True,
    help="With sd-jwt, sd-jwt-vc: only the key of the recipient's did:key or did:jwk may present it.",
)
@click.option(
    "--status", "lists", multiple=True, metavar="LEDGER|ADDRESS",
    help="A status list in which each award gets a place: a ledger (`cairn status new`), or an address; several times.",
)  # fmt: skip
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
    mandatory: Sequence[str],
    disclosable: Sequence[str],
    vct: str | None,
    bind: bool,
    lists: Sequence[str],
    data_model: Literal["2.0", "1.1"],
    ob_context: str | None,
    processes: int,
    as_json: bool,
) -> int:
    """Sign one credential for each row of RECIPIENTS.csv, all for the achievement in ACHIEVEMENT.json. No database is needed.

    \b
    ACHIEVEMENT.json   an Open Badges 3.0 Achievement: at least id, name, description, criteria;
                       or a learner record (type ClrCredential) that wraps the awards each row names
    ISSUER.json        a Profile: at least name; id is a DID (left out: the did:key of the key)
    RECIPIENTS.csv     a header and a row for each person; email or did is needed:
                       email, did, id, valid_from, valid_until, awarded_date, credits, result,
                       evidence_url, licence_number, status_index; for a record: awards

    E-mail addresses are written as salted hashes. A row that cannot be used is refused with its reason and the rest is signed; files
    and folders appear only when they are complete.

    \b
    Exit code: 0 every row was signed, 1 some rows were refused, other: nothing was written.

    \b
      cairn keys new key.json
      cairn issue achievement.json people.csv --issuer issuer.json --key key.json --out awards.jsonl
    """
    from cairn.credentials.errors import CredentialError
    from cairn.entry.cli.awarding import awarding_of
    from cairn.entry.cli.ledger import Ledger, places_of
    from cairn.entry.cli.making import Making, Pictures, check_pointers

    if (image is None) != (out_folder is None) or (out is None and image is None):
        raise Invalid(
            "It is not clear where the credentials should go.",
            remedy="Give --out awards.jsonl, or --bake badge.png with --out-folder badges, or both.",
        )
    _refuse_what_does_not_go_together(form, suite, mandatory, disclosable, vct, bind, lists)
    refuse_to_overwrite(out, achievement, recipients, issuer_file, key_file, image, *map(Path, lists))
    issuer, signer = issuer_and_signer(issuer_file, key_file)
    awarding = awarding_of(read_json(achievement, "the Achievement"), path=achievement, recipients=recipients)
    now = datetime.now(UTC).replace(microsecond=0)
    pictures: Pictures | None = None
    with ExitStack() as open_ledgers:
        try:
            places = [places_of(one) for one in lists]
            for one in places:
                if isinstance(one, Ledger):
                    open_ledgers.enter_context(one)
                one.begin()
            rows = Recipients(
                recipients, awarding=awarding, issuer=issuer, now=now, data_model=data_model, ob_context=ob_context, places=places
            )  # fmt: skip
            making = Making(signer, now, form, suite, processes, tuple(mandatory), tuple(disclosable), vct, bind)
            check_pointers(making, rows.template)
            pictures = Pictures(image, out_folder) if image is not None and out_folder is not None else None

            def written_down() -> None:
                # Before any award appears: a place that is in the world is in its ledger.
                for one in places:
                    one.keep()

            with script_left_alone():
                count = _write(out, _lines(making, rows, pictures), progress_line("signed"), written_down)
            if pictures is not None and count:
                pictures.keep()
        except CredentialError as error:
            raise Invalid(error.message, remedy=error.remedy, code=error.code) from error
        except sqlite3.Error as error:
            raise Invalid(
                f"The places cannot be written down: {error}.",
                remedy="Make sure that the disk has room. Nothing was signed.",
                code="ledger_not_written",
            ) from error
        finally:
            if pictures is not None:
                pictures.drop()
    where = {"out": str(out)} if out is not None else {}
    if out_folder is not None:
        where["out_folder"] = str(out_folder)
    _say({"signed": count, "refused": len(rows.refused), **where, "rows": rows.refused}, as_json)
    return 1 if rows.refused else 0


def _refuse_what_does_not_go_together(
    form: str,
    suite: str | None,
    mandatory: Sequence[str],
    disclosable: Sequence[str],
    vct: str | None,
    bind: bool,
    lists: Sequence[str],
) -> None:
    selective = form in ("sd-jwt", "sd-jwt-vc")
    wrong = (
        (len(lists) > MAX_ENTRIES, f"An award points at {MAX_ENTRIES} status lists at the most.", "Leave some out."),
        (suite is not None and form != "json", "A token has no cryptosuite.", "Leave --suite out."),
        (
            bool(mandatory) and suite != "ecdsa-sd-2023",
            "Only ecdsa-sd-2023 has parts that are mandatory.",
            "Add --suite ecdsa-sd-2023; it takes a key on P-256. For tokens see --disclosable.",
        ),
        (
            bool(disclosable or bind) and not selective,
            "Only SD-JWT has parts that may be disclosed, and a holder's key.",
            "Add --format sd-jwt or sd-jwt-vc. For proofs see --mandatory.",
        ),
        ((vct is None) == (form == "sd-jwt-vc"), "--vct and --format sd-jwt-vc go together.", "Give both or none."),
        (
            bool(lists) and form == "sd-jwt-vc",
            "An SD-JWT VC points at its status in another way, which is not written here.",
            "Take --format sd-jwt, or leave --status out.",
        ),
    )
    for is_so, message, remedy in wrong:
        if is_so:
            raise Invalid(message, remedy=remedy, code="options_contradict")


def _lines(making: Any, rows: Recipients, pictures: Any) -> Iterator[str]:
    for row, credential in making.signed(rows):
        if pictures is not None:
            pictures.add(row, credential)
        yield credential.text


def _write(out: Path | None, lines: Iterator[str], progress: Any, before: Callable[[], None]) -> int:
    """Write lines to a file that appears only when it is complete, and after ``before``. Returns their number; without ``out`` they are
    only counted."""
    count = 0
    if out is None:
        for count, _ in enumerate(lines, start=1):
            if count % 1000 == 0:
                progress(count)
        if count:
            before()
        return count
    part = out.with_name(out.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            for count, line in enumerate(lines, start=1):
                file.write(line + "\n")
                if count % 1000 == 0:
                    progress(count)
        if count:
            before()
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
