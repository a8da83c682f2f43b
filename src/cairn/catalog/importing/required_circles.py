"""Credentials that ask for one another beforehand: whoever needs A for B and B for A can begin with neither.

Such a circle is a slip of its source. Its parts are found among the records of one import, before anything is written, so that what
leads back stays in words and everything else is weighed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from cairn.catalog.importing.records import CatalogRecord, key_of
from cairn.planning.circles import waiting_for_each_other

type Asked = list[tuple[str, ...]]
"""What one credential asks for: of each group one, by keys of its own source. Groups that something else can meet are left out."""


class Before:
    """Who asks for whom, gathered record by record; only records that ask for credentials are kept."""

    def __init__(self) -> None:
        self._asked: dict[str, list[list[tuple[str, ...]]]] = {}

    def add(self, key: str, record: CatalogRecord) -> None:
        """Keep what a record asks for. ``key`` is the one it is written under."""
        groups = [
            [tuple(key_of(name) for name in one.keys) for one in group]
            for group in record.requires
            if group and all(one.keys and not one.skill for one in group)
        ]
        if groups:
            self._asked[key] = groups

    def circles(self, known: Callable[[str], bool]) -> Mapping[str, frozenset[str]]:
        """Return for each key that stands in a circle all keys of that circle. ``known`` tells which keys this import brings.

        Time grows with records and what they ask for, never with the number of ways through them.
        """
        asked = {key: list(self._groups(groups, known)) for key, groups in self._asked.items()}
        stuck = _stuck({key: groups for key, groups in asked.items() if groups})
        found: dict[str, frozenset[str]] = {}
        for circle in waiting_for_each_other({key: _within(asked[key], stuck) for key in stuck}):
            if len(circle) > 1:
                found.update(dict.fromkeys(circle, circle))
        return found

    @staticmethod
    def _groups(groups: list[list[tuple[str, ...]]], known: Callable[[str], bool]) -> Iterator[tuple[str, ...]]:
        for group in groups:
            named = [next((key for key in names if known(key)), None) for names in group]
            if None not in named:
                yield tuple(key for key in named if key is not None)


def _stuck(asked: Mapping[str, Asked]) -> set[str]:
    """Return the keys that can never be begun: by elimination of all that can."""
    waiting = {key: len(groups) for key, groups in asked.items()}
    behind: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for key, groups in asked.items():
        for number, group in enumerate(groups):
            for one in group:
                behind[one].append((key, number))
    met: set[tuple[str, int]] = set()
    free = [one for one in behind if one not in asked]
    while free:
        for key, number in behind[free.pop()]:
            if (key, number) not in met:
                met.add((key, number))
                waiting[key] -= 1
                if not waiting[key]:
                    free.append(key)
    return {key for key, left in waiting.items() if left}


def _within(groups: Asked, stuck: set[str]) -> list[str]:
    return [one for group in groups if stuck.issuperset(group) for one in group]
