"""What a credential is worth: how completely it is described, how credible it is, what it may return, and how it compares. Pure."""

from cairn.appraisal.comparison import (
    MOST,
    NOT_STATED,
    ROWS,
    Comparison,
    Cover,
    Fact,
    Goal,
    Item,
    Kind,
    Money,
    OccupationWage,
    Row,
    RowKind,
    Score,
    SkillGiven,
    SkillNeeded,
    compare,
    known,
    suppressed,
)
from cairn.appraisal.completeness import ELEMENTS, Completeness, Description, Element, completeness
from cairn.appraisal.credibility import (
    Credibility,
    Criterion,
    Evidence,
    Judged,
    Rubric,
    Tier,
    credibility,
    mcq100,
    read_rubric,
    reweigh,
    strongest,
)
from cairn.appraisal.earnings import (
    BASIS_SENTENCES,
    FIGURES,
    LONGEST_AFTER,
    Basis,
    Earnings,
    Period,
    SaysNothing,
    premium_of,
)
from cairn.appraisal.errors import AppraisalError
from cairn.appraisal.evidence import NO_PREMIUM, SENTENCES, Premium, Rung
from cairn.appraisal.gates import Circumstances, Gate, gates
from cairn.appraisal.returns import Assumptions, Case, Cost, Return, annuity, return_on
from cairn.appraisal.sensitivity import Spread, break_even_spread, result_of, what_matters
from cairn.appraisal.shrinkage import FEWEST, STRENGTH, Group, Observation, Shrunk, shrink
from cairn.appraisal.uncertainty import (
    CompletionPrior,
    HoursPrior,
    PremiumPrior,
    Swing,
    Uncertainty,
    simulate,
)

__all__ = [
    "BASIS_SENTENCES", "ELEMENTS", "FEWEST", "FIGURES", "LONGEST_AFTER", "MOST", "NOT_STATED", "NO_PREMIUM", "ROWS", "SENTENCES",
    "STRENGTH", "AppraisalError", "Assumptions", "Basis", "Case", "Circumstances", "Comparison", "Completeness",
    "CompletionPrior", "Cost", "Cover", "Credibility", "Criterion", "Description", "Earnings", "Element", "Evidence", "Fact",
    "Gate", "Goal", "Group", "HoursPrior", "Item", "Judged", "Kind", "Money", "Observation", "OccupationWage", "Period",
    "Premium", "PremiumPrior", "Return", "Row", "RowKind", "Rubric", "Rung", "SaysNothing", "Score", "Shrunk", "SkillGiven",
    "SkillNeeded", "Spread", "Swing", "Tier", "Uncertainty", "annuity", "break_even_spread", "compare", "completeness",
    "credibility", "gates", "known", "mcq100", "premium_of", "read_rubric", "result_of", "return_on", "reweigh", "shrink",
    "simulate", "strongest", "suppressed", "what_matters",
]  # fmt: skip
