"""What comes again and again while a catalogue is read, made once."""

from __future__ import annotations

from collections.abc import Callable

MOST = 50_000
"""So many answers are kept of a kind, unless it is told otherwise."""


class Kept[K, V](dict[K, V]):
    """Answers by what was asked, each made when it is first asked for. Where there are too many it forgets them all and begins again."""

    def __init__(self, make: Callable[[K], V], most: int = MOST) -> None:
        super().__init__()
        self._make, self._most = make, most

    def __missing__(self, asked: K) -> V:
        made = self._make(asked)
        if len(self) >= self._most:
            self.clear()
        self[asked] = made
        return made
