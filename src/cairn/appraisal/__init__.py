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
)
from cairn.appraisal.errors import AppraisalError
from cairn.appraisal.evidence import NO_PREMIUM, SENTENCES, Premium, Rung
from cairn.appraisal.returns import Assumptions, Case, Cost, Return, annuity, return_on
from cairn.appraisal.uncertainty import (
    CompletionPrior,
    HoursPrior,
    PremiumPrior,
    Swing,
    Uncertainty,
    simulate,
)

__all__ = [
    "ELEMENTS", "MOST", "NOT_STATED", "NO_PREMIUM", "ROWS", "SENTENCES", "AppraisalError", "Assumptions", "Case", "Comparison",
    "Completeness", "CompletionPrior", "Cost", "Cover", "Credibility", "Criterion", "Description", "Element", "Evidence", "Fact", "Goal",
    "HoursPrior", "Item", "Judged", "Kind", "Money", "OccupationWage", "Premium", "PremiumPrior", "Return", "Row", "RowKind", "Rubric",
    "Rung", "Score", "SkillGiven", "SkillNeeded", "Swing", "Tier", "Uncertainty", "annuity", "compare", "completeness", "credibility",
    "known", "mcq100", "read_rubric", "return_on", "simulate", "suppressed",
]  # fmt: skip
