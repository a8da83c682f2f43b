"""``cairn convert``: the facts of an award in the words of another standard, for whoever asks for that one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from cairn.credentials import Credential
from cairn.errors import Conflict, Invalid, NotFound

MAX_FILE = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller adds where the award does not say it."""

    base: str | None
    image_url: str | None
    email: str | None
    home: str | None
    language: str
    country: str | None
    legal_identifier: str | None
    title: str | None
    earns: str | None


Made = tuple[Mapping[str, Any], tuple[str, ...]]


def _open_badges_2(data: bytes, wishes: Wishes) -> Made:
    from cairn.credentials.openbadges2.writing import open_badges_2

    if wishes.base is None:
        raise Invalid(
            "Open Badges 2.0 is published at addresses, and none was given.",
            remedy="Give --base https://badges.example.org/awards/7/, where the three documents will lie.",
        )
    base = wishes.base if wishes.base.endswith("/") else wishes.base + "/"
    names = {name: f"{base}{name}.json" for name in ("assertion", "badge", "issuer")}
    made = open_badges_2(
        Credential.parse(data), assertion_url=names["assertion"], badge_url=names["badge"], issuer_url=names["issuer"],
        image_url=wishes.image_url, issuer_email=wishes.email, issuer_home=wishes.home, awards_under=base,
    )  # fmt: skip
    return {f"{name}.json": made.documents[url] for name, url in names.items()}, made.left_out


def _european(data: bytes, wishes: Wishes) -> Made:
    from cairn.credentials.elm.export import european_credential

    made = european_credential(
        Credential.parse(data),
        language=wishes.language,
        country=wishes.country,
        legal_identifier=wishes.legal_identifier,
    )
    return {"credential.jsonld": made}, ()


def _ctdl(data: bytes, wishes: Wishes) -> Made:
    from cairn.stacking import parse_requirement
    from cairn.stacking.pathways import write_pathway

    made = write_pathway(
        parse_requirement(data),
        title=wishes.title or "",
        base=wishes.base or "",
        earns=wishes.earns or "",
        language=wishes.language,
    )
    return {"pathway.jsonld": made.document}, tuple(map(str, made.remarks))


def _rule(data: bytes, wishes: Wishes) -> Made:
    from cairn.stacking.pathways import read_pathways

    found = read_pathways(data, language=wishes.language)
    names = ["rule.json"] if len(found) == 1 else [f"rule-{number}.json" for number in range(1, len(found) + 1)]
    rules = {name: pathway.rule.to_json() for name, pathway in zip(names, found, strict=True)}
    return rules, tuple(dict.fromkeys(str(remark) for pathway in found for remark in pathway.remarks))


FORMS: Mapping[str, Callable[[bytes, Wishes], Made]] = {
    "open-badges-2": _open_badges_2,
    "elm": _european,
    "ctdl": _ctdl,
    "rule": _rule,
}
"""``--to`` → how it is written: documents by name, and what the other form has no word for."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--to", "form", type=click.Choice(list(FORMS)), required=True, help="The other standard.")
@click.option(
    "--out-folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Where the documents go; a new folder."
)  # fmt: skip
@click.option("--base", help="open-badges-2, ctdl: the https address at which the documents will be published.")
@click.option("--image-url", help="open-badges-2: address of the badge's picture, where the award names none.")
@click.option("--email", help="open-badges-2: the issuer's address, where the award names none.")
@click.option("--home", help="open-badges-2: the issuer's website, where the award names none.")
@click.option(
    "--language",
    default="en",
    show_default=True,
    help="elm, ctdl: language of texts that do not say theirs; rule: wished for.",
)
@click.option("--country", help="elm: the issuer's country (two letters), where the award does not say it.")
@click.option("--legal-identifier", help="elm: the issuer's identifier as in its seal's certificate.")
@click.option("--title", help="ctdl: what the pathway is called.")
@click.option("--earns", help="ctdl: address of the achievement that completing the rule earns.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(file: Path, form: str, out_folder: Path, as_json: bool, **wishes: Any) -> int:
    """Write FILE in the words of another standard: an award as Open Badges 2.0 (hosted) or as a European digital credential (ELM 3), a
    stacking rule as a CTDL pathway, a CTDL pathway as a stacking rule.

    The facts are the same; what the other form has no word for is left out and named (a pathway carries it in an extension). The result
    carries no signature: hosted badges are vouched for by where they are published, European credentials are sealed with the certificate
    of the organisation.

    \b
      cairn convert award.json --to open-badges-2 --base https://badges.example.org/awards/7/ --out-folder award-7
      cairn convert award.json --to elm --country IE --out-folder award-7
      cairn convert rule.json --to ctdl --title "Data analyst" --out-folder pathway
      cairn convert pathway.jsonld --to rule --out-folder rules
    """
    from cairn.credentials.errors import CredentialError
    from cairn.stacking import RuleError

    try:
        with file.open("rb") as source:
            documents, left_out = FORMS[form](source.read(MAX_FILE), Wishes(**wishes))
    except FileNotFoundError as error:
        raise NotFound(f"{file} is not there.", remedy="Give the path of the file to convert.") from error
    except RuleError as error:
        raise Invalid(
            f"{file} cannot be converted: {'; '.join(map(str, error.problems))}",
            remedy="Mend the places named.",
            code="bad_requirement",
            problems=[str(problem) for problem in error.problems],
        ) from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{file} is not text in UTF-8.", remedy="Give a JSON file.") from error
    except CredentialError as error:
        raise Invalid(error.message, remedy=error.remedy or "Say it in another way.", code=error.code) from error
    try:
        out_folder.mkdir(parents=True)
    except FileExistsError as error:
        raise Conflict(f"{out_folder} exists.", remedy="Choose another folder.") from error
    for name, document in documents.items():
        (out_folder / name).write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if as_json:
        report = {"out_folder": str(out_folder), "files": list(documents), "left_out": list(left_out)}
        click.echo(json.dumps(report, ensure_ascii=False))
        return 0
    click.echo(f"Wrote {', '.join(documents)} into {out_folder}.")
    if left_out:
        if form in ("ctdl", "rule"):
            for remark in left_out:
                click.echo(f"  {remark}")
        else:
            click.echo("Left out, since the other standard has no word for it: " + ", ".join(left_out))
    return 0
