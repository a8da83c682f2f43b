"""The European Learning Model (ELM 3) in JSON-LD: learning achievement specifications, qualifications and opportunities, alone, in lists,
and inside European digital credentials, sealed or not. Of a credential only what it specifies is taken, nothing of its holder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cairn.catalog.importing.documents import Tell, Value, clean, given_files, json_values, unusable
from cairn.catalog.importing.elm_records import Learning
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
from cairn.skills.importing.report import Importer, Progress, Report


def load(paths: Sequence[Path], report: Report, progress: Progress) -> None:
    """Read every file, then write the specifications."""

    def tell(remark: Any) -> None:
        report.remark(RECORDS, remark)

    signatures = Signatures(report.at, tell)
    records: list[CatalogRecord] = []
    for given in given_files(paths, report, endings=("json", "jsonld", "ndjson", "jsonl")):
        progress("files", report.counts("files").read, None)
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
                    tell(
                        one.place.refused(
                            "no_specification",
                            "It specifies nothing that could be earned: no achievement, qualification or opportunity.",
                        )
                    )
                records += found
    if not records:
        unusable(report)
    if signatures.counts:
        report.notes += signatures.notes("European credentials")
    save_records(_once(records, tell), source="elm", report=report, progress=progress)


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
    """Return each specification once: one credential after another repeats what it is made of."""
    seen: dict[str, CatalogRecord] = {}
    for record in records:
        first = seen.get(record.key)
        if first is not None and first.place.file != record.place.file and first.title == record.title:
            tell(record.place.merged("same_specification", f"The specification came already, in {first.place.file}."))
            continue
        seen.setdefault(record.key, record)
        yield record


IMPORTER = Importer(
    name="elm",
    title="European Learning Model",
    reads="ELM 3 in JSON-LD: specifications, qualifications, opportunities, European digital credentials; files, folders and zips",
    help=(
        "Loads what European digital credentials and learning opportunity files specify: outcomes, workload, levels, credits, skills, "
        "assessment, quality assurance. Of a credential nothing of its holder is taken, and its seal is not checked: use `cairn verify`."
    ),
    load=load,
    after=record_run,
    feed_by_file=True,
)
