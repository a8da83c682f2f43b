"""Rich Skill Descriptors: JSON as OSMT's API gives it (skills, lists of them, collections), and OSMT's CSV.

What becomes of one: its name, its statement as the description, its identifier (``id``; an address of the maker's own machine is
replaced by ``urn:uuid``), its categories as groups it belongs to, its alignments as links to the skills that are loaded here. Keywords,
standards, certifications, employers and occupations are counted as left out: keywords are no other names of a skill, and the
occupations are mostly whole groups without a measure of importance.

Source: https://rsd.openskillsnetwork.org/context-v1.json and https://github.com/wgu-opensource/osmt (API v3, csv import).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from cairn.errors import Invalid
from cairn.skills.importing.json_files import json_files, own_address, read_json, text_of
from cairn.skills.importing.report import Importer, Progress, Remark, Report
from cairn.skills.importing.saving import save_all
from cairn.skills.importing.tabular import Source
from cairn.skills.importing.unpacking import unpacked
from cairn.skills.models import Framework, Relation, Skill, SkillLink

SKILLS = "skills"
LINKS = "alignments"
LEFT_OUT = ("keywords", "standards", "certifications", "employers", "occupations")
MOST = 500_000


@dataclass(frozen=True, slots=True)
class _Rsd:
    """One descriptor with its place."""

    values: dict[str, Any]
    file: str
    number: int
    collection: str
    licence: str

    def remark(self, column: str, kind: Any, code: str, message: str, remedy: str = "") -> Remark:
        return Remark(self.file, self.number, column, kind, code, message, remedy)


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Load the descriptors of every file; one that cannot be used is refused, the others are kept."""
    digests: list[str] = []
    found: list[_Rsd] = []
    with unpacked(list(_files(paths)), (".json", ".csv", ".tsv", ".xlsx")) as files:
        for path in files:
            try:
                found += list(_read(path, report, digests))
            except Invalid as error:
                if len(files) == 1:
                    raise
                report.remark(
                    SKILLS, Remark(path.name, None, "", "refused", error.specific_code, error.message, error.remedy)
                )
    report.source_digest = digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest()
    frameworks: dict[str, Framework] = {}
    skills: dict[str, Skill] = {}
    aligned: list[tuple[str, str, str]] = []
    for one in found:
        owner = _owner(one)
        if owner not in frameworks:
            frameworks[owner] = _framework(owner, one, report)
        skill = _skill(one, frameworks[owner], report)
        if skill is None:
            continue
        before = skills.get(skill.uri)
        if before is not None:
            same = (before.name, before.description) == (skill.name, skill.description)
            told = "says the same" if same else "says something else; the first is kept"
            kind = "merged" if same else "refused"
            report.remark(
                SKILLS,
                one.remark(
                    "/id", kind, "same_again" if same else "duplicate", f"“{skill.uri[:80]}” came already and {told}."
                ),
            )
            continue
        skills[skill.uri] = skill
        aligned.extend((skill.uri, target, frameworks[owner].slug) for target in _alignments(one, report))
        for name in LEFT_OUT:
            if isinstance(one.values.get(name), list) and one.values[name]:
                report.skip(f"{name} named by skills", len(one.values[name]))
    if not skills:
        raise Invalid(
            "No skill could be read from the files.",
            remedy="Look at the remarks: each says what is missing.",
            code="no_skills",
            remarks=[remark.sentence() for remark in report.remarks[:20]],
        )
    taken = dict(
        Skill.objects.filter(uri__in=list(skills)).exclude(framework__slug__startswith="rsd-").values_list("uri", "pk")
    )
    saved = save_all(
        (skill for uri, skill in skills.items() if uri not in taken),
        within=Skill.objects.filter(framework__slug__startswith="rsd-"),
        key=("uri",),
        fields=("framework_id", "code", "name", "kind", "description", "broader"),
        table=SKILLS,
        report=report,
        progress=progress,
    )
    keys = {uri: pk for (uri,), pk in saved.items()}
    _save_links(aligned, keys, report, progress)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                one for one in path.rglob("*") if one.is_file() and one.suffix.casefold() in {".json", ".csv"}
            )
        else:
            yield path


_TABLE = re.compile(r"\.(csv|tsv|xlsx)(\.(gz|xz))?$", re.IGNORECASE)


def _read(path: Path, report: Report, digests: list[str]) -> Iterator[_Rsd]:
    if _TABLE.search(path.name):
        source = Source([path])
        table = source.table(".*", path.name, needed=("Contextualized Skill Statement",), single=True)
        name = next((one for one in ("Skill Name", "RSD Name") if one in table.columns), "Skill Name")
        for row in table.rows(SKILLS, report):
            pairs = zip(row.get("Alignment", "").split(";"), row.get("Alignment Title", "").split(";"), strict=False)
            values: dict[str, Any] = {
                "id": row.get("Canonical URL", ""),
                "skillName": row.get(name, ""),
                "skillStatement": row["Contextualized Skill Statement"],
                "categories": _split(row.get("Skill Category", "") or row.get("Category", "")),
                "keywords": _split(row.get("Keywords", "")),
                "authors": _split(row.get("Authors", "") or row.get("Author", "")),
                "standards": _split(row.get("Professional Standards", "")),
                "certifications": _split(row.get("Certifications", "")),
                "status": row.get("Status", ""),
                "alignments": [{"id": uri.strip(), "skillName": title.strip()} for uri, title in pairs if uri.strip()],
            }
            yield _Rsd(values, row.file, row.number, row.get("Collection", ""), "")
        digests.append(source.digest)
        return
    document, digest = read_json(
        next(json_files([path])),
        lambda told: report.remark(
            SKILLS, Remark(path.name, None, "", "refused", "not_json", told, "Export it again.")
        ),
    )
    digests.append(digest)
    yield from _in_json(document, path.name, report)


def _in_json(document: Any, file: str, report: Report) -> Iterator[_Rsd]:
    collection, licence, listed = "", "", document
    if isinstance(document, dict):
        licence = text_of(document.get("licence") or document.get("license"), 200)
        if isinstance(document.get("skills"), list):
            collection, listed = text_of(document.get("name")), document["skills"]
        elif isinstance(document.get("@graph"), list):
            listed = document["@graph"]
        elif "skillName" in document or "skillStatement" in document:
            listed = [document]
        else:
            raise Invalid(
                f"“{file}” holds no Rich Skill Descriptor.",
                remedy="Give a skill, a list of skills or a collection.",
                code="no_skills",
                file=file,
            )
    if not isinstance(listed, list) or len(listed) > MOST:
        raise Invalid(
            f"“{file}” is no list of skills.",
            remedy="Give a skill, a list of skills or a collection.",
            code="no_skills",
            file=file,
        )
    for number, one in enumerate(listed, 1):
        report.counts(SKILLS).read += 1
        if isinstance(one, dict):
            yield _Rsd(one, file, number, collection, licence)
        else:
            told = (
                "An entry of the list is not a skill but only its address."
                if isinstance(one, str)
                else "An entry of the list is no object."
            )
            report.remark(
                SKILLS, Remark(file, number, "", "refused", "no_object", told, "Export the skills themselves.")
            )


def _owner(one: _Rsd) -> str:
    authors = one.values.get("authors") or one.values.get("author") or one.values.get("creator")
    owner = text_of(authors, 150)
    return owner if owner and not owner.startswith("http") else ""


def _framework(owner: str, one: _Rsd, report: Report) -> Framework:
    name = f"Rich Skill Descriptors of {owner}" if owner else "Rich Skill Descriptors, author not stated"
    slug = f"rsd-{slugify(owner)[:50] or 'unknown'}"
    values: dict[str, Any] = {
        "name": name[:200],
        "version": "",
        "publisher": owner or "not stated",
        "url": "",
        "licence": one.licence or "not stated",
        "attribution": f"{name}.",
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


def _skill(one: _Rsd, framework: Framework, report: Report) -> Skill | None:
    values = one.values
    name, statement = text_of(values.get("skillName")), text_of(values.get("skillStatement"), 10_000)
    if not name and not statement:
        report.remark(
            SKILLS,
            one.remark(
                "/skillName", "refused", "no_name", "The skill has neither name nor statement.", "Give it a name."
            ),
        )
        return None
    if text_of(values.get("status")).casefold() in {"deleted", "archived"}:
        report.skip("skills that are archived or deleted at their source")
        return None
    if not name:
        name = statement if len(statement) <= 120 else statement[:119] + "…"
        report.remark(
            SKILLS,
            one.remark(
                "/skillName", "repaired", "no_name", "The skill has no name; the beginning of its statement is taken."
            ),
        )
    address, uuid = text_of(values.get("id") or values.get("@id"), 400), text_of(values.get("uuid"), 60)
    if address and len(address) <= 300 and own_address(address):
        uri = address
    else:
        stable = uuid or sha256(f"{framework.slug}\n{name}\n{statement}".encode()).hexdigest()
        uri = f"urn:uuid:{uuid}" if uuid else f"urn:cairn:rsd:{stable[:40]}"
        if address:
            why = f"“{address[:80]}” is an address that only its maker's machine knows; {uri} is used."
            report.remark(SKILLS, one.remark("/id", "repaired", "local_address", why))
    categories = [text_of(each) for each in _listed(values.get("categories") or values.get("category"))]
    return Skill(
        framework=framework,
        uri=uri,
        code="",
        name=name,
        kind=Skill.Kind.SKILL,
        description=statement,
        broader=[f"urn:cairn:rsd:category:{slugify(each)[:200]}" for each in categories if each],
    )


def _alignments(one: _Rsd, report: Report) -> list[str]:
    found = []
    for each in _listed(one.values.get("alignments") or one.values.get("alignment")):
        target = (
            each
            if isinstance(each, str)
            else text_of(each.get("id") or each.get("targetUrl") or each.get("uri"))
            if isinstance(each, dict)
            else ""
        )
        if own_address(target):
            found.append(target[:300])
        else:
            report.remark(
                SKILLS,
                one.remark(
                    "/alignments", "repaired", "bad_alignment", "An alignment names no address; it is left out."
                ),
            )
    return found


def _save_links(aligned: list[tuple[str, str, str]], keys: dict[str, int], report: Report, progress: Progress) -> None:
    targets = sorted({target for _, target, _ in aligned})
    known = dict(keys)
    for begin in range(0, len(targets), 500):
        known.update(Skill.objects.filter(uri__in=targets[begin : begin + 500]).values_list("uri", "pk"))
    rows = []
    for uri, target, origin in aligned:
        if target in known and uri in keys and known[target] != keys[uri]:
            rows.append(SkillLink(source_id=keys[uri], target_id=known[target], relation=Relation.CLOSE, origin=origin))
        else:
            report.skip("alignments with skills of other frameworks that are not loaded here")
    save_all(
        rows,
        within=SkillLink.objects.filter(origin__startswith="rsd-"),
        key=("source_id", "target_id", "origin"),
        fields=("relation",),
        table=LINKS,
        report=report,
        progress=progress,
    )


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _listed(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value)[:200] if isinstance(value, list) else [value]


IMPORTER = Importer(
    name="rsd",
    title="Rich Skill Descriptors (Open Skills Network, OSMT)",
    reads="skills, lists of skills or collections as JSON, or OSMT's CSV",
    help="Loads skills with their statements and categories, and links them to the skills they are aligned with where those are loaded.",
    load=load,
)
