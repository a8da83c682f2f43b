"""What this room knows: credentials held from elsewhere."""

from cairn.recognition.queries.held import EXTERNAL, as_value, brought_by, external_portion, held_elsewhere

__all__ = ["EXTERNAL", "as_value", "brought_by", "external_portion", "held_elsewhere"]
