"""Search in the catalogue: an index beside the database, fed from it, and the questions it answers.

``outbox`` notes what changed, ``documents`` reads it, ``building`` writes it; ``understanding``, ``matching`` and ``labels`` read a
question, ``answering`` answers it from the index, ``asking`` with what the database knows, ``reasons`` says why.
"""

from cairn.catalog.search.answering import Facet, FacetValue
from cairn.catalog.search.asking import SORTS, SearchPage, search
from cairn.catalog.search.building import rebuild, refresh, update

__all__ = ["SORTS", "Facet", "FacetValue", "SearchPage", "rebuild", "refresh", "search", "update"]
