"""Skills that texts name: ``Tagger(vocabulary).tag(title, description)``. Plain values in and out; nothing here knows a database."""

from cairn.skills.tagging.found import Span, Tag
from cairn.skills.tagging.tagger import Tagger

__all__ = ["METHOD", "Span", "Tag", "Tagger"]

METHOD = "cairn tagger 3"
"""What stands as the method beside a kept tag. A change of the rules that finds other tags gets the next number."""
