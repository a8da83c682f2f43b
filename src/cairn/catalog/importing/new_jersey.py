"""New Jersey's eligible training list: programmes with their providers, prices and approvals, and the outcomes published of them.

The files are those of https://github.com/newjersey/d4ad (MIT licence). What each column becomes stands in :mod:`programme_rows`, who the
provider is in :mod:`provider_rows`, the outcomes in :mod:`outcome_rows`, and what a programme is likely to cover in :mod:`taught`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from cairn.catalog.importing.definition_rows import save_definitions
from cairn.catalog.importing.outcome_rows import NEEDED as OUTCOME_COLUMNS
from cairn.catalog.importing.outcome_rows import save_outcomes
from cairn.catalog.importing.programme_rows import ALSO, NEEDED, Lookups, Programme, read_programme
from cairn.catalog.importing.provider_rows import identify, save_providers
from cairn.catalog.importing.runs import record_run
from cairn.skills.importing.report import Importer, Progress, Remark, Report
from cairn.skills.importing.tabular import Source
from cairn.skills.importing.values import tidy

_LOOKUPS = {
    "degreeawardedname": ("TBLDEGREELU.*", "TBLDEGREELU_DATA_TABLE.csv"),
    "licenseawardedname": ("TBLLICENSE.*", "TBLLICENSE_DATA_TABLE.csv"),
    "industrycredentialname": ("TBLINDUSTRYCREDENTIAL.*", "TBLINDUSTRYCREDENTIAL_DATA_TABLE.csv"),
}


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Read the list, then write providers, definitions, offers, likely skills and outcomes."""
    source = Source(paths)
    programmes = _programmes(source, report, progress)

    def remark(told: Remark) -> None:
        report.remark("programmes", told)

    keys = identify(programmes, remark)
    providers = save_providers(programmes, keys, report, progress)
    save_definitions(programmes, keys, providers, report.at, report, progress)
    outcomes = source.maybe("outcomes.*", "outcomes_schcip.csv", needed=OUTCOME_COLUMNS)
    if outcomes is None:
        report.notes.append("“outcomes_schcip.csv” is not among the files: published outcomes are left as they are.")
    else:
        pairs: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        for programme in programmes:
            pairs[programme.provider_id, programme.cip].add(providers[keys[programme.key]])
        save_outcomes(outcomes, pairs, report, progress)
    report.source_digest = source.digest


def _programmes(source: Source, report: Report, progress: Progress) -> list[Programme]:
    table = source.table(r".*etpl.*", "nj_etpl.csv", needed=NEEDED, also=ALSO, single=True)
    if table.absent:
        report.notes.append(
            f"“{table.file}” has no column {', '.join(table.absent)}: what they would say stays unknown."
        )
    lookups = _lookups(source, report)
    found: dict[str, Programme] = {}

    def remark(told: Remark) -> None:
        report.remark("programmes", told)

    for row in table.rows("programmes", report):
        if row.number % 500 == 0:
            progress("reading programmes", row.number, None)
        key = row["programid"]
        if key in found:
            remark(row.refused("duplicate", f"Programme number {key} stands in row {found[key].row.number} already.", column="programid",
                               remedy="Give each programme a number of its own."))  # fmt: skip
            continue
        if row.get("statusname", "Approved") not in {"Approved", ""}:
            report.skip("programmes that the list does not call approved")
            continue
        programme = read_programme(row, lookups, report.at, remark)
        if programme is not None:
            found[key] = programme
    return list(found.values())


def _lookups(source: Source, report: Report) -> Lookups:
    names: dict[str, dict[str, str]] = {}
    for column, (pattern, official) in _LOOKUPS.items():
        table = source.maybe(pattern, official, needed=("ID", "NAME"))
        if table is not None:
            names[column] = {row["ID"]: tidy(row["NAME"]) for row in table.rows("lookup tables", report)}
    return Lookups(names)


IMPORTER = Importer(
    name="nj-etpl",
    title="New Jersey's eligible training list",
    reads="nj_etpl_2021_deidentified.csv, and beside it outcomes_schcip.csv and the TBL…_DATA_TABLE.csv lookup tables where you have them",
    help=(
        "Loads programmes with providers, prices, approvals and published outcomes: names and figures only, never descriptions. Give the "
        "folder, or the list and the outcomes file. Import “onet” and “crosswalk-cip-soc” first, so that it can say what each programme is "
        "likely to cover."
    ),
    load=load,
    after=record_run,
)
