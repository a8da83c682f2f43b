"""Where a goal leads, as it is asked for in an address: an occupation, a larger credential, or skills that somebody hands over.

A role of an employer is handed over by its needs alone, as a link that whoever gets it may plan with: nothing of the role is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

MOST_IN_A_LINK = 60


def plan_link(title: str, needs: Sequence[Mapping[str, Any]]) -> str:
    """Return the address under which anybody can plan toward these needs; ``needs`` as a role or a goal keeps them."""
    pairs = [("title", title)]
    pairs += [
        (
            "need",
            f"{need['level']:g}:{need.get('weight', 1):g}:{int(bool(need.get('essential', True)))}:{need['skill']}",
        )
        for need in needs
    ]
    return f"{reverse('journeys:new_goal')}?{urlencode(pairs)}"


def needs_in(query: QueryDict) -> list[dict[str, Any]]:
    """Return the needs that an address or a form hands over; what is not written as :func:`plan_link` writes it keeps its text."""
    return [_need(text) for text in query.getlist("need")[: MOST_IN_A_LINK + 1]]


def _need(text: str) -> dict[str, Any]:
    level, _, rest = text.partition(":")
    weight, _, rest = rest.partition(":")
    essential, _, uri = rest.partition(":")
    return {"level": level, "weight": weight or "1", "essential": essential != "0", "skill": uri, "text": text}


def written(needs: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return needs as the fields of a form hand them on."""
    return [str(need["text"]) for need in needs]
