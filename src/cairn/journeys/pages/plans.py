"""Pages of plans: the first good one at once, the choices side by side, what if, and taking one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cairn import planning
from cairn.errors import Invalid
from cairn.journeys import itinerary, queries
from cairn.journeys.models import Goal, Plan
from cairn.journeys.pages.asking import person_of
from cairn.journeys.services import goals, searching
from cairn.look.drawings import GraphStone, TimelineStep
from cairn.look.formatting import money_text
from cairn.outside.clock import now

BEST_IN = {
    "cheapest": "costs the least",
    "least_study": "needs the fewest hours",
    "fastest": "is done first",
    "best_return": "brings the most beyond what it costs, by your assumption",
    "most_recognised": "has the most recognised steps",
}
LETTERS = "ABCDEFGHIJKL"
MORE_MONEY, MORE_HOURS, MORE_WEEKS = 50_00, 2, 4
"""What the buttons under a plan ask about: fifty more of the currency, two hours a week, four weeks."""


@login_required
@require_GET
def choices(request: HttpRequest, pk: int) -> HttpResponse:
    """Search the plans for a goal and show them side by side: a page of its own, or the part of one that htmx asks for.

    With ``?first`` the part shows the first good plan, as soon as there is one, and asks for the rest by itself.
    """
    found, moment = queries.goal_of(person_of(request), pk), now()
    part = bool(request.headers.get("HX-Request"))
    if part and "first" in request.GET:
        return _first(request, found)
    journey = itinerary.of_goal(found, moment)
    plans = [_shown(choice, place, found) for place, choice in enumerate(goals.choices(found, moment))]
    spans = [one["bars"]["weeks"] for one in plans if one["bars"]]
    context = {
        "goal": found,
        "choices": plans,
        "first": plans[0],
        "others": plans[1:],
        "span": max(spans, default=0),
        "why_not": searching.why_not(journey.objective, journey),
        "suppositions": _suppositions(found, plans[0]["plan"].document),
    }
    return render(request, "journeys/_choices.html" if part else "journeys/choices.html", context)


def _first(request: HttpRequest, goal: Goal) -> HttpResponse:
    journey = itinerary.of_goal(goal, now())
    if searching.why_not(journey.objective, journey):
        journey = journey.aiming(planning.Objective.CHEAPEST)
    result = searching.at_once(journey)
    document = itinerary.as_json(result, journey) if result is not None and result.steps else None
    return render(
        request,
        "journeys/_first.html",
        {"goal": goal, "document": document, "timeline": timeline_of(document) if document else None},
    )


def _shown(choice: dict[str, Any], place: int, goal: Goal) -> dict[str, Any]:
    plan: Plan = choice["plan"]
    words = " and ".join(BEST_IN[name] for name in choice["objectives"])
    return {
        "plan": with_pictures(plan),
        "letter": LETTERS[place % len(LETTERS)],
        "words": words or "lies between the others in money and hours",
        "timeline": timeline_of(plan.document),
        "bars": timeline_of(plan.document, by_hours=True),
    }


def with_pictures(plan: Plan) -> Plan:
    """Put the graph that the templates draw beside the plan's document."""
    plan.graph = graph_of(plan.document, str(plan.goal))  # type: ignore[attr-defined]  # for the template only
    return plan


def with_progress(plan: Plan) -> Plan:
    """Note with each step of a plan when it was done, and which comes next."""
    steps = plan.document["steps"]
    earned = queries.earned_since(plan.goal.person, {step["slug"] for step in steps if step["slug"]})
    for step in steps:
        step["done"] = earned.get(step["slug"])
    following = next((step for step in steps if not step["done"]), None)
    if following is not None:
        following["next"] = True
    plan.done = sum(1 for step in steps if step["done"])  # type: ignore[attr-defined]  # for the template only
    return plan


def _suppositions(goal: Goal, document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The questions that make sense: as the query that asks each, and in words."""
    asked = [
        (f"lose={step['offer']}", f"“{step['title']}” is not offered any more")
        for step in document["steps"]
        if not step["granted"]
    ][:6]
    if goal.budget is not None:
        asked.append((f"more_budget={MORE_MONEY}", f"I had {money_text(MORE_MONEY, goal.currency)} more"))
    if goal.hours_per_week is not None:
        asked.append((f"more_hours={MORE_HOURS}", f"I had {MORE_HOURS} more hours a week"))
    if goal.deadline is not None:
        asked.append((f"more_weeks={MORE_WEEKS}", f"I had {MORE_WEEKS} more weeks"))
    return asked


@login_required
@require_GET
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what would become of the plan if something were otherwise: in words, with the difference."""
    found = queries.goal_of(person_of(request), pk)
    supposing = planning.Supposing(
        without=frozenset(request.GET.getlist("lose")[:20]),
        more_budget=_number(request, "more_budget", 10**9),
        more_hours_per_week=_number(request, "more_hours", 79),
        more_weeks=_number(request, "more_weeks", 520),
    )
    journey = itinerary.of_goal(found, now())
    if searching.why_not(journey.objective, journey):
        journey = journey.aiming(planning.Objective.CHEAPEST)
    told, before = searching.what_if(journey, supposing)
    consequence = itinerary.consequence_json(told, before, journey)
    context = {
        "goal": found,
        "question": _question(supposing, journey, found),
        "consequence": consequence,
        "document": consequence["plan"],
        "changes": _changes(consequence, found.currency),
    }
    part = bool(request.headers.get("HX-Request"))
    return render(request, "journeys/_what_if.html" if part else "journeys/what_if.html", context)


def _number(request: HttpRequest, name: str, most: int) -> int:
    try:
        number = int(request.GET.get(name, "0")[:12] or "0")
    except ValueError:
        number = most + 1
    if abs(number) > most:
        raise Invalid("This cannot be asked.", remedy="Use the buttons under the plan.", code="bad_supposition")
    return number


def _question(supposing: planning.Supposing, journey: itinerary.Journey, goal: Goal) -> str:
    lost = itinerary.offers_named(sorted(supposing.without), journey)
    parts = [f"“{title}” were not offered" for title in lost.values()]
    if supposing.more_budget:
        parts.append(f"you had {money_text(abs(supposing.more_budget), goal.currency)} {_way(supposing.more_budget)}")
    if supposing.more_hours_per_week:
        parts.append(f"you had {abs(supposing.more_hours_per_week)} hours a week {_way(supposing.more_hours_per_week)}")
    if supposing.more_weeks:
        parts.append(f"you had {abs(supposing.more_weeks)} weeks {_way(supposing.more_weeks)}")
    return f"What if {' and '.join(parts) or 'nothing changed'}?"


def _way(amount: int) -> str:
    return "more" if amount > 0 else "less"


def _changes(told: Mapping[str, Any], currency: str) -> list[str]:
    """The difference in money, hours and weeks, in words; nothing of what stays."""
    found: list[str] = []
    if not told["plan"]["steps"]:
        return found
    said = "it takes " in told["sentence"]  # the sentence tells money and hours already
    if (cost := told["more_cost"]) and not said:
        found.append(f"{money_text(abs(cost), currency)} {_way(cost)}")
    if (hours := told["more_hours"]) and not said:
        found.append(f"{abs(hours)} {'hour' if abs(hours) == 1 else 'hours'} of study {_way(hours)}")
    if (weeks := told["more_weeks"]) and not told["sentence"].endswith(("sooner.", "later.")):
        found.append(f"done {abs(weeks)} {'week' if abs(weeks) == 1 else 'weeks'} {'later' if weeks > 0 else 'sooner'}")
    return found


@login_required
@require_POST
def take(request: HttpRequest, pk: int, plan: int) -> HttpResponse:
    """Take a proposed plan."""
    found = queries.goal_of(person_of(request), pk)
    goals.take_plan(plan=queries.plan_of(found, plan), at=now())
    messages.success(request, "This is your plan now. Start with its first step whenever you like.")
    return redirect("journeys:goal", pk=found.pk)


# --- pictures -----------------------------------------------------------------------------------------------------------------


def timeline_of(document: Mapping[str, Any], *, by_hours: bool = False) -> dict[str, Any] | None:
    """Return the drawing of a plan on its weeks, None where it has none.

    With ``by_hours`` a plan without weeks is drawn one step after the other, by hours of study.
    """
    steps: Sequence[Mapping[str, Any]] = [step for step in document["steps"] if not step.get("granted")]
    weeks, currency = document["weeks"], document["currency"]
    dated = bool(weeks) and all(step["start_week"] is not None for step in steps)
    if not steps or not (dated or by_hours):
        return None
    drawn: list[TimelineStep] = []
    done = 0.0
    for step in steps:
        start, end = (step["start_week"] - 1, step["end_week"]) if dated else (done, done + max(1.0, step["hours"]))
        done = end
        drawn.append(
            TimelineStep(
                label=step["title"],
                start_week=start,
                end_week=max(start, end),
                hours=step["hours"],
                cost_text=money_text(step["cost"], currency),
                closes=tuple(one["skill"] for one in step["closes"][:4]),
            )
        )
    return {"steps": drawn, "weeks": max(weeks or 0, *(step.end_week for step in drawn)), "dated": dated}


def graph_of(document: Mapping[str, Any], goal: str) -> list[GraphStone]:
    """Return the plan as stones: what the person brings on top, the steps with what each needs, the goal at the bottom."""
    steps = document["steps"]
    if not steps:
        return []
    names = {step["offer"] for step in steps}
    needed = {need for step in steps for need in step["needs"]}
    stones = [GraphStone("start", "What you bring", f"{document['coverage_before']}% of what is needed", "start")]
    for step in steps:
        needs = [need for need in step["needs"] if need in names]
        brings = [one["skill"] for one in step["closes"] if one["skill"] != f"“{step['title']}”"]
        more = f" and {len(brings) - 3} more" if len(brings) > 3 else ""
        stones.append(
            GraphStone(
                step["offer"],
                step["title"],
                f"Brings {', '.join(brings[:3])}{more}" if brings else "",
                "granted" if step.get("granted") else "step",
                tuple(needs) or ("start",),
            )
        )
    if steps[-1].get("granted") and steps[-1]["title"] == goal:
        stones[-1] = replace(stones[-1], kind="goal", detail=f"{document['coverage']}% reached")
        return stones
    last = [step["offer"] for step in steps if step["closes"] or step["offer"] not in needed]
    aside = any(step.get("granted") and step["title"] == goal for step in steps)
    named = f"{goal} and the skills beside it" if aside else goal
    stones.append(GraphStone("goal", named, f"{document['coverage']}% reached", "goal", tuple(last)))
    return stones
