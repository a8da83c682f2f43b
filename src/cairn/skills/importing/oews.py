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
from cairn.skills.importing.tabular import Row, Source
from cairn.skills.importing.values import number, soc
from cairn.skills.models import Wage

FIGURES = {
    "employment": "TOT_EMP", "mean": "A_MEAN", "p10": "A_PCT10", "p25": "A_PCT25", "median": "A_MEDIAN", "p75": "A_PCT75", "p90": "A_PCT90",
}  # fmt: skip
TOP = {2024: 239_200}
"""Dollars a year that ``#`` stands for at least, by year of the file."""


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Load the detailed and broad occupations of every area in the file."""
    source = Source(paths)
    table = source.table(
        r".*M(19|20)\d\d.*",
        "national_M2024_dl.xlsx",
        needed=("AREA_TITLE", "OCC_CODE", "O_GROUP", *FIGURES.values()),
        single=True,
    )
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
        if row["O_GROUP"] not in {"detailed", "broad"}:
            report.skip("totals of major and minor groups")
            continue
        wage = _wage(row, year, report)
        if wage is None:
            continue
        mark = (wage.soc, wage.area)
        before = wages.get(mark)
        if before is None or (row["O_GROUP"] == "detailed" and before[0] == "broad"):
            wages[mark] = (row["O_GROUP"], wage)
        if before is not None:
            report.skip("broad groups that stand for one detailed occupation")
    save_all(
        (wage for _, wage in wages.values()), within=Wage.objects.filter(year=year), key=("soc", "area", "year"),
        fields=("currency", *FIGURES, "top_coded", "source"), table="wages", report=report, progress=progress,
    )  # fmt: skip
    report.source_digest = source.digest


def _wage(row: Row, year: int, report: Report) -> Wage | None:
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
    area = row["AREA_TITLE"][:100]
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
