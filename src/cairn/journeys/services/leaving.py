"""What goes when somebody leaves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from cairn.journeys.models import Goal, SkillClaim, StackEvidence, StackProgress, StackQuestion
from cairn.people.models import Person

ELSEWHERE = "A credential of another issuer"


def forget(person: Person, _at: datetime) -> None:
    """Delete goals, plans, stated skills and progress: nothing of it is anybody else's record.

    A question about a larger award stays, as the award does: its issuer still has to say whether it stands. What was written in it and
    what the person held from elsewhere goes.
    """
    Goal.objects.filter(person=person).delete()
    SkillClaim.objects.filter(person=person).delete()
    StackProgress.objects.filter(person=person).delete()
    StackEvidence.objects.filter(award__holder=person).delete()
    questions = StackQuestion.objects.filter(stacked__holder=person)
    questions.update(reason="")
    elsewhere = questions.filter(component=None)
    asked: set[UUID] = set()
    for question in elsewhere.filter(decision="").order_by("pk"):
        if question.stacked_id in asked:  # without names they ask the same
            question.delete()
        asked.add(question.stacked_id)
    elsewhere.update(about=ELSEWHERE)
