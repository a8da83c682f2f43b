"""Figures, each beside its yardstick from the same run. Machines differ, and one machine swings: the ratio is what counts."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median

WARMING = 0.25
"""Seconds before each measurement in which what repeats is learnt again: the work before it may have made everything forgotten."""
Work = Callable[[int], object]
"""Does the thing once; it is told how often it has been done."""


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` of ``unit``, measured in the same run as ``yardstick_value`` of the figure named ``yardstick``."""

    name: str
    value: float
    unit: str
    yardstick: str
    yardstick_value: float

    @property
    def ratio(self) -> float:
        """Value over yardstick."""
        return self.value / self.yardstick_value if self.yardstick_value else 0.0

    def print(self, *, as_json: bool) -> None:
        """Print a line for people, or one JSON object."""
        if as_json:
            line = {"name": self.name, "value": round(self.value, 3), "unit": self.unit, "yardstick": self.yardstick}
            print(json.dumps({**line, "ratio": round(self.ratio, 4)}, ensure_ascii=False), flush=True)
        else:
            digits = 0 if self.value >= 100 else 1
            print(
                f"  {self.name:58} {self.value:11,.{digits}f} {self.unit:18} {self.ratio:8.3f} of {self.yardstick}",
                flush=True,
            )


def rate(work: Work, seconds: float) -> float:
    """How often ``work`` is done in a second of this process's processor time."""
    done = 0
    began = time.process_time()
    while (spent := time.process_time() - began) < seconds:
        for _ in range(5):
            work(done)
            done += 1
    return done / spent


def rates(works: Mapping[str, Work], seconds: float, rounds: int) -> dict[str, float]:
    """The median rate of each, over rounds in which all of them take their turns."""
    found: dict[str, list[float]] = {name: [] for name in works}
    gc.collect()
    gc.freeze()  # the collector need not walk over the material laid out beforehand
    for _ in range(rounds):
        for name, work in works.items():
            rate(work, WARMING)
            found[name].append(rate(work, seconds / rounds))
    return {name: median(values) for name, values in found.items()}


def beside(values: Mapping[str, float], unit: str, yardsticks: Mapping[str, str]) -> Iterable[Figure]:
    """Make figures of rates; ``yardsticks`` says beside which of them each is put."""
    for name, value in values.items():
        yardstick = yardsticks[name]
        yield Figure(name, value, unit, yardstick, values[yardstick])
