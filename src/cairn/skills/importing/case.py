"""Frameworks of competencies as 1EdTech CASE packages (CFPackage, CASE 1.0 and 1.1): document, items, associations.

What becomes of a CFItem: its full statement is the description, the abbreviated one (or the beginning of the full one) the name, the human
coding scheme the code, its education levels the levels. ``isChildOf`` becomes the broader skill; ``exactMatchOf`` "the same";
``isPeerOf`` and ``isRelatedTo`` "close"; ``isPartOf`` "broader"; ``exemplar`` "narrower". Other associations (precedes, replacedBy,
hasSkillLevel …) say nothing that a skill here holds and are counted as left out.

Source: 1EdTech CASE Service 1.0, https://www.imsglobal.org/spec/case/v1p0/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from cairn.errors import Invalid
from cairn.skills.importing.json_files import json_files, own_address, read_json, text_of
from cairn.skills.importing.report import Importer, Progress, Remark, Report
from cairn.skills.importing.saving import save_all
from cairn.skills.importing.unpacking import unpacked
from cairn.skills.models import Framework, Relation, Skill, SkillLink

ITEMS = "items"
ASSOCIATIONS = "associations"
CHILD = "ischildof"
RELATIONS = {
    "exactmatchof": Relation.SAME,
    "ispeerof": Relation.CLOSE,
    "isrelatedto": Relation.CLOSE,
    "ispartof": Relation.BROADER,
    "exemplar": Relation.NARROWER,
}
KNOWN = {CHILD, *RELATIONS, "precedes", "replacedby", "hasskilllevel", "istranslationof"}
SAY_NOTHING = {"", "na", "n/a", "n.a.", "none", "tbd"}
"""Statements of items that nobody filled in; Smarter Balanced's published item specifications have "NA"."""
MOST = 500_000
"""Items or associations of one package; the largest published frameworks have some ten thousand."""


@dataclass(slots=True)
class _Items:
    """The items of one package by identifier and by address."""

    file: str
    report: Report
    skills: dict[str, Skill] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)

    def tell(self, number: int | None, column: str, kind: Any, code: str, message: str, remedy: str = "") -> None:
        """Keep a remark on an item or association (``number`` counts from 1)."""
        self.report.remark(
            ITEMS if column.startswith("/CFItems") else ASSOCIATIONS,
            Remark(self.file, number, column, kind, code, message, remedy),
        )


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
    held = _Items(file, report)
    for number, item in enumerate(items, 1):
        report.counts(ITEMS).read += 1
        _item(held, item, number, framework)
    links = _associate(held, associations, text_of(about.get("identifier")))
    saved = save_all(
        held.skills.values(),
        within=Skill.objects.filter(framework=framework),
        key=("uri",),
        table="skills",
        report=report,
        fields=("code", "name", "kind", "description", "broader", "levels"),
        progress=progress,
    )
    _save_links(held, links, {uri: pk for (uri,), pk in saved.items()}, framework, report, progress)


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


def _item(held: _Items, item: Any, number: int, framework: Framework) -> None:
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
        description=statement,
        levels=[
            text_of(one, 40) for one in ([levels] if isinstance(levels, str) else levels or [])[:30] if text_of(one, 40)
        ],
        broader=[],
    )


def _associate(held: _Items, associations: list[Any], document: str) -> list[tuple[int, str, str, Relation]]:
    """Put broader skills into the items and return the other relations as (number, origin, destination, relation)."""
    counts = held.report.counts(ASSOCIATIONS)
    links: list[tuple[int, str, str, Relation]] = []
    broader: defaultdict[str, list[str]] = defaultdict(list)
    for number, one in enumerate(associations, 1):
        counts.read += 1
        at = f"/CFAssociations/{number - 1}"
        if not isinstance(one, dict):
            held.tell(number, at, "refused", "no_object", "The association is not an object.", "Write it as {…}.")
            continue
        kind = text_of(one.get("associationType")).casefold().replace("_", "").replace(" ", "")
        origin, destination = _node(held, one.get("originNodeURI")), _node(held, one.get("destinationNodeURI"))
        if kind not in KNOWN:
            held.tell(
                number,
                f"{at}/associationType",
                "refused",
                "unknown_association",
                f"“{kind[:40]}” is no association of CASE.",
                "isChildOf, exactMatchOf, isRelatedTo, isPeerOf, isPartOf and exemplar are read.",
            )
        elif not origin or not destination:
            held.tell(
                number,
                at,
                "refused",
                "no_end",
                "The association does not say what it joins.",
                "Fill in originNodeURI and destinationNodeURI.",
            )
        elif origin not in held.skills:
            held.tell(
                number,
                f"{at}/originNodeURI",
                "refused",
                "unknown_item",
                f"It begins at “{origin[:80]}”, which is not among the items.",
                "Export the whole package.",
            )
        elif origin == destination:
            held.tell(number, at, "refused", "to_itself", "It joins an item with itself.", "Remove it.")
        elif kind == CHILD:
            if destination in held.skills:
                broader[origin].append(destination)
            elif document not in destination:
                held.tell(
                    number,
                    f"{at}/destinationNodeURI",
                    "refused",
                    "unknown_item",
                    f"It ends at “{destination[:80]}”, which is neither item nor document.",
                    "Export the whole package.",
                )
        elif kind in RELATIONS:
            links.append((number, origin, destination, RELATIONS[kind]))
        else:
            held.report.skip(f"associations of the kind {text_of(one.get('associationType'), 40)}")
    _without_circles(held, broader)
    return links


def _node(held: _Items, node: Any) -> str:
    """Return the address of an association's end: a LinkGenURI {title, identifier, uri}, or a bare address."""
    if isinstance(node, str):
        return held.by_name.get(node, node[:300])
    if not isinstance(node, dict):
        return ""
    identifier, uri = text_of(node.get("identifier"), 100), text_of(node.get("uri"), 300)
    return held.by_name.get(identifier) or held.by_name.get(uri) or uri or identifier


def _without_circles(held: _Items, broader: dict[str, list[str]]) -> None:
    """Keep the broader skills of every item; one that would make an item broader than itself is left out and told."""
    state: dict[str, int] = {}
    for start in broader:
        if start in state:
            continue
        state[start] = 1
        stack = [(start, iter(list(broader[start])))]
        while stack:
            uri, rest = stack[-1]
            parent = next(rest, None)
            if parent is None:
                state[uri] = 2
                stack.pop()
            elif state.get(parent) == 1:
                broader[uri].remove(parent)
                told = (
                    f"“{held.skills[uri].name[:80]}” and “{held.skills[parent].name[:80]}” "
                    f"are each part of the other; one of the two is left out."
                )
                held.tell(
                    None, "/CFAssociations", "refused", "circle", told, "Remove one of the two isChildOf associations."
                )
            elif parent not in state:
                state[parent] = 1
                stack.append((parent, iter(list(broader.get(parent, [])))))
    for uri, parents in broader.items():
        held.skills[uri].broader = list(dict.fromkeys(parents))


def _save_links(
    held: _Items,
    links: list[tuple[int, str, str, Relation]],
    keys: dict[str, int],
    framework: Framework,
    report: Report,
    progress: Progress,
) -> None:
    """Write relations between skills; those to skills that no framework here has are counted as left out."""
    away = sorted({destination for _, _, destination, _ in links if destination not in keys})
    for begin in range(0, len(away), 500):
        keys.update(Skill.objects.filter(uri__in=away[begin : begin + 500]).values_list("uri", "pk"))
    rows = []
    for _, origin, destination, relation in links:
        if destination in keys:
            rows.append(
                SkillLink(source_id=keys[origin], target_id=keys[destination], relation=relation, origin=framework.slug)
            )
        else:
            report.skip("relations to skills of other frameworks that are not loaded here")
    save_all(
        rows,
        within=SkillLink.objects.filter(origin=framework.slug),
        key=("source_id", "target_id"),
        fields=("relation",),
        table="relations",
        report=report,
        progress=progress,
    )


IMPORTER = Importer(
    name="case",
    title="Competency frameworks (1EdTech CASE)",
    reads="CFPackage documents (JSON), one file each",
    help="Loads a framework with its items as skills, their levels, and their relations within it and to skills that are loaded here.",
    load=load,
    feed_by_file=True,
)
