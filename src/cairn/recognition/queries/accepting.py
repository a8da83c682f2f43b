"""Whom else a credential counts with: institutions whose agreements in force accept it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from cairn.catalog.achievements import parse_achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.recognition.queries.agreements import rows_in_force
from cairn.stacking import Award, Level
from cairn.stacking.criteria import AtLevel


def accepting(at: datetime) -> dict[str, frozenset[str]]:
    """Return by achievement the names of the institutions at which what is earned at ``at`` counts by an agreement in force.

    As :func:`cairn.stacking.articulation.articulate` carries agreements out, short of grades, which nobody has yet: the least level that a
    term asks for is held against the credential as the catalogue describes it. An institution's own credentials do not count.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    asked: list[tuple[str, Level, str]] = []
    for row in {row.uid: row for row in rows_in_force(at)}.values():
        if row.giver_id == row.receiver_id or (row.earned_from is not None and row.earned_from > at):
            continue
        for term in row.terms:
            for one in term["accepts"]:
                if level := term.get("level"):
                    asked.append(
                        (
                            str(one["id"]),
                            Level(str(level["framework"]), Decimal(str(level["value"]))),
                            row.receiver.name,
                        )
                    )
                else:
                    found[str(one["id"])].add(row.receiver.name)
    described = _described({address for address, _, _ in asked}, at)
    for address, least, name in asked:
        award = described.get(address)
        if award is not None and AtLevel(least).fault(award, at) is None:
            found[address].add(name)
    return {address: frozenset(names) for address, names in found.items()}


def _described(addresses: set[str], at: datetime) -> dict[str, Award]:
    """The credentials of this site among these, as if earned now."""
    places = {place: address for address in addresses if (place := parse_achievement_id(address)) is not None}
    if not places:
        return {}
    rows = DefinitionVersion.objects.filter(definition__uid__in={uid for uid, _ in places})
    found = {}
    for row in rows.select_related("definition"):
        address = places.get((row.definition.uid, row.number))
        if address is not None:
            stated = row.level is not None and row.level_framework
            level = Level(row.level_framework, Decimal(row.level)) if stated and row.level is not None else None
            found[address] = Award(id=address, achievement=address, issuer="", valid_from=at, level=level)
    return found
