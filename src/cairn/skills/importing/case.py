"""Frameworks of competencies as 1EdTech CASE packages (CFPackage, CASE 1.0 and 1.1): document, items, associations.

What becomes of a CFItem: its full statement is the description, the abbreviated one (or the beginning of the full one) the name, the human
coding scheme the code, its alternative label another name, its education levels the levels. What its associations become says
:mod:`case_associations`. Rubrics, and groups of associations, say nothing that a skill here holds: they are counted as left out.

Source: 1EdTech CASE Service 1.0, https://www.imsglobal.org/spec/case/v1p0/
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from cairn.errors import Invalid
from cairn.skills.importing.case_associations import ITEMS, Items, associate, save_links
from cairn.skills.importing.json_files import json_files, own_address, read_json, text_of
from cairn.skills.importing.report import Importer, Progress, Remark, Report
from cairn.skills.importing.saving import save_all
from cairn.skills.importing.unpacking import unpacked
from cairn.skills.models import Framework, Skill

BESIDE = {"CFRubrics": "rubrics: a skill here has none", "CFAssociationGroupings": "names of groups of associations"}
"""Lists of a package, or of its definitions, that are no skills and no relations between them."""
SAY_NOTHING = {"", "na", "n/a", "n.a.", "none", "tbd"}
"""Statements of items that nobody filled in; Smarter Balanced's published item specifications have "NA"."""
MOST = 500_000
"""Items or associations of one package; the largest published frameworks have some ten thousand."""


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Load every CFPackage among the files. A package or an item that cannot be used is refused; a package alone stops the import."""
    with unpacked(list(json_files(paths)), (".json",)) as files:
        _load(files, report, progress)


def _load(files: Sequence[Path], report: Report, progress: Progress) -> None:
    digests = []
    for path in files:

        def refused(told: str, code: str = "not_json", remedy: str = "Export it again.", file: str = path.name) -> None:
            report.remark(ITEMS, Remark(file, None, "", "refused", code, told, remedy))

        try:
            with transaction.atomic():
                document, digest = read_json(path, refused)
                _package(document, path.name, report, progress)
            digests.append(digest)
        except Invalid as error:
            if len(files) == 1:
                raise
            refused(error.message, error.specific_code, error.remedy)
    if not digests:
        raise Invalid("No package could be used.", remedy=report.remarks[0].sentence(), code="no_items")
    report.source_digest = digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest()


def _package(document: Any, file: str, report: Report, progress: Progress) -> None:
    root = document.get("CFPackage", document) if isinstance(document, dict) else None
    about = root.get("CFDocument") if isinstance(root, dict) else None
    if not isinstance(root, dict) or not isinstance(about, dict):
        raise Invalid(
            f"“{file}” is no CASE package: it has no “CFDocument”.",
            remedy="Export the framework as a CFPackage (JSON).",
            code="no_document",
            file=file,
        )
    items, associations = root.get("CFItems"), root.get("CFAssociations") or []
    if not isinstance(items, list) or not items:
        raise Invalid(
            f"“{file}” has no items (“CFItems”).",
            remedy="Export the whole package, not the document alone.",
            code="no_items",
            file=file,
        )
    if not isinstance(associations, list):
        raise Invalid(
            f"“CFAssociations” of “{file}” is no list.", remedy="Export it again.", code="bad_associations", file=file
        )
    if max(len(items), len(associations)) > MOST:
        raise Invalid(f"“{file}” has more than {MOST:,} items.", remedy="Split it.", code="too_large", file=file)
    framework = _framework(about, file, report)
    held = Items(file, report)
    for number, item in enumerate(items, 1):
        report.counts(ITEMS).read += 1
        _item(held, item, number, framework)
    links = associate(held, associations, text_of(about.get("identifier")))
    saved = save_all(
        held.skills.values(),
        within=Skill.objects.filter(framework=framework),
        key=("uri",),
        table="skills",
        report=report,
        fields=("code", "name", "kind", "alt_labels", "description", "broader", "levels"),
        progress=progress,
    )
    definitions = root.get("CFDefinitions")
    for name, what in BESIDE.items():
        beside = root.get(name) or (definitions.get(name) if isinstance(definitions, dict) else None)
        if isinstance(beside, list) and beside:
            report.skip(what, len(beside))
    save_links(held, links, {uri: pk for (uri,), pk in saved.items()}, framework, report, progress)


def _framework(about: dict[str, Any], file: str, report: Report) -> Framework:
    title, identifier = text_of(about.get("title"), 200), text_of(about.get("identifier"), 100)
    if not title or not identifier:
        missing = "title" if not title else "identifier"
        raise Invalid(
            f"The framework in “{file}” has no {missing}.",
            remedy=f"Fill in “CFDocument.{missing}”.",
            code="no_" + missing,
            file=file,
        )
    address = text_of(about.get("officialSourceURL"), 500) or text_of(about.get("uri"), 500)
    slug = f"case-{slugify(title)[:40].strip('-')}-{sha256(identifier.encode()).hexdigest()[:8]}"[:60]
    publisher = text_of(about.get("publisher"), 200) or text_of(about.get("creator"), 200)
    values: dict[str, Any] = {
        "name": title,
        "version": text_of(about.get("version"), 40),
        "publisher": publisher or "not stated",
        "url": address if own_address(address) and not address.startswith("urn:") else "",
        "licence": text_of(about.get("licenseURI"), 200) or "not stated",
        "attribution": f"{title}, {publisher}." if publisher else "",
    }
    save_all(
        [Framework(slug=slug, **values)],
        within=Framework.objects.filter(slug=slug),
        key=("slug",),
        fields=tuple(values),
        table="frameworks",
        report=report,
    )
    return Framework.objects.get(slug=slug)


def _item(held: Items, item: Any, number: int, framework: Framework) -> None:
    at = f"/CFItems/{number - 1}"
    if not isinstance(item, dict):
        held.tell(number, at, "refused", "no_object", "The item is not an object.", "Write it as {…}.")
        return
    identifier, statement = text_of(item.get("identifier"), 100), text_of(item.get("fullStatement"), 10_000)
    if not identifier:
        held.tell(number, f"{at}/identifier", "refused", "no_identifier", "The item has no identifier.", "Give it one.")
        return
    if statement.casefold() in SAY_NOTHING:
        told = f"The item says only “{statement}”." if statement else "The item says nothing."
        held.tell(number, f"{at}/fullStatement", "refused", "no_statement", told, "Write its statement.")
        return
    if identifier in held.by_name:
        held.tell(
            number,
            f"{at}/identifier",
            "refused",
            "duplicate",
            f"The identifier “{identifier}” came already; the first item is kept.",
            "Give each item its own.",
        )
        return
    uri = text_of(item.get("uri"), 300)
    if not own_address(uri):
        if uri:
            held.tell(
                number,
                f"{at}/uri",
                "repaired",
                "local_address",
                f"“{uri[:80]}” names nothing outside its own system; urn:uuid:{identifier} is used.",
            )
        uri = f"urn:uuid:{identifier}"
    if uri in held.skills:
        held.tell(
            number,
            f"{at}/uri",
            "refused",
            "duplicate",
            f"The address “{uri[:80]}” came already; the first item is kept.",
            "Give each item its own.",
        )
        return
    name = text_of(item.get("abbreviatedStatement"), 300) or (
        statement if len(statement) <= 300 else statement[:299] + "…"
    )
    levels = item.get("educationLevel")
    if levels is not None and not isinstance(levels, list | str):
        held.tell(
            number,
            f"{at}/educationLevel",
            "repaired",
            "bad_level",
            "The education level is neither text nor list; none is kept.",
        )
        levels = None
    kind = Skill.Kind.KNOWLEDGE if "knowledge" in text_of(item.get("CFItemType")).casefold() else Skill.Kind.SKILL
    held.by_name[identifier] = uri
    held.by_name.setdefault(uri, uri)
    held.skills[uri] = Skill(
        framework=framework,
        uri=uri,
        code=text_of(item.get("humanCodingScheme"), 60),
        name=name,
        kind=kind,
        alt_labels=[label] if (label := text_of(item.get("alternativeLabel"), 300)) and label != name else [],
        description=statement,
        levels=[
            text_of(one, 40) for one in ([levels] if isinstance(levels, str) else levels or [])[:30] if text_of(one, 40)
        ],
        broader=[],
    )


IMPORTER = Importer(
    name="case",
    title="Competency frameworks (1EdTech CASE)",
    reads="CFPackage documents (JSON), one file each",
    help="Loads a framework with its items as skills, their levels, and their relations within it and to skills that are loaded here.",
    load=load,
    feed_by_file=True,
)
