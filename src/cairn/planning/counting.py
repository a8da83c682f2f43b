"""What is granted once enough is there, where enough is an amount and not so many of certain things.

Which award counts where, and for how much, is for somebody else to decide: a callable is asked about whole sets of names. The search is
told what it can use beforehand: linear rows that every set which is enough satisfies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from cairn.planning.problems import PlanningError

REMEMBERED = 5_000
"""How many answers are kept at most."""

type Reached = tuple[tuple[str, int | None], ...]
"""Names in the order in which they are reached, each with the day, counted from 1, at whose end that is; None without weeks."""


@dataclass(frozen=True, kw_only=True)
class Amount:
    """At least `least` in all of what names bring, in whole parts of a unit; `parts` of them make one (100 for hundredths).

    `of` says what each name brings at most. `unit` is what is counted, in words for people; without it nothing is said about it.
    """

    of: Mapping[str, int] = field(hash=False)
    least: int
    unit: str = ""
    parts: int = 1

    def __post_init__(self) -> None:
        if self.least < 1 or self.parts < 1 or any(brought < 1 for brought in self.of.values()):
            raise PlanningError(
                "An amount asks for nothing, or something brings nothing of it. Give whole numbers from 1."
            )

    def brought_by(self, names: Set[str]) -> int:
        """What these names bring at most."""
        return sum(brought for name, brought in self.of.items() if name in names)

    def text(self, parts: int) -> str:
        """A number of parts in the unit, as people write it."""
        whole, rest = divmod(parts * 100 // self.parts, 100)
        return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """Parts that must all be filled, part `n` to `least[n]`, where what is reached goes to one part only.

    `brought` says by name how much it brings to which parts at most, `had` the same of what is there already. Parts in `freely` take
    from a name that serves another as well.
    """

    least: tuple[int, ...]
    brought: Mapping[str, Mapping[int, int]] = field(hash=False)
    had: tuple[Mapping[int, int], ...] = field(default=(), hash=False)
    freely: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Turns:
    """Which differences between calendars an answer can depend on at all; two that differ in nothing else are answered alike.

    Something ends before a week of `weeks`, or in it and later; two ends lie less than so many weeks `apart`, or as many and more; and
    where things are `ordered`, which of two ends first, or both in one week. After week `latest` it helps nobody to wait; None
    where that is not known of any.
    """

    weeks: frozenset[int] = frozenset()
    apart: frozenset[int] = frozenset()
    ordered: bool = True
    latest: int | None = 0


@dataclass(frozen=True, kw_only=True)
class When:
    """When names should be reached so that they serve where they are needed, as far as can be said beforehand. Nothing rests on it: it is
    what a search for a calendar begins with.

    A name of `since` should be reached in this week or later, for the reason that `why` gives people; one of `until` in this week or
    sooner; those of each entry of `together` within so many weeks of each other.
    """

    since: Mapping[str, int] = field(default_factory=dict)
    until: Mapping[str, int] = field(default_factory=dict)
    together: Sequence[tuple[frozenset[str], int]] = ()
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Counting:
    """What is enough among `names`: every one of `amounts`, and whatever `asked` says beyond.

    `asked` is given a set of names and says whether it is enough; None where it could not find out. More is never less: what holds
    of a set holds of every larger one. It is asked again for nothing it was asked before. Two are the same if they have the same
    names, amounts and `key`: whoever gives `asked` gives a key with it that changes with its answers.

    Where order, days or what is there besides decide as well, `asked` tells what could be enough in some order on some days, and
    `judged` has the last word: whether names, reached in this order in these weeks, are enough with the last of them. Names of which
    having more can be less are told in `spoils`: those it is not enough with come after it. `in_turn` is given where order plays a part: of
    two names in each pair the first should be reached before the second. `waiting` says that what is not enough today may be enough later.
    `turns` says what of a calendar matters to `judged` (without it everything does), `when` in which weeks names should be reached.
    """

    names: frozenset[str]
    amounts: tuple[Amount, ...] = ()
    asked: Callable[[frozenset[str]], bool | None] | None = field(default=None, compare=False, repr=False)
    key: str = ""
    sharing: Sharing | None = None
    """What every set that is enough satisfies too: it can be shared out among these parts."""
    judged: Callable[[Reached], bool | None] | None = field(default=None, compare=False, repr=False)
    spoils: frozenset[str] = frozenset()
    in_turn: Callable[[frozenset[str]], Sequence[tuple[str, str]]] | None = field(
        default=None, compare=False, repr=False
    )
    waiting: bool = False
    turns: Turns | None = field(default=None, compare=False, repr=False)
    when: Callable[[frozenset[str]], When] | None = field(default=None, compare=False, repr=False)
    known: dict[frozenset[str], bool | None] = field(default_factory=dict, compare=False, repr=False)
    told: dict[Reached, bool | None] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if any(not self.names.issuperset(amount.of) for amount in self.amounts):
            raise PlanningError("An amount counts something that is not among the names. Name all that counts.")

    @property
    def watched(self) -> frozenset[str]:
        """Every name that plays a part."""
        return self.names | self.spoils

    def enough(self, reached: Set[str]) -> bool | None:
        """Whether what is reached is enough; None where that could not be found out."""
        names = self.names & reached
        if any(amount.brought_by(names) < amount.least for amount in self.amounts):
            return False
        if self.asked is None:
            return True
        if names not in self.known:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            self.known[names] = self.asked(names)
        return self.known[names]

    def enough_so(self, reached: Reached) -> bool | None:
        """Whether what is reached in this order, on these days, is enough with the last of it; None where that could not be found out."""
        if self.judged is None:
            return self.enough({name for name, _ in reached})
        if reached not in self.told:
            if len(self.told) >= REMEMBERED:
                self.told.clear()
            self.told[reached] = self.judged(reached)
        return self.told[reached]

    def beyond(self, reached: Set[str]) -> frozenset[str]:
        """Of what is surely not enough: names of which at least one more is needed, whatever else is there; as few as can be.

        Everything is added that leaves it too little, what brings least first, halving what is tried at once.
        """
        brought = {name: max((amount.of.get(name, 0) for amount in self.amounts), default=0) for name in self.names}
        short = set(self.names & reached)
        waiting = [sorted(self.names - reached, key=lambda name: (brought[name], name))]
        while waiting:
            more = waiting.pop()
            if more and self.enough(short.union(more)) is False:
                short.update(more)
            elif len(more) > 1:
                middle = len(more) // 2
                waiting += [more[middle:], more[:middle]]
        return self.names - short


def named(groups: Iterable[Iterable[object]]) -> set[object]:
    """Everything that groups of prerequisites ask for."""
    return {alternative for group in groups for alternative in group}
