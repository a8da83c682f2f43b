"""Why a plan costs what it costs: what each bundle saves, and whose holding a credential makes an offer cheaper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn import planning
from cairn.journeys.questions import Journey


def bundles_json(result: planning.PlanResult, journey: Journey, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the bundles a plan buys as JSON values. ``saves`` is what the plan would cost more without this one, in minor units."""
    return [
        {
            "title": str(one),
            "cost": one.cost.minor,
            "offers": sorted(one.offers),
            "of": [title for key, title in titles.items() if key in one.offers],
            "saves": _cost(result, journey, without=one) - result.cost.minor,
        }
        for one in result.bundles
    ]


def discounts_json(result: planning.PlanResult, journey: Journey, titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the discounts of a plan as JSON values. ``held`` names what the learner holds that brings it, ``earned`` steps of the plan."""
    earned = {name: step.offer.title for step in result.steps for name in step.offer.names}
    found = []
    for one in result.discounts:
        asked = [str(name) for group in one.when for name in group]
        held = dict.fromkeys(journey.offers.titles.get(name, name) for name in asked if name in journey.learner.holds)
        steps = dict.fromkeys(earned[name] for name in asked if name in earned)
        found.append(
            {
                "title": str(one),
                "offer": one.offer,
                "of": titles.get(one.offer, one.offer),
                "off": one.off.minor,
                "held": list(held),
                "earned": [title for title in steps if title not in held],
            }
        )
    return found


def _cost(result: planning.PlanResult, journey: Journey, *, without: planning.Bundle) -> int:
    """What the same steps cost for the same learner where a bundle is not sold."""
    index = journey.offers.index
    fewer = planning.OfferIndex(
        [step.offer for step in result.steps],
        bundles=[one for one in index.bundles if one.id != without.id],
        discounts=index.discounts,
    )
    steps = (step.offer for step in result.steps)
    return planning.cost_of(steps, fewer, journey.learner, count_claimed=journey.limits.count_claimed).minor
