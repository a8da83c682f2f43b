"""What of the credentials of this site nobody can earn any more, by the addresses that rules name."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from cairn.catalog.achievements import achievement_address, parse_achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries.definitions import SHOWN

EARNABLE = (DefinitionVersion.State.PUBLISHED, DefinitionVersion.State.SUSPENDED)
"""States of a version of which one means that a credential can be earned, if not today."""


def no_longer_earned(addresses: Iterable[str]) -> frozenset[str]:
    """Return those of the addresses, with all versions of theirs, whose every version is retired or superseded.

    Credentials of other sites and those that are not known here are not among them. Asks the database once.
    """
    ours = {named[0]: address for address in addresses if (named := parse_achievement_id(address)) is not None}
    versions: dict[UUID, list[tuple[int, str]]] = {}
    rows = DefinitionVersion.objects.filter(definition__uid__in=ours, state__in=SHOWN)
    for uid, number, state in rows.values_list("definition__uid", "number", "state"):
        versions.setdefault(uid, []).append((number, state))
    retired: set[str] = set()
    for uid, all_of_it in versions.items():
        if not any(state in EARNABLE for _, state in all_of_it):
            retired |= {ours[uid], *(achievement_address(uid, number) for number, _ in all_of_it)}
    return frozenset(retired)
