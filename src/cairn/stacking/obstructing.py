"""Why nothing completes a rule, where no way to complete it is found.

1. What nothing can fill any more, each requirement by itself: its window is over, what it names is no longer awarded, something held is
   excluded. A group is out of reach where too few of its parts are left. If the whole rule is, these are the reasons, and certain.
2. Otherwise what is asked stands in its own way. Each limit, order, window, residency and negation is left out in turn: those without
   which a way is found are the reasons.
3. Where no single one is, requirements are waived until a way is found, and no more than it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from cairn.stacking.awards import Award
from cairn.stacking.capping import brought
from cairn.stacking.compiling import Compiled, Place
from cairn.stacking.covering import SkillsCovered
from cairn.stacking.criteria import EarnedBetween, either, said_moment
from cairn.stacking.decisions import Decision
from cairn.stacking.families import Group, Leaf, Limit, Requirement
from cairn.stacking.imagining import imagine
from cairn.stacking.limits import Residency
from cairn.stacking.results import Obstacle
from cairn.stacking.scopes import Not
from cairn.stacking.structure import AllOf, InOrder
from cairn.stacking.supplying import closed, completable, names_of
from cairn.stacking.together import EarnedTogether

if TYPE_CHECKING:
    from cairn.stacking.serving import Asked
    from cairn.stacking.tracing import Told

CODES = {
    "window_over": "What counts had to be earned before a day that is over.",
    "window_ahead": "Only what is earned from a later day on will count.",
    "retired": "What is named, or too much of it, is no longer awarded.",
    "no_such_award": "No award can be all that is asked at this moment.",
    "order": "What was earned came before its turn and cannot be earned again; or no way keeps the order.",
    "excluded": "Something held is excluded; or whatever completes the rest would be.",
    "residency": "The awarding body's part cannot be reached.",
    "limit": "A limit leaves no room for what is still needed.",
    "together": "What is still needed cannot be earned close enough to the rest.",
    "counts_once": "What could serve counts elsewhere already, and an award counts once.",
    "entangled": "It cannot be met together with the rest of the rule, as far as was found out.",
    "not_found": "No way was found, and not why.",
}
"""What keeps a rule from being completed, by code. The first seven can be certain."""

TRIES = 40
"""How often ways to complete a changed rule are looked for at most."""
FEWEST = 8
"""How often at least, however large the rule."""
WORK = 20_000
"""How many pairs of an award and a leaf are gone through for that, about."""


def obstacles(told: Told) -> tuple[Obstacle, ...]:
    """Steps 1 to 3, for an evaluation to which no way is known."""
    obstructed = _Obstructed(told)
    certain = obstructed.out_of_reach(told.rule.rule)
    if certain:
        return tuple(certain)
    alone = tuple(obstructed.in_its_way())
    return alone or tuple(obstructed.entangled())


@dataclass
class _Obstructed:
    told: Told
    tries: int = 0
    dead: dict[str, bool] = field(default_factory=dict)

    # --- 1 ----------------------------------------------------------------------------------------------------------------------

    def out_of_reach(self, node: Requirement) -> list[Obstacle]:
        """What keeps a requirement out of reach for certain, whatever is earned from now on; nothing where it may be reached."""
        rule = self.told.rule
        if any(denied.inside.denied for denied in rule.denied):  # a negation of a negation may end when more is earned
            return []
        number = rule.place_of.get(node.id)
        if number is not None and isinstance(node, Leaf | Not):
            if self.told.found.base[number] >= rule.need[number]:
                return []
            found = self._excluded(node, number) if isinstance(node, Not) else self._unfillable(rule.place(number))
            return [found] if found else []
        parts = [self.out_of_reach(part) for part in node.parts]
        if isinstance(node, Group):
            left = sum(not part for part in parts)
            return [] if left >= node.choose else [one for part in parts for one in part]
        found = self._not_of_the_body(node, number) if isinstance(node, Residency) and number is not None else None
        return [one for part in parts for one in part] + ([found] if found else [])

    def _excluded(self, node: Not, number: int) -> Obstacle:
        used = self.told.denied[number].used
        said = self.told.rule.leaf_of[number].label or node.of.sentence(self.told.asked.names).rstrip(":")
        against = f": {', '.join(used)} stands against it" if used else ""
        return Obstacle(node.id, "excluded", f"“{said}” is excluded, and is so already{against}", used, certain=True)

    def _unfillable(self, place: Place) -> Obstacle | None:
        """Why a leaf cannot be filled by whatever is held and could be earned, were all of that for it alone."""
        told, leaf, at = self.told, place.leaf, self.told.found.at
        names = names_of(place)
        fresh = None if names is None else [name for name in names if name not in told.asked.retired]
        earnable = not closed(place, at) and fresh != [] and self._imaginable(place, fresh, at)
        held = self._held(place)
        root = told.rule.root
        if earnable:
            if fresh is None or leaf.unit != "awards":
                return None
            roots = {root(name) for name in fresh} | {root(award.achievement) for award in held}
            if len(roots) + told.found.base[place.number] >= leaf.need:
                return None
        elif self._together(place, held) >= leaf.need:
            return None
        code, why = self._why(place, names, fresh)
        late = tuple(sorted(award for number, award in told.found.late if number == place.number))
        if late and code in ("window_over", "retired"):
            return Obstacle(
                leaf.id,
                "order",
                f"{told.called(leaf)}: {', '.join(late)} came before its turn, and {why}",
                late,
                certain=True,
            )
        return Obstacle(leaf.id, code, f"{told.called(leaf)}: {why}", certain=True)

    def _imaginable(self, place: Place, fresh: Sequence[str] | None, at: datetime) -> bool:
        names: Sequence[str | None] = [None] if fresh is None else fresh
        return any(
            imagine(place.leaf, place.criteria, at, name="imagined", amount=Decimal(1), achievement=name)
            for name in names
        )

    def _held(self, place: Place) -> list[Award]:
        found = self.told.found
        among = {award.id: award for award in found.fits.get(place.number, ())}
        return list((among | {award.id: award for award in found.fitted.get(place.number, ())}).values())

    def _together(self, place: Place, held: Sequence[Award]) -> int:
        """What all that is held comes to at a place, of each achievement the best."""
        told, leaf = self.told, place.leaf
        if isinstance(leaf, SkillsCovered):
            return max(told.found.base[place.number], len({skill for award in held for skill in leaf.shown(award)}))
        best: dict[str, int] = {}
        for award in held:
            key = told.rule.root(award.achievement)
            accepted = any(one.award == award.id for one in told.found.decided.get(place.number, ()))
            worth = leaf.worth(award, place.scope.rates) or (leaf.need if accepted else 0)
            best[key] = max(worth, best.get(key, 0))
        return told.found.base[place.number] + sum(best.values())

    def _why(self, place: Place, names: list[str] | None, fresh: list[str] | None) -> tuple[str, str]:
        at = self.told.found.at
        windows = [one for one in place.criteria if isinstance(one, EarnedBetween)]
        ends = [one.until for one in windows if one.until is not None and one.until <= at]
        if ends:
            return "window_over", f"only what was earned before {said_moment(min(ends))} counts, and that is over"
        begins = [one.since for one in windows if one.since is not None and one.since > at]
        if begins:
            return "window_ahead", f"only what is earned from {said_moment(max(begins))} on will count"
        if names is not None and fresh is not None and len(fresh) < len(names):
            called = [self.told.asked.names.get(name, name) for name in names if name not in fresh]
            verb = "is" if len(called) == 1 else "are"
            several = called[0] if len(called) == 1 else f"{', '.join(called[:-1])} and {called[-1]}"
            return "retired", f"{several} {verb} no longer awarded"
        if names is not None and fresh:
            return "no_such_award", f"there are only {len(fresh)} different ones to earn"
        said = (
            either(tuple(map(str, place.criteria))[:1])
            if len(place.criteria) == 1
            else " and ".join(map(str, place.criteria))
        )
        return "no_such_award", f"no award can be {said}" if said else "no award can be this"

    def _not_of_the_body(self, node: Residency, number: int) -> Obstacle | None:
        told, rule, at = self.told, self.told.rule, self.told.found.at
        if told.found.base[number] >= rule.need[number]:
            return None
        resident = next(one for one in rule.residents if one.place == number)
        held: dict[str, int] = {}
        for place in rule.places:
            if place.number not in resident.places:
                continue
            names = names_of(place)
            fresh = None if names is None else [name for name in names if name not in told.asked.retired]
            asked = replace(place, criteria=(*place.criteria, *node.criteria))
            if not closed(place, at) and fresh != [] and self._imaginable(asked, fresh, at):
                return None
            for award in self._held(place):
                if not any(criterion.fault(award, at) for criterion in node.criteria):
                    held[award.id] = max(held.get(award.id, 0), brought(award, place, resident))
        if sum(held.values()) >= rule.need[number]:
            return None
        said = "nothing that could still be earned inside comes from there"
        return Obstacle(node.id, "residency", f"“{node.asks(told.asked.names)}”: {said}", certain=True)

    # --- 2 ----------------------------------------------------------------------------------------------------------------------

    def in_its_way(self) -> Iterator[Obstacle]:
        """What the rule could be completed without, each by itself."""
        rule = self.told.rule
        for node in rule.nodes:
            code = _code_of(node)
            if code is None or node.id in rule.inside_not:
                continue
            if isinstance(node, Not | Residency):
                found = self._way(rule, self._waiving([node.id]))
            else:
                found = self._way(Compiled(_without(rule.rule, node.id), rule.equivalent), self.told.asked)
            if found:
                inside = node.of if isinstance(node, Not) else node
                said = inside.sentence(self.told.asked.names).rstrip(":")
                said = f"without “{said}”" if isinstance(node, Not) else f"that keeps to “{said}”"
                yield Obstacle(node.id, code, f"No way was found {said}; if that were not asked, there would be one")

    def _waiving(self, ids: Sequence[str]) -> Asked:
        at = self.told.found.at
        waived = tuple(Decision(requirement=one, by="nobody", at=at, reason="to see what would be") for one in ids)
        return replace(self.told.asked, decisions=(*self.told.asked.decisions, *waived))

    def _way(self, rule: Compiled, asked: Asked) -> bool:
        """Whether a way to complete a changed rule is found; never where enough was tried."""
        if self.spent:
            return False
        self.tries += 1
        held, at = self.told.found.held, self.told.found.at
        easily = completable(rule, held, at, asked)
        if easily or (easily is not None and not (rule.denied or rule.sequences)):
            return bool(easily)
        found = self.told.evaluate(rule, held, at, asked)  # earning everything may be too much, or too late
        return found.met or bool(found.missing)

    @property
    def spent(self) -> bool:
        """Whether enough was tried."""
        pairs = 1 + sum(map(len, self.told.found.case.items))
        return self.tries >= max(FEWEST, min(TRIES, WORK // pairs))

    # --- 3 ----------------------------------------------------------------------------------------------------------------------

    def entangled(self) -> Iterator[Obstacle]:
        """Requirements that have to be waived, no more than it takes, so that the rule can be completed."""
        told, rule = self.told, self.told.rule
        ids = {number: key for key, number in rule.place_of.items()}
        lacking = [number for number in rule.leaf_of if told.allocation.have[number] < rule.need[number]]
        wanted = [name for place in rule.places for name in {rule.root(one) for one in place.only or ()}]
        scarce = {name for name in wanted if wanted.count(name) > 1}
        rivals = [one for one in lacking if any(rule.root(name) in scarce for name in rule.leaf_of[one].only or ())]
        kept = next((among for among in (rivals, lacking) if among and self._waived(among, ids)), [])
        size = max(1, len(kept) // 2)
        while kept and size:
            at = 0
            while at < len(kept):
                fewer = kept[:at] + kept[at + size :]
                if fewer and self._waived(fewer, ids):
                    kept = fewer
                else:
                    at += size
            size //= 2
        if not kept or (self.spent and len(kept) > 1):
            said = "No way was found to complete this, and not what stands in the way"
            yield Obstacle(rule.rule.id, "not_found", said)
            return
        for number in kept:
            yield self._entangled(number, ids[number])

    def _waived(self, among: Sequence[int], ids: Mapping[int, str]) -> bool:
        return self._way(self.told.rule, self._waiving([ids[number] for number in among]))

    def _entangled(self, number: int, key: str) -> Obstacle:
        told, leaf = self.told, self.told.rule.leaf_of[number]
        place = next((one for one in told.rule.places if one.number == number), None)
        names = names_of(place) if place is not None else None
        serving = {told.rule.root(award.achievement) for served in told.serving.values() for award, _ in served}
        if names and all(told.rule.root(name) in serving or name in told.asked.retired for name in names):
            said = f"{told.called(leaf)}: what could serve it counts elsewhere already, and an award counts once"
            return Obstacle(key, "counts_once", said)
        return Obstacle(key, "entangled", f"{told.called(leaf)}: no way was found to meet this together with the rest")


def _code_of(node: Requirement) -> str | None:
    """What it is called where it stands in the way."""
    kinds = (
        (Limit, "limit"),
        (InOrder, "order"),
        (EarnedTogether, "together"),
        (Residency, "residency"),
        (Not, "excluded"),
    )
    return next((code for kind, code in kinds if isinstance(node, kind)), None)


def _without(rule: Requirement, key: str) -> Requirement:
    """The rule without a requirement around something, or without an order."""
    if rule.id == key:
        return AllOf(rule.parts, id=rule.id) if isinstance(rule, InOrder) else rule.parts[0]
    return rule.with_parts(tuple(_without(part, key) for part in rule.parts)) if rule.parts else rule
