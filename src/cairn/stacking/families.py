"""What every requirement can do, and the families: groups, requirements around another one, and leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Self

from cairn.stacking.awards import Award, Validity, hundredths
from cairn.stacking.criteria import Criterion, said
from cairn.stacking.reading import Fields
from cairn.stacking.schemes import credits_in

type Names = dict[str, str]
"""What identifiers of achievements and issuers are called in sentences."""


@dataclass(frozen=True)
class Rate:
    """A declared conversion: one credit of `source` is worth `factor` credits of `target`, rounded down to the hundredth."""

    source: str
    target: str
    factor: Fraction

    def convert(self, hundredths: int) -> int:
        """Hundredths of a `source` credit in hundredths of a `target` credit."""
        return int(hundredths * self.factor)


@dataclass(frozen=True)
class Scope:
    """What the requirements around a leaf say about everything inside them."""

    criteria: tuple[Criterion, ...] = ()
    rates: tuple[Rate, ...] = ()
    validity: Validity | None = None

    def also(self, *criteria: Criterion) -> Scope:
        """The same with more conditions on awards."""
        return replace(self, criteria=self.criteria + criteria)


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

    def with_parts(self, parts: tuple[Requirement, ...]) -> Self:
        """The same requirement around other parts."""
        return self

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
        if isinstance(self, Around):
            written["of"] = self.of.to_json()
        elif self.parts:
            written["of"] = [part.to_json() for part in self.parts]
        return written


@dataclass(frozen=True)
class Group(Requirement):
    """A requirement that is met by `choose` of its parts, which its field `of` holds."""

    @property
    def choose(self) -> int:
        """How many parts must be met."""
        raise NotImplementedError


@dataclass(frozen=True)
class Around(Requirement):
    """A requirement around one other: it says something about what counts inside."""

    of: Requirement

    @property
    def parts(self) -> tuple[Requirement, ...]:
        """The one requirement inside."""
        return (self.of,)

    def with_parts(self, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return replace(self, of=parts[0])

    def within(self, scope: Scope) -> Scope:
        """What holds inside, given what holds outside."""
        return scope


@dataclass(frozen=True)
class Narrowing(Around):
    """Inside it only awards that pass `criteria` count."""

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What an award must be like."""
        raise NotImplementedError

    def within(self, scope: Scope) -> Scope:
        """See `Around`."""
        return scope.also(*self.criteria)

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return f"Counting only awards {said(self.criteria, names)}:"


@dataclass(frozen=True)
class Limit(Around):
    """Inside it, awards of some kind count only up to a limit."""

    @property
    def most(self) -> int:
        """How much counts: awards, or hundredths of a credit."""
        raise NotImplementedError

    @property
    def scheme(self) -> str | None:
        """The credit scheme the limit is counted in; None when it counts awards."""
        raise NotImplementedError

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Which awards the limit is about."""
        raise NotImplementedError

    @property
    def each_issuer(self) -> bool:
        """Whether the limit holds for each issuer by itself."""
        return False


@dataclass(frozen=True)
class Leaf(Requirement):
    """A requirement that awards serve directly. Amounts are whole numbers of `unit`: awards, or hundredths of a credit or hour."""

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
        """The credit scheme the leaf counts in; None when it counts something else."""
        return None

    @property
    def splits(self) -> bool:
        """Whether the credits of one award may be shared out between this and other leaves."""
        return False

    @property
    def spends(self) -> bool:
        """Whether an award that serves here can no longer serve elsewhere."""
        return True

    def worth(self, award: Award, rates: tuple[Rate, ...] = ()) -> int:
        """What the award brings to this leaf, in the leaf's amounts."""
        if self.counts_in is None:
            return 1
        stated = award.credits.get(self.counts_in)
        own = 0 if stated is None else hundredths(stated)
        if own or not rates:
            return own
        return max((worth for worth, _ in converted(award, self.counts_in, rates)), default=0)

    def worths(self, awards: Iterable[Award], rates: tuple[Rate, ...] = ()) -> dict[str, int]:
        """The same of many, by their ids."""
        scheme = self.counts_in
        if scheme is None or rates or type(self).worth is not Leaf.worth:
            return {award.id: self.worth(award, rates) for award in awards}
        return {award.id: hundredths(own) if (own := award.credits.get(scheme)) else 0 for award in awards}

    def lacks(self, award: Award) -> str | None:
        """What the award would need to bring anything here, as the end of a sentence, when `worth` is nothing."""
        if self.counts_in is None:
            return None
        others = sorted(name for name, amount in award.credits.items() if amount and name != self.counts_in)
        if others:
            return f"has {' and '.join(map(credits_in, others))}, not {credits_in(self.counts_in)}"
        return f"has no {credits_in(self.counts_in)}"

    @property
    def unit(self) -> str:
        """What the leaf counts, in words."""
        return "awards" if self.counts_in is None else credits_in(self.counts_in)

    @property
    def unit_size(self) -> int:
        """How many of the leaf's amounts make one unit: 1, or 100 for hundredths."""
        return 1 if self.counts_in is None else 100

    def quantity(self, worth: int) -> Decimal:
        """An amount of this leaf as a Decimal of its unit."""
        return Decimal(worth) if self.unit_size == 1 else Decimal(worth) / self.unit_size

    def lacking(self, worth: int, achievement: str | None, names: Names) -> str:
        """What to do when this much is missing, as a sentence without a full stop.

        `achievement` is the one to earn, for a leaf that names achievements.
        """
        raise NotImplementedError


def converted(award: Award, scheme: str, rates: tuple[Rate, ...]) -> list[tuple[int, Rate]]:
    """What the award's credits of other schemes are worth in `scheme`, in hundredths, by each declared conversion."""
    return [
        (worth, rate)
        for rate in rates
        if rate.target == scheme and (worth := rate.convert(int(award.credits.get(rate.source, Decimal(0)) * 100)))
    ]
