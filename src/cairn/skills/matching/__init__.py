"""Which skills mean the same: ``Matcher(vocabulary).match(label)``. Plain values in and out; nothing here knows a database."""

from cairn.skills.matching.match import Kind, Match, Matcher, Relation
from cairn.skills.matching.similarity import Similarity
from cairn.skills.matching.vocabulary import Concept, Vocabulary

__all__ = ["Concept", "Kind", "Match", "Matcher", "Relation", "Similarity", "Vocabulary"]
