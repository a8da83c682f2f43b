"""Limits: how much of some kind of award counts inside, and how much must come from the awarding body."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import ClassVar, Self

from cairn.stacking.awards import is_hundredths, plain
from cairn.stacking.criteria import Criterion, EarnedThere, FromIssuer, OfAchievement, either, said
from cairn.stacking.families import Around, Group, Leaf, Limit, Names, Narrowing, Requirement
from cairn.stacking.filters import EVERY_AWARD, AwardFilter
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.reading import Fields
from cairn.stacking.schemes import credits_in

NONE_AT_ALL = "Where none may count, say by counting_only which awards do."


@dataclass(frozen=True)
class AtMost(Limit):
    """Inside, awards that pass the filter count for at most so many credits, so large a share of the credits asked, or so many awards.

    Exactly one of `amount` (with `scheme`), `share` (with `scheme`) and `count` is given. What goes beyond the limit is not
    counted; it takes nothing else away. With `each_issuer` the limit holds for every issuer by itself.
    """

    kind: ClassVar[str] = "at_most"
    amount: Decimal | None = None
    share: Fraction | None = None
    count: int | None = None
    scheme: str | None = None
    filter: AwardFilter = EVERY_AWARD
    each_issuer: bool = False

    def __post_init__(self) -> None:
        given = [name for name in ("amount", "share", "count") if getattr(self, name) is not None]
        if len(given) != 1:
            wrong = "It says no limit." if not given else f"It says {' and '.join(given)}, which are two limits."
            raise RuleError(Problem("$", wrong, "Write one of amount, share and count."))
        if (self.count is None) != bool(self.scheme):
            write = "Write the credit scheme." if self.count is None else "Take the scheme away."
            raise RuleError(Problem("$.scheme", "Credits have a scheme, awards have none.", write))
        if self.count is not None and self.count < 1:
            raise RuleError(Problem("$.count", "A limit of none is no limit.", NONE_AT_ALL))
        if self.amount is not None and (not is_hundredths(self.amount) or self.amount <= 0):
            wrong = f"{self.amount!r} is not an amount of credits."
            raise RuleError(Problem("$.amount", wrong, "Write a positive Decimal with at most two decimals."))
        if not self.filter.criteria and not self.each_issuer:
            wrong = "It limits every award, so that nothing could exceed it."
            raise RuleError(Problem("$.filter", wrong, "Write which awards, or each_issuer."))
        if self.share is not None:
            _asked(self.of, self.scheme or "")

    @property
    def most(self) -> int:
        """See `Limit`."""
        if self.count is not None:
            return self.count
        if self.amount is not None:
            return int(self.amount * 100)
        return int(_asked(self.of, self.scheme or "") * (self.share or 0))

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """See `Limit`."""
        return self.filter.criteria

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        fields.seen |= {"amount", "count", "scheme"}
        given = fields.values
        return cls(
            parts[0],
            fields.decimal("amount", f"Write the most credits that count. {NONE_AT_ALL}")
            if "amount" in given
            else None,
            fields.share("share"),
            fields.integer("count", f"Write the most awards that count. {NONE_AT_ALL}") if "count" in given else None,
            fields.text("scheme", write="Write the credit scheme, for example ECTS.") if "scheme" in given else None,
            fields.filter("filter"),
            fields.flag("each_issuer"),
        )

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        written: dict[str, object] = {}
        if self.amount is not None:
            written["amount"] = plain(self.amount)
        if self.share is not None:
            written["share"] = str(self.share)
        if self.count is not None:
            written["count"] = self.count
        if self.scheme:
            written["scheme"] = self.scheme
        if self.filter.criteria:
            written["filter"] = self.filter.to_json()
        return written | ({"each_issuer": True} if self.each_issuer else {})

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        if self.scheme is None:
            much = "one award" if self.count == 1 else f"{self.count} awards"
        else:
            amount = plain(Decimal(self.most) / 100)
            much = f"{amount} {credits_in(self.scheme, amount)}"
            much += f" ({self.share} of what is asked)" if self.share is not None else ""
        like = f" {said(self.criteria, names)}" if self.criteria else ""
        whose = " from any one issuer" if self.each_issuer else ""
        if self.scheme is None:
            return f"Counting at most {much}{like}{whose}:"
        return f"Counting at most {much}{f' from awards{like}' if like else ''}{whose}:"


@dataclass(frozen=True)
class Exclusive(Limit):
    """Inside, at most one of these achievements counts: whoever holds several has one of them counted."""

    kind: ClassVar[str] = "exclusive"
    achievements: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.achievements) < 2 or len(set(self.achievements)) < len(self.achievements):
            wrong = "Achievements exclude each other only if there are two or more, each named once."
            raise RuleError(Problem("$.achievements", wrong, "Write the ids of the achievements."))

    @property
    def most(self) -> int:
        """See `Limit`."""
        return 1

    @property
    def scheme(self) -> str | None:
        """See `Limit`."""
        return None

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """See `Limit`."""
        return (OfAchievement(self.achievements),)

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        return cls(parts[0], fields.texts("achievements"))

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        return {"achievements": list(self.achievements)}

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        called = tuple(names.get(name, name) for name in self.achievements)
        return f"Counting only one of {' and '.join((', '.join(called[:-1]), called[-1]))}:"


@dataclass(frozen=True)
class Residency(Around):
    """Of the awards that count inside, at least so many credits, or so large a share of the credits asked, were earned at these issuers.

    What an issuer recognised from elsewhere counts for other requirements, and not for this one.
    """

    kind: ClassVar[str] = "residency"
    issuers: tuple[str, ...]
    scheme: str
    amount: Decimal | None = None
    share: Fraction | None = None

    def __post_init__(self) -> None:
        if not self.issuers:
            raise RuleError(Problem("$.issuers", "It names no awarding body.", "Write at least one issuer."))
        if (self.amount is None) == (self.share is None):
            raise RuleError(Problem("$", "It must say how much.", "Write either amount or share."))
        if not self.scheme:
            raise RuleError(Problem("$.scheme", "It names no credit scheme.", "Write the scheme, for example ECTS."))
        if self.amount is not None and (not is_hundredths(self.amount) or self.amount <= 0):
            wrong = f"{self.amount!r} is not an amount of credits."
            raise RuleError(Problem("$.amount", wrong, "Write a positive Decimal with at most two decimals."))
        if self.share is not None:
            _asked(self.of, self.scheme)

    @property
    def need(self) -> int:
        """The credits in hundredths."""
        if self.amount is not None:
            return int(self.amount * 100)
        return max(1, ceil(_asked(self.of, self.scheme) * (self.share or 0)))

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Which awards count for it."""
        return (FromIssuer(self.issuers), EarnedThere())

    @classmethod
    def read(cls, fields: Fields, parts: tuple[Requirement, ...]) -> Self:
        """See `Requirement`."""
        fields.seen.add("amount")
        return cls(
            parts[0],
            fields.texts("issuers"),
            fields.text("scheme", write="Write the credit scheme, for example ECTS."),
            fields.decimal("amount", "Write the credits.") if "amount" in fields.values else None,
            fields.share("share"),
        )

    def fields(self) -> dict[str, object]:
        """See `Requirement`."""
        much: dict[str, object] = (
            {"amount": plain(self.amount)} if self.amount is not None else {"share": str(self.share)}
        )
        return {"issuers": list(self.issuers), "scheme": self.scheme} | much

    def sentence(self, names: Names) -> str:
        """See `Requirement`."""
        return f"{self.asks(names)}:"

    def asks(self, names: Names) -> str:
        """What it asks, without the colon before what is inside."""
        called = either(tuple(names.get(issuer, issuer) for issuer in self.issuers))
        part = f" ({self.share} of what is asked)" if self.share is not None else ""
        much = plain(Decimal(self.need) / 100)
        comes = "comes" if much == "1" else "come"
        return f"At least {much} {credits_in(self.scheme, much)}{part} {comes} from {called}"


def most(limit: Limit, much: int, like: str) -> str:
    """So much of the kind that is limited, within a sentence."""
    if limit.scheme is None:
        return f"at most {'one award' if much == 1 else f'{much} awards'}{f' {like}' if like else ''}"
    amount = plain(Decimal(much) / 100)
    return f"at most {amount} {credits_in(limit.scheme, amount)}{f' from awards {like}' if like else ''}"


def _asked(rule: Requirement, scheme: str) -> int:
    """How many credits of the scheme a rule asks for, in hundredths; raises `RuleError` where that depends on choices."""
    total = _sum(rule, scheme)
    if not total:
        wrong = f"What is inside does not ask for one certain number of {credits_in(scheme)}, so a share of them says nothing."
        raise RuleError(Problem("$.share", wrong, "Write an amount instead."))
    return total


def _sum(rule: Requirement, scheme: str) -> int | None:
    if isinstance(rule, Leaf):
        return rule.need if rule.counts_in == scheme else 0
    if not isinstance(rule, Group | Narrowing | Limit | Residency):
        return _sum(rule.parts[0], scheme) if len(rule.parts) == 1 else None
    found = [_sum(part, scheme) for part in rule.parts]
    if any(one is None for one in found):
        return None
    if isinstance(rule, Group) and rule.choose < len(found):
        return found[0] * rule.choose if found[0] is not None and len(set(found)) == 1 else None
    return sum(one for one in found if one is not None)
