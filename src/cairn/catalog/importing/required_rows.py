"""What must be there beforehand, found in the catalogue: then a plan can weigh it. What is not found stays in words, and is told.

A group of alternatives is taken whole or not at all: with one of them missing it would ask for more than its source does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cairn.catalog.achievements import achievement_address
from cairn.catalog.importing.records import RECORDS, CatalogRecord, RequiredRecord, key_of
from cairn.catalog.models import Definition
from cairn.catalog.prerequisites import MOST_ALTERNATIVES, MOST_GROUPS
from cairn.skills.importing.report import Report
from cairn.skills.models import Skill

PORTION = 500
FIRST = 1
"""Any version of a credential counts, so the address of its first one is named: it stays the same when the other is described anew."""


def requires_of(
    records: Mapping[int, CatalogRecord], source: str, report: Report, circles: Mapping[str, frozenset[str]]
) -> dict[int, list[list[dict[str, Any]]]]:
    """Return ``DefinitionVersion.requires`` by the definition's primary key, for those that ask for something.

    ``source`` is where the credentials are that it may name; ``circles`` are those that ask for one another
    (:class:`cairn.catalog.importing.required_circles.Before`).
    """
    asked = [one for record in records.values() for group in record.requires for one in group]
    if not asked:
        return {}
    here = _definitions({key_of(key) for one in asked for key in one.keys}, source)
    skills = _skills({one.skill for one in asked if one.skill})
    found: dict[int, list[list[dict[str, Any]]]] = {}
    for definition, record in records.items():
        groups: list[list[dict[str, Any]]] = []
        circle = circles.get(key_of(record.key), frozenset())
        for group in record.requires:
            back = [one for one in group if any(key_of(key) in circle for key in one.keys)]
            if back:
                told = f"“{back[0].name[:100]}” asks for this one in turn, so nobody could begin; {_kept(record)}."
                report.remark(
                    RECORDS,
                    record.place.at("requires").repaired(
                        "prerequisite_in_a_circle", told, "Ask the source which comes first."
                    ),
                )
                continue
            alternatives = [_found(one, definition, here, skills) for one in group]
            if None not in alternatives and len(group) <= MOST_ALTERNATIVES and len(groups) < MOST_GROUPS:
                groups.append([one for one in alternatives if one is not None])
                continue
            named = " or ".join(
                f"“{one.name[:100]}”" for one, is_here in zip(group, alternatives, strict=True) if not is_here
            )
            why = f"{named} is not in the catalogue" if named else "there are more of them than a plan can weigh"
            report.remark(
                RECORDS,
                record.place.at("requires").repaired(
                    "prerequisite_in_words", f"Of what is asked for beforehand {why}; {_kept(record)}."
                ),
            )
        if groups:
            found[definition] = groups
    return found


def _kept(record: CatalogRecord) -> str:
    return "it stays in words" if record.prerequisites else "it is left out, for its source says it in no words"


def _found(
    one: RequiredRecord, definition: int, here: Mapping[str, tuple[int, UUID]], skills: set[str]
) -> dict[str, Any] | None:
    if one.skill:
        return {"skill": one.skill, "level": one.level} if one.skill in skills else None
    known = next((here[key_of(key)] for key in one.keys if key_of(key) in here), None)
    if known is None or known[0] == definition:  # nothing comes before itself
        return None
    return {"achievement": achievement_address(known[1], FIRST)}


def _definitions(keys: set[str], source: str) -> dict[str, tuple[int, UUID]]:
    ordered, found = sorted(keys), {}
    for begin in range(0, len(ordered), PORTION):
        rows = Definition.objects.filter(source=source, source_key__in=ordered[begin : begin + PORTION])
        found.update({key: (pk, uid) for key, pk, uid in rows.values_list("source_key", "pk", "uid")})
    return found


def _skills(addresses: set[str]) -> set[str]:
    ordered = sorted(addresses)
    found: set[str] = set()
    for begin in range(0, len(ordered), PORTION):
        found.update(Skill.objects.filter(uri__in=ordered[begin : begin + PORTION]).values_list("uri", flat=True))
    return found
