"""Which places a value of one field of an award leaves open, as bits of a whole number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from cairn.stacking.awards import Award
from cairn.stacking.criteria import Criterion

SETS = frozenset({"tags", "subjects"})
"""Fields of an award that hold several values."""


@dataclass
class Layer:
    """One field of an award: places that ask nothing of it, places by value where the criterion is a list, criteria otherwise."""

    reads: str
    open: int = 0
    by_value: dict[str, int] = field(default_factory=dict)
    asked: dict[Criterion, int] = field(default_factory=dict)

    def fits(self, award: Award, at: datetime) -> int:
        """The places that the award fits as far as this field goes."""
        value = getattr(award, self.reads)
        found = self.open
        if self.by_value:
            for one in value if isinstance(value, frozenset) else (value,):
                found |= self.by_value.get(one, 0)
        for criterion, places in self.asked.items():
            if criterion.fault(award, at) is None:
                found |= places
        return found

    @cached_property
    def table(self) -> dict[object, int] | None:
        """The places by value, `open` for any other one, where lists of values of a field that has a single one are all that is asked."""
        if self.asked or self.reads in SETS:
            return None
        return {value: places | self.open for value, places in self.by_value.items()}


def fitting(layers: Sequence[Layer], everywhere: int, at: datetime) -> Callable[[Award], int]:
    """What says which places of those `everywhere` an award fits by its fields at a moment, as bits."""
    tables = [(layer.reads, layer.table, layer.open) for layer in layers if layer.table is not None]
    memos: list[tuple[Layer, str, dict[object, int]]] = [
        (layer, layer.reads, {}) for layer in layers if layer.table is None
    ]

    def fits(award: Award) -> int:
        found = everywhere
        for reads, table, others in tables:
            found &= table.get(getattr(award, reads), others)
        if not found:
            return 0
        for layer, reads, memo in memos:
            value = getattr(award, reads)
            places = memo.get(value)
            if places is None:
                places = memo[value] = layer.fits(award, at)
            found &= places
            if not found:
                break
        return found

    return fits
