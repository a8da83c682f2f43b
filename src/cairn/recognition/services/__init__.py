"""Writing in recognition: what people hold from elsewhere is noted."""

from cairn.recognition.services.held import forget_external, forget_person, note_external

__all__ = ["forget_external", "forget_person", "note_external"]
