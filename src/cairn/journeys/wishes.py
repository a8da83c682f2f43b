"""What a plan should aim at and keep to, beside money and time: kept with a goal as JSON, read back as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cairn import planning

MOST_EXCLUDED = 200
"""How many offers, and how many providers, one person may rule out."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """Empty sets say nothing. ``quality_at_least`` is the least lower end of an offer's credibility, 0 to 100."""

    objective: planning.Objective = planning.Objective.CHEAPEST
    modes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    quality_at_least: int | None = None
    without: frozenset[str] = frozenset()
    without_providers: frozenset[int] = frozenset()
    count_claimed: bool = True
    only_stated: bool = False
    """Only offers whose provider states skill by skill what they teach, none of whose field it is inferred."""
    worth: planning.Worth | None = None
    """What the person says reaching the goal would add to their earnings."""

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Wishes:
        """Return what :meth:`as_json` wrote; what is not there has its first value."""
        return cls(
            objective=planning.Objective(document.get("objective", planning.Objective.CHEAPEST)),
            modes=frozenset(document.get("modes", ())),
            languages=frozenset(document.get("languages", ())),
            places=frozenset(document.get("places", ())),
            quality_at_least=document.get("quality_at_least"),
            without=frozenset(document.get("without", ())),
            without_providers=frozenset(document.get("without_providers", ())),
            count_claimed=document.get("count_claimed", True),
            only_stated=document.get("only_stated", False),
            worth=_worth(document.get("worth")),
        )

    def as_json(self) -> dict[str, Any]:
        """Return JSON values, only those that say something."""
        found: dict[str, Any] = {"objective": str(self.objective)}
        for name in ("modes", "languages", "places", "without", "without_providers"):
            if values := getattr(self, name):
                found[name] = sorted(values)
        if self.quality_at_least is not None:
            found["quality_at_least"] = self.quality_at_least
        if not self.count_claimed:
            found["count_claimed"] = False
        if self.only_stated:
            found["only_stated"] = True
        if self.worth is not None:
            found["worth"] = {
                "premium": self.worth.premium,
                "hour": self.worth.hour,
                "discount": f"{self.worth.discount:f}",
                "years": self.worth.years,
                "fade": f"{self.worth.fade:f}",
            }
        return found

    def limiting(self, providers: Mapping[int, frozenset[str]]) -> dict[str, Any]:
        """Return the fields of ``planning.Limits``; ``providers`` says which offers each provider has."""
        excluded = [offers for key, offers in providers.items() if key in self.without_providers]
        return {
            "modes": self.modes or None,
            "languages": self.languages or None,
            "places": self.places or None,
            "quality_at_least": None if self.quality_at_least is None else Decimal(self.quality_at_least) / 100,
            "without": self.without.union(*excluded),
            "count_claimed": self.count_claimed,
        }


def _worth(document: Mapping[str, Any] | None) -> planning.Worth | None:
    if document is None:
        return None
    return planning.Worth(
        premium=document["premium"],
        hour=document["hour"],
        discount=Decimal(document["discount"]),
        years=document["years"],
        fade=Decimal(document["fade"]),
    )
