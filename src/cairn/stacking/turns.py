"""When the parts of a group in order have their turn: each once the parts before it could be met already, each by itself."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from cairn.stacking.allocation import Branch
from cairn.stacking.covering import SkillsCovered

if TYPE_CHECKING:
    from cairn.stacking.awards import Award
    from cairn.stacking.compiling import Compiled, Place, Sequenced, Turn
    from cairn.stacking.gathering import Gathered

type Worth = Callable[[Place, Award, Gathered], int]
"""What an award is worth at a place."""
type Met = Callable[[Turn, datetime], bool]
"""Whether a part by itself could be met by what was earned until a moment."""

ALWAYS = "always"


def in_order(rule: Compiled, found: Gathered, sequence: Sequenced, worth_at: Worth, could_be_met: Met) -> None:
    """In each part only what was earned when the parts before it could be met already, each by itself."""
    since: datetime | None = None
    over = False
    for turn in sequence.turns:
        for number in sorted(turn.places):
            kept = []
            for award in found.fits.get(number, ()):
                if over:
                    found.late[number, award.id] = "comes before its turn: what must come first is not complete"
                elif since is not None and award.earned < since:
                    day = f"{since:%Y-%m-%d}" if since.date() != award.earned.date() else f"{since:%Y-%m-%d %H:%M}"
                    found.late[number, award.id] = (
                        f"was earned on {award.earned:%Y-%m-%d}, before what must come first was complete on {day}"
                    )
                else:
                    kept.append(award)
            if number in found.fits:
                found.fits[number] = kept
        for below in turn.below:  # it knows only what counts in this turn
            in_order(rule, found, below, worth_at, could_be_met)
        if not over and turn is not sequence.turns[-1]:
            earliest = _earliest(rule, found, turn.shape, worth_at)
            if isinstance(earliest, datetime) and not _apart(rule, found, turn.places):
                earliest = _together(found, turn, earliest, could_be_met)
            if earliest is None:
                over = True
            elif isinstance(earliest, datetime):
                since = earliest if since is None or earliest > since else since


def _apart(rule: Compiled, found: Gathered, inside: frozenset[int]) -> bool:
    """Whether no place of a part takes an award from another, so that each can be looked at by itself."""
    if len(inside) < 2 and not found.bound:
        return True
    if found.bound:
        return False
    taken: set[str] = set()
    for number in inside:
        if rule.leaf_of[number].spends:
            mine = {rule.root(award.achievement) for award in found.fits.get(number, ())}
            if not taken.isdisjoint(mine):
                return False
            taken |= mine
    return True


def _together(found: Gathered, turn: Turn, earliest: datetime, could_be_met: Met) -> datetime | None:
    """The first moment, from `earliest` on, at which all of the part could be met at once; None if there is none."""
    earned = {award.earned for number in turn.places for award in found.fits.get(number, ())}
    moments = sorted(moment for moment in earned if moment >= earliest)

    def met(moment: datetime) -> bool:
        return could_be_met(turn, moment)

    if not moments or met(moments[0]):
        return earliest
    if not met(moments[-1]):
        return None
    return moments[bisect_left(moments, True, key=met)]


def _earliest(rule: Compiled, found: Gathered, shape: Branch | int, worth_at: Worth) -> datetime | str | None:
    """A moment before which this part could not be met: each place with all that fits it, whatever else needs it; None if never."""
    if isinstance(shape, int):
        if found.base[shape] >= rule.need[shape]:
            return ALWAYS
        place = next((place for place in rule.places if place.number == shape), None)
        if place is None:
            return ALWAYS if shape not in {denied.place for denied in rule.denied} else None
        return _first_met(rule, found, place, worth_at)
    moments = [_earliest(rule, found, part, worth_at) for part in shape.parts]
    met: list[datetime] = sorted(moment for moment in moments if isinstance(moment, datetime))
    always = sum(moment == ALWAYS for moment in moments)
    if always >= shape.choose:
        return ALWAYS
    wanted = shape.choose - always
    return met[wanted - 1] if wanted <= len(met) else None


def _first_met(rule: Compiled, found: Gathered, place: Place, worth_at: Worth) -> datetime | None:
    have = 0
    best: dict[str, int] = {}
    shown: set[str] = set()
    for award in sorted(found.fits.get(place.number, ()), key=lambda one: (one.earned, one.id)):
        if isinstance(place.leaf, SkillsCovered):
            shown |= place.leaf.shown(award)
            have = len(shown)
        else:
            root = rule.root(award.achievement)
            worth = worth_at(place, award, found)
            have += max(0, worth - best.get(root, 0))
            best[root] = max(worth, best.get(root, 0))
        if have >= place.leaf.need:
            return award.earned
    return None
