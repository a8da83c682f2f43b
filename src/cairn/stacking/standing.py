"""Leaves that stand for what a requirement around others asks by itself: a negation, and a residency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cairn.stacking.awards import plain
from cairn.stacking.criteria import Criterion, either
from cairn.stacking.families import Leaf, Names
from cairn.stacking.limits import Residency
from cairn.stacking.schemes import credits_in


@dataclass(frozen=True)
class Absence(Leaf):
    """What a negation asks: that something is not there. Nothing that is earned brings it about."""

    kind: ClassVar[str] = "not"

    @property
    def need(self) -> int:
        """See `Leaf`."""
        return 1

    @property
    def only(self) -> frozenset[str]:
        """See `Leaf`."""
        return frozenset()

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return "Only without this"


@dataclass(frozen=True)
class Resided(Leaf):
    """The credits that a residency asks of the awarding body."""

    kind: ClassVar[str] = "residency"
    rule: Residency

    @property
    def need(self) -> int:
        """See `Leaf`."""
        return self.rule.need

    @property
    def counts_in(self) -> str:
        """See `Leaf`."""
        return self.rule.scheme

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """See `Leaf`."""
        return self.rule.criteria

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return self.rule.asks(names)

    def lacking(self, worth: int, achievement: str | None, names: Names) -> str:
        """See `Leaf`."""
        called = either(tuple(names.get(issuer, issuer) for issuer in self.rule.issuers))
        much = plain(self.quantity(worth))
        return f"Collect {much} more {credits_in(self.rule.scheme, much)} from {called} in what counts here"
