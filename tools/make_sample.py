"""Make the bundled sample from the official files: `python tools/make_sample.py FOLDER`.

FOLDER holds the official downloads as onet_29.2/, esco_1.1.1/, oews_2024/, crosswalks/ and nj_etpl/. The sample keeps their formats and
column names, with fewer rows and columns, so that the very same importers read it. Facts only: names, figures and codes, no descriptions.
What is kept and what is left out is counted in COUNTS.json beside the sample. Running it again gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import lzma
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "src" / "cairn" / "catalog" / "sample"
TECHNOLOGIES = 5
"""How many widely used technologies an occupation keeps for which O*NET lists fewer in demand than that."""
ESSENTIAL = 12
"""How many essential skills an ESCO occupation keeps, those that most of the kept occupations share first."""

PROGRAMME_COLUMNS = (
    "programid", "providerid", "name", "officialname", "cipcode", "tuition", "fees", "booksmaterialscost", "suppliestoolscost",
    "othercosts",
    "totalcost", "degreeawardedname", "leadtolicense", "licenseawardedname", "industrycredentialname", "credit", "totalclockhours",
    "calendarlengthid", "city", "state", "county", "website", "nongovapproval", "certapprovalexp", "distancelearning", "eveningcourses",
    "statusname", "providerstatusname",
)  # fmt: skip
RATING_COLUMNS = (
    "O*NET-SOC Code", "Element ID", "Element Name", "Scale ID", "Data Value", "Standard Error", "Recommend Suppress", "Not Relevant",
)  # fmt: skip
WAGE_COLUMNS = (
    "AREA_TITLE", "OCC_CODE", "OCC_TITLE", "O_GROUP", "TOT_EMP", "A_MEAN", "A_PCT10", "A_PCT25", "A_MEDIAN", "A_PCT75", "A_PCT90",
)  # fmt: skip

type Rows = list[dict[str, str]]


class Kept:
    """Counts, per file of the sample, the rows of the official file, those kept, and why the others were left out."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, object]] = {}

    def tell(self, file: str, official: str, read: int, kept: int, left_out: Counter[str]) -> None:
        """Note one file, and say it to whoever waits."""
        self.files[file] = {
            "official_file": official,
            "rows": read,
            "kept": kept,
            "left_out": dict(sorted(left_out.items())),
        }
        print(f"{file}: {kept} of {read} rows of {official}")


def main(folder: Path) -> None:
    """Write every file of the sample."""
    kept = Kept()
    fields = _programmes(folder / "nj_etpl", kept)
    socs = _crosswalk(folder / "crosswalks", fields, kept)
    titles = _onet(folder / "onet_29.2", socs, kept)
    codes = set(titles)
    occupations = _links(folder / "crosswalks", codes, kept)
    _esco(folder / "esco_1.1.1", occupations, kept)
    _wages(folder / "oews_2024", {code[:7] for code in codes}, kept)
    _in_demand(folder / "nj_etpl", titles, kept)
    repaired = _repaired()
    (SAMPLE / "COUNTS.json").write_text(
        json.dumps({"files": kept.files, "loading": repaired}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    size = sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file())
    print(f"{size / 1e6:.2f} MB in {SAMPLE}")


def _programmes(folder: Path, kept: Kept) -> set[str]:
    from cairn.skills.importing.values import cip

    rows = _read(folder / "nj_etpl_2021_deidentified.csv", PROGRAMME_COLUMNS)
    _write("nj_etpl/nj_etpl_2021.csv", PROGRAMME_COLUMNS, rows)
    kept.tell("nj_etpl/nj_etpl_2021.csv", "nj_etpl_2021_deidentified.csv", len(rows), len(rows), Counter())
    pairs = {(row["providerid"], cip(row["cipcode"])) for row in rows}
    outcomes = _read(folder / "outcomes_schcip.csv")
    joined = [row for row in outcomes if (row["providerid"], cip(row["cipcode"])) in pairs]
    _write("nj_etpl/outcomes_schcip.csv", list(outcomes[0]), joined)
    left = Counter({"no programme of this provider and field of study in the list": len(outcomes) - len(joined)})
    kept.tell("nj_etpl/outcomes_schcip.csv", "outcomes_schcip.csv", len(outcomes), len(joined), left)
    return {field for _, field in pairs}


def _crosswalk(folder: Path, fields: set[str], kept: Kept) -> set[str]:
    columns = ("SOC2018Code", "CIP2020Code", "CIP2020Title")
    rows = _read(folder / "soc2018_cip2020_crosswalk.csv", columns)
    linked = [row for row in rows if row["CIP2020Code"] in fields]
    _write("crosswalks/soc2018_cip2020_crosswalk.csv", columns, linked)
    left = Counter({"no programme in the list has this field of study": len(rows) - len(linked)})
    kept.tell("crosswalks/soc2018_cip2020_crosswalk.csv", "soc2018_cip2020_crosswalk.csv", len(rows), len(linked), left)
    return {row["SOC2018Code"] for row in linked}


def _onet(folder: Path, socs: set[str], kept: Kept) -> dict[str, str]:
    code = "O*NET-SOC Code"

    def keep(name: str, columns: Sequence[str], rows: Rows, chosen: Rows, why: str) -> None:
        file = f"onet_29.2/{name}.csv.xz"
        _write(file, columns, chosen)
        kept.tell(file, f"{name}.xlsx", len(rows), len(chosen), Counter({why: len(rows) - len(chosen)}))

    rows = _read(folder / "Occupation Data.xlsx", (code, "Title"))
    chosen = [row for row in rows if row[code][:7] in socs]
    codes = {row[code]: row["Title"] for row in chosen}
    unlinked = "no programme in the list leads to this occupation"
    keep("Occupation Data", (code, "Title"), rows, chosen, unlinked)
    for name, columns in (("Job Zones", (code, "Job Zone")), ("Alternate Titles", (code, "Alternate Title"))):
        rows = _read(folder / f"{name}.xlsx", columns)
        keep(name, columns, rows, [row for row in rows if row[code] in codes], unlinked)
    for name in ("Skills", "Knowledge"):
        rows = _read(folder / f"{name}.xlsx", RATING_COLUMNS)
        for row in rows:
            row.update({column: "" for column in ("Recommend Suppress", "Not Relevant") if row[column] != "Y"})
        important = {
            (row[code], row["Element ID"])
            for row in rows
            if row["Scale ID"] == "IM" and row["Recommend Suppress"] != "Y" and Decimal(row["Data Value"]) >= 3
        }
        chosen = [row for row in rows if row[code] in codes and (row[code], row["Element ID"]) in important]
        keep(name, RATING_COLUMNS, rows, chosen, "of another occupation, or of less than importance 3")
    columns = (code, "Example", "Commodity Code", "Hot Technology", "In Demand")
    rows = _read(folder / "Technology Skills.xlsx", columns)
    wanted = Counter(row[code] for row in rows if row["In Demand"] == "Y")
    hot: Counter[str] = Counter()
    chosen = []
    for row in rows:
        room = wanted[row[code]] + hot[row[code]] < TECHNOLOGIES
        if row[code] in codes and (row["In Demand"] == "Y" or (row["Hot Technology"] == "Y" and room)):
            hot[row[code]] += row["In Demand"] != "Y"
            chosen.append(row)
    keep(
        "Technology Skills",
        columns[:3] + columns[4:],
        rows,
        chosen,
        "of another occupation, or neither in demand nor among the hot ones kept",
    )
    (SAMPLE / "onet_29.2" / "Read Me.txt").write_text(
        "O*NET 29.2 Database (an excerpt; see SOURCES.md)\n", encoding="utf-8"
    )
    return codes


def _links(folder: Path, codes: set[str], kept: Kept) -> set[str]:
    columns = ("onet_code", "onet_occupation", "confidence", "concept_uri")
    rows = _read(folder / "esco_onet_crosswalk_Nov2020.csv", columns)
    linked = [row for row in rows if row["onet_code"] in codes]
    _write("crosswalks/esco_onet_crosswalk_Nov2020.csv.xz", columns, linked)
    left = Counter({"its O*NET occupation is not kept, or is no longer in use": len(rows) - len(linked)})
    kept.tell(
        "crosswalks/esco_onet_crosswalk_Nov2020.csv.xz", "esco_onet_crosswalk_Nov2020.csv", len(rows), len(linked), left
    )
    return {row["concept_uri"] for row in linked}


def _esco(folder: Path, occupations: set[str], kept: Kept) -> None:
    columns = ("conceptUri", "preferredLabel", "code", "altLabels", "status")
    rows = _read(folder, columns, table="occupations_en")
    chosen = [row for row in rows if row["conceptUri"] in occupations]
    for row in chosen:
        row["altLabels"] = " | ".join(row["altLabels"].splitlines()[:5])
    _write("esco_1.1.1/occupations_en.csv.xz", columns, chosen)
    why = "linked with no occupation kept"
    kept.tell(
        "esco_1.1.1/occupations_en.csv.xz",
        "occupations_en.csv",
        len(rows),
        len(chosen),
        Counter({why: len(rows) - len(chosen)}),
    )

    columns = ("occupationUri", "relationType", "skillUri")
    rows = _read(folder, columns, table="occupationSkillRelations")
    essential = [row for row in rows if row["occupationUri"] in occupations and row["relationType"] == "essential"]
    shared = Counter(row["skillUri"] for row in essential)
    by_occupation: defaultdict[str, Rows] = defaultdict(list)
    for row in essential:
        by_occupation[row["occupationUri"]].append(row)
    chosen = [
        row
        for uri in sorted(by_occupation)
        for row in sorted(by_occupation[uri], key=lambda each: (-shared[each["skillUri"]], each["skillUri"]))[
            :ESSENTIAL
        ]
    ]
    skills = {row["skillUri"] for row in chosen}
    _write("esco_1.1.1/occupationSkillRelations.csv.xz", columns, chosen)
    why = f"of another occupation, optional, or beyond {ESSENTIAL} essential skills"
    kept.tell(
        "esco_1.1.1/occupationSkillRelations.csv.xz",
        "occupationSkillRelations.csv",
        len(rows),
        len(chosen),
        Counter({why: len(rows) - len(chosen)}),
    )

    columns = ("conceptUri", "skillType", "preferredLabel", "status")
    rows = _read(folder, columns, table="skills_en")
    listed = sorted((row for row in rows if row["conceptUri"] in skills), key=lambda row: row["conceptUri"])
    _write("esco_1.1.1/skills_en.csv.xz", columns, listed)
    why = "no occupation kept needs it"
    kept.tell(
        "esco_1.1.1/skills_en.csv.xz", "skills_en.csv", len(rows), len(listed), Counter({why: len(rows) - len(listed)})
    )


def _wages(folder: Path, socs: set[str], kept: Kept) -> None:
    rows = _read(folder / "national_M2024_dl.xlsx", WAGE_COLUMNS)
    groups = {f"{soc[:6]}0" for soc in socs}
    detailed = {row["OCC_CODE"] for row in rows if row["O_GROUP"] == "detailed"}
    wanted = (
        {(soc, "detailed") for soc in socs}
        | {(soc, "detailed") for soc in groups}
        | {(soc, "broad") for soc in groups - detailed}
    )
    chosen = [row for row in rows if (row["OCC_CODE"], row["O_GROUP"]) in wanted]
    _write("oews_2024/national_M2024.csv", WAGE_COLUMNS, chosen)
    why = "of another occupation, or a total of a major or minor group"
    kept.tell(
        "oews_2024/national_M2024.csv",
        "national_M2024_dl.xlsx",
        len(rows),
        len(chosen),
        Counter({why: len(rows) - len(chosen)}),
    )


def _in_demand(folder: Path, titles: dict[str, str], kept: Kept) -> None:
    rows = _read(folder / "in_demand_socs.csv")
    socs, names = {code[:7] for code in titles}, {title.casefold() for title in titles.values()}
    chosen = [row for row in rows if row["SOC"] in socs or row["OCCUPATIONTITLE"].casefold() in names]
    _write("nj_in_demand/in_demand_socs.csv", ("SOC", "OCCUPATIONTITLE"), chosen)
    left = Counter(
        {
            "its occupation is not kept, or its code is of SOC 2010 and its title no longer in use": len(rows)
            - len(chosen)
        }
    )
    kept.tell("nj_in_demand/in_demand_socs.csv", "in_demand_socs.csv", len(rows), len(chosen), left)


def _repaired() -> dict[str, object]:
    """Load what was written, in a dry run on an empty database in memory, and tell what was repaired and refused and why."""
    from django.core.management import call_command

    from cairn.catalog.importing.sample import load_sample

    call_command("migrate", verbosity=0)
    report = load_sample(at=datetime(2021, 1, 1, tzinfo=UTC))
    return {
        "rows": report.total().as_dict(),
        "repaired": dict(sorted(Counter(each.code for each in report.remarks if each.kind == "repaired").items())),
        "refused": dict(sorted(Counter(each.code for each in report.remarks if each.kind == "refused").items())),
        "skipped": dict(sorted(report.skipped.items())),
    }


def _read(path: Path, columns: Iterable[str] | None = None, *, table: str = "") -> Rows:
    """Read an official file; ``table`` names one inside a folder of zips. Only ``columns``, where they are given."""
    from cairn.skills.importing.report import Report
    from cairn.skills.importing.tabular import Source

    source = Source([path])
    opened = source.table(table or ".*", path.name, needed=tuple(columns or ()), single=True)
    wanted = tuple(columns or opened.columns)
    report = Report(importer="sample", source_name=path.name, at=datetime(2021, 1, 1, tzinfo=UTC))
    rows = [{column: row[column] for column in wanted} for row in opened.rows("rows", report)]
    if report.remarks:
        raise SystemExit("\n".join(remark.sentence() for remark in report.remarks[:10]))
    return rows


def _write(name: str, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    content = text.getvalue().encode()
    path = SAMPLE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lzma.compress(content, preset=9) if name.endswith(".xz") else content)


if __name__ == "__main__":
    import os
    import tempfile

    import django

    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory() as home:
        os.environ["CAIRN_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.entry.settings")
        django.setup()
        main(Path(sys.argv[1]))
