"""How many of the credentials that a run brought state each element of Annex I, so that a provider sees at import what is missing.

Counted is every version that the run published, as it stands in the catalogue with its offers: what a file does not say is missing here
too. Two of the eleven mandatory elements (who learnt, when it was issued) stand in awards and never in a catalogue.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from cairn.appraisal import ELEMENTS
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries.beside import Beside
from cairn.catalog.queries.definitions import current_offers_of, stacks_naming, with_context
from cairn.catalog.queries.described import completeness_of
from cairn.skills.importing.report import Progress, Report, quiet

PORTION = 500
"""Versions that are read at a time."""
_VERSION = DefinitionVersion._meta.label_lower


def elements_stated(report: Report, progress: Progress = quiet) -> dict[str, Any]:
    """Return {"of": versions published, "elements": [{"key", "name", "mandatory", "stated", "write"}]}, or {} where there were none."""
    brought = [
        (first, last)
        for entry in report.journal.entries
        if entry.table == _VERSION and entry.kind == "created"
        for first, last in entry.rows
    ]
    total = sum(last - first + 1 for first, last in brought)
    stated: Counter[str] = Counter()
    done = 0
    for first, last in brought:
        for begin in range(first, last + 1, PORTION):
            numbers = range(begin, min(begin + PORTION, last + 1))
            stated.update(_stated(numbers))
            done += len(numbers)
            progress("elements of Annex I", done, total)
    if not total:
        return {}
    return {
        "of": total,
        "elements": [
            {
                "key": one.key,
                "name": one.name,
                "mandatory": one.mandatory,
                "stated": stated[one.key],
                "write": one.write,
            }
            for one in ELEMENTS
        ],
    }


def _stated(numbers: range) -> Counter[str]:
    """Return by key of an element how many of these versions state it."""
    versions = list(with_context(DefinitionVersion.objects.filter(pk__in=numbers)))
    offers, stacks = current_offers_of(numbers), stacks_naming(versions)
    return Counter(
        element.key
        for version in versions
        for element in completeness_of(
            version, Beside(offers=tuple(offers.get(version.pk, ())), stacks=tuple(stacks[version.pk]))
        ).stated
    )
