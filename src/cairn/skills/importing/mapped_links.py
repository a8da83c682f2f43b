"""Crosswalks of anybody: a table that says which skill or occupation of one framework is which of another, how, and how surely.

The European Commission's crosswalks between O*NET and ESCO are read as they are published: some lines about the file, then the columns
“O*NET Id”, “ESCO or ISCO URI”, “Type of Match”. Any other table needs two columns of identifiers or codes; a kind (SKOS: exactMatch,
closeMatch, broadMatch, narrowMatch, or in words) and a confidence from 0 to 1 or in percent may stand beside them.

Skills become ``SkillLink``, which matching shows as a kind of its own; occupations become ``OccupationLink``. Without a kind two are close:
nothing is taken for the same that nobody calls so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from cairn.errors import Invalid, RequirementsUnmet
from cairn.skills.importing.report import Importer, Progress, Report
from cairn.skills.importing.saving import save_all
from cairn.skills.importing.tabular import Row, Source, Table, column_twice, named
from cairn.skills.models import Occupation, OccupationLink, Relation, Skill, SkillLink

LINKS = "links"
_SOURCE = ("source", "source uri", "source id", "from", "from uri", "from id", "o*net id", "o*net element id", "onet id", "onet code",
           "element id", "skill", "skill uri")  # fmt: skip
_TARGET = ("target", "target uri", "target id", "to", "to uri", "to id", "esco or isco uri", "esco uri", "esco skill uri", "concepturi",
           "concept uri", "other", "other uri")  # fmt: skip
_KIND = ("kind", "relation", "type of match", "match type", "type", "mapping relation", "relationship", "predicate")
_CONFIDENCE = ("confidence", "score", "certainty", "probability", "weight")
_KINDS: dict[str, Relation] = {
    "exactmatch": Relation.SAME, "exact": Relation.SAME, "same": Relation.SAME, "equivalent": Relation.SAME, "=": Relation.SAME,
    "closematch": Relation.CLOSE, "close": Relation.CLOSE, "similar": Relation.CLOSE,
    "broadmatch": Relation.BROADER, "broad": Relation.BROADER, "broader": Relation.BROADER,
    "narrowmatch": Relation.NARROWER, "narrow": Relation.NARROWER, "narrower": Relation.NARROWER,
}  # fmt: skip
_HEADING_WITHIN = 40
"""Lines in which the heading must come; the Commission's files begin with some seventeen about themselves."""


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Read one table and link what both sides of a row name here. Raises RequirementsUnmet where there is nothing to link."""
    if not Skill.objects.exists() and not Occupation.objects.exists():
        raise RequirementsUnmet(
            "There are no skills and no occupations to link yet.",
            remedy="Import the frameworks on both sides first, then this crosswalk.",
            code="import_first",
        )
    source = Source(paths)
    table = source.table(r".*crosswalk.*|.*mapping.*|onet.*", "crosswalk.csv", needed=(), single=True)
    columns = _columns(table)
    report.source_digest = source.digest
    origin = (report.feed or table.file)[:120]
    known = _Known()
    skills: list[SkillLink] = []
    occupations: list[OccupationLink] = []
    for row in table.rows(LINKS, report):
        told = _read(row, columns, report)
        if told is None:
            continue
        left, right, relation, confidence = told
        ours, theirs = known.skill(row[columns[0]]), known.skill(row[columns[1]])
        if left != right and ours is not None and theirs is not None:
            skills.append(
                SkillLink(source_id=ours, target_id=theirs, relation=relation, confidence=confidence, origin=origin)
            )
            continue
        work, other = known.occupation(row[columns[0]]), known.occupation(row[columns[1]])
        if left != right and work is not None and other is not None:
            sure = "" if confidence is None else f", confidence {confidence.normalize():f}"
            occupations.append(
                OccupationLink(source_id=work, target_id=other, kind=f"{relation.label}{sure}"[:40], origin=origin)
            )
            continue
        missing = [one for one in (left, right) if known.skill(one) is None and known.occupation(one) is None]
        if left == right or not missing:
            why = "It links a thing with itself." if left == right else "It links a skill with an occupation."
            report.remark(LINKS, row.refused("no_pair", why))
        elif "/isco/" in missing[0].lower():
            report.skip("rows that name groups of ISCO, which are no occupations of a framework here")
        else:
            told_missing = " and ".join(f"“{one[:120]}”" for one in missing)
            report.remark(
                LINKS,
                row.refused("unknown_identifier", f"{told_missing} is not among the skills and occupations here.",
                            remedy="Import its framework first; or its version has another one."),
            )  # fmt: skip
    _save(skills, occupations, origin, report, progress)
    if len(columns) < 3 or not columns[2]:
        report.notes.append("No column says how the two sides are related: they are linked as close, not as the same.")


def _save(
    skills: list[SkillLink], occupations: list[OccupationLink], origin: str, report: Report, progress: Progress
) -> None:
    if skills:
        save_all(
            skills, within=SkillLink.objects.filter(origin=origin), key=("source_id", "target_id", "origin"),
            fields=("relation", "confidence"), table="skill links", report=report, progress=progress,
        )  # fmt: skip
    if occupations:
        save_all(
            occupations, within=OccupationLink.objects.filter(origin=origin), key=("source_id", "target_id", "origin"), fields=("kind",),
            table="occupation links", report=report, progress=progress,
        )  # fmt: skip
    if not skills and not occupations:
        refused = [remark for remark in report.remarks if remark.kind == "refused"]
        raise Invalid(
            "No row could be used." + (f" {refused[0].sentence()}" if refused else ""),
            remedy="Nothing was written.",
            code="no_rows",
        )


def _columns(table: Table) -> tuple[str, str, str, str]:
    """Return the columns of source, target, kind and confidence ("" where there is none), at the first line that names them."""

    def pick(names: Sequence[str], among: Sequence[str]) -> str:
        plain = {column.strip().casefold().replace("_", " "): column for column in reversed(among)}
        return next((plain[name] for name in names if name in plain), "")

    def heading(fields: list[str]) -> bool:
        return bool(pick(_SOURCE, fields) and pick(_TARGET, fields))

    first = list(table.columns)
    if heading(first) or table.skip_to(heading, _HEADING_WITHIN):
        found = table.columns
        chosen = pick(_SOURCE, found), pick(_TARGET, found), pick(_KIND, found), pick(_CONFIDENCE, found)
        for name in chosen:
            if name and found.count(name) > 1:
                raise column_twice(table.file, name)
        return chosen
    raise Invalid(
        f"“{table.file}” has no columns that say which is linked with which.",
        remedy=f"Name two columns “source” and “target”; “kind” and “confidence” may stand beside them. It begins with: {named(first)}.",
        code="wrong_column",
        file=table.file,
        columns=first,
    )


def _read(
    row: Row, columns: tuple[str, str, str, str], report: Report
) -> tuple[str, str, Relation, Decimal | None] | None:
    source, target, kind, sure = columns
    relation: Relation | None = Relation.CLOSE
    if kind:
        word = row[kind].rpartition("#")[2].rpartition(":")[2].replace(" ", "").casefold()
        relation = _KINDS.get(word)
        if word in {"relatedmatch", "related"}:
            report.skip("rows that call two things related only")
            return None
        if relation is None:
            report.remark(
                LINKS,
                row.refused("unknown_kind", f"“{row[kind][:60]}” says not how the two are related.", column=kind,
                            remedy="Write exact, close, broader or narrower."),
            )  # fmt: skip
            return None
    if not row[source] or not row[target]:
        report.remark(LINKS, row.refused("no_pair", "One side is empty.", column=source if not row[source] else target))
        return None
    return row[source], row[target], relation or Relation.CLOSE, _confidence(row, sure, report) if sure else None


def _confidence(row: Row, column: str, report: Report) -> Decimal | None:
    told = row[column]
    if not told:
        return None
    try:
        figure = Decimal(told.removesuffix("%").strip().replace(",", "."))
        figure = figure / 100 if told.endswith("%") else figure
        if figure.is_finite() and 0 <= figure <= 1:
            return round(figure, 2)
    except InvalidOperation:
        pass
    report.remark(
        LINKS,
        row.repaired("not_a_confidence", f"“{told[:40]}” is no confidence from 0 to 1; none is taken.", column=column),
    )
    return None


class _Known:
    """Skills and occupations here by identifier, and by code where only one has it."""

    def __init__(self) -> None:
        self._skills = _by_name(Skill.objects.values_list("uri", "code", "pk").iterator(chunk_size=5000))
        self._occupations = _by_name(Occupation.objects.values_list("uri", "code", "pk").iterator(chunk_size=5000))

    def skill(self, told: str) -> int | None:
        """Return a skill's primary key."""
        return self._skills.get(told)

    def occupation(self, told: str) -> int | None:
        """Return an occupation's primary key."""
        return self._occupations.get(told)


def _by_name(rows: Iterator[tuple[str, str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    codes: list[tuple[str, int]] = []
    for uri, code, pk in rows:
        found[uri] = pk
        if code:
            codes.append((code, pk))
    times = Counter(code for code, _ in codes)
    for code, pk in codes:
        if times[code] == 1:
            found.setdefault(code, pk)
    return found


IMPORTER = Importer(
    name="crosswalk",
    title="Any crosswalk between skills or occupations",
    reads="a table of pairs of identifiers or codes, with a kind and a confidence where there are; the Commission's O*NET to ESCO files",
    help="Links skills and occupations of different frameworks. Import the frameworks on both sides first.",
    load=load,
    feed_by_file=True,
)
