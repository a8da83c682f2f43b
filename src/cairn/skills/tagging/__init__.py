"""Skills that texts name: ``Tagger(vocabulary).tag(title, description)``. Plain values in and out; nothing here knows a database."""

from cairn.skills.tagging.tagger import Span, Tag, Tagger

__all__ = ["Span", "Tag", "Tagger"]
