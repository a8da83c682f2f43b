"""The bundled sample: real public facts in the official formats, read by the same importers that read the full official files.

What is in it, from whom and under which licence stands in ``cairn/catalog/sample/SOURCES.md``; what was left out, in ``COUNTS.json``.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from cairn.catalog.importing import new_jersey
from cairn.catalog.importing.runs import record_run
from cairn.skills.importing import IMPORTERS
from cairn.skills.importing.report import Importer, Progress, Report, quiet

SAMPLE = Path(__file__).parents[1] / "sample"

STEPS: tuple[tuple[Importer, str], ...] = (
    (IMPORTERS["onet"], "onet_29.2"),
    (IMPORTERS["esco"], "esco_1.1.1"),
    (IMPORTERS["oews"], "oews_2024"),
    (IMPORTERS["crosswalk-esco-onet"], "crosswalks/esco_onet_crosswalk_Nov2020.csv.xz"),
    (IMPORTERS["crosswalk-cip-soc"], "crosswalks/soc2018_cip2020_crosswalk.csv"),
    (IMPORTERS["in-demand"], "nj_in_demand"),
    (new_jersey.IMPORTER, "nj_etpl"),
)
"""Importer and what of the sample it reads, in the order in which they build on each other."""


def load_sample(*, at: datetime, progress: Progress = quiet) -> Report:
    """Load the whole sample in one transaction and return one report of it; loading it again changes nothing.

    Each importer's run is also kept on record by itself.
    """
    together = Report(importer="sample", source_name="bundled sample", at=at)
    with transaction.atomic():
        for importer, part in STEPS:
            report = Report(importer=importer.name, source_name=f"sample/{part}", at=at, feed=importer.name)
            importer.load([SAMPLE / part], report, progress)
            record_run(report)
            for table, counts in report.tables.items():
                together.tables[f"{importer.name}: {table}"] = counts
            together.remarks.extend(report.remarks)
            for reason, number in report.skipped.items():
                together.skip(reason, number)
            together.notes.extend(report.notes)
    return together
