"""Search in the catalogue: an index beside the database (``index.py``) and the questions it answers (``asking.py``)."""

from cairn.catalog.search.asking import SORTS, Facet, FacetValue, SearchPage, search
from cairn.catalog.search.index import rebuild, update

__all__ = ["SORTS", "Facet", "FacetValue", "SearchPage", "rebuild", "search", "update"]
