"""Importers of skills and occupations: one row per importer in :data:`IMPORTERS`."""

from cairn.skills.importing import case, crosswalks, esco, in_demand, mapped_links, oews, onet, rsd
from cairn.skills.importing.report import Counts, Importer, Progress, Remark, Report, quiet

__all__ = ["IMPORTERS", "Counts", "Importer", "Progress", "Remark", "Report", "quiet"]

IMPORTERS: dict[str, Importer] = {
    importer.name: importer
    for importer in (
        onet.IMPORTER,
        esco.IMPORTER,
        oews.IMPORTER,
        crosswalks.ESCO_ONET,
        crosswalks.CIP_SOC,
        mapped_links.IMPORTER,
        in_demand.IMPORTER,
        rsd.IMPORTER,
        case.IMPORTER,
    )
}
