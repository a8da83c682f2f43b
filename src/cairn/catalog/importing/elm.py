"""The European Learning Model: learning achievement specifications, qualifications and opportunities, alone, in lists, in registers, and
inside European digital credentials, sealed or not. Of a credential only what it specifies is taken, nothing of its holder.

JSON-LD is read as documents; RDF and XML are read as linked objects (see
``elm_linked``); both end as the same records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cairn.catalog.importing.documents import Given, Tell, Value, clean, given_files, json_values, unusable
from cairn.catalog.importing.elm_rdf import ENDINGS, is_turtle, turtle
from cairn.catalog.importing.elm_records import Learning
from cairn.catalog.importing.elm_xml import is_xml, xml
from cairn.catalog.importing.record_rows import save_records
from cairn.catalog.importing.records import (
    RECORDS,
    CatalogRecord,
    Place,
)
from cairn.catalog.importing.runs import record_run
from cairn.catalog.importing.signatures import Signatures
from cairn.credentials.elm.graph import Graph
from cairn.credentials.elm.seal import is_sealed, uploaded
from cairn.credentials.elm.seal import read as read_seal
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.skills.importing.report import Importer, Progress, Remark, Report

NOTHING = "It specifies nothing that could be earned: no achievement, qualification or opportunity."


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Read every file, then write the specifications."""

    def tell(remark: Any) -> None:
        report.remark(RECORDS, remark)

    signatures = Signatures(report.at, tell)
    records: list[CatalogRecord] = []
    for given in given_files(paths, report, endings=("json", "jsonld", "ndjson", "jsonl", "xml", *ENDINGS)):
        progress("files", report.counts("files").read, None)
        if is_xml(given) or is_turtle(given):
            records += _linked(given, report, tell)
            continue
        for value in json_values(given, lambda remark: report.remark("files", remark)):
            for one in _documents(value, tell):
                document = one.value
                if is_sealed(document):
                    signatures.check(document, one.place)
                    try:
                        document = clean(Value(one.place, read_seal(document)[0])).value
                    except (CredentialError, NotSupported) as error:
                        tell(one.place.refused("broken_seal", f"The sealed credential cannot be read: {error}"))
                        continue
                found = list(Learning(Graph(uploaded(document)), one.place, tell).records())
                if not found:
                    tell(one.place.refused("no_specification", NOTHING))
                records += found
    if not records:
        unusable(report)
    if signatures.counts:
        report.notes += signatures.notes("European credentials")
    save_records(_once(records, tell), source="elm", report=report, progress=progress)


def _linked(given: Given, report: Report, tell: Tell) -> list[CatalogRecord]:
    """Return what a file of linked objects specifies."""

    def tell_file(remark: Remark) -> None:
        report.remark("files", remark)

    linked = xml(given, tell_file) if is_xml(given) else turtle(given, tell_file)
    if linked is None:
        return []
    found = [
        record
        for number, graph in linked.graphs()
        for record in Learning(graph, Place(given.name, number), tell).records()
    ]
    if not found:
        tell(given.place.refused("no_specification", NOTHING))
    return found


def _documents(value: Value, tell: Tell) -> Iterator[Value]:
    whole = value.value
    if isinstance(whole, list):
        for number, one in enumerate(whole, 1):
            yield from _documents(Value(Place(value.place.file, number, value.place.pointer), one), tell)
    elif isinstance(whole, dict):
        yield value
    else:
        tell(value.place.refused("not_an_object", "It is no object."))


def _once(records: list[CatalogRecord], tell: Tell) -> Iterator[CatalogRecord]:
    """Return each specification once: credentials repeat what they are made of, and several opportunities lead to one."""
    seen: dict[str, CatalogRecord] = {}
    others: list[CatalogRecord] = []
    for record in records:
        first = seen.setdefault(record.key, record)
        if first is record:
            continue
        if first.title != record.title:
            others.append(record)
        elif new := tuple(one for one in record.offers if one not in first.offers):
            seen[record.key] = replace(first, offers=(*first.offers, *new))
        elif first.place.file != record.place.file:
            tell(record.place.merged("same_specification", f"The specification came already, in {first.place.file}."))
        else:
            others.append(record)
    yield from map(_told_apart, seen.values())
    yield from others


def _told_apart(record: CatalogRecord) -> CatalogRecord:
    """Give opportunities without an address of their own a number, where a specification has several."""
    keys: set[str] = set()
    offers = []
    for number, offer in enumerate(record.offers):
        key = offer.key if offer.key not in keys else str(number)
        keys.add(key)
        offers.append(offer if key == offer.key else replace(offer, key=key))
    return replace(record, offers=tuple(offers))


IMPORTER = Importer(
    name="elm",
    title="European Learning Model",
    reads="ELM 3 in JSON-LD, Turtle, RDF/XML and LOQ XML, and QMS and EDCI XML before it: specifications, qualifications, opportunities, "
    "European digital credentials; files, folders and zips",
    help=(
        "Loads what European digital credentials and learning opportunity files specify: outcomes, workload, levels, credits, skills, "
        "assessment, quality assurance. Of a credential nothing of its holder is taken, and its seal is not checked: use `cairn verify`."
    ),
    load=load,
    after=record_run,
    feed_by_file=True,
)
