"""Importers of the catalogue, and with them those of skills: the whole table that the command line offers, each run kept on record."""

from dataclasses import replace

from cairn.catalog.importing import ctdl, elm, mapping_import, new_jersey, open_badges, peers, registers, schema_org
from cairn.catalog.importing.runs import record_run
from cairn.skills.importing import IMPORTERS as SKILLS_IMPORTERS
from cairn.skills.importing.report import Importer, Progress, Remark, Report

__all__ = ["IMPORTERS", "Importer", "Progress", "Remark", "Report"]

IMPORTERS: dict[str, Importer] = {
    **{name: replace(importer, after=record_run) for name, importer in SKILLS_IMPORTERS.items()},
    new_jersey.IMPORTER.name: new_jersey.IMPORTER,
    **{module.IMPORTER.name: module.IMPORTER for module in (ctdl, open_badges, elm, schema_org, mapping_import)},
    **{importer.name: importer for importer in (*peers.IMPORTERS, *registers.IMPORTERS)},
}
