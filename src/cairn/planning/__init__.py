"""From where a person is to where they want to be: skills, gap and an exact search over offers."""

from cairn.planning.gaps import coverage, gap
from cairn.planning.pathways import improving, pareto, plan
from cairn.planning.pruning import OfferIndex
from cairn.planning.values import (
    Bundle,
    Change,
    Considered,
    Discount,
    Have,
    Infeasible,
    Learner,
    Limits,
    Money,
    NearTie,
    Need,
    Objective,
    Offer,
    PlanningError,
    PlanResult,
    SkillGap,
    SkillLevel,
    Source,
    Step,
    Target,
)

__all__ = [
    "Bundle", "Change", "Considered", "Discount", "Have", "Infeasible", "Learner", "Limits", "Money", "NearTie", "Need",
    "Objective", "Offer", "OfferIndex", "PlanResult", "PlanningError", "SkillGap", "SkillLevel", "Source", "Step", "Target",
    "coverage", "gap", "improving", "pareto", "plan",
]  # fmt: skip
