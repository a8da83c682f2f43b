"""Lists of occupations in demand, such as New Jersey's: which of the occupations loaded are on one.

Such lists often still use SOC 2010. A code that is no longer in use is taken by its title where exactly one occupation of today has that
very title; otherwise the row is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from cairn.errors import RequirementsUnmet
from cairn.skills.importing.frameworks import ONET
from cairn.skills.importing.report import Importer, Progress, Report
from cairn.skills.importing.saving import change_all
from cairn.skills.importing.tabular import Source
from cairn.skills.importing.values import soc, tidy
from cairn.skills.models import Occupation


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Mark the occupations on the list, and unmark all others."""
    source = Source(paths)
    table = source.table(r".*in_?demand.*", "in_demand_socs.csv", needed=("SOC", "OCCUPATIONTITLE"), single=True)
    codes: set[str] = set()
    titles: defaultdict[str, set[str]] = defaultdict(set)
    marked: dict[int, bool] = {}
    by_soc: defaultdict[str, list[int]] = defaultdict(list)
    progress("reading occupations", 0, None)
    listed = Occupation.objects.filter(framework__slug=ONET)
    for pk, code, title, demand in listed.values_list("pk", "soc", "title", "in_demand"):
        codes.add(code)
        titles[title.casefold()].add(code)
        marked[pk] = demand
        by_soc[code].append(pk)
    if not codes:
        raise RequirementsUnmet(
            "There are no occupations to mark yet.", remedy="Import “onet” first.", code="import_first"
        )
    wanted: set[int] = set()
    for row in table.rows("occupations", report):
        title = tidy(row["OCCUPATIONTITLE"])
        try:
            code = soc(row["SOC"])
        except ValueError as trouble:
            report.remark("occupations", row.refused("not_a_code", f"{trouble}.", column="SOC"))
            continue
        same = titles.get(title.casefold(), set())
        if code not in codes and len(same) == 1:
            (new,) = same
            report.remark(
                "occupations",
                row.repaired("old_code", f"{code} is not a SOC 2018 code; “{title}” is {new} today.", column="SOC"),
            )
            code = new
        if code not in codes:
            report.remark(
                "occupations",
                row.refused("unknown_code", f"{code} ({title}) is not among the occupations loaded.", column="SOC",
                            remedy="Lists made before 2018 use SOC 2010: give the SOC 2018 code."),
            )  # fmt: skip
            continue
        wanted.update(by_soc[code])
    now = {pk for pk, demand in marked.items() if demand}
    change_all(Occupation.objects.filter(pk__in=wanted - now), report=report, in_demand=True)
    change_all(Occupation.objects.filter(pk__in=now - wanted), report=report, in_demand=False)
    report.journal.seen(Occupation, wanted)
    counts = report.counts("occupations")
    counts.updated += len(wanted ^ now)
    counts.unchanged += len(wanted & now)
    report.source_digest = source.digest


IMPORTER = Importer(
    name="in-demand",
    title="Occupations in demand",
    reads="in_demand_socs.csv",
    help="Marks the occupations on the list as in demand, and no others. Import “onet” first.",
    load=load,
)
