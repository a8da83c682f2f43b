"""A rule made ready once, to be asked about many learners.

Every leaf becomes a place with a number. For each field of an award that rules ask about, a table says which places the value
leaves open, as bits of a whole number: what an award fits is the AND of a few of them, however many leaves there are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from threading import Lock

from cairn.stacking.allocation import Branch, Weights
from cairn.stacking.awards import Award, Validity
from cairn.stacking.criteria import Criterion, OfAchievement
from cairn.stacking.families import Around, Group, Leaf, Limit, Names, Rate, Requirement, Scope
from cairn.stacking.layers import Layer, fitting
from cairn.stacking.limits import Residency
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.requirements import nodes, numbered
from cairn.stacking.scopes import Equivalences, Not
from cairn.stacking.standing import Absence, Resided
from cairn.stacking.structure import InOrder
from cairn.stacking.together import EarnedTogether
from cairn.stacking.wording import Words

KEPT = 256
"""How many rules stay ready at most."""


@dataclass(frozen=True)
class Place:
    """A leaf where it stands: with everything that the requirements around it say."""

    number: int
    leaf: Leaf
    scope: Scope
    criteria: tuple[Criterion, ...]
    only: frozenset[str] | None
    limits: tuple[int, ...]

    @cached_property
    def counting(self) -> tuple[str, tuple[Rate, ...]]:
        """How the leaf counts: awards are worth the same to leaves for which this is the same."""
        return self.leaf.unit, self.scope.rates

    @cached_property
    def needed(self) -> Decimal:
        """What the leaf needs, of its unit."""
        return self.leaf.quantity(self.leaf.need)


@dataclass(frozen=True)
class Limited:
    """A limit and the places inside it."""

    limit: Limit
    places: frozenset[int]
    scope: Scope
    criteria: tuple[Criterion, ...]
    """Which awards it is about, with everything that is declared the same."""


@dataclass(frozen=True)
class Resident:
    """A residency, the place that stands for what it asks, and the places inside it."""

    place: int
    rule: Residency
    places: frozenset[int]
    scope: Scope


@dataclass(frozen=True)
class Windowed:
    """A requirement that awards be earned together, and the places inside it."""

    rule: EarnedTogether
    places: frozenset[int]


@dataclass(frozen=True)
class Denied:
    """A negation, the place that stands for it, and the rule inside, ready by itself."""

    place: int
    rule: Not
    inside: Compiled


@dataclass(frozen=True)
class Turn:
    """A part of a group in order: its shape, and what is in it: places, the numbers of limits, and groups in order next below."""

    shape: Branch | int
    places: frozenset[int]
    limits: range
    below: tuple[Sequenced, ...]


@dataclass(frozen=True)
class Sequenced:
    """A group in order, and its parts."""

    rule: InOrder
    turns: tuple[Turn, ...]


class Compiled:
    """See the module. `equivalent` are sets of achievements that are the same, besides those that the rule declares."""

    def __init__(self, requirement: Requirement, equivalent: Sequence[Collection[str]] = ()) -> None:
        self.rule = numbered(requirement)
        self.nodes = nodes(self.rule)
        if len({node.id for node in self.nodes}) < len(self.nodes):
            raise RuleError(Problem("$", "Two requirements have the same id.", "Give each its own id."))
        declared = [group for node in self.nodes if isinstance(node, Equivalences) for group in node.sets]
        self.equivalent: tuple[frozenset[str], ...] = tuple(frozenset(group) for group in (*equivalent, *declared))
        self.same = _same(self.equivalent)
        self.alike = _alike(self.same)
        self.places: list[Place] = []
        self.need: list[int] = []
        self.limits: list[Limited] = []
        self.residents: list[Resident] = []
        self.denied: list[Denied] = []
        self.outermost: list[Sequenced] = []
        """The groups in order that lie in no other."""
        self.windows: list[Windowed] = []
        self.place_of: dict[str, int] = {}
        """The place of a leaf, a residency or a negation by its id."""
        self.inside_not: frozenset[str] = frozenset()
        self._leaf_at: dict[int, Place] = {}
        self.leaf_of: dict[int, Leaf] = {}
        """What stands at each place: the leaf itself, or what a residency or a negation asks."""
        self.tree = self._shape(self.rule, Scope(), ())
        self.sequences = list(self.outermost)
        """All groups in order, an outer one before those inside it."""
        for sequence in self.sequences:
            self.sequences += [below for turn in sequence.turns for below in turn.below]
        self.weights = Weights(self.tree, tuple(self.need))
        self.bound = bool(self.limits or self.residents)
        self._words = Words({})
        self._layers()

    def place(self, number: int) -> Place:
        """The leaf's place with this number."""
        return self._leaf_at[number]

    def root(self, achievement: str) -> str:
        """The representative of an achievement among all that are the same."""
        return self.same.get(achievement, achievement)

    def words(self, names: Names) -> Words:
        """What its parts are called where achievements and issuers have these names; kept for as long as the names stay the same."""
        known = self._words
        if known.names != names:
            known = self._words = Words(dict(names))
        return known

    @cached_property
    def naming(self) -> dict[str, list[Place]]:
        """Places by the achievements that they name."""
        found: dict[str, list[Place]] = {}
        for place in self.places:
            for name in place.only or ():
                found.setdefault(name, []).append(place)
        return found

    @cached_property
    def open_places(self) -> list[Place]:
        """Places that name no achievements."""
        return [place for place in self.places if place.only is None]

    def _number(self, node: Requirement, need: int) -> int:
        number = len(self.need)
        self.need.append(need)
        self.place_of[node.id] = number
        return number

    def _shape(self, node: Requirement, scope: Scope, limits: tuple[int, ...]) -> Branch | int:
        if isinstance(node, Leaf):
            number = self._number(node, node.need)
            only = node.only
            if only is not None:
                only = only.union(*(self.alike.get(name, frozenset()) for name in only))
            place = Place(number, node, scope, meant(self.alike, scope.criteria + node.criteria), only, limits)
            self.places.append(place)
            self._leaf_at[number] = place
            self.leaf_of[number] = node
            return number
        if isinstance(node, Not):
            number = self._number(node, 1)
            inside = Compiled(_wrapped(node.of, scope), self.equivalent)
            self.inside_not |= {inner.id for inner in nodes(node.of)}
            self.denied.append(Denied(number, node, inside))
            self.leaf_of[number] = Absence(id=node.id)
            return number
        if isinstance(node, Group):
            turns: list[Turn] = []
            within = len(self.outermost)
            for part in node.parts:
                first, limit, before = len(self.places), len(self.limits), len(self.outermost)
                shape = self._shape(part, scope, limits)
                among = frozenset(place.number for place in self.places[first:])
                below = tuple(self.outermost[before:])
                turns.append(Turn(shape, among, range(limit, len(self.limits)), below))
            if isinstance(node, InOrder):
                self.outermost[within:] = [Sequenced(node, tuple(turns))]
            return Branch(node.choose, tuple(turn.shape for turn in turns))
        if not isinstance(node, Around):
            raise TypeError(f"{node.kind} belongs to no family of requirements.")
        inner = node.within(scope)
        if isinstance(node, Limit):
            limits = (*limits, len(self.limits))
            slot = len(self.limits)
            before = len(self.places)
            criteria = meant(self.alike, node.criteria)
            self.limits.append(Limited(node, frozenset(), scope, criteria))
            shape = self._shape(node.of, inner, limits)
            self.limits[slot] = Limited(
                node, frozenset(place.number for place in self.places[before:]), scope, criteria
            )
            return shape
        before = len(self.places)
        shape = self._shape(node.of, inner, limits)
        if isinstance(node, EarnedTogether):
            self.windows.append(Windowed(node, frozenset(place.number for place in self.places[before:])))
        if isinstance(node, Residency):
            number = self._number(node, node.need)
            inside_places = frozenset(place.number for place in self.places[before:] if place.leaf.spends)
            self.residents.append(Resident(number, node, inside_places, scope))
            self.leaf_of[number] = Resided(node, id=f"{node.id}:credits")
            return Branch(2, (shape, number))
        return shape

    def _layers(self) -> None:
        """Tables by field. Where a leaf asks two things of one field, the second goes into a further table."""
        spending = [place for place in self.places if place.leaf.spends]
        everywhere = 0
        for place in spending:
            everywhere |= 1 << place.number
        self.spending = everywhere
        tables: dict[tuple[str, int], Layer] = {}
        asked: dict[tuple[str, int], int] = {}
        for place in spending:
            bit = 1 << place.number
            seen: dict[str, int] = {}
            wanted: list[tuple[str, tuple[str, ...] | None, Criterion | None]] = [
                (criterion.reads, criterion.accepts, criterion) for criterion in dict.fromkeys(place.criteria)
            ]
            if place.only is not None:
                wanted.append(("achievement", tuple(place.only), None))
            for reads, accepts, criterion in wanted:
                key = (reads, seen.get(reads, 0))
                seen[reads] = key[1] + 1
                table = tables.setdefault(key, Layer(reads))
                asked[key] = asked.get(key, 0) | bit
                if accepts is not None:
                    for value in accepts:
                        table.by_value[value] = table.by_value.get(value, 0) | bit
                elif criterion is not None:
                    table.asked[criterion] = table.asked.get(criterion, 0) | bit
        for key, table in tables.items():
            table.open = everywhere & ~asked[key]
        self.layers = list(tables.values())
        self.modes: dict[Validity | None, int] = {}
        for place in spending:
            self.modes[place.scope.validity] = self.modes.get(place.scope.validity, 0) | 1 << place.number

    def fitting(self, at: datetime) -> Callable[[Award], int]:
        """What says which spending places an award fits by its fields at a moment, as bits."""
        return fitting(self.layers, self.spending, at)


def _wrapped(rule: Requirement, scope: Scope) -> Requirement:
    """The rule inside a negation with what holds around it."""
    from cairn.stacking.scopes import Inherited

    return Inherited(rule, scope, id=f"{rule.id}:inherited") if scope != Scope() else rule


def meant(alike: dict[str, frozenset[str]], criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """Conditions on achievements hold for all that are the same."""
    return tuple(_widened(alike, one) if alike and isinstance(one, OfAchievement) else one for one in criteria)


def _widened(alike: dict[str, frozenset[str]], criterion: OfAchievement) -> OfAchievement:
    same = {other for name in criterion.achievements for other in alike.get(name, ())}
    more = sorted(same.difference(criterion.achievements))
    return OfAchievement((*criterion.achievements, *more)) if more else criterion


def all_alike(groups: Sequence[frozenset[str]]) -> dict[str, frozenset[str]]:
    """Each achievement of these sets with all that are the same, near or far."""
    return _alike(_same(groups))


def _same(groups: Sequence[frozenset[str]]) -> dict[str, str]:
    """Each achievement's representative: the first in the alphabet among all that are declared the same, near or far."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for group in groups:
        first, *others = sorted(group)
        for other in others:
            low, high = sorted((root(first), root(other)))
            parent[high] = low
    return {name: root(name) for name in list(parent)}


def _alike(same: dict[str, str]) -> dict[str, frozenset[str]]:
    """Each achievement with all that are the same."""
    groups: dict[str, set[str]] = {}
    for name, root in same.items():
        groups.setdefault(root, set()).add(name)
    return {name: frozenset(groups[root]) for name, root in same.items()}


_ready: OrderedDict[tuple[int, tuple[frozenset[str], ...]], tuple[Requirement, Compiled]] = OrderedDict()
_lock = Lock()


def compiled(requirement: Requirement, equivalent: Sequence[Collection[str]] = ()) -> Compiled:
    """The rule made ready; the same object is made ready once. Raises `RuleError` for two requirements with one id."""
    key = (id(requirement), tuple(frozenset(group) for group in equivalent))
    with _lock:
        found = _ready.get(key)
        if found is not None:  # it is held here, so that its id cannot be another's
            _ready.move_to_end(key)
            return found[1]
    made = Compiled(requirement, equivalent)
    with _lock:
        _ready[key] = (requirement, made)
        while len(_ready) > KEPT:
            _ready.popitem(last=False)
    return made
