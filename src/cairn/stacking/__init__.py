"""Requirement trees over awards: what does what I hold add up to? Pure and exact."""

from cairn.stacking.awards import Award, Interval, Level, Validity
from cairn.stacking.completing import Missing, Way
from cairn.stacking.criteria import AwardFilter
from cairn.stacking.evaluation import Evaluation, NodeTrace, Rejection, State, evaluate
from cairn.stacking.parsing import contradictions, parse_requirement
from cairn.stacking.problems import AwardError, Problem, RuleError
from cairn.stacking.requirements import (
    KINDS,
    AllOf,
    AnyN,
    AwardOf,
    AwardsAtLeast,
    CreditsAtLeast,
    GradeAtLeast,
    LevelAtLeast,
    Recency,
    Requirement,
    numbered,
)
from cairn.stacking.sentences import Sentence, sentences

__all__ = [
    "KINDS", "AllOf", "AnyN", "Award", "AwardError", "AwardFilter", "AwardOf", "AwardsAtLeast", "CreditsAtLeast", "Evaluation",
    "GradeAtLeast", "Interval", "Level", "LevelAtLeast", "Missing", "NodeTrace", "Problem", "Recency", "Rejection", "Requirement",
    "RuleError", "Sentence", "State", "Validity", "Way", "contradictions", "evaluate", "numbered", "parse_requirement", "sentences",
]  # fmt: skip
