"""From where a person is to where they want to be: skills, gap and an exact search over offers."""

from cairn.planning.allowance import waiting
from cairn.planning.counting import Amount, Counting, Sharing, Turns, When
from cairn.planning.documents import Question, answer, read_problem, written
from cairn.planning.gaps import coverage, gap
from cairn.planning.pathways import improving, pareto, plan
from cairn.planning.prices import cost_of
from cairn.planning.pruning import OfferIndex
from cairn.planning.supposing import Consequence, Supposing, what_if
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
from cairn.planning.worth import Returned, Worth

__all__ = [
    "Amount", "Bundle", "Change", "Consequence", "Considered", "Counting", "Discount", "Have", "Infeasible",
    "Learner", "Limits", "Money", "NearTie", "Need", "Objective", "Offer", "OfferIndex", "PlanResult",
    "PlanningError", "Question", "Returned", "Sharing", "SkillGap", "SkillLevel", "Source", "Step", "Supposing",
    "Target", "Turns", "When", "Worth", "answer", "cost_of", "coverage", "gap", "improving", "pareto", "plan", "read_problem",
    "waiting", "what_if", "written",
]  # fmt: skip
