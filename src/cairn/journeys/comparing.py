"""What journeys and agreements add to a comparison: the person's goals, and where else a credential would count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from cairn import stacking
from cairn.appraisal import Fact, known
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import OwnGoal, goal_of
from cairn.issuing import holdings
from cairn.journeys.models import Goal
from cairn.journeys.queries import goals_of
from cairn.look.formatting import credits_text
from cairn.people.models import Person
from cairn.recognition.models import AgreementVersion
from cairn.recognition.queries import rows_in_force
from cairn.recognition.terms import as_agreement
from cairn.skills.queries import needs_of
from cairn.stacking.articulation import Derived, articulate

MOST_NEEDS = 20
"""How many skills of an occupation are compared, the most important first."""
MOST_GOALS = 5
SOURCE = "agreements in force on this site"


def goals_to_compare(person: Person) -> list[OwnGoal]:
    """Return a person's open goals, newest first. An occupation stands in the address by its code, which others can open too."""
    return [_own(goal) for goal in goals_of(person)[:MOST_GOALS]]


def _own(goal: Goal) -> OwnGoal:
    if goal.occupation is not None:
        needs = [(one.skill.uri, one.skill.name, one.level) for one in needs_of(goal.occupation)[:MOST_NEEDS]]
        return OwnGoal(str(goal), ("for", goal.occupation.code), goal_of(str(goal), needs))
    if goal.version is not None:
        stated = goal.version.skills.filter(origin="stated").select_related("skill").order_by("skill__name")
        return OwnGoal(
            str(goal),
            ("goal", str(goal.pk)),
            goal_of(str(goal), [(one.skill.uri, one.skill.name, one.level) for one in stated]),
        )
    wanted = [(str(one["skill"]), str(one.get("name", one["skill"])), _level(one)) for one in goal.needs or []]
    return OwnGoal(str(goal), ("goal", str(goal.pk)), goal_of(str(goal), wanted))


def _level(need: Mapping[str, object]) -> Decimal | None:
    level = need.get("level")
    return Decimal(str(level)) if isinstance(level, int | float | str) and str(level) else None


def where_it_counts(versions: Sequence[DefinitionVersion], at: datetime) -> Mapping[int, Fact]:
    """Return for each version what agreements in force would make of an award of it, given now without a grade."""
    rows = {str(row.uid): row for row in rows_in_force(at)}
    agreements = [as_agreement(row) for row in rows.values()]
    found: dict[int, Fact] = {}
    for version in versions:
        owner = version.definition.owner
        stated = tuple(
            str(one.get("name") or one.get("url")) + " (as its source says)"
            for one in version.related
            if one.get("relation") == DefinitionVersion.Relation.ACCEPTED_BY
        )
        lines: list[str] = []
        if owner is not None and agreements:
            award = stacking.Award(id="compared", valid_from=at, **holdings.content_of(version, owner.slug))
            made = articulate([award], agreements, at)
            lines = [_line(one, rows[one.agreement]) for one in made.derived]
        found[version.pk] = known((*dict.fromkeys(lines), *stated), SOURCE if lines else "")
    return found


def _line(derived: Derived, row: AgreementVersion) -> str:
    given = ", ".join(credits_text(amount, scheme) for scheme, amount in sorted(derived.award.credits.items()))
    return f"{row.receiver.name}: {given or 'counts'}, by “{row.title}”"
