"""``cairn plan``: the best way to an occupation from the catalogue of the site, or the best plan for a problem in a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from cairn.entry.cli.saying import say
from cairn.entry.cli.site import open_site
from cairn.errors import Invalid

OBJECTIVES = ("cheapest", "least_study", "fastest", "best_return", "most_recognised")
MAX_FILE = 512 * 1024 * 1024
"""Bytes of one problem; a hundred thousand offers come to some thirty million."""


@click.command()
@click.argument("wish", metavar="OCCUPATION|PROBLEM.json")
@click.option(
    "--have",
    "have",
    multiple=True,
    metavar="SKILL=LEVEL",
    help="A skill you bring (name or URI) and its level, 0 to 7.",
)
@click.option("--budget", metavar="AMOUNT", help="All you can spend.")
@click.option(
    "--currency",
    metavar="CODE",
    help="What amounts are in, such as EUR: offers priced in it are planned with, and free ones. Without one, what most offers are "
    "priced in.",
)
@click.option("--hours-per-week", type=click.IntRange(1, 80), help="Time you have for learning.")
@click.option("--deadline", type=click.DateTime(["%Y-%m-%d"]), help="The day to be done by; needs --hours-per-week.")
@click.option("--objective", type=click.Choice(OBJECTIVES), default="cheapest", show_default=True,
              help="What the plan makes as small (or large) as it can; best_return needs --premium.")  # fmt: skip
@click.option(
    "--premium",
    metavar="AMOUNT",
    help="What you expect to earn more a year once you are there: your own assumption.",
)
@click.option("--hour", metavar="AMOUNT", help="What an hour of your study time is worth to you; needs --premium.")
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=20.0, show_default=True,
              help="Work that each plan of a problem may take, in seconds of a usual machine that does nothing else; on a "
              "slower or busier one it takes longer, three times as long at most.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
@click.pass_context
def command(
    context: click.Context, wish: str, have: Sequence[str], budget: str | None, currency: str | None, hours_per_week: int | None,
    deadline: datetime | None, objective: str, premium: str | None, hour: str | None, seconds: float, as_json: bool,
) -> int:  # fmt: skip
    """Find the best way to OCCUPATION (a code like 15-1231.00, or words of its title) through the offers of the catalogue.

    Or solve PROBLEM.json (a name that ends in .json, or - for standard input), which holds offers, learner, target, limits and
    objective itself and needs no site; docs/reference/planning.md describes it.

    The plan says why each step is there, whether it is proven best, and what would have to change where nothing fits.

    \b
    Exit code: 0 the plan closes everything, 1 something stays open, 65 the problem cannot be used.

    \b
      cairn plan "network support" --have "Critical Thinking=4" --budget 3000 --hours-per-week 10
      cairn plan problem.json --json
    """
    if wish == "-" or wish.endswith(".json"):
        _only_for_occupations(context)
        return _solve(wish, seconds, as_json=as_json)
    money = {"budget": budget, "premium": premium, "hour": hour}
    return _toward(wish, have, money, currency, hours_per_week, deadline, objective, as_json=as_json)


def _minor(name: str, given: str | None, currency: str) -> int | None:
    """An amount of a currency in its minor units; raises Invalid for what is none, or finer than the currency is."""
    from cairn.planning.money import MINOR_DIGITS

    if given is None:
        return None
    try:
        minor = Decimal(given).scaleb(MINOR_DIGITS.get(currency, 2))
    except InvalidOperation:
        minor = Decimal(-1)
    if not minor.is_finite() or not 0 <= minor <= 10**12 or minor != int(minor):
        raise Invalid(
            f"--{name} is {given[:40]!r}, which is no amount of {currency}.",
            remedy=f"Write it like --{name} 1500 or --{name} 1499.50.",
        )
    return int(minor)


def _only_for_occupations(context: click.Context) -> None:
    for name in ("have", "budget", "currency", "hours_per_week", "deadline", "objective", "premium", "hour"):
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise Invalid(
                f"--{name.replace('_', '-')} is for plans to an occupation; a problem states it itself.",
                remedy="Write it into the file, under learner, limits or objective.",
                code="option_not_for_problems",
            )


def _solve(name: str, seconds: float, *, as_json: bool) -> int:
    from cairn import planning

    document = _read(name)
    try:
        answer = planning.answer(planning.read_problem(document), seconds=seconds)
    except planning.PlanningError as error:
        raise Invalid(f"{name}: {error}", code="bad_problem") from error
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        _tell_plan(answer)
    return 0 if answer["complete"] else 1


def _read(name: str) -> Any:
    try:
        if name == "-":
            text = sys.stdin.buffer.read(MAX_FILE + 1)
        else:
            with Path(name).open("rb") as file:
                text = file.read(MAX_FILE + 1)
    except OSError as error:
        raise Invalid(
            f"{name} cannot be read: {(error.strerror or 'unknown reason').lower()}.", code="unreadable"
        ) from error
    if len(text) > MAX_FILE:
        raise Invalid(
            f"{name} is larger than {MAX_FILE // 2**20} MB.", remedy="Leave offers out that lead nowhere near."
        )
    if not text.strip():
        raise Invalid(f"{name} is empty.", remedy="Write the problem into it, or name another file.", code="not_json")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        read = dict(pairs)
        if len(read) < len(pairs):
            names = [member for member, _ in pairs]
            twice = next(member for member in read if names.count(member) > 1)
            whose = f" (the one with the id {str(read['id'])[:60]!r})" if "id" in read else ""
            raise Invalid(
                f"{name}: the member {twice[:60]!r} stands twice in one object{whose}.",
                remedy="Write each member once.",
            )
        return read

    try:
        return json.loads(text, object_pairs_hook=once)
    except Invalid:
        raise
    except (ValueError, RecursionError) as error:
        told = _why_no_json(error)
        raise Invalid(
            f"{name} is not JSON{told}.", remedy="Mend it there, and save it as UTF-8.", code="not_json"
        ) from error


def _why_no_json(error: Exception) -> str:
    """Where and why a text could not be read, as far as it is known."""
    if isinstance(error, json.JSONDecodeError):
        return f": line {error.lineno}, column {error.colno}: {error.msg.lower()}"
    if isinstance(error, UnicodeDecodeError):
        return f": byte {error.start + 1} is no letter in UTF-8"
    if isinstance(error, RecursionError):
        return ": it is nested too deeply"
    return " that can be read: it holds a number of thousands of digits"


def _tell_plan(answer: dict[str, Any]) -> None:
    """A problem's answer in sentences."""
    currency = answer["currency"]
    for step in answer["steps"]:
        title = step["title"] or step["offer"]
        if step["granted"]:
            by = "came before" if step["needs"] else "is held already"
            say(f"  {step['order']}. {title}: granted by what {by}")
        else:
            amount = f"{_money(step['price'], currency)}, {_count(step['hours'], 'hour')}"
            say(f"  {step['order']}. {title}: {amount}{_from_to(step)}")
        say(f"     {step['why']}")
    titles = {step["offer"]: step["title"] or step["offer"] for step in answer["steps"]}
    for other in answer["alternatives"]:
        instead = f" instead of {titles.get(other['instead_of'], other['instead_of'])}" if other["instead_of"] else ""
        say(f"  Not {other['title'] or other['offer']}{instead}: {other['why']}")
    if not answer["steps"]:
        say("  Nothing to take." if answer["complete"] else "  No offer within the limits closes any of the gap.")
    for kind in ("bundles", "discounts"):
        if answer[kind]:
            say(f"  With the {kind if len(answer[kind]) > 1 else kind[:-1]} {', '.join(answer[kind])}.")
    weeks = f", {_count(answer['weeks'], 'week')}" if answer["weeks"] else ""
    if answer["steps"]:
        say(f"  In all {_money(answer['cost'], currency)}, {_count(answer['hours'], 'hour')}{weeks}.")
    if answer["optimal"] and answer["infeasible"]:
        say("  Proven: no choice within the limits closes more.")
    elif answer["optimal"] and answer["steps"]:
        say("  Proven best.")
    elif answer["optimal"]:
        pass  # there was nothing to search
    elif answer["bound"] is not None:
        say(f"  Not proven best; {_limit(answer)}.")
    else:
        say("  Not proven best.")
    if answer["returned"]:
        say(f"  {answer['returned']['sentence']}")
    by_word = [f"{row['skill']} (level {row['have']})" for row in answer["gap"] if row["known_from"] == "claimed"]
    if by_word:
        say(f"  Counted on the learner's own word: {', '.join(by_word)}.")
    for row in answer["still_open"]:
        say(f"  Still open: {row['skill']}, level {row['have']} of {row['need']}.")
    if answer["infeasible"]:
        say(f"  {answer['infeasible']['reason']}")
        for way in [*answer["infeasible"]["ways"], answer["infeasible"]["give_up"]]:
            if way:
                say("  " + " ".join(change["sentence"] for change in way))
    for choice in answer["pareto"] if len(answer["pareto"]) > 1 else ():
        amount = f"{_money(choice['cost'], currency)}, {_count(choice['hours'], 'hour')}"
        say(f"  Choice: {amount}: {', '.join(choice['offers'])}.")
    for one in answer["what_if"]:
        say(f"  What if {_supposed(one['supposing'], currency)}? {one['sentence']}")
    for remark in answer["remarks"]:
        say(f"  Note: {remark['path']}: {remark['text']}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _from_to(step: dict[str, Any]) -> str:
    """The weeks of a step, where these are counted."""
    first, last = step["start_week"], step["end_week"]
    if not first:
        return ""
    return f", week {first}" if first == last else f", weeks {first} to {last}"


def _limit(answer: dict[str, Any]) -> str:
    """What is proven of every plan, in the words of what was aimed at."""
    bound, currency = answer["bound"], answer["currency"]
    weeks = answer["weeks"] is not None
    return {
        "cheapest": f"none costs less than {_money(bound, currency)}",
        "least_study": f"none needs less than {bound} hours",
        "fastest": f"none ends before week {bound}" if weeks else f"none needs less than {bound} hours",
        "best_return": f"none returns more than {_money(bound, currency)}",
        "most_recognised": f"none has a least recognised step with more than {bound}",
    }[answer["objective"]]


def _supposed(one: dict[str, Any], currency: str) -> str:
    parts = []
    if one.get("without"):
        parts.append(f"without {', '.join(one['without'])}")
    if more := one.get("more_budget"):
        parts.append(f"with {_money(abs(more), currency)} {'more' if more > 0 else 'less'}")
    if more := one.get("more_hours_per_week"):
        parts.append(f"with {_count(abs(more), 'hour')} a week {'more' if more > 0 else 'less'}")
    if more := one.get("more_weeks"):
        parts.append(f"with a deadline {_count(abs(more), 'week')} {'later' if more > 0 else 'earlier'}")
    return " and ".join(parts) or "nothing changes"


def _money(minor: int, currency: str) -> str:
    from cairn.planning.money import money_text

    return money_text(minor, currency)


def _toward(
    occupation: str, have: Sequence[str], amounts: dict[str, str | None], code: str | None, hours_per_week: int | None,
    deadline: datetime | None, objective: str, *, as_json: bool,
) -> int:  # fmt: skip
    open_site()
    from cairn import planning
    from cairn.journeys import itinerary
    from cairn.journeys.services import goals, searching
    from cairn.journeys.wishes import Wishes
    from cairn.outside.clock import now

    moment = now()
    currency = goals.usual_currency() if code is None else goals.sold_in(code.upper())
    money = {name: _minor(name, given, currency) for name, given in amounts.items()}
    found = _occupation(occupation)
    needs = {need.skill.uri: need.skill.name for need in itinerary.needs_of(found)}
    learner = itinerary.learner_from_words(_levels(have, needs), moment)
    premium = money["premium"]
    if premium is None and money["hour"] is not None:
        raise Invalid("--hour says nothing without --premium.", remedy="Say what you expect to earn more a year, too.")
    worth = None if premium is None else planning.Worth(premium=premium, hour=money["hour"] or 0)
    giving = itinerary.Giving(
        budget=money["budget"],
        currency=currency,
        hours_per_week=hours_per_week,
        start=moment.date(),
        deadline=deadline.date() if deadline else None,
        wishes=Wishes(objective=planning.Objective(objective), worth=worth),
    )
    journey = itinerary.of_occupation(found, learner=learner, giving=giving, at=moment)
    result = searching.best(journey, seconds=planning.pathways.SECONDS)
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
    currency = plan["currency"]
    click.secho(f"To {answer['occupation']['title']} ({answer['occupation']['code']})", bold=True)
    for number, step in enumerate(plan["steps"], start=1):
        amount = f"{_money(step['cost'], currency)}, {_count(step['hours'], 'hour')}"
        click.echo(f"  {number}. {step['title']}, {step['provider']}: {amount}{_from_to(step)}")
        click.echo(f"     {step['why']}")
    if not plan["steps"]:
        click.echo("  Nothing to take." if plan["complete"] else "  No offer within the limits closes any of the gap.")
    click.echo(
        f"  In all {_money(plan['cost'], currency)}, {_count(plan['hours'], 'hour')}"
        + (f", {_count(plan['weeks'], 'week')}" if plan["weeks"] else "")
        + f"; from {plan['coverage_before']}% to {plan['coverage']}% of what the occupation needs."
    )
    click.echo(f"  {plan['proof']}" if plan["proof"] else "  Nothing had to be searched.")
    for sentence in plan["returns"]["sentences"] if plan["returns"] else ():
        click.echo(f"  {sentence}")
    if plan["by_word"]:
        click.echo(f"  Counted on your own word: {', '.join(plan['by_word'])}.")
    for gap in plan["still_open"]:
        click.echo(f"  Still open: {gap['skill']}, level {gap['have']} of {gap['need']}.")
    if plan["infeasible"]:
        click.echo(f"  {plan['infeasible']['reason']}")
        for way in plan["infeasible"]["ways"]:
            click.echo("  It would fit: " + " ".join(way))
