"""The table of formats that the catalogue is given away in. A new format is one more row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from cairn.catalog.achievements import achievement_document
from cairn.catalog.exporting import ctdl, european, schema_org
from cairn.catalog.exporting.published import Entry
from cairn.catalog.exporting.table import table
from cairn.catalog.exporting.values import json_bytes
from cairn.errors import NotFound


@dataclass(frozen=True, slots=True)
class Format:
    """A format. ``write`` yields the bytes of many entries one after the other and keeps none of them; ``one`` writes a single entry."""

    name: str
    title: str
    about: str
    media_type: str
    suffix: str
    write: Callable[[Iterable[Entry]], Iterator[bytes]]
    one: Callable[[Entry], bytes]


SHARED = frozenset({"ceterms:CredentialOrganization", "ceterms:CostManifest"})
"""Classes of nodes that several credentials name; each stands once in a graph."""


def graph(
    context: Any, nodes: Callable[[Entry], Iterable[dict[str, Any]]]
) -> Callable[[Iterable[Entry]], Iterator[bytes]]:
    """Return a writer of one JSON-LD graph. A node that was written already (one provider has many credentials) is not written again."""

    def write(given: Iterable[Entry]) -> Iterator[bytes]:
        written: set[int] = set()
        yield b'{"@context":' + orjson.dumps(context) + b',"@graph":['
        comma = b"\n"
        for entry in given:
            for node in nodes(entry):
                key = hash(node.get("@id") or node.get("id"))
                if node.get("@type") in SHARED:
                    if key in written:
                        continue
                    written.add(key)
                yield comma + orjson.dumps(node)
                comma = b",\n"
        yield b"\n]}\n"

    return write


def _achievements(given: Iterable[Entry]) -> Iterator[bytes]:
    comma = b"[\n"
    for entry in given:
        yield comma + orjson.dumps(_achievement(entry))
        comma = b",\n"
    yield b"\n]\n" if comma != b"[\n" else b"[]\n"


def _achievement(entry: Entry) -> dict[str, Any]:
    provider = entry.record.provider
    creator: dict[str, Any] | None = None
    if provider:
        creator = {"id": entry.provider_page, "type": ["Profile"], "name": provider.name}
        if provider.website:
            creator["url"] = provider.website
        place = {
            "addressLocality": provider.city, "addressRegion": provider.state, "addressCountryCode": provider.country,
        }  # fmt: skip
        if stated := {name: text for name, text in place.items() if text}:
            creator["address"] = {"type": ["Address"], **stated}
    document = achievement_document(entry.version)
    if creator is not None:
        document["creator"] = creator
    return {"@context": [
        "https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ], **document}  # fmt: skip


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format(
            "ctdl", "CTDL (JSON-LD)", "The Credential Engine's language, for registries of credentials.",
            "application/ld+json", "ctdl.jsonld", graph(ctdl.CONTEXT, ctdl.ctdl_nodes),
            lambda entry: json_bytes(ctdl.ctdl_document(entry)),
        ),
        Format(
            "schema-org", "schema.org (JSON-LD)", "What search engines read: credentials, courses and programmes.",
            "application/ld+json", "schema-org.jsonld", graph(schema_org.CONTEXT, lambda entry: [schema_org.schema_org_node(entry)]),
            lambda entry: json_bytes(schema_org.schema_org_document(entry)),
        ),
        Format(
            "elm", "European Learning Model (JSON-LD)", "Specifications of learning achievements, and qualifications, for Europass.",
            "application/ld+json", "elm.jsonld", graph(european.CONTEXTS, european.elm_nodes),
            lambda entry: json_bytes(european.elm_document(entry)),
        ),
        Format(
            "open-badges", "Open Badges 3.0 (JSON)", "The achievements that awards refer to.",
            "application/json", "open-badges.json", _achievements, lambda entry: json_bytes(_achievement(entry)),
        ),
        Format(
            "csv", "Table (CSV)", "One line for each offer, for spreadsheets.",
            "text/csv; charset=utf-8", "csv", table, lambda entry: b"".join(table([entry])),
        ),
    )
}  # fmt: skip
"""Formats by the name they have in addresses and on the command line."""


def format_named(name: str) -> Format:
    """Return a format by its name; raises NotFound."""
    if name not in FORMATS:
        raise NotFound(f"There is no format “{name}”.", remedy="Choose one of: " + ", ".join(FORMATS) + ".")
    return FORMATS[name]
