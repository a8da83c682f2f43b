"""What this room knows: definitions and offers, outcomes and wages, what a version is worth, offers for the planner."""

from cairn.catalog.queries.comparison import facts_for_comparison, goal_of
from cairn.catalog.queries.definitions import (
    achievement_family,
    current_offers,
    definition_names,
    desk_versions,
    named_in,
    provider_at,
    published,
    stacks_that_name,
    version_by_achievement,
    version_of,
    versions_named_in,
    waiting_for,
    with_context,
)
from cairn.catalog.queries.outcomes import (
    OccupationPay,
    OutcomeLine,
    occupations_for,
    outcomes_of,
    outcomes_of_provider,
    pay_of,
)
from cairn.catalog.queries.planning import PlanningOffers, offers_for_planning
from cairn.catalog.queries.worth import (
    assessment_in_words,
    completeness_of,
    credibility_of,
    description_of,
    evidence_of,
    source_name,
    type_label,
)

__all__ = [
    "OccupationPay",
    "OutcomeLine",
    "PlanningOffers",
    "achievement_family",
    "assessment_in_words",
    "completeness_of",
    "credibility_of",
    "current_offers",
    "definition_names",
    "description_of",
    "desk_versions",
    "evidence_of",
    "facts_for_comparison",
    "goal_of",
    "named_in",
    "occupations_for",
    "offers_for_planning",
    "outcomes_of",
    "outcomes_of_provider",
    "pay_of",
    "provider_at",
    "published",
    "source_name",
    "stacks_that_name",
    "type_label",
    "version_by_achievement",
    "version_of",
    "versions_named_in",
    "waiting_for",
    "with_context",
]
