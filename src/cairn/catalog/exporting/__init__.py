"""The catalogue given away: CTDL, schema.org, European Learning Model, Open Badges, tables, a sitemap and a feed."""

from cairn.catalog.exporting.feed import atom_feed
from cairn.catalog.exporting.formats import FORMATS, Format, format_named
from cairn.catalog.exporting.published import Entry, catalogue_stamp, entries, entry_of
from cairn.catalog.exporting.schema_org import data_block, page_markup
from cairn.catalog.exporting.sitemap import sitemap_index, sitemap_part

__all__ = [
    "FORMATS",
    "Entry",
    "Format",
    "atom_feed",
    "catalogue_stamp",
    "data_block",
    "entries",
    "entry_of",
    "format_named",
    "page_markup",
    "sitemap_index",
    "sitemap_part",
]
