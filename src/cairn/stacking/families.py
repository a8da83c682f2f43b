"""What every requirement can do, and the three families: groups, narrowings and leaves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from cairn.stacking.awards import Award
from cairn.stacking.criteria import Criterion
from cairn.stacking.reading import Fields

type Names = dict[str, str]
"""What identifiers of achievements and issuers are called in sentences."""


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """Anything a rule can ask. `id` is stable and unique in the rule; `label` is the author's own name for this part."""

    kind: ClassVar[str]
    id: str = ""
    label: str = ""

    @property
    def parts(self) -> tuple[Requirement, ...]:
        """The requirements directly below, none for a leaf."""
        return ()

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """From the fields of a JSON object; the parts are read already."""
        raise NotImplementedError

    def fields(self) -> dict[str, object]:
        """What `read` needs, as JSON, without the parts."""
        return {}

    def sentence(self, names: Names) -> str:
        """One line for the learner; the parts have their own."""
        raise NotImplementedError

    def to_json(self) -> dict[str, object]:
        """The rule as JSON values; `parse_requirement` reads it back to an equal rule."""
        written: dict[str, object] = {"kind": self.kind}
        if self.id:
            written["id"] = self.id
        if self.label:
            written["label"] = self.label
        written |= self.fields()
        if isinstance(self, Narrowing):
            written["of"] = self.of.to_json()
        elif self.parts:
            written["of"] = [part.to_json() for part in self.parts]
        return written


@dataclass(frozen=True)
class Group(Requirement):
    """A requirement that is met by `choose` of its parts."""

    @property
    def choose(self) -> int:
        """How many parts must be met."""
        raise NotImplementedError


@dataclass(frozen=True)
class Narrowing(Requirement):
    """A requirement around another one: inside it only awards that pass `criterion` count."""

    of: Requirement

    @property
    def parts(self) -> tuple[Requirement, ...]:
        """The one requirement inside."""
        return (self.of,)

    @property
    def criterion(self) -> Criterion:
        """What an award must be like."""
        raise NotImplementedError

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return f"Counting only awards {self.criterion}:"


@dataclass(frozen=True)
class Leaf(Requirement):
    """A requirement that awards serve directly. Amounts are whole numbers of `unit`: awards, or hundredths of a credit."""

    @property
    def need(self) -> int:
        """How much is needed, 1 or more."""
        raise NotImplementedError

    @property
    def only(self) -> frozenset[str] | None:
        """The achievements that can serve, where the leaf names them."""
        return None

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What an award must be like to serve."""
        return ()

    @property
    def counts_in(self) -> str | None:
        """The credit scheme the leaf counts in; None when it counts awards."""
        return None

    def worth(self, award: Award) -> int:
        """What the award brings to this leaf, in the leaf's amounts."""
        if self.counts_in is None:
            return 1
        return int(award.credits.get(self.counts_in, Decimal(0)) * 100)

    @property
    def unit(self) -> str:
        """What the leaf counts, in words."""
        return "awards" if self.counts_in is None else f"{self.counts_in} credits"

    def quantity(self, worth: int) -> Decimal:
        """An amount of this leaf as a Decimal of awards or credits."""
        return Decimal(worth) if self.counts_in is None else Decimal(worth) / 100

    def lacking(self, worth: int, achievement: str | None, names: Names) -> str:
        """What to do when this much is missing, as a sentence without a full stop.

        `achievement` is the one to earn, for a leaf that names achievements.
        """
        raise NotImplementedError
