"""``cairn plan``: the best way to an occupation, from the catalogue of the site."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from cairn.entry.cli.site import open_site
from cairn.errors import Invalid


@click.command()
@click.argument("occupation")
@click.option(
    "--have",
    "have",
    multiple=True,
    metavar="SKILL=LEVEL",
    help="A skill you bring (name or URI) and its level, 0 to 7.",
)
@click.option("--budget", type=click.FloatRange(0), help="All you can spend, in whole US dollars.")
@click.option("--hours-per-week", type=click.IntRange(1, 80), help="Time you have for learning.")
@click.option("--deadline", type=click.DateTime(["%Y-%m-%d"]), help="The day to be done by; needs --hours-per-week.")
@click.option("--objective", type=click.Choice(["cheapest", "fastest", "least_study"]), default="cheapest", show_default=True,
              help="What the plan makes as small as it can.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
def command(
    occupation: str, have: Sequence[str], budget: float | None, hours_per_week: int | None, deadline: datetime | None,
    objective: str, as_json: bool,
) -> int:  # fmt: skip
    """Find the best way to OCCUPATION (a code like 15-1231.00, or words of its title) through the offers of the catalogue.

    The plan says why each step is there, whether it is proven best, and what would have to change where nothing fits.

    \b
    Exit code: 0 the plan closes everything, 1 something stays open.

    \b
      cairn plan "network support" --have "Critical Thinking=4" --budget 3000 --hours-per-week 10
    """
    open_site()
    from cairn import planning
    from cairn.journeys import itinerary
    from cairn.outside.clock import now

    moment = now()
    found = _occupation(occupation)
    needs = {need.skill.uri: need.skill.name for need in itinerary.needs_of(found)}
    learner = itinerary.learner_from_words(_levels(have, needs), moment)
    limits = planning.Limits(
        budget=None if budget is None else planning.Money(int(budget * 100), "USD"),
        hours_per_week=hours_per_week,
        start=moment.date(),
        deadline=deadline.date() if deadline else None,
    )
    journey = itinerary.of_occupation(found, learner=learner, limits=limits)
    result = planning.plan(
        journey.offers.offers, learner, journey.target, limits, objective=planning.Objective(objective)
    )
    answer = {
        "occupation": {"code": found.code, "title": found.title},
        "plan": itinerary.as_json(result, journey),
        "gap": itinerary.gaps_json(journey),
    }
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _tell(answer)
    return 0 if result.complete else 1


def _occupation(text: str) -> Any:
    from cairn.skills.models import Occupation
    from cairn.skills.queries import search_occupations

    exact = Occupation.objects.filter(code=text).first()
    if exact is not None:
        return exact
    found = [one.occupation for one in search_occupations(text, 5) if one.occupation.needs.exists()]
    if not found:
        raise Invalid(
            f"No occupation here is called “{text}”.",
            remedy="Use other words, or an O*NET-SOC code like 15-1231.00. An empty site knows none: `cairn import sample`.",
            code="unknown_occupation",
        )
    return found[0]


def _levels(words: Sequence[str], needs: dict[str, str]) -> dict[str, Decimal]:
    by_name = {name.lower(): uri for uri, name in needs.items()}
    levels: dict[str, Decimal] = {}
    for word in words:
        skill, mark, level = word.rpartition("=")
        try:
            value = Decimal(level)
        except InvalidOperation:
            mark = ""
        if not mark or not skill or not 0 <= value <= 7:
            raise Invalid(
                f"“{word}” does not say a skill and a level.",
                remedy='Write it like --have "Critical Thinking=4", 0 to 7.',
            )
        uri = skill if ":" in skill else by_name.get(skill.strip().lower())
        if uri is None:
            raise Invalid(
                f"The occupation does not need a skill called “{skill}”.",
                remedy="It needs: " + ", ".join(sorted(needs.values())) + ".",
                code="unknown_skill",
            )
        levels[uri] = value
    return levels


def _tell(answer: dict[str, Any]) -> None:
    plan = answer["plan"]
    click.secho(f"To {answer['occupation']['title']} ({answer['occupation']['code']})", bold=True)
    for number, step in enumerate(plan["steps"], start=1):
        weeks = f", weeks {step['start_week']} to {step['end_week']}" if step["start_week"] else ""
        click.echo(
            f"  {number}. {step['title']}, {step['provider']}: ${step['cost'] / 100:,.0f}, {step['hours']} hours{weeks}"
        )
        click.echo(f"     {step['why']}")
    if not plan["steps"]:
        click.echo("  Nothing to take." if plan["complete"] else "  No offer within the limits closes any of the gap.")
    click.echo(
        f"  In all ${plan['cost'] / 100:,.0f}, {plan['hours']} hours"
        + (f", {plan['weeks']} weeks" if plan["weeks"] else "")
        + f"; from {plan['coverage_before']} % to {plan['coverage']} % of what the occupation needs."
    )
    click.echo("  Proven best." if plan["optimal"] else "  The best found in the time allowed, not proven.")
    for gap in plan["still_open"]:
        click.echo(f"  Still open: {gap['skill']}, level {gap['have']} of {gap['need']}.")
    if plan["infeasible"]:
        click.echo(f"  {plan['infeasible']['reason']}")
        for way in plan["infeasible"]["ways"]:
            click.echo("  It would fit: " + " ".join(way))
