"""The nearest ways to complete a rule, starting from what already counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import lcm

from cairn.stacking.allocation import Branch, Case, allocate
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.families import Leaf, Names

WAYS = 3
"""How many ways are shown at most."""


@dataclass(frozen=True)
class Missing:
    """One thing to do: `amount` more awards or credits (`unit`) for the requirement with this id.

    `achievement` is the one to earn where the requirement names achievements, `skills` those to choose from where it names skills.
    """

    id: str
    sentence: str
    amount: Decimal
    unit: str
    achievement: str | None = None
    skills: tuple[str, ...] = ()


type Way = tuple[Missing, ...]
"""Things that complete the rule when all of them are done."""

type _Weighed = tuple[int, int, int, Way]
"""How much is unfinished, how many awards it takes at least, how many steps, and the way itself."""


@dataclass
class Footing:
    """Where completing starts from: what each leaf has, and which achievement would fill each leaf that names some.

    An achievement counts once, so a leaf that names one which already serves elsewhere cannot ask for it again: either
    the award moves, or the leaf has no entry in `fresh` and nothing new can fill it. `serving` says which items serve where then.
    """

    have: list[int]
    fresh: dict[int, str]
    serving: Mapping[int, int]


@dataclass(frozen=True)
class Situation:
    """The allocation as numbers: leaves with what they `have`, items with what they are worth to whom and where they serve.

    `only` says which achievements a place names, with those that are the same; `same` maps achievements to their
    representative, `held` are the representatives behind the items, `counted` the leaves that the rule's groups rely on;
    `shown` are the skills that awards show; `beside` says of which kind nothing more counts at a place; `ended` has the ways after which
    what a place denies would not be met.
    """

    tree: Branch | int
    leaves: Sequence[Leaf]
    only: Mapping[int, frozenset[str] | None]
    have: Sequence[int]
    items: Sequence[Mapping[int, int]]
    leaf_of: Sequence[int | None]
    same: Mapping[str, str]
    held: frozenset[str]
    counted: frozenset[int]
    shown: Mapping[int, frozenset[str]]
    beside: Mapping[int, str]
    ended: Mapping[int, Sequence[Way]]

    def names(self, place: int) -> frozenset[str] | None:
        """The achievements that can serve at a place, where it names some."""
        return self.only.get(place, self.leaves[place].only)

    @property
    def named(self) -> list[int]:
        """The leaves that name achievements."""
        return [place for place in range(len(self.leaves)) if self.names(place) is not None]

    def fresh(self, place: int) -> list[str]:
        """The achievements, by representative, that could still be earned for a leaf that names some."""
        return sorted({self.same.get(name, name) for name in self.names(place) or ()} - self.held)

    def footings(self) -> Iterator[Footing]:
        """Places to start from, the gentlest first: the second one, found only if asked for, moves whatever it must."""
        yield self._footing(self._augmented())
        yield self._footing(self._afresh())

    def doubled(self, footing: Footing) -> Footing | None:
        """The same where leaves may be served by what serves another one too, for ways that need only one of the two; None if none can."""
        served = footing.fresh
        fresh = {
            place: self._name_at(place, names[0])
            for place in self.named
            if place not in served and footing.have[place] < self.leaves[place].need and (names := self.fresh(place))
        }
        return replace(footing, fresh={**served, **fresh}) if fresh else None

    def _augmented(self) -> dict[int | str, int]:
        """Fill open leaves along augmenting paths, which never empty a leaf that names achievements.

        For a leaf that counts, an award is taken from a leaf that names none, if nothing new could do.
        """
        serving: dict[int | str, int] = {item: place for item, place in enumerate(self.leaf_of) if place is not None}
        wanted: dict[int, list[int | str]] = {
            place: [*(item for item, worth in enumerate(self.items) if place in worth), *self.fresh(place)]
            for place in self.named
        }

        def fill(place: int, seen: set[int | str], *, move: bool) -> bool:
            for item in wanted[place]:
                if item in seen:
                    continue
                seen.add(item)
                owner = serving.get(item)
                free = owner is None or (move and owner not in wanted)
                if free or (owner in wanted and owner != place and fill(owner, seen, move=move)):
                    serving[item] = place
                    return True
            return False

        for place in self.named:
            if (
                self.have[place] < self.leaves[place].need
                and not fill(place, set(), move=False)
                and place in self.counted
            ):
                fill(place, set(), move=True)
        return serving

    def _afresh(self) -> dict[int | str, int]:
        """Allocate everything that leaves can name, held or not, as if all other leaves were full."""
        fresh: dict[str, dict[int, int]] = {}
        for place in self.named:
            for name in self.fresh(place):
                fresh.setdefault(name, {})[place] = 1
        named = set(self.named)
        held = [{place: worth for place, worth in item.items() if place in named} for item in self.items]
        need = tuple(leaf.need for leaf in self.leaves)
        served = {self.leaf_of[item] for item in range(len(self.items))}
        base = tuple(
            0 if place in named and (place in served or self.have[place] < leaf.need) else leaf.need
            for place, leaf in enumerate(self.leaves)
        )
        keys: list[int | str] = [*range(len(held)), *sorted(fresh)]
        case = Case(self.tree, need, base, (*held, *(fresh[name] for name in sorted(fresh))))
        found = allocate(case).leaf_of
        serving = {key: place for key, place in zip(keys, found, strict=True) if place is not None}
        for item, before in enumerate(self.leaf_of):
            if before is not None and before not in named:
                serving.setdefault(item, before)
        return serving

    def _footing(self, serving: Mapping[int | str, int]) -> Footing:
        footing = Footing(list(self.have), {}, {one: place for one, place in serving.items() if isinstance(one, int)})
        for item, before in enumerate(self.leaf_of):
            if before is not None:
                footing.have[before] -= self.items[item][before]
        for source, after in serving.items():
            if isinstance(source, int):
                footing.have[after] += self.items[source][after]
            else:
                footing.fresh[after] = self._name_at(after, source)
        return footing

    def _name_at(self, place: int, representative: str) -> str:
        """What the place itself calls it."""
        return min(name for name in self.names(place) or () if self.same.get(name, name) == representative)


def nearest_ways(situation: Situation, footing: Footing, names: Names) -> tuple[Way, ...]:
    """Up to `WAYS` ways, the shortest first: least unfinished requirements (a half-filled one is half), then fewest awards, then steps.

    Credits, hours and skills may come with one award each.
    """
    whole = lcm(*(leaf.need for leaf in situation.leaves))

    def leaf_ways(place: int) -> list[_Weighed]:
        leaf = situation.leaves[place]
        lack = leaf.need - footing.have[place]
        if lack <= 0:
            return [(0, 0, 0, ())]
        if place in situation.ended:
            return _shortest(_ending(way, whole) for way in situation.ended[place])
        fresh = footing.fresh.get(place)
        if situation.names(place) is not None and fresh is None:
            return []
        skills: tuple[str, ...] = ()
        if isinstance(leaf, SkillsCovered):
            skills = tuple(skill for skill in leaf.skills if skill not in situation.shown.get(place, ()))
            sentence = leaf.showing(skills, lack, names) + situation.beside.get(place, "")
        else:
            sentence = leaf.lacking(lack, fresh, names) + situation.beside.get(place, "")
        missing = Missing(leaf.id, sentence, leaf.quantity(lack), leaf.unit, fresh, skills)
        return [(lack * (whole // leaf.need), lack if leaf.unit == "awards" else 1, 1, (missing,))]

    def of(node: Branch | int) -> list[_Weighed]:
        if isinstance(node, int):
            return leaf_ways(node)
        if node.choose == len(node.parts):
            return _together(map(of, node.parts))
        chosen: list[list[_Weighed]] = [[(0, 0, 0, ())], *([] for _ in range(node.choose))]
        for part in node.parts:
            ways = of(part)
            if (
                len(ways) == 1 and not ways[0][-1]
            ):  # done already: it only takes up a choice, which is what it should do
                for count in range(node.choose, 0, -1):
                    chosen[count] = _shortest([*chosen[count], *chosen[count - 1]])
                continue
            for count in range(node.choose, 0, -1):
                joined = [_join(before, way) for before in chosen[count - 1] for way in ways]
                chosen[count] = _shortest([*chosen[count], *joined])
        return chosen[node.choose]

    return tuple(way for *_, way in of(situation.tree))


def _ending(way: Way, whole: int) -> _Weighed:
    """A way by other requirements than those of the rule itself, each of which is unfinished."""
    awards = sum(int(missing.amount) if missing.unit == "awards" else 1 for missing in way)
    return whole * len(way), awards, len(way), way


def _together(parts: Iterable[list[_Weighed]]) -> list[_Weighed]:
    """The best few ways to do all parts, from the best few of each.

    No way of a part contains another of it, and no two parts share a step. So none of the joined ways contains another, and among
    those that weigh the same the steps of the first part that differs decide: nothing long is compared.
    """
    best: list[tuple[tuple[int, int, int], int, list[Way]]] = [((0, 0, 0), 0, [])]
    for ways in parts:
        if len(ways) == 1 and best:  # nothing to choose
            much, awards, steps, way = ways[0]
            for number, ((before, those, many), rank, chain) in enumerate(best):
                chain.append(way)
                best[number] = (before + much, those + awards, many + steps), rank, chain
            continue
        named = sorted(ways, key=_named)
        joined = [
            ((before + much, those + awards, many + steps), rank, own, chain, way)
            for (before, those, many), rank, chain in best
            for own, (much, awards, steps, way) in enumerate(named)
        ]
        kept = sorted(joined, key=lambda one: one[:3])[:WAYS]
        order = sorted(one[1:3] for one in kept)
        best = [(weight, order.index((rank, own)), [*chain, way]) for weight, rank, own, chain, way in kept]
    return [(*weight, tuple(missing for way in chain for missing in way)) for weight, _, chain in best]


def _named(way: _Weighed) -> tuple[str, ...]:
    return tuple(missing.id for missing in way[-1])


def _join(first: _Weighed, second: _Weighed) -> _Weighed:
    return first[0] + second[0], first[1] + second[1], first[2] + second[2], first[3] + second[3]


def _shortest(ways: Iterable[_Weighed]) -> list[_Weighed]:
    """The best few in an order that does not depend on how they were found, without ways that contain a shorter one."""
    ways = list(ways)
    if len(ways) < 2:
        return ways
    distinct = {_named(way): way for way in ways}
    found: list[_Weighed] = []
    asked: list[frozenset[Missing]] = []
    for _, way in sorted(distinct.items(), key=lambda pair: (*pair[1][:-1], pair[0])):
        own = frozenset(way[-1])
        if not any(shorter <= own for shorter in asked):
            found.append(way)
            asked.append(own)
            if len(found) == WAYS:
                break
    return found
