"""By when each step of a way has to be done where awards must have been earned together, and what has to be earned again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from cairn.stacking.awards import Award
from cairn.stacking.completing import Missing, Way
from cairn.stacking.together import day_of

if TYPE_CHECKING:
    from cairn.stacking.tracing import Told


def dated(told: Told, way: Way) -> Way:
    """The way with the day by which each step in a window must be done, and what has to be earned again."""
    return tuple(replace(one, sentence=one.sentence + _again(told, one) + _due(told, one, way)) for one in way)


def _again(told: Told, missing: Missing) -> str:
    """That what a step asks for was earned too long ago, as the end of its sentence."""
    number, root = told.rule.place_of.get(missing.id), told.rule.root
    if missing.achievement is None or number not in told.places:
        return ""
    before = [
        award.earned
        for award in told.found.held
        if root(award.achievement) == root(missing.achievement) and told.outside(number, award)
    ]
    return f" again, because that of {day_of(max(before))} is too long ago" if before else ""


def _due(told: Told, missing: Missing, way: Way) -> str:
    """Until when a step counts with the rest, as the end of its sentence; of several windows the one that closes first."""
    number = told.rule.place_of.get(missing.id)
    dues = []
    for window in told.rule.windows:
        if number not in window.places:
            continue
        awards = told.earned_in(window)
        if awards and (due := window.rule.last(day_of(awards[0].earned))) >= day_of(told.found.at):
            dues.append((due, f", by {due}, or {_named(told, awards[0])} must be earned again as well"))
        elif sum(told.rule.place_of.get(one.id) in window.places for one in way) > 1 or missing.amount > 1:
            dues.append((date.max, f", all within {window.rule.span} of each other"))
    return min(dues)[1] if dues else ""


def _named(told: Told, award: Award) -> str:
    return told.asked.names.get(award.achievement, award.achievement)
