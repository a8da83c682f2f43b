"""Rows of journeys: skills a person states, goals, plans taken, progress through stacks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cairn.catalog.models import DefinitionVersion
from cairn.people.models import Person
from cairn.skills.models import Occupation, Skill


class SkillClaim(models.Model):
    """A person says they have a skill at a level (0 to 7, O*NET's scale). Proven skills come from awards, never from here."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skill_claims")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")
    level = models.DecimalField(max_digits=4, decimal_places=2)
    stated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "skill"], name="one_claim_per_skill")]

    def __str__(self) -> str:
        return f"{self.person}: {self.skill}"


class Goal(models.Model):
    """Where a person wants to be: an occupation, a larger credential, or skills that a role asks for, within what they can give.

    ``needs``: [{"skill": uri, "name", "level", "weight", "essential"}], for skills under a ``title``. ``wishes`` are the limits beside
    money and time, and what the plan should aim at (:mod:`cairn.journeys.wishes`).
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="goals")
    occupation = models.ForeignKey(Occupation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(DefinitionVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    needs = models.JSONField(null=True, blank=True)
    wishes = models.JSONField(default=dict, blank=True)
    budget = models.PositiveIntegerField(null=True, blank=True, help_text="Minor units")
    currency = models.CharField(max_length=3, default="USD")
    hours_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(occupation__isnull=False, version__isnull=True, needs__isnull=True)
                | models.Q(occupation__isnull=True, version__isnull=False, needs__isnull=True)
                | models.Q(occupation__isnull=True, version__isnull=True, needs__isnull=False),
                name="goal_is_one_thing",
            )
        ]

    def __str__(self) -> str:
        return str(self.occupation or (self.version and self.version.title) or self.title)


class Plan(models.Model):
    """A plan that was proposed for a goal; ``document`` is the planner's whole answer as it was shown."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="plans")
    objective = models.CharField(max_length=30)
    document = models.JSONField()
    proposed_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Plan for {self.goal}"


class StackProgress(models.Model):
    """How far a person is in a stack under the rule version they started with, with the engine's trace as it was computed."""

    class Question(models.TextChoices):
        """Whether a person must look: a component was revoked after the stack was awarded."""

        NONE = "", "None"
        COMPONENT_REVOKED = "component_revoked", "A component was revoked"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="stack_progress")
    version = models.ForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="stack_progress")
    state = models.CharField(max_length=8, help_text="met, partly or not")
    evaluation = models.JSONField()
    evaluated_at = models.DateTimeField()
    question = models.CharField(max_length=20, choices=Question.choices, blank=True, default="")

    class Meta:
        verbose_name_plural = "stack progress"
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "version"], name="one_progress_per_stack")]

    def __str__(self) -> str:
        return f"{self.person} towards {self.version}: {self.state}"
