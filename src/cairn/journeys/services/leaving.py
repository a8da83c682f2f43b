"""What goes when somebody leaves."""

from __future__ import annotations

from datetime import datetime

from cairn.journeys.models import Goal, SkillClaim, StackProgress
from cairn.people.models import Person


def forget(person: Person, _at: datetime) -> None:
    """Delete goals, plans, stated skills and progress: nothing of it is anybody else's record."""
    Goal.objects.filter(person=person).delete()
    SkillClaim.objects.filter(person=person).delete()
    StackProgress.objects.filter(person=person).delete()
