"""Requirement trees over awards: what does what I hold add up to? Pure and exact."""

from cairn.stacking.awards import Allowance, Award, Interval, Level, SkillAt, Validity
from cairn.stacking.compiling import Compiled, compiled
from cairn.stacking.completing import Missing, Way
from cairn.stacking.contradictions import contradictions
from cairn.stacking.decisions import Decision
from cairn.stacking.evaluation import evaluate
from cairn.stacking.filters import AwardFilter
from cairn.stacking.parsing import parse_requirement
from cairn.stacking.problems import AwardError, Problem, RuleError
from cairn.stacking.requirements import (
    KINDS,
    AllOf,
    AnyN,
    AtMost,
    AwardOf,
    AwardsAtLeast,
    Converting,
    Counting,
    CountingOnly,
    CreditsAtLeast,
    EarnedTogether,
    EarnedWithin,
    Equivalences,
    Exclusive,
    ExperienceHours,
    GradeAtLeast,
    InOrder,
    LevelAtLeast,
    Not,
    Recency,
    Requirement,
    Residency,
    SkillsCovered,
    numbered,
)
from cairn.stacking.results import Counted, Evaluation, NodeTrace, Obstacle, Rejection, State
from cairn.stacking.sentences import Sentence, sentences

__all__ = [
    "KINDS", "AllOf", "Allowance", "AnyN", "AtMost", "Award", "AwardError", "AwardFilter", "AwardOf", "AwardsAtLeast", "Compiled",
    "Converting", "Counted", "Counting", "CountingOnly", "CreditsAtLeast", "Decision", "EarnedTogether", "EarnedWithin", "Equivalences",
    "Evaluation", "Exclusive", "ExperienceHours", "GradeAtLeast", "InOrder", "Interval", "Level", "LevelAtLeast", "Missing",
    "NodeTrace", "Not", "Obstacle",
    "Problem", "Recency", "Rejection", "Requirement", "Residency", "RuleError", "Sentence", "SkillAt", "SkillsCovered", "State",
    "Validity", "Way", "compiled", "contradictions", "evaluate", "numbered", "parse_requirement", "sentences",
]  # fmt: skip
