"""Which of the catalogue's rows are offers for one question: those that lead to its target, and those that they require in turn.

What is wanted may be brought by the skill itself, by another that counts as it, or by an achievement that is wanted for itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cairn import planning
from cairn.catalog.queries.planning_rows import Row, Rows

WHOLE_FIELD_HOURS = 150
"""From so many hours on, what a field of study teaches may be inferred for a programme nobody described skill by skill.

A shorter one teaches a part of its field, and which part is not known. 150 clock hours is where United States law begins to speak of
an eligible training programme (Workforce Pell, 2025: 150 to under 600).
"""


@dataclass(frozen=True)
class Places:
    """Where the rows of a catalogue stand by what they teach and by what they are called; made once for all questions."""

    by_skill: Mapping[str, list[int]] = field(default_factory=dict)
    by_name: Mapping[str, list[int]] = field(default_factory=dict)
    by_offer: Mapping[str, int] = field(default_factory=dict)
    cheaper: Mapping[str, list[planning.Discount]] = field(default_factory=dict)


def places_of(rows: Rows) -> Places:
    """Look through all rows once."""
    by_skill: defaultdict[str, list[int]] = defaultdict(list)
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    cheaper: defaultdict[str, list[planning.Discount]] = defaultdict(list)
    for place, row in enumerate(rows.offers):
        for skill in row.skills:
            by_skill[skill].append(place)
        for name in row.planned.names if row.planned is not None else ():
            by_name[name].append(place)
    for discount in rows.discounts:
        cheaper[discount.offer].append(discount)
    by_offer = {row.offer: place for place, row in enumerate(rows.offers)}
    return Places(dict(by_skill), dict(by_name), by_offer, dict(cheaper))


@dataclass
class Asked:
    """One question to the rows: which offers are there for it, and how many could not be."""

    rows: Rows
    places: Places
    cips: frozenset[str] | None
    wanted: frozenset[str]
    currency: str
    awards: Mapping[str, frozenset[str]]
    granted: Collection[planning.Offer]
    only_stated: bool
    alike: Mapping[str, frozenset[str]]
    accepted: Mapping[str, frozenset[str]]
    left_out: int = 0
    priced_otherwise: int = 0
    too_short: int = 0

    def rows_of(self, offers: Iterable[planning.Offer]) -> list[Row]:
        """The rows of those offers that are not granted by a stack."""
        return [self.rows.offers[self.places.by_offer[one.id]] for one in offers if one.id in self.places.by_offer]

    def everything(self) -> list[planning.Offer]:
        """Every offer there is, and every stack."""
        found = [offer for row in self.rows.offers if (offer := self._able(row, counted=True)) is not None]
        return [*found, *self._stacks().values()]

    def leading_to(self) -> list[planning.Offer]:
        """Those that bring a wanted skill, and those that something which leads there requires or is cheaper with."""
        stacks = self._stacks()
        able: dict[int, planning.Offer | None] = {}
        concerned = {place for skill in self.wanted for place in self.places.by_skill.get(skill, ())}
        for place in sorted(concerned):
            able[place] = self._able(self.rows.offers[place], counted=True)

        def bringing(alternative: planning.values.Alternative) -> Iterator[planning.Offer]:
            for place in self._where(alternative):
                if place not in able:
                    able[place] = self._able(self.rows.offers[place], counted=False)
                if (offer := able[place]) is not None:
                    yield offer
            yield from (stack for stack in stacks.values() if _brings(stack, alternative))

        found: dict[str, planning.Offer] = {}
        waiting = [
            offer for skill in sorted({*self.wanted, *self.awards}) for offer in bringing(planning.SkillLevel(skill, 1))
        ]
        while waiting:
            offer = waiting.pop()
            if offer.id in found:
                continue
            found[offer.id] = offer
            discounts = self.places.cheaper.get(offer.id, ())
            for group in (*offer.requires, *(group for one in discounts for group in one.when)):
                for alternative in group:
                    waiting += bringing(alternative)
        return sorted(found.values(), key=lambda offer: offer.id)

    def _stacks(self) -> dict[str, planning.Offer]:
        instead = {one.achievement for one in self.granted}
        kept = (stack for stack in self.rows.granted if stack[-1].achievement not in instead)
        told = (*(one for stack in kept for one in stack), *self.granted)
        return {one.id: _awarding(one, self.awards, self.alike) for one in told}

    def _where(self, alternative: planning.values.Alternative) -> set[int]:
        """The rows that may bring something, by their places."""
        if isinstance(alternative, str):
            return set(self.places.by_name.get(alternative, ()))
        skill = alternative.skill
        found = set(self.places.by_skill.get(skill, ()))
        found.update(*(self.places.by_skill.get(other, ()) for other in self.alike.get(skill, ())))
        found.update(*(self.places.by_name.get(name, ()) for name in self.awards.get(skill, ())))
        return found

    def _able(self, row: Row, *, counted: bool) -> planning.Offer | None:
        """The row as an offer for this question; None where it is none.

        Counted: those that only lack a price, hours, the plan's currency or a description.
        """
        if not row.stated and (self.only_stated or not (self.cips is None or row.field_of_study in self.cips)):
            return None
        planned = row.priced_in(self.currency)
        if planned is None:
            self.left_out += counted and row.planned is None
            self.priced_otherwise += counted and row.planned is not None
            return None
        if not row.stated and planned.hours < WHOLE_FIELD_HOURS:
            self.too_short += counted
            return None
        if accepting := self.accepted.get(planned.achievement):
            planned = replace(planned, recognition=len(row.bodies | accepting))
        return _awarding(planned, self.awards, self.alike)


def _brings(offer: planning.Offer, alternative: planning.values.Alternative) -> bool:
    return alternative in offer.names if isinstance(alternative, str) else alternative.skill in offer.provides


def _awarding(
    offer: planning.Offer, awards: Mapping[str, frozenset[str]], alike: Mapping[str, frozenset[str]]
) -> planning.Offer:
    """The offer with the awards that are wanted for themselves among what it brings, and wanted skills that another skill counts as."""
    brought = {key: 1 for key, names in awards.items() if offer.achievement in names}
    for uri, others in alike.items():
        if levels := [offer.provides[other] for other in others if other in offer.provides]:
            brought[uri] = max([offer.provides.get(uri, 0), *levels])
    return replace(offer, provides={**offer.provides, **brought}) if brought else offer
