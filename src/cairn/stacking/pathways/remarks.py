"""What a reader of foreign documents has to say: what it took in another sense, and what it could not take at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MOST = 500
"""How many remarks are kept one by one; more are only counted."""
LONGEST = 500
"""Letters of a value that a remark quotes."""

ASSUMED = "assumed"
"""It was taken, in the sense that `why` states: a person should look."""
LEFT_OUT = "left_out"
"""It is not in the rule, which therefore asks for less (or for something else) than the document."""
ASIDE = "aside"
"""It is not in the rule and asks for nothing: advice, or something that nothing leads to."""


@dataclass(frozen=True)
class Remark:
    """One thing to say about a document: `place` is a JSON path, `effect` is one of the three above, `value` what stands there."""

    place: str
    effect: str
    why: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.why}"

    def to_json(self) -> dict[str, str]:
        """As JSON."""
        return {"place": self.place, "effect": self.effect, "why": self.why, "value": self.value}


@dataclass
class Remarks:
    """The remarks about one document while it is read. `beyond` counts those that found no room, `lossy` whether anything was left out."""

    found: dict[Remark, None] = field(default_factory=dict)
    beyond: int = 0
    lossy: bool = False

    def say(self, place: str, effect: str, why: str, value: Any = None) -> None:
        """Keep one remark, once."""
        self.lossy = self.lossy or effect == LEFT_OUT
        quoted = "" if value is None else _quoted(value)
        remark = Remark(place, effect, why, quoted)
        if remark in self.found:
            return
        if len(self.found) >= MOST:
            self.beyond += 1
            return
        self.found[remark] = None

    def __iter__(self) -> Iterator[Remark]:
        yield from self.found
        if self.beyond:
            effect = LEFT_OUT if self.lossy else ASSUMED
            yield Remark("$", effect, f"There are {self.beyond} more remarks than can be shown.")


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
