"""Pages of this room: occupations, and what skills mean."""

from cairn.skills.pages.occupations import occupation, occupations
from cairn.skills.pages.skills import decide, skill, skills

__all__ = ["decide", "occupation", "occupations", "skill", "skills"]
