"""O*NET: occupations, what they need of skills, knowledge and technology, as the official database spreadsheets (or text files) state it.

Scales: importance IM from 1 to 5 and level LV from 0 to 7, each with its standard error
(https://www.onetcenter.org/dictionary/29.2/excel/skills.html). O*NET marks estimates it would rather not have used ("Recommend
Suppress") and levels of what most people called not relevant ("Not Relevant"): neither is stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote_plus

from cairn.skills.importing.frameworks import ONET, framework, version_of
from cairn.skills.importing.report import Importer, Progress, Report
from cairn.skills.importing.saving import save_all
from cairn.skills.importing.tabular import Row, Source, Table
from cairn.skills.importing.values import decimal, tidy
from cairn.skills.models import Framework, Occupation, OccupationNeed, Skill

CODE = "O*NET-SOC Code"
_SCALES = {"IM": (Decimal(1), Decimal(5)), "LV": (Decimal(0), Decimal(7))}
LARGEST_ERROR = 10
"""No estimate on these scales is off by more than the whole scale."""
_RATINGS = (
    CODE,
    "Element ID",
    "Element Name",
    "Scale ID",
    "Data Value",
    "Standard Error",
    "Recommend Suppress",
    "Not Relevant",
)


def occupation_uri(code: str) -> str:
    """Return the public address of an O*NET occupation, which is its identifier here."""
    return f"https://www.onetonline.org/link/summary/{code}"


def element_uri(code: str) -> str:
    """Return the public address of a skill or field of knowledge in O*NET's content model."""
    return f"https://www.onetonline.org/find/descriptor/result/{code}"


def technology_uri(name: str) -> str:
    """Return the public address of a technology example."""
    return f"https://www.onetonline.org/search/tech/example?e={quote_plus(name)}"


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Load occupations, then the things they need, then the needs."""
    source = Source(paths)
    listed = framework(ONET, version_of(paths, report), report)
    occupations = _occupations(source, listed, report, progress)
    wanted = _Wanted()
    for name, kind in (("Skills", Skill.Kind.SKILL), ("Knowledge", Skill.Kind.KNOWLEDGE)):
        ratings = source.maybe(name, f"{name}.xlsx", needed=_RATINGS)
        if ratings is None:
            report.notes.append(f"“{name}” is not among the files: the occupations' needs of it are left as they are.")
        else:
            _read_ratings(ratings, kind, occupations, wanted, report, progress)
    tools = source.maybe(
        "Technology Skills", "Technology Skills.xlsx", needed=(CODE, "Example", "Commodity Code"), also=("In Demand",)
    )
    if tools is None:
        report.notes.append("“Technology Skills” is not among the files: technologies are left as they are.")
    else:
        _read_technologies(tools, occupations, wanted, report, progress)
    _save_needs(wanted, listed, report, progress)
    report.source_digest = source.digest


def _occupations(source: Source, listed: Framework, report: Report, progress: Progress) -> dict[str, int]:
    main = source.table("Occupation Data", "Occupation Data.xlsx", needed=(CODE, "Title"))
    progress("reading occupations", 0, None)
    zones = _job_zones(source, report)
    names = _alternate_titles(source, report)

    def rows() -> Iterator[Occupation]:
        seen: set[str] = set()
        for row in main.rows("occupations", report):
            code, title = row[CODE], tidy(row["Title"])
            if not code or not title or len(code) > 20:
                report.remark(
                    "occupations", row.refused("no_code", "An occupation needs a code and a title.", column=CODE)
                )
            elif code in seen:
                report.remark("occupations", row.refused("duplicate", f"The code {code} came already.", column=CODE))
            else:
                seen.add(code)
                yield Occupation(
                    framework=listed, uri=occupation_uri(code), code=code, soc=code[:7], title=title[:300],
                    alt_titles=names.get(code, []), job_zone=zones.get(code),
                )  # fmt: skip

    keys = save_all(
        rows(), within=Occupation.objects.filter(framework=listed), key=("code",), table="occupations", report=report, progress=progress,
        fields=("uri", "soc", "title", "alt_titles", "job_zone"),
    )  # fmt: skip
    return {code: pk for (code,), pk in keys.items()}


def _job_zones(source: Source, report: Report) -> dict[str, int]:
    table = source.maybe("Job Zones", "Job Zones.xlsx", needed=(CODE, "Job Zone"))
    if table is None:
        report.notes.append("“Job Zones” is not among the files: how much preparation occupations take stays unknown.")
        return {}
    zones = {}
    for row in table.rows("job zones", report):
        if row["Job Zone"] in {"1", "2", "3", "4", "5"}:
            zones[row[CODE]] = int(row["Job Zone"])
        else:
            report.remark(
                "job zones",
                row.refused("not_a_zone", f"“{row['Job Zone']}” is not a job zone from 1 to 5.", column="Job Zone"),
            )
    return zones


def _alternate_titles(source: Source, report: Report) -> dict[str, list[str]]:
    table = source.maybe("Alternate Titles", "Alternate Titles.xlsx", needed=(CODE, "Alternate Title"))
    if table is None:
        report.notes.append(
            "“Alternate Titles” is not among the files: occupations are found by their official title only."
        )
        return {}
    titles: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in table.rows("alternate titles", report):
        titles[row[CODE]][tidy(row["Alternate Title"])] = None
    return {code: list(found) for code, found in titles.items()}


@dataclass(slots=True)
class _Need:
    importance: Decimal | None = None
    importance_error: Decimal | None = None
    level: Decimal | None = None
    level_error: Decimal | None = None
    in_demand: bool | None = None


class _Wanted:
    """Skills by address and needs by occupation and address, gathered before anything is written."""

    def __init__(self) -> None:
        self.skills: dict[str, tuple[str, str, Skill.Kind]] = {}
        self.needs: dict[tuple[int, str], _Need] = {}

    def need(self, occupation: int, uri: str) -> _Need:
        return self.needs.setdefault((occupation, uri), _Need())


def _known(row: Row, table: str, occupations: dict[str, int], report: Report) -> int | None:
    occupation = occupations.get(row[CODE])
    if occupation is None:
        report.remark(
            table,
            row.refused("unknown_occupation", f"{row[CODE]} is not in Occupation Data.", column=CODE,
                        remedy="Use files of the same O*NET release."),
        )  # fmt: skip
    return occupation


def _read_ratings(
    ratings: Table, kind: Skill.Kind, occupations: dict[str, int], wanted: _Wanted, report: Report, progress: Progress
) -> None:
    table = f"{kind.label.lower()} ratings"
    for row in ratings.rows(table, report):
        if row.number % 10000 == 0:
            progress(table, row.number, None)
        occupation = _known(row, table, occupations, report)
        scale = _SCALES.get(row["Scale ID"])
        if occupation is None or scale is None:
            continue
        try:
            value, error = decimal(row["Data Value"], 2), decimal(row["Standard Error"], 4)
        except ValueError as trouble:
            report.remark(table, row.refused("not_a_number", f"{trouble}.", column="Data Value"))
            continue
        if value is None or not scale[0] <= value <= scale[1]:
            report.remark(
                table,
                row.refused("off_scale", f"“{row['Data Value']}” is not on the scale from {scale[0]} to {scale[1]}.",
                            column="Data Value"),
            )  # fmt: skip
            continue
        if error is not None and not 0 <= error < LARGEST_ERROR:
            told = f"“{row['Standard Error']}” is no standard error of a value between {scale[0]} and {scale[1]}."
            report.remark(table, row.refused("off_scale", told, column="Standard Error"))
            continue
        if row["Recommend Suppress"] == "Y":
            report.skip("estimates that O*NET recommends to suppress")
            continue
        if row["Not Relevant"] == "Y":
            report.skip("levels of what most people asked called not relevant")
            continue
        uri = element_uri(row["Element ID"])
        wanted.skills.setdefault(uri, (row["Element ID"], tidy(row["Element Name"]), kind))
        need = wanted.need(occupation, uri)
        if row["Scale ID"] == "IM":
            need.importance, need.importance_error = value, error
        else:
            need.level, need.level_error = value, error


def _read_technologies(
    tools: Table, occupations: dict[str, int], wanted: _Wanted, report: Report, progress: Progress
) -> None:
    table = "technology examples"
    if tools.absent:
        report.notes.append(
            f"“{tools.file}” does not say which technologies are in demand: older releases do not. It stays unknown."
        )
    for row in tools.rows(table, report):
        if row.number % 10000 == 0:
            progress(table, row.number, None)
        occupation, name = _known(row, table, occupations, report), tidy(row["Example"])
        if occupation is None:
            continue
        uri = technology_uri(name)
        if not name or len(uri) > 300:
            report.remark(
                table, row.refused("no_name", "The technology has no name, or one too long to use.", column="Example")
            )
            continue
        wanted.skills.setdefault(uri, (row["Commodity Code"], name, Skill.Kind.TECHNOLOGY))
        need = wanted.need(occupation, uri)
        if "In Demand" in row:
            need.in_demand = bool(need.in_demand) or row["In Demand"] == "Y"


def _save_needs(wanted: _Wanted, listed: Framework, report: Report, progress: Progress) -> None:
    skills = save_all(
        (Skill(framework=listed, uri=uri, code=code, name=name, kind=kind) for uri, (code, name, kind) in wanted.skills.items()),
        within=Skill.objects.filter(framework=listed), key=("uri",), fields=("code", "name", "kind"),
        table="skills", report=report, progress=progress,
    )  # fmt: skip
    save_all(
        (
            OccupationNeed(
                occupation_id=occupation, skill_id=skills[uri,], importance=need.importance, importance_error=need.importance_error,
                level=need.level, level_error=need.level_error, in_demand=need.in_demand,
            )
            for (occupation, uri), need in wanted.needs.items()
        ),
        within=OccupationNeed.objects.filter(occupation__framework=listed), key=("occupation_id", "skill_id"),
        fields=("importance", "importance_error", "level", "level_error", "in_demand"),
        table="needs", report=report, progress=progress,
    )  # fmt: skip


IMPORTER = Importer(
    name="onet",
    title="O*NET database",
    reads="a folder with Occupation Data, Skills, Knowledge, Technology Skills, Job Zones and Alternate Titles (.xlsx or .txt)",
    help=(
        "Loads occupations and what they need. Download the database from https://www.onetcenter.org/database.html, in Excel or text "
        "format, and give the unpacked folder. Only Occupation Data must be there."
    ),
    load=load,
)
