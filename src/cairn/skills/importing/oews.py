"""OEWS: what people in an occupation earn, from the yearly files of the US Bureau of Labor Statistics.

The files mark what they do not publish: ``*`` (no wage estimate) and ``**`` (no employment estimate) become None; ``#`` means "this much
or more", and the figure is named in ``top_coded`` (sheet "Field Descriptions" of the file).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from cairn.errors import Invalid
from cairn.skills.importing.report import Importer, Progress, Report
from cairn.skills.importing.saving import save_all
from cairn.skills.importing.tabular import Row, Source, Table
from cairn.skills.importing.values import number, soc
from cairn.skills.models import Wage

FIGURES = {
    "employment": "TOT_EMP", "mean": "A_MEAN", "p10": "A_PCT10", "p25": "A_PCT25", "median": "A_MEDIAN", "p75": "A_PCT75", "p90": "A_PCT90",
}  # fmt: skip
COUNTRY = "U.S."
"""The area of national files, as those of 2019 and later call it."""
TOP = {2024: 239_200}
"""Dollars a year that ``#`` stands for at least, by year of the file."""


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Load the detailed and broad occupations of every area in the file."""
    source = Source(paths)
    table = source.table(
        r".*M(19|20)\d\d.*",
        "national_M2024_dl.xlsx",
        needed=("OCC_CODE", *FIGURES.values()),
        also=("AREA_TITLE", "STATE", "O_GROUP", "OCC_GROUP"),
        single=True,
    )
    group, area = _named(table, "O_GROUP", "OCC_GROUP"), _named(table, "AREA_TITLE", "STATE")
    found = re.search(r"M((?:19|20)\d\d)", table.file)
    if found is None:
        raise Invalid(
            f"The name “{table.file}” does not say which year the wages are of.",
            remedy="Give the file its official name, like national_M2024_dl.xlsx.",
            code="no_year",
            file=table.file,
        )
    year = int(found[1])
    progress("reading wages", 0, None)
    wages: dict[tuple[str, str], tuple[str, Wage]] = {}
    for row in table.rows("wages", report):
        if row[group] not in {"detailed", "broad"}:
            report.skip("totals of major and minor groups")
            continue
        wage = _wage(row, (row[area] if area else COUNTRY)[:100], year, report)
        if wage is None:
            continue
        mark = (wage.soc, wage.area)
        before = wages.get(mark)
        if before is None or (row[group] == "detailed" and before[0] == "broad"):
            wages[mark] = (row[group], wage)
        if before is not None:
            report.skip("broad groups that stand for one detailed occupation")
    save_all(
        (wage for _, wage in wages.values()), within=Wage.objects.filter(year=year), key=("soc", "area", "year"),
        fields=("currency", *FIGURES, "top_coded", "source"), table="wages", report=report, progress=progress,
    )  # fmt: skip
    report.source_digest = source.digest


def _named(table: Table, *names: str) -> str:
    """Return which of the names of a column a file uses: those of 2019 and later first. National files before have no area at all.

    Raises Invalid where none is there and the file is not of the whole country.
    """
    found = next((name for name in names if name not in table.absent), "")
    if not found and not ("AREA_TITLE" in names and table.file.casefold().startswith("national")):
        raise Invalid(
            f"“{table.file}” has no column “{names[0]}”.",
            remedy=f"Give the official file; until 2018 the column is called “{names[1]}”.",
            code="wrong_column",
            file=table.file,
        )
    return found


def _wage(row: Row, area: str, year: int, report: Report) -> Wage | None:
    try:
        code = soc(row["OCC_CODE"])
    except ValueError as trouble:
        report.remark("wages", row.refused("not_a_code", f"{trouble}.", column="OCC_CODE"))
        return None
    figures: dict[str, int | None] = {}
    top_coded = []
    for name, column in FIGURES.items():
        text = row[column]
        if text in {"*", "**", ""}:
            figures[name] = None
        elif text == "#":
            figures[name] = TOP.get(year)
            top_coded.append(name)
        else:
            try:
                value = number(text)
            except ValueError as trouble:
                report.remark("wages", row.refused("not_a_number", f"{trouble}.", column=column))
                return None
            if value is None or value < 0:
                report.remark("wages", row.refused("negative", f"“{text}” is less than nothing.", column=column))
                return None
            figures[name] = int(value)
    return Wage(soc=code, area=area, year=year, top_coded=top_coded, source=f"BLS OEWS, May {year}", **figures)


IMPORTER = Importer(
    name="oews",
    title="US wages by occupation (OEWS)",
    reads="the yearly Excel file, such as national_M2024_dl.xlsx",
    help=(
        "Loads employment, mean wage and the 10th to 90th percentiles. Download the national (or state) file from "
        "https://www.bls.gov/oes/tables.htm, unpack it, and keep its official name: it says the year."
    ),
    load=load,
)
