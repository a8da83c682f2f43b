"""ESCO: skills, occupations and which skills are essential or optional for them, from the official CSV download of any version.

The column names are those of the "classification" and "relations" downloads, in any language
(https://esco.ec.europa.eu/en/use-esco/download).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from cairn.errors import Invalid
from cairn.skills.importing.frameworks import ESCO, framework, version_of
from cairn.skills.importing.report import Importer, Progress, Report
from cairn.skills.importing.saving import save_all
from cairn.skills.importing.tabular import Source
from cairn.skills.importing.values import tidy
from cairn.skills.models import Framework, Occupation, OccupationNeed, Skill

LONGEST_DESCRIPTION = 4000
_ESSENTIAL = {"essential": True, "optional": False}


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Load skills, occupations, and the relations between them."""
    source = Source(paths)
    listed = framework(ESCO, version_of(paths, report, stated=r"ESCO v?(\d[\d.]*\d)"), report)
    skills = _skills(source, listed, report, progress)
    occupations = _occupations(source, listed, report, progress)
    _relations(source, listed, skills, occupations, report, progress)
    report.source_digest = source.digest


def _labels(text: str, name: str) -> list[str]:
    found = dict.fromkeys(tidy(label) for label in text.replace(" | ", "\n").splitlines())
    return [label for label in found if label and label != name]


def _skills(source: Source, listed: Framework, report: Report, progress: Progress) -> dict[str, int]:
    table = source.table(
        r"skills(_\w\w)?",
        "skills_en.csv",
        needed=("conceptUri", "skillType", "preferredLabel"),
        also=("altLabels", "hiddenLabels", "description", "status"),
    )
    broader = _broader(source, report)

    def rows() -> Iterator[Skill]:
        for row in table.rows("skills", report):
            uri, name = row["conceptUri"], tidy(row["preferredLabel"])
            if row.get("status", "released") != "released":
                report.skip("skills that ESCO does not list as released")
            elif not uri or not name or len(uri) > 300:
                report.remark(
                    "skills",
                    row.refused("no_label", "A skill needs an identifier and a label.", column="preferredLabel"),
                )
            else:
                kind = Skill.Kind.KNOWLEDGE if row["skillType"] == "knowledge" else Skill.Kind.SKILL
                yield Skill(
                    framework=listed,
                    uri=uri,
                    name=name[:300],
                    kind=kind,
                    alt_labels=_labels(row.get("altLabels", ""), name),
                    hidden_labels=_labels(row.get("hiddenLabels", ""), name),
                    description=tidy(row.get("description", ""))[:LONGEST_DESCRIPTION],
                    broader=broader.get(uri, []),
                )

    keys = save_all(
        rows(), within=Skill.objects.filter(framework=listed), key=("uri",), table="skills", report=report, progress=progress,
        fields=("name", "kind", "alt_labels", "hidden_labels", "description", "broader"),
    )  # fmt: skip
    return {uri: pk for (uri,), pk in keys.items()}


def _broader(source: Source, report: Report) -> dict[str, list[str]]:
    """Return the broader skills and groups of each skill, where the relations are among the files."""
    table = source.maybe(
        r"broaderRelationsSkillPillar(_\w\w)?", "broaderRelationsSkillPillar.csv", needed=("conceptUri", "broaderUri")
    )
    if table is None:
        return {}
    found: dict[str, list[str]] = {}
    for row in table.rows("broader skills", report):
        found.setdefault(row["conceptUri"], []).append(row["broaderUri"])
    return {uri: sorted(set(above)) for uri, above in found.items()}


def _occupations(source: Source, listed: Framework, report: Report, progress: Progress) -> dict[str, int]:
    table = source.table(
        r"occupations(_\w\w)?",
        "occupations_en.csv",
        needed=("conceptUri", "preferredLabel"),
        also=("code", "iscoGroup", "altLabels", "status"),
    )
    numbered = "iscoGroup" if "code" in table.absent else "code"
    if numbered in table.absent:
        raise Invalid(
            f"“{table.file}” has neither a column “code” nor a column “iscoGroup”.",
            remedy="Download it again: one of them gives each occupation its number.",
            code="wrong_column",
            file=table.file,
        )
    if numbered == "iscoGroup":
        report.notes.append(
            f"“{table.file}” has no column “code”, as before version 1.1: occupations have the number of their ISCO group."
        )

    def rows() -> Iterator[Occupation]:
        for row in table.rows("occupations", report):
            uri, title, code = row["conceptUri"], tidy(row["preferredLabel"]), row[numbered].removeprefix("C")
            if row.get("status", "released") != "released":
                report.skip("occupations that ESCO does not list as released")
            elif not uri or not title or not code or len(code) > 20:
                report.remark(
                    "occupations",
                    row.refused("no_label", "An occupation needs an identifier, a label and a code.", column="code"),
                )
            else:
                yield Occupation(
                    framework=listed,
                    uri=uri,
                    code=code,
                    title=title[:300],
                    alt_titles=_labels(row.get("altLabels", ""), title),
                )

    keys = save_all(
        rows(), within=Occupation.objects.filter(framework=listed), key=("uri",), fields=("code", "title", "alt_titles"),
        table="occupations", report=report, progress=progress,
    )  # fmt: skip
    return {uri: pk for (uri,), pk in keys.items()}


def _relations(
    source: Source,
    listed: Framework,
    skills: dict[str, int],
    occupations: dict[str, int],
    report: Report,
    progress: Progress,
) -> None:
    table = source.table(
        r"occupationSkillRelations(_\w\w)?",
        "occupationSkillRelations.csv",
        needed=("occupationUri", "relationType", "skillUri"),
    )

    def rows() -> Iterator[OccupationNeed]:
        for row in table.rows("needs", report):
            if row.number % 20000 == 0:
                progress("needs", row.number, None)
            occupation, skill = occupations.get(row["occupationUri"]), skills.get(row["skillUri"])
            if occupation is None or skill is None:
                column, what = ("occupationUri", "occupation") if occupation is None else ("skillUri", "skill")
                report.remark(
                    "needs",
                    row.refused(f"unknown_{what}", f"The {what} {row[column]} is not in the list.", column=column),
                )
            elif row["relationType"] not in _ESSENTIAL:
                report.remark(
                    "needs",
                    row.refused(
                        "unknown_relation",
                        f"“{row['relationType']}” is neither essential nor optional.",
                        column="relationType",
                    ),
                )
            else:
                yield OccupationNeed(
                    occupation_id=occupation, skill_id=skill, essential=_ESSENTIAL[row["relationType"]]
                )

    save_all(
        rows(), within=OccupationNeed.objects.filter(occupation__framework=listed), key=("occupation_id", "skill_id"),
        fields=("essential",), table="needs", report=report, progress=progress,
    )  # fmt: skip


IMPORTER = Importer(
    name="esco",
    title="ESCO classification",
    reads="the zips or the folder of the official CSV download: skills, occupations, occupationSkillRelations",
    help=(
        "Loads skills, occupations and which skills are essential or optional for them. Download “classification” and “relations” as CSV "
        "from https://esco.ec.europa.eu/en/use-esco/download and give both zips, or the folder that holds them."
    ),
    load=load,
)
