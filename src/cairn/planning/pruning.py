"""From a whole catalogue to the few offers that can matter, without losing a best plan.

1. Closing backward: an offer matters if it brings a wanted skill beyond what the learner has, or something that an offer which
   matters requires, or a condition of a discount on one.
2. Reachability: an offer that can never be started, even after everything else, is dropped.
3. Dominance: an offer is dropped if all that matters of it can be had, or done without, for strictly less than the offer alone can ever
   cost (`dominance`). Bundles and discounts count in favour of the offer that may go and never of those that would stand in for it.

What is left is narrowed once more with prices of the relaxed problem (`relaxation`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from gc import collect

from cairn.planning.dominance import Measure, of_same_sets, superfluous
from cairn.planning.grid import Derivation, Grid, Marks, Numbers, Places
from cairn.planning.replay import Standing
from cairn.planning.values import Alternative, Bundle, Discount, Offer, PlanningError, SkillLevel

MANY = 10_000
"""Offers that can matter, beyond which it is put off to look who of them is superfluous (`Pool.undominated`)."""

LARGE = 10_000
"""Offers from which on Python's look for garbage, if it fell into a question, would be felt there."""


class OfferIndex:
    """A catalogue, ready to be searched. Build it once for many plans; it may be shared between threads.

    `bundles` and `discounts` may name offers that the catalogue does not have; those parts say nothing. Raises `PlanningError` for
    two offers of one id, mixed currencies, and discounts of more than the price.
    """

    def __init__(
        self, offers: Iterable[Offer], *, bundles: Iterable[Bundle] = (), discounts: Iterable[Discount] = ()
    ) -> None:
        self.offers = tuple(sorted(offers, key=lambda offer: offer.id))
        self.place = {offer.id: place for place, offer in enumerate(self.offers)}
        self.bundles = tuple(sorted(bundles, key=lambda bundle: bundle.id))
        self.discounts = tuple(
            sorted((one for one in discounts if one.offer in self.place), key=lambda discount: discount.id)
        )
        for before, after in zip(self.offers, self.offers[1:], strict=False):
            if before.id == after.id:
                raise PlanningError(f"Two offers have the id {after.id}. Give each offer its own.")
        prices = [offer.cost for offer in self.offers] + [bundle.cost for bundle in self.bundles]
        prices += [discount.off for discount in self.discounts]
        currencies = sorted({price.currency for price in prices if price.minor})
        if len(currencies) > 1:
            raise PlanningError(f"Prices are in {' and '.join(currencies)}. Convert them to one currency first.")
        self.currency = currencies[0] if currencies else ""
        self.off: dict[str, int] = {}
        self._discounts: dict[str, list[int]] = {}
        for number, discount in enumerate(self.discounts):
            self.off[discount.offer] = self.off.get(discount.offer, 0) + discount.off.minor
            self._discounts.setdefault(discount.offer, []).append(number)
        for key, off in self.off.items():
            if off > self.offers[self.place[key]].cost.minor:
                raise PlanningError(f"The discounts on {key} come to more than its price. Make them less.")
        self._bundles: dict[str, list[int]] = {}
        for number, bundle in enumerate(self.bundles):
            for key in bundle.offers:
                if key in self.place:
                    self._bundles.setdefault(key, []).append(number)
        self.bundled = frozenset(self._bundles)
        excluded = frozenset(name for offer in self.offers for name in offer.exclusive_with)
        self.clashing = [
            place
            for place, offer in enumerate(self.offers)
            if offer.exclusive_with or (excluded and not excluded.isdisjoint(offer.names))
        ]
        self.counting = [place for place, offer in enumerate(self.offers) if offer.counting is not None]
        self._get_ready()

    def _get_ready(self) -> None:
        """Build now what the first question would wait for. Among so many objects a look for garbage takes long: it is done now too."""
        _ = self.lowest, self.paced, self.returns_known, self.fixed_starts, self.granting
        self.grid.get_ready()
        if len(self.offers) >= LARGE:
            collect()

    @cached_property
    def grid(self) -> Grid:
        """The catalogue as arrays."""
        return Grid.of(self.offers, self.discounts)

    @cached_property
    def lowest(self) -> Numbers:
        """The least that taking each offer may add to what a plan costs."""
        found = self.grid.price.copy()
        for key, off in self.off.items():
            found[self.place[key]] -= off
        for key in self.bundled:
            found[self.place[key]] = 0
        return found

    def bundles_with(self, keys: Iterable[str]) -> list[Bundle]:
        """The bundles that hold any of these offers, by their ids."""
        if not self.bundles:
            return []
        return [self.bundles[number] for number in sorted({one for key in keys for one in self._bundles.get(key, ())})]

    def discounts_on(self, keys: Iterable[str]) -> list[Discount]:
        """The discounts on any of these offers, by their ids."""
        if not self.discounts:
            return []
        return [self.discounts[number] for number in sorted({n for key in keys for n in self._discounts.get(key, ())})]

    @cached_property
    def with_calendar(self) -> Marks:
        """Which offers have weeks or starting days of their own."""
        import numpy as np

        return np.array([bool(offer.weeks or offer.starts) for offer in self.offers], dtype=bool)

    @cached_property
    def granting(self) -> bool:
        """Whether any offer is granted."""
        return any(offer.granted for offer in self.offers)

    @cached_property
    def paced(self) -> bool:
        """Whether any offer has weeks or starting days of its own."""
        return bool(self.with_calendar.any())

    @cached_property
    def returns_known(self) -> bool:
        """Whether any offer states what it is expected to return."""
        return any(offer.expected_return for offer in self.offers)

    @cached_property
    def fixed_starts(self) -> bool:
        """Whether any offer starts on fixed days only."""
        return any(offer.starts for offer in self.offers)


class Weighing(Enum):
    """What makes one set of offers better than another, for step 3."""

    MONEY = "money, then hours"
    HOURS = "hours, then money"
    BOTH = "neither more money nor more hours"
    AT_OWN_PACE = (
        "neither more money nor more hours, and no calendar: done in the very hours of what it stands in for, or sooner"
    )
    NOTHING = "no set is known to be better"


@dataclass
class Pool:
    """Offers that can matter (`relevant`), those that no others make superfluous (`candidates`), and what they are good for.

    `grid` holds the candidates by their places, `around` the relevant ones. `wanted` and `held` are nodes; `matters` what is wanted on
    the way. `reach` is the level of each skill that the relevant offers lead to, if all were taken.
    """

    index: OfferIndex
    relevant: list[Offer]
    candidates: list[Offer]
    around: Grid
    grid: Grid
    held: Marks
    matters: Marks
    reach: Mapping[str, int]
    wanted: Marks
    measures: Sequence[Measure] = ()
    """What step 3 goes by, where that was put off: many matter, and prices leave few of them sooner (`nearby`)."""
    derivation: Derivation | None = None
    """How far each of many candidates is, where that was found on the way."""

    @property
    def stacks(self) -> list[Offer]:
        """The relevant offers that are granted."""
        return [offer for offer in self.relevant if offer.granted] if self.index.granting else []

    def bringing(self, steps: Iterable[SkillLevel], *, hours_first: bool) -> Iterator[Offer]:
        """The relevant offers that bring all of these: the cheapest first, or those of the fewest hours."""
        import numpy as np

        around = self.around
        places: Places | None = None
        for step in steps:
            node = around.nodes.of_level(step.skill, step.level)
            if node is None:
                return
            first, end = np.searchsorted(around.give_node, [node, node + 1])
            givers = around.give_offer[first:end]
            places = givers if places is None else np.intersect1d(places, givers, assume_unique=True)
        if places is None:
            return
        price, hours = around.price[places], around.hours[places]
        ranked = np.lexsort((places, price, hours) if hours_first else (places, hours, price))
        for place in places[ranked].tolist():
            yield self.relevant[place]

    def narrowed(self, kept: Marks) -> Pool:
        """With these candidates only."""
        grid, numbers = self.grid.narrowed(kept)
        return replace(
            self,
            candidates=[self.candidates[place] for place in numbers],
            grid=grid,
            measures=[measure.of(numbers) for measure in self.measures],
            derivation=None,
        )

    def undominated(self) -> Pool:
        """Step 3, where it was put off."""
        if not self.measures or not self.grid.size:
            return self
        kept = ~superfluous(self.grid, self.held, self.wanted, self.matters, self.measures)
        kept, matters = self.grid.close(self.wanted, self.held, kept)
        return replace(self.narrowed(kept), matters=matters, measures=())


def prune(
    index: OfferIndex,
    allowed: Callable[[Offer], bool] | None,
    start: Standing,
    needs: Mapping[str, Iterable[int]],
    weighing: Weighing,
    hour: int = 0,
) -> Pool:
    """Steps 1 to 3. `needs` gives per skill the levels that count; `allowed` is None where every offer is; an `hour` weighs so much."""
    import numpy as np

    grid = index.grid
    held = grid.nodes.held(start)
    wanted = np.zeros(grid.nodes.size, bool)
    for skill, levels in needs.items():
        for level in levels:
            node = grid.nodes.of_level(skill, level)
            if node is not None:
                wanted[node] = True
    relevant, matters = grid.close(wanted, held, np.ones(grid.size, bool))
    if allowed is not None:
        for place in np.flatnonzero(relevant):
            relevant[place] = allowed(index.offers[place])
        relevant, matters = grid.close(wanted, held, relevant)
    near, places = grid.narrowed(relevant)
    measures, reachable, derivation = _measures(index, near, places, held, weighing, hour)
    inner = np.arange(near.size)
    if not reachable.all():
        kept, matters = near.close(wanted, held, reachable)
        near, inner = near.narrowed(kept)
        derivation = None
    offers = [index.offers[place] for place in places[inner].tolist()]
    reach = near.nodes.levels(near.give_node, start, needs)
    measures = [measure.of(inner) for measure in measures]
    pool = Pool(index, offers, offers, near, near, held, matters, reach, wanted, measures, derivation)
    return pool if near.size > MANY else pool.undominated()


def _measures(
    index: OfferIndex, near: Grid, places: Places, held: Marks, weighing: Weighing, hour: int
) -> tuple[list[Measure], Marks, Derivation | None]:
    """What best plans have little of, which offers can be reached at all, and how far each is in money.

    Nobody stands in for others who excludes some, and, of what counts, one alone does not bring it yet.
    """
    import numpy as np

    usable = np.ones(near.size, bool)
    for barred in (index.clashing, index.counting):
        if barred:
            usable[np.isin(places, barred)] = False
    both = weighing in (Weighing.BOTH, Weighing.AT_OWN_PACE)
    if both:
        usable[list(near.some_of)] = False
    if weighing is Weighing.AT_OWN_PACE:
        usable &= ~index.with_calendar[places]
    price, lowest = near.price, index.lowest[places]
    off = np.array([index.off.get(index.offers[place].id, 0) for place in places]) if index.off else None
    if weighing is Weighing.MONEY:
        scale = near.hours.sum() + 1
        study = near.hours * (hour * scale + 1)
        price, lowest = price * scale + study, lowest * scale + study
        off = None if off is None else off * scale
    elif weighing is Weighing.HOURS:
        study = near.hours * (price.sum() + 1)
        price, lowest = study + price, study + lowest
    derivation = near.derive(np.where(usable, price, np.inf), held)
    reaching = derivation if usable.all() else near.derive(np.zeros(near.size), held)
    measures = [] if weighing is Weighing.NOTHING else [Measure(lowest, derivation.node, off)]
    if both:
        measures.append(Measure(near.hours, of_same_sets(near, derivation, near.hours, held)))
    by_money = weighing in (Weighing.MONEY, Weighing.BOTH) and reaching is derivation
    return measures, np.isfinite(reaching.offer), derivation if by_money else None


def open_groups(offer: Offer, start: Standing) -> list[tuple[Alternative, ...]]:
    """The groups of prerequisites that the learner does not satisfy yet."""
    return [group for group in offer.requires if not any(start.has(alternative) for alternative in group)]
