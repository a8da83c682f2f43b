"""Which places a value of one field of an award leaves open, as bits of a whole number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cairn.stacking.awards import Award
from cairn.stacking.criteria import Criterion


@dataclass
class Layer:
    """One field of an award: places that ask nothing of it, places by value where the criterion is a list, criteria otherwise."""

    reads: str
    open: int = 0
    by_value: dict[str, int] = field(default_factory=dict)
    asked: dict[Criterion, int] = field(default_factory=dict)

    def fits(self, award: Award, at: datetime, memo: dict[object, int]) -> int:
        """The places that the award fits as far as this field goes."""
        value = getattr(award, self.reads)
        found = memo.get(value)
        if found is None:
            found = self.open
            if self.by_value:
                for one in value if isinstance(value, frozenset) else (value,):
                    found |= self.by_value.get(one, 0)
            for criterion, places in self.asked.items():
                if criterion.fault(award, at) is None:
                    found |= places
            memo[value] = found
        return found
