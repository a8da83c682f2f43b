"""Rules as CTDL pathways and as CLR associations, and pathways of others as rules. Nothing is lost without being said."""

from cairn.stacking.pathways.exporting import Written, write_pathway
from cairn.stacking.pathways.graph import looks_like_ctdl
from cairn.stacking.pathways.importing import Component, Pathway, read_pathways
from cairn.stacking.pathways.records import Recorded, associations_of, rule_from_associations
from cairn.stacking.pathways.remarks import ASIDE, ASSUMED, LEFT_OUT, Remark

__all__ = [
    "ASIDE", "ASSUMED", "LEFT_OUT", "Component", "Pathway", "Recorded", "Remark", "Written", "associations_of", "looks_like_ctdl",
    "read_pathways", "rule_from_associations", "write_pathway",
]  # fmt: skip
