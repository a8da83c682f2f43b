"""The fields of the index, and a document's place in them.

``every`` holds all words by which a version is found, ``title`` and ``aim`` those that count more; all three stemmed. ``words`` holds
words as they are written: what beginnings and spellings are looked up in. A facet's values stand as they are. ``concept`` names the skills
that are taught, with those they belong to. ``slice`` is a number from 0 to 63 that says nothing about a version: large results are counted
on some of the slices.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import tantivy

from cairn.catalog.search.facets import FACETS

SHAPE = 5
"""Raise it when the fields change: older indexes are then made again."""
LAST = 2**62
"""Where what is not stated stands when sorting: at the end."""
SLICES = 64


def schema() -> tantivy.Schema:
    """Return the fields of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("version", indexed=True, fast=True)
    builder.add_text_field("every", tokenizer_name="en_stem", index_option="freq")
    builder.add_text_field("title", tokenizer_name="en_stem", index_option="position")
    builder.add_text_field("aim", tokenizer_name="en_stem", index_option="freq")
    builder.add_text_field("words", index_option="basic")
    for kind in FACETS:
        builder.add_text_field(kind.name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("concept", "slice"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title_order", tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("price_order", "hours_order"):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


def slice_of(version: int) -> str:
    """Return the slice of a version: a hash of its number."""
    return str((version * 2654435761 & 0xFFFFFFFF) >> 26)


def order_of_title(title: str) -> str:
    """Return a title as it is sorted: no accents, no signs, no capitals."""
    plain = title if title.isascii() else unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain.lower() if letter.isalnum() or letter == " ").strip()[:120]


def order_of_hours(hours: Decimal | None) -> int:
    """Return hours in hundredths; at the end where they are not stated."""
    return LAST if hours is None else int(hours * 100)
